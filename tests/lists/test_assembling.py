import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from examples.synthetic_lists import degraded, draw_page, make_list, make_other_list, turned
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.lists import Column, list_from_bytes, list_to_bytes
from fairwitness.core.tables import PageTables, Stray, Table, TableCell
from fairwitness.lists.assembling import WHY_UNPLACED, assemble
from fairwitness.lists.setup import Correction, PageRange, Setup
from tests.lists.true_tables import DOCUMENT, found_page, hand_made, setup_of, with_tables
from tests.thorough import examples

HEAD = ["序号", "姓名", "原因"]
COLUMNS = tuple(Column(name, title) for name, title in zip(("serial", "name", "reason"), HEAD, strict=True))
SETUP = Setup(columns=COLUMNS)


def listed(*pages: PageTables | str, setup: Setup = SETUP, first: int = 1):
    found = {(DOCUMENT, number): page for number, page in enumerate(pages, first)}
    found = {key: replace(page, number=key[1]) if isinstance(page, PageTables) else page for key, page in found.items()}
    return assemble(found, setup)


def texts(one) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in one.data_rows]


def row(n: int, name: str = "某", reason: str = "因") -> list[str]:
    return [str(n), f"{name}{n}", f"{reason}{n}"]


@cache
def true_pages():
    one = make_list(7, pages=4, rows=22)
    return one, [draw_page(one, page) for page in range(4)]


def test_a_made_list_over_pages_has_all_its_rows_once_and_in_order():
    one, pages = true_pages()
    made = listed(*(found_page(page, 1) for page in pages), setup=setup_of(one))
    assert texts(made) == [list(line) for line in one.rows]
    assert [line.number for line in made.data_rows] == list(range(1, 23))
    assert sum(line.kind == "header" for line in made.rows) == 4
    assert made.pages == tuple((DOCUMENT, page, "ok") for page in (1, 2, 3, 4))
    assert {left.why for left in made.unplaced} <= {"stray"}


def test_the_same_list_comes_of_pages_turned_and_skewed():
    one, pages = true_pages()
    moved = [
        turned(pages[0], 90),
        turned(pages[1], 180),
        turned(pages[2], 270),
        degraded(pages[3], seed="1", skew_deg=3),
    ]
    made = listed(*(found_page(page, 1) for page in moved), setup=setup_of(one))
    assert texts(made) == [list(line) for line in one.rows]
    assert not any(line.flags for line in made.rows)


def test_the_columns_of_a_uyghur_list_are_told_from_right_to_left():
    one = make_other_list("Arab", pages=1, rows=6)
    made = listed(found_page(draw_page(one, 0), 1), setup=setup_of(one))
    assert texts(made) == [list(line) for line in one.rows]


def test_every_cell_cites_the_pixels_it_was_drawn_in():
    one, pages = true_pages()
    made = listed(*(found_page(page, 1) for page in pages), setup=setup_of(one))
    boxes = {(n, c.list_row, c.list_column): c.box for n, page in enumerate(pages, 1) for c in page.tables[0].cells}
    for number, line in enumerate(made.data_rows):
        for cell in line.cells:
            cite = parse_any_cite(cell.places[0])
            assert isinstance(cite, RegionCite) and cite.dpi == pages[0].dpi
            assert (cite.x0, cite.y0, cite.x1, cite.y1) == boxes[cite.page, number, cell.column]


@pytest.mark.parametrize("again", ["序号", "序　号", "字号", "序号."])
def test_a_header_is_known_again_with_mistakes_of_reading(again):
    made = listed(hand_made([HEAD, row(1)], header_rows=1), hand_made([[again, "姓各", "原因"], row(2)], header_rows=1))
    assert [line.kind for line in made.rows] == ["header", "data", "header", "data"]


def test_a_row_is_not_lost_where_the_machine_took_it_for_a_header():
    made = listed(hand_made([HEAD, row(1)], header_rows=1), hand_made([row(2), row(3)], header_rows=1))
    assert texts(made) == [row(1), row(2), row(3)]


def test_a_sum_is_a_row_but_no_data():
    made = listed(hand_made([HEAD, row(1), ["合计", "", "1"], row(2), ["", "Итого:", "2"]], header_rows=1))
    assert [line.kind for line in made.rows] == ["header", "data", "total", "data", "total"]
    assert [line.number for line in made.rows] == [0, 1, 0, 2, 0]


