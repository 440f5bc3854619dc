"""What the network for Uyghur lines is given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fairwitness.read.ocr._line import HEIGHT, MAX_WIDTH, MIN_WIDTH, prepare_line


def drawn(paper: int, ink: int, width: int = 300, height: int = 60) -> NDArray[np.uint8]:
    picture = Image.new("L", (width, height), paper)
    ImageDraw.Draw(picture).text((10, 10), "|| one ||", fill=ink, font_size=36)
    return np.asarray(picture)


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (200, 60), (140, 90), (0, 255), (60, 200)])
def test_ink_is_one_and_paper_nought_whatever_their_shades(paper: int, ink: int) -> None:
    line = prepare_line(drawn(paper, ink))
    assert line.shape == (HEIGHT, 200)
    assert abs(float(np.median(line))) < 0.05
    assert 0.9 < float(line.max()) <= 1.25
    assert abs(float(line.mean()) - float(prepare_line(drawn(255, 0)).mean())) < 0.06


def test_grey_and_colour_give_the_same() -> None:
    grey = drawn(255, 0)
    assert np.array_equal(prepare_line(grey), prepare_line(np.stack([grey] * 3, axis=2)))


def test_an_empty_line_stays_empty() -> None:
    noise = np.random.default_rng(1).integers(250, 255, (50, 400)).astype(np.uint8)
    assert float(prepare_line(noise).max()) < 0.3


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (1, 5000), (5000, 1), (30, 90_000)])
def test_the_strangest_shape_stays_within_bounds(shape: tuple[int, int]) -> None:
    line = prepare_line(np.full(shape, 255, np.uint8))
    assert line.shape[0] == HEIGHT
    assert MIN_WIDTH <= line.shape[1] <= MAX_WIDTH
