"""Grey stamps of photocopies: taken off, with the print under them left, and print never taken for one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.tables.grey_stamps import without_grey_stamps

LINE_PX, DEPTH = 32.0, 180.0


def print_on_paper() -> NDArray[np.uint8]:
    """How much darker than paper rows of print are."""
    darker = np.zeros((600, 800), np.uint8)
    for row in range(40, 600, 90):
        cv2.putText(darker, "1234 5678 9012 3456 7890 1234", (20, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (180,), 3)
    return np.asarray(cv2.GaussianBlur(darker, (3, 3), 0), np.uint8)


def test_a_grey_ring_is_taken_off_and_the_print_under_it_stays() -> None:
    plain = print_on_paper()
    ring = np.zeros_like(plain)
    cv2.circle(ring, (400, 300), 150, (100,), 14)
    found = without_grey_stamps(np.maximum(plain, ring), DEPTH, LINE_PX, None)
    assert min(zone[0] for zone in found.zones) <= 245 and max(zone[2] for zone in found.zones) >= 555
    assert min(zone[1] for zone in found.zones) <= 145 and max(zone[3] for zone in found.zones) >= 455
    only_ring, under = (ring > 90) & (plain == 0), (ring > 90) & (plain > 170)
    assert np.median(found.darker[only_ring]) <= 10
    assert np.median(found.darker[under]) >= 120
    assert found.mask[only_ring].mean() > 0.9


def test_blurred_print_is_no_stamp() -> None:
    blurred = np.asarray(cv2.GaussianBlur(print_on_paper(), (0, 0), 1.5), np.uint8)
    found = without_grey_stamps(blurred, DEPTH, LINE_PX, None)
    assert found.zones == ()
    assert found.darker is blurred


def test_where_a_coloured_stamp_was_is_told_too() -> None:
    coloured = np.zeros((600, 800), bool)
    coloured[200:400, 300:500] = True
    found = without_grey_stamps(print_on_paper(), DEPTH, LINE_PX, coloured)
    assert len(found.zones) == 1
    assert (found.mask == coloured).all()
