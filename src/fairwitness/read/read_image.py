"""Image files: their pages, which wait for text recognition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageMissed, Part, Source
from fairwitness.read._images import (
    DAMAGED,
    ONE_PICTURE,
    check_size,
    count_directories,
    dpi_of,
    frames_of,
    open_image,
    turned_size,
)
from fairwitness.read._picture_about import about_picture

_DECODED_PIXELS = 40_000_000  # below this every pixel is decoded, so that damage is found now and not at recognition


@dataclass(frozen=True, slots=True)
class ReadImage:
    """Reads an image file: a page that needs OCR for each frame; a damaged frame is unreadable."""

    max_pages: int = 10_000
    name: ClassVar[str] = "read-image"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, and its pages."""
        with open_image(item) as image:
            check_size(*image.size)
            yield from about_picture(image)
            yield from self._read_frames(image, item)

    def _read_frames(self, image: Image.Image, source: Source) -> Iterator[Part]:
        claimed = _claimed(image, source)
        seen = 0
        dead = 0
        frames = frames_of(image)
        while seen < self.max_pages:
            try:
                frame = next(frames, None)
            except DAMAGED:
                break
            if frame is None:
                break
            seen += 1
            page = _read_frame(frame, seen)
            dead += page.cause is not Cause.NEEDS_OCR
            yield page
        expected = max(seen, claimed)
        if seen == dead:
            yield End(Cause.UNREADABLE, "image data is damaged", expected_pages=max(1, expected))
        elif seen < expected:
            yield End(Cause.PARTIAL, "not all frames were reached", expected_pages=expected)
        else:
            yield End(Cause.OK, expected_pages=expected)


def _claimed(image: Image.Image, source: Source) -> int:
    if image.format in ONE_PICTURE:
        return 1
    if image.format == "TIFF":
        at = source.file.tell()
        try:
            return count_directories(source.file)
        finally:
            source.file.seek(at)
    return int(getattr(image, "n_frames", 1))


def _read_frame(frame: Image.Image, number: int) -> PageMissed:
    try:
        check_size(*frame.size)
        width, height = turned_size(frame)
        if width * height <= _DECODED_PIXELS:
            frame.load()
    except ReadError as error:
        return PageMissed(number, "page", Cause(error.cause))
    except DAMAGED:
        return PageMissed(number, "page", Cause.UNREADABLE)
    return PageMissed(number, "page", Cause.NEEDS_OCR, width, height, dpi_of(frame))
