from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from examples.synthetic_lists import SLIPS, TrueList, TruePage, draw_page, make_list, make_other_list, turned
from PIL import Image, ImageDraw, ImageFilter

from fairwitness.facts.identifiers import Fit, find_identifiers

CORPUS_NAMES = Path(__file__).parents[2] / ".." / "shared" / "corpus" / "names" / "gold.tsv"


@pytest.fixture(scope="module")
def whole() -> TrueList:
    return make_list()


def digest_of(page: TruePage) -> str:
    return hashlib.sha256(page.image.tobytes() + page.jpeg + repr(page.tables).encode()).hexdigest()


def ink_outside(page: TruePage, quads: list, grow_px: int) -> int:
    """How many dark pixels lie in none of the quads, each grown by some pixels."""
    mask = Image.new("L", (page.image.shape[1], page.image.shape[0]))
    brush = ImageDraw.Draw(mask)
    for quad in quads:
        brush.polygon(quad, fill=255)
    grown = mask.filter(ImageFilter.MaxFilter(2 * grow_px + 1))
    return int(((page.image.min(axis=2) < 100) & (np.asarray(grown) == 0)).sum())


def test_the_list_has_667_rows_on_137_pages_each_row_on_one(whole: TrueList) -> None:
    assert len(whole.rows) == 667
    assert len(whole.pages) == 137
    assert [first for first, _ in whole.pages[1:]] == [last for _, last in whole.pages[:-1]]
    assert whole.pages[0][0] == 0 and whole.pages[-1][1] == 667
    assert len({last - first for first, last in whole.pages}) > 2


def test_a_row_has_twelve_cells_and_a_neighbourhood_of_eight(whole: TrueList) -> None:
    assert {len(row) for row in whole.rows} == {12}
    assert len({row[whole.column("neighbourhood")] for row in whole.rows}) == 8


def test_the_same_seed_gives_the_same_list_and_the_same_pixels() -> None:
    first, again, other = (make_list(seed, pages=3, rows=12) for seed in (7, 7, 8))
    assert first == again != other
    for quality in ("clean", "worn"):
        one = draw_page(first, 1, quality=quality, seed=1)
        assert digest_of(one) == digest_of(draw_page(again, 1, quality=quality, seed=1))
        if quality != "clean":
            assert digest_of(one) != digest_of(draw_page(first, 1, quality=quality, seed=2))


def test_every_identity_number_fits_itself_and_the_cells_beside_it(whole: TrueList) -> None:
    number, born, sex = (whole.column(name) for name in ("number", "born", "sex"))
    for row in whole.rows:
        (found,) = find_identifiers(row[number])
        assert (found.kind, found.fit) == ("cn-resident", Fit.VALID)
        year, month, day = row[born].split(".")
        assert row[number][6:14] == f"{year}{int(month):02}{int(day):02}"
        assert ("男" if int(row[number][16]) % 2 else "女") == row[sex]


def test_no_identity_number_is_of_a_region_that_exists(whole: TrueList) -> None:
    # GB/T 2260: prefectures of Xinjiang are 6501, 6502, 6504, 6505, 6523, 6527 to 6532, 6540, 6542, 6543, 6590.
    assert {row[whole.column("number")][:4] for row in whole.rows} == {"6598"}


@pytest.mark.skipif(not CORPUS_NAMES.exists(), reason="the corpus is not here")
def test_no_name_of_the_list_is_one_of_the_collected_names(whole: TrueList) -> None:
    collected = CORPUS_NAMES.read_text("utf-8")
    assert not [row[2] for row in whole.rows if "·" in row[2] and row[2] in collected]


def test_a_planted_slip_is_a_mistake_and_nothing_else_changes() -> None:
    clean, wrong = make_list(3, pages=10, rows=60), make_list(3, pages=10, rows=60, slips=2)
    differing = {
        (row, column) for row in range(60) for column in range(12) if clean.rows[row][column] != wrong.rows[row][column]
    }
    assert differing == {(slip.row, slip.column) for slip in wrong.slips}
    assert sorted(slip.what for slip in wrong.slips) == sorted(SLIPS * 2)
    for slip in wrong.slips:
        if slip.what == "checksum":
            assert find_identifiers(wrong.rows[slip.row][slip.column])[0].fit == Fit.CHECKSUM_FAILS


