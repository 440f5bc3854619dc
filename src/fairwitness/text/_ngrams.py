"""Sums what the runs of one to four letters say about the language; the table is learnt by training/language.

One table for each of the scripts that several of our languages share. A run of letters is hashed to a row of it; two
runs that meet in a row are learnt together. A word begins and ends with a gap, so that beginnings and endings count.
"""

from __future__ import annotations

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
_LENGTHS = np.array([[order << 28] for order in ORDERS], dtype=np.uint32)
_MIX = np.uint32(2654435761)  # Knuth's multiplicative hash
_AT_ONCE = 12_500  # places: some megabytes of weights, also for a page of millions of letters
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


def runs_of(letters: NDArray[np.uint8], bits: int) -> NDArray[np.uint32]:
    """For each length of runs and each place the row, of a table with 2**bits rows, of the run that covers the place.

    A run may begin and end with a gap. 2**bits stands where there is none. `letters` begins with one gap and ends with
    three; the places are those from the second to the last but two.
    """
    before, here, after, last = (letters[at : len(letters) - 3 + at].astype(np.uint32) for at in range(4))
    rows = np.empty((len(ORDERS), len(here)), dtype=np.uint32)
    rows[0] = here
    rows[1] = before << _ALPHABET_BITS | here
    rows[2] = rows[1] << _ALPHABET_BITS | after
    rows[3] = rows[2] << _ALPHABET_BITS | last
    rows |= _LENGTHS
    rows *= _MIX
    rows >>= 32 - bits
    solid = here > 0
    nowhere = 1 << bits
    rows[0::2, ~solid] = nowhere
    rows[1, ~(solid | (before > 0))] = nowhere
    rows[3, ~(solid & (after > 0))] = nowhere
    return rows


def padded(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """With the gaps before and after that `runs_of` wants."""
    found = np.zeros(len(letters) + 4, dtype=np.uint8)
    found[1:-3] = letters
    return found


@dataclass(frozen=True, slots=True)
class Model:
    """What is learnt for one script.

    `weights` has a row for each hash and one for nothing, a column for each language.
    """

    alphabet: Alphabet
    languages: tuple[str, ...]
    weights: Floats
    bias: Floats
    bits: int

    def chances(self, codes: Codes, groups: NDArray[np.int64], count: int) -> tuple[Floats, NDArray[np.int64]]:
        """The chance of each language for each of `count` groups, and how many runs it rests on.

        `groups` gives the group of each code point; it never falls.
        """
        sums = np.zeros((count, len(self.languages)), dtype=np.float32)
        runs = np.zeros(count, dtype=np.int64)
        rows = runs_of(padded(self.alphabet.read(codes)), self.bits)
        owners = np.append(groups, groups[-1:])  # the gap after the last letter closes runs of the last group
        for at in range(0, len(owners), _AT_ONCE):
            some, owner = rows[:, at : at + _AT_ONCE], owners[at : at + _AT_ONCE]
            starts = np.concatenate(([0], np.flatnonzero(np.diff(owner)) + 1))
            told = self.weights.take(some, axis=0).sum(axis=0)
            sums[owner[starts]] += np.add.reduceat(told, starts, axis=0)
            runs[owner[starts]] += np.add.reduceat((some >> self.bits == 0).sum(axis=0), starts)
        sums /= np.sqrt(np.maximum(runs, 1), dtype=np.float32)[:, None]
        return softmax(sums + self.bias), runs


def _with_nothing(weights: Floats) -> Floats:
    """The weights, and a last row of zeros for places where no run is."""
    return np.vstack([weights, np.zeros_like(weights[:1])])


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
            _with_nothing(found[f"{script}-weights"].astype(np.float32) * float(found[f"{script}-scale"])),
            found[f"{script}-bias"].astype(np.float32),
            int(found[f"{script}-weights"].shape[0]).bit_length() - 1,
        )
        for script in ("Latn", "Cyrl", "Arab")
    }
