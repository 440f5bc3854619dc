"""Passages that stand in both texts at different places.

Only words that the alignment left over are looked at. Short sequences that both sides have are seeds; seeds that follow
one another on both sides within a few words make a passage, so that a misread word in it does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairwitness.compare.align import Run
from fairwitness.compare.words import Word

SEED_WORDS = 3
MAX_SEEDS = 4  # places of one seed; what stands at more places tells nothing
MAX_GAP = 8  # words between two seeds of one passage
MIN_WEIGHT = 16  # of the equal words of a passage: eight words, or sixteen Chinese characters
MIN_DENSITY = 0.5  # of the words of a passage that are equal


@dataclass(frozen=True, slots=True)
class Move:
    """Words `left` to `left_end` of one text that stand at `right` to `right_end` of the other; most are equal."""

    left: int
    left_end: int
    right: int
    right_end: int


@dataclass(slots=True)
class _Chain:
    """Seeds that follow one another; `equal` are the words of the left side that are in a seed."""

    left: int
    right: int
    left_end: int
    right_end: int
    equal: set[int]

    def takes(self, left: int, right: int) -> bool:
        """Whether a seed goes on where this chain is."""
        further, beyond = left + SEED_WORDS - self.left_end, right + SEED_WORDS - self.right_end
        return 0 < further <= MAX_GAP + SEED_WORDS and 0 < beyond <= MAX_GAP + SEED_WORDS


def find_moves(left: Sequence[Word], right: Sequence[Word], runs: Sequence[Run]) -> list[Move]:
    """The passages, none sharing a word with another, ascending on the left; `runs` is how the texts were aligned."""
    seeds = _seeds(left, right, runs)
    taken_left, taken_right = set[int](), set[int]()
    found = []
    for chain in sorted(_chains(seeds), key=lambda c: (-_weight(c, left), c.left, c.right)):
        here, there = range(chain.left, chain.left_end), range(chain.right, chain.right_end)
        is_enough = _weight(chain, left) >= MIN_WEIGHT and len(chain.equal) >= MIN_DENSITY * max(len(here), len(there))
        if is_enough and taken_left.isdisjoint(here) and taken_right.isdisjoint(there):
            taken_left.update(here)
            taken_right.update(there)
            found.append(Move(chain.left, chain.left_end, chain.right, chain.right_end))
    return sorted(found, key=lambda move: move.left)


def gaps_between(runs: Iterable[Run], left_size: int, right_size: int) -> list[tuple[int, int, int, int]]:
    """What the runs leave out: start and end on the left, start and end on the right."""
    gaps = []
    left = right = 0
    for run in [*runs, Run(left_size, right_size, 0)]:
        if run.left > left or run.right > right:
            gaps.append((left, run.left, right, run.right))
        left, right = run.left + run.size, run.right + run.size
    return gaps


def _weight(chain: _Chain, words: Sequence[Word]) -> int:
    return sum(words[at].weight for at in chain.equal)


def _seeds(left: Sequence[Word], right: Sequence[Word], runs: Sequence[Run]) -> list[tuple[int, int]]:
    gaps = gaps_between(runs, len(left), len(right))
    places = defaultdict(list)
    for _, _, start, end in gaps:
        for at in range(start, end - SEED_WORDS + 1):
            places[tuple(word.key for word in right[at : at + SEED_WORDS])].append(at)
    seeds = []
    for start, end, _, _ in gaps:
        for at in range(start, end - SEED_WORDS + 1):
            there = places.get(tuple(word.key for word in left[at : at + SEED_WORDS]), ())
            if len(there) <= MAX_SEEDS:
                seeds += [(at, other) for other in there]
    return seeds


def _chains(seeds: Sequence[tuple[int, int]]) -> list[_Chain]:
    done: list[_Chain] = []
    growing: list[_Chain] = []
    for left, right in seeds:
        still = [chain for chain in growing if left - chain.left_end <= MAX_GAP]
        if len(still) < len(growing):
            done += [chain for chain in growing if left - chain.left_end > MAX_GAP]
            growing = still
        fitting = [chain for chain in growing if chain.takes(left, right)]
        if fitting:
            chain = min(fitting, key=lambda c: abs((left - c.left_end) - (right - c.right_end)))
        else:
            chain = _Chain(left, right, left, right, set())
            growing.append(chain)
        chain.left_end, chain.right_end = left + SEED_WORDS, right + SEED_WORDS
        chain.equal.update(range(left, left + SEED_WORDS))
    return done + growing
