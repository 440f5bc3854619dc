"""Letters that a network passed over: ink in a line where it read nothing, though a letter would have room there."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from fairwitness.read.ocr.ctc import LineScores, best_path
from fairwitness.read.ocr.scan import Image
from fairwitness.read.ocr.spans import is_han

_MOSTLY = 0.6  # of the letters of a line that are Han: they stand in even steps
_ROOM = 1.6  # steps between two letters, or from the edge of the ink, that leave room for one more
_INKED = 0.45  # of a step, that must have ink for a letter
_DARK = 0.35  # of the way from paper to ink


def skips_a_letter(line: LineScores, image: Image) -> bool:
    """Whether a letter of a line of Han letters was passed over; False where the line tells nothing."""
    text, _, middles = best_path(line)
    han = [at for at, letter in enumerate(text) if is_han(letter)]
    if len(han) < 3 or len(han) < _MOSTLY * len(text.replace(" ", "")):
        return False
    steps = [middles[b] - middles[a] for a, b in pairwise(han) if b == a + 1]
    if not steps:
        return False
    step = float(np.median(steps))
    inked = _inked_columns(image)
    columns = np.flatnonzero(inked)
    if not len(columns) or step < 4:
        return False
    edges = [columns[0] - step / 2, *middles, columns[-1] + step / 2]
    for left, right in pairwise(edges):
        if right - left >= _ROOM * step:
            between = inked[max(0, round(left + step / 2)) : max(0, round(right - step / 2))]
            if between.sum() >= _INKED * step:
                return True
    return False


def _inked_columns(image: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (3, 3), 0)
    dark, light = (float(value) for value in np.percentile(grey, (2, 80)))
    return np.asarray((grey < light - _DARK * (light - dark)).sum(axis=0) >= 2)
