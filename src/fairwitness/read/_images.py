"""Image files through Pillow: frames, sizes, turns, and a guard against images that are too large to hold."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pi_heif
from PIL import (
    AvifImagePlugin,
    ExifTags,
    Image,
    ImageFile,
    ImageOps,
    ImageSequence,
    TiffImagePlugin,
    UnidentifiedImageError,
)

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Pixels, Source

Image.init()  # loads every format now: later nothing can be opened
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
ImageFile.LOAD_TRUNCATED_IMAGES = False
ImageOps.exif_transpose(Image.new("L", (1, 1)))

MAX_DIRECTORIES = 10_000_000
MAX_PIXELS = 180_000_000
"""As RGB 540 MB: what a child of 2 GB address space holds together with its decoder. A0 at 300 dpi has 140 million."""

_SMALL_SIDE_PX = 1300  # images up to here are for people to look at; a JPEG is decoded at an eighth to a half for them

Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before anything is decoded

FORMATS = {
    "image/png": ("PNG",),
    "image/jpeg": ("JPEG", "MPO"),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP", "DIB"),
    "image/jp2": ("JPEG2000",),
    "image/vnd.adobe.photoshop": ("PSD",),
    "image/vnd.microsoft.icon": ("ICO",),
    "image/avif": ("AVIF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF",),
    "image/x-icns": ("ICNS",),
    "image/x-pcx": ("PCX",),
    "image/x-dcx": ("DCX",),
    "image/x-tga": ("TGA",),
    "image/x-portable-anymap": ("PPM",),
    "image/x-win-bitmap": ("CUR",),
}
"""Which decoder may open which type: the one that its signature names and no other."""

ONE_PICTURE = frozenset({"GIF", "PNG", "WEBP", "AVIF", "PSD", "ICO", "CUR", "ICNS"})
"""Formats whose further frames are movement, layers or sizes of one picture, not pages."""

_TIFF_COMPRESSIONS = {9: "jbig", 10: "jbig", 34661: "jbig", 34712: "jpeg 2000", 34887: "lerc", 50002: "jpeg xl"}

DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    struct.error,
)
"""What Pillow's decoders raise for damaged files, collected over its plugins."""


@contextmanager
def open_image(source: Source) -> Iterator[Image.Image]:
    """The open image, nothing of it decoded yet.

    Raises:
        ReadError: UNSUPPORTED, or UNREADABLE if its head is damaged.
    """
    formats = FORMATS.get(source.media_type)
    if formats is None or not set(formats) & set(Image.OPEN):
        raise ReadError(Cause.UNSUPPORTED, "no decoder for this image type")
    source.file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(source.file, formats=formats)
    except (UnidentifiedImageError, *DAMAGED) as error:
        raise _refusal(source) from error
    yield image  # not closed: the file belongs to the caller


def _refusal(source: Source) -> ReadError:
    """Why an image cannot be opened: damage, or a TIFF compression that no decoder here knows."""
    if source.media_type == "image/tiff":
        try:
            source.file.seek(0)
            directory = TiffImagePlugin.ImageFileDirectory_v2(source.file.read(8))
            source.file.seek(directory.next)
            directory.load(source.file)
            number: Any = directory.get(TiffImagePlugin.COMPRESSION)
            name = _TIFF_COMPRESSIONS.get(number)
        except DAMAGED:
            name = None
        if name is not None:
            return ReadError(Cause.UNSUPPORTED, f"tiff compression {name}")
    return ReadError(Cause.UNREADABLE, "image head is damaged")


def check_size(width: int, height: int) -> None:
    """Nothing, if the image may be decoded.

    Raises:
        ReadError: LIMIT_MEMORY if it claims more than `MAX_PIXELS`.
    """
    if width * height > MAX_PIXELS:
        raise ReadError(Cause.LIMIT_MEMORY, "image claims too many pixels")


def turned_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as the image is to be shown: its turn mark (EXIF orientation) applied."""
    width, height = image.size
    return (height, width) if orientation_of(image) >= 5 else (width, height)


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it is damaged."""
    try:
        value: Any = image.getexif().get(ExifTags.Base.Orientation, 1)
    except DAMAGED:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def dpi_of(image: Image.Image) -> int:
    """Resolution that the file claims, in dots per inch; 0 where it claims none that can be true."""
    claimed: Any = image.info.get("dpi")
    try:
        dpi = round(float(claimed[0]))
    except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return 0
    return dpi if 10 <= dpi <= 20_000 else 0


def frames_of(image: Image.Image) -> Iterator[Image.Image]:
    """The pages of the image, in order, each valid until the next is asked for."""
    if image.format in ONE_PICTURE:
        yield image
    else:
        yield from ImageSequence.Iterator(image)


def draw_frame(source: Source, number: int, max_side_px: int, *, grey: bool) -> Pixels:
    """Frame `number`, from 1, upright, on white paper, at its own size or made smaller to `max_side_px`.

    Raises:
        ReadError: UNSUPPORTED, UNREADABLE, or LIMIT_MEMORY.
    """
    with open_image(source) as image:
        try:
            if image.format not in ONE_PICTURE:
                image.seek(number - 1)
            elif number != 1:
                raise EOFError
            check_size(*image.size)
            if max_side_px <= _SMALL_SIDE_PX:
                image.draft(None, (max_side_px, max_side_px))
            upright = ImageOps.exif_transpose(image) or image
            shown = _on_paper(upright, grey=grey)
            shown.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS)
            return Pixels(shown.width, shown.height, 1 if grey else 3, shown.tobytes())
        except DAMAGED as error:
            raise ReadError(Cause.UNREADABLE, "image data is damaged") from error


def _on_paper(image: Image.Image, *, grey: bool) -> Image.Image:
    mode = "L" if grey else "RGB"
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        flat = image.convert("RGBA")
        paper = Image.new("RGBA", flat.size, "white")
        return Image.alpha_composite(paper, flat).convert(mode)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        low, high = image.getextrema()
        if not isinstance(low, int | float) or not isinstance(high, int | float) or high <= low:
            return image.convert("L").convert(mode)
        scale = 255.0 / (high - low)
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L").convert(mode)
    return image.convert(mode)


def count_directories(file: BinaryIO) -> int:
    """Number of pages of a TIFF: the length of its chain of directories, as far as it can be followed, at least 1.

    Pillow decodes every directory to count them, which takes minutes for a hundred thousand. Source: TIFF 6.0, section
    2; BigTIFF has 8-byte offsets and counts.
    """
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    is_big = len(head) == 16 and struct.unpack(f"{order}H", head[2:4])[0] == 43
    count_form, offset_form, entry = ("Q", "Q", 20) if is_big else ("H", "I", 12)
    count_bytes, offset_bytes = struct.calcsize(count_form), struct.calcsize(offset_form)
    start = 8 if is_big else 4
    at = int.from_bytes(head[start : start + offset_bytes], "little" if order == "<" else "big")
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MAX_DIRECTORIES:
        file.seek(at)
        raw = file.read(count_bytes)
        if len(raw) < count_bytes:
            break
        seen.add(at)
        file.seek(at + count_bytes + entry * struct.unpack(order + count_form, raw)[0])
        raw = file.read(offset_bytes)
        at = struct.unpack(order + offset_form, raw)[0] if len(raw) == offset_bytes else 0
    return max(1, len(seen))
