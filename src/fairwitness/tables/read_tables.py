"""Finds and reads the tables of one page of a file: grids on its pixels, text in their cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import ClassVar

import numpy as np

from fairwitness.core.errors import NotFound, ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Pixels, Source, Tables
from fairwitness.core.tables import Box, PageTables
from fairwitness.read._images import ONE_PICTURE, draw_frame, open_image, turned_size
from fairwitness.read._pdfium import draw_page, geometry_of, open_document, open_page
from fairwitness.read.ocr.engines import engine_named
from fairwitness.read.ocr.hybrid import Hybrid
from fairwitness.read.ocr.models import ModelMissing
from fairwitness.read.ocr.recognise_ppocr import ReadPpocr
from fairwitness.read.ocr.scan import Image
from fairwitness.read.read_scan import MAX_SIDE_PX, SCAN_DPI, lacking, warm_scan
from fairwitness.tables.cells import CellReader, page_tables
from fairwitness.tables.digital import digital_tables
from fairwitness.tables.finding import find_grids
from fairwitness.tables.options import columns_from_json, layout_from_json

ENGINE = "hybrid"


@dataclass(frozen=True, slots=True)
class ReadTables:
    """Reads the tables of page `number`, from 1, of a PDF or an image file.

    `columns` is empty, or JSON: the columns of the list from left to right as `tables.options` writes them; `layout`
    likewise what a person drew (`core.tables.Layout`).
    """

    number: int = 1
    engine: str = ENGINE
    dpi: int = SCAN_DPI
    max_side_px: int = MAX_SIDE_PX
    columns: str = ""
    layout: str = ""
    name: ClassVar[str] = "read-tables"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the tables of the page; a page without any gives its text as strays."""
        if item.media_type == "application/pdf":
            page = self._of_pdf(item)
        else:
            page = self._of_pixels(draw_frame(item, self.number, self.max_side_px, grey=False), 0)
            page = at_own_size(page, *_own_size(item, self.number))
        yield Tables(page)
        yield End(Cause.OK if page.tables else Cause.EMPTY, "" if page.tables else "no table", expected_pages=1)

    def _of_pdf(self, item: Source) -> PageTables:
        """The page from the text that the file holds, or from its pixels where it is a picture of text."""
        with open_document(item) as document, open_page(document, self.number) as page:
            geometry = geometry_of(page, self.dpi, self.max_side_px)
            found = digital_tables(page, self.number, geometry, layout_from_json(self.layout))
            if found is not None:
                return found
            data = draw_page(page, geometry, grey=False)
        return self._of_pixels(Pixels(geometry.width_px, geometry.height_px, 3, data), geometry.dpi)

    def _of_pixels(self, pixels: Pixels, dpi: int) -> PageTables:
        """The page from its pixels; `dpi` is 0 for an image, which is drawn at its own size."""
        shape = (pixels.height_px, pixels.width_px, *([3] if pixels.channels == 3 else []))
        image = np.frombuffer(pixels.data, np.uint8).reshape(shape)
        try:
            return self._read(image, dpi)
        except ModelMissing as error:
            raise ReadError(Cause.MISSING_MODEL, "a model is not installed") from error

    def _read(self, image: Image, dpi: int) -> PageTables:
        reader = cell_reader(self.engine)
        flat = find_grids(image, dpi, sureness=reader.router.sureness, layout=layout_from_json(self.layout))
        return page_tables(self.number, flat, dpi, reader.read(flat, columns_from_json(self.columns)))


def at_own_size(page: PageTables, width_px: int, height_px: int) -> PageTables:
    """The page with all boxes on an image of that size: cites of an image count the pixels of the file itself."""
    if not page.width_px or (width_px, height_px) == (page.width_px, page.height_px):
        return page
    by_x, by_y = width_px / page.width_px, height_px / page.height_px

    def scaled(box: Box) -> Box:
        x0, y0, x1, y1 = box
        return int(x0 * by_x), int(y0 * by_y), min(width_px, ceil(x1 * by_x)), min(height_px, ceil(y1 * by_y))

    tables = tuple(
        replace(table, box=scaled(table.box), cells=tuple(replace(cell, box=scaled(cell.box)) for cell in table.cells))
        for table in page.tables
    )
    strays = tuple(replace(stray, box=scaled(stray.box)) for stray in page.strays)
    return replace(page, tables=tables, strays=strays, width_px=width_px, height_px=height_px)


def _own_size(item: Source, number: int) -> tuple[int, int]:
    """Width and height of that frame of an image file, upright."""
    with open_image(item) as image:
        if image.format not in ONE_PICTURE:
            image.seek(number - 1)
        return turned_size(image)


def cell_reader(engine: str) -> CellReader:
    """What reads cells with the recognisers of that engine.

    Raises:
        NotFound: if no engine of that name reads line by line.
    """
    found = engine_named(engine)
    if isinstance(found, Hybrid):
        first, second = found.router.first, found.router.second
        if isinstance(first, ReadPpocr) and isinstance(second, ReadPpocr):
            return CellReader(found.router, first, second)
    raise NotFound("There is no engine of that name that reads cells; there are: hybrid, ppocr.")


def warm_tables(engine: str = ENGINE) -> None:
    """Everything that reading tables needs is in memory, or is known to be missing."""
    warm_scan(engine)
    with suppress(ModelMissing, NotFound):  # said by DescribeTables
        page = np.full((480, 640, 3), 245, np.uint8)
        for edge in range(40, 440, 60):
            page[edge : edge + 2, 40:600] = page[40:400, edge : edge + 2] = 20
        cell_reader(engine).read(find_grids(page, 0))


@dataclass(frozen=True, slots=True)
class DescribeTables:
    """Says what tables are read with, and which models this machine lacks."""

    engine: str = ENGINE
    name: ClassVar[str] = "describe-tables"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield statements named version, options (JSON), missing, and unusable if no cell can be read at all."""
        yield About("version", ReadTables.version)
        for name, command in lacking():
            yield About("missing", f"{name}\t{command}")
        try:
            engine = engine_named(self.engine)
            cell_reader(self.engine)
            facts = {"engine_version": engine.version, "models": dict(sorted(engine.models.items()))}
            yield About("options", json.dumps(asdict(ReadTables(engine=self.engine)) | facts))
        except ModelMissing:
            yield About("unusable", self.engine)
        yield End(Cause.OK)
