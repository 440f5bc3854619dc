"""Sets tables on pages: how wide, how high, which line of text where. Nothing is drawn here.

All lengths are pixels at 300 dpi, so that an image and a PDF of one page are the same page.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path

from PIL import ImageFont

from examples.synthetic_lists.truth import Ruling

DPI = 300
WIDTH, HEIGHT = 3508, 2480  # A4, landscape
MARGIN = 100
PAD_X, PAD_Y = 12, 12
LEADING = 1.32
SIZE_PT, HEADER_PT, TITLE_PT = 9.0, 9.0, 14.0
RULE = 3  # width of a ruling
FONTS = {
    "Hani": ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
    "Arab": ("pylopdf_fonts_ar", "NotoNaskhArabic-Variable.ttf"),
    "Latn": ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
}
SYSTEM_FONTS = {"Song": ("NotoSerifCJK-Regular.ttc", 2), "Ming": ("uming.ttc", 0)}
"""Further typefaces for Han, from Debian's fonts-noto-cjk and fonts-arphic-uming: file, number of the font inside."""
_PIECE = re.compile(r"[A-Za-z0-9.\-/]+|\s+|.", re.DOTALL)
_CLOSING = "，。、；：）」”"
_ARABIC, _HAN = re.compile("[\u0600-\u06ff]"), re.compile("[\u2e80-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Setting:
    """A cell to be set; `lines` is given where somebody else has cut the text already (a torn row)."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    list_row: int = -1
    list_column: int = -1
    part: int = 0
    centred: bool = True
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be set: widths of its columns from the left, its cells, and which rulings it has."""

    widths: tuple[int, ...]
    cells: tuple[Setting, ...]
    header_rows: int = 1
    kind: Ruling = "ruled"
    size_pt: float = SIZE_PT
    script: str = "Hani"
    face: str = ""  # one of SYSTEM_FONTS, for Han in place of the packaged font
    to_top: bool = False  # cells begin at the top of their row, and are not in its middle
    gap: int = 0  # more room between rows, for tables without rulings
    open_top: bool = False  # no ruling there, as some printers tear a row over two pages
    open_bottom: bool = False

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return max(cell.row + cell.row_span for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of text with the left end of its baseline."""

    text: str
    x: int
    y: int
    size_pt: float
    script: str


@dataclass(frozen=True, slots=True)
class SetCell:
    """A cell with its rectangle, from the middle of one ruling to the middle of the next."""

    setting: Setting
    x0: int
    y0: int
    x1: int
    y1: int
    lines: tuple[SetLine, ...]


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table in its place."""

    grid: Grid
    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[SetCell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is ready to be drawn."""

    tables: tuple[SetTable, ...]
    strays: tuple[SetLine, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT


class NoFont(Exception):
    """A typeface that is not on this machine."""


@cache
def load_font(script: str, size_pt: float) -> ImageFont.FreeTypeFont:
    """The packaged font of a script at 300 dpi: Han, Arabic, or the one for everything else; or one of SYSTEM_FONTS.

    Raises:
        NoFont: if that one is not installed.
    """
    if script in SYSTEM_FONTS:
        name, index = SYSTEM_FONTS[script]
        found = next((path for folder in _font_folders() for path in sorted(folder.rglob(name))), None)
        if found is None:
            raise NoFont(name)
        size_px = round(size_pt * DPI / 72)
        return ImageFont.truetype(str(found), size_px, index=index, layout_engine=ImageFont.Layout.RAQM)
    package, file = FONTS.get(script, FONTS["Latn"])
    data = resources.files(package).joinpath(file).read_bytes()
    return ImageFont.truetype(BytesIO(data), round(size_pt * DPI / 72), layout_engine=ImageFont.Layout.RAQM)


def _font_folders() -> list[Path]:
    told = os.environ.get("FAIRWITNESS_TEST_FONTS")
    return [Path(name) for name in ([told] if told else []) + [f"{sys.prefix}/share/fonts", "/usr/share/fonts"]]


def script_of(text: str, otherwise: str = "Hani") -> str:
    """Whose font paints the text: that of Arabic script or of Han if it has any of it."""
    if _ARABIC.search(text):
        return "Arab"
    if _HAN.search(text):
        return "Hani"
    return otherwise


def _font_of(text: str, grid: Grid) -> str:
    script = script_of(text, grid.script)
    return grid.face if grid.face and script == "Hani" else script


def direction_of(script: str) -> str:
    """As Pillow names it."""
    return "rtl" if script == "Arab" else "ltr"


def length_of(text: str, script: str, size_pt: float) -> float:
    """How wide a line is."""
    return load_font(script, size_pt).getlength(text, direction=direction_of(script))


def wrapped(text: str, width: int, script: str, size_pt: float) -> tuple[str, ...]:
    """The text in lines not wider than `width`; joined they are the text again (but for blanks at line ends)."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for piece in _pieces(text, width, script, size_pt):
        wide = length_of(piece, script, size_pt)
        if used + wide > width and lines[-1]:
            # No line begins with a comma or a full stop: the sign before it comes along.
            carried = [lines[-1].pop()] if piece in _CLOSING and len(lines[-1]) > 1 else []
            lines.append(carried)
            used = sum(length_of(one, script, size_pt) for one in carried)
        if piece.isspace() and not lines[-1]:
            continue
        lines[-1].append(piece)
        used += wide
    return tuple(line for line in ("".join(parts).strip() for parts in lines) if line)


def _pieces(text: str, width: int, script: str, size_pt: float) -> Iterator[str]:
    pattern = _PIECE if script not in ("Arab", "Latn") else re.compile(r"\s+|\S+")
    for piece in pattern.findall(text):
        if length_of(piece, script, size_pt) <= width:
            yield piece
        else:
            yield from piece


def set_table(grid: Grid, left: int, top: int) -> SetTable:
    """The table with its top left corner there, its rows as high as their text needs."""
    xs = [left]
    for width in grid.widths:
        xs.append(xs[-1] + width)
    cut = {cell: _cut(cell, grid, xs) for cell in grid.cells}
    step = round(grid.size_pt * DPI / 72 * LEADING)
    heights = [step + 2 * PAD_Y + grid.gap] * grid.rows
    for cell in sorted(grid.cells, key=lambda cell: cell.row_span):
        needed = len(cut[cell]) * step + 2 * PAD_Y + grid.gap
        last = cell.row + cell.row_span - 1
        heights[last] += max(0, needed - sum(heights[cell.row : last + 1]))
    ys = [top]
    for height in heights:
        ys.append(ys[-1] + height)
    cells = tuple(_set_cell(cell, cut[cell], grid, xs, ys) for cell in grid.cells)
    return SetTable(grid, tuple(xs), tuple(ys), cells)


def _cut(cell: Setting, grid: Grid, xs: Sequence[int]) -> tuple[str, ...]:
    if cell.lines is not None:
        return cell.lines
    width = xs[cell.column + cell.column_span] - xs[cell.column] - 2 * PAD_X
    return wrapped(cell.text, width, _font_of(cell.text, grid), grid.size_pt)


def _set_cell(cell: Setting, lines: Sequence[str], grid: Grid, xs: Sequence[int], ys: Sequence[int]) -> SetCell:
    x0, x1 = xs[cell.column], xs[cell.column + cell.column_span]
    y0, y1 = ys[cell.row], ys[cell.row + cell.row_span]
    size = grid.size_pt * DPI / 72
    step = round(size * LEADING)
    free = y1 - y0 - len(lines) * step
    y = y0 + (PAD_Y if grid.to_top or grid.kind == "none" else free // 2) + round(size * 1.02)
    made = []
    for line in lines:
        script = _font_of(line, grid)
        wide = length_of(line, script, grid.size_pt)
        at_start = x1 - PAD_X - wide if script == "Arab" else x0 + PAD_X
        x = x0 + (x1 - x0 - wide) / 2 if cell.centred else at_start
        made.append(SetLine(line, round(x), y, grid.size_pt, script))
        y += step
    return SetCell(cell, x0, y0, x1, y1, tuple(made))


def set_line(text: str, x: float, y: float, size_pt: float, *, at: str = "start", script: str = "Hani") -> SetLine:
    """A line outside of tables, its baseline at `y`, that starts at, ends at or has its middle ("middle") at `x`."""
    font = script_of(text, script)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[at]
    return SetLine(text, round(x - shift * length_of(text, font, size_pt)), round(y), size_pt, font)


def scaled_widths(points: Sequence[int], total: int) -> tuple[int, ...]:
    """Widths in those proportions that fill `total` exactly."""
    whole = sum(points)
    ends = [round(total * sum(points[: number + 1]) / whole) for number in range(len(points))]
    return tuple(end - start for start, end in zip([0, *ends], ends, strict=False))


def mirrored(grid: Grid) -> Grid:
    """The same table with its first column at the right."""
    count = len(grid.widths)
    cells = tuple(replace(cell, column=count - cell.column - cell.column_span) for cell in grid.cells)
    return replace(grid, widths=grid.widths[::-1], cells=cells)
