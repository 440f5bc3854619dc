"""Text recognition of one page of a file: its pixels, read by an engine, beside what the file itself says."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import ClassVar

import numpy as np

from fairwitness.core.errors import NotFound, ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, PageText, Part, Pixels, Source
from fairwitness.core.recognition import MAX_ALTERNATIVE_CHARS, Alternative, Recognition
from fairwitness.read._images import DAMAGED, dpi_of, draw_frame, open_image
from fairwitness.read._pdfium import draw_page, geometry_of, open_document, open_page
from fairwitness.read.ocr.engines import engine_named, missing, warm
from fairwitness.read.ocr.models import ModelMissing
from fairwitness.read.ocr.order import goes_on
from fairwitness.read.ocr.scan import Box, Engine, Image, Line, Scan
from fairwitness.read.ocr.second import agreement_of, warm_second
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.text.quality import coverage, likeness

SCAN_DPI = 300  # of the image of a PDF page; lists are set in 6.5 pt, and at 150 dpi those lose letters
MAX_SIDE_PX = 7_100  # A4 at 600 dpi; a larger page is made smaller
_TOLD = 0.8  # share of a text layer that was read from the pixels too, from which on it adds nothing
_UNSURE = 0.9  # a line less sure than this may be in a script whose model is missing


@dataclass(frozen=True, slots=True)
class ReadScan:
    """Recognises page `number`, from 1, of a PDF or an image file with the engine named `engine`.

    With a `second` engine the page is read twice, where that engine knows its script, and the answer says how far the
    two agree. Notes and the like, which
    the file holds for a page that is otherwise a picture, are put behind the last line if the pixels do not show them.
    """

    number: int = 1
    engine: str = "hybrid"
    second: str = ""
    dpi: int = SCAN_DPI
    max_side_px: int = MAX_SIDE_PX
    name: ClassVar[str] = "read-scan"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the page, read from its pixels."""
        pixels, dpi, layer = self._look(item)
        image = _image(pixels)
        try:
            engine = engine_named(self.engine)
            scan = engine.read(image, dpi)
            agreement = agreement_of(self.second, scan, image, dpi)
        except ModelMissing as error:
            raise ReadError(Cause.MISSING_MODEL, "a model is not installed") from error
        page = page_of_scan(self.number, pixels, dpi, scan, engine)
        yield _with_layer(_with_agreement(page, agreement), layer)
        yield End(Cause.OK if page.text else Cause.EMPTY, expected_pages=1)

    def _look(self, item: Source) -> tuple[Pixels, int, PageText | None]:
        """The pixels of the page, their resolution, and the text that the file holds for it."""
        if item.media_type != "application/pdf":
            pixels = draw_frame(item, self.number, self.max_side_px, grey=False)
            return pixels, _claimed_dpi(item, self.number), None
        with open_document(item) as document, open_page(document, self.number) as page:
            geometry = geometry_of(page, self.dpi, self.max_side_px)
            data = draw_page(page, geometry, grey=False)
            layer = ReadPdf().read_page(page, self.number, geometry)
        pixels = Pixels(geometry.width_px, geometry.height_px, 3, data)
        return pixels, geometry.dpi, layer if isinstance(layer, PageText) and layer.text.strip() else None


@cache
def lacking() -> tuple[tuple[str, str], ...]:
    """Models that this machine lacks, each with the command that installs it; looked up once, before the lock."""
    return tuple(missing())


def warm_scan(engine: str, second: str = "") -> None:
    """Everything that recognition needs is in memory, or is known to be missing."""
    lacking()
    with suppress(ModelMissing, NotFound):  # said by DescribeEngine
        warm(engine)
        _ = engine_named(engine).models  # hashes of files, which cannot be opened later
    if second:
        warm_second(second)


