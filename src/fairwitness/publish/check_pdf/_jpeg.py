"""What a JPEG file holds beside its picture: small pictures of other things, words, bytes behind its end."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairwitness.publish.check_pdf.findings import Finding

_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_COMMENT, _APPS = 0xFE, range(0xE0, 0xF0)
_HARMLESS = (b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"Adobe\0", b"Ducky")
_MANY_BYTES = 64
_MAX_PIXELS = 60_000_000
_DIFFERENT = 50.0  # mean levels in a cell of a picture made small

Grey = NDArray[np.uint8]


def segments_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker and the bytes of each segment before the picture itself."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:
            at += 1
            continue
        if marker in (_SCAN, _END) or size < 2:
            return
        yield marker, data[at + 4 : at + 2 + size]
        at += 2 + size


def judge_jpeg(data: bytes, page: int) -> Iterator[Finding]:
    """Yield what a JPEG stream holds beside its picture."""
    main: Grey | None = None
    for marker, body in segments_of(data):
        if marker != _COMMENT and (marker not in _APPS or body.startswith(_HARMLESS)):
            continue
        small = _grey(body[body.find(b"\xff\xd8\xff") :]) if b"\xff\xd8\xff" in body else None
        if small is not None:
            main = _grey(data) if main is None else main
            if main is None or differ(small, main):
                yield Finding("image-thumbnail", "leak", page)
                continue
        yield Finding("image-metadata", "weakness", page, len(body), None, _words_in(body))
    end = data.rfind(b"\xff\xd9")
    rest = data[end + 2 :].strip(b"\0\r\n ") if end >= 0 else b""
    inner = _second_start(data)
    if len(rest) >= _MANY_BYTES or inner:
        yield Finding("image-behind-end", "leak", page, max(len(rest), inner), None, _words_in(rest))


def _second_start(data: bytes) -> int:
    """Bytes from where a second picture follows the end of the first; 0 if none does."""
    place = data.find(b"\xff\xd9\xff\xd8\xff")
    return len(data) - place - 2 if place >= 0 else 0


def _words_in(body: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else " " for byte in body[:2000])


def _grey(data: bytes) -> Grey | None:
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            return np.asarray(image.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def differ(small: Grey, main: Grey) -> bool:
    """Whether a small picture shows something else than a large one does."""
    return differs(Image.fromarray(small), Image.fromarray(main))


def differs(small: Image.Image, main: Image.Image) -> bool:
    """Whether two pictures, the second made as large as the first, differ in some place by more than small ones do."""
    size = (max(8, min(small.width, 400) // 4 * 4), max(8, min(small.height, 400) // 4 * 4))
    one, two = (
        np.asarray(image.convert("L").resize(size, Image.Resampling.BOX), np.float64) for image in (small, main)
    )
    rows, columns = one.shape[0] // 4, one.shape[1] // 4
    cells = np.abs(one - two)[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4).mean(axis=(1, 3))
    return bool(cells.max() > _DIFFERENT)
