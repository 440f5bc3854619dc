"""Images of pages for people who look: drawn in the sandbox, encoded here, kept in the cache of the case.

Only pixels come out of the sandbox; what a browser gets was encoded from them by us. A page is drawn once, however
many ask for it at the same time, and a page that cannot be drawn is not tried again and again.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Part, Pixels
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.cropping import cut_cell, level
from fairwitness.work.looking import PDF, Box, Looking, Shape, turned_box
from fairwitness.work.showing import RENDER, NoImage

SIDES_PX = (256, 1280, 2560, 5120)
"""The longest sides that an image is made with: in a strip, to read, as the boxes were measured, and closer."""

KEPT_BYTES = 512 << 20  # on disk, for one case
MAX_WAITING = 64  # pages that wait to be drawn; more are refused
WAIT_S = 30.0
CHILDREN = 2  # pages that are drawn at once
BIG_PX = 2560  # longer images take 50 MB and more each: one at a time
LINE_WIDTH_PX = 1100  # of the page at 200 dpi, which a picture of a line shows: five and a half inches
MAX_LINE_BOXES = 40
_LINE_SIDE_PX = 2560
_BY_INCH = 200
_ENCODED = "1"  # raised whenever the bytes of an image may differ
_JPEG_FROM = 0.22  # bytes of PNG for a pixel from which on the same as JPEG is worth a try: scans and photographs
_MANY_COLOURS = 2000  # in a sample of a page: a photograph
_MARK = (255, 226, 92)
_FAILURES = 1000  # remembered
_PAGES_HELD = 4  # drawn pages in memory, 14 MB each: who reviews a page asks for one cell of it after the other
_ADVICE = {
    Cause.ENCRYPTED: "It is locked. Try passwords with: fairwitness failures CASE --retry --cause encrypted",
    Cause.LIMIT_MEMORY: "It is larger than one page may be. Its text, where there is any, is beside it.",
    Cause.LIMIT_CPU: "It takes too long. Its text, where there is any, is beside it.",
    Cause.LIMIT_WALL: "It took too long. Look again when the machine is less busy.",
}


class PageNotDrawn(FairwitnessError):
    """The image of a page cannot be made."""

    code = "page_not_drawn"
    advice = "Look at its text, its other copies, or the bytes themselves."

    def __init__(self, document: str, number: int, cause: Cause) -> None:
        super().__init__(f"Page {number} of {document[:12]} cannot be drawn: {cause.value}.", advice=_ADVICE.get(cause))
        self.cause = cause


class TooManyPages(FairwitnessError):
    """More pages wait to be drawn than are drawn in reasonable time."""

    code = "too_many_pages"
    advice = "Ask for it again in a moment."


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image: PNG for what has few colours, JPEG for the rest."""

    media_type: str
    width_px: int
    height_px: int
    data: bytes

    def pack(self) -> bytes:
        """As it is kept."""
        return f"{self.media_type} {self.width_px} {self.height_px}\n".encode() + self.data

    @classmethod
    def unpack(cls, raw: bytes) -> Picture:
        """What `pack` packed."""
        head, _, data = raw.partition(b"\n")
        media_type, width, height = head.decode().split(" ")
        return cls(media_type, int(width), int(height), data)


