"""How coarse the images on a PDF page are: what JPEG spread around a letter is as wide as its blocks are drawn."""

from __future__ import annotations

import ctypes
import math
from typing import Any

from fairwitness.read._pdfium import Geometry, pdfium

_DEEPEST = 8  # forms within forms that are looked into; below, an image counts as one of `_UNKNOWN` pixels
_MOST_OBJECTS = 200_000
_UNKNOWN = 2.0  # an image at 100 dpi on a page drawn at 200
COARSEST = 8.0  # 25 dpi: anything coarser holds no letters that could be read


def coarsest_image(page: Any, geometry: Geometry) -> float:
    """Pixels of the drawn page for one of the coarsest image on it, at most `COARSEST`; 0 for a page without images.

    Any image counts, whatever it is coded with: what was a JPEG once may be kept in another way now. What annotations
    and deep forms show is not looked into, and counts as coarse.
    """
    per_point = max(math.hypot(geometry.a, geometry.b), math.hypot(geometry.c, geometry.d))
    count = min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    found = _among((pdfium.FPDFPage_GetObject(page, at) for at in range(count)), per_point, 0)
    if pdfium.FPDFPage_GetAnnotCount(page) > 0:
        found = max(found, _UNKNOWN)
    return min(found, COARSEST)


def _among(objects: Any, scale: float, depth: int) -> float:
    """The coarsest of these objects, where a unit of their space is `scale` pixels."""
    coarsest = 0.0
    for one in objects:
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            coarsest = max(coarsest, _per_pixel(one, scale))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            continue
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth >= _DEEPEST:
                return max(coarsest, _UNKNOWN)
            count = min(pdfium.FPDFFormObj_CountObjects(one), _MOST_OBJECTS)
            inside = (pdfium.FPDFFormObj_GetObject(one, at) for at in range(count))
            coarsest = max(coarsest, _among(inside, scale * max(_stretch(one)), depth + 1))
    return coarsest


def _per_pixel(image: Any, scale: float) -> float:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(image, ctypes.byref(width), ctypes.byref(height)):
        return _UNKNOWN
    across, down = _stretch(image)
    return max(across * scale / max(1, width.value), down * scale / max(1, height.value))


def _stretch(one: Any) -> tuple[float, float]:
    """How long the sides of the unit square of the object are in the space around it."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(one, ctypes.byref(matrix)):
        return 1.0, 1.0
    return math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
