"""The text of cells, on pages of made-up lists of which every cell is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np
import pytest
from examples.synthetic_lists import TruePage, draw_page, make_list, make_other_list

from fairwitness.core.lists import Column
from fairwitness.core.tables import Table, TableCell
from fairwitness.read.ocr.scan import Image
from fairwitness.tables.finding import find_grids
from fairwitness.tables.read_tables import cell_reader

LIST = make_list(pages=3, rows=9)
COLUMNS = tuple(Column(one.name, one.title, one.kind, one.script, one.codes, one.scheme) for one in LIST.columns)


@cache
def page_of(quality: str) -> TruePage:
    return draw_page(LIST, 1, quality=quality)


def read(image: Image, columns: tuple[Column, ...] = ()) -> tuple[Table, ...]:
    return cell_reader("hybrid").read(find_grids(image, 300), columns)[0]


def cells_of(table: Table) -> Mapping[tuple[int, int], TableCell]:
    return {(cell.row, cell.column): cell for cell in table.cells}


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("quality", ["clean", "degraded"])
def test_every_cell_says_what_was_drawn_in_it(quality: str) -> None:
    page = page_of(quality)
    (table,) = read(page.image, COLUMNS)
    found = cells_of(table)
    truth = {(cell.row, cell.column): cell.text for cell in page.tables[0].cells}
    assert {place: plain(cell.text) for place, cell in found.items()} == {p: plain(t) for p, t in truth.items()}
    assert all("misfit" not in cell.flags for cell in found.values())
    assert sum(cell.confidence >= 950 for cell in found.values()) >= 0.9 * len(found)


def test_the_box_of_a_cell_holds_the_cell_on_the_page_as_it_was_given() -> None:
    page = page_of("degraded")
    (table,) = read(page.image)
    found = cells_of(table)
    for cell in page.tables[0].cells:
        x0, y0, x1, y1 = found[cell.row, cell.column].box
        for line in cell.lines:
            assert all(x0 <= x <= x1 and y0 <= y <= y1 for x, y in line.quad)


def test_a_cell_with_ink_that_nobody_can_read_is_not_called_empty() -> None:
    image = np.full((600, 900, 3), 255, np.uint8)
    for at in (60, 200, 340, 480):
        cv2.line(image, (60, at), (760, at), (0, 0, 0), 3)
    for at in (60, 293, 526, 760):
        cv2.line(image, (at, 60), (at, 480), (0, 0, 0), 3)
    for row, column in ((0, 0), (0, 1), (0, 2), (1, 0), (2, 0)):
        place = (100 + 233 * column, 145 + 140 * row)
        cv2.putText(image, f"{1234 + row}", place, cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 3)
    points = np.array([(350 + 18 * n, 270 + (35 if n % 2 else -35)) for n in range(9)], np.int32)
    cv2.polylines(image, [points], False, (0, 0, 0), 4)
    (table,) = read(image)
    found = cells_of(table)
    assert found[0, 0].text == "1234"
    scribble, empty = found[1, 1], found[2, 2]
    assert "unread_ink" in scribble.flags or scribble.confidence < 950
    assert (empty.text, empty.flags) == ("", ())
    assert empty.confidence >= 990


def cells_with_errors(script: str, quality: str, columns: tuple[Column, ...] = ()) -> tuple[int, int]:
    """How many cells a page of a list in that script has, and how many are read otherwise."""
    page = draw_page(make_other_list(script, rows=10, pages=1), 0, quality=quality)
    (table,) = read(page.image, columns)
    found = cells_of(table)
    wrong = [cell for cell in page.tables[0].cells if plain(found[cell.row, cell.column].text) != plain(cell.text)]
    return len(page.tables[0].cells), len(wrong)


def test_lists_in_russian_and_kazakh_are_read_without_being_told() -> None:
    cells, wrong = cells_with_errors("Cyrl", "degraded")
    assert cells == 55 and wrong <= 2  # two of a hundred were measured on other pages


@pytest.mark.slow
@pytest.mark.parametrize(("script", "least"), [("Arab", 0.85), ("Latn", 0.95)])
def test_lists_in_other_scripts_are_read_without_being_told(script: str, least: float) -> None:
    cells, wrong = cells_with_errors(script, "clean")
    assert wrong <= (1 - least) * cells
