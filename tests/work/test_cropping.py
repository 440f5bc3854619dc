"""Cells cut out of pages that lie askew, drawn here point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fairwitness.work.cropping import cut_cell, upright_sides
from fairwitness.work.looking import Shape

CELL = (400, 300, 700, 360)  # on the upright page
PAGE = (1200, 900)


def turned(points: list[tuple[float, float]], skew_mdeg: int) -> list[tuple[float, float]]:
    """Where points of the upright page are on a page that must be turned clockwise by the skew to be upright again."""
    angle = -math.radians(skew_mdeg / 1000)
    x0, y0 = PAGE[0] / 2, PAGE[1] / 2
    return [
        (
            x0 + (x - x0) * math.cos(angle) - (y - y0) * math.sin(angle),
            y0 + (x - x0) * math.sin(angle) + (y - y0) * math.cos(angle),
        )
        for x, y in points
    ]


def page_with_cell(skew_mdeg: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """A white page with a grey cell and a black line below it, and the upright box around the cell."""
    x0, y0, x1, y1 = CELL
    page = Image.new("L", PAGE, 255)
    pen = ImageDraw.Draw(page)
    corners = turned([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], skew_mdeg)
    pen.polygon(corners, fill=128)
    pen.line(turned([(x0, y1 + 20), (x1, y1 + 20)], skew_mdeg), fill=0, width=5)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return page, (round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))


@pytest.mark.parametrize("skew_mdeg", [0, 700, -1900, 3000])
def test_a_skewed_cell_is_cut_upright(skew_mdeg: int) -> None:
    page, box = page_with_cell(skew_mdeg)
    sides = upright_sides(box, Shape(*PAGE, 200, 0), skew_mdeg)
    assert (sides[2] - sides[0], sides[3] - sides[1]) == pytest.approx((300, 60), abs=2)
    piece = np.asarray(cut_cell(page, box, Shape(*PAGE, 200, 0), skew_mdeg, outlined=False))
    grey = (piece > 100) & (piece < 160)
    black = np.where(piece < 40)[0]
    grey[black.min() - 8 :] = False  # where the edge of the line is as grey as the cell
    rows, columns = np.where(grey)
    assert (columns.max() - columns.min(), rows.max() - rows.min()) == pytest.approx((299, 59), abs=3)
    assert len(rows) == pytest.approx(300 * 60, rel=0.05), "the cell fills its rectangle: it lies straight"
    assert black.max() - black.min() <= 9, "the line below it lies straight"


def test_the_cell_is_outlined_and_what_is_around_it_is_dimmed() -> None:
    page, box = page_with_cell(0)
    piece = cut_cell(page, box, Shape(*PAGE, 200, 0))
    assert piece.mode == "RGB"
    pixels = np.asarray(piece)
    assert pixels[2, 2].tolist() == [204, 204, 204]
    inside = np.where((pixels == 128).all(axis=2))
    top, left = inside[0].min(), inside[1].min()
    assert (inside[0].max() - top, inside[1].max() - left) == (59, 299)
    assert pixels[top - 2, left + 5].tolist() == [181, 84, 26]


def test_a_page_that_stands_on_its_head_gives_the_same_cell() -> None:
    page, (x0, y0, x1, y1) = page_with_cell(0)
    expected = np.asarray(cut_cell(page, (x0, y0, x1, y1), Shape(*PAGE, 200, 0)))
    on_its_head = (PAGE[0] - x1, PAGE[1] - y1, PAGE[0] - x0, PAGE[1] - y0)  # where the box was before it was turned
    assert (np.asarray(cut_cell(page, on_its_head, Shape(*PAGE, 200, 180))) == expected).all()


def test_a_cell_at_the_edge_ends_with_the_page() -> None:
    page = Image.new("L", (300, 200), 255)
    piece = cut_cell(page, (0, 0, 100, 40), Shape(300, 200, 200, 0), outlined=False)
    assert piece.width <= 100 + 180 and piece.height <= 40 + 80
    skewed = cut_cell(page, (0, 0, 100, 40), Shape(300, 200, 200, 0), 1500, outlined=False)
    assert np.asarray(skewed).min() > 200, "beyond the edge there is white, not black"


def test_a_closer_image_gives_the_same_cut_with_more_pixels() -> None:
    page, box = page_with_cell(0)
    large = page.resize((PAGE[0] * 2, PAGE[1] * 2))
    small = cut_cell(page, box, Shape(*PAGE, 200, 0), outlined=False)
    close = cut_cell(large, box, Shape(*PAGE, 200, 0), outlined=False)
    assert (close.width, close.height) == pytest.approx((2 * small.width, 2 * small.height), abs=2)
