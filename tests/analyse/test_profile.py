"""Profiles of reasons, copies, tests of independence and rates: against counts by hand, exact tests and formulas."""

from __future__ import annotations

from itertools import permutations
from math import exp, log2, sqrt

import pytest

from fairwitness.analyse.permutation import BadCrossing, independence
from fairwitness.analyse.profile import BadProfile, copy_rate, entropy, reason_profile
from fairwitness.analyse.rates import BadRates, rate_ratio
from fairwitness.analyse.tabulate import CodesDoNotMatch, Coding

CODES = Coding("reasons", "1", ("travel", "kin", "theft", "rumour"))
ROWS = [
    {"who": "a", "why": ["travel"]},
    {"who": "a", "why": ["theft"]},
    {"who": "b", "why": ["kin", "travel"]},
    {"who": "c", "why": ["rumour"]},
    {"who": "d", "why": []},
    {"who": "e", "why": None},
]  # fmt: skip
FLAGS = {"lawful": {"travel", "kin"}, "provision": {"theft"}, "act": {"theft", "rumour"}}


def test_a_profile_counts_rows_and_persons_by_what_all_of_their_reasons_are():
    rows = reason_profile(ROWS, "why", CODES, **FLAGS)
    assert {one.code: one.count for one in rows.shares} == {"only_lawful": 2, "no_provision": 4, "no_act": 3}
    assert (rows.denominator, rows.missing) == (5, 1)
    persons = reason_profile(ROWS, "why", CODES, person="who", **FLAGS)
    assert {one.code: one.count for one in persons.shares} == {"only_lawful": 1, "no_provision": 3, "no_act": 2}
    assert (persons.denominator, persons.missing) == (4, 1)
    assert persons.shares[0].least == 1 / 5 and persons.shares[0].most == 2 / 5
    assert rows.entropy == pytest.approx(-(2 * 2 / 5 * log2(2 / 5) / 2 + 3 * 1 / 5 * log2(1 / 5)))
    assert rows.most_entropy == 2


def test_a_profile_of_a_codebook_that_says_nothing_of_the_law_is_refused():
    with pytest.raises(BadProfile):
        reason_profile(ROWS, "why", CODES)
    with pytest.raises(CodesDoNotMatch):
        reason_profile(ROWS, "why", CODES, lawful={"faith"})
    with pytest.raises(CodesDoNotMatch):
        reason_profile([{"why": None}], "why", CODES, lawful={"kin"})


def test_entropy_is_that_of_equal_codes_at_most():
    assert entropy([5, 5, 5, 5]) == 2 and entropy([7]) == 0 and entropy([]) == 0


def test_copies_are_counted_and_what_is_missing_may_be_the_copy_of_any():
    found = copy_rate(["one", "one ", "two", None, " ", "three"])
    assert (found.count, found.share) == (2, 1 / 2)
    assert found.least == 2 / 6 and found.most == 1.0  # two missing ones could copy "two" and "three": all six
    with pytest.raises(CodesDoNotMatch):
        copy_rate([None])


def test_the_permutation_test_is_that_over_all_permutations():
    """Every order of the answers is dealt, for a table small enough."""
    table = [[3, 0], [1, 3]]
    groups, answers = [0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1]
    total = len(groups)

    def squared(order):
        counts = [[0, 0], [0, 0]]
        for group, answer in zip(groups, order, strict=True):
            counts[group][answer] += 1
        rows, columns = [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]
        return sum(
            (counts[y][x] - rows[y] * columns[x] / total) ** 2 / (rows[y] * columns[x] / total)
            for y in range(2) for x in range(2)
        )  # fmt: skip

    every = [squared(order) for order in permutations(answers)]
    exact = sum(one >= squared(answers) - 1e-9 for one in every) / len(every)
    for statistic in ("chi-squared", "fisher"):
        found = independence(table, permutations=20_000, seed=3, statistic=statistic)
        assert found.p_value == pytest.approx(exact, abs=0.01)
    assert independence(table, permutations=999, seed=1) == independence(table, permutations=999, seed=1)
    found = independence(table, permutations=99, seed=1)
    assert found.p_value == (found.as_far + 1) / 100
    assert found.statistic == pytest.approx(squared(answers)) and found.cramers_v == pytest.approx(
        sqrt(squared(answers) / 7)
    )


@pytest.mark.parametrize(
    "table", [[], [[]], [[1, 2], [3]], [[1, -1], [2, 3]], [[0.5, 1], [2, 3]], [[1, 2]], [[3, 0], [4, 0]]]
)
def test_what_is_no_table_of_two_facts_is_refused(table):
    with pytest.raises(BadCrossing):
        independence(table)


def test_a_rate_needs_a_source_and_numbers_that_fit():
    """Rothman, Greenland and Lash 2008: the variance of the logarithm of a ratio of rates is 1/a + 1/b."""
    found = rate_ratio((40, 20), (1000, 2000), source="A census")
    assert found.ratio.value == pytest.approx(4)
    assert found.ratio.high == pytest.approx(4 * exp(1.959963984540054 * sqrt(1 / 40 + 1 / 20)))
    for counts, population, source in [
        ((40, 20), (1000, 2000), " "),
        ((40, 9), (1000, 2000), "A census"),
        ((40, 20), (30, 2000), "A census"),
        ((40, -20), (100, 2000), "A census"),
        ((40, 20.5), (100, 2000), "A census"),
    ]:
        with pytest.raises(BadRates):
            rate_ratio(counts, population, source=source)
