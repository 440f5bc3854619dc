"""What the pages of the list desk show of a cell: its pixels, and as much of what is known as its reader may see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.text.visible import visible
from fairwitness.web.pages.images import image_address
from fairwitness.web.templating import KEEP
from fairwitness.web.words import N_
from fairwitness.work.cell_places import places_of_row, text_around
from fairwitness.work.keying import MODES, Desk, Mode, Order, Placed

FLAGS: Mapping[str, str] = {
    "unread_ink": N_("ink that gave no text"),
    "over_ruling": N_("writing crosses a line"),
    "stamped": N_("under a stamp"),
    "struck": N_("a line runs through it"),
    "constrained": N_("chosen by what the column allows"),
    "misfit": N_("does not fit its column"),
    "cut_above": N_("open above"),
    "cut_below": N_("open below"),
    "joined": N_("goes over a page end"),
    "may_go_on": N_("may go on over the page end"),
    "ragged": N_("cells are missing or do not fit"),
    "repeated": N_("given twice, kept once"),
}
"""What each flag of a cell or a row says to who reads it."""

ABOUT_PIXELS = frozenset({"stamped", "struck", "cut_above", "cut_below", "joined", "may_go_on"})
"""Flags that say how a cell looks, and nothing of what a machine read: somebody who enters blind may know them."""

LANGS = {"Hani": "zh", "Arab": "ug", "Cyrl": "ru"}

PARTS = tuple(f"{part}/{parts}" for parts in (2, 3, 4) for part in range(1, parts + 1))
"""Parts into which the rows are shared among groups of people, the same on every copy of the case."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the address of a page where cells are worked on asks for."""

    mode: Mode
    column: str = ""
    order: Order = "doubtful"
    view: str = ""
    draw: str = ""
    part: str = ""

    @property
    def share(self) -> tuple[int, int]:
        """Which part of the rows, of how many: those of one group of people."""
        first, _, parts = self.part.partition("/")
        return (int(first), int(parts)) if parts else (1, 1)

    @property
    def is_blind(self) -> bool:
        """Whether nobody's reading may be seen, the machine's included."""
        return self.mode in ("key", "audit")

    def fields(self) -> list[tuple[str, str]]:
        """Name and value of each that is not as it is by default."""
        pairs = [("column", self.column), ("part", self.part), ("view", self.view), ("draw", self.draw)]
        order = [("order", "rows")] if self.order == "rows" and not self.is_blind else []
        return [(name, value) for name, value in pairs if value] + order

    def query(self, **more: str) -> str:
        """The end of the address of the same; with `more` in it."""
        pairs = [*self.fields(), *more.items()]
        return f"?{urlencode(pairs, safe=':,@')}" if pairs else ""


def work_in(mode: str, given: Mapping[str, Any]) -> Work:
    """What the parameters ask for; nonsense asks for nothing."""

    def text(name: str) -> str:
        value = given.get(name, "")
        return value[:100] if isinstance(value, str) else ""

    chosen: Mode | None = next((one for one in MODES if one == mode), None)
    if chosen is None:
        raise NotFound("There is no such way to work on a list.")
    view = "row" if text("view") == "row" and mode in ("review", "key") else ""
    by_rows = mode in ("key", "audit") or text("order") == "rows"  # the other order says what the machine doubts
    order: Order = "rows" if by_rows else "doubtful"
    part = text("part") if text("part") in PARTS else ""
    return Work(chosen, text("column"), order, view, text("draw"), part)


@dataclass(frozen=True, slots=True)
class PictureView:
    """Addresses of the picture of one place of a cell, and of the same with more pixels."""

    address: str
    close: str
    page: int


