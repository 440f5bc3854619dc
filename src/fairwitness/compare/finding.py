"""Finds all pages of a collection that say the same: sketches, candidates, a look at each pair, groups."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from fairwitness.compare.candidates import Candidate, Candidates
from fairwitness.compare.groups import Grouping, group_pages
from fairwitness.compare.letters import letters_of
from fairwitness.compare.likeness import MIN_SIMILARITY, MIN_WEIGHT, ComparedPage, Likeness, likeness
from fairwitness.compare.sketch import Hashes, sketch_of

KEPT_LETTERS = 4_000_000  # of pages kept at hand with their shingles, some 25 bytes each


def sketch_of_text(text: str) -> Hashes:
    """The sketch of a page; empty for one that says too little to be compared."""
    letters = letters_of(text)
    return sketch_of(letters) if letters.weight >= MIN_WEIGHT else np.zeros(0, dtype=np.uint64)


def find_duplicates(
    sketches: Iterable[Hashes],
    text_of: Callable[[int], str],
    *,
    min_similarity: float = MIN_SIMILARITY,
    seen: Callable[[int], None] = lambda _: None,
) -> Grouping:
    """The groups among the pages 0, 1, 2 ... whose sketches and texts are given.

    `seen` is called with the number of the page that the search has come to. Memory: some 4 kB a page, and 100 MiB.
    """
    candidates = Candidates()
    for sketch in sketches:
        candidates.add(sketch)

    pages = _PagesAtHand(text_of)

    def compare(left: int, right: int, stock: float) -> Likeness:
        return likeness(pages[left], pages[right], min_similarity=min_similarity, stock=stock)

    def told() -> Iterator[Candidate]:
        for candidate in candidates.pairs():
            seen(candidate.left)
            yield candidate

    return group_pages(told(), compare)


class _PagesAtHand:
    """Pages by number, those used last at hand."""

    def __init__(self, text_of: Callable[[int], str]) -> None:
        self._text_of = text_of
        self._pages: OrderedDict[int, ComparedPage] = OrderedDict()
        self._letters = 0

    def __getitem__(self, number: int) -> ComparedPage:
        if number in self._pages:
            self._pages.move_to_end(number)
            return self._pages[number]
        page = self._pages[number] = ComparedPage.of(self._text_of(number))
        self._letters += len(page.letters)
        while self._letters > KEPT_LETTERS and len(self._pages) > 1:
            self._letters -= len(self._pages.popitem(last=False)[1].letters)
        return page