def test_every_page_of_the_list_has_room_for_its_rows(whole: TrueList) -> None:
    fullest = max(range(137), key=lambda page: sum(len(row[7]) for row in whole.rows[slice(*whole.pages[page])]))
    assert draw_page(whole, fullest).tables[0].rows == whole.pages[fullest][1] - whole.pages[fullest][0] + 1


def test_the_cells_of_a_page_are_the_cells_of_its_rows(whole: TrueList) -> None:
    table = draw_page(whole, 40).tables[0]
    first, last = whole.pages[40]
    assert (table.rows, table.columns, table.header_rows) == (1 + last - first, 12, 1)
    for cell in table.cells:
        if cell.list_row >= 0:
            assert cell.text == whole.rows[cell.list_row][cell.list_column]
            assert (cell.row, cell.column) == (cell.list_row - first + 1, cell.list_column)
        assert "".join(line.text for line in cell.lines) == cell.text


@pytest.mark.parametrize("quality", ["clean", "degraded"])
def test_all_ink_without_rulings_lies_in_the_lines_of_the_truth(quality: str) -> None:
    one = make_list(5, pages=1, rows=4)
    page = draw_page(one, 0, quality=quality, kind="none")
    lines = [line.quad for table in page.tables for cell in table.cells for line in cell.lines]
    quads = [*lines, *(line.quad for line in page.strays)]
    stamp = [quad for name, quad in page.marks if name == "stamp"]
    assert ink_outside(page, quads + stamp, 2) == 0
    assert ink_outside(page, quads[1:] + stamp, 2) > 50  # the measure notices a line that is missing


def test_the_lines_of_a_cell_lie_inside_of_it() -> None:
    for quality in ("clean", "worn"):
        page = draw_page(make_list(5, pages=1, rows=4), 0, quality=quality)
        for cell in page.tables[0].cells:
            (x0, y0), _, (x1, y1), _ = cell.quad
            lean = abs(cell.quad[1][1] - y0)
            for line in cell.lines:
                assert all(x0 - lean <= x <= x1 + lean and y0 - lean <= y <= y1 + lean for x, y in line.quad)


def test_a_ruled_cell_has_ink_along_all_its_sides_and_a_borderless_one_has_none() -> None:
    one = make_list(5, pages=1, rows=4)
    for kind, expected in (("ruled", 1.0), ("none", 0.0)):
        page = draw_page(one, 0, kind=kind)
        for cell in page.tables[0].cells:
            x0, y0, x1, y1 = cell.box
            sides = (page.image[y0, x0:x1, 0], page.image[y1, x0:x1, 0], page.image[y0:y1, x0, 0])
            assert {float((side < 128).mean()) for side in sides} == {expected}


def test_a_turned_page_takes_its_truth_along() -> None:
    page = draw_page(make_list(5, pages=1, rows=4), 0)
    cell = page.tables[0].cells[16]
    x0, y0, x1, y1 = cell.box
    upright = page.image[y0:y1, x0:x1]
    for degrees in (90, 180, 270):
        moved = turned(page, degrees)
        x0, y0, x1, y1 = moved.tables[0].cells[16].box
        assert np.array_equal(np.rot90(moved.image[y0:y1, x0:x1], degrees // 90), upright)


def test_a_list_in_uyghur_has_its_first_column_at_the_right() -> None:
    one = make_other_list("Arab", pages=2, rows=10)
    table = draw_page(one, 0).tables[0]
    serial = next(cell for cell in table.cells if cell.list_row == 0 and cell.list_column == 0)
    assert serial.column == 4
    assert serial.quad[1][0] == max(cell.quad[1][0] for cell in table.cells)


@pytest.mark.parametrize("script", ["Arab", "Cyrl", "Latn"])
def test_lists_in_other_scripts_are_drawn_with_letters_their_fonts_have(script: str) -> None:
    one = make_other_list(script, pages=1, rows=12)
    page = draw_page(one, 0)
    texts = {cell.text for cell in page.tables[0].cells}
    assert texts >= {value for row in one.rows for value in row}
