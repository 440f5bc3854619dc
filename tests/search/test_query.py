from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.search.query import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_PATTERNS,
    And,
    BadQuery,
    Boost,
    DateRange,
    FromSender,
    Fuzzy,
    HanWord,
    InFolder,
    LanguageIs,
    Like,
    Loose,
    Marked,
    Near,
    Node,
    Not,
    OnPath,
    Or,
    PathPattern,
    Phrase,
    Regex,
    Stemmed,
    Tagged,
    Term,
    TypeIs,
    Wildcard,
    loosened,
    parse,
    unparse,
)
from tests.thorough import examples

A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b && c", And((A, B, C))),
        ("a OR b || c", Or((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("a b OR c", Or((And((A, B)), C))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("NOT a b", And((Not(A), B))),
        ("-a !b +c", And((Not(A), Not(B), C))),
        ("a NOT b", And((A, Not(B)))),
        ("NOT (a OR b)", Not(Or((A, B)))),
        ("a and or not", And((A, Term("and"), Term("or"), Term("not")))),
        ('"a b"', Phrase("a b")),
        ('"a b"~3 c', And((Phrase("a b", 3), C))),
        (r'"a \"b\" c"', Phrase('a "b" c')),
        ("state-owned 环境保护", And((Term("state-owned"), Term("环境保护")))),
        ("pre* w?ld", And((Wildcard("pre*"), Wildcard("w?ld")))),
        ("3*", Wildcard("3*")),
        ("/colou?r/ a", And((Regex("colou?r"), A))),
        ("word~ word~1 word~2", And((Fuzzy("word", 2), Fuzzy("word", 1), Fuzzy("word", 2)))),
        (r"a\ b \AND", And((Term("a b"), Term("AND")))),
        ("type:pdf", TypeIs("pdf")),
        ("type:(pdf OR docx) a", And((Or((TypeIs("pdf"), TypeIs("docx"))), A))),
        ("type:application/*", TypeIs("application/*")),
        ("-lang:ug", Not(LanguageIs("ug"))),
        ("loose:état", Loose("état")),
        ('loose:"two words" word:环境', And((Loose("two words"), HanWord("环境")))),
        ("loose:(a OR (b -state-owned))", Or((Loose("a"), And((Loose("b"), Not(Loose("state-owned"))))))),
        ("stem:reports word:“环境”", And((Stemmed("reports"), HanWord("环境")))),
        ("path:box/a", OnPath(PathPattern("box/a"))),
        ('path:"my box/ 环境"', OnPath(PathPattern("my box/ 环境"))),
        ('folder:"a/b c/" from:ali', And((InFolder("a/b c"), FromSender("ali")))),
        ('sender:"Ali <a@b.c>" tag:环境', And((FromSender("Ali <a@b.c>", whole=True), Tagged("环境")))),
        (
            "starred:yes reviewed:NO -noted:yes",
            And((Marked("starred"), Marked("reviewed", False), Not(Marked("noted")))),
        ),
        ("http://example.org/x 12:30", And((Term("http://example.org/x"), Term("12:30")))),
        ("“a b” 「环境 保护」 «ab»", And((Phrase("a b"), Phrase("环境 保护"), Phrase("ab")))),
        ("（a OR b） 环？护 环＊", And((Or((A, B)), Wildcard("环?护"), Wildcard("环*")))),
        ("什么？", Term("什么？")),
        ("type：pdf", TypeIs("pdf")),
        ("word～1", Fuzzy("word", 1)),
        ("word~1!", Fuzzy("word", 1, True)),
        ("near(a b)", Near((A, B), 10)),
        ('near(a, "b c", d*, 5) a', And((Near((A, Phrase("b c"), Wildcard("d*")), 5), A))),
        ("onear(a b,0)", Near((A, B), 0, True)),
        ("near(a /b+/ c~1, 12, ordered)", Near((A, Regex("b+"), Fuzzy("c", 1)), 12, True)),
        ("near（环境，保护，5）", Near((Term("环境"), Term("保护")), 5)),
        ("NOT near(环?护 2017年, 3)", Not(Near((Wildcard("环?护"), Term("2017年")), 3))),
        ("nearly (a)", And((Term("nearly"), A))),
        ("near a", And((Term("near"), A))),
        ("near(a b, 5)^2 c^.5", And((Boost(Near((A, B), 5), 2), Boost(C, 0.5)))),
        ("NOT (a b)^3", Not(Boost(And((A, B)), 3))),
        ("like:0123456789abcdef:p3:c0-80:1a2b3c4d", Like("0123456789abcdef:p3:c0-80:1a2b3c4d")),
        ("\u200fa \u202bAND\u202c b \ufeff", And((A, B))),
        ('\u200f"ئۇيغۇر report" \u2067环境', And((Phrase("ئۇيغۇر report"), Term("环境")))),
    ],
)
def test_a_query_has_this_tree_and_survives_writing(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(unparse(tree)) == tree


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2017", 20170101, 20171231),
        ("2016-02", 20160201, 20160229),
        ("2017-03-05", 20170305, 20170305),
        ("[2017-01 TO 2018-12-31]", 20170101, 20181231),
        ("{2017-01 TO 2018-03}", 20170201, 20180228),
        ("[2017 TO 2018}", 20170101, 20171231),
        ("[* TO 2017]", None, 20171231),
        ("{2017-12-31 TO *]", 20180101, None),
        ("［2017 TO 2018］", 20170101, 20181231),
    ],
)
def test_a_date_covers_these_days(text: str, low: int | None, high: int | None) -> None:
    node = parse(f"date:{text}")
    assert node == DateRange(low, high)
    assert parse(unparse(node)) == node


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("   ", 0),
        ("ab ...", 3),
        ('ab "..."', 3),
        ('ab "cd', 3),
        ("ab (cd", 3),
        ("ab cd)", 5),
        ("ab ()", 4),
        ("ab AND", 6),
        ("OR ab", 0),
        ("ab NOT", 6),
        ("nosuch:ab", 0),
        ("type: pdf", 5),
        ("date:17", 5),
        ("date:2017-02-30", 5),
        ("date:[2018 TO 2017]", 5),
        ("date:[2017-13 TO *]", 6),
        ("date:[2017", 5),
        ("date:0000", 5),
        ('"a b"~', 5),
        ('"a b"~99999', 5),
        ("word~3", 4),
        ("wo*d~1", 0),
        ("/ab", 0),
        ("/ab/c", 4),
        ("/a(b/", 2),
        ("/ab)/", 3),
        ("/(a*)*/", 5),
        ("/a**/", 3),
        ("/[b-a]/", 4),
        ("/^ab/", 1),
        ("ab*-c", 3),
        ("环a*", 0),
        ("环境~2", 0),
        ("state-owned~1", 0),
        ("\\", 0),
        ("near(a)", 0),
        ("a near(b c", 2),
        ("near(a b c d e f g h i, 5)", 0),
        ("near(a b, 99999)", 0),
        ("near(a (b c), 5)", 7),
        ("near(a OR b, 5)", 7),
        ("near(a -b, 5)", 7),
        ("near(a type:pdf, 5)", 7),
        ('near(a "b c"~2, 5)', 7),
        ("near(a 环*护, 5)", 7),
        ("near(a 环境保护~1, 5)", 7),
        ("near(a ..., 5)", 7),
        ("a^0", 1),
        ("a^5000", 1),
        ("like:abc", 5),
        ("\u0378\U000e0fff", 0),
        ("\u200f\u2067", 0),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.code == "bad_query"
    assert isinstance(caught.value, FairwitnessError)
    assert caught.value.reason and caught.value.reason in str(caught.value)


@pytest.mark.parametrize("opening", ["(", "NOT ", "-"])
def test_nesting_has_a_limit(opening: str) -> None:
    closing = ")" if opening == "(" else ""
    parse(opening * MAX_DEPTH + "a" + closing * MAX_DEPTH)
    with pytest.raises(BadQuery):
        parse(opening * (MAX_DEPTH + 1) + "a" + closing * (MAX_DEPTH + 1))
    with pytest.raises(BadQuery):
        parse(opening * 50_000)


def test_the_number_of_parts_has_a_limit() -> None:
    assert len(parse(" ".join(["a"] * MAX_CLAUSES)).parts) == MAX_CLAUSES  # type: ignore[union-attr]
    with pytest.raises(BadQuery):
        parse(" ".join(["a"] * (MAX_CLAUSES + 1)))


@pytest.mark.parametrize("pattern", ["a*", "/ab?/", "ab~1"])
def test_the_number_of_patterns_has_a_limit(pattern: str) -> None:
    parse(" ".join([pattern] * MAX_PATTERNS))
    with pytest.raises(BadQuery) as caught:
        parse(" ".join([pattern] * (MAX_PATTERNS + 1)))
    assert caught.value.position >= MAX_PATTERNS * (len(pattern) + 1)


def test_a_query_of_millions_of_characters_is_refused_at_once() -> None:
    for text in ("a " * 2_500_000, '"' * 5_000_000, "(" * 5_000_000):
        with pytest.raises(BadQuery, match="characters"):
            parse(text)


SIGNS = "abnear,^环境 \"'()[]{}*?~/\\:-+!&|^.,0123<>“」（？～：ANDORNOTtypedate\n\t\u200f\U0010ffff"


@settings(max_examples=examples(1500), deadline=None)
@given(st.one_of(st.text(SIGNS, max_size=30), st.text(max_size=30)))
def test_any_text_is_a_query_or_a_bad_query(text: str) -> None:
    try:
        node = parse(text)
    except BadQuery as error:
        assert 0 <= error.position <= len(text)
        return
    assert parse(unparse(node)) == node


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("minutes", "box/Minutes-2017.pdf", True),
        ("box/min", "box/Minutes.pdf", True),
        ("*.pdf", "box/a.PDF", True),
        ("*.pdf", "box/a.pdf.txt", False),
        ("b?x/*", "box/deep/er", True),
        ("环境", "资料/环境/一.txt", True),
        ("e\u0301tat", "ÉTAT.txt", True),
        ("a.b", "axb", False),
    ],
)
def test_a_path_pattern_fits_a_path(pattern: str, path: str, fits: bool) -> None:
    assert PathPattern(pattern).matches(path) is fits


@pytest.mark.parametrize(
    "text",
    [
        "loose:ab*",
        "loose:a?b",
        "stem:word~1",
        "loose:/a/",
        "stem:环境",
        "stem:two-words",
        "word:plain",
        "word:环境2017",
        "word:环境，保护",
        "loose:，",
        "loose:",
        "stem: a",
        'word:""',
    ],
)
def test_a_reading_that_cannot_be_taken_so_is_a_bad_query(text: str) -> None:
    with pytest.raises(BadQuery):
        parse(text)


def test_a_query_read_loosely_keeps_its_shape_and_its_patterns() -> None:
    node = parse('a ("b c" OR -d) e* "f g"~2 lang:ug')
    assert loosened(node) == parse('loose:a (loose:"b c" OR -loose:d) e* "f g"~2 lang:ug')
    assert loosened(parse("e*")) == parse("e*")
