"""Which words of one text are which words of another: runs of equal words in the same order.

First the places that are beyond doubt: sequences of words that both texts have exactly once, the longest chain of
them that is in order in both (patience diff, Bram Cohen). Between them the same with shorter sequences, and what is
small enough is aligned exactly, by the longest common subsequence (rapidfuzz, bit-parallel).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from fairwitness.compare.groups import longest_chain

ANCHOR_WORDS = (8, 3, 1)
SMALL = 40_000  # words of one side times words of the other, from which on anchors are looked for
MAX_EXACT = 400_000_000  # the same, up to which an exact alignment takes less than a second and 50 MiB
ISLAND = 2  # words: equal runs up to this long between longer differences are no agreement but chance

_BASE = np.uint64(0x9E3779B97F4A7C15)

Numbers = NDArray[np.int64]


class Run(NamedTuple):
    """`size` words that are equal, from `left` and from `right` on."""

    left: int
    right: int
    size: int


def align(left: Sequence[str], right: Sequence[str]) -> list[Run]:
    """Runs of equal words, ascending on both sides, none touching the next on both."""
    known: dict[str, int] = {}
    sides = [np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64) for keys in (left, right)]
    kept = _without_islands(_joined(_align(*sides)), len(left), len(right))
    return _joined(iter(_grown(kept, left, right)))


def _align(left: Numbers, right: Numbers) -> Iterator[Run]:
    todo = [(0, len(left), 0, len(right))]
    while todo:
        a, b, c, d = todo.pop()
        start = _same(left[a:b], right[c:d])
        if start:
            yield Run(a, c, start)
        a, c = a + start, c + start
        end = _same(left[a:b][::-1], right[c:d][::-1])
        if end:
            yield Run(b - end, d - end, end)
        b, d = b - end, d - end
        if a == b or c == d:
            continue
        anchors = _anchors(left[a:b], right[c:d]) if (b - a) * (d - c) > SMALL else []
        if anchors:
            chain = [Run(a + run.left, c + run.right, run.size) for run in anchors]
            yield from chain
            edges = [Run(a, c, 0), *chain, Run(b, d, 0)]
            todo += [(x.left + x.size, y.left, x.right + x.size, y.right) for x, y in pairwise(edges)]
        elif (b - a) * (d - c) <= MAX_EXACT:
            for step in Indel.opcodes(left[a:b].tolist(), right[c:d].tolist()):
                if step.tag == "equal":
                    yield Run(a + step.src_start, c + step.dest_start, step.src_end - step.src_start)


def _same(left: Numbers, right: Numbers) -> int:
    """How many words are equal from the start."""
    size = min(len(left), len(right))
    different = np.flatnonzero(left[:size] != right[:size])
    return int(different[0]) if len(different) else size


def _anchors(left: Numbers, right: Numbers) -> list[Run]:
    """Runs that begin with sequences which stand once on each side; the longest sequences that there are any of."""
    for size in ANCHOR_WORDS:
        here, there = _once(left, size), _once(right, size)
        _, first, second = np.intersect1d(here[0], there[0], assume_unique=True, return_indices=True)
        if len(first):
            chain = longest_chain(zip(here[1][first].tolist(), there[1][second].tolist(), strict=True))
            return list(_clipped(chain, size))
    return []


def _once(numbers: Numbers, size: int) -> tuple[NDArray[np.uint64], Numbers]:
    """Hashes of the sequences of that size that stand there once, and where."""
    hashes = np.zeros(max(0, len(numbers) - size + 1), dtype=np.uint64)
    for at in range(size):
        hashes = (hashes ^ hashes >> np.uint64(29)) * _BASE + numbers[at : at + len(hashes)].astype(np.uint64)
    found, places, counts = np.unique(hashes, return_index=True, return_counts=True)
    return found[counts == 1], places[counts == 1]


def _clipped(chain: Sequence[tuple[int, int]], size: int) -> Iterator[Run]:
    """The sequences of a chain without what of each the one before has already."""
    left_end = right_end = 0
    for left, right in chain:
        cut = max(0, left_end - left, right_end - right)
        if cut < size:
            left_end, right_end = left + size, right + size
            yield Run(left + cut, right + cut, size - cut)


def _joined(runs: Iterator[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in sorted(runs):
        if joined and (joined[-1].left + joined[-1].size, joined[-1].right + joined[-1].size) == run[:2]:
            joined[-1] = joined[-1]._replace(size=joined[-1].size + run.size)
        else:
            joined.append(run)
    return joined


def _grown(runs: list[Run], left: Sequence[str], right: Sequence[str]) -> list[Run]:
    """The runs with what stands equal before and behind each and belongs to none: an island may have stood there."""
    grown: list[Run] = []
    for at, run in enumerate(runs):
        low_left, low_right = (grown[-1].left + grown[-1].size, grown[-1].right + grown[-1].size) if grown else (0, 0)
        start = run
        while start.left > low_left and start.right > low_right and left[start.left - 1] == right[start.right - 1]:
            start = Run(start.left - 1, start.right - 1, start.size + 1)
        end_left, end_right = (runs[at + 1].left, runs[at + 1].right) if at + 1 < len(runs) else (len(left), len(right))
        size = start.size
        while (
            start.left + size < end_left
            and start.right + size < end_right
            and left[start.left + size] == right[start.right + size]
        ):
            size += 1
        grown.append(start._replace(size=size))
    return grown


def _without_islands(runs: list[Run], left_size: int, right_size: int) -> list[Run]:
    """The runs without those that are short and stand between longer differences."""
    kept = [Run(0, 0, 0)]
    for at, run in enumerate(runs):
        after = runs[at + 1] if at + 1 < len(runs) else Run(left_size, right_size, 0)
        before = max(run.left - kept[-1].left - kept[-1].size, run.right - kept[-1].right - kept[-1].size)
        behind = max(after.left - run.left - run.size, after.right - run.right - run.size)
        if run.size > ISLAND or run.size >= min(before, behind):
            kept.append(run)
    return kept[1:]
