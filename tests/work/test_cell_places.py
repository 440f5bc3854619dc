"""Where cells are, on a page that a search for tables saw turned and askew."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Cell, Row
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Made, TableSearch
from fairwitness.core.tables import PageTables, Table, TableCell
from fairwitness.work.cell_places import level_page_of, level_picture, picture_of, places_of_row, spot_of
from fairwitness.work.picturing import PageImages
from tests.work.support import open_quietly

SIZE = (800, 600)  # of the page as it is given: on its side


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that must be turned clockwise by 90 degrees; at the left below in it is a grey cell with a black top."""
    place = tmp_path_factory.mktemp("places")
    (place / "leak").mkdir()
    page = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((200, 300, 299, 499), fill=128)
    pen.rectangle((200, 300, 219, 499), fill=0)
    page.save(place / "leak" / "page.png")
    open_quietly(place / "leak", place / "case")
    with Case.open(place / "case", writing=True) as case:
        digest = next(found.document for found in case.queries.finds())
        table = Table("ruled", (200, 300, 300, 500), 1, 1, (TableCell(0, 0, box=(200, 300, 300, 500)),))
        tables = PageTables(1, (table,), (), *SIZE, 0, 90)
        search = TableSearch(digest, 1, Made("read-tables", "1", "{}"), Cause.OK)
        with case.changes() as changes:
            changes.add_page_tables(search, tables)
    return place / "case"


def test_a_cell_is_shown_as_the_search_saw_its_page(folder: Path) -> None:
    with Case.open(folder) as case, PageImages(case) as images:
        digest = next(found.document for found in case.queries.finds())
        cite = RegionCite(digest[:16], 1, 200, 300, 300, 500, 0)
        assert spot_of(case, cite).shape.turn_deg == 90
        picture = np.asarray(Image.open(io.BytesIO(picture_of(case, images, cite).data)).convert("L"))
        rows, columns = np.where(picture == 128)
        assert (columns.max() - columns.min() + 1, rows.max() - rows.min() + 1) == (200, 80)
        # turned clockwise, what was its left edge is its top
        black = np.where(picture == 0)[0]
        assert black.max() < rows.min()
        level = level_page_of(case, digest, 1)
        whole = Image.open(io.BytesIO(level_picture(images, level).data))
        assert whole.size == SIZE[::-1]
        with pytest.raises(NotFound):
            level_page_of(case, digest, 7)


def test_a_row_over_two_pages_has_a_rectangle_on_each() -> None:
    first, second = "a" * 16, "b" * 16
    cells = (
        Cell(0, (f"{first}:p1:r10,900,100,990@200", f"{first}:p2:r10,50,100,80@200")),
        Cell(1, (f"{first}:p1:r100,900,300,995@200",)),
        Cell(2, (f"{second}:p1:c10-20:{'c' * 8}",)),
    )
    row = Row("id", 1, "data", first, 1, cells)
    assert places_of_row(row) == (f"{first}:p1:r10,900,300,995@200", f"{first}:p2:r10,50,100,80@200")
