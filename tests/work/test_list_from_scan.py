"""From a scan to an export whose cites open the right pixels; with recognition of text, so it takes its time."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from examples.synthetic_lists import SETS, TrueList, TruePage, draw_page, make_list, write_scan_pdf

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.lists.setup import parse_setup, write_setup
from fairwitness.work.finding_tables import find_tables_of
from fairwitness.work.kept_lists import KeptList, begin_list, list_data
from fairwitness.work.keying import Desk
from fairwitness.work.list_export import ExportOptions, export_list
from fairwitness.work.making_lists import make_rows
from fairwitness.work.progress import Progress
from tests.lists.true_tables import setup_of
from tests.work.support import open_quietly

PAGES = 3


@pytest.mark.slow
@pytest.mark.parametrize("quality", ["clean", "degraded"])
def test_every_cell_of_an_export_opens_the_pixels_it_was_drawn_in(quality: str, tmp_path: Path) -> None:
    one = make_list(5, pages=PAGES, rows=15)
    drawn = [draw_page(one, page, quality=quality) for page in range(PAGES)]
    kept = scanned(drawn, one, tmp_path)
    with Case.open(tmp_path / "case") as case:
        data = export_list(case, Desk(case, kept), ExportOptions("csv", "plain", proposals=True), "heron").data
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert len(rows) == len(one.rows)
    for number, row in enumerate(rows):
        for at, column in enumerate(one.columns):
            cite = parse_any_cite(row[f"{column.name}_cite"])
            assert isinstance(cite, RegionCite)
            assert overlap(cite, drawn[cite.page - 1], number, at) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("name", "quality"), [("torn", "clean"), ("torn_open", "clean"), ("torn_bare", "degraded")])
def test_rows_torn_by_the_end_of_a_scanned_page_are_joined(name: str, quality: str, tmp_path: Path) -> None:
    made = SETS[name]()
    pages = [made.page(number, quality) for number in range(len(made.sheets))]
    parts: dict[int, set[int]] = {}
    for number, page in enumerate(pages):
        for cell in (cell for table in page.tables for cell in table.cells if cell.list_row >= 0):
            parts.setdefault(cell.list_row, set()).add(number)
    kept = scanned(pages, made.list, tmp_path)
    with Case.open(tmp_path / "case") as case:
        rows = list_data(case, kept).data_rows
    assert len(rows) == len(made.list.rows)
    torn = {row for row, where in parts.items() if len(where) > 1}
    assert {number for number, row in enumerate(rows) if "joined" in row.flags} == torn


def scanned(pages: list[TruePage], one: TrueList, folder: Path) -> KeptList:
    """The list that is made of a scan of these pages, in the case in that folder."""
    (folder / "leak").mkdir()
    with (folder / "leak" / "scan.pdf").open("wb") as out:
        write_scan_pdf(pages, out, title="Register")
    open_quietly(folder / "leak", folder / "case")
    with Case.open(folder / "case", writing=True) as case:
        document = case.queries.documents(0)[0].digest
        setup = write_setup(setup_of(one)).replace("pages = []", f'pages = ["{document[:16]}:1-{len(pages)}"]')
        find_tables_of(case, Progress(None), parse_setup(setup))
    with Case.open(folder / "case") as case:
        return make_rows(case, begin_list(case, "Register", setup, "heron").id, "heron")


def overlap(cite: RegionCite, page: TruePage, row: int, column: int) -> float:
    """Intersection over union of the cite and the cell, both scaled to the pixels of the drawn page."""
    (cell,) = [c for table in page.tables for c in table.cells if (c.list_row, c.list_column) == (row, column)]
    scale = page.dpi / cite.dpi
    x0, y0, x1, y1 = (value * scale for value in (cite.x0, cite.y0, cite.x1, cite.y1))
    a, b, c, d = cell.box
    both = max(0.0, min(x1, c) - max(x0, a)) * max(0.0, min(y1, d) - max(y0, b))
    return both / ((x1 - x0) * (y1 - y0) + (c - a) * (d - b) - both)
