"""Draws pages that are to be redacted, and reads what stays in sight: both in the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.parts import About, PageMissed, PageText, Part, Pixels
from fairwitness.publish.painting import Rectangle
from fairwitness.publish.rebuilt import UNKNOWN_DPI, Word
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.looking import PDF, Looking
from fairwitness.work.recognising import ENGINE, facts_of, scan_sandbox
from fairwitness.work.redaction_places import Lie

DPI = 200
MAX_SIDE_PX = 5_000  # A2 at 200 dpi; a larger page is made smaller
_STEP = "fairwitness.read.render:RenderToPaint"
_COARSEST = "coarsest-image"
_READ = "fairwitness.read.read_scan:ReadScan"
_TURNS = {90: -1, 180: 2, 270: 1}  # quarters counter-clockwise, as numpy turns

Bytes = NDArray[np.uint8]


class PageNotPainted(FairwitnessError):
    """A page cannot be drawn, so nothing of it can leave."""

    code = "page_not_painted"
    advice = "Leave the page out of the redaction, or look at why it was not read: fairwitness failures CASE"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn and can be read, and how it lies beside its cites; `dpi` is 0 where nobody knows."""

    number: int
    pixels: Bytes
    lie: Lie
    dpi: int
    page: PageText | PageMissed


class _Receiver:
    def __init__(self) -> None:
        self.pixels: Pixels | None = None
        self.page: PageText | None = None
        self.said: dict[str, str] = {}

    def take(self, part: Part) -> None:
        if isinstance(part, Pixels):
            self.pixels = part
        elif isinstance(part, PageText):
            self.page = part
        elif isinstance(part, About):
            self.said[part.name] = part.value


class PageDrawer:
    """Draws pages of documents of a case at 200 dpi. Any thread may ask; use it as a context manager."""

    def __init__(self, case: Case, looking: Looking | None = None, *, unlocked: bool = False) -> None:
        self._case = case
        self.looking = looking or Looking(case)
        self._sandbox = SandboxRunner([_STEP.partition(":")[0]], workers=1, unlocked=unlocked)

    def __enter__(self) -> PageDrawer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """No child is left."""
        self._sandbox.close()

    def draw(self, document: str, number: int) -> Drawn:
        """The page, turned so that it can be read.

        Raises:
            NotFound: if the document has no such page.
            PageNotPainted: if it has no image, or that cannot be drawn.
        """
        looked = self.looking.document(document)
        page = self.looking.page(document, number)
        if not looked.has_images:
            raise PageNotPainted(
                "Only pages of PDFs and images can be redacted.",
                advice="Print the document to a PDF in a safe place, and read that into the case.",
            )
        media_type = looked.reading.media_type
        is_pdf = media_type == PDF
        options = {"number": number, "dpi": DPI, "max_side_px": MAX_SIDE_PX}
        path = self._case.objects.path(document)
        task = Task(document, _STEP, path, options, media_type=media_type, limits=self._limits())
        attempt, got = self._sandbox.run_one(task, lambda _: _Receiver())
        coarsest = got.said.get(_COARSEST, "")
        if attempt.outcome is not Cause.OK or got.pixels is None or not coarsest.isdecimal() or len(coarsest) > 6:
            raise PageNotPainted(f"Page {number} of {document[:12]} cannot be drawn: {attempt.outcome.value}.")
        recognised = page.recognition if isinstance(page, PageText) else None
        turn = recognised.turn_deg if recognised is not None else 0
        pixels = _as_array(got.pixels)
        own = self._own_width(document, number, pixels.shape[1], is_pdf=is_pdf)
        lie = Lie(
            (pixels.shape[1], pixels.shape[0]), self._drawn_dpi(page, got.pixels, is_pdf), own, int(coarsest), turn
        )
        claimed = lie.dpi if is_pdf else round(page.dpi * pixels.shape[1] / page.width_px) if page.width_px else 0
        return Drawn(number, np.ascontiguousarray(np.rot90(pixels, _TURNS.get(turn, 0))), lie, claimed, page)

    def _drawn_dpi(self, page: PageText | PageMissed, pixels: Pixels, is_pdf: bool) -> int:
        """What a PDF page was drawn at: less than was asked for where it is too large for that."""
        if not is_pdf:
            return 0
        if page.width_px and page.dpi:
            return max(1, round(pixels.width_px * page.dpi / page.width_px))
        return DPI

    def _own_width(self, document: str, number: int, drawn_px: int, *, is_pdf: bool) -> float:
        """Pixels of the drawn image for one of an image file; 1 for a PDF."""
        if is_pdf:
            return 1.0
        own = self.looking.own_page(document, number)
        if own is not None and own.width_px:
            return drawn_px / own.width_px
        return 1.0

    def _limits(self) -> Limits:
        settings = self._case.settings
        return Limits(
            memory_bytes=settings.memory_mib << 20,
            cpu_s=min(settings.cpu_s, 60),
            wall_s=min(settings.wall_s, 120),
            output_bytes=4 * MAX_SIDE_PX * MAX_SIDE_PX + (1 << 20),
        )