@dataclass(frozen=True, slots=True)
class DescribeEngine:
    """Says what an engine is: what its results are made with, and which models this machine lacks."""

    engine: str = "hybrid"
    name: ClassVar[str] = "describe-engine"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield statements named version, options (JSON), missing, and unusable if the engine cannot read at all."""
        yield About("version", ReadScan.version)
        for name, command in lacking():
            yield About("missing", f"{name}\t{command}")
        try:
            engine = engine_named(self.engine)
            facts = {"engine_version": engine.version, "models": dict(sorted(engine.models.items()))}
            yield About("options", json.dumps(asdict(ReadScan(engine=self.engine)) | facts))
        except ModelMissing:
            yield About("unusable", self.engine)
        yield End(Cause.OK)


def _claimed_dpi(item: Source, number: int) -> int:
    """What the image file says; 0 for nothing."""
    with open_image(item) as image, suppress(*DAMAGED):
        image.seek(number - 1)
        return dpi_of(image)
    return 0


def _image(pixels: Pixels) -> Image:
    flat = np.frombuffer(pixels.data, np.uint8)
    shape = (pixels.height_px, pixels.width_px, 3) if pixels.channels == 3 else (pixels.height_px, pixels.width_px)
    return flat.reshape(shape)


class _Text:
    """Puts lines together to the text of a page, with the place of every word; an empty line parts columns, cells."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.text = ""
        self.words = array("I")
        self.lines = array("I")
        self.engines: list[str] = []
        self.scripts: list[str] = []
        self.alternatives: list[Alternative] = []
        self._size = (width_px, height_px)
        self._last: Box | None = None

    def add(self, line: Line) -> None:
        """One more line."""
        gap = ""
        if self._last is not None:
            gap = "\n" if goes_on(self._last, line.box) else "\n\n"  # a Han run goes on over one end of a line
        self._last = line.box
        start = len(self.text) + len(gap)
        self.text += gap + line.text
        number = len(self.lines) // 5
        confidence = _thousandths(line.confidence)
        for values, value in ((self.engines, line.engine), (self.scripts, line.script)):
            if value not in values:
                values.append(value)
        which = self.engines.index(line.engine), self.scripts.index(line.script)
        self.lines.extend((start, len(self.text), confidence, *which))
        words = [(word.start, word.end, word.box) for word in line.words] or [(0, len(line.text), line.box)]
        at = 0
        for begin, end, box in words:
            if at <= begin < end <= len(line.text):
                self.words.extend((start + begin, start + end, *self._inside(box)))
                at = end
        for other in line.alternatives:
            text = other.text[:MAX_ALTERNATIVE_CHARS]
            self.alternatives.append(Alternative(number, _thousandths(other.confidence), other.engine, text))

    def _inside(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        width, height = self._size
        x0, x1 = (min(max(0, x), width) for x in (box[0], box[2]))
        y0, y1 = (min(max(0, y), height) for y in (box[1], box[3]))
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _thousandths(share: float) -> int:
    return min(1000, max(0, round(1000 * share)))


def page_of_scan(number: int, pixels: Pixels, dpi: int, scan: Scan, engine: Engine) -> PageText:
    """The page with its text put together from the lines of a scan of `pixels`."""
    made = _Text(pixels.width_px, pixels.height_px)
    read = [line for line in scan.lines if line.text.strip()]
    for line in read:
        made.add(line)
    recognition = Recognition(
        engine=engine.name,
        engines=tuple(made.engines),
        scripts=tuple(made.scripts),
        lines=made.lines,
        alternatives=tuple(made.alternatives),
        turn_deg=scan.turn_deg,
        skew_mdeg=round(1000 * scan.skew_deg),
        outside=_thousandths(scan.ink_outside),
        unread=len(scan.lines) - len(read),
    )
    return PageText(
        number=number,
        kind="page",
        text=made.text,
        width_px=pixels.width_px,
        height_px=pixels.height_px,
        dpi=dpi,
        words=made.words,
        cause=_cause_of(scan, bool(read)),
        recognition=recognition,
    )


def _cause_of(scan: Scan, is_read: bool) -> Cause | None:
    """Why the page does not count as read; None if it does. Lines that were found and not read are no empty page."""
    if lacking() and any(not line.text.strip() or line.confidence < _UNSURE for line in scan.lines):
        return Cause.MISSING_MODEL
    return Cause.UNREADABLE if scan.lines and not is_read else None


def _with_agreement(page: PageText, agreement: float | None) -> PageText:
    if agreement is None or page.recognition is None:
        return page
    return replace(page, recognition=replace(page.recognition, agreement=_thousandths(agreement)))


def _with_layer(page: PageText, layer: PageText | None) -> PageText:
    """The page with what the file holds for it: how far it is the same, and behind the last line what it adds."""
    if layer is None or page.recognition is None:
        return page
    made = replace(page.recognition, layer=_thousandths(likeness(page.text, layer.text)))
    is_whole = layer.cause is not Cause.NEEDS_OCR  # then it is another account of the same page, kept in its reading
    if is_whole or coverage(layer.text, page.text) >= _TOLD:
        return replace(page, recognition=made)
    gap = "\n\n" if page.text else ""
    start = len(page.text) + len(gap)
    words = array("I", page.words)
    for at in range(0, len(layer.words), 6):
        begin, end, *box = layer.words[at : at + 6]
        words.extend((start + begin, start + end, *box))
    return replace(page, text=page.text + gap + layer.text, words=words, recognition=made)
