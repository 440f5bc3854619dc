"""Lists of every kind that the list desk must cope with, each by its name in `SETS`."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from examples.synthetic_lists.degrade import degraded, turned
from examples.synthetic_lists.draw import draw_sheet
from examples.synthetic_lists.flow import flowing_grids
from examples.synthetic_lists.hand import scribbled
from examples.synthetic_lists.layout import (
    HEIGHT,
    MARGIN,
    TITLE_PT,
    WIDTH,
    Grid,
    Setting,
    Sheet,
    scaled_widths,
    set_line,
    set_table,
)
from examples.synthetic_lists.pages import TOP, grid_of, sheet_of
from examples.synthetic_lists.rows import make_list, make_other_list
from examples.synthetic_lists.truth import Ruling, TrueColumn, TrueList, TruePage

GROUPS = (("基本情况", 1, 7), ("培训情况", 7, 11))  # title, first column, column after the last


@dataclass(frozen=True, slots=True)
class MadeSet:
    """A list and its pages, which are drawn when they are asked for.

    `turns` says by how many degrees each page lies turned; `has_marks` whether a hand drew on the pages.
    """

    name: str
    list: TrueList
    sheets: tuple[Sheet, ...]
    turns: tuple[int, ...] = ()
    has_marks: bool = False

    def page(self, number: int, quality: str = "clean", seed: int = 2019) -> TruePage:
        """The page of that number, from 0."""
        page = draw_sheet(self.sheets[number])
        if self.has_marks:
            page = scribbled(page, random.Random(f"{seed}:{number}:hand"))
        page = degraded(page, quality, seed=f"{seed}:{self.name}:{number}:{quality}")
        turn = self.turns[number] if self.turns else 0
        return turned(page, turn) if turn else page


def whole_list(seed: int = 2019) -> MadeSet:
    """The ruled list of 667 rows on 137 pages."""
    return _plain("whole_list", make_list(seed), "ruled")


def dense(seed: int = 2019) -> MadeSet:
    """Four ruled pages with about 12 rows each, and shorter cells."""
    return _plain("dense", make_list(seed, pages=4, rows=48), "ruled")


def song(seed: int = 2019) -> MadeSet:
    """In the typeface of printed Chinese, which is not the packaged one.

    Raises:
        NoFont: if fonts-noto-cjk is not installed.
    """
    return _in_face("song", "Song", make_list(seed + 16, pages=6, rows=30))


def ming(seed: int = 2019) -> MadeSet:
    """In an older typeface of the same kind.

    Raises:
        NoFont: if fonts-arphic-uming is not installed.
    """
    return _in_face("ming", "Ming", make_list(seed + 17, pages=6, rows=30))


def borderless(seed: int = 2019) -> MadeSet:
    """No rulings: columns and rows are known by the room between them."""
    return _plain("borderless", make_list(seed + 1, pages=6, rows=36), "none")


def horizontals(seed: int = 2019) -> MadeSet:
    """Only the horizontal rulings."""
    return _plain("horizontals", make_list(seed + 2, pages=6, rows=36), "horizontals")


def frame(seed: int = 2019) -> MadeSet:
    """Only an outer frame and a line below the header."""
    return _plain("frame", make_list(seed + 3, pages=6, rows=36), "frame")


def torn(seed: int = 2019) -> MadeSet:
    """Rows go on on the next page, below a header that is repeated."""
    return _flowing("torn", seed + 4, repeats_header=True, is_open=False)


def torn_bare(seed: int = 2019) -> MadeSet:
    """Rows go on on the next page, which has no header."""
    return _flowing("torn_bare", seed + 5, repeats_header=False, is_open=False)


def torn_open(seed: int = 2019) -> MadeSet:
    """Rows go on on the next page, which has no header, and no ruling where they were torn."""
    return _flowing("torn_open", seed + 6, repeats_header=False, is_open=True)


def two_level_header(seed: int = 2019) -> MadeSet:
    """The header has two rows, with cells merged over columns and over both rows."""
    one = make_list(seed + 7, pages=3, rows=15)
    return MadeSet("two_level_header", one, tuple(_headed(one, page) for page in range(3)))


def households(seed: int = 2019) -> MadeSet:
    """The rows of a household share one merged cell for the neighbourhood and one for the address."""
    one = make_list(seed + 8, pages=3, rows=18)
    chance = random.Random(f"{seed}:households")
    bounds = [_households(chance, first, last) for first, last in one.pages]
    rows = list(one.rows)
    for groups in bounds:
        for first, last in groups:
            for row in range(first, last):
                rows[row] = (rows[row][0], rows[first][1], *rows[row][2:6], rows[first][6], *rows[row][7:])
    one = replace(one, rows=tuple(rows))
    return MadeSet("households", one, tuple(_housed(one, page, groups) for page, groups in enumerate(bounds)))


def two_tables(seed: int = 2019) -> MadeSet:
    """Below the list, each page has a second table with other columns, which is no part of the list."""
    one = make_list(seed + 9, pages=3, rows=12, room_px=1400)
    return MadeSet("two_tables", one, tuple(_with_second(one, page) for page in range(3)))


def split_column(seed: int = 2019) -> MadeSet:
    """From the middle of the page on, the last column is two."""
    one = make_list(seed + 10, pages=2, rows=12)
    extra = replace(one.columns[-1], name="checked", title="核查", width_pt=30)
    rows = tuple((*row, _checked(one, number)) for number, row in enumerate(one.rows))
    one = replace(one, columns=(*one.columns, extra), rows=rows)
    return MadeSet("split_column", one, tuple(_split(one, page) for page in range(2)))


def rotated(seed: int = 2019) -> MadeSet:
    """Pages lie in the scanner on every side, one upside down."""
    return replace(_plain("rotated", make_list(seed + 11, pages=4, rows=20), "ruled"), turns=(0, 90, 180, 270))


def missing_page(seed: int = 2019) -> MadeSet:
    """The third of five pages is missing; its rows are not in the list, so the serial numbers have a gap."""
    whole = make_list(seed + 12, pages=5, rows=25)
    sheets = tuple(sheet_of(whole, page) for page in (0, 1, 3, 4))
    first, last = whole.pages[2]
    bounds = [*whole.pages[:2], *((a - last + first, b - last + first) for a, b in whole.pages[3:])]
    kept = replace(whole, rows=whole.rows[:first] + whole.rows[last:], pages=tuple(bounds))
    return MadeSet("missing_page", kept, tuple(_renumbered(sheet, last, last - first) for sheet in sheets))


def handwritten(seed: int = 2019) -> MadeSet:
    """A hand has ticked cells, put circles around them and struck some out."""
    return replace(_plain("handwritten", make_list(seed + 13, pages=3, rows=15), "ruled"), has_marks=True)


def uyghur(seed: int = 2019) -> MadeSet:
    """In Uyghur; the first column is at the right."""
    return _plain("uyghur", make_other_list("Arab", seed, pages=3, rows=48), "ruled")


def two_scripts(seed: int = 2019) -> MadeSet:
    """In Chinese, with names in Uyghur letters."""
    return _plain("two_scripts", make_list(seed + 15, pages=3, rows=15, uyghur_names=True), "ruled")


def cyrillic(seed: int = 2019) -> MadeSet:
    """In Russian, with places and remarks in Kazakh."""
    return _plain("cyrillic", make_other_list("Cyrl", seed, pages=3, rows=48), "ruled")


def turkish(seed: int = 2019) -> MadeSet:
    """In Turkish."""
    return _plain("turkish", make_other_list("Latn", seed, pages=3, rows=48), "ruled")


def huge(seed: int = 2019, *, height: int = 20_000) -> MadeSet:
    """One page of 20,000 pixels from top to bottom, a roll of paper."""
    one = make_list(seed + 14, pages=24, rows=120)
    count = len(one.rows)
    table = set_table(grid_of(one, 0, count), MARGIN, TOP)
    while table.ys[-1] > height - MARGIN:
        count -= 4
        table = set_table(grid_of(one, 0, count), MARGIN, TOP)
    one = replace(one, rows=one.rows[:count], pages=((0, count),))
    title = set_line(one.title, WIDTH / 2, 170, TITLE_PT, at="middle")
    return MadeSet("huge", one, (Sheet((table,), (title,), height=height),))


def wide_list(seed: int = 2019, *, columns: int = 200, rows: int = 50) -> TrueList:
    """A sheet with many columns, for files with cells; it fits on no page."""
    chance = random.Random(f"{seed}:wide")
    heads = tuple(TrueColumn(f"c{number}", f"第{number + 1}列", "number", "digits", 40) for number in range(columns))
    cells = tuple(tuple(str(chance.randrange(100_000)) for _ in range(columns)) for _ in range(rows))
    return TrueList("宽表", heads, cells, ((0, rows),))


SETS: dict[str, Callable[..., MadeSet]] = {
    made.__name__: made
    for made in (
        *(
            whole_list,
            dense,
            song,
            ming,
            borderless,
            horizontals,
            frame,
            torn,
            torn_bare,
            torn_open,
            two_level_header,
            households,
        ),
        *(two_tables, split_column, rotated, missing_page, handwritten, uyghur, two_scripts, cyrillic, turkish, huge),
    )
}


def _plain(name: str, one: TrueList, kind: Ruling) -> MadeSet:
    return MadeSet(name, one, tuple(sheet_of(one, page, kind=kind) for page in range(len(one.pages))))


def _in_face(name: str, face: str, one: TrueList) -> MadeSet:
    pages = len(one.pages)
    grids = [replace(grid_of(one, *bounds), face=face) for bounds in one.pages]
    return MadeSet(name, one, tuple(_sheet(one, [grid], page, pages) for page, grid in enumerate(grids)))


def _sheet(one: TrueList, grids: list[Grid], page: int, pages: int) -> Sheet:
    tables, top = [], TOP
    for grid in grids:
        tables.append(set_table(grid, MARGIN, top))
        top = tables[-1].ys[-1] + 150
    if tables[-1].ys[-1] > HEIGHT - MARGIN:
        raise ValueError(f"page {page} is too full")
    title = set_line(one.title, WIDTH / 2, 170, TITLE_PT, at="middle")
    number = set_line(f"{page + 1} / {pages}", WIDTH / 2, HEIGHT - 50, 9, at="middle", script="Latn")
    return Sheet(tuple(tables), (title, number))


def _flowing(name: str, seed: int, *, repeats_header: bool, is_open: bool) -> MadeSet:
    one = make_list(seed, pages=7, rows=28)
    grids = flowing_grids(one, top=TOP, repeats_header=repeats_header, is_open=is_open, lowest=HEIGHT * 2 // 3)
    bounds = []
    for grid in grids:
        rows = [cell.list_row for cell in grid.cells if cell.list_row >= 0]
        bounds.append((min(rows), max(rows) + 1))
    sheets = tuple(_sheet(one, [grid], page, len(grids)) for page, grid in enumerate(grids))
    return MadeSet(name, replace(one, pages=tuple(bounds)), sheets)


def _headed(one: TrueList, page: int) -> Sheet:
    grid = grid_of(one, *one.pages[page])
    titles = [cell for cell in grid.cells if cell.list_row < 0]
    grouped = {column for _, first, last in GROUPS for column in range(first, last)}
    head = [Setting(0, first, title, 1, last - first) for title, first, last in GROUPS]
    head += [replace(cell, row=1) if cell.column in grouped else replace(cell, row_span=2) for cell in titles]
    body = [replace(cell, row=cell.row + 1) for cell in grid.cells if cell.list_row >= 0]
    return _sheet(one, [replace(grid, cells=(*head, *body), header_rows=2)], page, len(one.pages))


def _households(chance: random.Random, first: int, last: int) -> list[tuple[int, int]]:
    """The rows of a page in groups of one to four."""
    groups = []
    while first < last:
        size = min(last - first, chance.choice((1, 2, 3, 4)))
        groups.append((first, first + size))
        first += size
    return groups


def _housed(one: TrueList, page: int, groups: list[tuple[int, int]]) -> Sheet:
    grid = grid_of(one, *one.pages[page])
    size_of = {first: last - first for first, last in groups}
    cells = []
    for cell in grid.cells:
        if cell.list_row < 0 or cell.list_column not in (1, 6):
            cells.append(cell)
        elif cell.list_row in size_of:
            cells.append(replace(cell, row_span=size_of[cell.list_row]))
    return _sheet(one, [replace(grid, cells=tuple(cells))], page, len(one.pages))


def _with_second(one: TrueList, page: int) -> Sheet:
    first, last = one.pages[page]
    verdicts = [row[10] for row in one.rows[first:last]]
    lines = [("评估意见", "人数"), *((verdict, str(verdicts.count(verdict))) for verdict in sorted(set(verdicts)))]
    cells = tuple(Setting(row, column, text) for row, line in enumerate(lines) for column, text in enumerate(line))
    second = Grid(scaled_widths((60, 40), 900), cells)
    return _sheet(one, [grid_of(one, first, last), second], page, len(one.pages))


def _checked(one: TrueList, row: int) -> str:
    """What the column that splits off says: above the place where it does, both share one merged cell."""
    if not _splits(one, row):
        return one.rows[row][-1]
    return "已核" if row % 2 else ""


def _splits(one: TrueList, row: int) -> bool:
    first, last = next(bounds for bounds in one.pages if bounds[0] <= row < bounds[1])
    return row >= (first + last + 1) // 2


def _split(one: TrueList, page: int) -> Sheet:
    grid = grid_of(one, *one.pages[page])
    cells = []
    for cell in grid.cells:
        is_whole = cell.list_row < 0 or not _splits(one, cell.list_row)
        if is_whole and cell.column == len(one.columns) - 1:
            continue
        if is_whole and cell.column == len(one.columns) - 2:
            cells.append(replace(cell, column_span=2))
        else:
            cells.append(cell)
    return _sheet(one, [replace(grid, cells=tuple(cells))], page, len(one.pages))


def _renumbered(sheet: Sheet, after: int, by: int) -> Sheet:
    """The rows from `after` on count `by` fewer, since the list does not have the rows of the missing page."""
    tables = tuple(
        replace(
            table,
            cells=tuple(
                replace(cell, setting=replace(cell.setting, list_row=cell.setting.list_row - by))
                if cell.setting.list_row >= after
                else cell
                for cell in table.cells
            ),
        )
        for table in sheet.tables
    )
    return replace(sheet, tables=tables)