class PaintedReader:
    """Reads painted pages with the engine that reads scans, its models held warm. Use it as a context manager."""

    def __init__(self, case: Case, engine: str = ENGINE, *, unlocked: bool = False) -> None:
        """Raises: NoEngine: if the engine cannot be used."""
        self._case = case
        self._engine = engine
        self._sandbox = scan_sandbox(engine, "", unlocked=unlocked)
        try:
            self.facts = facts_of(self._sandbox, engine)
        except BaseException:
            self._sandbox.close()
            raise

    def __enter__(self) -> PaintedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """No child is left."""
        self._sandbox.close()

    def read(self, pixels: Bytes, dpi: int, rectangles: Sequence[Rectangle]) -> tuple[Word, ...]:
        """The words of the page with their places, in reading order; none that lies on what was painted.

        Raises:
            PageNotPainted: if the engine fails: a page without its words would look as if it had none.
        """
        out = BytesIO()
        Image.fromarray(pixels).save(out, "PNG", compress_level=1, dpi=(dpi or UNKNOWN_DPI,) * 2)
        settings = self._case.settings
        limits = Limits(settings.scan_memory_mib << 20, settings.scan_cpu_s, settings.wall_s)
        path = self._case.scratch()
        try:
            path.write_bytes(out.getvalue())
            task = Task("painted", _READ, path, {"engine": self._engine}, media_type="image/png", limits=limits)
            attempt, got = self._sandbox.run_one(task, lambda _: _Receiver())
        finally:
            path.unlink(missing_ok=True)
        if attempt.outcome not in READ and got.page is None:
            raise PageNotPainted(
                f"The words of a painted page cannot be read: {attempt.outcome.value}.",
                advice="Make it without words (--no-text), and say so to whoever reads it.",
            )
        page = got.page
        return () if page is None else _words_outside(page, rectangles)


def _words_outside(page: PageText, rectangles: Sequence[Rectangle]) -> tuple[Word, ...]:
    found = []
    for at in range(0, len(page.words), 6):
        start, end, x0, y0, x1, y1 = page.words[at : at + 6]
        hidden = sum(
            max(0, min(x1, right) - max(x0, left)) * max(0, min(y1, bottom) - max(y0, top))
            for left, top, right, bottom in rectangles
        )
        if 2 * hidden <= (x1 - x0) * (y1 - y0):  # what is read into a black box is no word
            found.append((page.text[start:end], (x0, y0, x1, y1)))
    return tuple(found)


def _as_array(pixels: Pixels) -> Bytes:
    flat = np.frombuffer(pixels.data, np.uint8)
    return (
        flat.reshape(pixels.height_px, pixels.width_px, 3)
        if pixels.channels == 3
        else flat.reshape(pixels.height_px, pixels.width_px)
    )
