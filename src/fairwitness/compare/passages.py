"""What the pages of a group share, as a passage that can be quoted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fairwitness.compare.letters import letters_of, sources_of
from fairwitness.compare.likeness import ComparedPage, shared_letters


def longest_shared(text: str, others: Iterable[str]) -> tuple[int, int] | None:
    """Range of the longest passage of `text`, in code points, that stands in each of the `others`; None for none.

    In each of the others it may be broken up: every few letters of it are there in a row, all of them perhaps not.
    """
    page = ComparedPage.of(text)
    shared = np.ones(len(page.letters), dtype=np.bool_)
    for other in others:
        shared &= shared_letters(page, ComparedPage.of(other))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], shared, [False]]).astype(np.int8)))
    if not len(edges):
        return None
    first, last = edges[0::2], edges[1::2]
    longest = int(np.argmax(last - first))
    starts, ends = sources_of(text)
    return _whole_words(text, int(starts[first[longest]]), int(ends[last[longest] - 1]))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without what it has of a word that begins before it or goes on behind it; as it is if that is all."""
    low, high = start, end
    while low < end and low and _is_inside(text, low):
        low += 1
    while high > low and high < len(text) and _is_inside(text, high):
        high -= 1
    return (low, high) if low < high else (start, end)


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut before `at` would be within a word; between Chinese characters it never is."""
    before, behind = letters_of(text[at - 1]), letters_of(text[at])
    return bool(len(before) and len(behind) and not before.is_dense.any() and not behind.is_dense.any())
