import pytest
from examples.synthetic_lists import make_list

from fairwitness.core.lists import Cell, Column, List, Row
from fairwitness.lists.rule_kinds import RULE_KINDS, Rule
from fairwitness.lists.rules import CODES, check
from fairwitness.lists.setup import parse_setup

DOCUMENT = "0123456789abcdef" * 4


def listed(columns: dict[str, Column] | list[Column], rows: list[list[str]], totals=(), pages=None) -> List:
    made, number = [], 0
    for at, texts in enumerate(rows):
        kind = "total" if at in totals else "data"
        number += kind == "data"
        cells = tuple(Cell(c, (f"{at}/{c}",), text) for c, text in enumerate(texts))
        page = pages[at] if pages else 1
        made.append(Row(f"row{at}", number if kind == "data" else 0, kind, DOCUMENT, page, cells))
    return List(tuple(columns), tuple(made))


def texts(*names: str) -> list[Column]:
    return [Column(name) for name in names]


def found(one: List, *rules: Rule) -> list[tuple[str, tuple[str, ...]]]:
    return [(violation.code, violation.cells) for violation in check(one, rules)]


def rule(kind: str, *columns: str, **options) -> Rule:
    return Rule(kind, columns, options=tuple(sorted(options.items())))


def test_every_mistake_planted_in_a_made_list_is_found_in_its_cell_and_nothing_else():
    true = make_list(11, slips=4)
    columns = [Column(c.name, c.title, c.kind, c.script, c.codes, c.scheme) for c in true.columns]
    one = listed(columns, [list(line) for line in true.rows])
    rules = (
        rule("birth_date", "number", "born"),
        rule("sex", "number", "sex"),
        rule("date_order", "began", "ended"),
        rule("serial", "serial"),
        rule("unique", "number"),
        rule("date_order", "born", "began"),
    )
    codes = {
        "checksum": "checksum_fails",
        "sex": "sex",
        "born": "birth_date",
        "order": "date_order",
        "serial": "serial_off",
        "code": "not_in_vocabulary",
    }
    expected = {(codes[slip.what], f"{slip.row}/{slip.column}") for slip in true.slips if slip.what != "duplicate"}
    twice = {slip.row for slip in true.slips if slip.what == "duplicate"}
    violations = check(one, rules)
    pointed = {(v.code, cell) for v in violations for cell in v.cells if (v.code, cell) in expected}
    assert pointed == expected
    (same,) = [v for v in violations if v.code == "not_unique"]
    assert set(same.rows) == {f"row{at}" for at in twice | {0}}
    others = [v for v in violations if v is not same and not any((v.code, cell) in expected for cell in v.cells)]
    # The number of another row contradicts the birth date and perhaps the sex of the row it was put into.
    assert {row for v in others for row in v.rows} <= {f"row{at}" for at in twice}
    assert {v.code for v in others} <= {"birth_date", "sex"}
    assert len([v for v in violations if v.code in codes.values()]) == len(expected) + len(others)


@pytest.mark.parametrize(
    ("first", "second", "strict", "wrong"),
    [
        ("2017-03-12", "2017-03-11", False, True),
        ("2017-03-12", "2017-03-12", False, False),
        ("2017-03-12", "2017-03-12", True, True),
        ("2017-03", "2017-03-01", False, False),
        ("2017-03", "2017-02-28", False, True),
        ("2017", "2017-01", True, False),
        ("2018", "2017-12", False, True),
        ("2018", "", False, False),
        ("3月12日", "3月11日", False, False),
    ],
)
def test_dates_are_out_of_order_only_if_no_reading_of_them_is_in_order(first, second, strict, wrong):
    one = listed([Column("a", kind="date"), Column("b", kind="date")], [[first, second]])
    assert (found(one, rule("date_order", "a", "b", strict=strict)) != []) is wrong


