from __future__ import annotations

from math import exp, log, sqrt

import pytest

from fairwitness.analyse.adjusted import adjusted_contrast
from fairwitness.analyse.contrasts import BadContrast
from fairwitness.core.lists import Column
from tests.analyse.test_contrasts import BERKELEY


def rows_of(tables, groups=("women", "men")):
    rows = []
    for at, one in enumerate(tables):
        for group, happened, count in (
            (groups[1], True, one[0]),
            (groups[1], False, one[1]),
            (groups[0], True, one[2]),
            (groups[0], False, one[3]),
        ):
            rows += [
                {"group": group, "kept": happened, "office": f"o{at}", "page": len(rows) + n} for n in range(count)
            ]
    return rows


def test_berkeley_adjusted_for_department_is_that_of_r():
    """R: glm(admitted ~ sex + department, binomial) on UCBAdmissions: .90495."""
    rows = rows_of([(t.a, t.b, t.c, t.d) for t in BERKELEY], groups=("f", "m"))
    found = adjusted_contrast(rows, outcome="kept", group="group", adjust=["office"])
    assert (found.group, found.against, found.rows, found.left_out) == ("m", "f", 4526, 0)
    assert found.odds.value == pytest.approx(0.90495, abs=5e-6)
    assert not found.notes


def test_without_facts_it_is_the_table_by_hand():
    """Of a 2x2 table the model fits exactly, so the error is Woolf's, and that of clusters of one row Woolf's too."""
    rows = rows_of([(60, 40, 45, 80)], groups=("a", "b"))
    plain = adjusted_contrast(rows, outcome="kept", group="group")
    woolf = sqrt(1 / 60 + 1 / 40 + 1 / 45 + 1 / 80)
    assert plain.odds.value == pytest.approx(60 * 80 / (40 * 45))
    assert log(plain.odds.high / plain.odds.value) == pytest.approx(1.959964 * woolf, rel=1e-6)
    alone = adjusted_contrast(rows, outcome="kept", group="group", cluster="page")
    assert log(alone.odds.high / alone.odds.value) == pytest.approx(1.959964 * woolf * sqrt(225 / 223), rel=1e-6)
    doubled = [row | {"page": row["page"]} for row in rows for _ in range(2)]
    twice = adjusted_contrast(doubled, outcome="kept", group="group", cluster="page")
    assert log(twice.odds.high / twice.odds.value) == pytest.approx(log(alone.odds.high / alone.odds.value), rel=0.01)


def test_groups_that_are_told_apart_get_the_estimate_of_firth():
    """Firth 1993: of a 2x2 table the penalised estimate is that with one half added to every cell."""
    rows = rows_of([(12, 0, 8, 9)], groups=("a", "b"))
    found = adjusted_contrast(rows, outcome="kept", group="group")
    assert found.odds.value == pytest.approx(12.5 * 9.5 / (0.5 * 8.5), rel=1e-5)
    assert 1 < found.odds.low < found.odds.value < found.odds.high < exp(40)
    assert found.notes


def test_rows_with_a_gap_are_counted_and_left_out():
    rows = [*rows_of([(60, 40, 45, 80)], groups=("a", "b")), {"group": None, "kept": True, "office": "o0", "page": 9}]
    found = adjusted_contrast(rows, outcome="kept", group="group", adjust=["office"])
    assert (found.rows, found.left_out) == (225, 1)


def test_nothing_that_could_rate_a_person_leaves():
    rows = rows_of([(60, 40, 45, 80)], groups=("a", "b"))
    found = adjusted_contrast(rows, outcome="kept", group="group", adjust=["office"])
    assert set(type(found).__dataclass_fields__) == {
        "group", "against", "odds", "adjusted_for", "rows", "left_out", "clusters", "notes",
    }  # fmt: skip


def refused_rows(change):
    rows = rows_of([(60, 40, 45, 80)], groups=("a", "b"))
    return [row | change(at, row) for at, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("change", "extra"),
    [
        (lambda at, row: {"group": "a"}, {}),
        (lambda at, row: {"group": f"g{at % 3}"}, {}),
        (lambda at, row: {"kept": True}, {}),
        (lambda at, row: {"kept": "yes"}, {}),
        (lambda at, row: {"group": "b" if at < 9 else "a"}, {}),
        (lambda at, row: {"office": row["group"]}, {"adjust": ["office"]}),
        (lambda at, row: {"office": f"person {at}"}, {"adjust": ["office"]}),
        (lambda at, row: {"page": 1}, {"cluster": "page"}),
        (lambda at, row: {}, {"columns": [Column("group", kind="identity")]}),
        (lambda at, row: {}, {"columns": [Column("office", kind="name")], "adjust": ["office"]}),
    ],
)
def test_contrasts_that_cannot_or_must_not_be_made_are_refused(change, extra):
    with pytest.raises(BadContrast) as refused:
        adjusted_contrast(refused_rows(change), outcome="kept", group="group", **extra)
    assert refused.value.advice
