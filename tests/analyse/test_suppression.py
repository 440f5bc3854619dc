"""What is held back cannot be worked out: by our own attacker, and by one that tries every table there could be."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from scipy.optimize import linprog

from fairwitness.analyse.suppression import ALL, BadTables, CannotSuppress, CountTable, Release, attack, suppress

ROWS, COLUMNS = tuple("abcd"), tuple("wxyz")
CELLS = [[20, 50, 10, 3], [8, 19, 22, 1], [17, 32, 12, 40], [15, 4, 33, 60]]


def table_of(cells, name="t", rows="office", columns="verdict"):
    down, over = [f"r{at}" for at in range(len(cells))], [f"c{at}" for at in range(len(cells[0]))]
    counts = {(one, other): cells[y][x] for y, one in enumerate(down) for x, other in enumerate(over)}
    return CountTable(name, {rows: tuple(down), columns: tuple(over)}, counts)


def only_primary(table, threshold=5):
    """What an office publishes that leaves out the small counts and nothing else."""
    release = suppress([table], threshold=threshold)
    values = {table.key_of(chosen): table.value(chosen) for chosen in table.every()}
    return Release({k: None if 0 < v < threshold else v for k, v in values.items()}, release.equations, threshold)


def test_the_four_by_four_table_is_safe_where_leaving_out_the_small_counts_alone_is_not():
    """Statistics notes, acceptance check 12: primary only gives exactly 3, 1 and 4; by linear programs and by hand."""
    table = table_of(CELLS)
    naive = attack(only_primary(table))
    assert sorted(naive.values()) == [(1, 1), (3, 3), (4, 4)]
    release = suppress([table])
    small = [table.key_of(cell) for cell, count in table.counts.items() if count < 5]
    ranges = attack(release)
    assert len(small) == 3
    assert all(ranges[key][1] - ranges[key][0] >= 5 for key in small)
    assert len(release.held_back) == 6
    assert release.values[()] == sum(map(sum, CELLS))


def ranges_of_a_stranger(release, table):
    """The range of every small cell, from linear programs over the cells alone, written without our equations."""
    cells = list(table.counts)
    rows, known = [], []
    for chosen in table.every():
        value = release.values[table.key_of(chosen)]
        if value is not None:
            fits = [all(c in (ALL, own) for c, own in zip(chosen, cell, strict=True)) for cell in cells]
            rows.append([float(fit) for fit in fits])
            known.append(value)
    found = {}
    for at, cell in enumerate(cells):
        if not 0 < table.counts[cell] < 5:
            continue
        aim = [1.0 if other == at else 0.0 for other in range(len(cells))]
        ends = [linprog([s * a for a in aim], A_eq=rows, b_eq=known, bounds=(0, None)) for s in (1, -1)]
        found[cell] = (ends[0].fun, -ends[1].fun if ends[1].status == 0 else float("inf"))
    return found


def test_two_hundred_random_tables_survive_an_attacker_who_does_not_know_how_we_reckon():
    random, refused = Random(20), 0
    for _ in range(200):
        size = random.randint(2, 4), random.randint(2, 4)
        cells = [[random.choice((0, 0, 1, 2, 3, 4, 5, 8, 13, 40, 90)) for _ in range(size[1])] for _ in range(size[0])]
        table = table_of(cells)
        try:
            release = suppress([table])
        except CannotSuppress:
            refused += 1
            assert sum(map(sum, cells)) < 30
            continue
        found = ranges_of_a_stranger(release, table)
        for cell, (low, high) in found.items():
            assert low <= table.counts[cell] <= high
            assert high - low >= 5 - 1e-6
    assert refused < 20


def test_the_attacker_finds_what_counting_every_table_finds():
    random = Random(3)
    for _ in range(12):
        cells = [[random.randint(0, 2) for _ in range(3)] for _ in range(2)]
        table = table_of(cells)
        values = {table.key_of(chosen): table.value(chosen) for chosen in table.every()}
        hidden = {key for key in values if len(key) == 2 and random.random() < 0.6}
        release = Release(
            {k: None if k in hidden else v for k, v in values.items()}, only_primary(table_of(CELLS)).equations[:0], 5
        )
        release = Release(release.values, equations_of(table), 5)
        seen: dict = {key: set() for key in hidden}
        top = max(values.values())
        keys = [table.key_of(cell) for cell in table.counts]
        free = [at for at, key in enumerate(keys) if key in hidden]
        for guess in product(range(top + 1), repeat=len(free)):
            world = {**{key: values[key] for key in keys}, **{keys[at]: g for at, g in zip(free, guess, strict=True)}}
            counts = {cell: world[table.key_of(cell)] for cell in table.counts}
            other = CountTable("o", table.dimensions, counts)
            if all(other.value(c) == values[table.key_of(c)] for c in table.every() if ALL in c):
                for key in hidden:
                    seen[key].add(world[key])
        assert attack(release) == {key: (min(found), max(found)) for key, found in seen.items()}


def equations_of(table):
    return suppress([CountTable("e", table.dimensions, dict.fromkeys(table.counts, 100))]).equations


def test_a_count_hidden_in_one_table_cannot_be_found_through_another():
    three = {(o, v, s): 7 for o in ("o1", "o2") for v in ("v1", "v2") for s in ("s1", "s2")}
    three["o1", "v1", "s1"] = 2
    dims = {"office": ("o1", "o2"), "verdict": ("v1", "v2"), "sex": ("s1", "s2")}
    whole = CountTable("all", dims, three)
    by_office = CountTable("a", {"office": dims["office"], "verdict": dims["verdict"]}, {
        (o, v): whole.value((o, v, ALL)) for o in dims["office"] for v in dims["verdict"]
    })  # fmt: skip
    release = suppress([by_office, whole])
    low, high = attack(release)[whole.key_of(("o1", "v1", "s1"))]
    assert high - low >= 5
    assert release.table(by_office)["o1", ALL] == release.table(whole)["o1", ALL, ALL]


def test_a_second_release_does_not_show_who_was_added():
    first = suppress([table_of(CELLS)])
    more = [list(row) for row in CELLS]
    more[2][3] += 1
    naive = suppress([table_of(more)])
    key = table_of(more).key_of(("r2", "c3"))
    assert naive.values[key] == 41
    assert first.values[key] == 40
    second = suppress([table_of(more)], earlier=first, keep=())
    assert second.values[key] is None
    low, high = attack(second, [key])[key]
    assert high - low >= 5
    grown = suppress([table_of(more)], earlier=first, keep=(), only_added=True)
    low, high = attack(grown, [key])[key]
    assert low >= 40
    assert high - low >= 5


def test_nothing_is_held_back_where_nothing_is_small():
    release = suppress([table_of([[10, 20], [0, 5]])])
    assert release.held_back == ()


def test_a_table_that_cannot_be_protected_is_refused_with_advice():
    with pytest.raises(CannotSuppress) as refused:
        suppress([table_of([[3, 0], [0, 0]])])
    assert "Merge categories" in refused.value.advice


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [table_of([[1, -1], [5, 5]])],
        [table_of([[1.5, 1], [5, 5]])],
        [CountTable("t", {"a": ()}, {})],
        [CountTable("t", {"a": ("x", "x")}, {})],
        [CountTable("t", {"a": ("x", ALL)}, {})],
        [CountTable("t", {"a": ("x",)}, {("y",): 4})],
        [CountTable("t", {"a": ("x",)}, {("x", "y"): 4})],
        [table_of([[9, 9], [9, 9]]), table_of([[9, 9], [9, 8]])],
    ],
)
def test_tables_that_are_none_are_refused(tables):
    with pytest.raises(BadTables) as refused:
        suppress(tables)
    assert refused.value.advice


def test_nothing_is_written_to_standard_output(capfd):
    random = Random(1)
    for _ in range(12):
        suppress([table_of([[random.choice((0, 1, 2, 3, 7, 12, 30, 80)) for _ in range(5)] for _ in range(5)])])
    assert capfd.readouterr().out == ""


def test_a_count_that_is_to_be_held_back_is_protected_as_a_small_one_is():
    table = table_of([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    wanted = table.key_of(("r1", "c1"))
    release = suppress([table], hold=[wanted])
    assert suppress([table]).held_back == () and wanted in release.held_back
    low, high = attack(release, [wanted])[wanted]
    assert low <= 19 <= high and high - low >= 5


def test_how_many_could_not_be_read_is_published_however_small_it_is_and_guards_nothing():
    cells = {("r0", "yes"): 20, ("r0", "no"): 3, ("r0", "(missing)"): 2, ("r1", "yes"): 30, ("r1", "no"): 9}
    table = CountTable("t", {"office": ("r0", "r1"), "verdict": ("yes", "no", "(missing)")}, cells)
    missing = [table.key_of((office, "(missing)")) for office in ("r0", "r1", ALL)]
    release = suppress([table], harmless=missing)
    assert [release.values[key] for key in missing] == [2, 0, 2]
    small = table.key_of(("r0", "no"))
    low, high = attack(release, [small])[small]
    assert low <= 3 <= high and high - low >= 5


def test_tables_that_only_published_totals_link_are_protected_each_for_itself():
    """The totals of offices are published; then what is held back of one code is what it is without the other."""
    alone, offices = {}, ("a", "b", "c")
    for code, counts in {"travel": (12, 3, 30), "kin": (2, 25, 8)}.items():
        cells = {(one, "yes"): count for one, count in zip(offices, counts, strict=True)}
        cells |= {(one, "no"): 40 - count for one, count in zip(offices, counts, strict=True)}
        alone[code] = CountTable(code, {"office": offices, code: ("yes", "no")}, cells)
    keep = [(), *((("office", one),) for one in offices)]
    both = suppress(list(alone.values()), keep=keep)
    for table in alone.values():
        release = suppress([table], keep=keep)
        assert {key: both.values[key] for key in release.values} == release.values
