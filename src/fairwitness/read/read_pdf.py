"""PDF: the text of every page with the place of every word, attachments, and which pages are pictures of text."""

from __future__ import annotations

import ctypes
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, PageMissed, PageText, Part, Source
from fairwitness.read._pdf_about import fonts_of, has_acting_link, read_about, read_attachment, read_attachments
from fairwitness.read._pdf_words import PageWords, read_words
from fairwitness.read._pdfium import (
    MAX_SIDE_PX,
    PDF_DPI,
    Geometry,
    geometry_of,
    open_document,
    open_page,
    pdfium,
    read_wide,
)
from fairwitness.text.statements import say_each

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5  # FPDF_PAGEOBJ_*
_WIDGET, _POPUP, _LINK, _ATTACHED = 20, 16, 2, 17  # FPDF_ANNOT_*
_DRAWN = frozenset({3, 13, 15})  # free text, stamp, ink: may show text that only a picture of it holds

# A stamp, a page number or a Bates number on a full-page scan: at most so many letters beside the image.
_FEW_LETTERS = 12
MOST_OF_PAGE = 0.6
_SOME_OF_PAGE = 0.01  # on a page without any text even a small image may hold some
_SOME_SEGMENTS = 40  # of outlines, on a page without text: two drawn letters have more, a border has fewer
_MANY_SEGMENTS = 4_000
_MAX_OBJECTS = 20_000
_MAX_FORM_DEPTH = 4
_MAX_ANNOTATIONS = 5_000
_SAMPLED_LETTERS = 200
_FONT_PAGES = 50  # of which the fonts are named


