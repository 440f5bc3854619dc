"""What is said about the time left is honest: the interval holds the truth, and narrows as pages are done."""

from __future__ import annotations

import random

import pytest

from fairwitness.work.pace import Pace, duration


def test_nothing_is_known_before_the_first_page() -> None:
    assert Pace(2).left(10) is None


def test_two_workers_need_half_the_time() -> None:
    one, two = Pace(1), Pace(2)
    for pace in (one, two):
        for _ in range(10):
            pace.add(3.0)
    left_one, left_two = one.left(100), two.left(100)
    assert left_one is not None
    assert left_two is not None
    assert left_one.best_s == pytest.approx(300)
    assert left_two.best_s == pytest.approx(150)


@pytest.mark.parametrize("seen", [5, 20, 200])
def test_the_interval_holds_what_the_rest_really_takes(seen: int) -> None:
    held = 0
    for seed in range(200):
        times = random.Random(seed)
        pace = Pace(1)
        for _ in range(seen):
            pace.add(times.lognormvariate(0.5, 0.6))
        left = pace.left(2000)
        assert left is not None
        truth = sum(times.lognormvariate(0.5, 0.6) for _ in range(2000))
        held += left.low_s <= truth <= left.high_s
    assert held >= 180


def test_more_pages_make_it_surer() -> None:
    times = random.Random(1)
    pace, widths = Pace(1), []
    for _ in range(100):
        pace.add(times.uniform(1, 5))
        left = pace.left(1000)
        assert left is not None
        widths.append(left.high_s - left.low_s)
    assert widths[99] < widths[9] < widths[2]


def test_durations_read_as_people_say_them() -> None:
    assert [duration(s) for s in (40, 720, 12_600, 800_000)] == ["40 s", "12 min", "3.5 hours", "9 days"]
