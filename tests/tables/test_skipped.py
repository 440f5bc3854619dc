"""Letters that a network passed over are noticed by the ink that stands where it read nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fairwitness.read.ocr.ctc import LineScores
from fairwitness.read.ocr.scan import Image
from fairwitness.tables.skipped import skips_a_letter

STEP = 8.0  # columns of the image for each answer
LETTERS = ("", "云", "桥", "社", "区", "1")


def line_with(letters: str, every: int, leave_out: Sequence[int] = ()) -> tuple[LineScores, Image]:
    """A line of evenly set letters with ink for each, and what a network reads that passes some over."""
    count = len(letters)
    scores = np.full((every * (count + 1), len(LETTERS)), 0.001, np.float32)
    scores[:, 0] = 0.99
    image = np.full((48, round(STEP * every * (count + 1))), 250, np.uint8)
    for at, letter in enumerate(letters):
        middle = every * (at + 1)
        x = round(STEP * (middle + 0.5))
        image[8:40, x - 12 : x + 12 : 3] = image[20:24, x - 12 : x + 12] = 10
        if at not in leave_out:
            scores[middle, 0], scores[middle, LETTERS.index(letter)] = 0.001, 0.99
    number_of = {letter: number for number, letter in enumerate(LETTERS) if letter}
    return LineScores(scores, LETTERS, number_of, STEP, image.shape[1]), image


def test_a_line_of_which_every_letter_was_read_skips_none() -> None:
    assert not skips_a_letter(*line_with("云桥社区云桥", 4))


def test_a_letter_that_was_passed_over_is_noticed_wherever_it_stands() -> None:
    for place in range(6):
        assert skips_a_letter(*line_with("云桥社区云桥", 4, [place])), place


def test_a_blank_between_letters_is_no_letter() -> None:
    line, image = line_with("云桥社区云桥", 4, [2])
    x = round(STEP * (4 * 3 + 0.5))
    image[:, x - 14 : x + 14] = 250
    assert not skips_a_letter(line, image)


def test_figures_and_short_lines_tell_nothing() -> None:
    assert not skips_a_letter(*line_with("111111", 4, [2]))
    assert not skips_a_letter(*line_with("云桥社", 4, [1]))
