"""Painting boxes into pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.publish.painting import Rectangle, paint, snap

WIDTH, HEIGHT = 211, 157  # no multiples of the grid: the last blocks are cut by the edge of the page


def _page(seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)


@st.composite
def _rectangles(draw: st.DrawFn) -> list[Rectangle]:
    found = []
    for _ in range(draw(st.integers(1, 6))):
        x0, y0 = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        found.append((x0, y0, x0 + draw(st.integers(1, 90)), y0 + draw(st.integers(1, 90))))
    return found


@settings(max_examples=120, deadline=None)
@given(_rectangles(), st.sampled_from([1, 4, 16]), st.sampled_from([0, 8, 18]))
def test_no_pixel_of_a_box_and_its_pad_keeps_anything_and_every_other_keeps_all(
    rectangles: list[Rectangle], grid: int, pad: int
) -> None:
    before = _page()
    covered = snap(rectangles, WIDTH, HEIGHT, grid, pad)
    painted = paint(before, covered)
    inside = np.zeros((HEIGHT, WIDTH), bool)
    for x0, y0, x1, y1 in covered:
        inside[y0:y1, x0:x1] = True
    assert not painted[inside].any()  # black, whatever was there
    assert np.array_equal(painted[~inside], before[~inside])
    for x0, y0, x1, y1 in rectangles:  # counted out by hand: box and pad are covered as far as the page goes
        assert inside[max(0, y0 - pad) : y1 + pad, max(0, x0 - pad) : x1 + pad].all()


@settings(max_examples=120, deadline=None)
@given(_rectangles(), st.sampled_from([1, 16]))
def test_boxes_lie_on_the_grid_and_never_meet(rectangles: list[Rectangle], grid: int) -> None:
    covered = snap(rectangles, WIDTH, HEIGHT, grid)
    for x0, y0, x1, y1 in covered:
        assert x0 % grid == y0 % grid == 0
        assert (x1 % grid == 0 or x1 == WIDTH) and (y1 % grid == 0 or y1 == HEIGHT)
    for at, one in enumerate(covered):
        for other in covered[at + 1 :]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@settings(max_examples=60, deadline=None)
@given(_rectangles(), st.randoms())
def test_the_order_in_which_boxes_were_drawn_leaves_no_trace(rectangles: list[Rectangle], chance: object) -> None:
    other = list(rectangles)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert snap(rectangles, WIDTH, HEIGHT) == snap(other, WIDTH, HEIGHT)


def test_two_boxes_that_overlap_have_one_outline() -> None:
    assert snap([(20, 20, 60, 40), (50, 30, 90, 60)], WIDTH, HEIGHT, 1, 0) == ((20, 20, 90, 60),)


@pytest.mark.parametrize("wrong", [(5, 5, 5, 9), (9, 5, 5, 9), (WIDTH, 0, WIDTH + 5, 9), (-9, -9, 0, 4)])
def test_a_box_that_is_empty_or_beside_the_page_is_refused(wrong: Rectangle) -> None:
    with pytest.raises(ValueError, match="rectangle"):
        snap([wrong], WIDTH, HEIGHT)


def test_painting_beyond_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        paint(_page(), [(0, 0, WIDTH + 1, 9)])


def test_the_pixels_that_were_handed_over_are_left_alone() -> None:
    before = _page()
    kept = before.copy()
    paint(before, [(0, 0, 50, 50)])
    assert np.array_equal(before, kept)
