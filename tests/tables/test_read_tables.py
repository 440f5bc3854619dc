"""The step that reads the tables of one page of a file: text that the file holds first, pixels where it holds none."""

from __future__ import annotations

from io import BytesIO

from examples.synthetic_lists import draw_page, make_list, sheet_of, write_text_pdf
from PIL import Image

from fairwitness.core.lists import Column
from fairwitness.core.parts import End, Source, Tables
from fairwitness.core.tables import Layout, PageTables
from fairwitness.tables.options import columns_to_json, layout_to_json
from fairwitness.tables.read_tables import ReadTables

LIST = make_list(pages=1, rows=2)


def read(data: bytes, media_type: str, step: ReadTables) -> PageTables:
    """The page that the step gives."""
    parts = list(step(Source(BytesIO(data), len(data), media_type=media_type)))
    assert isinstance(parts[-1], End)
    (page,) = (part.page for part in parts if isinstance(part, Tables))
    return page


def texts_of(page: PageTables, row: int) -> list[str]:
    return ["".join(cell.text.split()) for cell in page.tables[0].cells if cell.row == row]


def test_a_page_that_holds_its_text_is_not_read_from_its_pixels() -> None:
    page = read(write_text_pdf([sheet_of(LIST, 0)], title="List"), "application/pdf", ReadTables())
    assert {cell.confidence for cell in page.tables[0].cells} == {1000}
    assert texts_of(page, 1) == ["".join(text.split()) for text in LIST.rows[0]]
    assert page.dpi == 300


def test_a_layout_and_columns_that_a_person_told_are_used() -> None:
    out = BytesIO()
    drawn = Image.fromarray(draw_page(LIST, 0).image)
    drawn.resize((drawn.width // 2, drawn.height // 2)).save(out, "PNG")
    columns = (Column("all"), Column("rest", kind="date"))
    told = ReadTables(layout=layout_to_json(Layout((28, 500, 972))), columns=columns_to_json(columns))
    page = read(out.getvalue(), "image/png", told)
    assert page.dpi == 0
    assert [table.columns for table in page.tables] == [2]
    assert any("misfit" in cell.flags for cell in page.tables[0].cells)


def test_cells_of_an_image_that_was_made_smaller_lie_on_the_image_as_it_is() -> None:
    out = BytesIO()
    drawn = draw_page(LIST, 0)
    Image.fromarray(drawn.image).save(out, "PNG")
    page = read(out.getvalue(), "image/png", ReadTables(max_side_px=1754))
    assert (page.width_px, page.height_px) == (drawn.image.shape[1], drawn.image.shape[0])
    found = {(cell.row, cell.column): cell.box for cell in page.tables[0].cells}
    for cell in drawn.tables[0].cells:
        assert max(abs(a - b) for a, b in zip(found[cell.row, cell.column], cell.box, strict=True)) <= 8
