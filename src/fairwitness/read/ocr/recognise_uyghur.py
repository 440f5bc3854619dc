"""Reads lines in Arabic script, Uyghur and Kazakh above all, with the network of fairwitness-ocr-uyghur."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from fairwitness.read.ocr._line import prepare_line
from fairwitness.read.ocr._visual import logical_order, to_logical
from fairwitness.read.ocr.models import ModelMissing, load_session
from fairwitness.read.ocr.scan import Image, LineText

PACKAGE = "fairwitness_ocr_uyghur"
INSTALL_UYGHUR = "pip install packages/fairwitness-ocr-uyghur"
# The files that were measured (packages/fairwitness-ocr-uyghur/README.md). Others would give other text.
MODELS = {
    "uyghur.onnx": "ae3dcf291011aaf549254dfde93bc80f1c60c0b8fba2a2c5a5ec4c3a4029939a",
    "signs.json": "2c4d328140e7bb0aea070569f63a16e36d1da50010979ef997a885aad61fce3b",
}
_ARABIC, _LATIN = re.compile("[\u0620-\u06ff]"), re.compile("[A-Za-z]")
# Cyrillic looks like Latin here (.6 to .7 sure): a line without one Arabic letter is better read by others.
_NOT_OURS = 0.5
_STEP_PX = 4  # columns of the prepared line for each answer of the network


def is_installed() -> bool:
    """Whether the package with the weights is there."""
    return find_spec(PACKAGE) is not None


def read_file(name: str) -> bytes:
    """The bytes of that file of the package, which are the ones that were measured.

    Raises:
        ModelMissing: if the package is not installed or the file is another one.
    """
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise ModelMissing("The model for Uyghur lines is not installed.", advice=f"Run: {INSTALL_UYGHUR}")
    data = (Path(places[0]) / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != MODELS[name]:
        raise ModelMissing(f"{name} is not the file that was measured.", advice=f"Run: {INSTALL_UYGHUR}")
    return data


@cache
def _signs() -> tuple[str, ...]:
    """What each answer of the network stands for; number 0 is "no sign here"."""
    return ("", *json.loads(read_file("signs.json")))


@cache
def _session() -> onnxruntime.InferenceSession:
    """The loaded network. It runs in the calling thread alone and opens nothing later."""
    return load_session(read_file("uyghur.onnx"))


@dataclass(frozen=True)
class ReadUyghur:
    """Reads lines cut by a detector; spaces, digits and Latin words inside a line are kept in their places."""

    name: str = "uyghur"
    scripts: frozenset[str] = frozenset(("Arab",))
    models: dict[str, str] = field(default_factory=lambda: dict(MODELS))

    def warm(self) -> None:
        """Everything is loaded: reading opens no file from now on.

        Raises:
            ModelMissing: if the weights are not installed or are other ones.
        """
        self.read([np.full((40, 80), 255, np.uint8)])

    def read(self, lines: Sequence[Image], /) -> list[LineText]:
        """One answer for each line image, its text in the order in which it is read."""
        return [_read_line(line) for line in lines]


def _read_line(line: Image) -> LineText:
    if min(line.shape[:2]) < 4:
        return LineText("", 0.0)
    ink = prepare_line(line)
    chances: NDArray[np.float32] = _session().run(None, {"ink": ink[None, None]})[0][0]
    return decode(chances, _signs(), line.shape[1] * _STEP_PX / ink.shape[1], line.shape[1])


def decode(chances: NDArray[np.float32], signs: Sequence[str], step_px: float, width_px: int) -> LineText:
    """The best path through the chances, (steps, signs), as text in reading order; `step_px` is the width of a step.

    Method: best path of Connectionist Temporal Classification, Graves 2006.
    """
    best = chances.argmax(axis=1)
    starts = np.flatnonzero((best != 0) & (best != np.concatenate(((0,), best[:-1]))))
    visual = "".join(signs[code] for code in best[starts])
    kept = _without_outer_spaces(visual)
    starts, visual = starts[kept], visual[kept]
    if not visual:
        return LineText("", 0.0)
    sure = float(chances[starts, best[starts]].mean())
    middles = (starts + 0.5) * step_px
    edges = np.concatenate(((0.0,), (middles[:-1] + middles[1:]) / 2, (float(width_px),)))
    text = to_logical(visual).replace("ىى", "ىي")  # no word has the first twice; at 150 dpi the dots run together
    if _LATIN.search(text) and not _ARABIC.search(text):
        sure *= _NOT_OURS
    return LineText(text, sure, _spans_of(text, logical_order(visual), edges))


def _without_outer_spaces(visual: str) -> slice:
    return slice(len(visual) - len(visual.lstrip(" ")), max(len(visual.rstrip(" ")), 0))


def _spans_of(text: str, order: Sequence[int], edges: NDArray[np.float64]) -> tuple[tuple[int, int, int, int], ...]:
    """Each word between spaces: code points of `text`, then columns; sign `order[i]` lies between two `edges`."""
    spans: list[tuple[int, int, int, int]] = []
    start = 0
    for word in text.split(" "):
        end = start + len(word)
        if word:
            places = order[start:end]
            spans.append((start, end, round(float(edges[min(places)])), round(float(edges[max(places) + 1]))))
        start = end + 1
    return tuple(spans)
