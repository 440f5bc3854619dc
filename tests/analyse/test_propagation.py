from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.analyse.propagation import BadAudit, corrected_shares


def test_the_corrected_share_is_the_one_by_hand():
    """Published 80 A and 20 B; of 50 A in the audit 45 are A, of 50 B 40 are B: A is .8 * .9 + .2 * .2 = .76."""
    audit = {("A", "A"): 45, ("A", "B"): 5, ("B", "B"): 40, ("B", "A"): 10}
    a, b = corrected_shares({"A": 80, "B": 20}, audit)
    assert (a.published, a.corrected, a.moved) == pytest.approx((0.8, 0.76, 0.04))
    assert b.corrected == pytest.approx(0.24)
    assert a.low < 0.76 < a.high


def test_an_audit_without_errors_moves_nothing_and_still_leaves_doubt():
    a, _ = corrected_shares({"A": 800, "B": 200}, {("A", "A"): 60, ("B", "B"): 60}, is_census=True)
    assert a.corrected == a.published == 0.8
    assert a.low < 0.8
    sure, _ = corrected_shares({"A": 800, "B": 200}, {("A", "A"): 6000, ("B", "B"): 6000}, is_census=True)
    assert sure.high - sure.low < a.high - a.low


def test_a_value_that_only_the_audit_found_is_told():
    found = corrected_shares({"A": 10}, {("A", "A"): 9, ("A", "illegible"): 1})
    assert [one.value for one in found] == ["A", "illegible"]
    assert found[1].corrected == pytest.approx(0.1)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """100 lists of 400 cells, 12 % of them typed wrong, 150 audited: at least 88 of 100 intervals of 95 % hold."""
    random, held = Random(6), 0
    for run in range(100):
        true = [random.random() < 0.3 for _ in range(400)]
        said = [not one if random.random() < 0.12 else one for one in true]
        audit: dict = {}
        for at in random.sample(range(400), 150):
            audit[said[at], true[at]] = audit.get((said[at], true[at]), 0) + 1
        counts = {True: sum(said), False: 400 - sum(said)}
        one = corrected_shares(counts, audit, samples=300, seed=run, is_census=True)[0]
        held += one.low <= sum(true) / 400 <= one.high
    assert held >= 88


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=4), st.data())
def test_shares_stay_shares_and_add_up(published, data):
    counts = {f"v{at}": n for at, n in enumerate(published)}
    audit = {(s, r): data.draw(st.integers(0 if s != r else 1, 20)) for s in counts for r in counts}
    found = corrected_shares(counts, audit, samples=50)
    assert sum(one.corrected for one in found) == pytest.approx(1)
    assert all(0 <= one.low <= one.corrected <= one.high <= 1 for one in found)


@pytest.mark.parametrize(
    ("counts", "audit"), [({}, {}), ({"A": 0}, {}), ({"A": 5}, {}), ({"A": -1, "B": 3}, {("B", "B"): 1})]
)
def test_an_audit_that_cannot_correct_is_refused_with_advice(counts, audit):
    with pytest.raises(BadAudit) as refused:
        corrected_shares(counts, audit)
    assert refused.value.advice
