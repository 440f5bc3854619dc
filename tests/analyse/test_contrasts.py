"""Contrasts between groups and consistency of decisions: worked examples with their sources, and what is refused."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import barnard_exact

from fairwitness.analyse.consistency import BadCases, consistency, copied
from fairwitness.analyse.contrasts import BadContrast, TwoByTwo, contrast, mantel_haenszel, newcombe, too_even

BERKELEY = [  # admitted and rejected, men and women, by department: R UCBAdmissions, Bickel et al. 1975
    TwoByTwo(512, 313, 89, 19),
    TwoByTwo(353, 207, 17, 8),
    TwoByTwo(120, 205, 202, 391),
    TwoByTwo(138, 279, 131, 244),
    TwoByTwo(53, 138, 94, 299),
    TwoByTwo(22, 351, 24, 317),
]
ALL = TwoByTwo(*(sum(getattr(one, name) for one in BERKELEY) for name in "abcd"))


def test_berkeley_turns_round_within_departments():
    """R mantelhaen.test on UCBAdmissions: crude OR 1.8411 (1.6244-2.0867), MH .90470 (.77191-1.06033), chi2 1.4269."""
    crude = contrast(ALL).odds
    assert (crude.value, crude.low, crude.high) == pytest.approx((1.8411, 1.6244, 2.0867), abs=5e-5)
    found = mantel_haenszel(BERKELEY)
    assert (found.odds.value, found.odds.low, found.odds.high) == pytest.approx((0.90470, 0.77191, 1.06033), abs=5e-6)
    assert (found.chi2, found.p_value) == pytest.approx((1.4269, 0.2323), abs=5e-5)
    assert (found.strata, found.left_out) == (6, 0)


def test_the_error_rates_of_compas_are_those_that_were_published():
    """ProPublica 2016: false positives .4485 and .2345, false negatives .2799 and .4772 (FP, TN, FN, TP by group)."""
    fp, tn, fn, tp = 805, 990, 532, 1369
    fp2, tn2, fn2, tp2 = 349, 1139, 461, 505
    positives, negatives = TwoByTwo(fp, tn, fp2, tn2), TwoByTwo(fn, tp, fn2, tp2)
    shares = [fp / (fp + tn), fp2 / (fp2 + tn2), fn / (fn + tp), fn2 / (fn2 + tp2)]
    assert shares == pytest.approx([0.4485, 0.2345, 0.2799, 0.4772], abs=5e-5)
    assert newcombe(positives).value == pytest.approx(shares[0] - shares[1])
    assert newcombe(negatives).value == pytest.approx(shares[2] - shares[3])


def test_the_difference_of_newcombe_is_the_one_he_published():
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II: 56/70 - 48/80, method 10: .0524 to .3339."""
    found = newcombe(TwoByTwo(56, 14, 48, 32))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_e_value_is_that_of_the_paper():
    """VanderWeele and Ding 2017: a risk ratio of 3.9 has 7.26; its lower end 1.8 has 3.00."""
    found = contrast(TwoByTwo(390, 610, 100, 900))
    assert found.risk.value == pytest.approx(3.9)
    assert found.e_value == pytest.approx(7.26, abs=5e-3)
    none = contrast(TwoByTwo(21, 79, 20, 80))
    assert none.e_value_low == 1.0


def test_an_empty_cell_leaves_the_exact_odds_ratio_and_a_note():
    found = contrast(TwoByTwo(12, 0, 5, 9))
    assert found.odds is None
    assert found.notes
    assert found.exact_odds.low > 1
    assert barnard_exact([[12, 0], [5, 9]]).pvalue < 0.05


@pytest.mark.parametrize("table", [TwoByTwo(5, 4, 20, 20), TwoByTwo(-1, 20, 20, 20), TwoByTwo(1.5, 20, 20, 20)])
def test_groups_under_ten_and_counts_that_are_none_are_refused(table):
    with pytest.raises(BadContrast) as refused:
        contrast(table)
    assert refused.value.advice


