"""Finds what is to be covered: names in every script, texts, numbers, and the cells of a list's columns.

Looked for is page by page in the text as it counts today, not in the index: what is asked is not whether a page is a
hit, but that no place is missed. Names that stand over the end of a line are looked for across it, in the lines that
follow one another in the text and in those that stand below one another on the page; and what a second engine read of a
line counts too. A find without a place on the page is said, and the page then wants to be looked at by eye.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite, region_cite_of
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.recognition import LINE_NUMBERS
from fairwitness.core.records import Region
from fairwitness.core.redaction import Box, FoundBy, Reason, Width
from fairwitness.facts.identifiers import REGIONS, find_identifiers
from fairwitness.names import Aliases, BadName, parse_name, read_aliases
from fairwitness.names.compare import Level
from fairwitness.search.highlight import matches
from fairwitness.search.query import Named, Node, parse
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.keying import Desk, cell_name
from fairwitness.work.looking import Looking
from fairwitness.work.redacting import is_unread, pages_of
from fairwitness.work.redaction_kept import BadBox, Redaction, keep_boxes, keep_search
from fairwitness.work.searching import ALIASES, boxes_of
from fairwitness.work.showing import look_up

NAME, TEXT, NUMBERS, COLUMN = "name", "text", "numbers", "column"
_SEAM_WORDS = 6  # of each of two lines, that are looked at together
_APART = "\n\n\ue000 \ue000x \ue000y \ue000z\n\n"  # between seams: words that no name has, more than one may skip
_BELOW = (-0.6, 1.8)  # from the end of a line to the beginning of the next, in heights of a line
_NUMBER_REASONS: dict[str, Reason] = {"phone": "contact", "e-mail": "contact"}

Span = tuple[int, int]
PixelBox = tuple[int, int, int, int]
Finder = Callable[[str], list[Span]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for places did: the redaction with its new boxes, and what it could not see.

    `places` were found on `pages` of the pages searched; `across` of them stand over the end of a line. `unread` pages
    have no text, or not all of it; on `unplaced` pages something was found that has no place on the image.
    """

    redaction: Redaction
    places: int
    new: int
    pages: int
    across: int
    unread: tuple[int, ...]
    unplaced: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told: dict[str, Any] = {"redaction": self.redaction.id, "places": self.places, "new_boxes": self.new}
        told |= {"pages": self.pages, "across_lines": self.across}
        return told | {"unread_pages": list(self.unread), "unplaced_pages": list(self.unplaced)}


def find_name(
    case: Case, one: Redaction, name: str, by: str, *, level: Level = "likely", width: Width = "line",
    reason: Reason = "person",
) -> Found:  # fmt: skip
    """All forms of the name, in every script, on every page that leaves, are covered.

    Raises:
        BadName: if it is no name.
    """
    parse_name(name)
    node = Named(name, level, _aliases(case))
    return _find(case, one, (NAME, name, level), _by_node(node), by, width, lambda _: reason, "search")


def names_covered(redactions: Iterable[Redaction]) -> list[Named]:
    """The names that boxes cover or that were searched for, each to be found in every script as `find_name` finds it.

    A single word is no name here: a part of one stands in many places.
    """
    names: set[str] = set()
    for one in redactions:
        names |= {search.asked for search in one.searches if search.kind == NAME}
        covered = {" ".join(kept.box.withheld.split()) for kept in one.boxes if kept.box.reason == "person"}
        names |= {text for text in covered if " " in text or "·" in text}
    nodes = []
    for name in sorted(names):
        with suppress(FairwitnessError):  # what was covered as a person is more than a name
            parse_name(name)
            nodes.append(Named(name, "likely"))
    return nodes


def find_text(case: Case, one: Redaction, query: str, by: str, *, width: Width, reason: Reason) -> Found:
    """Everything that the words of the query match is covered.

    Raises:
        BadQuery: with the position and the reason.
    """
    return _find(case, one, (TEXT, query, ""), _by_node(parse(query)), by, width, lambda _: reason, "search")


