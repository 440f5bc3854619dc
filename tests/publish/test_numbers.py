"""Numbers as a report prints them."""

from __future__ import annotations

import pytest

from fairwitness.publish._numbers import interval, printed


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.624, "share", "62.4\xa0%"),
        (1234.0, "count", "1,234"),
        (1234.56, "count", "1,235"),
        (12.5, "count", "12.5"),
        (-12.0, "points", "\u221212"),
        (1.8712, "ratio", "1.87"),
        (0.4583, "ratio", "0.458"),
        (0.000412, "ratio", "0.000412"),
        (0.0, "ratio", "0.00"),
        (2345.6, "ratio", "2,346"),
        (-0.00001, "share", "0.0\xa0%"),
    ],
)
def test_a_value_is_printed_as_people_read_it(value: float, unit: str, said: str) -> None:
    assert printed(value, unit) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.581, 0.665, "58.1\u202f\u2013\u202f66.5\xa0%"),
        (-0.2, 0.04, "\u221220.0\xa0% to 4.0\xa0%"),
        (0.5, None, "at least 50.0\xa0%"),
        (0.5, float("inf"), "at least 50.0\xa0%"),
        (None, 0.5, "at most 50.0\xa0%"),
        (None, None, ""),
    ],
)
def test_an_open_end_says_so(low: float | None, high: float | None, said: str) -> None:
    assert interval(low, high, "share") == said
