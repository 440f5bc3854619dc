from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pikepdf
import pytest
from examples.synthetic_lists.files import write_scan_pdf, write_text_pdf
from examples.synthetic_lists.sets import SETS, MadeSet

from fairwitness.core.parts import Source
from fairwitness.core.tables import PageTables, page_tables_from_bytes, page_tables_to_bytes
from fairwitness.read._pdfium import geometry_of, open_document, open_page
from fairwitness.tables.digital import digital_tables


def tables_in(pdf: bytes, number: int = 1, dpi: int = 150) -> PageTables | None:
    with open_document(Source(BytesIO(pdf), len(pdf))) as document, open_page(document, number) as page:
        return digital_tables(page, number, geometry_of(page, dpi))


def printed(made: MadeSet, turn_deg: int = 0) -> bytes:
    pdf = write_text_pdf(made.sheets[:1], title="list")
    if not turn_deg:
        return pdf
    with pikepdf.open(BytesIO(pdf)) as document:
        document.pages[0].Rotate = turn_deg
        document.save(out := BytesIO())
    return out.getvalue()


def plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


@pytest.mark.parametrize(
    "name",
    [
        "borderless",
        "uyghur",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("dense", "frame", "two_level_header")),
    ],
)
def test_every_cell_of_a_printed_list_has_the_text_that_the_file_holds(name: str) -> None:
    made = SETS[name]()
    page = tables_in(printed(made))
    assert page is not None
    (table,), (truth,) = page.tables, made.page(0).tables
    found = {(one.row, one.column, one.row_span, one.column_span): plain(one.text) for one in table.cells}
    assert found == {(one.row, one.column, one.row_span, one.column_span): plain(one.text) for one in truth.cells}
    assert table.kind == "digital"
    assert page_tables_from_bytes(page_tables_to_bytes(page)) == page


@pytest.mark.parametrize("turn", [90, pytest.param(270, marks=pytest.mark.slow)])
def test_a_printed_page_that_lies_on_its_side_has_the_same_cells(turn: int) -> None:
    made = SETS["dense"]()
    upright, lying = tables_in(printed(made)), tables_in(printed(made, turn))
    assert upright is not None and lying is not None
    assert lying.turn_deg == 360 - turn
    for one, other in zip(upright.tables[0].cells, lying.tables[0].cells, strict=True):
        # PDFium adds blanks of its own, others on a page that lies than on one that stands
        assert (one.row, one.column, plain(one.text)) == (other.row, other.column, plain(other.text))
        assert one.text.count("\n") == other.text.count("\n")
        wide, high = one.box[2] - one.box[0], one.box[3] - one.box[1]
        assert abs(wide - (other.box[3] - other.box[1])) <= 4 and abs(high - (other.box[2] - other.box[0])) <= 4


def test_words_outside_the_table_are_strays() -> None:
    page = tables_in(printed(SETS["dense"]()))
    assert page is not None
    assert [plain(stray.text) for stray in page.strays] == ["云麓谷县培训学员结业评估登记表", "1/4"]


def test_a_page_that_is_a_picture_has_no_digital_tables() -> None:
    out = BytesIO()
    write_scan_pdf([SETS["dense"]().page(0)], out, title="scan")
    assert tables_in(out.getvalue()) is None
