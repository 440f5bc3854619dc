"""Running text cut into pages of a few thousand characters, at the ends of its paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_TEXT_CHARS, PageKind, PageText

SECTION_CHARS = 6_000
_HARD_CHARS = 2 * SECTION_CHARS  # one paragraph alone may be this long before it is cut inside


def cut_sections(blocks: Iterable[str], kind: PageKind = "section", first: int = 1) -> Iterator[PageText]:
    r"""Yield pages of about `SECTION_CHARS` characters, numbered from `first`; pages without any text are left out.

    A block is a paragraph, row or line with its own end ("\n\n", "\t\n", "\n"); it stays whole unless
    it is longer than two pages. A block that begins with a form feed begins a page. Nothing but form feeds and white
    space at the end of a page is lost.
    """
    number = first
    held: list[str] = []
    length = 0
    for block in blocks:
        for piece in _pieces(block):
            if held and (length + len(piece) > SECTION_CHARS or piece.startswith("\f")):
                page = _page(held, number, kind)
                if page is not None:
                    yield page
                    number += 1
                held, length = [], 0
            held.append(piece.removeprefix("\f"))
            length += len(piece)
    page = _page(held, number, kind)
    if page is not None:
        yield page


def slide_page(number: int, text: str) -> PageText:
    """The page of a slide; one with more text than a page may have is cut, and says so."""
    text = text.rstrip("\n")
    cause = Cause.PARTIAL if len(text) > MAX_TEXT_CHARS else None
    return PageText(number, "slide", text[:MAX_TEXT_CHARS], cause=cause)


def _page(held: list[str], number: int, kind: PageKind) -> PageText | None:
    text = "".join(held).rstrip("\n ")
    return PageText(number, kind, text) if text.strip() else None


def _pieces(block: str) -> Iterator[str]:
    if len(block) <= _HARD_CHARS:
        yield block
        return
    start = 0
    while len(block) - start > _HARD_CHARS:
        end = _break_before(block, start + SECTION_CHARS)
        yield block[start:end]
        start = end
    yield block[start:]


def _break_before(block: str, at: int) -> int:
    """Place after the last line end, sentence end or space in the half page before `at`; `at` if there is none."""
    low = at - SECTION_CHARS // 2
    for sign in ("\n", "。", ". ", "؟", " "):
        found = block.rfind(sign, low, at)
        if found >= 0:
            return found + len(sign)
    return at