def test_a_row_torn_by_a_page_end_is_joined_when_the_numbers_go_on():
    pages = [
        hand_made([HEAD, row(1), row(2), ["3", "某3", "在某年"]], header_rows=1),
        hand_made([HEAD, ["", "", "某月某日"], row(4), row(5)], header_rows=1),
    ]
    made = listed(*pages)
    torn = made.data_rows[2]
    assert [cell.text for cell in torn.cells] == ["3", "某3", "在某年\n某月某日"]
    assert torn.flags == ("joined",) and len(torn.cells[2].places) == 2
    assert [parse_any_cite(place).page for place in torn.cells[2].places] == [1, 2]
    assert len(made.data_rows) == 5


def test_a_row_whose_number_stands_on_the_second_page_is_joined_too():
    made = listed(
        hand_made([HEAD, row(1), row(2), ["", "某", "在某年"]], header_rows=1),
        hand_made([["3", "3", "某月"], row(4)]),
    )
    assert texts(made)[2] == ["3", "某\n3", "在某年\n某月"]


def test_a_row_over_three_pages_is_one():
    made = listed(
        hand_made([HEAD, row(1), row(2), ["3", "某3", "甲"]], header_rows=1),
        hand_made([HEAD, ["", "", "乙"]], header_rows=1),
        hand_made([HEAD, ["", "", "丙"], row(4)], header_rows=1),
    )
    assert texts(made)[2] == ["3", "某3", "甲\n乙\n丙"] and len(made.data_rows) == 4


def test_a_part_of_which_each_line_was_taken_for_a_row_is_joined_whole():
    setup = Setup(columns=(*COLUMNS, Column("place", "地址")))

    def page(*rows: list[str]):
        return hand_made([[*HEAD, "地址"], *([*one, f"地{one[0]}" if one[0] else ""] for one in rows)], header_rows=1)

    torn = page(*(row(n) for n in range(1, 13)), ["13", "某13", "甲"])
    made = listed(torn, page(["", "", "乙"], ["", "", "丙"], row(14), row(15)), setup=setup)
    assert texts(made)[12] == ["13", "某13", "甲\n乙\n丙", "地13"] and len(made.data_rows) == 15
    two = listed(torn, page(["", "", "乙"], ["", "某14", "丙"], row(15), row(16)), setup=setup)
    assert texts(two)[13][1] == "某14" and len(two.data_rows) == 16  # its number was not read, and the next is 15


def test_a_row_whose_number_was_not_read_stays_a_row():
    made = listed(
        hand_made([HEAD, row(1), row(2), row(3)], header_rows=1),
        hand_made([HEAD, ["", "某4", "因4"], row(5), row(6)], header_rows=1),
    )
    assert len(made.data_rows) == 6
    unread = hand_made([HEAD, ["", "", "某月"], row(4)], header_rows=1, flags={(1, 0): ("unread_ink",)})
    made = listed(hand_made([HEAD, row(1), row(2), row(3)], header_rows=1), unread)
    assert len(made.data_rows) == 5 and all("may_go_on" in line.flags for line in made.data_rows[2:4])


def test_nothing_is_joined_over_a_page_that_is_missing_but_it_is_flagged():
    torn = hand_made([HEAD, row(1), row(2), ["3", "某3", "在某年"]], header_rows=1)
    rest = hand_made([HEAD, ["", "", "某月某日"], row(4), row(5)], header_rows=1)
    made = listed(torn, "timeout", rest, setup=replace(SETUP, pages=(PageRange(DOCUMENT[:16], 1, 4),)))
    assert [outcome for _, _, outcome in made.pages] == ["ok", "timeout", "ok", "missing"]
    assert len(made.data_rows) == 6
    assert [line.flags for line in made.data_rows[2:4]] == [("may_go_on",), ("may_go_on",)]


def test_without_numbers_a_part_is_joined_where_all_that_tells_rows_apart_is_empty():
    plain = ["x", "y", "z"]
    made = listed(
        hand_made([[c + str(n) for c in plain] for n in range(9)]),
        hand_made([["", "", "and on"], *([c + str(n) for c in plain] for n in range(20, 50))]),
    )
    assert "joined" not in made.data_rows[9].flags
    blank_last = [["a" + str(n), "b" + str(n), ""] for n in range(9)]
    made = listed(hand_made(blank_last), hand_made([["", "", "and on"], *([f"c{n}", f"d{n}", "z"] for n in range(4))]))
    assert texts(made)[8] == ["a8", "b8", "and on"]