def test_a_date_outside_its_range_is_told_and_a_partial_one_only_if_it_is_certain():
    one = listed([Column("a", kind="date")], [["2015"], ["2016-09"], ["2016"], ["2016-10-01"], ["2019-01-02"]])
    wrong = found(one, rule("date_range", "a", first="2016-10-01", last="2018-12"))
    assert wrong == [("date_range", (f"{at}/0",)) for at in (0, 1, 4)]


def test_a_number_outside_its_range_is_told():
    one = listed([Column("a", kind="number")], [["0"], ["1"], ["７"], ["100"], [""]])
    assert found(one, rule("number_range", "a", least="1", most="99.5")) == [
        ("number_range", ("0/0",)),
        ("number_range", ("3/0",)),
    ]


NUMBER = "11010519491231002X"  # the example of GB 11643-1999: an even sex figure
IDENTITY = Column("number", kind="identity", scheme="cn-resident")


def test_a_sex_that_the_number_contradicts_is_told_and_other_texts_are_left_alone():
    one = listed([IDENTITY, Column("sex")], [[NUMBER, "女"], [NUMBER, "男"], [NUMBER, "不详"], [NUMBER, ""]])
    assert found(one, rule("sex", "number", "sex")) == [("sex", ("1/0", "1/1"))]


def test_a_number_that_fails_its_checksum_says_nothing_about_sex():
    one = listed([IDENTITY, Column("sex")], [[NUMBER[:-1] + "1", "男"]])
    assert [code for code, _ in found(one, rule("sex", "number", "sex"))] == ["checksum_fails"]


def test_a_region_is_held_against_what_the_rule_lists_or_the_figures_of_the_cell():
    one = listed([IDENTITY, Column("region")], [[NUMBER, "甲区"], [NUMBER, "乙区"], [NUMBER, "丙区"]])
    prefixes = ("110105 甲区", "653222 乙区", "653223 乙区")
    assert found(one, rule("region", "number", "region", prefixes=prefixes)) == [("region", ("1/0", "1/1"))]
    one = listed([IDENTITY, Column("region")], [[NUMBER, "110105"], [NUMBER, "１１０１"], [NUMBER, "653222"]])
    assert found(one, rule("region", "number", "region")) == [("region", ("2/0", "2/1"))]


def numbers(*names: str) -> list[Column]:
    return [Column(name, kind="number") for name in names]


def test_sums_of_a_row_are_those_of_its_cells():
    one = listed(numbers("all", "a", "b"), [["3", "1", "2"], ["4", "1", "2"], ["3", "3", ""], ["", "1", "2"]])
    assert found(one, rule("row_sum", "all", "a", "b")) == [("row_sum", ("1/0", "1/1", "1/2"))]


def test_sums_below_rows_are_those_of_the_rows_above():
    one = listed(numbers("a"), [["1"], ["2"], ["3"], ["4"], ["5"], ["7"]], totals=(2, 4, 5))
    (wrong,) = check(one, [rule("column_sum", "a")])
    assert wrong.cells == ("4/0",) and wrong.data == (("stated", "5"), ("found", "4"))


def test_a_sum_that_is_carried_over_to_the_next_page_counts_from_the_beginning():
    rows = [["1"], ["2"], ["3"], ["3"], ["4"], ["8"]]
    one = listed(numbers("a"), rows, totals=(2, 3, 5), pages=[1, 1, 1, 2, 2, 2])
    (wrong,) = check(one, [rule("column_sum", "a", carried=True)])
    assert wrong.cells == ("5/0",) and wrong.data == (("stated", "8"), ("found", "7"))


def test_a_sum_over_a_number_that_was_not_understood_is_unknown():
    one = listed(numbers("a"), [["1"], ["?"], ["3"]], totals=(2,))
    assert ("sum_unknown", ("2/0", "1/0")) in found(one, rule("column_sum", "a"))