class PageImages:
    """Makes images of the pages of a case, with a sandbox that stays warm; any thread may ask. Close it at the end."""

    def __init__(
        self,
        case: Case,
        looking: Looking | None = None,
        *,
        unlocked: bool = False,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._case = case
        self._looking = looking or Looking(case)
        self._sandbox = SandboxRunner([RENDER.partition(":")[0]], workers=CHILDREN, unlocked=unlocked)
        self._kept = case.kept_files("images", kept_bytes)
        self._places = threading.BoundedSemaphore(CHILDREN)
        self._big = threading.Lock()
        self._lock = threading.Lock()
        self._being_made: dict[str, Future[Picture]] = {}
        self._failed: OrderedDict[str, Cause] = OrderedDict()
        self._held: OrderedDict[tuple[str, int, Shape, int], Image.Image] = OrderedDict()
        self._holding = threading.Lock()

    def __enter__(self) -> PageImages:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """No child is left."""
        self._sandbox.close()

    def image(self, document: str, number: int, side_px: int = SIDES_PX[1], turn_deg: int = 0) -> Picture:
        """The page, turned so that it can be read, its longest side about the next of `SIDES_PX`, or its own size.

        `turn_deg` (0, 90, 180, 270) turns it further, clockwise.

        Raises:
            NotFound: if the case has no such page.
            NoImage: if the document has no page images.
            PageNotDrawn: if this page cannot be drawn.
            TooManyPages: if too many others wait.
        """
        side = next((one for one in SIDES_PX if one >= side_px), SIDES_PX[-1])
        shape = self._shape(document, number)
        shape = replace(shape, turn_deg=(shape.turn_deg + turn_deg) % 360)
        key = f"page {_ENCODED} {document} {number} {shape.dpi} {shape.turn_deg} {side}"
        return self._once(key, lambda: _encode(_turned(self._draw(document, number, shape, side), shape)))

    def line(self, document: str, number: int, boxes: Sequence[Box], *, marked: bool = True) -> Picture:
        """The lines of the page where the first of the boxes lie, as wide as can be read beside other hits.

        `boxes` are in pixels of the page image, not turned; all those in view are marked. Raises as `image` does.
        """
        shape = self._shape(document, number)
        if not boxes or not shape.width_px:
            raise NoImage("There is no place on an image to show.")
        inside = tuple(_clipped(box, shape) for box in boxes[:MAX_LINE_BOXES])
        key = f"line {_ENCODED} {document} {number} {shape.dpi} {shape.turn_deg} {inside} {marked}"

        def make() -> Picture:
            page = _turned(self._draw(document, number, shape, _LINE_SIDE_PX), shape)
            return _encode(_cut_line(page, [turned_box(box, shape) for box in inside], shape, marked))

        return self._once(key, make)

    def region(
        self,
        document: str,
        number: int,
        box: Box,
        shape: Shape,
        skew_mdeg: int = 0,
        *,
        close: bool = False,
        outlined: bool = True,
    ) -> Picture:
        """The rectangle with some of the page around it, turned upright; with more pixels if it is asked for `close`.

        `box` is in pixels of the unturned page at the size of `shape`, which says how far it must be turned clockwise
        before it is turned by the skew, in thousandths of a degree. Raises as `image` does.
        """
        key = f"region {_ENCODED} {document} {number} {shape} {box} {skew_mdeg} {close} {outlined}"
        if not self._looking.document(document).has_images or not shape.width_px:
            raise NoImage("There is no place on an image to show.")
        side = SIDES_PX[-1] if close else _LINE_SIDE_PX
        inside = _clipped(box, shape)

        def make() -> Picture:
            page = self._held_page(document, number, shape, side)
            return _encode(cut_cell(page, inside, shape, skew_mdeg, outlined=outlined))

        return self._once(key, make)

    def level(self, document: str, number: int, shape: Shape, skew_mdeg: int = 0) -> Picture:
        """The whole page turned as `shape` says, and then clockwise by the skew; raises as `image` does."""
        key = f"level {_ENCODED} {document} {number} {shape} {skew_mdeg}"
        if not self._looking.document(document).has_images:
            raise NoImage("There is no picture of this page.")

        def make() -> Picture:
            return _encode(level(self._held_page(document, number, shape, _LINE_SIDE_PX), skew_mdeg))

        return self._once(key, make)

    def _held_page(self, document: str, number: int, shape: Shape, side_px: int) -> Image.Image:
        """The whole page as it is turned, drawn once for all the cells of it that are asked for one after the other."""
        key = (document, number, shape, side_px)
        with self._holding:  # so that a page is not drawn for each of the cells that are asked for at once
            page = self._held.get(key)
            if page is None:
                page = _without_colour(_turned(self._draw(document, number, shape, side_px), shape))
                self._held[key] = page
                while len(self._held) > _PAGES_HELD:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return page

    def _shape(self, document: str, number: int) -> Shape:
        if not self._looking.document(document).has_images:
            raise NoImage("This document has no page images.", advice="Its text is shown instead.")
        return self._looking.shape(document, number)

    def _once(self, key: str, make: Callable[[], Picture]) -> Picture:
        """The picture of that key: kept, being made in another thread, or made here."""
        kept = self._found(key)
        if kept is not None:
            return kept
        with self._lock:
            others = self._being_made.get(key)
            if others is None:
                if len(self._being_made) >= MAX_WAITING:
                    raise TooManyPages("Too many pages wait to be drawn.")
                ours: Future[Picture] = Future()
                self._being_made[key] = ours
        if others is not None:
            return others.result()
        try:
            picture = self._found(key)  # it may have come between the two looks
            if picture is None:
                picture = make()
                self._kept.put(key, picture.pack())
            ours.set_result(picture)
        except BaseException as error:
            ours.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._being_made[key]
        return picture

    def _found(self, key: str) -> Picture | None:
        kept = self._kept.get(key)
        return Picture.unpack(kept) if kept is not None else None

    @contextlib.contextmanager
    def _place(self, side_px: int) -> Iterator[None]:
        """A place among those who draw."""
        with contextlib.ExitStack() as stack:
            if side_px > BIG_PX:
                stack.enter_context(self._big)
            if not self._places.acquire(timeout=WAIT_S):
                raise TooManyPages("The pages before this one take long to draw.")
            stack.callback(self._places.release)
            yield

    def _draw(self, document: str, number: int, shape: Shape, side_px: int) -> Image.Image:
        failure = f"{document} {number} {side_px > BIG_PX}"
        with self._lock:
            failed = self._failed.get(failure)
        if failed is not None:
            raise PageNotDrawn(document, number, failed)
        with self._place(side_px):
            attempt, receiver = self._sandbox.run_one(self._task(document, number, shape, side_px), _Receiver)
            pixels = receiver.pixels
            if attempt.outcome is Cause.OK and pixels is not None:
                mode = "L" if pixels.channels == 1 else "RGB"
                return Image.frombuffer(mode, (pixels.width_px, pixels.height_px), pixels.data, "raw", mode, 0, 1)
        with self._lock:
            self._failed[failure] = attempt.outcome
            while len(self._failed) > _FAILURES:
                self._failed.popitem(last=False)
        raise PageNotDrawn(document, number, attempt.outcome)

    def _task(self, document: str, number: int, shape: Shape, side_px: int) -> Task:
        media_type = self._looking.document(document).reading.media_type
        dpi = shape.dpi
        if media_type == PDF and side_px > BIG_PX:
            dpi = 2 * (shape.dpi or _BY_INCH)
        settings = self._case.settings
        limits = Limits(
            memory_bytes=settings.memory_mib << 20,
            cpu_s=min(settings.cpu_s, 20),
            wall_s=min(settings.wall_s, 60),
            output_bytes=4 * side_px * side_px + (1 << 20),
        )
        options = {"number": number, "dpi": dpi, "max_side_px": side_px}
        path = self._case.objects.path(document)
        return Task(document, RENDER, path, options, media_type=media_type, limits=limits)


class _Receiver:
    def __init__(self, _: Task) -> None:
        self.pixels: Pixels | None = None

    def take(self, part: Part) -> None:
        if isinstance(part, Pixels):
            self.pixels = part


def _turned(image: Image.Image, shape: Shape) -> Image.Image:
    turns = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[shape.turn_deg]) if shape.turn_deg in turns else image


