"""From every number of the report of an investigation to the pixels that were counted, where they were drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from examples.investigation import Investigated, investigate
from examples.investigation.compare import compared
from examples.synthetic_lists import TrueCell, TruePage
from lxml import html
from PIL import Image

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.work.cropping import FRAME
from tests.publish.pdf_links import links_of
from tests.work.support_lists import said_by

_ROW = re.compile(r"Register, row (\d+), page (\d+)")
_CITE = re.compile(r"[0-9a-f]{16}:p\d+:[rc]\d")


@pytest.fixture(
    scope="module",
    params=[pytest.param(("printed", 1, 12)), pytest.param(("degraded", 8, 88), marks=pytest.mark.slow)],
    ids=["printed", "degraded"],
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Investigated:
    quality, pages, rows = request.param
    folder = tmp_path_factory.mktemp("investigation")
    return investigate(folder, pages=pages, rows=rows, quality=quality, run=said_by)


def test_every_figure_of_the_page_leads_to_the_cells_that_were_counted(made: Investigated) -> None:
    desk = made.report / "desk"
    page = html.document_fromstring((desk / "report.html").read_text("utf-8"))
    figures = page.xpath("//a[@class='figure'] | //*[local-name()='svg']//*[local-name()='a']")
    assert len(figures) > 10
    claims = {figure.get("href").removeprefix("#") for figure in figures}
    titles = {column.title: number for number, column in enumerate(made.truth.columns)}
    seen = 0
    for claim in sorted(claims):
        (way,) = page.xpath(f"//article[@id='{claim}']//a[@class='evidence']/@href")
        shown = html.document_fromstring((desk / way).read_text("utf-8"))
        for number, column, cite, picture in _cells(shown):
            at, cell = _place(made, number - 1, titles[column])
            drawn = made.pages[at]
            assert cite.page == at + 1
            assert _overlap(cite, drawn, cell) > 0.85, (claim, number, column)
            if seen % 20 == 0:
                assert _likeness(desk / "evidence" / picture, drawn, cell) > 0.6, (claim, number, column)
            seen += 1
    assert seen > 10


def test_every_figure_of_the_pdf_leads_to_its_claim_and_from_there_to_its_cells(made: Investigated) -> None:
    page = html.document_fromstring((made.report / "desk" / "report.html").read_text("utf-8"))
    figures: dict[str, set[str]] = {}
    for figure in page.xpath("//main//a[@class='figure'] | //*[local-name()='svg']//*[local-name()='a']"):
        figures.setdefault(figure.text_content().replace("\xa0", " "), set()).add(figure.get("href")[1:])
    links = list(links_of((made.report / "desk" / "report.pdf").read_bytes()))
    followed, annex = set(), next(link.page for link in links if link.words.startswith("How each number"))
    for link in links:
        if link.at < annex and link.words in figures:
            claim = link.goal.split()[0]
            assert claim in figures[link.words], link
            followed.add(claim)
    assert followed == {claim for claims in figures.values() for claim in claims}
    ways = {link.address for link in links if link.address}
    assert {f"evidence/{claim}.html" for claim in followed} <= ways
    assert all((made.report / "desk" / way).is_file() for way in ways)


def test_the_report_that_may_leave_has_no_way_to_the_cells(made: Investigated) -> None:
    page, pdf = (made.report / "report.html").read_text("utf-8"), (made.report / "report.pdf").read_bytes()
    assert "evidence/" not in page
    assert not [link for link in links_of(pdf) if link.address]
    for name in ("report.html", "report.pdf", "claims.json"):
        assert not _CITE.search((made.report / name).read_bytes().decode("latin-1"))
    names = {row[made.truth.column("name")] for row in made.truth.rows}
    assert not [name for name in names if name in page]


def test_what_the_report_states_is_true_within_what_it_says_of_its_doubt(made: Investigated) -> None:
    """The true shares are counted from the rows as they were drawn, before anybody read or typed them."""
    found = list(compared(made))
    assert len(found) >= 5
    assert [str(one) for one in found if not one.is_inside] == []


@pytest.mark.slow
def test_the_same_recipe_gives_the_same_bytes(made: Investigated, tmp_path: Path) -> None:
    said_by("report", made.case, made.report / "recipe.toml", "-o", tmp_path / "again")
    for name in ("report.html", "report.pdf", "claims.json"):
        assert (tmp_path / "again" / name).read_bytes() == (made.report / name).read_bytes()


def _cells(shown: html.HtmlElement) -> Iterator[tuple[int, str, RegionCite, str]]:
    """Yield row, title of the column, cite and picture of each cell of a page of evidence."""
    for row in shown.xpath("//ol[@class='rows']/li"):
        number = int(_ROW.fullmatch(row.xpath("./h2")[0].text_content())[1])  # type: ignore[index]
        for cell in row.xpath("./figure"):
            cite = parse_any_cite(cell.xpath(".//code")[0].text_content())
            assert isinstance(cite, RegionCite)
            yield number, cell.xpath(".//span[@class='column']")[0].text_content(), cite, cell.xpath("./img/@src")[0]


def _place(made: Investigated, row: int, column: int) -> tuple[int, TrueCell]:
    """The page, from 0, and the cell of it, in which that cell of the list was drawn."""
    for at, page in enumerate(made.pages):
        for cell in (cell for table in page.tables for cell in table.cells):
            if (cell.list_row, cell.list_column) == (row, column):
                return at, cell
    raise AssertionError((row, column))


def _overlap(cite: RegionCite, page: TruePage, cell: TrueCell) -> float:
    """Intersection over union of the cite and the cell as it was drawn."""
    scale = page.dpi / cite.dpi
    x0, y0, x1, y1 = (value * scale for value in (cite.x0, cite.y0, cite.x1, cite.y1))
    a, b, c, d = cell.box
    both = max(0.0, min(x1, c) - max(x0, a)) * max(0.0, min(y1, d) - max(y0, b))
    return both / ((x1 - x0) * (y1 - y0) + (c - a) * (d - b) - both)


def _likeness(picture: Path, page: TruePage, cell: TrueCell) -> float:
    """Correlation of the picture inside of its frame with the cell of the drawn page, pulled straight by its corners."""
    pixels = np.asarray(Image.open(io.BytesIO(picture.read_bytes())).convert("RGB")).astype(int)
    frame = np.abs(pixels - FRAME).sum(axis=2) < 60
    rows, columns = np.nonzero(frame.mean(axis=1) > 0.3)[0], np.nonzero(frame.mean(axis=0) > 0.3)[0]
    inside = pixels[rows.min() + 4 : rows.max() - 3, columns.min() + 4 : columns.max() - 3].mean(axis=2)
    high, wide = inside.shape
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(cell.quad, np.float32), corners)
    drawn = cv2.warpPerspective(page.image, turn, (wide, high)).mean(axis=2)
    small = [cv2.GaussianBlur(one.astype(np.float32), (0, 0), 2.5)[4:-4, 4:-4].ravel() for one in (inside, drawn)]
    return float(np.corrcoef(small[0], small[1])[0, 1])
