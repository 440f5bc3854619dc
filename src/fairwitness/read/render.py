"""The image of one page: exactly the pixels that the boxes of its words refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Pixels, Source
from fairwitness.read._images import draw_frame
from fairwitness.read._pdfium import MAX_SIDE_PX, PDF_DPI, draw_page, geometry_of, open_document, open_page


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