def test_counts_of_rows_are_counted():
    one = listed(texts("a"), [["x"], ["y"], ["2"], ["z"], ["2"], ["3"]], totals=(2, 4, 5))
    assert found(one, rule("count", "a")) == [("count", ("4/0",))]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("1 2 3", []),
        ("1 2 4 5", [("serial_gap", ("1/0", "2/0"))]),
        ("1 2 7 4 5", [("serial_off", ("2/0",))]),
        ("1 2 2 3", [("serial_repeats", ("1/0", "2/0"))]),
        ("1 ? 3", []),
        ("2 3", [("serial_gap", ("0/0",))]),
        ("1 - 3", [("serial_missing", ("1/0",))]),
    ],
)
def test_serial_numbers_go_up_by_one(given, wrong):
    rows = [[part.replace("-", ""), "x"] for part in given.split()]
    assert found(listed(texts("n", "x"), rows), rule("serial", "n")) == wrong


def test_serial_numbers_begin_again_where_the_rule_says():
    one = listed(texts("n", "place"), [["1", "a"], ["2", "a"], ["1", "b"], ["2", "b"]], pages=[1, 1, 2, 2])
    assert found(one, rule("serial", "n", restart="place")) == []
    assert found(one, rule("serial", "n", restart="page")) == []
    assert found(one, rule("serial", "n")) != []


def test_what_is_there_twice_is_told_once_with_all_its_rows():
    one = listed(texts("n", "x"), [["1", "a"], ["2", "ａ "], ["3", ""], ["4", ""], ["5", "a"]])
    assert found(one, rule("unique", "x")) == [("not_unique", ("0/1", "1/1", "4/1"))]
    (same,) = check(one, [Rule("duplicate_rows", options=(("except", ("n",)),))])
    assert same.rows == ("row0", "row1", "row4")


def test_what_is_written_once_holds_below_over_page_ends():
    columns = [Column("place", required=True), Column("x")]
    rows = [["", "p"], ["a", "q"], ["", "r"], ["", "s"], ["b", "t"], ["", "u"]]
    one = listed(columns, rows, pages=[1, 1, 1, 2, 2, 2])
    assert found(one, rule("carry", "place")) == [("nothing_to_carry", ("0/0",)), ("required", ("0/0",))]
    both = rule("unique", "place", "x")
    doubled = listed(columns, [["a", "q"], ["", "q"]])
    assert found(doubled, rule("carry", "place"), both) == [("not_unique", ("0/0", "0/1", "1/1"))]


def test_what_people_decided_counts_over_what_the_machine_read():
    one = listed([Column("a", kind="date")], [["2017-13"], ["2017-12"]])
    assert [v.rows for v in check(one)] == [("row0",)]
    assert [v.rows for v in check(one, (), {("row0", 0): "2017-12", ("row1", 0): "never"})] == [("row1",)]


def test_a_pattern_must_match_the_whole_cell():
    one = listed(texts("a"), [["A-12"], ["A-123"], [""]])
    assert found(one, rule("pattern", "a", pattern="[A-Z]-[0-9]{2}")) == [("pattern", ("1/0",))]


def test_a_rule_about_a_column_that_is_gone_is_told_and_stops_nothing():
    one = listed(texts("a", "x"), [["", "y"]])
    assert [v.code for v in check(one, [rule("required", "b"), rule("required", "a")])] == [
        "no_such_column",
        "required",
    ]


def test_every_kind_of_rule_is_done_and_every_code_is_explained():
    from fairwitness.lists._list_rules import LIST_RULES
    from fairwitness.lists._row_rules import ROW_RULES

    assert set(LIST_RULES) | set(ROW_RULES) == set(RULE_KINDS) and not set(LIST_RULES) & set(ROW_RULES)
    assert all(CODES.values())


def test_rules_of_a_file_are_those_that_are_checked():
    setup = parse_setup(
        '[[column]]\nname = "a"\nkind = "number"\n[[rule]]\nkind = "number_range"\ncolumns = ["a"]\nleast = "3"\n'
        'name = "at least three"'
    )
    one = listed(setup.columns, [["2"], ["3"]])
    assert [(v.rule, v.cells) for v in check(one, setup.rules)] == [("at least three", ("0/0",))]