def test_a_table_with_other_columns_is_said_and_not_squeezed():
    other = hand_made([["甲", "乙"], ["丙", "丁"]])
    made = listed(with_tables(hand_made([HEAD, row(1)], header_rows=1), other))
    assert texts(made) == [row(1)]
    assert Counter(left.why for left in made.unplaced) == {"other_columns": 4}
    assert {left.text for left in made.unplaced} == set("甲乙丙丁")


def test_two_tables_on_a_page_that_have_the_columns_follow_one_another():
    made = listed(with_tables(hand_made([HEAD, row(1)], header_rows=1), hand_made([HEAD, row(2)], header_rows=1)))
    assert texts(made) == [row(1), row(2)]


def test_a_column_that_splits_is_put_together_and_flagged():
    usual = hand_made([HEAD, row(1), row(2)], header_rows=1)
    cells = [
        TableCell(r, c, box=(x0, 20 * r + 100, x1, 20 * r + 120), text=f"{r}{c}")
        for r in range(2)
        for c, (x0, x1) in enumerate(((0, 100), (100, 150), (150, 200), (200, 300)))
    ]
    split = PageTables(2, (Table("ruled", (0, 100, 300, 140), 2, 4, tuple(cells)),), (), 2000, 3000, 200)
    made = listed(usual, split)
    assert texts(made)[2:] == [["00", "01\n02", "03"], ["10", "11\n12", "13"]]
    assert all("ragged" in line.flags and len(line.cells[1].places) == 2 for line in made.data_rows[2:])


def test_a_merged_cell_gives_its_text_to_all_its_rows():
    page = hand_made([HEAD, row(1), row(2)], header_rows=1)
    table = page.tables[0]
    cells = [cell for cell in table.cells if (cell.row, cell.column) not in ((1, 1), (2, 1))]
    merged = TableCell(1, 1, row_span=2, box=(100, 120, 200, 160), text="同户")
    made = listed(replace(page, tables=(replace(table, cells=(*cells, merged)),)))
    assert texts(made) == [["1", "同户", "因1"], ["2", "同户", "因2"]]
    shared = [line.cells[1] for line in made.data_rows]
    assert shared[0] == shared[1] and shared[0].shared


def test_a_sheet_cites_its_text_and_the_cells_that_hold_nothing_have_no_place():
    reading = "ab" * 32
    cells = (
        TableCell(0, 0, start=0, end=1, text="1"),
        TableCell(0, 1, start=2, end=4, text="某1"),
        TableCell(0, 2, start=4, end=4),
        TableCell(1, 0, start=6, end=7, text="2"),
        TableCell(1, 3, start=9, end=11, text="外面"),
    )
    page = PageTables(1, (Table("sheet", (0, 0, 0, 0), 3, 4, cells),), reading=reading)
    made = listed(page)
    short = DOCUMENT[:16]
    assert [line.id for line in made.data_rows] == [f"{short}:p1:c0-4:abababab", f"{short}:p1:c6-11:abababab"]
    assert [cell.places for cell in made.data_rows[0].cells] == [
        (f"{short}:p1:c0-1:abababab",),
        (f"{short}:p1:c2-4:abababab",),
        (),
    ]
    assert [(left.text, left.why) for left in made.unplaced] == [("外面", "outside_columns")]
    assert made.data_rows[1].flags == ("ragged",)


PAGE = f"{DOCUMENT[:16]}:1"
PLACE = DOCUMENT[:16] + ":p1:r{},{},{},{}@200"


def test_what_people_correct_of_pages_and_tables_is_done():
    first, second = hand_made([HEAD, row(1)], header_rows=1), hand_made([["a", "b"], ["c", "d"]])
    page = with_tables(first, second)
    skipped = listed(page, setup=replace(SETUP, corrections=(Correction("skip", PAGE),)))
    assert not skipped.rows and skipped.pages[0][2] == "skipped" and len(skipped.unplaced) == 10
    none = listed(page, setup=replace(SETUP, corrections=(Correction("no_table", PAGE, 1),)))
    assert not none.rows and Counter(left.why for left in none.unplaced) == {"no_table": 6, "other_columns": 4}
    named = Correction("columns", PAGE, 2, columns=("reason", "serial"))
    assert texts(listed(page, setup=replace(SETUP, corrections=(named,)))) == [row(1), ["b", "a"], ["d", "c"]]


