"""Shows the place that a cite names: the page image with the hit marked, a crop of it, or the text around it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.cite import AnyCite, Cite, RegionCite
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageMissed, PageText, Part, Pixels
from fairwitness.core.records import Region
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.account import names_of
from fairwitness.work.placing import place_on_page, text_within
from fairwitness.work.searching import boxes_of, cells_of

RENDER = "fairwitness.read.render:RenderPage"
MARK = (255, 214, 0)
FRAME = (200, 30, 0)
MARGIN_PX = 60  # of page around a crop
CONTEXT = 200  # code points of text around a quote


class NoImage(FairwitnessError):
    """The document has no page images; its places are in its text."""

    code = "no_image"
    advice = "Leave out -o to see the text around the place, or name a file that ends in .txt."


@dataclass(frozen=True, slots=True)
class Shown:
    """A place with what is there. The page image must be turned clockwise by `turn_deg` to be read."""

    document: str
    found_as: str
    page: int
    label: str
    quote: str
    before: str
    after: str
    boxes: tuple[tuple[int, int, int, int], ...]
    cells: tuple[str, ...]
    width_px: int
    height_px: int
    dpi: int
    turn_deg: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def look_up(case: Case, cite: AnyCite) -> Shown:
    """What the cite names, in the reading that it was made from; of a rectangle, with the text that is in it today.

    Raises:
        NotFound: if this case has no such document, page or reading.
    """
    digest = case.queries.document_starting(cite.document)
    if isinstance(cite, RegionCite):
        return _look_up_region(case, digest, cite)
    page = cited_page(case, digest, cite)
    return Shown(
        document=digest,
        found_as=names_of(case, digest)[0],
        page=cite.page,
        label=page.label,
        quote=page.text[cite.start : cite.end],
        before=page.text[max(0, cite.start - CONTEXT) : cite.start],
        after=page.text[cite.end : cite.end + CONTEXT],
        boxes=tuple(boxes_of(page, cite.start, cite.end)),
        cells=tuple(cells_of(page, cite.start, cite.end, digest)),
        width_px=page.width_px,
        height_px=page.height_px,
        dpi=page.dpi,
        turn_deg=page.recognition.turn_deg if page.recognition is not None else 0,
    )


def _look_up_region(case: Case, digest: str, cite: RegionCite) -> Shown:
    region = Region(digest, cite.page, cite.dpi, cite.x0, cite.y0, cite.x1, cite.y1)
    page, box, scale = place_on_page(case, region)
    return Shown(
        document=digest,
        found_as=names_of(case, digest)[0],
        page=cite.page,
        label=page.label if isinstance(page, PageText) else "",
        quote=text_within(page, box) if isinstance(page, PageText) else "",
        before="",
        after="",
        boxes=((cite.x0, cite.y0, cite.x1, cite.y1),),
        cells=(),
        width_px=math.ceil(page.width_px / scale),
        height_px=math.ceil(page.height_px / scale),
        dpi=cite.dpi,
        turn_deg=page.recognition.turn_deg if isinstance(page, PageText) and page.recognition is not None else 0,
    )


def cited_page(case: Case, digest: str, cite: Cite) -> PageText:
    """The page as the reading, or the scan, gave it that the cite names."""
    page: PageText | PageMissed | None = None
    for reading in case.queries.readings_of(digest):
        if reading.id.startswith(cite.reading) and reading.pages:
            with case.objects.open(reading.pages) as file:
                page = PageReader(file).page(cite.page)
    for scan in case.queries.scans(digest):
        if scan.page == cite.page and scan.has_text and scan.id.startswith(cite.reading):
            page = case.queries.scanned_page(scan.seq)
    if isinstance(page, PageText) and cite.end <= len(page.text):
        return page
    raise NotFound("This case does not have that page, or that range of it, as it was read when the cite was made.")


def draw(case: Case, shown: Shown, *, whole_page: bool = False, unlocked: bool = False) -> bytes:
    """PNG of the page image with the place marked, cut to its surroundings unless `whole_page`.

    The page is rendered in the sandbox; only pixels come out.

    Raises:
        NoImage: if the document has no page images.
    """
    if not shown.boxes:
        raise NoImage("This place is in text without page images.")
    page = _render(case, shown, unlocked=unlocked)
    marked = Image.blend(page, _marked(page, shown), 0.35)
    pen = ImageDraw.Draw(marked)
    for x0, y0, x1, y1 in shown.boxes:
        pen.rectangle((x0 - 3, y0 - 3, x1 + 2, y1 + 2), outline=FRAME, width=2)
    if not whole_page:
        marked = marked.crop(_surroundings(shown, marked.width, marked.height))
    if shown.turn_deg:
        marked = marked.rotate(-shown.turn_deg, expand=True)
    out = BytesIO()
    marked.save(out, "PNG")
    return out.getvalue()


def _marked(page: Image.Image, shown: Shown) -> Image.Image:
    """The page with the boxes filled."""
    filled = page.copy()
    pen = ImageDraw.Draw(filled)
    for x0, y0, x1, y1 in shown.boxes:
        pen.rectangle((x0, y0, x1 - 1, y1 - 1), fill=MARK)
    return filled


def _surroundings(shown: Shown, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """The whole length of the lines where the place is, so that they can be read, and a few lines around it."""
    across = shown.turn_deg in (90, 270)  # lines run up or down the image
    first = min(box[0 if across else 1] for box in shown.boxes) - MARGIN_PX
    last = max(box[2 if across else 3] for box in shown.boxes) + MARGIN_PX
    if across:
        return max(0, first), 0, min(width_px, last), height_px
    return 0, max(0, first), width_px, min(height_px, last)


class _PixelReceiver:
    def __init__(self) -> None:
        self.pixels: Pixels | None = None

    def take(self, part: Part) -> None:
        if isinstance(part, Pixels):
            self.pixels = part


def _render(case: Case, shown: Shown, *, unlocked: bool) -> Image.Image:
    media_type = _media_type(case, shown.document)
    options = {"number": shown.page, "dpi": shown.dpi}
    if (
        media_type.startswith("image/") and shown.width_px
    ):  # drawn at its own size, unless it was made smaller when it was read
        options["max_side_px"] = max(shown.width_px, shown.height_px)
    task = Task(shown.document, RENDER, case.objects.path(shown.document), options, media_type=media_type)
    with SandboxRunner([RENDER.partition(":")[0]], workers=1, unlocked=unlocked) as sandbox:
        ((attempt, receiver),) = sandbox.run([task], lambda _: _PixelReceiver())
    pixels = receiver.pixels
    if attempt.outcome is not Cause.OK or pixels is None:
        raise NotFound(f"Page {shown.page} of {shown.document[:12]} cannot be drawn: {attempt.outcome}.")
    mode = "L" if pixels.channels == 1 else "RGB"
    return Image.frombytes(mode, (pixels.width_px, pixels.height_px), pixels.data).convert("RGB")


def _media_type(case: Case, digest: str) -> str:
    return next((reading.media_type for reading in case.queries.readings_of(digest) if reading.media_type), "")
