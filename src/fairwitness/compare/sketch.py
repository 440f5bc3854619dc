"""Sketches of pages by MinHash: the smallest hashes of all its shingles stand for the page (Broder 1997, bottom-k).

A shingle is three characters in a row where it begins with a Chinese one (or kana, or Hangul), else six letters. The
share of hashes that two sketches have in common estimates the share of shingles that the pages have in common
(Jaccard's similarity). A sketch depends on its page alone, so it is made once and kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairwitness.compare.letters import Letters

SKETCH_VERSION = "1"
SKETCH_SIZE = 128  # hashes a page; what 64 and 256 do is in docs/decisions/050
HASH_BITS = 40  # of a hash in a sketch: two of 10^7 rarely meet, and a page number fits beside it in 64 bits
LETTERS_A_SHINGLE = 6
DENSE_A_SHINGLE = 3

Hashes = NDArray[np.uint64]

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)  # the finaliser of MurmurHash3
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)
_TOP = np.uint64(64 - HASH_BITS)


def shingle_sizes(letters: Letters) -> NDArray[np.int64]:
    """For each letter how many make the shingle that begins there."""
    return np.where(letters.is_dense, DENSE_A_SHINGLE, LETTERS_A_SHINGLE)


def shingle_hashes(letters: Letters) -> Hashes:
    """A 64-bit hash of the shingle that begins at each letter; 0 where the text ends before the shingle does."""
    size = len(letters)
    hashes = np.zeros(size, dtype=np.uint64)
    codes = letters.codes.astype(np.uint64) + np.uint64(1)
    dense, plain = np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    rolled = codes
    for length in range(2, LETTERS_A_SHINGLE + 1):
        if length > size:
            break
        rolled = rolled[: size - length + 1] * _BASE + codes[length - 1 :]
        if length == DENSE_A_SHINGLE:
            dense = rolled
        if length == LETTERS_A_SHINGLE:
            plain = rolled
    hashes[: len(plain)] = plain
    chosen = np.flatnonzero(letters.is_dense[: len(dense)])
    hashes[chosen] = dense[chosen] ^ _MIX_1
    hashes[len(plain) :][~letters.is_dense[len(plain) :]] = 0
    return _mixed(hashes)


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit depends on every bit; 0 stays 0."""
    hashes = (hashes ^ hashes >> _SHIFT) * _MIX_1
    hashes = (hashes ^ hashes >> _SHIFT) * _MIX_2
    return hashes ^ hashes >> _SHIFT


def sketch_of(letters: Letters) -> Hashes:
    """The `SKETCH_SIZE` smallest hashes of the shingles, of `HASH_BITS` bits, ascending; fewer if the page is short."""
    hashes = shingle_hashes(letters)
    kept = np.unique(hashes[hashes > 0] >> _TOP)
    return kept[:SKETCH_SIZE].copy()