def test_what_people_correct_of_rows_is_done():
    page = hand_made([HEAD, row(1), row(2), row(3)], header_rows=1)
    ids = [line.id for line in listed(page).rows]
    kinds = (Correction("row", places=(ids[1],), row_as="total"), Correction("row", places=(ids[2],), row_as="remove"))
    made = listed(page, setup=replace(SETUP, corrections=kinds))
    assert [line.kind for line in made.rows] == ["header", "total", "data"]
    assert Counter(left.why for left in made.unplaced) == {"removed": 3}
    joined = listed(page, setup=replace(SETUP, corrections=(Correction("join", places=(ids[2], ids[3])),)))
    assert texts(joined) == [row(1), ["2\n3", "某2\n某3", "因2\n因3"]]
    added = Correction("add_row", places=(PLACE.format(0, 180, 300, 200),))
    more = listed(page, setup=replace(SETUP, corrections=(added,)))
    assert len(more.data_rows) == 4 and texts(more)[3] == ["", "", ""]
    assert [cell.places[0] for cell in more.data_rows[3].cells] == [
        PLACE.format(x, 180, x + 100, 200) for x in (0, 100, 200)
    ]


def test_a_correction_that_finds_nothing_to_correct_is_said():
    page = hand_made([HEAD, row(1), row(2)], header_rows=1)
    nowhere = [PLACE.format(x, 900, x + 50, 950) for x in (0, 50, 100)]
    corrections = [
        Correction("skip", f"{DOCUMENT[:16]}:9"),
        Correction("no_table", PAGE, 2),
        Correction("merge", places=tuple(nowhere[:2])),
        Correction("split", places=tuple(nowhere)),
        Correction("row", places=(nowhere[0],), row_as="total"),
        Correction("join", places=tuple(nowhere[:2])),
    ]
    for one in corrections:
        made = listed(page, setup=replace(SETUP, corrections=(one,)))
        (said,) = made.unplaced
        assert (said.why, said.document, said.text) == ("not_applied", DOCUMENT, "")
        assert len(made.data_rows) == 2
    done = Correction("row", places=(listed(page).rows[1].id,), row_as="remove")
    assert "not_applied" not in {one.why for one in listed(page, setup=replace(SETUP, corrections=(done,))).unplaced}


def test_a_join_of_the_machine_can_be_taken_back():
    pages = (
        hand_made([HEAD, row(1), row(2), ["3", "某3", "在某年"]], header_rows=1),
        hand_made([HEAD, ["", "", "某月某日"], row(4), row(5)], header_rows=1),
    )
    pair = (PLACE.format(0, 160, 300, 180), PLACE.replace(":p1:", ":p2:").format(0, 120, 300, 140))
    made = listed(*pages, setup=replace(SETUP, corrections=(Correction("apart", places=pair),)))
    assert len(made.data_rows) == 6 and not any(line.flags for line in made.data_rows)


def test_cells_are_merged_and_split_as_people_say():
    page = hand_made([HEAD, row(1), row(2)], header_rows=1)
    two = (PLACE.format(100, 120, 200, 140), PLACE.format(200, 120, 300, 140))
    made = listed(page, setup=replace(SETUP, corrections=(Correction("merge", places=two),)))
    assert texts(made)[0] == ["1", "某1\n因1", "某1\n因1"] and made.data_rows[0].cells[1].shared
    whole = PLACE.format(100, 120, 300, 140)
    back = (Correction("merge", places=two), Correction("split", places=(whole, *two)))
    assert texts(listed(page, setup=replace(SETUP, corrections=back)))[0] == row(1)


def test_columns_are_guessed_where_nobody_set_them_up():
    made = listed(hand_made([HEAD, row(1), row(2)], header_rows=1), setup=Setup())
    assert [column.title for column in made.columns] == HEAD and len(made.data_rows) == 2


words = st.sampled_from(["", "", "序号", "姓名", "1", "2", "3", "合计", "某人", "某\n县", "x"])
flag_sets = st.sampled_from([(), (), ("cut_above",), ("cut_below",), ("unread_ink",)])


