"""How alike two pages are, looked at letter by letter, and where they differ.

`similarity` is the share of the letters of both pages that stand in a shingle which both pages have. It does not ask
for the order, so paragraphs may change places, and one letter read wrongly costs little more than that letter.

Two forms that were filled in differently are alike in this sense too. What tells them apart from two copies is where
they differ: in a form one text stands in the place of another, at many places, and the two have nothing in common; a
letter read wrongly is surrounded by letters read well; what was added or left out stands against nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from fairwitness.compare.letters import Flags, Letters, letters_of
from fairwitness.compare.sketch import Hashes, shingle_hashes, shingle_sizes

LIKENESS_VERSION = "1"
MIN_SIMILARITY = 0.75
STOCK_SIMILARITY = 0.9  # asked of pages that have nothing but stock text in common
MIN_WEIGHT = 40  # a page that says less (a page number, a stamp) is not compared: too much is alike by chance
FORM_SLOTS = 4  # at so many places at least ...
FORM_SHARE = 0.06  # ... and in so much of the shorter page other text stands in two copies of a form
FORM_LENIENCE = 0.2  # so much less alike may two copies of a form be, since the values count against them
_SOLID = 5  # weight of a run of equal letters that is no accident; shorter ones count as part of the difference
_VALUE = 6  # weight from which a text is a value of a form and not some letters read wrongly
_ALIKE = 0.5  # share of equal letters from which two texts are readings of the same
_NOISE = 0.25  # of similarity that letters read wrongly may hide from a look at shingles alone
MAX_ALIGNED = 400_000_000  # letters of one page times letters of the other; takes 50 MiB and some 20 ms


class Kind(StrEnum):
    """What two pages that are alike are to one another."""

    SAME_TEXT = "same_text"  # the same letters in the same order
    NEAR_DUPLICATE = "near_duplicate"
    SAME_FORM = "same_form"  # the same form, filled in differently


@dataclass(frozen=True)
class ComparedPage:
    """The letters of a page with its shingles."""

    letters: Letters

    @cached_property
    def hashes(self) -> Hashes:
        """Hash of the shingle that begins at each letter, 0 for none."""
        return shingle_hashes(self.letters)

    @cached_property
    def known(self) -> Hashes:
        """All hashes, ascending, each once."""
        return np.unique(self.hashes[self.hashes > 0])

    @classmethod
    def of(cls, text: str) -> ComparedPage:
        """The page with that text."""
        return cls(letters_of(text))


@dataclass(frozen=True, slots=True)
class Likeness:
    """`similarity` and `contained` (share of the shorter page that the other has) are between 0 and 1.

    `slots` is at how many places other text stands in the place of some, `replaced` in what share of the shorter page.
    """

    kind: Kind | None
    similarity: float
    contained: float
    slots: int = 0
    replaced: float = 0.0


def likeness(
    left: ComparedPage, right: ComparedPage, *, min_similarity: float = MIN_SIMILARITY, stock: float = 0.0
) -> Likeness:
    """How alike the pages are; of no kind if less than `min_similarity`.

    `stock` is the share of what they have in common that many other pages have as well; the more of it, the closer to
    `STOCK_SIMILARITY` must they come to count as duplicates.
    """
    if left.letters.text == right.letters.text:
        return Likeness(Kind.SAME_TEXT, 1.0, 1.0)
    asked = min_similarity + stock * max(0.0, STOCK_SIMILARITY - min_similarity)
    in_left, in_right = shared_letters(left, right), shared_letters(right, left)
    common = _Common(_weight_of(left.letters, in_left), _weight_of(right.letters, in_right))
    rough = common.similarity(left, right)
    slots, replaced = 0, 0.0
    if rough >= min_similarity - _NOISE and len(left.letters) * len(right.letters) <= MAX_ALIGNED:
        slots, replaced = _align(left.letters, right.letters, in_left, in_right, common)
    similarity = common.similarity(left, right)
    kind = _kind_of(similarity, slots, replaced, asked, min_similarity)
    return Likeness(kind, similarity, common.contained(left, right), slots, replaced)


def _kind_of(similarity: float, slots: int, replaced: float, asked: float, min_similarity: float) -> Kind | None:
    if slots >= FORM_SLOTS and replaced >= FORM_SHARE:
        return Kind.SAME_FORM if similarity >= min_similarity - FORM_LENIENCE else None
    return Kind.NEAR_DUPLICATE if similarity >= asked else None


@dataclass(slots=True)
class _Common:
    """Weight of the letters of each page that the other has too."""

    left: float
    right: float

    def similarity(self, left: ComparedPage, right: ComparedPage) -> float:
        both = left.letters.weight + right.letters.weight
        return (self.left + self.right) / both if both else 0.0

    def contained(self, left: ComparedPage, right: ComparedPage) -> float:
        return max(self.left / max(1, left.letters.weight), self.right / max(1, right.letters.weight))


def _weight_of(letters: Letters, flags: Flags) -> int:
    return int(letters.weights[flags].sum(dtype=np.int64))


def shared_letters(page: ComparedPage, other: ComparedPage) -> Flags:
    """True for the letters of `page` that stand in a shingle which `other` has too."""
    size = len(page.letters)
    if not len(other.known) or not size:
        return np.zeros(size, dtype=np.bool_)
    at = np.searchsorted(other.known, page.hashes)
    at[at == len(other.known)] = 0
    begins = np.flatnonzero((other.known[at] == page.hashes) & (page.hashes > 0))
    ends = begins + shingle_sizes(page.letters)[begins]
    depth = np.zeros(size + 1, dtype=np.int64)
    np.add.at(depth, begins, 1)
    np.subtract.at(depth, ends, 1)
    flags: Flags = np.cumsum(depth[:-1]) > 0
    return flags


def _align(left: Letters, right: Letters, in_left: Flags, in_right: Flags, common: _Common) -> tuple[int, float]:
    """At how many places, and in what share of the shorter page, other text stands in the place of some.

    What equal letters are found between letters read wrongly is added to `common`.
    """
    far_left, far_right = _summed(left.weights * ~in_left), _summed(right.weights * ~in_right)
    slots, replaced = 0, 0
    for gap in _gaps(left, right):
        lost_left = int(far_left[gap.left_end] - far_left[gap.left_start])
        lost_right = int(far_right[gap.right_end] - far_right[gap.right_start])
        if gap.is_alike:
            common.left += lost_left * gap.equal / max(1, gap.left_end - gap.left_start)
            common.right += lost_right * gap.equal / max(1, gap.right_end - gap.right_start)
        elif min(lost_left, lost_right) >= _VALUE:
            slots, replaced = slots + 1, replaced + min(lost_left, lost_right)
    return slots, replaced / max(1, min(left.weight, right.weight))


def _summed(weights: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(weights, dtype=np.int64)])


@dataclass(slots=True)
class _Gap:
    """What stands between two solid runs of equal letters; `equal` letters of it are the same by alignment."""

    left_start: int
    right_start: int
    left_end: int = 0
    right_end: int = 0
    equal: int = 0

    @property
    def is_alike(self) -> bool:
        shorter = min(self.left_end - self.left_start, self.right_end - self.right_start)
        return self.equal >= _ALIKE * shorter


def _gaps(left: Letters, right: Letters) -> Iterator[_Gap]:
    """Yields the differences in order, as the shortest way from one text to the other has them."""
    weights = _summed(left.weights)
    gap = None
    for step in Indel.opcodes(left.text, right.text):
        equal = step.tag == "equal"
        if equal and weights[step.src_end] - weights[step.src_start] >= _SOLID:
            if gap is not None:
                yield gap
            gap = None
            continue
        if gap is None:
            gap = _Gap(step.src_start, step.dest_start)
        gap.left_end, gap.right_end = step.src_end, step.dest_end
        gap.equal += equal * (step.src_end - step.src_start)
    if gap is not None:
        yield gap