def test_strata_that_say_nothing_are_counted_and_not_used():
    found = mantel_haenszel([*BERKELEY, TwoByTwo(0, 0, 5, 5)])
    assert found.left_out == 1
    assert found.odds == mantel_haenszel(BERKELEY).odds
    with pytest.raises(BadContrast):
        mantel_haenszel([TwoByTwo(0, 0, 5, 5)])


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(10, 500)] * 4))
def test_groups_changed_round_turn_the_ratio_over(counts):
    one = contrast(TwoByTwo(*counts))
    other = contrast(TwoByTwo(*counts[2:], *counts[:2]))
    assert one.odds.value == pytest.approx(1 / other.odds.value)
    assert one.odds.low == pytest.approx(1 / other.odds.high)
    assert one.difference.value == pytest.approx(-other.difference.value)
    assert one.difference.low <= one.difference.value <= one.difference.high
    assert one.e_value == pytest.approx(other.e_value)


def test_shares_that_are_too_even_are_noticed_and_those_of_chance_are_not():
    """Eight offices at 11 to 14 of 90 to 120 are far more even than chance lets them be."""
    even = too_even([11, 12, 13, 14, 12, 13, 11, 14], [90, 97, 106, 114, 98, 107, 90, 115])
    assert even[1] == 7
    assert even[2] < 1e-5
    random = Random(4)
    low = 0
    for _ in range(200):
        sizes = [random.randint(90, 120) for _ in range(8)]
        low += too_even([sum(random.random() < 0.12 for _ in range(n)) for n in sizes], sizes)[2] < 0.05
    assert low < 22


def cases(rule, count=2000, seed=5):
    random = Random(seed)
    facts = [(random.randint(0, 3), random.randint(0, 3)) for _ in range(count)]
    return facts, [rule(one, random) for one in facts]


def test_rules_chance_and_mixtures_have_the_consistency_they_should():
    """Rule-following 1, coin flips 0, seven in ten by rule: pairs agree by rule with .49, so about one half."""
    by_rule = consistency(*cases(lambda one, random: sum(one) > 3), permutations=100, bootstrap=50)
    assert by_rule.value == pytest.approx(1.0)
    coins = consistency(*cases(lambda one, random: random.random() < 0.5), permutations=100, bootstrap=50)
    assert coins.value == pytest.approx(0, abs=0.02)
    assert coins.low < 0 < coins.high
    mixed = consistency(
        *cases(lambda one, random: (sum(one) % 2 == 0) if random.random() < 0.7 else random.random() < 0.5),
        permutations=100,
        bootstrap=100,
    )
    assert mixed.value == pytest.approx(0.49, abs=0.04)
    assert mixed.low < mixed.value < mixed.high
    assert mixed.p_value < 0.02


def test_the_order_of_cases_does_not_matter():
    facts, decisions = cases(lambda one, random: random.random() < 0.3, 300)
    order = list(range(300))
    Random(1).shuffle(order)
    one = consistency(facts, decisions, permutations=50, bootstrap=0)
    other = consistency([facts[at] for at in order], [decisions[at] for at in order], permutations=50, bootstrap=0)
    assert one.unlike == pytest.approx(other.unlike)


@pytest.mark.parametrize(
    ("facts", "decisions"),
    [([], []), ([1] * 20, [1] * 20), (range(20), [0, 1] * 10), ([1] * 20, [0, 1]), ([1] * 9, [0, 1, 0] * 3)],
)
def test_cases_without_like_ones_are_refused_with_advice(facts, decisions):
    with pytest.raises(BadCases) as refused:
        consistency(list(facts), list(decisions))
    assert refused.value.advice


def test_copied_texts_are_counted_without_blanks():
    assert copied(["因 违规", "因  违规 ", "其他", "", " "]) == (2, 3)
