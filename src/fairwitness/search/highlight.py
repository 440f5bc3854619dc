"""Shows where on a page a query matches: ranges of the text, and a short piece of it around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairwitness.search._match import ranges_of
from fairwitness.search._nodes import Node, positive_text_leaves
from fairwitness.search._view import View

SNIPPET_CHARS = 200
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the text of a page, unchanged. `start` is where it begins in the page; `marks` are ranges in `text`.

    It may hold writing of both directions: whoever shows it isolates it, as `<bdi>` does.
    """

    text: str
    start: int
    marks: tuple[tuple[int, int], ...]


def matches(node: Node, text: str) -> list[tuple[int, int]]:
    """Ranges in `text` of all that the words and patterns of the query match, in order, not overlapping.

    Words under NOT do not count. The page need not be a hit of the whole query.
    """
    page = View.of_text(text)
    found = {units for leaf in positive_text_leaves(node) for units in ranges_of(leaf, page)}
    return _merge(page.source(units) for units in found)


def _merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet(text: str, ranges: Sequence[tuple[int, int]], width: int = SNIPPET_CHARS) -> Snippet:
    """About `width` characters of `text`, where most of `ranges` are near each other; from the start without ranges.

    A letter is never cut off from its marks, and a word is not cut where a blank is near. A range longer than the
    width is shown in part.
    """
    low, high = _densest(ranges, width)
    spare = max(0, width - (high - low))
    start = max(0, low - spare // 2)
    end = min(len(text), start + width)
    start = max(0, min(start, end - width))
    start = _at_letter(text, _at_word(text, start, low))
    end = _at_letter(text, end)
    marks = tuple((max(a, start) - start, min(b, end) - start) for a, b in ranges if a < end and b > start)
    return Snippet(text[start:end], start, marks)


def _densest(ranges: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """Where the window with the most ranges begins and ends; the first of several such."""
    best = (0, 0, 0)  # number of ranges, start, end
    first = 0
    for last, (_, end) in enumerate(ranges):
        while first < last and end - ranges[first][0] > width:
            first += 1
        if last - first + 1 > best[0]:
            best = (last - first + 1, ranges[first][0], min(end, ranges[first][0] + width))
    return best[1], best[2]


def _at_word(text: str, start: int, low: int) -> int:
    """`start`, moved to the beginning of the next word if one begins soon and before `low`."""
    if start == 0 or text[start - 1].isspace():
        return start
    for place in range(start, min(start + 20, low)):
        if text[place].isspace():
            return place + 1
    return start


def _at_letter(text: str, place: int) -> int:
    """`place`, moved back to a place where no mark, selector or joiner is cut off from its letter."""
    while 0 < place < len(text) and _clings(text[place - 1], text[place]):
        place -= 1
    return place


def _clings(before: str, char: str) -> bool:
    if char in _JOINERS or before in _JOINERS or unicodedata.category(char).startswith("M"):
        return True
    return before == "\r" and char == "\n"
