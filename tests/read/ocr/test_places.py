"""Places of words, lines and ink: turned, cut and counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.read.ocr.cut import cut_lines
from fairwitness.read.ocr.geometry import box_of, place_on_page, quad_of, sides_of
from fairwitness.read.ocr.ink import ink_outside
from fairwitness.read.ocr.script import script_of
from fairwitness.read.ocr.spans import spans_of
from fairwitness.read.ocr.turn import skew_of, turned, turned_back
from tests.read.ocr.pages import degrade, draw_page

coordinates = st.floats(-50, 450)
points = st.tuples(coordinates, coordinates)


@given(st.tuples(points, points, points, points))
def test_a_box_is_never_empty_and_never_off_the_page(quad: tuple[tuple[float, float], ...]) -> None:
    x0, y0, x1, y1 = box_of((quad[0], quad[1], quad[2], quad[3]), 400, 300)
    assert 0 <= x0 < x1 <= 400
    assert 0 <= y0 < y1 <= 300


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_a_place_on_the_turned_page_is_found_again_on_the_page_as_given(turn_deg: int) -> None:
    page = np.full((60, 100), 255, np.uint8)
    page[10:14, 70:80] = 0
    upright = turned(page, turn_deg)
    ys, xs = np.nonzero(upright == 0)
    quad = quad_of((int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))
    assert box_of(turned_back(quad, turn_deg, 100, 60), 100, 60) == (70, 10, 80, 14)


def test_a_part_of_a_line_has_the_width_that_it_had_in_its_image() -> None:
    quad = quad_of((100, 50, 500, 90))
    assert place_on_page(quad, 800, 200, 400) == quad_of((200, 50, 300, 90))
    assert sides_of(quad) == (400, 40)


def test_words_are_parted_by_spaces_and_han_letters_stand_alone() -> None:
    text = "ab 人民c"
    middles = [10.0 * at + 5 for at in range(len(text))]
    assert [text[start:end] for start, end, _, _ in spans_of(list(text), middles, 60)] == ["ab", "人", "民", "c"]


def test_a_cut_line_stops_at_a_ruling_and_takes_the_comma_at_its_end() -> None:
    page = np.full((100, 400), 250, np.uint8)
    page[30:60, 100:300] = np.where(np.arange(200) % 20 < 6, 20, 250)[None, :]  # strokes
    page[55:66, 306:310] = 20  # a comma beyond the place that was found
    page[:, 92:95] = 0  # a ruling before it
    ((quad, line),) = cut_lines(page, [quad_of((98, 26, 302, 66))], [quad_of((98, 26, 302, 66))])
    assert 94 <= quad[0][0] <= 99
    assert quad[1][0] >= 311
    assert line.shape[0] == 48
    assert (line < 100).mean(axis=0).max() < 0.85


def test_a_place_without_ink_is_no_line() -> None:
    page = np.full((200, 400), 250, np.uint8)
    page[30:60, 100:300] = np.where(np.arange(200) % 20 < 6, 20, 250)[None, :]
    quads = [quad_of((98, 26, 302, 66)), quad_of((98, 120, 302, 160))]
    assert len(cut_lines(page, quads, quads)) == 1


@pytest.mark.parametrize("skew_deg", [-4.0, 1.3])
def test_the_skew_of_a_page_is_measured_to_a_fifth_of_a_degree(skew_deg: float) -> None:
    page = degrade(draw_page("rus", font="NotoSans-Regular", number=1, lines=12), seed="s", skew_deg=skew_deg)
    assert abs(skew_of(page.image) - skew_deg) <= 0.2


def test_ink_in_boxes_specks_and_rulings_do_not_count_as_missed() -> None:
    page = np.full((900, 700), 250, np.uint8)
    page[100:120, 100:110] = 0  # a letter that was found
    page[300:320, 100:110] = 0  # one that was not
    page[500, ::40] = 0  # specks
    page[600:603, 50:650] = 0  # a ruling
    assert ink_outside(page, [quad_of((90, 90, 130, 130))]) == pytest.approx(0.5, abs=0.05)
    assert ink_outside(page, [quad_of((90, 90, 130, 130)), quad_of((90, 290, 130, 330))]) == 0.0
    assert ink_outside(np.full((900, 700), 250, np.uint8), []) == 0.0


@pytest.mark.parametrize(
    ("text", "script"),
    [("人民 a", "Hani"), ("دۇنيا", "Arab"), ("Қазақ", "Cyrl"), ("İnsan 12", "Latn"), ("2017-03", "Zyyy"), ("", "Zyyy")],
)
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script
