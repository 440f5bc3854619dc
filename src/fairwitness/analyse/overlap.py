"""How often each pattern of lists was seen: all that multiple systems estimation needs, and all that it is given.

Counts only. Which person has which pattern never comes here.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairwitness.core.errors import FairwitnessError

MAX_LISTS = 6


class BadOverlap(FairwitnessError):
    """The counts are none that an estimate can be made from."""

    code = "bad_overlap"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Counts by pattern.

    `lists` are names. `counts` has 2**p entries, one for each pattern: bit k of its index is 1 where list k (from 0)
    holds the cases; entry 0, those on no list, is always 0, since nobody has counted them.
    """

    lists: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, lists: Sequence[str], counts: Mapping[str, int]) -> Overlap:
        """The overlap of these lists; the keys of `counts` are patterns such as "101", in the order of the lists.

        Patterns that are left out were seen 0 times.

        Raises:
            BadOverlap: for fewer than two lists or more than six, a pattern of another form, a count that is negative
                or no whole number, a pattern of no list, or lists without anybody on them.
        """
        names = tuple(str(name) for name in lists)
        if not 2 <= len(names) <= MAX_LISTS or len(set(names)) != len(names):
            raise BadOverlap(f"There are {len(names)} lists.", advice=f"Give 2 to {MAX_LISTS}, each with its own name.")
        cells = [0] * (1 << len(names))
        for pattern, count in counts.items():
            cells[_index(pattern, len(names))] += _whole(count)
        if cells[0]:
            raise BadOverlap("There is a count of cases on no list.", advice="Leave out the pattern of zeros.")
        made = cls(names, tuple(cells))
        empty = [name for at, name in enumerate(names) if not made.size(1 << at)]
        if empty:
            raise BadOverlap(f"Nobody is on {len(empty)} of the lists.", advice="Leave those lists out.")
        return made

    @property
    def observed(self) -> int:
        """Cases on at least one list."""
        return sum(self.counts)

    def size(self, mask: int) -> int:
        """Cases on all lists of the mask, whatever other lists they are on."""
        return sum(count for pattern, count in enumerate(self.counts) if pattern & mask == mask)

    @property
    def has_overlap(self) -> bool:
        """Whether anybody is on two lists."""
        return any(count for pattern, count in enumerate(self.counts) if pattern.bit_count() > 1)

    def seen(self, times: int) -> int:
        """Cases that are on exactly so many lists."""
        return sum(count for pattern, count in enumerate(self.counts) if pattern.bit_count() == times)

    def pattern(self, index: int) -> str:
        """The pattern as `of` takes it."""
        return "".join("1" if index >> at & 1 else "0" for at in range(len(self.lists)))

    def without(self, name: str) -> Overlap:
        """The overlap of the other lists; cases that were on this one alone are not seen any more."""
        kept = [at for at, other in enumerate(self.lists) if other != name]
        cells = [0] * (1 << len(kept))
        for pattern, count in enumerate(self.counts):
            cells[sum((pattern >> at & 1) << to for to, at in enumerate(kept))] += count
        return Overlap(tuple(self.lists[at] for at in kept), (0, *cells[1:]))

    def reordered(self, order: Sequence[int]) -> Overlap:
        """The same with the lists in another order."""
        cells = [0] * len(self.counts)
        for pattern, count in enumerate(self.counts):
            cells[sum((pattern >> at & 1) << to for to, at in enumerate(order))] += count
        return Overlap(tuple(self.lists[at] for at in order), tuple(cells))


def _index(pattern: str, lists: int) -> int:
    if len(pattern) != lists or set(pattern) - {"0", "1"}:
        raise BadOverlap("A pattern has not one 0 or 1 for each list.", advice='Write them such as "101".')
    return sum(1 << at for at, mark in enumerate(pattern) if mark == "1")


def _whole(count: int) -> int:
    try:
        number = operator.index(count)
    except TypeError:
        raise BadOverlap("A count is no whole number.", advice="Count cases; weights have no place here.") from None
    if number < 0:
        raise BadOverlap("A count is negative.", advice="Count cases.")
    return number
