"""The image of one page: exactly the pixels that the boxes of its words refer to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Pixels, Source
from fairwitness.read._images import DAMAGED, draw_frame, open_image, orientation_of
from fairwitness.read._pdfium import MAX_SIDE_PX, PDF_DPI, draw_page, geometry_of, open_document, open_page
from fairwitness.read._picture_scale import coarsest_image


@dataclass(frozen=True, slots=True)
class RenderPage:
    """Draws page `number`, from 1, of a PDF or of an image file; `dpi` is that of the stored page, 0 for the default.

    An image file is drawn at its own size whatever `dpi` is, its turn mark applied, made smaller only above
    `max_side_px`.
    """

    number: int = 1
    dpi: int = PDF_DPI
    max_side_px: int = MAX_SIDE_PX
    grey: bool = False
    name: ClassVar[str] = "render-page"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one `Pixels`."""
        if item.media_type == "application/pdf":
            yield self._draw_pdf(item)
        elif item.media_type.startswith("image/"):
            yield draw_frame(item, self.number, self.max_side_px, grey=self.grey)
        else:
            raise ReadError(Cause.UNSUPPORTED, "no page images for this type")
        yield End(Cause.OK, expected_pages=1)

    def _draw_pdf(self, item: Source) -> Pixels:
        with open_document(item) as document, open_page(document, self.number) as page:
            geometry = geometry_of(page, self.dpi or PDF_DPI, self.max_side_px)
            data = draw_page(page, geometry, grey=self.grey)
        return Pixels(geometry.width_px, geometry.height_px, 1 if self.grey else 3, data)


COARSEST = "coarsest-image"
"""Name of the statement how many pixels of a drawn page one of the coarsest image on it is, in thousandths."""


@dataclass(frozen=True, slots=True)
class RenderToPaint:
    """Draws a page as `RenderPage` does, and says how coarse the coarsest image on it is, 0 for a page without any.

    Whoever paints boxes must know how far JPEG may have spread what they hide. Of an image file 1000 is said only if
    its pixels are drawn one for one as they are stored, so that the blocks of a JPEG begin where the page does.
    """

    number: int = 1
    dpi: int = PDF_DPI
    max_side_px: int = MAX_SIDE_PX
    name: ClassVar[str] = "render-to-paint"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one statement and one `Pixels`."""
        pixels: Pixels | None = None
        for part in RenderPage(self.number, self.dpi, self.max_side_px)(item):
            if isinstance(part, Pixels):
                pixels = part
        assert pixels is not None
        yield About(COARSEST, str(self._coarsest(item, pixels)))
        yield pixels
        yield End(Cause.OK, expected_pages=1)

    def _coarsest(self, item: Source, pixels: Pixels) -> int:
        if item.media_type == "application/pdf":
            with open_document(item) as document, open_page(document, self.number) as page:
                geometry = geometry_of(page, self.dpi or PDF_DPI, self.max_side_px)
                return round(1000 * coarsest_image(page, geometry))
        with open_image(item) as image:
            with suppress(*DAMAGED):
                image.seek(self.number - 1)
            longest, is_turned = max(image.size), orientation_of(image) != 1
        return max(1, round(1000 * max(pixels.width_px, pixels.height_px) / max(1, longest))) + is_turned
