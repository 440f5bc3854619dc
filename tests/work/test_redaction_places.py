"""Where boxes are painted on pages that lie in every way: files of images, turned, large, and pages of PDFs."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.case.case import Case
from fairwitness.core.parts import PageText
from fairwitness.core.redaction import Box, Width
from fairwitness.work import redacting
from fairwitness.work.redaction_drawing import PageDrawer
from fairwitness.work.redaction_places import Lie, rectangles_of
from tests.work.redaction_case import LONG_SPOT, SPOT, case_to_redact, named


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with case_to_redact(tmp_path_factory.mktemp("places"), with_images=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "spot"),
    [("plain.jpg", SPOT), ("turned.jpg", SPOT), ("long.png", LONG_SPOT)],
)
def test_a_box_on_an_image_file_covers_what_it_was_drawn_on(
    case: Case, name: str, spot: tuple[int, int, int, int]
) -> None:
    document = named(case, name)
    one = redacting.begin_redaction(case, document, name, "heron")
    place = f"{document[:16]}:p1:r{','.join(map(str, spot))}@0"
    one = redacting.add_boxes(case, one, [place], "heron", reason="face", width="exact")
    with PageDrawer(case) as drawer:
        drawn = drawer.draw(document, 1)
    assert _red(drawn.pixels) > 1000
    painted, (rectangle,) = redacting.painted_page(one, drawn)
    assert _red(painted) == 0
    scale = drawn.pixels.shape[1] / (5500 if name == "long.png" else 1000)
    assert scale == (5000 / 5500 if name == "long.png" else 1)
    grown = [abs(side - scale * given) for side, given in zip(rectangle, spot, strict=True)]
    assert max(grown) <= 48  # no more than pad and grid


def _red(pixels: np.ndarray) -> int:
    return int(((pixels[..., 0] > 150) & (pixels[..., 1] < 100)).sum())


def test_a_page_without_images_needs_less_room_than_a_scan_and_a_coarse_scan_most(case: Case) -> None:
    with PageDrawer(case) as drawer:
        lies = {
            name: drawer.draw(named(case, name), 1).lie
            for name in ("letter.pdf", "note.pdf", "plain.jpg", "turned.jpg")
        }
    assert (lies["letter.pdf"].pad_px, lies["letter.pdf"].grid_px) == (4, 4)
    # 700 pixels over 842 points, drawn with 2339: 3.34 drawn pixels for one; a block of 16 is 53.5, and one more
    assert lies["note.pdf"].lossy == pytest.approx(3341, abs=5) and lies["note.pdf"].pad_px == 55
    assert (lies["plain.jpg"].pad_px, lies["plain.jpg"].grid_px) == (8, 16)
    assert lies["turned.jpg"].pad_px == 18  # its blocks begin at another edge


def test_a_rotated_page_is_covered_where_its_words_stand(case: Case) -> None:
    document = named(case, "rotated.pdf")
    one = redacting.begin_redaction(case, document, "Rotated", "heron")
    with PageDrawer(case) as drawer:
        drawn = drawer.draw(document, 1)
    ink = np.argwhere(drawn.pixels.min(axis=2) < 128)
    (y0, x0), (y1, x1) = ink.min(axis=0), ink.max(axis=0) + 1
    place = f"{document[:16]}:p1:r{x0},{y0},{x1},{y1}@200"
    one = redacting.add_boxes(case, one, [place], "heron", reason="other", width="exact")
    painted, ((left, top, right, bottom),) = redacting.painted_page(one, drawn)
    painted[top:bottom, left:right] = 255
    assert painted.min() > 200  # all the ink was under the box


@given(st.sampled_from([0, 90, 180, 270]), st.integers(0, 90), st.integers(0, 60), st.integers(1, 30))
def test_a_turned_box_lies_on_the_same_pixels(turn: int, x: int, y: int, size: int) -> None:
    width, height = 140, 100
    page = np.zeros((height, width), np.uint8)
    page[y : y + size, x : x + size] = 1
    upright = np.rot90(page, -turn // 90)
    lie = Lie((width, height), 200, 1.0, 0, turn)
    x0, y0, x1, y1 = map(int, lie.turned((x, y, x + size, min(height, y + size))))
    assert upright[y0:y1, x0:x1].all() and upright.sum() == (y1 - y0) * (x1 - x0)
    assert lie.unturned(lie.turned((x, y, x + 1, y + 2))) == (x, y, x + 1, y + 2)
    assert (lie.width_px, lie.height_px) == upright.shape[::-1]


def _page(*words: tuple[str, int, int, int, int]) -> PageText:
    text, numbers = "", array("I")
    for word, x0, y0, x1, y1 in words:
        numbers.extend((len(text), len(text) + len(word), x0, y0, x1, y1))
        text += word + " "
    return PageText(1, "page", text, 1000, 800, 200, numbers)


def _painted(page: PageText, width: Width, *places: str, lossy: int = 0) -> tuple[tuple[int, int, int, int], ...]:
    boxes = [Box(f"{'0' * 16}:p1:r{place}@200", "person", "search", width, "g") for place in places]
    return rectangles_of(boxes, page, Lie((1000, 800), 200, 1.0, lossy))


def test_a_line_is_covered_to_the_end_in_the_direction_of_its_writing() -> None:
    latin = _page(("Before", 100, 100, 200, 125), ("Name", 210, 100, 280, 125), ("after", 290, 100, 350, 125))
    ((x0, _, x1, _),) = _painted(latin, "line", "210,100,280,125")
    assert 196 <= x0 <= 210 and x1 == 1000
    arabic = _page(("ئالدى", 800, 100, 900, 125), ("ئىسىم", 700, 100, 790, 125), ("كەينى", 600, 100, 690, 125))
    ((x0, _, x1, _),) = _painted(arabic, "line", "700,100,790,125")
    assert x0 == 0 and 790 <= x1 <= 804


def test_a_justified_line_is_covered_wholly() -> None:
    words = [
        (f"w{row}{at}", 100 + 130 * at, 40 * row, 100 + 130 * at + 100, 40 * row + 25)
        for row in range(9)
        for at in range(6)
    ]
    page = _page(*words)  # every line begins at 100 and ends at 850
    ((x0, _, x1, _),) = _painted(page, "line", "360,160,460,185")
    assert (x0, x1) == (0, 1000)


def test_boxes_of_one_group_above_one_another_begin_and_end_at_the_same_place() -> None:
    page = _page(("Short", 300, 100, 350, 125), ("Rather-longer", 304, 200, 520, 225), ("x", 60, 100, 70, 125))
    one, other = _painted(page, "fixed", "300,100,350,125", "304,200,520,225")
    assert (one[0], one[2]) == (other[0], other[2]) and one[2] - one[0] >= 400  # two inches
