"""PDFium through its C interface: the document, its pages, and the geometry that text and pixels share.

The library is initialised here with no font folder at all: pages look the same on every machine, and
nothing is opened by path. Fonts that a PDF does not carry are replaced by packaged ones (`_fonts`).
"""

from __future__ import annotations

import codecs
import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated ctypes bindings

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Source
from fairwitness.read._fonts import use_packaged_fonts

PDF_DPI = 200
MAX_SIDE_PX = 10_000
POINTS_PER_INCH = 72.0

__all__ = [
    "MAX_SIDE_PX",
    "PDF_DPI",
    "Geometry",
    "draw_page",
    "geometry_of",
    "open_document",
    "open_page",
    "pdfium",
    "read_wide",
]

_ROUNDING_PX = 1e-3  # more than the error of the page matrix on the largest image
_FINE = 1 << 24  # size of the imaginary device that gives PDFium's own page matrix as a fraction
_MAX_IN_MEMORY_BYTES = 512 << 20
_BAD_PASSWORD = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

codecs.lookup("utf-16-le")  # what PDFium answers in; a codec cannot be loaded behind the lock
_no_fonts = (ctypes.POINTER(ctypes.c_char) * 1)()
_config = pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=_no_fonts, m_pIsolate=None, m_v8EmbedderSlot=0)
pdfium.FPDF_InitLibraryWithConfig(_config)
use_packaged_fonts()


@dataclass(frozen=True, slots=True)
class Geometry:
    """Size of the page image, and the matrix from page space (points, origin bottom left) to its pixels.

    x_px = a * x + c * y + e, y_px = b * x + d * y + f.
    """

    width_px: int
    height_px: int
    dpi: int
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def box_px(self, left: float, bottom: float, right: float, top: float) -> tuple[int, int, int, int] | None:
        """The box in pixels, rounded outward and clipped to the page; None if it is wholly outside."""
        x0, x1 = self.a * left + self.c * bottom + self.e, self.a * right + self.c * top + self.e
        y0, y1 = self.b * left + self.d * bottom + self.f, self.b * right + self.d * top + self.f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        if not (x1 > 0 and y1 > 0 and x0 < self.width_px and y0 < self.height_px):
            return None
        left_px, top_px = max(0, math.floor(x0 + _ROUNDING_PX)), max(0, math.floor(y0 + _ROUNDING_PX))
        left_px, top_px = min(left_px, self.width_px - 1), min(top_px, self.height_px - 1)
        right_px = min(self.width_px, max(math.ceil(x1 - _ROUNDING_PX), left_px + 1))
        bottom_px = min(self.height_px, max(math.ceil(y1 - _ROUNDING_PX), top_px + 1))
        return left_px, top_px, right_px, bottom_px


def size_in_px(width_pt: float, height_pt: float, dpi: int, max_side_px: int) -> tuple[int, int, int]:
    """Width, height and resolution of the image of a page: the resolution is lowered for a page that is too large.

    Where even 1 dpi is too much, the image is `max_side_px` long and called 1 dpi.
    """
    longest = max(width_pt, height_pt, 1e-3)
    if not math.isfinite(longest):
        raise ReadError(Cause.UNREADABLE, "page size is no number")
    dpi = max(1, min(dpi, int(max_side_px * POINTS_PER_INCH / longest)))
    scale = min(dpi / POINTS_PER_INCH, max_side_px / longest)
    width, height = (max(1, min(max_side_px, math.ceil(side * scale))) for side in (width_pt, height_pt))
    return width, height, dpi


@contextmanager
def open_document(source: Source) -> Iterator[Any]:
    """The open document; closed afterwards.

    Raises:
        ReadError: ENCRYPTED if a password is needed, UNREADABLE if this is no PDF that can be opened.
    """
    keep: Any
    if source.size_bytes <= _MAX_IN_MEMORY_BYTES:
        source.file.seek(0)
        keep = source.file.read()
        document = pdfium.FPDF_LoadMemDocument64(keep, len(keep), None)
    else:
        keep = _file_access(source)
        document = pdfium.FPDF_LoadCustomDocument(ctypes.byref(keep), None)
    if not document:
        code = pdfium.FPDF_GetLastError()
        raise ReadError(Cause.ENCRYPTED if code in _BAD_PASSWORD else Cause.UNREADABLE, "pdf cannot be opened")
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)
        del keep


def _file_access(source: Source) -> Any:
    """Lets PDFium read a file that is too large to be held in memory."""

    def get_block(_: Any, position: int, buffer: Any, size: int) -> int:
        source.file.seek(position)
        data = source.file.read(size)
        ctypes.memmove(buffer, data, len(data))
        return int(len(data) == size)

    access = pdfium.FPDF_FILEACCESS()
    access.m_FileLen = source.size_bytes
    access.m_GetBlock = type(access.m_GetBlock)(get_block)
    return access


@contextmanager
def open_page(document: Any, number: int) -> Iterator[Any]:
    """Page `number`, from 1; closed afterwards.

    Raises:
        ReadError: UNREADABLE if there is no such page or it is damaged.
    """
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        raise ReadError(Cause.UNREADABLE, "page cannot be opened")
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def geometry_of(page: Any, dpi: int = PDF_DPI, max_side_px: int = MAX_SIDE_PX) -> Geometry:
    """How this page lies in its image; crop box, rotation and user unit are PDFium's business and are applied."""
    width, height, dpi = size_in_px(pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page), dpi, max_side_px)
    # three points far apart, so that the integer answers of PDFium are exact to 1e-4 px
    reach = max(pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page), 1.0)
    x0, y0 = _to_device(page, 0.0, 0.0)
    x1, y1 = _to_device(page, reach, 0.0)
    x2, y2 = _to_device(page, 0.0, reach)
    per_x, per_y = width / _FINE, height / _FINE
    return Geometry(
        width,
        height,
        dpi,
        a=(x1 - x0) / reach * per_x,
        b=(y1 - y0) / reach * per_y,
        c=(x2 - x0) / reach * per_x,
        d=(y2 - y0) / reach * per_y,
        e=x0 * per_x,
        f=y0 * per_y,
    )


def _to_device(page: Any, x: float, y: float) -> tuple[int, int]:
    x_px, y_px = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(x_px), ctypes.byref(y_px))
    return x_px.value, y_px.value


def draw_page(page: Any, geometry: Geometry, *, grey: bool) -> bytes:
    """Pixels of the page on white paper: rows from the top, 1 or 3 bytes a pixel, no padding; annotations drawn."""
    channels = 1 if grey else 3
    form = pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGR
    width, height = geometry.width_px, geometry.height_px
    pixels = ctypes.create_string_buffer(width * height * channels)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, form, pixels, width * channels)
    if not bitmap:
        raise ReadError(Cause.LIMIT_MEMORY, "page image")
    flags = pdfium.FPDF_ANNOT | (0 if grey else pdfium.FPDF_REVERSE_BYTE_ORDER)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        return pixels.raw
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def read_wide(call: Any, *arguments: Any) -> str:
    """The answer of a PDFium function that fills a buffer with UTF-16 and says how many bytes it needs."""
    size = call(*arguments, None, 0)
    if not 2 < size <= 1 << 24:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(*arguments, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace").replace("\0", "")
