"""Two texts side by side: what is the same, and every difference between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from fairwitness.compare.align import Run, align
from fairwitness.compare.moves import Move, find_moves, gaps_between
from fairwitness.compare.words import Word

Span = tuple[int, int]  # words from the first to before the second


class Change(StrEnum):
    """How a passage of the two texts compares."""

    SAME = "same"
    CHANGED = "changed"  # other words in the same place
    MISSING = "missing"  # only in the left text
    ADDED = "added"  # only in the right text
    MOVED = "moved"  # in both, at different places


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the left text, of the right, or of both (an empty span is where they would stand).

    A moved passage comes twice, where it stands on the left and where it stands on the right, with the same number;
    `other` is its span on the side where it is not, and `inner` how the two compare word by word. Every other
    difference has a number of its own; what is the same has 0.
    """

    change: Change
    left: Span
    right: Span
    number: int = 0
    other: Span | None = None
    inner: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """All passages in order; each word of each text is in exactly one. `same_words` counts those in the same place."""

    passages: tuple[Passage, ...]
    same_words: int


def compare_words(left: Sequence[Word], right: Sequence[Word]) -> Compared:
    """How the two texts compare."""
    runs = align([word.key for word in left], [word.key for word in right])
    moves = find_moves(left, right, runs)
    passages = tuple(_numbered(_in_order(runs, moves, len(left), len(right)), left, right))
    return Compared(passages, sum(run.size for run in runs))


def _in_order(runs: Sequence[Run], moves: Sequence[Move], left_size: int, right_size: int) -> Iterator[Passage]:
    gaps = {(gap[0], gap[2]): gap for gap in gaps_between(runs, left_size, right_size)}
    at = (0, 0)
    for run in [*runs, Run(left_size, right_size, 0)]:
        if at in gaps:
            yield from _in_gap(gaps[at], moves)
        if run.size:
            yield Passage(Change.SAME, (run.left, run.left + run.size), (run.right, run.right + run.size))
        at = (run.left + run.size, run.right + run.size)


def _in_gap(gap: tuple[int, int, int, int], moves: Sequence[Move]) -> Iterator[Passage]:
    """Yields the differences of one gap: first what the left text has, then what the right has."""
    start, end, first, last = gap
    here = [m for m in moves if start <= m.left and m.left_end <= end]
    there = sorted((m for m in moves if first <= m.right and m.right_end <= last), key=lambda m: m.right)
    mine = list(_rest(start, end, [(m.left, m.left_end) for m in here]))
    theirs = list(_rest(first, last, [(m.right, m.right_end) for m in there]))
    if not here and not there and mine and theirs:
        yield Passage(Change.CHANGED, (start, end), (first, last))
        return
    lefts = [Passage(Change.MISSING, span, (first, first)) for span in mine]
    lefts += [Passage(Change.MOVED, (m.left, m.left_end), (first, first), other=(m.right, m.right_end)) for m in here]
    rights = [Passage(Change.ADDED, (end, end), span) for span in theirs]
    rights += [Passage(Change.MOVED, (end, end), (m.right, m.right_end), other=(m.left, m.left_end)) for m in there]
    yield from sorted(lefts, key=lambda passage: passage.left)
    yield from sorted(rights, key=lambda passage: passage.right)


def _rest(start: int, end: int, taken: Sequence[Span]) -> Iterator[Span]:
    for low, high in taken:
        if low > start:
            yield start, low
        start = high
    if end > start:
        yield start, end


def _numbered(passages: Iterator[Passage], left: Sequence[Word], right: Sequence[Word]) -> Iterator[Passage]:
    moved: dict[Span, tuple[int, tuple[Passage, ...]]] = {}
    count = 0
    for passage in passages:
        if passage.change is Change.SAME:
            yield passage
        elif passage.other is None:
            count += 1
            yield replace(passage, number=count)
        else:
            is_left = passage.left[0] < passage.left[1]
            here, there = (passage.left, passage.other) if is_left else (passage.other, passage.right)
            if here not in moved:
                inner = tuple(_inside(here, there, left, right, count + 1))
                moved[here] = (count + 1, inner)
                count += 1 + sum(part.number > 0 for part in inner)
            number, inner = moved[here]
            yield replace(passage, number=number, inner=inner)


def _inside(here: Span, there: Span, left: Sequence[Word], right: Sequence[Word], number: int) -> Iterator[Passage]:
    """Yields the passages of a moved one; its differences are numbered from behind `number` on."""
    runs = align([word.key for word in left[slice(*here)]], [word.key for word in right[slice(*there)]])
    for part in _in_order(runs, [], here[1] - here[0], there[1] - there[0]):
        number += part.change is not Change.SAME
        yield replace(
            part,
            left=(part.left[0] + here[0], part.left[1] + here[0]),
            right=(part.right[0] + there[0], part.right[1] + there[0]),
            number=0 if part.change is Change.SAME else number,
        )
