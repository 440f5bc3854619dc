from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from examples.synthetic_lists import (
    SETS,
    MadeSet,
    NoFont,
    box_of,
    draw_page,
    make_list,
    sheet_of,
    table_of,
    wide_list,
    write_list_csv,
    write_list_docx,
    write_list_html,
    write_list_xlsx,
    write_scan_pdf,
    write_text_pdf,
)
from examples.synthetic_lists.__main__ import main
from examples.synthetic_lists.layout import Setting
from lxml import etree
from python_calamine import CalamineWorkbook

SMALL = sorted(set(SETS) - {"whole_list", "huge", "song", "ming"})


def settings_of(made: MadeSet) -> list[Setting]:
    return [cell.setting for sheet in made.sheets for cell in sheet.tables[0].cells]


@pytest.mark.parametrize("name", SMALL)
def test_the_cells_of_a_set_are_the_rows_of_its_list_and_its_grid_has_no_hole(name: str) -> None:
    made = SETS[name]()
    texts: dict[tuple[int, int], str] = {}
    for one in settings_of(made):
        if one.list_row >= 0:
            for below, across in product(range(one.row_span), range(one.column_span)):
                place = one.list_row + below, one.list_column + across
                texts[place] = texts.get(place, "") + one.text
    rows, columns = len(made.list.rows), len(made.list.columns)
    expected = {(row, column): made.list.rows[row][column] for row in range(rows) for column in range(columns)}
    assert texts == expected
    for sheet in made.sheets:
        for table in sheet.tables:
            covered = Counter(
                (row, column)
                for cell in table.cells
                for row in range(cell.setting.row, cell.setting.row + cell.setting.row_span)
                for column in range(cell.setting.column, cell.setting.column + cell.setting.column_span)
            )
            assert set(covered.values()) == {1}
            assert len(covered) == table.grid.rows * len(table.grid.widths)


@pytest.mark.parametrize("name", ["torn", "torn_bare", "torn_open"])
def test_a_torn_row_is_the_last_of_a_page_and_the_first_of_the_next(name: str) -> None:
    made = SETS[name]()
    parts = {}
    for number, sheet in enumerate(made.sheets):
        grid = sheet.tables[0].grid
        assert grid.header_rows == (1 if name == "torn" or number == 0 else 0)
        for cell in grid.cells:
            if cell.part:
                parts.setdefault(cell.list_row, set()).add((cell.part, number))
                assert cell.row == (grid.rows - 1 if cell.part == 1 else grid.header_rows)
    assert len(parts) >= 4
    for pages in parts.values():
        ((one, first), (two, second)) = sorted(pages)
        assert (one, two, second) == (1, 2, first + 1)


def test_only_an_open_table_lacks_its_last_ruling_where_a_row_is_torn() -> None:
    for name, is_ruled in (("torn", True), ("torn_open", False)):
        page = SETS[name]().page(0)
        x0, _, x1, y1 = page.tables[0].box
        assert any(cell.part == 1 for cell in page.tables[0].cells)
        assert bool((page.image[y1, x0 + 10 : x1 - 10, 0] < 128).all()) is is_ruled


def test_a_list_with_a_missing_page_has_a_gap_in_its_serial_numbers() -> None:
    one = SETS["missing_page"]().list
    serials = [int(row[0]) for row in one.rows]
    assert [b - a for a, b in pairwise(serials) if b - a != 1] == [26 - len(serials)]


def test_marks_of_a_hand_lie_on_the_cells_that_name_them() -> None:
    made = SETS["handwritten"]()
    page = made.page(1)
    bare = draw_page(made.list, 1)
    changed = (page.image != bare.image).any(axis=2)
    kinds = {kind for cell in page.tables[0].cells for kind in cell.marks}
    assert kinds == {"tick", "circle", "strike"}
    for cell in page.tables[0].cells:
        x0, y0, x1, y1 = cell.box
        if cell.marks:
            assert changed[y0:y1, x0:x1].sum() > 200
    boxes = [box_of(quad) for _, quad in page.marks]
    for x0, y0, x1, y1 in boxes:
        changed[max(0, y0 - 5) : y1 + 6, max(0, x0 - 5) : x1 + 6] = False
    assert not changed.any()