def find_numbers(
    case: Case, one: Redaction, by: str, *, width: Width = "line", phones: Sequence[str] = REGIONS
) -> Found:
    """Every identity number, passport number, telephone number and e-mail address that has the form of one is covered.

    There is no pattern for postal addresses, for names that nobody named, or for faces: those are covered by hand.
    """
    kinds: dict[str, str] = {}

    def finder(text: str) -> list[Span]:
        found = find_identifiers(text, phones=phones)
        kinds.update((text[each.start : each.end], each.kind) for each in found)
        return [(each.start, each.end) for each in found]

    def reason(text: str) -> Reason:
        return _NUMBER_REASONS.get(kinds.get(text, ""), "number")

    return _find(case, one, (NUMBERS, " ".join(phones), ""), finder, by, width, reason, "recogniser")


def find_names_of_column(
    case: Case, one: Redaction, kept: KeptList, column: str, by: str, *, level: Level = "likely", width: Width = "line"
) -> list[Found]:
    """Each name that a column of a list holds is looked for on every page, as `find_name` does; one answer each.

    Raises:
        NotFound: if the list has no such column.
    """
    desk = Desk(case, kept)
    names = dict.fromkeys(text.strip() for _, _, text in _cells(desk, column) if text.strip())
    answers = []
    for name in names:
        try:
            answers.append(find_name(case, one, name, by, level=level, width=width))
        except BadName:
            continue
        one = answers[-1].redaction
    return answers


def cover_column(case: Case, one: Redaction, kept: KeptList, column: str, by: str, *, reason: Reason) -> Found:
    """Every cell of that column of the list which stands on a page that leaves is covered, the whole cell.

    Raises:
        NotFound: if the list has no such column.
    """
    looking = Looking(case)
    desk = Desk(case, kept)
    wanted = set(pages_of(case, one, looking))
    looked = looking.document(one.document)
    boxes: list[tuple[Box, str]] = []
    unplaced: set[int] = set()
    for places, page, text in _cells(desk, column):
        if not places and page[1] in wanted and one.document.startswith(page[0][:16]):
            unplaced.add(page[1])  # a row without such a cell: something may stand there all the same
        for place in places:
            for cite in _regions(case, place, one.document):
                if cite is None:
                    unplaced.add(page[1])
                elif one.document.startswith(cite.document) and cite.page in wanted:
                    box = Box(str(cite), reason, "column", "cell", f"{kept.id}:{column}", text)
                    boxes.append((box, looked.made_by(cite.page)))
    unplaced |= {
        number for digest, number, how in desk.list.pages
        if digest == one.document and number in wanted and how != "ok"
    }  # fmt: skip
    before = len(one.boxes)
    one = keep_boxes(case, one, boxes, by)
    pages = {number: looked.made_by(number) for number in wanted}
    one = keep_search(case, one, (COLUMN, f"{kept.id}:{column}", ""), pages, unplaced, len(boxes), by)
    unread = tuple(sorted(n for n in wanted if is_unread(looking.page(one.document, n))))
    on = len({box.place.split(":")[1] for box, _ in boxes})
    return Found(one, len(boxes), len(one.boxes) - before, on, 0, unread, tuple(sorted(unplaced)))


def _cells(desk: Desk, column: str) -> Iterator[tuple[tuple[str, ...], tuple[str, int], str]]:
    """Yields of every data row the places of its cell, the page of the row, and what the cell says."""
    at = next((at for at, each in enumerate(desk.list.columns) if each.name == column), None)
    if at is None:
        raise NotFound("The list has no such column.", advice="Run: fairwitness list show CASE LIST")
    for row in desk.list.data_rows:
        cell = next((each for each in row.cells if each.column == at), None)
        if cell is None:
            yield (), (row.document, row.page), ""
            continue
        state = desk.state(cell_name(row, cell, desk.list.columns[at]))
        text = state.value.text if state.value is not None else cell.text
        yield cell.places, (row.document, row.page), text