@dataclass(frozen=True, slots=True)
class ReadPdf:
    """Reads a PDF with PDFium: pages in order, words in pixels of the page image that `RenderPage` draws."""

    dpi: int = PDF_DPI
    max_side_px: int = MAX_SIDE_PX
    max_pages: int = 50_000
    with_notes: bool = True
    name: ClassVar[str] = "read-pdf"
    version: ClassVar[str] = "2"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, a page for each page, and its attachments."""
        with open_document(item) as document:
            count = pdfium.FPDF_GetPageCount(document)
            yield from read_about(document, item)
            entries = yield from self._read_pages(document, min(count, self.max_pages))
            attached = max(0, pdfium.FPDFDoc_GetAttachmentCount(document))
            yield from read_attachments(document, entries + 1)
            yield self._end(count, entries + attached)

    def _end(self, pages: int, entries: int) -> End:
        if pages <= 0:
            return End(Cause.UNREADABLE, "no page", expected_pages=0, expected_entries=entries)
        if pages > self.max_pages:
            return End(Cause.PARTIAL, "more pages than the limit", expected_pages=pages, expected_entries=entries)
        return End(Cause.OK, expected_pages=pages, expected_entries=entries)

    def _read_pages(self, document: Any, count: int) -> Generator[Part, None, int]:
        """Yield the pages; return the number of files attached to notes on them."""
        entries = 0
        acting = False
        fonts: set[str] = set()
        for number in range(1, count + 1):
            try:
                with open_page(document, number) as page:
                    geometry = geometry_of(page, self.dpi, self.max_side_px)
                    yield self.read_page(page, number, geometry)
                    for attachment in _attached_files(page):
                        entries += 1
                        yield from read_attachment(attachment, entries)
                    if number <= _FONT_PAGES:
                        fonts |= fonts_of(page)
                    if not acting and has_acting_link(document, page):
                        acting = True
                        yield About("active-content", "link-to-file", "PDF link action")
            except ReadError as error:
                yield PageMissed(number, "page", Cause(error.cause))
        yield from say_each("font", sorted(fonts), "PDF BaseFont")
        return entries

    def read_page(self, page: Any, number: int, geometry: Geometry) -> PageText | PageMissed:
        """What the file itself says of an open page."""
        size = (geometry.width_px, geometry.height_px, geometry.dpi)
        words = read_words(page, geometry)
        if words is None:
            return PageMissed(number, "page", Cause.UNREADABLE, *size)
        cause = Cause.NEEDS_OCR if words.is_garbled or _is_picture_of_text(page, words) else None
        if cause is None and words.is_cut:
            cause = Cause.PARTIAL
        if words.is_garbled:
            words = PageWords("")
        if self.with_notes:
            _append_notes(words, _notes_of(page, geometry))
        if cause is not None and not words.text.strip():
            return PageMissed(number, "page", cause, *size)
        return PageText(number, "page", words.text, *size, words=words.words, cause=cause)


def _is_picture_of_text(page: Any, words: PageWords) -> bool:
    if words.letters > _FEW_LETTERS:
        return _has_no_meaning(page, words)
    marks = marks_on(page)
    if words.letters > 0:
        return marks.images >= MOST_OF_PAGE or marks.segments >= _MANY_SEGMENTS
    return (
        marks.images >= _SOME_OF_PAGE
        or marks.segments >= _SOME_SEGMENTS
        or (marks.texts > 0 and not words.text)
        or any(pdfium.FPDFAnnot_GetSubtype(annotation) in _DRAWN for annotation in _annotations_of(page))
    )


def _has_no_meaning(page: Any, words: PageWords) -> bool:
    """Most letters come from a font that does not say which they are; PDFium then guesses, usually wrongly."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return False
    try:
        count = pdfium.FPDFText_CountChars(text_page)
        places = range(0, count, max(1, count // _SAMPLED_LETTERS))
        wrong = sum(1 for at in places if pdfium.FPDFText_HasUnicodeMapError(text_page, at) == 1)
        return wrong * 2 > len(places) and not _reads_like_latin(words.text)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _reads_like_latin(text: str) -> bool:
    """Nearly all letters are ASCII and about as many of them vowels as in words: a guess that went wrong is neither."""
    letters = [char for char in text.lower() if char.isalpha()]
    vowels = sum(char in "aeiouy" for char in letters)
    plain = sum(char.isascii() for char in letters)
    return len(letters) > 0 and plain >= 0.9 * len(letters) and 0.25 * len(letters) <= vowels <= 0.6 * len(letters)


@dataclass(slots=True)
class Marks:
    """What is painted on a page: share covered by images (overlaps count twice), outlines, text without letters."""

    images: float = 0.0
    segments: int = 0
    texts: int = 0


def marks_on(page: Any) -> Marks:
    """What is painted on an open page, objects inside forms too."""
    area = max(1e-6, pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page))
    marks, left = Marks(), _MAX_OBJECTS
    stack: list[tuple[Any, int]] = [
        (pdfium.FPDFPage_GetObject(page, at), 0) for at in range(min(pdfium.FPDFPage_CountObjects(page), left))
    ]
    while stack and left > 0:
        mark, depth = stack.pop()
        left -= 1
        kind = pdfium.FPDFPageObj_GetType(mark)
        if kind == _PATH:
            marks.segments += max(0, pdfium.FPDFPath_CountSegments(mark))
        elif kind == _TEXT:
            marks.texts += 1
        elif kind in (_IMAGE, _SHADING):
            # boxes inside a form are in its own space; there the image counts as a page of its own
            marks.images += _area_of(mark) / area if depth == 0 else MOST_OF_PAGE
        elif kind == _FORM and depth < _MAX_FORM_DEPTH:
            inner = min(pdfium.FPDFFormObj_CountObjects(mark), left)
            stack.extend((pdfium.FPDFFormObj_GetObject(mark, at), depth + 1) for at in range(inner))
    return marks


def _area_of(mark: Any) -> float:
    box = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(mark, *(ctypes.byref(side) for side in box)):
        return 0.0
    left, bottom, right, top = (side.value for side in box)
    return max(0.0, right - left) * max(0.0, top - bottom)


def _annotations_of(page: Any) -> Iterator[Any]:
    for at in range(min(max(0, pdfium.FPDFPage_GetAnnotCount(page)), _MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _attached_files(page: Any) -> Iterator[Any]:
    for annotation in _annotations_of(page):
        if pdfium.FPDFAnnot_GetSubtype(annotation) == _ATTACHED:
            yield pdfium.FPDFAnnot_GetFileAttachment(annotation)


def _notes_of(page: Any, geometry: Geometry) -> list[tuple[str, tuple[int, int, int, int] | None]]:
    """What readers wrote into the page: notes and the values of form fields, each with its box."""
    notes = []
    for annotation in _annotations_of(page):
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind in (_POPUP, _LINK):
            continue
        key = b"V" if kind == _WIDGET else b"Contents"
        text = " ".join(read_wide(pdfium.FPDFAnnot_GetStringValue, annotation, key).split())
        if not text:
            continue
        rect = pdfium.FS_RECTF()
        box = None
        if pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
            left, right = sorted((rect.left, rect.right))
            bottom, top = sorted((rect.bottom, rect.top))
            box = geometry.box_px(left, bottom, right, top)
        notes.append((text[:20_000], box))
    return notes


def _append_notes(words: PageWords, notes: list[tuple[str, tuple[int, int, int, int] | None]]) -> None:
    for text, box in notes:
        words.text = f"{words.text}\n\n" if words.text else ""
        start = len(words.text)
        words.text += text
        if box is not None:
            words.words.extend((start, start + len(text), *box))