def _clipped(box: Box, shape: Shape) -> Box:
    x0, y0 = max(0, min(box[0], shape.width_px - 1)), max(0, min(box[1], shape.height_px - 1))
    return x0, y0, max(x0 + 1, min(box[2], shape.width_px)), max(y0 + 1, min(box[3], shape.height_px))


def _cut_line(page: Image.Image, boxes: Sequence[Box], shape: Shape, marked: bool) -> Image.Image:
    """The piece of the page around the first box; `boxes` are in pixels of the turned page at its own size."""
    scale = page.width / shape.turned[0]
    scaled = [tuple(round(side * scale) for side in box) for box in boxes]
    x0, y0, x1, y1 = scaled[0]
    for box in scaled[1:]:  # what else is hit on the same line
        if min(y1, box[3]) - max(y0, box[1]) > (y1 - y0) / 2:
            x0, x1 = min(x0, box[0]), max(x1, box[2])
    dpi = shape.dpi * scale if shape.dpi else _BY_INCH
    width = min(page.width, max(round(LINE_WIDTH_PX * dpi / _BY_INCH), scaled[0][2] - scaled[0][0] + 40))
    middle = (x0 + x1) // 2 if x1 - x0 <= width else scaled[0][0] + width // 3
    left = max(0, min(page.width - width, middle - width // 2))
    above = min(max(12, round(0.9 * (y1 - y0))), round(0.4 * dpi))
    view = (left, max(0, y0 - above), left + width, min(page.height, y1 + above))
    line = page.crop(view)
    if not marked:
        return line
    line = line.convert("RGB")
    marker = Image.new("RGB", line.size, "white")
    for x0, y0, x1, y1 in scaled:
        marker.paste(_MARK, (x0 - view[0] - 2, y0 - view[1] - 2, x1 - view[0] + 2, y1 - view[1] + 2))
    return ImageChops.multiply(line, marker)


def _encode(image: Image.Image) -> Picture:
    """The image as PNG, or as JPEG where that is less than half of it: scans and photographs."""
    image = _without_colour(image)
    if image.mode == "RGB" and _has_many_colours(image):
        return _as_jpeg(image)
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)  # 6 takes three times as long for a tenth less
    png = Picture("image/png", image.width, image.height, out.getvalue())
    if len(png.data) > _JPEG_FROM * image.width * image.height:
        jpeg = _as_jpeg(image)
        return jpeg if 2 * len(jpeg.data) < len(png.data) else png
    return png


def _as_jpeg(image: Image.Image) -> Picture:
    out = BytesIO()
    image.save(out, "JPEG", quality=82, subsampling=0)
    return Picture("image/jpeg", image.width, image.height, out.getvalue())


def _without_colour(image: Image.Image) -> Image.Image:
    """In grey if every pixel is grey: a third of the work, and of the bytes."""
    if image.mode == "L":
        return image
    for strip in range(0, image.height, 256):  # a page with colour shows it soon
        pixels = np.asarray(image.crop((0, strip, image.width, min(image.height, strip + 256))))
        if (pixels[..., 0] != pixels[..., 1]).any() or (pixels[..., 1] != pixels[..., 2]).any():
            return image
    return image.getchannel(0)


def _has_many_colours(image: Image.Image) -> bool:
    step = max(1, max(image.size) // 200)
    pixels = np.asarray(image)[::step, ::step].reshape(-1, 3).astype(np.uint32)
    return len(np.unique(pixels[:, 0] << 16 | pixels[:, 1] << 8 | pixels[:, 2])) > _MANY_COLOURS
