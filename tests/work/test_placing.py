"""Places that people point at become cites; a cite means the same pixels and the same text for ever."""

from __future__ import annotations

from array import array
from io import BytesIO
from pathlib import Path

import pytest
from examples.sample_leak.pdf import Text, write_pdf
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite, region_cite_of
from fairwitness.core.errors import BadCite, NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.records import Made, PageScan, Region
from fairwitness.work.placing import BadPlace, cite_region, cite_text, text_within
from fairwitness.work.searching import CaseSearch
from fairwitness.work.showing import draw, look_up
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("placing")
    leak = made / "leak"
    leak.mkdir()
    pages = [[Text("Minutes of the meeting"), Text("about the water canal")], [Text("Annex")]]
    (leak / "minutes.pdf").write_bytes(write_pdf(pages, title="Minutes"))
    (leak / "notes.txt").write_text("  Only text here. ", "utf-8")
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste((0, 0, 160), (100, 40, 200, 80))
    picture.save(leak / "picture.png")
    open_quietly(leak, made / "case")
    return made / "case"


def hit_of(case: Case, query: str) -> tuple[str, int, tuple[int, int, int, int], int]:
    searching = CaseSearch(case)
    answer, node = searching.ask(query)
    hit = searching.hit(node, answer.hits[0])
    return hit.document, hit.page, hit.boxes[0], hit.dpi


def picture_of(case: Case) -> str:
    return next(r.document for r in case.queries.readings() if r.media_type == "image/png")


@given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(1, 999), st.integers(1, 999), st.integers(0, 20_000))
def test_a_cite_of_a_rectangle_comes_back_as_it_was(x0: int, y0: int, width: int, height: int, dpi: int) -> None:
    cite = region_cite_of(Region("ab" * 32, 7, dpi, x0, y0, x0 + width, y0 + height))
    assert parse_any_cite(str(cite)) == cite


@pytest.mark.parametrize(
    "tail", ["r1,2,1,4@200", "r1,2,3,2@200", "r3,2,1,4@200", "r1,2,3@200", "r-1,2,3,4@200", "r1,2,3,4"]
)
def test_what_is_no_rectangle_is_no_cite(tail: str) -> None:
    with pytest.raises(BadCite):
        parse_any_cite("ab" * 8 + ":p1:" + tail)


def test_a_rectangle_on_a_page_shows_its_words_and_its_pixels(folder: Path, tmp_path: Path) -> None:
    with Case.open(folder) as case:
        document, page, box, dpi = hit_of(case, "meeting")
        cite = cite_region(case, Region(document, page, dpi, box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4))
        shown = look_up(case, parse_any_cite(str(cite)))
        assert (shown.quote, shown.page, shown.dpi) == ("meeting", 1, dpi)
        crop = Image.open(BytesIO(draw(case, shown)))
    assert crop.width == shown.width_px
    run_cli("show", folder, cite, "-o", tmp_path / "crop.png")
    assert Image.open(tmp_path / "crop.png").size == crop.size
    assert run_json("show", folder, cite)["boxes"] == [[box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4]]


def test_a_rectangle_keeps_its_place_when_the_page_is_read_at_another_resolution(folder: Path) -> None:
    with Case.open(folder) as case:
        document, page, box, dpi = hit_of(case, "meeting")
        finer = RegionCite(document[:16], page, *(3 * side for side in box), 3 * dpi)
        shown = look_up(case, finer)
        assert shown.quote == "meeting"
        drawn = Image.open(BytesIO(draw(case, shown, whole_page=True)))
        assert abs(drawn.width - shown.width_px) <= 3


def test_a_rectangle_is_cut_where_the_page_ends_and_refused_beyond(folder: Path) -> None:
    with Case.open(folder) as case:
        document, page, _, dpi = hit_of(case, "meeting")
        whole = cite_region(case, Region(document, page, dpi, -50, -50, 99_999, 99_999))
        assert look_up(case, whole).quote == "Minutes of the meeting\nabout the water canal"
        for beyond in (Region(document, page, dpi, 99_000, 10, 99_999, 60), Region(document, page, dpi, 5, 5, 6, 6)):
            with pytest.raises(BadPlace):
                cite_region(case, beyond)
        with pytest.raises(NotFound):
            look_up(case, RegionCite(document[:16], page, 99_000, 10, 99_999, 60, dpi))
        with pytest.raises(NotFound):
            look_up(case, RegionCite(document[:16], 77, 1, 1, 9, 9, dpi))


def test_a_rectangle_of_a_picture_is_in_its_own_pixels_whatever_was_read(folder: Path) -> None:
    """Text recognition may have made the picture smaller: here to a half."""
    with Case.open(folder) as case:
        document = picture_of(case)
        assert str(cite_region(case, Region(document, 1, 0, 100, 40, 200, 80))).endswith(":p1:r100,40,200,80@0")
    with Case.open(folder, writing=True) as case:
        half = PageText(1, "page", "Blue", 200, 100, 0, array("I", [0, 4, 50, 20, 100, 40]))
        scan = PageScan(document, 1, Made("test", "1"), Cause.OK, has_text=True, signs=(("layer", -1),))
        with case.changes() as changes:
            changes.add_scan(scan, half)
        cite = cite_region(case, Region(document, 1, 0, 50, 20, 100, 40))
        assert str(cite).endswith(":p1:r100,40,200,80@0")
        shown = look_up(case, cite)
        assert (shown.quote, shown.width_px) == ("Blue", 400)
        drawn = Image.open(BytesIO(draw(case, shown, whole_page=True))).convert("RGB")
        assert drawn.size == (400, 200)
        red, _, blue = drawn.getpixel((150, 60))  # type: ignore[misc]
        assert blue > red


def test_a_selection_of_words_is_cited_without_the_blanks_around_it(folder: Path) -> None:
    with Case.open(folder) as case:
        document = next(r.document for r in case.queries.readings() if r.media_type == "text/plain")
        text = "  Only text here. "
        cite = cite_text(case, document, 1, 0, len(text.rstrip()))
        assert look_up(case, cite).quote == "Only text here."
        with pytest.raises(BadPlace):
            cite_text(case, document, 1, 0, 2)
        with pytest.raises(NotFound):
            cite_text(case, document, 1, 0, 5, "ffffffff")
        with pytest.raises(BadPlace, match="no page images"):
            cite_region(case, Region(document, 1, 200, 1, 1, 50, 50))


def test_words_of_a_rectangle_that_are_not_neighbours_are_told_apart() -> None:
    words = array("I", [0, 1, 0, 0, 10, 10, 2, 5, 100, 0, 130, 10, 6, 7, 20, 0, 30, 10])
    page = PageText(1, "page", "a far b", 200, 20, 100, words)
    assert text_within(page, (0, 0, 40, 20)) == "a … b"
