"""One leaf of a document as the templates show it: leaked text in pieces, boxes turned, numbers checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from fairwitness.core.cite import Cite, RegionCite, parse_any_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageKind, PageMissed, PageText
from fairwitness.core.records import SheetCell
from fairwitness.intake.identify import family_of
from fairwitness.search.query import BadQuery, Node, parse
from fairwitness.text.quality import LOW_TRUST, Trust, signs_of, trust_of
from fairwitness.text.visible import visible
from fairwitness.web.room import Room
from fairwitness.web.templating import KEEP
from fairwitness.work import leafing
from fairwitness.work.leafing import Around, Range
from fairwitness.work.looking import Box, Looked, Shape, turned_box
from fairwitness.work.searching import CaseSearch, boxes_of
from fairwitness.work.sheets import MOST_COLUMNS, Grid, grid_of, page_with_row, place_of

_MAILS = frozenset({"message/rfc822", "application/vnd.ms-outlook", "message/x-emlx"})
_BREAK = re.compile(r"\r\n?|[^\r]+")
_HEADER = re.compile(r"[A-Z][A-Za-z-]{1,30}: ")
MAX_SHEET_TABS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `start` is its first code point on the page, `hit` its number among the hits, from 1, or 0.

    `spelled` is True for what cannot be shown as it is, and is one code point on the page however long it looks.
    """

    start: int
    text: str
    hit: int = 0
    spelled: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, checked."""

    page: int = 0
    query: str = ""
    find: str = ""
    at: int = 0
    column: int = -1
    turn: int = 0
    view: str = ""
    cite: str = ""
    last: bool = False
    cell: str = ""

    def address(self, digest: str, **changes: Any) -> str:
        """The address of the same with changes."""
        fresh: dict[str, Any] = {"cite": "", "last": False, "cell": ""}
        told = replace(self, **(fresh | changes))
        pairs = [
            ("page", told.page or ""),
            ("at", told.at or ""),
            ("column", told.column if told.column >= 0 else ""),
            ("turn", told.turn or ""),
            ("view", told.view),
            ("q", told.query),
            ("find", told.find),
            ("cell", told.cell),
            ("cite", told.cite),
            ("last", "yes" if told.last else ""),
        ]
        query = urlencode([(name, value) for name, value in pairs if value != ""])
        return f"/documents/{digest}" + (f"?{query}" if query else "")


def asked_in(parameters: Mapping[str, str]) -> Asked:
    """What the address asks for; nonsense asks for nothing."""

    def number(name: str, default: int, most: int = 1 << 31) -> int:
        text = parameters.get(name, "")
        return min(int(text), most) if re.fullmatch(r"[0-9]{1,10}", text) else default

    turn = number("turn", 0)
    return Asked(
        page=number("page", 0),
        query=parameters.get("q", "").strip(),
        find=parameters.get("find", "").strip(),
        at=number("at", 0),
        column=number("column", -1, 20_000),
        turn=turn if turn in (0, 90, 180, 270) else 0,
        view=parameters.get("view", "") if parameters.get("view") in ("text", "formulas") else "",
        cite=parameters.get("cite", "").strip(),
        last=parameters.get("last", "") == "yes",
        cell=parameters.get("cell", "").strip()[:12],
    )


@dataclass(frozen=True)
class Leaf:
    """All that the template of a leaf shows. `kind` is one of image, sheet, mail, text and missed."""

    looked: Looked
    asked: Asked
    kind: str
    number: int
    page: PageText | PageMissed
    shape: Shape
    before: int
    behind: int
    position: int
    languages: tuple[str, ...]
    trust: Trust
    cause: Cause | None
    window: Range
    pieces: tuple[Piece, ...]
    hits: tuple[Range, ...]
    hit_boxes: tuple[tuple[Box, ...], ...]
    region: Box | None
    around: Around | None
    notice: str
    problem: FairwitnessError | None
    grid: Grid | None = None
    tabs: tuple[tuple[str, int, bool], ...] = ()
    headers: tuple[tuple[Piece, ...], ...] = ()
    marked_cells: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def digest(self) -> str:
        """Of the document."""
        return self.looked.document

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.looked.numbers)

    @property
    def text(self) -> str:
        """The text of the whole page; empty for one that was not read."""
        return self.page.text if isinstance(self.page, PageText) else ""

    @property
    def window_before(self) -> int:
        """Where the window before this one begins."""
        return leafing.window_before(self.text, self.window[0])

    @property
    def lang(self) -> str:
        """The language that most of the page is in."""
        return self.languages[0] if self.languages else ""

    @property
    def made_by(self) -> str:
        """Id of what gave the page."""
        return self.looked.made_by(self.number)

    @property
    def engine(self) -> str:
        """What recognised the page; empty where the text is that of the file."""
        how = self.page.recognition if isinstance(self.page, PageText) else None
        return how.engine if how is not None else ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the text cannot be trusted."""
        return bool(self.text) and self.trust.value < LOW_TRUST

    @property
    def advice(self) -> str:
        """What can be done about a page that was not read."""
        return leafing.advice_for(self.cause) if self.cause is not None else ""

    def link(self, **changes: Any) -> str:
        """The address of this leaf with changes."""
        if "page" in changes and "at" not in changes:
            changes |= {"at": 0}
        return self.asked.address(self.digest, **({"page": self.number} | changes))

    def selected(self, cell: Any) -> bool:
        """Whether something in the cell matches."""
        return (cell.row, cell.column) in self.marked_cells