def test_pages_of_the_rotated_set_lie_on_all_four_sides() -> None:
    made = SETS["rotated"]()
    pages = [made.page(number, "degraded") for number in range(1, 4)]
    assert [page.turn_deg for page in pages] == [90, 180, 270]
    assert [page.image.shape[0] > page.image.shape[1] for page in pages] == [True, False, True]


@pytest.mark.slow
def test_the_roll_of_paper_has_twenty_thousand_pixels_and_its_last_row_is_on_it() -> None:
    made = SETS["huge"]()
    page = made.page(0)
    assert page.image.shape == (20_000, 3508, 3)
    last = max(page.tables[0].cells, key=lambda cell: cell.list_row)
    x0, y0, x1, y1 = last.box
    assert (page.image[y0 + 5 : y1 - 5, x0 + 5 : x1 - 5] < 128).any()


@pytest.mark.parametrize("quality", ["clean", "degraded"])
def test_a_scan_in_a_pdf_has_the_very_pixels_of_the_page(quality: str) -> None:
    one = make_list(5, pages=2, rows=8)
    pages = [draw_page(one, number, quality=quality) for number in range(2)]
    out, again = io.BytesIO(), io.BytesIO()
    assert write_scan_pdf(pages, out, title=one.title) == write_scan_pdf(iter(pages), again, title=one.title) == 2
    assert out.getvalue() == again.getvalue()
    with pikepdf.open(out) as opened:
        assert not opened.check_pdf_syntax()
    document = pypdfium2.PdfDocument(out.getvalue())
    assert document.get_metadata_value("Title") == one.title
    drawn = np.asarray(document[1].render(scale=pages[1].dpi / 72).to_pil().convert("RGB"))
    assert np.array_equal(drawn, pages[1].image)


def test_a_printed_pdf_has_the_words_of_a_cell_within_its_rulings() -> None:
    one = make_list(5, pages=2, rows=8)
    data = write_text_pdf([sheet_of(one, 0), sheet_of(one, 1)], title=one.title)
    assert data == write_text_pdf([sheet_of(one, 0), sheet_of(one, 1)], title=one.title)
    page = pypdfium2.PdfDocument(data)[1]
    words = page.get_textpage()
    truth = draw_page(one, 1).tables[0]
    for cell in truth.cells:
        x0, y0, x1, y1 = (value * 72 / 300 for value in cell.box)
        height = page.get_height()
        found = words.get_text_bounded(left=x0, right=x1, top=height - y0, bottom=height - y1)
        assert "".join(found.split()) == cell.text


def test_all_files_with_cells_hold_the_same_rows() -> None:
    one = make_list(5, pages=2, rows=8)
    expected = table_of(one)
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_list_xlsx(one)))
    assert book.get_sheet_by_index(0).to_python() == expected
    read = list(csv.reader(io.StringIO(write_list_csv(one).decode("utf-8-sig"), newline="")))
    assert read == expected
    page = etree.HTML(write_list_html(one))
    rows = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert rows == expected
    assert write_list_docx(one) == write_list_docx(one)


def test_the_wide_list_has_two_hundred_columns_in_its_sheet() -> None:
    one = wide_list(rows=3)
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_list_xlsx(one)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows == table_of(one)
    assert len(rows[0]) == 200


def test_the_command_writes_all_files_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "list"
    assert main([str(folder), "--pages", "1", "--rows", "3", "--quality", "degraded"]) == 0
    assert capsys.readouterr().out == "3 rows on 1 pages\n"
    names = {path.name for path in folder.iterdir()}
    assert names == {"scan.pdf", "printed.pdf", "list.xlsx", "list.docx", "list.html", "list.csv"}
    assert main([str(folder)]) == 1


def test_a_set_in_another_typeface_says_so_where_it_is_not_installed() -> None:
    try:
        made = SETS["song"]()
    except NoFont as error:
        assert str(error) == "NotoSerifCJK-Regular.ttc"
        return
    page = made.page(0)
    plain = draw_page(made.list, 0)
    texts = [cell.text for cell in page.tables[0].cells]
    assert texts == [cell.text for cell in plain.tables[0].cells]
    assert not np.array_equal(page.image, plain.image)


def test_sets_of_other_seeds_fit_on_their_pages_and_are_other_lists() -> None:
    for name in ("two_tables", "torn_bare", "dense"):
        assert SETS[name](2020).list.rows != SETS[name](2021).list.rows
