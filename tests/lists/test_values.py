import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fairwitness.core.lists import COLUMN_KINDS, Column
from fairwitness.lists.values import comparison_form, value_of

SCHEMES = {"identity": "cn-resident", "date": "ymd"}


@pytest.mark.parametrize(
    ("text", "order", "normal"),
    [
        ("2017年3月12日", "", "2017-03-12"),
        ("２０１７．３", "", "2017-03"),
        ("2017.03", "", "2017-03"),
        ("2017/3/9", "", "2017-03-09"),
        ("20170309", "", "2017-03-09"),
        ("2017-\n03-09", "", "2017-03-09"),
        ("2017", "", "2017"),
        ("٢٠١٧.٣", "", "2017-03"),
        ("03.04.2017", "", "2017-04-03"),
        ("03/04/2017", "dmy", "2017-04-03"),
        ("03/04/2017", "mdy", "2017-03-04"),
        ("03042017", "dmy", "2017-04-03"),
        ("12 наурыз 2017", "", "2017-03-12"),
    ],
)
def test_a_date_is_what_is_written_and_no_more(text, order, normal):
    value = value_of(Column("d", kind="date", scheme=order), text)
    assert (value.normal, value.problem, value.raw) == (normal, "", text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2017.13", "impossible_date"),
        ("2017-02-30", "impossible_date"),
        ("03/04/2017", "ambiguous_date"),
        ("12.03.17", "two_digit_year"),
        ("不详", "not_a_date"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_what_is_no_day_has_no_normal_form_but_a_reason(text, problem):
    value = value_of(Column("d", kind="date"), text)
    assert (value.normal, value.problem) == ("", problem)


@pytest.mark.parametrize(
    ("text", "scheme", "normal", "problem"),
    [
        ("１２", "", "12", ""),
        ("1 234,5", "", "1234.5", ""),
        ("1,234.50", "", "1234.50", ""),
        ("1.234", "", "", "ambiguous_number"),
        ("1.234", "comma", "1234", ""),
        ("1,234", "comma", "1.234", ""),
        ("1.234.567", "", "1234567", ""),
        ("−3", "", "-3", ""),
        ("3a", "", "", "not_a_number"),
        ("1,2,3", "", "", "not_a_number"),
    ],
)
def test_a_number_that_can_be_two_is_neither(text, scheme, normal, problem):
    value = value_of(Column("n", kind="number", scheme=scheme), text)
    assert (value.normal, value.problem) == (normal, problem)


def test_an_identity_number_is_checked_by_its_own_figures():
    column = Column("i", kind="identity", scheme="cn-resident")
    assert value_of(column, "11010519491231002X").problem == ""  # the example of GB 11643-1999
    assert str(value_of(column, "1101051949\n1231002x").date) == "1949-12-31"
    assert value_of(column, "110105194912310021").problem == "checksum_fails"
    assert value_of(column, "11010519491331002X").problem == "impossible_date"
    assert value_of(column, "1101051949").problem == "not_in_form"


@pytest.mark.parametrize(
    ("kind", "left", "right", "same"),
    [
        ("name", "阿卜杜・某某", "阿卜杜·某某", True),
        ("name", "阿卜杜 • 某某", "阿卜杜·某某", True),
        ("name", "阿卜杜某某", "阿卜杜·某某", False),
        ("text", "某 县\n某乡", "某县某乡", True),
        ("text", "Almas Qala", "Almas\nQala", True),
        ("text", "AlmasQala", "Almas Qala", False),
        ("text", "ＡＢ１", "AB1", True),
        ("text", "a", "A", False),
        ("text", "\u200fسىناق", "سىناق", True),
        ("date", "2017年3月", "２０１７．３", True),
        ("date", "2017年3月", "2017年3月1日", False),
        ("date", "不 详", "不详", True),
        ("number", "1 000", "1000", True),
        ("identity", "11010519491231002x", "110105 19491231 002X", True),
    ],
)
def test_two_people_typed_the_same_or_they_did_not(kind, left, right, same):
    column = Column("c", kind=kind, scheme=SCHEMES.get(kind, ""))
    assert (comparison_form(column, left) == comparison_form(column, right)) is same


def test_the_end_of_a_line_within_a_number_is_none_in_chinese():
    han, latin = Column("c", script="Hani"), Column("c", script="Latn")
    assert comparison_form(han, "自20\n17年") == comparison_form(han, "自2017年")
    assert comparison_form(han, "VPN app") != comparison_form(han, "VPNapp")
    assert comparison_form(latin, "20 17") != comparison_form(latin, "2017")


@example(text="Y¯", kind="identity")
@given(st.text(max_size=40), st.sampled_from(COLUMN_KINDS))
def test_any_text_has_a_form_that_is_its_own_form(text, kind):
    column = Column("c", kind=kind, scheme=SCHEMES.get(kind, ""), codes=("x",))
    form = comparison_form(column, text)
    assert comparison_form(column, form) == form
    assert value_of(column, text).raw == text