def leaf_of(room: Room, looked: Looked, asked: Asked) -> Leaf:
    """The leaf that is asked for.

    Raises:
        NotFound: if the document has no such page.
    """
    digest, cite, problem = looked.document, None, None
    if asked.cite:
        try:
            cite = parse_any_cite(asked.cite)
            asked = replace(asked, page=asked.page or cite.page)
        except FairwitnessError as error:
            problem = error
    with _searching(room) as searching:
        node, wrong = _node(searching, asked)
        matching = _matching(searching, node, digest)
        number = asked.page or _first(looked, matching)
        languages = tuple(searching.languages_of(digest, number)) if searching is not None else ()
    if not looked.numbers:
        return _nothing(looked, asked, problem or wrong)
    asked_cell = place_of(asked.cell)
    if asked_cell is not None:
        number = page_with_row(room.looking, digest, number, asked_cell[0])
        asked = replace(asked, column=asked_cell[1] if asked_cell[1] >= MOST_COLUMNS else asked.column)
    page = room.looking.page(digest, number)
    leaf = _bare(looked, asked, page, room.looking.labels(digest) if not looked.has_images else {})
    around = None if matching is None else leafing.around(matching, number)
    leaf = replace(leaf, around=around, languages=languages, problem=problem or wrong)
    if isinstance(page, PageText):
        leaf = _with_text(room, leaf, page, node, cite)
    if isinstance(cite, RegionCite) and cite.page == number:
        leaf = replace(leaf, region=_region(cite, leaf.shape))
    return leaf


@contextmanager
def _searching(room: Room) -> Iterator[CaseSearch | None]:
    """A search; None where there is no index yet, which a document can be looked at without."""
    try:
        lent = room.searching()
        searching = lent.__enter__()
    except FairwitnessError:
        yield None
        return
    try:
        yield searching
    finally:
        lent.__exit__(None, None, None)


def _node(searching: CaseSearch | None, asked: Asked) -> tuple[Node | None, FairwitnessError | None]:
    text = asked.find or asked.query
    if not text or searching is None:
        return None, None
    try:
        return searching.resolved(leafing.asked_on_page(asked.find) if asked.find else parse(asked.query)), None
    except BadQuery as error:
        return None, error


def _matching(searching: CaseSearch | None, node: Node | None, digest: str) -> list[int] | None:
    """Numbers of the pages that match; None where nothing is looked for, or cannot be."""
    if searching is None or node is None:
        return None
    try:
        return searching.numbers_in(node, digest)
    except FairwitnessError:
        return None


