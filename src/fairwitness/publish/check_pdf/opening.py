"""Opens a released PDF in the locked child: the pixels of each page's image, and the text that PDFium finds there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

import numpy as np
import pikepdf

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageMissed, PageText, Part, Pixels, Source
from fairwitness.publish.check_pdf._content import DAMAGED
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.read.read_pdf import ReadPdf

MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class OpenReleased:
    """Opens a PDF of which each page is one image: yields its text and its pixels, page by page."""

    name: ClassVar[str] = "open-released"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the texts of all pages, then the pixels of all.

        Raises:
            ReadError: if it cannot be opened, or a page is not one image.
        """
        if item.size_bytes > MAX_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "larger than a release may be")
        count = 0
        for part in ReadPdf()(item):
            if isinstance(part, End):
                count = part.expected_pages
            elif isinstance(part, PageText):
                yield PageText(part.number, "page", part.text)
            elif isinstance(part, PageMissed) and part.cause in (Cause.NEEDS_OCR, Cause.EMPTY):
                yield PageText(part.number, "page", "")  # made without words
        item.file.seek(0)
        try:
            with pikepdf.open(BytesIO(item.file.read())) as pdf:
                for page in pdf.pages:
                    (image,) = page.obj.Resources.XObject.values()
                    picture = pikepdf.PdfImage(image).as_pil_image()  # type: ignore[arg-type]
                    picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
                    data = np.asarray(picture)
                    channels = 1 if data.ndim == 2 else 3
                    yield Pixels(data.shape[1], data.shape[0], channels, data.tobytes())
        except DAMAGED:
            raise ReadError(Cause.UNREADABLE, "a page is not one image") from None
        yield End(Cause.OK, expected_pages=count)


def warm() -> None:
    """Everything that opening a release needs is loaded."""
    page = RebuiltPage(np.full((32, 32), 255, np.uint8), 72, (("a", (1, 1, 9, 9)),))
    for data in (build_pdf([page], "lossless"), build_pdf([page], "jpeg")):
        list(OpenReleased()(Source(BytesIO(data), len(data))))
