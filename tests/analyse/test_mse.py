"""How many are missing: worked examples with their sources, and what must hold for every table."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.analyse.chao import chao_bound
from fairwitness.analyse.dga import dga, poisson_gamma
from fairwitness.analyse.estimates import ListStatement, NoHeadline, mse
from fairwitness.analyse.graphs import decomposable_graphs
from fairwitness.analyse.loglinear import hierarchical_models, loglinear, no_highest_interaction
from fairwitness.analyse.overlap import BadOverlap, Overlap
from fairwitness.analyse.stepwise import Existence, existence, stepwise
from tests.analyse.public_tables import FIVE_LISTS, KOSOVO, SPARSE, SPINA_BIFIDA


def test_there_are_as_many_decomposable_graphs_and_hierarchical_models_as_published():
    """Graphs: data of the R package dga (HRDAG/DGA); models: Silverman, Chan and Vincent 2024."""
    assert [len(decomposable_graphs(lists)) for lists in (2, 3, 4, 5, 6)] == [2, 8, 61, 822, 18_154]
    assert [len(hierarchical_models(lists)) for lists in (2, 3, 4, 5)] == [1, 8, 113, 6_893]


def is_chordal(edges, vertices):
    """By its definition: every cycle of four or more has a chord; so every vertex set of four or more is no hole."""
    beside = {v: {b for a, b in edges if a == v} | {a for a, b in edges if b == v} for v in range(vertices)}
    for size in range(4, vertices + 1):
        for some in combinations(range(vertices), size):
            inside = {v: beside[v] & set(some) for v in some}
            if all(len(others) == 2 for others in inside.values()):
                seen, todo = set(), [some[0]]
                while todo:
                    seen.add(v := todo.pop())
                    todo += inside[v] - seen
                if len(seen) == size:
                    return False
    return True


def test_the_graphs_are_those_whose_cycles_have_chords():
    pairs = list(combinations(range(5), 2))
    chordal = set()
    for chosen in range(1 << len(pairs)):
        edges = tuple(pair for at, pair in enumerate(pairs) if chosen >> at & 1)
        if is_chordal(edges, 5):
            chordal.add(edges)
    assert {graph.edges for graph in decomposable_graphs(5)} == chordal


def test_every_edge_is_in_a_clique_and_separators_are_one_fewer():
    for graph in decomposable_graphs(4):
        joined = {pair for c in graph.cliques for pair in combinations([v for v in range(4) if c >> v & 1], 2)}
        assert joined == set(graph.edges)
        assert len(graph.separators) == len(graph.cliques) - 1


def test_spina_bifida_gives_the_totals_of_madigan_and_york():
    """Madigan and York 1997, three lists, delta 1, Poisson-gamma prior: the values that the tests of HRDAG/DGA assert.

    Averaged 731, mode 728; the likeliest model .37 with estimate 731 and mode 729; median 731, 95 % 682 to 797.
    """
    found = dga(SPINA_BIFIDA, 1.0, prior=poisson_gamma(13.14, 55.17), saturated=True)
    assert (round(found.estimate), found.mode, found.median, found.low, found.high) == (731, 728, 731, 682, 797)
    best = found.graphs[0]
    assert (round(best.weight, 2), round(best.estimate), best.mode) == (0.37, 731, 729)
    assert found.mean == pytest.approx(733.452, abs=0.3)


def test_five_lists_give_the_totals_of_the_r_package():
    """Madigan and York 1997, five lists (n 537), delta .5, hidden 1 to 300, prior 1/N; R dga 2.0.2."""
    found = dga(FIVE_LISTS, 0.5, unseen=range(1, 301), saturated=True)
    assert found.observed == 537
    assert found.mean == pytest.approx(617.816, abs=5e-4)
    assert (found.mode, found.median, found.low, found.high) == (614, 616, 588, 655)


def test_the_grid_of_hidden_counts_may_be_left_to_us():
    every = dga(FIVE_LISTS, 0.5, unseen=range(20_000))
    ours = dga(FIVE_LISTS, 0.5)
    assert ours.mean == pytest.approx(every.mean, rel=1e-9)
    assert (ours.median, ours.low, ours.high, ours.mode) == (every.median, every.low, every.high, every.mode)
    wide, fine = dga(KOSOVO, 0.0625), dga(KOSOVO, 0.0625, unseen=range(60_000))
    assert wide.mean == pytest.approx(fine.mean, rel=1e-4)
    assert wide.median == pytest.approx(fine.median, abs=2)
    assert wide.high == pytest.approx(fine.high, abs=3)


def test_kosovo_gives_what_the_r_packages_give():
    """Ball et al. 2002 (10,356); Rcapture 1.4-4, dga 2.0.2, SparseMSE 2.0.1 on the public table.

    Lowest BIC [123,14,34] 10,356.5, SE 785.9, deviance 9.323, BIC 203.030; then 12,741.0 (1,600.7), 18,393.3 (1,738.8)
    and [123,14,24,34] 9,824.2; no highest interaction 16,941.9; Mth-Chao 8,591.2; stepwise 14,341.7.
    """
    models = loglinear(KOSOVO).models
    best = models[0]
    assert (best.name, len(models)) == ("[123,14,34]", 113)
    assert best.total == pytest.approx(10_356.5, abs=0.5)
    assert best.standard_error == pytest.approx(785.9, abs=0.05)
    assert best.deviance == pytest.approx(9.323, abs=5e-4)
    assert best.bic == pytest.approx(203.030, abs=5e-4)
    assert (best.low, best.high) == pytest.approx((9_005, 12_105), abs=1)
    by_name = {one.name: one for one in models}
    assert [one.name for one in models[1:4]] == ["[123,134]", "[134,12,23]", "[123,14,24,34]"]
    assert by_name["[123,134]"].total == pytest.approx(12_741.0, abs=0.5)
    assert by_name["[123,134]"].standard_error == pytest.approx(1_600.7, abs=0.1)
    assert by_name["[134,12,23]"].total == pytest.approx(18_393.3, abs=0.5)
    assert by_name["[134,12,23]"].standard_error == pytest.approx(1_738.8, abs=0.1)
    assert by_name["[123,14,24,34]"].total == pytest.approx(9_824.2, abs=0.5)
    assert no_highest_interaction(KOSOVO) == pytest.approx(16_941.9, abs=0.05)
    assert chao_bound(KOSOVO).by_lists.total == pytest.approx(8_591.2, abs=0.05)
    assert stepwise(KOSOVO).model.total == pytest.approx(14_341.7, abs=0.05)
    default = dga(KOSOVO, 0.0625)
    assert (default.mean, default.median) == pytest.approx((12_749, 12_595), abs=1)
    assert (default.low, default.high) == pytest.approx((9_827, 16_544), abs=1)
    half = dga(KOSOVO, 0.5)
    assert (half.median, half.low, half.high) == pytest.approx((11_429, 7_536, 14_539), abs=1)


def test_the_saturated_graph_takes_the_weight_and_says_nothing():
    """With delta 1 it has 97.6 % of the weight on Kosovo, and the mode is what was observed: so it is left out."""
    found = dga(KOSOVO, 1.0, saturated=True)
    assert found.graphs[0].name == "[1234]"
    assert found.graphs[0].weight == pytest.approx(0.976, abs=5e-4)
    assert found.at_edge
    assert not dga(KOSOVO, 1.0).at_edge


def test_independence_of_two_lists_is_the_estimate_of_petersen():
    """Petersen 1896: n1 n2 / m."""
    two = Overlap.of(["A", "B"], {"10": 75, "01": 55, "11": 25})
    assert loglinear(two).models[0].total == pytest.approx(100 * 80 / 25)


def test_whether_an_estimate_exists_is_what_the_paper_says():
    """Chan, Silverman and Vincent 2021, the example of their package: [12,13,23] 2, [12,3] 1, [13,23] 0."""
    assert existence(SPARSE, [(0, 1), (0, 2), (1, 2)]) == Existence.NOT_IDENTIFIED == 2
    assert existence(SPARSE, [(0, 1)]) == Existence.NO_ESTIMATE == 1
    assert existence(SPARSE, [(0, 2), (1, 2)]) == Existence.EXISTS == 0


def test_the_bootstrap_says_the_same_with_the_same_seed_and_holds_the_estimate():
    one, other = (stepwise(KOSOVO, bootstrap=60, seed=7) for _ in range(2))
    assert one == other
    assert one.low < one.model.total < one.high
    assert one != stepwise(KOSOVO, bootstrap=60, seed=8)


@st.composite
def overlaps(draw):
    lists = draw(st.integers(2, 4))
    counts = {format(at, f"0{lists}b"): draw(st.integers(0, 60)) for at in range(1, 1 << lists)}
    for at in range(lists):
        counts["".join("1" if other == at else "0" for other in range(lists))] += 1
    counts["1" * lists] += 1
    return Overlap.of([f"list {at}" for at in range(lists)], counts)


@settings(max_examples=40, deadline=None)
@given(overlaps(), st.randoms(use_true_random=False))
def test_no_estimate_depends_on_the_order_of_the_lists_or_is_below_what_was_observed(overlap: Overlap, random: Random):
    order = list(range(len(overlap.lists)))
    random.shuffle(order)
    turned = overlap.reordered(order)
    assert turned.observed == overlap.observed
    one, other = dga(overlap), dga(turned)
    assert one.mean == pytest.approx(other.mean, rel=1e-6)
    assert overlap.observed <= one.low <= one.median <= one.high
    models, others = loglinear(overlap).models, loglinear(turned).models
    assert len(models) == len(others)
    assert sorted(m.total for m in models) == pytest.approx(sorted(m.total for m in others), rel=1e-4)
    assert all(model.total >= overlap.observed and model.low >= overlap.observed for model in models)
    assert all(model.low <= model.total <= model.high for model in models)


@settings(max_examples=25, deadline=None)
@given(overlaps())
def test_ten_times_the_counts_give_a_narrower_interval(overlap: Overlap):
    more = Overlap(overlap.lists, tuple(10 * count for count in overlap.counts))
    one, ten = loglinear(overlap).models, {model.name: model for model in loglinear(more).models}
    for model in one:
        if model.name in ten:
            assert ten[model.name].standard_error / ten[model.name].total <= model.standard_error / model.total * 1.001


STATED = [ListStatement(name, "a group of its own", "interviews", True) for name in KOSOVO.lists]


def test_kosovo_gets_no_headline_since_models_that_fit_alike_disagree():
    found = mse(KOSOVO, provenance=STATED, bootstrap=0)
    with pytest.raises(NoHeadline, match="disagree"):
        _ = found.headline
    assert {one.method for one in found.table} == {"dga", "loglinear-bic", "stepwise", "chao-lb"}
    assert any("peaks at" in said for said in found.diagnostics)


def lists_that_agree():
    """Four independent lists over 1,000 cases: the expected counts, rounded."""
    shares = (0.5, 0.4, 0.45, 0.35)
    counts = {}
    for at in range(1, 16):
        pattern = format(at, "04b")
        expected = math.prod(s if mark == "1" else 1 - s for s, mark in zip(shares, pattern, strict=True))
        counts[pattern] = round(1000 * expected)
    return Overlap.of(["a", "b", "c", "d"], counts)


def test_a_headline_needs_lists_that_agree_and_somebody_who_states_where_they_come_from():
    overlap = lists_that_agree()
    stated = [ListStatement(name, "a group of its own", "interviews", True) for name in overlap.lists]
    found = mse(overlap, provenance=stated, bootstrap=40, seed=1)
    assert found.headline.low < 1000 < found.headline.high
    with pytest.raises(NoHeadline, match="who collected list 4"):
        _ = mse(overlap, provenance=stated[:3], bootstrap=0).headline
    derived = [*stated[:3], ListStatement("d", "the same office", "copied", False)]
    with pytest.raises(NoHeadline, match="List 4 was derived"):
        _ = mse(overlap, provenance=derived, bootstrap=0).headline


def test_other_linkages_widen_the_answer():
    overlap = lists_that_agree()
    fewer = Overlap(
        overlap.lists, tuple(n - 8 if at == 3 else n + 8 if at in (1, 2) else n for at, n in enumerate(overlap.counts))
    )
    found = mse(overlap, linkage=[overlap, fewer], bootstrap=0)
    over = next(one for one in found.table if one.variant == "over 2 linkages")
    assert over.high > dga(overlap, 2**-4).high


def test_two_lists_get_no_headline():
    two = Overlap.of(["A", "B"], {"10": 75, "01": 55, "11": 25})
    stated = [ListStatement(name, "x", "y", True) for name in "AB"]
    with pytest.raises(NoHeadline, match="two lists"):
        _ = mse(two, provenance=stated, bootstrap=0).headline


@pytest.mark.parametrize(
    ("lists", "counts"),
    [
        ("AB", {"10": 3, "01": 4}),
        ("AB", {"10": -1, "11": 4}),
        ("AB", {"10": 1.5, "11": 4}),
        ("AB", {"10": 3, "11": 4, "00": 9}),
        ("AB", {"10": 3, "1": 4}),
        ("AB", {"10": 3}),
        ("AA", {"10": 3, "11": 4}),
        ("A", {"1": 3}),
        ("ABCDEFG", {"1111111": 3}),
        ("AB", {}),
    ],
)
def test_counts_that_carry_no_estimate_are_refused_with_advice(lists, counts):
    with pytest.raises(BadOverlap) as refused:
        mse(Overlap.of(lists, counts))
    assert refused.value.advice


def test_six_lists_are_within_reach():
    counts = {format(at, "06b"): (64 - at) % 7 for at in range(1, 64)}
    found = dga(Overlap.of("ABCDEF", counts))
    assert found.observed == sum(counts.values()) <= found.low < found.high


def test_what_prints_has_no_nan_and_says_what_cannot_be_concluded():
    told = str(mse(KOSOVO, bootstrap=0))
    assert "nan" not in told.lower()
    assert "which the lists cannot show" in told
