"""Where the cells of a list stand: on the image of a page, or in a text."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from fairwitness.case.case import Case
from fairwitness.core.cite import Cite, RegionCite, parse_any_cite
from fairwitness.core.lists import Row
from fairwitness.core.outcome import READ
from fairwitness.core.parts import PageText
from fairwitness.core.records import Region
from fairwitness.core.tables import PageTables
from fairwitness.work.cropping import level_sides, level_size
from fairwitness.work.looking import Box, Looking, Shape
from fairwitness.work.picturing import PageImages, Picture
from fairwitness.work.placing import place_on_page
from fairwitness.work.showing import NoImage, look_up

AROUND = 80  # code points of text shown on each side of a cell that has no pixels


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle on a page image as it is drawn today, with how that must be turned to be upright."""

    document: str
    page: int
    box: Box
    shape: Shape
    skew_mdeg: int = 0


def spot_of(case: Case, cite: RegionCite) -> Spot:
    """Where the rectangle is on the page as it counts today.

    Raises:
        NotFound: if this case has no such document or page.
    """
    digest = case.queries.document_starting(cite.document)
    found = searched_page(case, digest, cite.page)
    if found is not None and bool(found.dpi) == bool(cite.dpi):  # as the search that found the cell saw the page
        scale = found.dpi / cite.dpi if cite.dpi else 1.0
        sides = [round(side * scale) for side in (cite.x0, cite.y0, cite.x1, cite.y1)]
        shape = Shape(found.width_px, found.height_px, found.dpi, found.turn_deg)
        if sides[0] < shape.width_px and sides[1] < shape.height_px:
            return Spot(digest, cite.page, (sides[0], sides[1], sides[2], sides[3]), shape, found.skew_mdeg)
    region = Region(digest, cite.page, cite.dpi, cite.x0, cite.y0, cite.x1, cite.y1)
    page, box, _ = place_on_page(case, region)
    recognised = page.recognition if isinstance(page, PageText) else None
    turn, skew = (recognised.turn_deg, recognised.skew_mdeg) if recognised is not None else (0, 0)
    x0, y0, x1, y1 = (round(side) for side in box)
    return Spot(digest, cite.page, (x0, y0, x1, y1), Shape(page.width_px, page.height_px, page.dpi, turn), skew)


def searched_page(case: Case, document: str, number: int) -> PageTables | None:
    """What the last search for tables found on that page of pictures; None if nothing did."""
    searches = [one for one in case.queries.table_searches(document) if one.page == number and one.outcome in READ]
    pages = (page for _, page in case.queries.found_tables([one.seq for one in searches[-1:]]))
    return next((page for page in pages if page.width_px), None)


def picture_of(case: Case, images: PageImages, cite: RegionCite, *, close: bool = False) -> Picture:
    """The rectangle as it looks, with some of the page around it.

    Raises:
        NotFound: if this case has no such document or page.
        NoImage: if the document has no page images.
        PageNotDrawn: if this page cannot be drawn.
        TooManyPages: if too many others wait.
    """
    spot = spot_of(case, cite)
    return images.region(spot.document, spot.page, spot.box, spot.shape, spot.skew_mdeg, close=close)


def places_of_row(row: Row) -> tuple[str, ...]:
    """Cites of the smallest rectangles around all cells of the row, one a page in order; empty for a row of a text."""
    around: dict[tuple[str, int, int], Box] = {}
    for place in (place for cell in row.cells for place in cell.places):
        cite = parse_any_cite(place)
        if isinstance(cite, Cite):
            continue
        key = (cite.document, cite.page, cite.dpi)
        box = around.get(key, (cite.x0, cite.y0, cite.x1, cite.y1))
        around[key] = (min(box[0], cite.x0), min(box[1], cite.y0), max(box[2], cite.x1), max(box[3], cite.y1))
    return tuple(str(RegionCite(document, page, *box, dpi)) for (document, page, dpi), box in around.items())


def text_around(case: Case, cite: Cite) -> tuple[str, str, str]:
    """What stands before, in and after the cell of a text.

    Raises:
        NotFound: if this case has no such text.
    """
    shown = look_up(case, cite)
    return shown.before[-AROUND:], shown.quote, shown.after[:AROUND]


@dataclass(frozen=True, slots=True)
class LevelPage:
    """A page with how it must be turned to be upright and level, and the tables that were found on it, if any."""

    document: str
    page: int
    shape: Shape
    skew_mdeg: int
    tables: PageTables | None


def level_page_of(case: Case, document: str, number: int) -> LevelPage:
    """How that page lies: as the search for tables found it, else as its text was recognised.

    Raises:
        NotFound: if there is no such page.
        NoImage: if it is no picture.
    """
    found = searched_page(case, document, number)
    if found is not None:
        shape = Shape(found.width_px, found.height_px, found.dpi, found.turn_deg)
        return LevelPage(document, number, shape, found.skew_mdeg, found)
    looking = Looking(case)
    page = looking.page(document, number)
    if not looking.document(document).has_images:
        raise NoImage("This document has no page images.")
    recognised = page.recognition if isinstance(page, PageText) else None
    turn, skew = (recognised.turn_deg, recognised.skew_mdeg) if recognised is not None else (0, 0)
    return LevelPage(document, number, Shape(page.width_px, page.height_px, page.dpi, turn), skew, found)


def level_picture(images: PageImages, level: LevelPage) -> Picture:
    """The whole page upright and level, on paper as large as it needs; raises as `PageImages.image` does."""
    return images.level(level.document, level.page, level.shape, level.skew_mdeg)


def found_edges(page: PageTables) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the largest table that was found has the edges of its columns and of its rows.

    In thousandths of the width and the height of the page once it is upright and level, as a layout counts.
    """
    if not page.tables or not page.width_px:
        return (), ()
    table = max(page.tables, key=lambda one: one.rows * one.columns)
    shape = Shape(page.width_px, page.height_px, page.dpi, page.turn_deg)
    wide, high = shape.turned
    size = level_size(wide, high, page.skew_mdeg)
    starts: dict[tuple[bool, int], list[float]] = {}
    for cell in table.cells:
        x0, y0, x1, y1 = level_sides(cell.box, shape, page.skew_mdeg)
        starts.setdefault((True, cell.column), []).append(1000 * x0 / size[0])
        starts.setdefault((True, cell.column + cell.column_span), []).append(1000 * x1 / size[0])
        starts.setdefault((False, cell.row), []).append(1000 * y0 / size[1])
        starts.setdefault((False, cell.row + cell.row_span), []).append(1000 * y1 / size[1])
    return tuple(_rising(starts, True)), tuple(_rising(starts, False))


def _rising(starts: dict[tuple[bool, int], list[float]], is_column: bool) -> list[int]:
    found = [round(median(places)) for (across, _), places in sorted(starts.items()) if across == is_column]
    return [at for at, before in zip(found, [-1, *found], strict=False) if before < at and 0 <= at <= 1000]
