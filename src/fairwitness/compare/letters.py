"""The letters of a page, which is what pages are compared by: folded, with blanks and signs left out.

Blanks and signs go because a text that was typed again, or read by another recognition, has others. What is left has
a weight for each letter: a Chinese character says about as much as two letters of an alphabet.
"""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from fairwitness.text.fold import fold, fold_text

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]

DENSE_WEIGHT = 2
_DENSE = (
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_CODE = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"


@dataclass(frozen=True)
class Letters:
    """The letters of a text."""

    codes: Codes
    weights: NDArray[np.uint8]

    @cached_property
    def text(self) -> str:
        """The letters in a row."""
        return self.codes.tobytes().decode(_CODE, "surrogatepass")

    @property
    def weight(self) -> int:
        """How much the text says, in letters of an alphabet."""
        return int(self.weights.sum(dtype=np.int64))

    @property
    def is_dense(self) -> Flags:
        """True where a letter is a whole word or syllable."""
        flags: Flags = self.weights == DENSE_WEIGHT
        return flags

    def __len__(self) -> int:
        return len(self.codes)


def letters_of(text: str) -> Letters:
    """The letters of `text`."""
    codes = _codes(fold_text(text))
    weights = _weights()[codes]
    kept = weights > 0
    return Letters(codes[kept], weights[kept])


def sources_of(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each letter of `letters_of(text)` the range of code points of `text` that became it: starts and ends."""
    folded = fold(text)
    kept = np.flatnonzero(_weights()[_codes(folded.text)])
    if folded.starts is None or folded.ends is None:
        return kept, kept + 1
    return np.array(folded.starts, dtype=np.int64)[kept], np.array(folded.ends, dtype=np.int64)[kept]


def weights_of(folded: str) -> NDArray[np.uint8]:
    """For each code point of a folded text its weight; 0 for blanks and signs."""
    return _weights()[_codes(folded)]


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode(_CODE, "surrogatepass"), dtype=np.uint32)


@cache
def _weights() -> NDArray[np.uint8]:
    """Weight of every code point: 0 for blanks and signs, 1 for a letter, digit or vowel sign, 2 for a character."""
    weights = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    for code in range(0x20000):  # behind it are characters, and nothing that is a letter of an alphabet
        weights[code] = unicodedata.category(chr(code))[0] in "LNM"
    for first, last in _DENSE:
        block = weights[first : last + 1]
        block[:] = (block > 0) * DENSE_WEIGHT
    weights[0x20000:0x40000] = DENSE_WEIGHT
    return weights
