"""Pages of a list as they were printed."""

from __future__ import annotations

from collections.abc import Iterator

from examples.synthetic_lists.degrade import QUALITIES, degraded
from examples.synthetic_lists.draw import draw_sheet
from examples.synthetic_lists.layout import (
    HEIGHT,
    MARGIN,
    TITLE_PT,
    WIDTH,
    Grid,
    Setting,
    Sheet,
    mirrored,
    scaled_widths,
    set_line,
    set_table,
)
from examples.synthetic_lists.truth import Ruling, TrueList, TruePage

TOP = 230  # where the table begins, below the title


def grid_of(one: TrueList, first: int, last: int, *, kind: Ruling = "ruled", header: bool = True) -> Grid:
    """The table with those rows of a list, below a header."""
    cells = [Setting(0, number, column.title) for number, column in enumerate(one.columns)] if header else []
    for at, row in enumerate(range(first, last), start=int(header)):
        for number, column in enumerate(one.columns):
            text = one.rows[row][number]
            cells.append(Setting(at, number, text, 1, 1, row, number, centred=column.centred))
    widths = scaled_widths([column.width_pt for column in one.columns], WIDTH - 2 * MARGIN)
    scripts = {column.script for column in one.columns}
    script = "Hani" if "Hani" in scripts else "Latn"
    grid = Grid(widths, tuple(cells), int(header), kind, script=script, gap=20 if kind == "none" else 0)
    return mirrored(grid) if one.right_to_left else grid


def sheet_of(one: TrueList, page: int, *, kind: Ruling = "ruled", header: bool = True) -> Sheet:
    """The page of that number, from 0: title, table, page number.

    Raises:
        ValueError: if the rows do not fit on it.
    """
    first, last = one.pages[page]
    table = set_table(grid_of(one, first, last, kind=kind, header=header), MARGIN, TOP)
    if table.ys[-1] > HEIGHT - MARGIN:
        raise ValueError(f"page {page} is too full")
    script = "Latn"
    title = set_line(one.title, WIDTH / 2, 170, TITLE_PT, at="middle", script=script)
    number = set_line(f"{page + 1} / {len(one.pages)}", WIDTH / 2, HEIGHT - 50, 9, at="middle", script=script)
    return Sheet((table,), (title, number))


def draw_page(
    one: TrueList,
    page: int,
    *,
    quality: str = "clean",
    kind: Ruling = "ruled",
    header: bool = True,
    seed: int = 2019,
) -> TruePage:
    """The page of that number, from 0, as an image with all that is on it; the same arguments give the same page.

    `quality` is "clean" (300 dpi), "degraded" (200 dpi, skewed, blurred, noisy, shaded, stamped, JPEG 45) or "worn"
    (folded and photocopied before that).
    """
    if quality not in QUALITIES:
        raise ValueError("no such quality")
    drawn = draw_sheet(sheet_of(one, page, kind=kind, header=header))
    return degraded(drawn, quality, seed=f"{seed}:{page}:{quality}")


def draw_pages(
    one: TrueList, *, quality: str = "clean", kind: Ruling = "ruled", seed: int = 2019
) -> Iterator[TruePage]:
    """Yields all pages, one at a time."""
    for page in range(len(one.pages)):
        yield draw_page(one, page, quality=quality, kind=kind, seed=seed)