def _regions(case: Case, place: str, document: str) -> Iterator[RegionCite | None]:
    """Yields the rectangles of the place; None for text that has none."""
    cite = parse_any_cite(place)
    if isinstance(cite, RegionCite):
        yield cite
        return
    if not document.startswith(cite.document):
        return
    shown = look_up(case, cite)
    if not shown.boxes:
        yield None
    for x0, y0, x1, y1 in shown.boxes:
        yield region_cite_of(Region(shown.document, cite.page, shown.dpi, x0, y0, x1, y1))


def _aliases(case: Case) -> Aliases | None:
    path = Path(case.folder) / ALIASES
    return read_aliases(path.read_text("utf-8", errors="replace")) if path.is_file() else None


def _by_node(node: Node) -> Finder:
    return lambda text: matches(node, text)


def _find(
    case: Case, one: Redaction, search: tuple[str, str, str], finder: Finder, by: str, width: Width,
    reason: Callable[[str], Reason], found_by: FoundBy,
) -> Found:  # fmt: skip
    looking = Looking(case)
    looked = looking.document(one.document)
    if not looked.has_images:
        raise BadBox("Only pages of PDFs and images can be redacted.")
    boxes: list[tuple[Box, str]] = []
    unread, unplaced, pages, on = [], [], {}, 0
    across = places = 0
    for number in pages_of(case, one, looking):
        page = looking.page(one.document, number)
        pages[number] = looked.made_by(number)
        if is_unread(page):
            unread.append(number)
        if isinstance(page, PageMissed):
            continue
        found = list(_on_page(page, finder))
        on += bool(found)
        for text, parts, is_across in found:
            places += 1
            across += is_across
            if not parts:
                unplaced.append(number)
            cites = _cites(looking, one.document, page, number, parts)
            group = f"{search[0]}:{search[1]}"[:200] if width == "fixed" else ""
            boxes += [(Box(cite, reason(text), found_by, width, group, text[:2000]), pages[number]) for cite in cites]
    before = len(one.boxes)
    one = keep_boxes(case, one, boxes, by)
    one = keep_search(case, one, search, pages, set(unplaced), places, by)
    return Found(one, places, len(one.boxes) - before, on, across, tuple(unread), tuple(sorted(set(unplaced))))


def _cites(looking: Looking, document: str, page: PageText, number: int, parts: Iterable[PixelBox]) -> Iterator[str]:
    """Yields cites of boxes in pixels of the page as it counts today."""
    scale, dpi = 1.0, page.dpi
    if looking.document(document).reading.media_type.startswith("image/"):
        dpi, scale = 0, _own_scale(looking, document, number, page)
    for box in parts:
        x0, y0, x1, y1 = (round(side * scale) for side in box)
        yield str(region_cite_of(Region(document, number, dpi, x0, y0, max(x1, x0 + 2), max(y1, y0 + 2))))


def _own_scale(looking: Looking, document: str, number: int, page: PageText) -> float:
    own = looking.own_page(document, number)
    return own.width_px / page.width_px if own is not None and own.width_px and page.width_px else 1.0


def _on_page(page: PageText, finder: Finder) -> Iterator[tuple[str, list[PixelBox], bool]]:
    """Yields what is found: its text, the boxes of its parts, and whether it stands over the end of a line."""
    seen: set[tuple[PixelBox, ...]] = set()
    for start, end in _each(page.text, finder):
        parts = list(boxes_of(page, start, end))
        seen.add(tuple(parts))
        yield page.text[start:end], parts, len(parts) > 1
    for text, parts in [*_across_lines(page, finder), *_in_alternatives(page, finder)]:
        key = tuple(parts)
        if key not in seen and not any(set(parts) <= set(other) for other in seen):
            seen.add(key)
            yield text, parts, len(parts) > 1


def _each(text: str, finder: Finder) -> Iterator[Span]:
    """Yields the finds; one that is found on each of its lines by itself is as many as it has lines.

    Forms of a name below one another are one range, since the words of a name may stand in any order.
    """
    for start, end in finder(text):
        lines = [found.span() for found in re.finditer(r"[^\n]+", text[start:end]) if found[0].strip()]
        if len(lines) > 1 and all(finder(text[start + low : start + high]) for low, high in lines):
            yield from ((start + low, start + high) for low, high in lines)
        else:
            yield start, end