def _first(looked: Looked, matching: list[int] | None) -> int:
    if matching:
        return matching[0]
    return looked.numbers[0] if looked.numbers else 0


def _nothing(looked: Looked, asked: Asked, problem: FairwitnessError | None) -> Leaf:
    """The leaf of a document without pages."""
    page = PageMissed(0, "page", looked.reading.outcome)
    leaf = _bare(looked, asked, page, {})
    return replace(leaf, problem=problem, cause=None if looked.reading.outcome is Cause.OK else looked.reading.outcome)


def _bare(
    looked: Looked, asked: Asked, page: PageText | PageMissed, labels: Mapping[int, tuple[PageKind, str]]
) -> Leaf:
    numbers = looked.numbers
    at = numbers.index(page.number) if page.number in numbers else 0
    turn = page.recognition.turn_deg if isinstance(page, PageText) and page.recognition is not None else 0
    shape = Shape(page.width_px, page.height_px, page.dpi, (turn + asked.turn) % 360)
    return Leaf(
        looked=looked,
        asked=replace(asked, page=page.number),
        kind=_kind(looked, page),
        number=page.number,
        page=page,
        shape=shape,
        before=numbers[at - 1] if at else 0,
        behind=numbers[at + 1] if at + 1 < len(numbers) else 0,
        position=at + 1,
        languages=(),
        trust=trust_of(signs_of(page)) if isinstance(page, PageText) else Trust(0.0, ()),
        cause=page.cause,
        window=(0, 0),
        pieces=(),
        hits=(),
        hit_boxes=(),
        region=None,
        around=None,
        notice="",
        problem=None,
        tabs=_tabs(page, labels),
    )


def _kind(looked: Looked, page: PageText | PageMissed) -> str:
    if looked.has_images:
        return "image"
    if isinstance(page, PageMissed):
        return "missed"
    if page.kind == "sheet":
        return "sheet"
    return "mail" if looked.reading.media_type in _MAILS and page.number == 1 else "text"


def _tabs(page: PageText | PageMissed, labels: Mapping[int, tuple[PageKind, str]]) -> tuple[tuple[str, int, bool], ...]:
    """Name, first page, and whether it is open, of each sheet; of what stands behind the sheets the name is empty."""
    tabs: list[tuple[str, int, bool]] = []
    last: tuple[str, str] | None = None
    for number, (kind, label) in labels.items():
        key = (kind if kind == "sheet" else "", label)
        if key != last:
            tabs.append((label, number, False))
        if number == page.number:
            tabs[-1] = (tabs[-1][0], tabs[-1][1], True)
        last = key
    return tuple(tabs[:MAX_SHEET_TABS]) if any(kind == "sheet" for kind, _ in labels.values()) else ()


def _with_text(room: Room, leaf: Leaf, page: PageText, node: Node | None, cite: Cite | RegionCite | None) -> Leaf:
    cited = leafing.range_of_cite(leaf.looked, page, cite) if cite is not None else None
    start, end = leafing.window_of(page.text, cited[0] if cited and not leaf.asked.at else leaf.asked.at)
    hits = leafing.hits_between(node, page.text, start, end)
    notice = ""
    if cited is not None:
        hits = [cited]
    elif isinstance(cite, Cite):
        notice = "old reading"
    boxes = tuple(tuple(turned_box(box, leaf.shape) for box in boxes_of(page, *span)) for span in hits)
    leaf = replace(leaf, window=(start, end), hits=tuple(hits), hit_boxes=boxes, notice=notice)
    if leaf.kind == "sheet":
        grid = grid_of(page, room.formulas.of(leaf.digest, page.label), _column_of(leaf, page))
        return replace(leaf, grid=grid, marked_cells=frozenset(_cells_with(page, hits)))
    body = 0
    headers: list[tuple[Piece, ...]] = []
    if leaf.kind == "mail" and start == 0:
        headers, body = _headers(page.text, hits)
    return replace(leaf, headers=tuple(headers), pieces=tuple(pieces_of(page.text, max(start, body), end, hits)))


