"""Pairs of pages that may say the same, found by the hashes that their sketches share.

All hashes of all pages are sorted once; pages with the same hash are then neighbours. Each is paired with the next few
in the list of its hash and no more, so that a form of which there are ten thousand copies costs ten thousand pairs,
not fifty million; such a list makes a chain, which is all that a group needs. Pairs that share enough are candidates;
what they really have in common is looked at afterwards (`likeness`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fairwitness.compare.sketch import HASH_BITS, Hashes

PAGE_BITS = 64 - HASH_BITS
MAX_PAGES = 1 << PAGE_BITS
CANDIDATES_VERSION = "1"
REACH = 8  # pages of a list that each page is paired with
MIN_SHARED = 0.1  # of the smaller sketch; two readings of a page by text recognition share at least twice that
MIN_SHARED_RARE = 0.05  # the same of hashes that few pages have
COMMON = 24  # pages with a hash, from which on it is of stock text: a form, a phrase of the office, a standard clause
LEAST_SHARED = 4  # hashes, however short the page
BLOCK_PAGES = 4_096  # pages whose pairs are counted at a time: at most REACH * 128 * 4096 pairs of 8 bytes, 32 MiB

_PAGE_MASK = np.uint64(MAX_PAGES - 1)
_SHIFT = np.uint64(PAGE_BITS)
_FIRST = np.uint64(PAGE_BITS + 1)


class Candidate(NamedTuple):
    """Two pages that may say the same, the smaller number first.

    `stock` is the share of what they have in common that more than `COMMON` pages have, between 0 and 1.
    """

    left: int
    right: int
    stock: float


class Candidates:
    """Takes the sketches of pages 0, 1, 2 ... in order, then gives the candidate pairs."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._sizes: list[int] = []

    def add(self, sketch: Hashes) -> None:
        """The next page has that sketch; an empty one for a page that is not compared."""
        page = len(self._sizes)
        if page >= MAX_PAGES:
            raise ValueError(f"more than {MAX_PAGES:,} pages cannot be compared at once")
        self._keys.frombytes((sketch << _SHIFT | np.uint64(page)).tobytes())
        self._sizes.append(len(sketch))

    def pairs(self) -> Iterator[Candidate]:
        """Yields each pair once, in ascending order."""
        keys = np.frombuffer(self._keys, dtype=np.uint64)
        self._keys = array("Q")
        keys.sort()
        keys = _shared_only(keys)
        is_common = _are_common(keys)
        sizes = np.array(self._sizes, dtype=np.int64)
        pages = (keys & _PAGE_MASK).astype(np.int32)
        order = np.argsort(pages, kind="stable")
        bounds = np.searchsorted(pages[order], np.arange(0, len(sizes) + BLOCK_PAGES, BLOCK_PAGES))
        for start, end in pairwise(bounds.tolist()):
            yield from _enough(_linked(keys, is_common, np.sort(order[start:end])), sizes)


def _shared_only(keys: Hashes) -> Hashes:
    """The keys without the hashes that only one page has."""
    hashes = keys >> _SHIFT
    kept = np.zeros(len(keys), dtype=np.bool_)
    kept[:-1] = hashes[1:] == hashes[:-1]
    kept[1:] |= kept[:-1]
    return keys[kept]


def _are_common(keys: Hashes) -> NDArray[np.bool_]:
    """For each of the keys whether more than `COMMON` pages have its hash."""
    hashes = keys >> _SHIFT
    starts = np.flatnonzero(np.concatenate([np.ones(min(1, len(keys)), np.bool_), hashes[1:] != hashes[:-1]]))
    counts = np.diff(np.append(starts, len(keys)))
    return np.repeat(counts > COMMON, counts)


def _linked(keys: Hashes, is_common: NDArray[np.bool_], entries: NDArray[np.int64]) -> Hashes:
    """For each of the entries its pairs with the next `REACH` pages of the same hash.

    A pair is the first page, the second page, and a bit that says whether the hash is common, in one number.
    """
    found = []
    for reach in range(1, REACH + 1):
        there = entries[entries + reach < len(keys)]
        here, other = keys[there], keys[there + reach]
        same = here >> _SHIFT == other >> _SHIFT
        first, second = here[same] & _PAGE_MASK, other[same] & _PAGE_MASK
        found.append(first << _FIRST | second << np.uint64(1) | is_common[there[same]])
    return np.concatenate(found)


def _enough(linked: Hashes, sizes: NDArray[np.int64]) -> Iterator[Candidate]:
    """The pairs that are linked by enough hashes."""
    if not len(linked):
        return
    linked.sort()
    pairs = linked >> np.uint64(1)
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    shared = np.diff(np.append(starts, len(linked)))
    common = np.add.reduceat((linked & np.uint64(1)).astype(np.int64), starts)
    first = (pairs[starts] >> np.uint64(PAGE_BITS)).astype(np.int64)
    second = (pairs[starts] & _PAGE_MASK).astype(np.int64)
    smaller = np.minimum(sizes[first], sizes[second])
    chosen = shared >= np.maximum(LEAST_SHARED, MIN_SHARED * smaller)
    chosen |= shared - common >= np.maximum(LEAST_SHARED, MIN_SHARED_RARE * smaller)
    for left, right, stock in zip(first[chosen], second[chosen], (common / shared)[chosen], strict=True):
        yield Candidate(int(left), int(right), float(stock))
