"""What is on one leaf of a document: a page, or a window of a long one, with what matches a query on it.

Texts of a hundred megabytes are read in sections of millions of characters; nobody is shown more than one window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from fairwitness.core.cite import AnyCite, Cite
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.search.highlight import matches
from fairwitness.search.query import BadQuery, Node, parse
from fairwitness.work.looking import Looked, Looking

WINDOW = 40_000  # code points of text shown at once: at most 160 kB of UTF-8
MANY = 5_000  # hits marked on one leaf
_ADVICE = {
    Cause.NEEDS_OCR: "It is an image of text that nobody has read yet. Read it with: fairwitness ocr CASE",
    Cause.ENCRYPTED: "It is locked. Try passwords with: fairwitness failures CASE --retry --cause encrypted",
    Cause.UNSUPPORTED: "No reader here knows this type. Its bytes can be looked at.",
    Cause.UNREADABLE: "The reader refused it as damaged. Look for another copy, or at its bytes.",
    Cause.PARTIAL: "Something of it was read, the rest was not.",
    Cause.MISSING_MODEL: "Text recognition lacks what this script needs; `fairwitness ocr CASE` names it.",
    Cause.LIMIT_MEMORY: "It took more memory than one file may. Raise the limit with: fairwitness open --memory-mib",
    Cause.LIMIT_CPU: "It took more time than one file may. Try it again with: fairwitness failures CASE --retry",
    Cause.LIMIT_WALL: "It took more time than one file may. Try it again with: fairwitness failures CASE --retry",
    Cause.NOT_READ_YET: "Nobody has read it yet. Go on with: fairwitness open LEAK",
    Cause.SANDBOX_VIOLATION: "Its reader tried what it must not. It is never read again; treat the file as hostile.",
}

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Around:
    """Numbers of the pages of a document that match, and those before and behind the one looked at; 0 for none."""

    numbers: Sequence[int]
    before: int
    behind: int


def advice_for(cause: Cause) -> str:
    """What a person can do about something that was not read; empty where nothing helps."""
    return _ADVICE.get(cause, "")


def asked_on_page(query: str) -> Node:
    """What is looked for within a document: a query, or the very words where they are no query.

    Raises:
        BadQuery: if there is nothing to look for in it.
    """
    try:
        return parse(query)
    except BadQuery:
        plain = query.replace("\\", " ").replace('"', " ")
        return parse(f'"{plain}"')


def around(numbers: Sequence[int], number: int) -> Around:
    """The place of one page among those that match, which are given in order."""
    at, behind = bisect_left(numbers, number), bisect_right(numbers, number)
    return Around(numbers, numbers[at - 1] if at else 0, numbers[behind] if behind < len(numbers) else 0)


def window_of(text: str, at: int) -> Range:
    """Where the window begins and ends that holds the code point `at`; it ends with a line where one ends in time."""
    start = max(0, min(at, len(text) - 1))
    if start:
        line = text.rfind("\n", max(0, start - WINDOW // 10), start)
        start = line + 1 if line >= 0 else start
    end = start + WINDOW
    if end >= len(text):
        return start, len(text)
    line = text.rfind("\n", end - WINDOW // 5, end)
    return start, line + 1 if line >= 0 else end


def window_before(text: str, start: int) -> int:
    """Where the window before the one from `start` on begins."""
    at = max(0, start - WINDOW)
    line = text.find("\n", at, at + WINDOW // 5)
    return line + 1 if at and 0 <= line < start - 1 else at


def hits_between(node: Node | None, text: str, start: int, end: int) -> list[Range]:
    """Where the query matches in a piece of the text, in order; a match that the edges cut is of the next piece."""
    if node is None or start >= end:
        return []
    return [(start + a, start + b) for a, b in matches(node, text[start:end])][:MANY]


def next_hit(
    looking: Looking, node: Node, document: str, numbers: Sequence[int], place: tuple[int, int]
) -> tuple[int, int] | None:
    """Page and code point of the first match behind `place`, which is a page and the end of its window."""
    number, at = place
    for page_number in numbers[bisect_left(numbers, number) :]:
        page = looking.page(document, page_number)
        text = page.text if isinstance(page, PageText) else ""
        start = at if page_number == number else 0
        while start < len(text):
            found = hits_between(node, text, start, min(len(text), start + WINDOW))
            if found:
                return page_number, found[0][0]
            start += WINDOW
    return None


def hit_before(
    looking: Looking, node: Node, document: str, numbers: Sequence[int], place: tuple[int, int]
) -> tuple[int, int] | None:
    """Page and code point of the last match before `place`, which is a page and the start of its window."""
    number, at = place
    for page_number in reversed(numbers[: bisect_right(numbers, number)]):
        page = looking.page(document, page_number)
        text = page.text if isinstance(page, PageText) else ""
        end = at if page_number == number else len(text)
        while end > 0:
            found = hits_between(node, text, max(0, end - WINDOW), end)
            if found:
                return page_number, found[-1][0]
            end -= WINDOW
    return None


def range_of_cite(looked: Looked, page: PageText, cite: AnyCite) -> Range | None:
    """The range on the page as it counts today; None if the cite names another page, a rectangle, or an old reading."""
    if not isinstance(cite, Cite) or cite.page != page.number or not looked.document.startswith(cite.document):
        return None
    if not looked.made_by(page.number).startswith(cite.reading) or cite.end > len(page.text):
        return None
    return cite.start, cite.end
