"""Tables of sheets and documents, from the text that their readers gave."""

from __future__ import annotations

from array import array
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.parts import PageText, Source
from fairwitness.core.tables import Table, page_tables_from_bytes, page_tables_to_bytes
from fairwitness.read.read_html import ReadHtml
from fairwitness.tables.from_text import tables_in_text

READING = "ab" * 32


def texts_of(table: Table) -> list[list[str]]:
    """Rows of texts."""
    rows: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell.text)
    return rows


@given(st.lists(st.lists(st.text("名3 ·\n", max_size=4), min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_cell_of_a_sheet_is_in_its_place_and_names_its_text(rows: list[list[str]]) -> None:
    text, cells = "", array("I")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value:
                cells.extend((len(text), len(text) + len(value), number + 200, column))
                text += value + "\t"
        text += "\n"
    page = PageText(4, "sheet", text, cells=cells)
    found = tables_in_text(page, READING)
    assert page_tables_from_bytes(page_tables_to_bytes(found)) == found
    if not cells:
        assert found.tables == ()
        return
    (table,) = found.tables
    first = cells[2] - 200
    for cell in table.cells:
        assert cell.text == text[cell.start : cell.end] == rows[cell.row + first][cell.column]
    assert sum(bool(cell.text) for cell in table.cells) == len(cells) // 4


def test_parts_of_a_sheet_that_lie_far_apart_are_tables_of_their_own() -> None:
    page = PageText(1, "sheet", "a\t\nb\t\n", cells=array("I", (0, 1, 0, 0, 3, 4, 1_048_575, 16_383)))
    assert [(table.rows, table.columns, table.cells[-1].text) for table in tables_in_text(page, READING).tables] == [
        (1, 1, "a"),
        (1, 16_384, "b"),
    ]


def test_rows_of_a_document_become_a_table_and_what_stands_between_is_kept() -> None:
    text = "标题\n\n第二段\n\n序号\t姓名\t\n1\t阿依\n古丽\t\n\n说明\n\nx\ty\t\n完"
    found = tables_in_text(PageText(1, "section", text), READING)
    assert [texts_of(table) for table in found.tables] == [
        [["序号", "姓名"], ["1", "阿依\n古丽"]],
        [["x", "y"]],
    ]
    assert [stray.text for stray in found.strays] == ["标题\n\n第二段", "说明", "完"]
    assert all(cell.text == text[cell.start : cell.end] for table in found.tables for cell in table.cells)


def test_a_page_without_cells_has_no_table_and_no_strays() -> None:
    found = tables_in_text(PageText(1, "section", "only\twords\n\nand more"), READING)
    assert (found.tables, found.strays, found.reading) == ((), (), READING)


def test_a_table_of_a_web_page_keeps_its_cells_however_its_source_is_set() -> None:
    source = b"""<meta charset="utf-8"><h1>List</h1><table>
      <tr> <th>No</th> <th>Name</th> </tr>
      <tr><td>1</td><td>one<br>two</td></tr>
      <tr> <td> </td> <td>last</td> </tr>
    </table><p>End</p>"""
    (page,) = (p for p in ReadHtml()(Source(BytesIO(source), len(source))) if isinstance(p, PageText))
    (table,) = tables_in_text(page, READING).tables
    assert texts_of(table) == [["No", "Name"], ["1", "one\ntwo"], ["", "last"]]