@dataclass(frozen=True, slots=True)
class PageView:
    """A page on which a cell stands, and where it is shown."""

    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Pick:
    """Something that can be chosen with one key; `value` is what the form sends for it."""

    state: str
    text: str

    @property
    def value(self) -> str:
        """As a form carries it."""
        return json.dumps({"state": self.state, "text": self.text}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One cell with what may be shown of it: `text` stands in its field, `confidence` is 0 where nobody may know."""

    cite: str
    key: str
    title: str
    title_lang: str
    lang: str
    direction: str
    is_figures: bool
    flags: tuple[str, ...]
    state: str = "text"
    text: str = ""
    replaces: str = ""
    confidence: int = 0
    picks: tuple[Pick, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether an empty field may be kept: the machine found nothing there."""
        return self.state == "blank" and not self.text

    @property
    def unseen(self) -> bool:
        """Whether the text has signs that a field does not show."""
        return visible(self.text, keep_lines=True, keep=KEEP) != self.text


@dataclass(frozen=True, slots=True)
class CardView:
    """One cell, or the cells of one row, with its pictures. `is_hidden_yet`: the pixels are looked at first."""

    key: str
    row_number: int
    cells: tuple[FieldView, ...]
    pictures: tuple[PictureView, ...]
    around: tuple[str, str, str] | None
    pages: tuple[PageView, ...]
    flags: tuple[str, ...]
    is_row: bool = False
    is_hidden_yet: bool = False


def crop_address(cite: str, *, close: bool = False) -> str:
    """Where the picture of that rectangle is."""
    return f"/desk/crop/{quote(cite, safe=':,@')}" + ("?close=1" if close else "")


def field_of(placed: Placed, may_see_reading: bool, **more: Any) -> FieldView:
    """The cell without anything that anybody read in it; `more` are further values of the view."""
    column = placed.column
    flags = [flag for flag in placed.cell.flags if may_see_reading or flag in ABOUT_PIXELS]
    return FieldView(
        cite=placed.name,
        key=hashlib.sha256(placed.name.encode()).hexdigest()[:12],
        title=column.title or column.name,
        title_lang=LANGS.get(column.script, ""),
        lang=LANGS.get(column.script, ""),
        direction="rtl" if column.script == "Arab" else "auto",
        is_figures=column.script == "digits" and column.kind == "number",
        flags=tuple(FLAGS[flag] for flag in flags if flag in FLAGS),
        **more,
    )


def card_of(case: Case, desk: Desk, fields: Sequence[FieldView], *, is_row: bool, blind: bool) -> CardView:
    """A card of these cells of one row. `blind`: nothing on it leads to what somebody or something read."""
    first = desk.cells[fields[0].cite]
    cites = (places_of_row(first.row) if is_row else ()) or first.cell.places or (first.row.id,)
    pictures, around = [], None
    for cite in cites:
        parsed = parse_any_cite(cite)
        if isinstance(parsed, RegionCite):
            pictures.append(PictureView(crop_address(cite), crop_address(cite, close=True), parsed.page))
        elif not blind:
            try:
                around = text_around(case, parsed)
            except FairwitnessError:  # the reading that it was cited in is not in this copy
                around = None
    flags = {FLAGS[flag]: None for flag in first.row.flags if flag in FLAGS and (not blind or flag in ABOUT_PIXELS)}
    if not is_row:
        flags |= dict.fromkeys(fields[0].flags)
    pages = dict.fromkeys(parse_any_cite(cite).page for cite in cites)
    return CardView(
        key=fields[0].key,
        row_number=first.row.number,
        cells=tuple(fields),
        pictures=tuple(pictures),
        around=around,
        pages=tuple(PageView(page, _page_address(first.row.document, page, cites[0], blind)) for page in pages),
        flags=tuple(flags),
        is_row=is_row,
    )


def covered(card: CardView) -> CardView:
    """The card before anybody has looked at its pixels: nothing that was entered is on it."""
    bare = tuple(replace(one, text="", picks=(), state="text", confidence=0, asked=()) for one in card.cells)
    return replace(card, cells=bare, is_hidden_yet=True)


def _page_address(document: str, page: int, cite: str, blind: bool) -> str:
    if blind:  # the page of a document shows its text too
        return image_address(document, page, 2560)
    return f"/documents/{document}?{urlencode({'page': page, 'cite': cite}, safe=':,@')}"
