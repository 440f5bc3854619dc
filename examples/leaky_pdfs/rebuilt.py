"""The same files as they would leave: their pages as pixels, with the words that can be seen on them."""

from __future__ import annotations

from io import BytesIO

from fairwitness.core.parts import Source
from fairwitness.publish.check_pdf._seen import look_at
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.read._pdfium import open_document, open_page, pdfium


def rebuilt(pdf: bytes) -> bytes:
    """A PDF of the pixels of these pages. Only for files of our own: it draws them in this very process."""
    pages = []
    with open_document(Source(BytesIO(pdf), len(pdf))) as document:
        for number in range(1, pdfium.FPDF_GetPageCount(document) + 1):
            with open_page(document, number) as page:
                seen = look_at(page)
            words = tuple((word.text, _around(word.boxes)) for word in seen.words if not word.why and word.boxes)
            pages.append(RebuiltPage(seen.pixels, seen.geometry.dpi, words))
    return build_pdf(pages)


def _around(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
