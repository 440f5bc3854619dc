"""Intervals as they are printed, and as often right as they say."""

from __future__ import annotations

import itertools
from math import comb

import pytest

from fairwitness.analyse.intervals import (
    Stratum,
    clopper_pearson,
    hypergeometric,
    passing_chance,
    sample_for_no_errors,
    stratified,
    wilson,
)


@pytest.mark.parametrize(
    ("count", "size", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0, 0.1611), (0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_intervals_are_those_of_newcombe_1998(
    count: int, size: int, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    one, other = wilson(count, size), clopper_pearson(count, size)
    assert (one.low, one.high) == (pytest.approx(score[0], abs=5.1e-5), pytest.approx(score[1], abs=5.1e-5))
    assert (other.low, other.high) == (pytest.approx(exact[0], abs=5.1e-5), pytest.approx(exact[1], abs=5.1e-5))


def test_three_errors_in_three_hundred_of_two_thousand_cells() -> None:
    found = hypergeometric(3, 300, 2000)
    assert (found.low, found.high) == (0.0025, 0.0270)  # 5 and 54 of 2,000
    endless = clopper_pearson(3, 300)
    assert (endless.low, endless.high) == (pytest.approx(0.0021, abs=5e-5), pytest.approx(0.0289, abs=5e-5))


@pytest.mark.parametrize(("population", "size"), [(12, 5), (20, 7)])
def test_the_exact_interval_covers_every_finite_list_often_enough(population: int, size: int) -> None:
    """Coverage from whole numbers of samples, for every number of errors there can be."""
    ends = {count: hypergeometric(count, size, population) for count in range(size + 1)}
    for wrong in range(population + 1):
        ways = sum(
            comb(wrong, count) * comb(population - wrong, size - count)
            for count in range(size + 1)
            if ends[count].low - 1e-9 <= wrong / population <= ends[count].high + 1e-9
        )
        assert ways >= 0.95 * comb(population, size), wrong


@pytest.mark.parametrize(
    ("sizes", "drawn"), [((9, 6, 4), (3, 2, 2)), ((8, 5), (4, 2)), ((3, 3, 3, 3), (1, 2, 1, 1)), ((12, 2), (2, 1))]
)
def test_the_interval_over_strata_covers_however_the_errors_lie(sizes: tuple[int, ...], drawn: tuple[int, ...]) -> None:
    """Every way to spread errors over the strata, with the chance of every outcome counted in whole numbers."""
    outcomes = list(itertools.product(*(range(n + 1) for n in drawn)))
    found = {
        errors: stratified([Stratum(*one) for one in zip(sizes, drawn, errors, strict=True)]) for errors in outcomes
    }
    every = 1
    for size, n in zip(sizes, drawn, strict=True):
        every *= comb(size, n)
    for wrong in itertools.product(*(range(size + 1) for size in sizes)):
        share, covered = sum(wrong) / sum(sizes), 0
        for errors in outcomes:
            if found[errors].low - 1e-9 <= share <= found[errors].high + 1e-9:
                ways = 1
                for size, n, bad, error in zip(sizes, drawn, wrong, errors, strict=True):
                    ways *= comb(bad, error) * comb(size - bad, n - error)
                covered += ways
        assert covered >= 0.95 * every, wrong


def test_strata_are_weighted_by_their_size_and_a_census_has_no_doubt() -> None:
    found = stratified([Stratum(900, 90, 9), Stratum(100, 50, 0)])
    assert found.value == pytest.approx(0.9 * 0.1)
    assert found.low < 0.09 < found.high
    whole = stratified([Stratum(10, 10, 2), Stratum(30, 30, 1)])
    assert (whole.value, whole.low, whole.high) == (0.075, 0.075, 0.075)
    one = stratified([Stratum(2000, 300, 3)])
    assert (one.low, one.high) == (0.0025, 0.0270)
    with pytest.raises(ValueError, match="sample"):
        stratified([Stratum(10, 0, 0)])


def test_a_sample_without_errors_shows_less_than_one_percent() -> None:
    assert sample_for_no_errors(0.01) == 299
    assert sample_for_no_errors(0.01, population=2000) == 277
    assert (1 - 0.01) ** 299 <= 0.05 < (1 - 0.01) ** 298
    assert 20 * comb(1980, 277) <= comb(2000, 277) and 20 * comb(1980, 276) > comb(2000, 276)
    assert sample_for_no_errors(0.5, population=1) == 1


def test_the_chance_that_a_plan_lets_a_list_pass_is_that_of_montgomery() -> None:
    printed = [0.9897, 0.9397, 0.7366, 0.4985, 0.3042, 0.1721, 0.0919, 0.0468, 0.0230, 0.0109]
    shares = [0.005, *(number / 100 for number in range(1, 10))]
    assert [passing_chance(89, 2, share) for share in shares] == pytest.approx(printed, abs=5.1e-5)
    assert passing_chance(125, 3, 0.01) == pytest.approx(0.9626, abs=5.1e-5)
    assert passing_chance(125, 3, 0.02) == pytest.approx(0.7587, abs=5.1e-5)
    assert passing_chance(5, 0, 0.1, population=10) == pytest.approx(0.5)


def test_what_is_no_sample_is_refused() -> None:
    for bad in (lambda: wilson(3, 2), lambda: clopper_pearson(0, 0), lambda: hypergeometric(1, 5, 4)):
        with pytest.raises(ValueError):
            bad()
    with pytest.raises(ValueError, match="between"):
        sample_for_no_errors(0)
