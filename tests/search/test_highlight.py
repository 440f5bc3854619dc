from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.search.highlight import matches, snippet
from fairwitness.search.query import parse
from tests.thorough import examples


def marked(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in matches(parse(query), text)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("есеп", "Есеп және ЕСЕП.", ["Есеп", "ЕСЕП"]),
        ("环境", "环境，环\n境保护", ["环境", "环\n境"]),
        ("护", "保护护林", ["护", "护"]),
        ("2017年", "于2017年度", ["2017年"]),
        ("第3章", "关于第3章程", ["第3章"]),
        ("state-owned", "A State-owned firm", ["State-owned"]),
        ('"a b c"~2', "a x b y c, and a", ["a", "b", "c"]),
        ("fin*", "ﬁne FINAL fi", ["ﬁne", "FINAL"]),
        ("环?护", "大环境护栏，环绕护城", ["环境护", "环绕护"]),
        ("环境保护~1", "生态环竟保护区", ["环竟保护"]),
        ("отчот~1", "Отчёт", ["Отчёт"]),
        ("a -b (c OR NOT d)", "a b c d", ["a", "c"]),
        ("NOT (NOT a)", "a", ["a"]),
        ("type:pdf", "pdf", []),
        ("loose:etat", "L’État, ETAT", ["État", "ETAT"]),
        ("loose:环境", "環\n境，环境", ["環\n境", "环境"]),
        ("loose:環", "环保", ["环"]),
        ("loose:ۇيغۇر", "بۇ ﺋﯘﻳﻐﯘﺭ.", ["ﺋﯘﻳﻐﯘﺭ"]),
        ('loose:"қала кагаз"', "Кала қағаз", ["Кала қағаз"]),
        ("word:环境", "环境，大环境，环\n境保护", ["环境", "环境", "环\n境"]),
        ("word:中国", "发展中国家，中国人", ["中国"]),
        ("stem:report", "The reports of the year were reported to the office.", ["reports", "reported"]),
        ("stem:отчёт", "Отчёты о том, что это был отчет на год, не для всех.", ["Отчёты", "отчет"]),
        ("بەلگە", "بۇ ﺑﻪﻟﮕﻪ.", ["ﺑﻪﻟﮕﻪ"]),
        ("مح*", "مُحَمَّد", ["مُحَمَّد"]),
    ],
)
def test_what_the_query_matches_is_marked_in_the_original_text(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected


def test_ranges_that_overlap_are_merged() -> None:
    assert matches(parse("环境保 境保护"), "环境保护") == [(0, 4)]


def test_a_snippet_shows_the_densest_place() -> None:
    text = "x " * 300 + "needle" + " y" * 300 + " needle and needle" + " z" * 300
    shown = snippet(text, matches(parse("needle"), text), width=60)
    assert [shown.text[a:b] for a, b in shown.marks] == ["needle", "needle"]
    assert text[shown.start :].startswith(shown.text)
    assert len(shown.text) <= 60


def test_a_snippet_without_ranges_is_the_beginning() -> None:
    assert snippet("环境" * 200, [], width=10).text == "环境" * 5
    assert snippet("", []).text == ""


def test_a_snippet_cuts_no_mark_off_its_letter() -> None:
    text = "e\u0301" * 50 + "needle" + "e\u0301" * 50
    for width in range(8, 40):
        shown = snippet(text, [(100, 106)], width=width)
        assert not shown.text.startswith("\u0301")
        after = shown.start + len(shown.text)
        assert after == len(text) or text[after] != "\u0301"


@settings(max_examples=examples(300), deadline=None)
@given(st.text("ab 环e\u0301\u200d\r\n", max_size=80), st.data())
def test_a_snippet_is_a_piece_of_the_text_with_its_marks_inside(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    shown = snippet(text, ranges, width=data.draw(st.integers(1, 40)))
    assert text[shown.start : shown.start + len(shown.text)] == shown.text
    for start, end in shown.marks:
        assert 0 <= start <= end <= len(shown.text)
        assert any(a <= shown.start + start and shown.start + end <= b for a, b in ranges)
