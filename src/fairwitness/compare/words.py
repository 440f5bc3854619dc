"""The words of a text in order, each with its place; of Chinese, the characters.

Words are compared as they are folded for searching; blanks and signs between them do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fairwitness.compare.letters import DENSE_WEIGHT, weights_of
from fairwitness.text.fold import fold

WORD_WEIGHT = 2  # of a word, in characters of Chinese


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word; `start` and `end` are code points of the part of the text that it stands in."""

    key: str
    part: int
    start: int
    end: int

    @property
    def weight(self) -> int:
        """How much it says, in Chinese characters."""
        return 1 if len(self.key) == 1 and weights_of(self.key)[0] == DENSE_WEIGHT else WORD_WEIGHT


def words_of(parts: Sequence[str]) -> list[Word]:
    """The words of all parts (pages) in order; no word goes over the end of a part."""
    return [word for number, text in enumerate(parts) for word in _words_in(text, number)]


def _words_in(text: str, part: int) -> list[Word]:
    folded = fold(text)
    weights = weights_of(folded.text)
    is_letter, is_dense = weights == 1, weights == DENSE_WEIGHT
    before = np.concatenate([[False], is_letter[:-1]]) if len(weights) else is_letter
    behind = np.concatenate([is_letter[1:], [False]]) if len(weights) else is_letter
    begins = np.flatnonzero(is_dense | (is_letter & ~before)).tolist()
    ends = (np.flatnonzero(is_dense | (is_letter & ~behind)) + 1).tolist()
    return [
        Word(folded.text[start:end], part, *folded.source(start, end)) for start, end in zip(begins, ends, strict=True)
    ]
