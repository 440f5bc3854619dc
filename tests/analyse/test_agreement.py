"""Agreement as the sources print it, and as anybody can count it by hand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.analyse.agreement import (
    PERCENT,
    Coefficient,
    Metric,
    Ratings,
    ac1,
    ac2,
    alpha,
    alpha_statistic,
    bootstrapped,
    cohen,
    confusion,
    conger,
    fleiss,
    percent,
    quadratic_weights,
)
from tests.thorough import examples

GAP = None


def by_coder(*lines: str) -> Ratings:
    """Ratings of coders (lines) by units, with . for a gap."""
    rows = zip(*(line.split() for line in lines), strict=True)
    return Ratings.of([[GAP if one == "." else int(one) for one in row] for row in rows])


def by_table(table: list[list[int]]) -> Ratings:
    """Ratings of two coders whose answers are counted in that table."""
    pairs = [(first, second) for first, row in enumerate(table) for second, n in enumerate(row) for _ in range(n)]
    return Ratings.of(pairs)


KRIPPENDORFF_2011 = by_coder(
    "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."
)
RAW_4_RATERS = by_coder(  # kgwet/irrCAC, README: the one 3 of the last unit is of another coder
    "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . .", ". 3 3 3 2 3 4 2 2 5 1 3", "1 2 3 3 2 4 4 1 2 5 1 ."
)
ABSTRACTORS = by_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
SKEWED = by_table([[118, 5], [2, 0]])
FLEISS_1971 = (  # how many of six psychiatrists put each of 30 patients into each of five groups
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)


@pytest.mark.parametrize(
    ("metric", "published", "exact"),
    [
        ("nominal", 0.743, 0.743421),
        ("ordinal", 0.815, 0.815388),
        ("interval", 0.849, 0.849107),
        ("ratio", 0.797, 0.797403),
    ],
)
def test_alpha_is_that_of_krippendorff_2011(metric: Metric, published: float, exact: float) -> None:
    value = alpha(KRIPPENDORFF_2011, metric).value
    assert value == pytest.approx(published, abs=5e-4)
    assert value == pytest.approx(exact, abs=1e-6)  # the package krippendorff 0.9.0


def test_coefficients_of_two_coders_are_those_of_gwet_with_their_errors() -> None:
    kappa, one = cohen(ABSTRACTORS), ac1(ABSTRACTORS)
    assert (kappa.value, kappa.se) == (pytest.approx(0.7964094, abs=1e-6), pytest.approx(0.0589107, abs=1e-6))
    assert (kappa.low, kappa.high) == (pytest.approx(0.680, abs=2e-3), pytest.approx(0.913, abs=2e-3))
    assert (one.value, one.se) == (pytest.approx(0.8493305, abs=1e-6), pytest.approx(0.0432175, abs=1e-6))
    assert fleiss(ABSTRACTORS).value == pytest.approx(0.7962397, abs=1e-6)  # Scott's pi
    assert fleiss(ABSTRACTORS).se == pytest.approx(0.0590547, abs=1e-6)
    assert alpha(ABSTRACTORS).value == pytest.approx(0.7972585, abs=1e-6)
    assert percent(ABSTRACTORS).value == pytest.approx(0.89)


def test_coefficients_of_four_coders_with_gaps_are_those_of_gwet() -> None:
    found = {one.name: one for one in (ac1(RAW_4_RATERS), fleiss(RAW_4_RATERS), conger(RAW_4_RATERS))}
    expected = {"ac1": (0.77544, 0.14295), "fleiss": (0.76117, 0.15302), "conger": (0.76282, 0.14917)}
    for name, (value, error) in expected.items():
        assert found[name].value == pytest.approx(value, abs=1e-5), name
        assert found[name].se == pytest.approx(error, abs=1e-5), name
    assert alpha(RAW_4_RATERS).value == pytest.approx(0.74342, abs=1e-5)
    assert percent(RAW_4_RATERS).value == pytest.approx(0.8181818, abs=1e-7)
    assert conger(KRIPPENDORFF_2011).value == pytest.approx(0.76207, abs=1e-5)


def test_kappa_of_many_coders_is_that_of_fleiss_1971() -> None:
    rows = [[value for value, n in enumerate(line) for _ in range(int(n))] for line in FLEISS_1971.split()]
    assert [len(row) for row in rows] == [6] * 30
    assert np.bincount(np.ravel(rows)).tolist() == [26, 26, 30, 55, 43]  # .144 .144 .167 .306 .239 of 180, as printed
    assert fleiss(Ratings.of(rows)).value == pytest.approx(0.430, abs=5e-4)


def test_one_answer_that_is_far_more_common_breaks_kappa_and_not_ac1() -> None:
    assert cohen(SKEWED).value == pytest.approx(-0.0234, abs=1e-4)
    assert ac1(SKEWED).value == pytest.approx(0.9408, abs=1e-4)
    assert percent(SKEWED).value == pytest.approx(0.944)


def test_conger_and_cohen_are_one_for_two_coders() -> None:
    assert conger(ABSTRACTORS).value == pytest.approx(cohen(ABSTRACTORS).value)


def test_ac2_with_no_half_agreements_is_ac1_and_with_them_is_counted_by_hand() -> None:
    for ratings in (ABSTRACTORS, RAW_4_RATERS):
        plain = ac2(ratings, np.eye(len(ratings.values)))
        assert (plain.value, plain.se) == (pytest.approx(ac1(ratings).value), pytest.approx(ac1(ratings).se))
    weights = quadratic_weights(3)
    assert weights.tolist() == [[1, 0.75, 0], [0.75, 1, 0.75], [0, 0.75, 1]]
    observed = Fraction(89) / 100 + Fraction(3, 4) * Fraction(11, 100)
    shares = [Fraction(26, 200), Fraction(51, 200), Fraction(123, 200)]  # both coders' answers together
    chance = Fraction(6) / 6 * sum(one * (1 - one) for one in shares)  # the weights sum to 6, and 3 * 2 = 6
    assert ac2(ABSTRACTORS, weights).value == pytest.approx(float((observed - chance) / (1 - chance)))
    with pytest.raises(ValueError, match="square"):
        ac2(ABSTRACTORS, np.eye(2))


def test_a_column_in_which_everything_is_equal_has_no_chance_to_correct_for() -> None:
    same = Ratings.of([["男", "男"]] * 9)
    assert percent(same).value == 1.0
    for found in (alpha(same), cohen(same), fleiss(same), conger(same), ac1(same), ac2(same, np.eye(1))):
        assert (found.value, found.why) == (None, "all_equal"), found.name
        assert "not defined (all equal)" in str(found)
    for metric in ("ordinal", "interval", "ratio"):
        assert alpha(Ratings.of([[2, 2]] * 3), metric).why == "all_equal"


def test_what_nobody_answered_twice_has_no_agreement() -> None:
    alone = Ratings.of([["a", None], [None, "b"], [None, None]])
    for found in (percent(alone), alpha(alone), cohen(alone), fleiss(alone), conger(alone), ac1(alone)):
        assert (found.value, found.why, found.units) == (None, "no_pairs", 0), found.name
    assert alpha(Ratings.of([])).why == "no_pairs"
    assert cohen(Ratings.of([["a"], ["b"]])).why == "one_coder" == conger(Ratings.of([["a"], ["b"]])).why
    assert alpha(Ratings.of([["a", "b"]]), "interval").why == "not_numbers"


def test_the_confusion_of_two_coders_counts_every_pair() -> None:
    assert confusion(ABSTRACTORS).tolist() == [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    assert confusion(Ratings.of([["a", None], ["a", "b"]])).tolist() == [[0, 1], [0, 0]]


answers = st.lists(st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=3, max_size=3), min_size=2, max_size=12)


def alpha_by_hand(rows: list[list[int | None]]) -> Fraction | None:
    """Nominal alpha from all ordered pairs of answers, in whole numbers."""
    units = [[one for one in row if one is not None] for row in rows]
    units = [row for row in units if len(row) > 1]
    every = [one for row in units for one in row]
    observed = sum(
        (Fraction(sum(a != b for a, b in itertools.permutations(row, 2)), len(row) - 1) for row in units), Fraction(0)
    )
    expected = sum(a != b for a, b in itertools.permutations(every, 2))
    return 1 - (len(every) - 1) * observed / expected if expected else None


@given(answers)
@settings(max_examples=examples(100), deadline=None)
def test_nominal_alpha_is_what_all_pairs_give_when_counted_by_hand(rows: list[list[int | None]]) -> None:
    expected, found = alpha_by_hand(rows), alpha(Ratings.of(rows)).value
    assert (found is None) if expected is None else found == pytest.approx(float(expected))


@given(answers, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_no_coefficient_depends_on_the_order_of_coders_or_units(rows: list[list[int | None]], random: object) -> None:
    order = list(range(3))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = [[row[place] for place in order] for row in rows]
    random.shuffle(turned)  # type: ignore[attr-defined]
    for measure in (percent, alpha, fleiss, conger, ac1, lambda ratings: alpha(ratings, "ordinal")):
        one, other = measure(Ratings.of(rows)), measure(Ratings.of(turned))
        assert one.why == other.why
        assert one.value == (None if other.value is None else pytest.approx(other.value))
        assert one.value is None or math.isfinite(one.value)


@given(answers)
@settings(max_examples=60, deadline=None)
def test_nobody_agrees_more_than_wholly(rows: list[list[int | None]]) -> None:
    for measure in (percent, alpha, fleiss, conger, ac1, cohen):
        found: Coefficient = measure(Ratings.of(rows))
        assert found.value is None or found.value <= 1 + 1e-12


def test_the_interval_over_pages_is_wider_where_a_page_fails_as_a_whole() -> None:
    """40 units with 8 differences: all on one page of ten, or one on each of eight pages of ten."""
    pages = [unit // 10 for unit in range(40)]
    together = Ratings.of(
        [("a" if unit % 2 else "b", "x" if unit < 8 else "a" if unit % 2 else "b") for unit in range(40)]
    )
    spread = Ratings.of(
        [("a" if unit % 2 else "b", "x" if unit % 5 == 0 else "a" if unit % 2 else "b") for unit in range(40)]
    )
    one = bootstrapped(together, pages, "percent", PERCENT, seed=7, samples=400)
    other = bootstrapped(spread, pages, "percent", PERCENT, seed=7, samples=400)
    assert one.value == other.value == pytest.approx(0.8)
    assert one.low is not None and one.high is not None and other.low is not None and other.high is not None
    assert other.high - other.low == pytest.approx(0)  # two of ten on every page, whichever are drawn
    assert (one.low, one.high) == (pytest.approx(0.4), 1.0)  # P(3 or 4 of 4 draws are the bad page) = 13/256 > .025
    again = bootstrapped(together, pages, "percent", PERCENT, seed=7, samples=400)
    assert again == one


def test_alpha_has_an_interval_over_pages_and_one_page_has_none() -> None:
    rows = [(unit % 3, unit % 3 if unit % 7 else 0) for unit in range(60)]
    found = bootstrapped(
        Ratings.of(rows), [unit // 5 for unit in range(60)], "alpha", alpha_statistic("nominal"), seed=1, samples=300
    )
    assert found.low is not None and found.value is not None and found.high is not None
    assert found.low < found.value < found.high <= 1
    assert bootstrapped(Ratings.of(rows), [1] * 60, "alpha", alpha_statistic("nominal"), seed=1).low is None