@dataclass(frozen=True, slots=True)
class _Line:
    """The words of one line: text and box of each."""

    words: tuple[tuple[str, PixelBox], ...]

    @property
    def box(self) -> PixelBox:
        x0s, y0s, x1s, y1s = zip(*(box for _, box in self.words), strict=True)
        return min(x0s), min(y0s), max(x1s), max(y1s)


def _lines(page: PageText) -> list[_Line]:
    lines: list[_Line] = []
    words: list[tuple[str, PixelBox]] = []
    last = 0
    for at in range(0, len(page.words), 6):
        start, end, x0, y0, x1, y1 = page.words[at : at + 6]
        if words and "\n" in page.text[last:start]:
            lines.append(_Line(tuple(words)))
            words = []
        words.append((page.text[start:end], (x0, y0, x1, y1)))
        last = end
    return [*lines, _Line(tuple(words))] if words else lines


def _seams(page: PageText) -> Iterator[tuple[_Line, _Line]]:
    """Yields each line with every line that may go on with it: below it, and over or under it in part."""
    lines = [(line, line.box) for line in _lines(page)]
    for one, (x0, _, x1, bottom) in lines:
        height = max(1, bottom - one.box[1])
        for other, (left, top, right, _) in lines:
            if (
                other is not one
                and _BELOW[0] * height <= top - bottom <= _BELOW[1] * height
                and left < x1
                and x0 < right
            ):
                yield one, other


def _across_lines(page: PageText, finder: Finder) -> Iterator[tuple[str, list[PixelBox]]]:
    """Yields what stands over the end of a line, with the boxes of both parts.

    Words may be parted at the end of the line, with a hyphen or without, or between words.
    """
    text = ""
    pieces: list[tuple[int, int, PixelBox]] = []  # where a word stands in `text`, and its box
    seams: list[tuple[int, int]] = []  # the seam, and where its two lines end
    for one, other in _seams(page):
        for joint in (" ", ""):
            for word, box in one.words[-_SEAM_WORDS:]:
                is_last = word == one.words[-1][0] and box == one.words[-1][1]
                shown = word.rstrip("-\u2010\u00ad") if is_last and not joint else word
                pieces.append((len(text), len(text) + len(shown), box))
                text += shown + ("" if is_last else _blank(word))
            text += joint
            seam = len(text)
            for word, box in other.words[:_SEAM_WORDS]:
                pieces.append((len(text), len(text) + len(word), box))
                text += word + _blank(word)
            seams.append((seam, len(text)))
            text += _APART
    for start, end in finder(text) if text else ():
        if any(start < seam < end <= last for seam, last in seams):
            yield text[start:end], _joined([box for a, b, box in pieces if a < end and b > start])


def _blank(word: str) -> str:
    return "" if len(word) == 1 and word >= "\u2e80" else " "  # Han is a word for each character


def _joined(boxes: Sequence[PixelBox]) -> list[PixelBox]:
    """The boxes, those beside one another on a line as one."""
    found: list[PixelBox] = []
    for box in boxes:
        if found:
            x0, y0, x1, y1 = found[-1]
            if 2 * (min(y1, box[3]) - max(y0, box[1])) > min(y1 - y0, box[3] - box[1]):
                found[-1] = (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3]))
                continue
        found.append(box)
    return found


def _in_alternatives(page: PageText, finder: Finder) -> Iterator[tuple[str, list[PixelBox]]]:
    """Yields whole lines in which another engine read what is looked for."""
    made = page.recognition
    for other in made.alternatives if made is not None else ():
        for start, end in finder(other.text)[:1]:
            first, last = made.lines[LINE_NUMBERS * other.line : LINE_NUMBERS * other.line + 2]  # type: ignore[union-attr]
            yield other.text[start:end], list(boxes_of(page, first, last))
