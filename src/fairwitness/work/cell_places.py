"""Where the cells of a list stand: on the image of a page, or in a text."""

from __future__ import annotations

from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.core.cite import Cite, RegionCite, parse_any_cite
from fairwitness.core.lists import Row
from fairwitness.core.parts import PageText
from fairwitness.core.records import Region
from fairwitness.work.looking import Box, Shape
from fairwitness.work.picturing import PageImages, Picture
from fairwitness.work.placing import place_on_page
from fairwitness.work.showing import look_up

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
    region = Region(digest, cite.page, cite.dpi, cite.x0, cite.y0, cite.x1, cite.y1)
    page, box, _ = place_on_page(case, region)
    recognised = page.recognition if isinstance(page, PageText) else None
    turn, skew = (recognised.turn_deg, recognised.skew_mdeg) if recognised is not None else (0, 0)
    x0, y0, x1, y1 = (round(side) for side in box)
    return Spot(digest, cite.page, (x0, y0, x1, y1), Shape(page.width_px, page.height_px, page.dpi, turn), skew)


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
