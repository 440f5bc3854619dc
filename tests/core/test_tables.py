import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.lists import Cell, Column, List, Row, Unplaced, list_from_bytes, list_to_bytes
from fairwitness.core.tables import (
    FLAGS,
    KINDS,
    Alternative,
    PageTables,
    Stray,
    Table,
    TableCell,
    page_tables_from_bytes,
    page_tables_to_bytes,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
ENGINES = st.text("abcABC012._+- ", max_size=20)
THOUSANDTHS = st.integers(0, 1000)
ALTERNATIVES = st.lists(st.builds(Alternative, TEXTS, THOUSANDTHS, ENGINES), max_size=3).map(tuple)
WIDTH, HEIGHT = 2480, 3508


@st.composite
def boxes(draw):
    x = sorted(draw(st.tuples(st.integers(0, WIDTH), st.integers(0, WIDTH))))
    y = sorted(draw(st.tuples(st.integers(0, HEIGHT), st.integers(0, HEIGHT))))
    return x[0], y[0], x[1], y[1]


@st.composite
def tables(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = tuple(
        TableCell(
            row, column, draw(st.integers(1, rows - row)), draw(st.integers(1, columns - column)), draw(boxes()),
            0, draw(st.integers(0, 99)), draw(TEXTS), draw(THOUSANDTHS), draw(ENGINES), "Hani", draw(ALTERNATIVES),
            tuple(sorted(draw(st.sets(st.sampled_from(sorted(FLAGS)), max_size=2)))),
        )
        for row in range(rows) for column in range(columns)
    )  # fmt: skip
    return Table(draw(st.sampled_from(KINDS)), draw(boxes()), rows, columns, cells, draw(st.integers(0, rows)))


PAGES = st.builds(
    PageTables,
    number=st.integers(1, 1000),
    tables=st.lists(tables(), max_size=2).map(tuple),
    strays=st.lists(st.builds(Stray, boxes(), TEXTS, THOUSANDTHS), max_size=3).map(tuple),
    width_px=st.just(WIDTH),
    height_px=st.just(HEIGHT),
    dpi=st.just(300),
    turn_deg=st.sampled_from((0, 90, 180, 270)),
    skew_mdeg=st.integers(-5000, 5000),
    reading=st.sampled_from(("", "ab" * 32)),
)


@given(PAGES)
def test_tables_of_a_page_come_back_as_they_were(page):
    assert page_tables_from_bytes(page_tables_to_bytes(page)) == page


def one_page():
    cell = TableCell(0, 0, 1, 1, (10, 10, 50, 50), text="一", confidence=900, engine="x", flags=("stamped",))
    return PageTables(1, (Table("ruled", (0, 0, 100, 100), 1, 1, (cell,)),), (), 100, 100, 200)


def lying(change):
    plain = json.loads(page_tables_to_bytes(one_page()))
    change(plain)
    return json.dumps(plain).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["tables"][0][5][0].__setitem__(4, [10, 10, 50, 101]),
        lambda p: p["tables"][0][5][0].__setitem__(4, [50, 10, 10, 50]),
        lambda p: p["tables"][0][5][0].__setitem__(0, 1),
        lambda p: p["tables"][0][5][0].__setitem__(2, 2),
        lambda p: p["tables"][0][5][0].__setitem__(7, 5),
        lambda p: p["tables"][0][5][0].__setitem__(7, "\ud800"),
        lambda p: p["tables"][0][5][0].__setitem__(8, 1001),
        lambda p: p["tables"][0][5][0].__setitem__(9, "<b>"),
        lambda p: p["tables"][0][5][0].__setitem__(12, ["guilty"]),
        lambda p: p["tables"][0][5].append(p["tables"][0][5][0]),
        lambda p: p["tables"][0].__setitem__(0, "round"),
        lambda p: p["page"].__setitem__(4, 45),
        lambda p: p["page"].__setitem__(0, True),
        lambda p: p.pop("strays"),
    ],
)
def test_a_page_of_tables_that_lies_is_refused(change):
    page_tables_from_bytes(lying(lambda plain: None))
    with pytest.raises(ValueError):
        page_tables_from_bytes(lying(change))


def test_a_list_comes_back_as_it_was():
    cell = Cell(0, ("0123456789abcdef:p1:r0,0,9,9@200",), "買買提", 990, "x", "Hani", (Alternative("a", 1, "e"),))
    row = Row("0123456789abcdef:p1:r0,0,99,9@200", 1, "data", "ab" * 32, 1, (cell,), ("joined",))
    left = Unplaced("ab" * 32, 1, "0123456789abcdef:p1:r0,90,99,99@200", "- 1 -", "outside")
    one = List((Column("name", "姓名", "name", "Hani"),), (row,), (left,), (("ab" * 32, 1, "ok"),))
    assert list_from_bytes(list_to_bytes(one)) == one
    assert one.data_rows == (row,)
