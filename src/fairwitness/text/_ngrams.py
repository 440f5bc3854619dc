"""Sums what the runs of one to four letters say about the language; the table is learnt by training/language.

One table for each of the scripts that several of our languages share. A run of letters is hashed to a row of it; two
runs that meet in a row are learnt together. A word begins and ends with a gap, so that beginnings and endings count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from fairwitness.text.scripts import NUMBERS, Codes, scripts_of

TABLE = "languages.npz"
ORDERS = (1, 2, 3, 4)
APOSTROPHES = "'\u2019\u02bb\u02bc\u2018`\u00b4\u02b9"  # letters of Uzbek, if they stand inside a word
_ALPHABET_BITS = 7
_LETTERS = 1 << _ALPHABET_BITS
_RARE = _LETTERS - 1  # letters that the table does not know are one letter
_TABLED = 0x10000
_MIX = np.uint32(2654435761)  # Knuth's multiplicative hash
_AT_ONCE = 50_000  # runs: some megabytes of weights, also for a page of millions of letters
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of one script that are told apart, as numbers from 1; 0 is a gap. `numbers` is by code point."""

    script: str
    numbers: NDArray[np.uint8]
    mark: int  # what an apostrophe inside a word counts as; 0 where it is none

    def read(self, codes: Codes) -> NDArray[np.uint8]:
        """The letters as numbers."""
        low = np.minimum(codes, _TABLED - 1)
        found = self.numbers[low]
        if self.mark:
            inner = np.flatnonzero(found == self.mark)
            inside = inner[(inner > 0) & (inner < len(found) - 1)]
            keep = inside[(found[inside - 1] > 0) & (found[inside + 1] > 0)]
            found[inner] = 0
            found[keep] = self.mark
        return found


def alphabet_of(script: str, letters: str) -> Alphabet:
    """The alphabet in which these letters are told apart; capitals are read as small letters."""
    plain = np.arange(_TABLED, dtype=np.uint32)
    numbers = np.where(scripts_of(plain) == NUMBERS[script], _RARE, 0).astype(np.uint8)
    for number, letter in enumerate(letters, 1):
        for sign in {letter, *(chr(code) for code in range(_TABLED) if chr(code).lower()[:1] == letter)}:
            numbers[ord(sign)] = number
    mark = letters.find("'") + 1
    for sign in APOSTROPHES if mark else "":
        numbers[ord(sign)] = mark
    return Alphabet(script, numbers, mark)


def runs_of(letters: NDArray[np.uint8], bits: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    """Yields for each length of runs a place inside each, ascending, and its row of a table with 2**bits rows.

    A run may begin and end with a gap. `letters` begins and ends with one.
    """
    wide, solid = letters.astype(np.uint32), letters > 0
    code, inner = wide, solid
    for order in ORDERS:
        count = len(letters) - order + 1
        if order > 1:
            code = (code[:count] << np.uint32(_ALPHABET_BITS)) | wide[order - 1 :]
        if order == 1:
            keep = solid
        elif order == 2:
            keep = solid[:count] | solid[1:]
        elif order == 3:
            inner = solid[1 : count + 1]
            keep = inner
        else:
            inner = keep = inner[:count] & solid[order - 2 : count + order - 2]
        at = np.flatnonzero(keep)
        yield at + (order > 1), ((code[at] | np.uint32(order << 28)) * _MIX) >> np.uint32(32 - bits)


@dataclass(frozen=True, slots=True)
class Model:
    """What is learnt for one script. `weights` has a row for each hash and a column for each language."""

    alphabet: Alphabet
    languages: tuple[str, ...]
    weights: Floats
    bias: Floats
    bits: int

    def chances(self, codes: Codes, groups: NDArray[np.int64], count: int) -> tuple[Floats, NDArray[np.int64]]:
        """The chance of each language for each of `count` groups, and how many runs it rests on.

        `groups` gives the group of each code point; it never falls.
        """
        letters = np.zeros(len(codes) + 2, dtype=np.uint8)
        letters[1:-1] = self.alphabet.read(codes)
        sums = np.zeros((count, len(self.languages)), dtype=np.float32)
        runs = np.zeros(count, dtype=np.int64)
        for places, rows in runs_of(letters, self.bits):
            for at in range(0, len(rows), _AT_ONCE):
                owners = groups[np.minimum(places[at : at + _AT_ONCE], len(codes)) - 1]
                starts = np.concatenate(([0], np.flatnonzero(np.diff(owners)) + 1))
                told = self.weights.take(rows[at : at + _AT_ONCE], axis=0)
                sums[owners[starts]] += np.add.reduceat(told, starts, axis=0)
                runs += np.bincount(owners, minlength=count)
        sums /= np.sqrt(np.maximum(runs, 1), dtype=np.float32)[:, None]
        return softmax(sums + self.bias), runs


def softmax(values: Floats) -> Floats:
    """Each row as chances that sum to 1."""
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


@cache
def models() -> dict[str, Model]:
    """The models by script."""
    with files("fairwitness.text").joinpath(TABLE).open("rb") as file, np.load(file, allow_pickle=False) as held:
        found = {name: held[name] for name in held.files}
    return {
        script: Model(
            alphabet_of(script, str(found[f"{script}-letters"])),
            tuple(str(found[f"{script}-languages"]).split()),
            found[f"{script}-weights"].astype(np.float32) * float(found[f"{script}-scale"]),
            found[f"{script}-bias"].astype(np.float32),
            int(found[f"{script}-weights"].shape[0]).bit_length() - 1,
        )
        for script in ("Latn", "Cyrl", "Arab")
    }
