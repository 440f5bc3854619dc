"""Places that a person points at in a document, turned into cites that keep their meaning."""

from __future__ import annotations

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.cite import Cite, RegionCite, cite_of, region_cite_of
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.records import Reading, Region, TextRange
from fairwitness.work.current import bare_readings
from fairwitness.work.scans import DocumentPages

Box = tuple[float, float, float, float]
MIN_SIDE_PX = 2


class BadPlace(FairwitnessError):
    """Nothing can be cited there."""

    code = "bad_place"
    advice = "Select words of the page, or draw a rectangle on its image."


def cite_text(case: Case, document: str, number: int, start: int, end: int, made_by: str = "") -> Cite:
    """The cite of that range of the text of a page, in code points, blanks at its ends left out.

    `made_by` begins the id of the reading or scan whose text it is; empty for that which counts today.

    Raises:
        NotFound: if there is no such page, or no such text of it.
        BadPlace: if the range has no text.
    """
    from fairwitness.work.showing import cited_page  # which draws, too

    if not 0 <= start < end:
        raise BadPlace("The selection is empty.")
    if not made_by:
        reading = _reading_of(case, document)
        with DocumentPages(case, reading) as pages:
            made_by = pages.made_by(number)
    page = cited_page(case, document, Cite(document, number, start, end, made_by))
    chosen = page.text[start:end]
    start, end = start + len(chosen) - len(chosen.lstrip()), end - len(chosen) + len(chosen.rstrip())
    if start >= end:
        raise BadPlace("The selection has no text.")
    return cite_of(TextRange(document, number, start, end, made_by))


def cite_region(case: Case, region: Region) -> RegionCite:
    """The cite of that rectangle of a page image, cut where the page ends.

    `region` is in pixels of the page as its text counts today, unturned, at the dpi of that; of an image file the cite
    is in pixels of the file itself.

    Raises:
        NotFound: if there is no such page.
        BadPlace: if nothing of the rectangle is on the page, or the document has no page images.
    """
    reading = _reading_of(case, region.document)
    page = _page_today(case, reading, region.page)
    if not has_images(reading):
        raise BadPlace("This document has no page images.")
    scale, dpi = 1.0, region.dpi
    if reading.media_type.startswith("image/"):
        own = _own_page(case, reading, region.page)
        scale, dpi = (own.width_px / page.width_px if own is not None and page.width_px else 1.0), 0
    width_px, height_px = page.width_px * scale, page.height_px * scale
    if dpi and page.dpi:
        width_px, height_px = page.width_px * dpi / page.dpi, page.height_px * dpi / page.dpi
    x0, y0 = (max(0, round(side * scale)) for side in (region.x0, region.y0))
    x1, y1 = round(region.x1 * scale), round(region.y1 * scale)
    if page.width_px:
        x1, y1 = min(x1, round(width_px)), min(y1, round(height_px))
    if x1 - x0 < MIN_SIDE_PX or y1 - y0 < MIN_SIDE_PX:
        raise BadPlace("The rectangle is empty.")
    return region_cite_of(Region(region.document, region.page, dpi, x0, y0, x1, y1))


def place_on_page(case: Case, region: Region) -> tuple[PageText | PageMissed, Box, float]:
    """The page as it counts today, the cited rectangle in its pixels, and how many of those a cited pixel is.

    Raises:
        NotFound: if there is no such page, or the rectangle is not on it.
    """
    reading = _reading_of(case, region.document)
    page = _page_today(case, reading, region.page)
    scale = 1.0
    if region.dpi and page.dpi:
        scale = page.dpi / region.dpi
    elif not region.dpi:
        own = _own_page(case, reading, region.page)
        scale = page.width_px / own.width_px if own is not None and own.width_px and page.width_px else 1.0
    box = (region.x0 * scale, region.y0 * scale, region.x1 * scale, region.y1 * scale)
    if not has_images(reading) or (page.width_px and (box[0] >= page.width_px or box[1] >= page.height_px)):
        raise NotFound("This case does not have that page, or that part of it.")
    return page, box, scale


def text_within(page: PageText, box: Box) -> str:
    """The words whose middle is in the box, in the order of the text, with blanks and line ends as they are there."""
    parts: list[str] = []
    before = -1
    for at in range(0, len(page.words), 6):
        start, end, x0, y0, x1, y1 = page.words[at : at + 6]
        if box[0] <= (x0 + x1) / 2 < box[2] and box[1] <= (y0 + y1) / 2 < box[3]:
            between = page.text[before:start] if before >= 0 else ""
            parts += [between if not between.strip() else " … ", page.text[start:end]]
            before = end
    return "".join(parts).strip()


def has_images(reading: Reading) -> bool:
    """Whether pages of that document can be drawn."""
    return reading.media_type == "application/pdf" or reading.media_type.startswith("image/")


def _reading_of(case: Case, document: str) -> Reading:
    reading = bare_readings(case, [document]).get(document)
    if reading is None:
        raise NotFound("That document was not read.")
    return reading


def _page_today(case: Case, reading: Reading, number: int) -> PageText | PageMissed:
    with DocumentPages(case, reading) as pages:
        page = pages.page(number)
    if page is None and 1 <= number <= reading.pages_expected:
        return PageMissed(number, "page", reading.outcome)
    if page is None:
        raise NotFound(f"Document {reading.document[:12]} has no page {number}.")
    return page


def _own_page(case: Case, reading: Reading, number: int) -> PageText | PageMissed | None:
    """The page of an image file at its own size, as the reading found it."""
    if not reading.pages:
        return None
    with case.objects.open(reading.pages) as file:
        return PageReader(file).page(number)
