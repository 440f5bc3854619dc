"""python-stdnum is the judge where it knows the number; of the others the rule is written a second time in `numbers.py`."""

from __future__ import annotations

import random

from stdnum.cn import ric
from stdnum.ru import inn
from stdnum.tr import tckimlik

from fairwitness.facts import checksums


def figures(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def test_ours_and_python_stdnum_agree_on_numbers_drawn_at_random() -> None:
    rng = random.Random(13)
    agreed = set()
    for _ in range(5000):
        chinese = f"653222198003{rng.randrange(1, 29):02d}{figures(rng, 3)}{rng.choice('0123456789X')}"
        turkish = rng.choice("123456789") + figures(rng, 10)
        russian = figures(rng, rng.choice((10, 12)))
        for ours, theirs in (
            (checksums.fits_cn_resident(chinese), ric.calc_check_digit(chinese) == chinese[17]),
            (checksums.fits_tr(turkish), tckimlik.is_valid(turkish)),
            (checksums.fits_ru_inn(russian), inn.is_valid(russian)),
        ):
            assert ours == theirs, (chinese, turkish, russian)
            agreed.add(ours)
    assert agreed == {True, False}