@st.composite
def tables(draw, kind: str):
    rows, columns = draw(st.integers(1, 4)), draw(st.sampled_from([3, 3, 3, 2, 4]))
    cells, taken = [], set()
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken or draw(st.integers(0, 9)) == 0:
                continue
            high, wide = (draw(st.sampled_from([1, 1, 1, 2])) for _ in range(2))
            area = {(r + i, c + j) for i in range(min(high, rows - r)) for j in range(min(wide, columns - c))}
            if area & taken:
                area = {(r, c)}
            taken |= area
            high, wide = 1 + max(i for i, _ in area) - r, 1 + max(j for _, j in area) - c
            text, at = draw(words), len(cells) * 10
            box = (100 * c, 20 * r, 100 * (c + wide), 20 * (r + high)) if kind == "ruled" else (0, 0, 0, 0)
            if (high, wide) == (1, 1) and draw(st.integers(0, 19)) == 0:
                box = (0, 0, 0, 0)
            flags = draw(flag_sets)
            cells.append(TableCell(r, c, high, wide, box, at, at + len(text), text, flags=flags))
    return Table(kind, (0, 0, 300, 100), rows, columns, tuple(cells), draw(st.integers(0, 1)))


@st.composite
def pages(draw):
    kind = draw(st.sampled_from(["ruled", "ruled", "sheet"]))
    made = []
    for at in range(draw(st.integers(0, 2))):
        table = draw(tables(kind))
        shift = at * 500 if draw(st.integers(0, 9)) else 0
        moved = [
            replace(c, box=(c.box[0], c.box[1] + shift, c.box[2], c.box[3] + shift) if any(c.box) else c.box,
                    start=c.start + shift, end=c.end + shift) for c in table.cells
        ]  # fmt: skip
        made.append(replace(table, cells=tuple(moved)))
    strays = tuple(Stray((0, 900, 9, 909), draw(words)) for _ in range(draw(st.integers(0, 2))))
    size = (0, 0, 0) if kind == "sheet" else (1000, 1000, 200)
    return PageTables(1, tuple(made), strays, *size, reading="cd" * 32 if kind == "sheet" else "")


@st.composite
def found(draw):
    made = {}
    for number in draw(st.lists(st.integers(1, 6), unique=True, max_size=4)):
        page = draw(st.one_of(pages(), pages(), pages(), st.just("timeout")))
        made[DOCUMENT, number] = replace(page, number=number) if isinstance(page, PageTables) else page
    return made


def marked(found):
    """The same pages, each text that is no number with a sign of its own at its end."""
    signs = map(chr, range(0xE000, 0xF8FF))

    def mark(one):
        return replace(one, text=one.text + next(signs)) if one.text and not one.text.isdecimal() else one

    return {
        key: replace(
            page,
            tables=tuple(replace(table, cells=tuple(map(mark, table.cells))) for table in page.tables),
            strays=tuple(map(mark, page.strays)),
        )
        if isinstance(page, PageTables)
        else page
        for key, page in found.items()
    }


def signs_in(text: str) -> list[str]:
    return [sign for sign in text if sign >= "\ue000"]


@settings(max_examples=examples(100), deadline=None)
@given(found(), st.randoms(use_true_random=False), st.sampled_from([(), tuple(COLUMNS)]))
def test_no_text_is_dropped_or_invented_and_no_two_rows_have_one_name(found, chance, columns):
    found, setup = marked(found), Setup(columns=columns)
    made = assemble(found, setup)
    given_pages = [page for page in found.values() if isinstance(page, PageTables)]
    texts = [cell.text for page in given_pages for table in page.tables for cell in table.cells]
    texts += [stray.text for page in given_pages for stray in page.strays]
    cells = [cell for line in made.rows for cell in line.cells]
    alone = [sign for cell in cells if not cell.shared for sign in signs_in(cell.text)]
    shared = {sign for cell in cells if cell.shared for sign in signs_in(cell.text)} - set(alone)
    left = [sign for one in made.unplaced for sign in signs_in(one.text)]
    assert Counter(alone) + Counter(shared) + Counter(left) == Counter(
        sign for text in texts for sign in signs_in(text)
    )
    names = [line.id for line in made.rows]
    assert len(set(names)) == len(names)
    assert {one.why for one in made.unplaced} <= set(WHY_UNPLACED)
    assert sorted(page[:2] for page in made.pages) == sorted(found)
    assert list_from_bytes(list_to_bytes(made)) == made
    shuffled = list(found.items())
    random.Random(chance.random()).shuffle(shuffled)
    assert assemble(dict(shuffled), setup) == made
