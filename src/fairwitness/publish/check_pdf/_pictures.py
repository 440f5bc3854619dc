"""Pictures on a page: what of them is hidden by a cover, a mask, a clip or the edge of the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.publish.check_pdf._seen import PageSeen
from fairwitness.read._pdfium import pdfium

_IMAGE, _FORM = 3, 5  # FPDF_PAGEOBJ_*
_MAX_DEPTH = 4
_MAX_IMAGES = 300
_CELL_PX = 8
_DETAIL, _PLAIN = 18.0, 5.0  # standard deviation in a cell, of 255 levels
_FEW_CELLS = 5  # a word has ten and more
_FINE_DPI, _FINE_SIDE_PX = 1500, 600
_MAX_PIXELS = 60_000_000
_MAX_CANVAS_PX = 4_000

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A picture of which something is hidden, or which is far finer than it is shown."""

    kind: str
    cells: int
    box: tuple[int, int, int, int]


def hidden_pictures(page: Any, seen: PageSeen) -> Iterator[Hidden]:
    """Yield what of the pictures of an open page cannot be seen on it."""
    geometry = seen.geometry
    to_px = np.array([[geometry.a, geometry.c, geometry.e], [geometry.b, geometry.d, geometry.f], [0, 0, 1]])
    for at, (image, matrix) in enumerate(_images(page)):
        if at >= _MAX_IMAGES:
            return
        pixels = _pixels_of(image)
        if pixels is not None:
            yield from _compare(pixels, to_px @ matrix, seen)


def _images(page: Any) -> Iterator[tuple[Any, Matrix]]:
    stack = [
        (pdfium.FPDFPage_GetObject(page, at), np.eye(3), 0) for at in range(max(0, pdfium.FPDFPage_CountObjects(page)))
    ]
    while stack:
        thing, outer, depth = stack.pop()
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == _IMAGE:
            yield thing, outer @ _matrix_of(thing)
        elif kind == _FORM and depth < _MAX_DEPTH:
            inner = outer @ _matrix_of(thing)
            count = max(0, pdfium.FPDFFormObj_CountObjects(thing))
            stack.extend((pdfium.FPDFFormObj_GetObject(thing, at), inner, depth + 1) for at in range(count))


def _matrix_of(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(found)):
        return np.eye(3)
    return np.array([[found.a, found.c, found.e], [found.b, found.d, found.f], [0, 0, 1]])


def _pixels_of(image: Any) -> NDArray[np.uint8] | None:
    """The picture itself in grey, without mask or clip; None if it is no picture that can be drawn."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(image, ctypes.byref(width), ctypes.byref(height)):
        return None
    if not 0 < width.value * height.value <= _MAX_PIXELS:
        return None
    bitmap = pdfium.FPDFImageObj_GetBitmap(image)
    if not bitmap:
        return None
    try:
        wide, high = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
        stride, form = pdfium.FPDFBitmap_GetStride(bitmap), pdfium.FPDFBitmap_GetFormat(bitmap)
        channels = {pdfium.FPDFBitmap_Gray: 1, pdfium.FPDFBitmap_BGR: 3}.get(form, 4)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * high)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    rows = np.frombuffer(raw, np.uint8).reshape(high, stride)[:, : wide * channels].reshape(high, wide, channels)
    return np.ascontiguousarray(rows[..., :3].mean(axis=2).astype(np.uint8) if channels > 1 else rows[..., 0])


def _compare(pixels: NDArray[np.uint8], place: Matrix, seen: PageSeen) -> Iterator[Hidden]:
    corners = place @ np.array([[0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 1]])
    x0, y0 = (int(np.floor(corners[axis].min())) for axis in (0, 1))
    x1, y1 = (int(np.ceil(corners[axis].max())) for axis in (0, 1))
    wide = max(1e-3, float(np.hypot(*(corners[:2, 1] - corners[:2, 0]))))
    box = (x0, y0, x1, y1)
    if pixels.shape[1] / wide * seen.geometry.dpi > _FINE_DPI and min(pixels.shape) >= _FINE_SIDE_PX:
        if float(pixels.std()) > _DETAIL:
            yield Hidden("image-fine", 1, box)
        return
    # the part of it that is looked at: all of it, within reason
    x0, y0 = max(x0, -_MAX_CANVAS_PX), max(y0, -_MAX_CANVAS_PX)
    x1, y1 = min(x1, x0 + 2 * _MAX_CANVAS_PX), min(y1, y0 + 2 * _MAX_CANVAS_PX)
    if x1 - x0 < _CELL_PX or y1 - y0 < _CELL_PX:
        return
    size = pixels.shape
    shrink = max(1, int(size[1] / wide / 2))  # so that warping does not step over pixels
    if shrink > 1:
        pixels = cv2.resize(
            pixels, (max(1, size[1] // shrink), max(1, size[0] // shrink)), interpolation=cv2.INTER_AREA
        )  # type: ignore[assignment]
    high_px, wide_px = pixels.shape
    unit = np.array([[1 / wide_px, 0, 0], [0, -1 / high_px, 1], [0, 0, 1]])  # pixels of the picture to its unit square
    move = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]])
    warp: Any = (move @ place @ unit)[:2]
    canvas = (x1 - x0, y1 - y0)
    # a picture coarser than the page is drawn in blocks: smoothed, it would have detail that nobody drew
    how = cv2.INTER_NEAREST if pixels.shape[1] < wide else cv2.INTER_LINEAR
    alone = cv2.warpAffine(pixels, warp, canvas, flags=how, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full_like(pixels, 255), warp, canvas, flags=cv2.INTER_NEAREST)
    shown = np.full((y1 - y0, x1 - x0), 255, np.uint8)
    height, width = seen.pixels.shape[:2]
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if right > left and bottom > top:
        part = seen.pixels[top:bottom, left:right].mean(axis=2).astype(np.uint8)
        shown[top - y0 : bottom - y0, left - x0 : right - x0] = part
    cells = (_spread(np.asarray(alone)) > _DETAIL) & _is_plain(shown) & (_least(np.asarray(inside)) == 255)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    together = stats[1:, cv2.CC_STAT_AREA]
    count = int(together[together >= _FEW_CELLS].sum())
    if count:
        rows, columns = np.nonzero(np.isin(labels, 1 + np.nonzero(together >= _FEW_CELLS)[0]))
        yield Hidden(
            "image-hidden",
            count,
            (
                x0 + int(columns.min()) * _CELL_PX,
                y0 + int(rows.min()) * _CELL_PX,
                x0 + (int(columns.max()) + 1) * _CELL_PX,
                y0 + (int(rows.max()) + 1) * _CELL_PX,
            ),
        )


def _cells(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = plane.shape[0] // _CELL_PX, plane.shape[1] // _CELL_PX
    cut = plane[: rows * _CELL_PX, : columns * _CELL_PX]
    return cut.reshape(rows, _CELL_PX, columns, _CELL_PX)


def _spread(plane: NDArray[np.uint8]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = _cells(plane).std(axis=(1, 3))
    return found


def _is_plain(shown: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a cell and what is close around it shows nothing: a picture may lie a pixel beside where it was laid."""
    kernel: Any = np.ones((5, 5), np.uint8)
    reach = cv2.dilate(shown, kernel).astype(np.int16) - cv2.erode(shown, kernel)
    plain: NDArray[np.bool_] = (_spread(shown) < _PLAIN) & (_cells(reach.astype(np.uint8)).mean(axis=(1, 3)) < 10)
    return plain


def _least(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = _cells(plane).min(axis=(1, 3))
    return found