def _column_of(leaf: Leaf, page: PageText) -> int:
    """The column from which on a wide sheet is shown: the one asked for, else that of the first hit."""
    if leaf.asked.column >= 0 or not leaf.hits:
        return leaf.asked.column
    for at in range(0, len(page.cells), 4):
        if page.cells[at + 1] > leaf.hits[0][0]:
            column = page.cells[at + 3]
            return column if column >= 40 else -1
    return -1


def _cells_with(page: PageText, hits: Sequence[Range]) -> Iterator[tuple[int, int]]:
    cells, at = page.cells, 0
    for start, end in hits:
        while at < len(cells) and cells[at + 1] <= start:
            at += 4
        beyond = at
        while beyond < len(cells) and cells[beyond] < end:
            yield cells[beyond + 2], cells[beyond + 3]
            beyond += 4


def _region(cite: RegionCite, shape: Shape) -> Box:
    scale = shape.dpi / cite.dpi if shape.dpi and cite.dpi else 1.0
    sides = [round(side * scale) for side in (cite.x0, cite.y0, cite.x1, cite.y1)]
    return turned_box((sides[0], sides[1], sides[2], sides[3]), shape)


def _headers(text: str, hits: Sequence[Range]) -> tuple[list[tuple[Piece, ...]], int]:
    """The lines of headers at the top of a mail, and where its body begins."""
    lines, at = [], 0
    while at < len(text) and _HEADER.match(text, at):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        lines.append(tuple(pieces_of(text, at, end, hits)))
        at = end + 1
    while at < len(text) and text[at] == "\n":
        at += 1
    return lines, at


def pieces_of(text: str, start: int, end: int, hits: Sequence[Range]) -> Iterator[Piece]:
    """Yields the text between two places, cut where a hit begins or ends and around what is spelled out."""
    at = start
    for number, (low, high) in enumerate(hits, 1):
        if high <= at or low >= end:
            continue
        if low > at:
            yield from _plain(text, at, low, 0)
        yield from _plain(text, max(at, low), min(high, end), number)
        at = min(high, end)
    if at < end:
        yield from _plain(text, at, end, 0)


def _plain(text: str, start: int, end: int, hit: int) -> Iterator[Piece]:
    for found in _BREAK.finditer(text, start, end):
        at, piece = found.start(), found[0]
        if piece[0] == "\r":  # a browser makes one character of it
            yield Piece(at, "\n", hit, spelled=len(piece) > 1)
        elif visible(piece, keep_lines=True, keep=KEEP) == piece:
            yield Piece(at, piece, hit)
        else:
            yield from _spelled(piece, at, hit)


def _spelled(text: str, start: int, hit: int) -> Iterator[Piece]:
    run = 0
    for at, char in enumerate(text):
        shown = visible(char, keep_lines=True, keep=KEEP)
        if shown != char:
            if at > run:
                yield Piece(start + run, text[run:at], hit)
            yield Piece(start + at, shown, hit, spelled=True)
            run = at + 1
    if run < len(text):
        yield Piece(start + run, text[run:], hit)


def words_on(page: PageText, shape: Shape) -> list[int]:
    """Flat, six numbers a word: start and end in the text, then its box on the turned image."""
    flat: list[int] = []
    words = page.words
    for at in range(0, len(words), 6):
        box = turned_box((words[at + 2], words[at + 3], words[at + 4], words[at + 5]), shape)
        flat += [words[at], words[at + 1], *box]
    return flat


def type_of(looked: Looked) -> str:
    """The name of the type that people use."""
    return family_of(looked.reading.media_type) if looked.reading.media_type else "unknown"


def address_of_cell(row: int, column: int) -> str:
    """B17, for row 16 and column 1."""
    return SheetCell("", "", row, column).address
