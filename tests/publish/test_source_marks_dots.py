"""Dots of printers: found where they repeat over the page, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from fairwitness.publish.source_marks_dots import printer_dots
from tests.publish.drawn_dots import PATTERNS, Picture, as_jpeg, page

A6 = (105, 148)


@pytest.fixture(scope="module")
def dotted() -> Picture:
    return page(5, PATTERNS["15x8"], 200, size_mm=A6)


def test_dots_are_found_with_the_distance_at_which_the_pattern_stands_again(dotted: Picture) -> None:
    found = printer_dots(dotted, 200)
    assert found.verdict == "found"
    pattern = PATTERNS["15x8"]
    tall = pattern.rows * pattern.pitch_mm + pattern.gap_mm[1]
    wide = pattern.columns * pattern.pitch_mm + pattern.gap_mm[0]
    right, down = found.repeats_mm
    columns = round(right / wide)  # each next column of tiles is moved down
    assert right == pytest.approx(columns * wide, abs=0.8)
    assert (down - columns * pattern.shift_mm + 0.8) % tall < 1.6


def test_a_page_in_grey_is_said_to_hold_no_colour_instead_of_no_dots(dotted: Picture) -> None:
    grey = np.repeat(dotted.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert printer_dots(grey, 200).verdict == "no_colour"
    assert printer_dots(grey[..., 0], 200).verdict == "no_colour"


def test_a_page_of_too_few_pixels_is_said_to_be_too_coarse(dotted: Picture) -> None:
    assert printer_dots(dotted[::3, ::3], 67).verdict == "too_coarse"


@pytest.mark.parametrize(
    "extra", ["highlight", "specks", *(pytest.param(one, marks=pytest.mark.slow) for one in ("", "stamp", "halftone"))]
)
def test_a_page_without_dots_has_none_whatever_else_is_on_it(extra: str) -> None:
    image = page(9, None, 150, size_mm=A6, extra=extra)
    assert printer_dots(image, 150).verdict == "none"
    assert printer_dots(as_jpeg(image, 75), 150).verdict == "none"


def test_any_bytes_as_a_page_have_a_verdict() -> None:
    random = np.random.default_rng(1)
    for shape in ((1, 1, 3), (40, 30, 3), (300, 200, 3)):
        image = random.integers(0, 256, shape, np.uint8)
        assert printer_dots(image, 200).verdict in ("none", "no_paper", "no_colour")
    black = np.zeros((100, 100, 3), np.uint8)
    black[..., 0] = 40
    assert printer_dots(black, 300).verdict in ("no_paper", "none")


@pytest.mark.slow
@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_every_pattern_is_found_at_every_resolution(name: str, dpi: int) -> None:
    image = page(1, PATTERNS[name], dpi)
    assert printer_dots(image, dpi).verdict == "found"
    if dpi == 300:
        assert printer_dots(as_jpeg(image, 90), dpi).verdict == "found"
