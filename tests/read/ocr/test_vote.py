"""Three readings of one line made one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.read.ocr.scan import LineText
from fairwitness.read.ocr.spans import spans_of
from fairwitness.read.ocr.vote import vote

words = st.lists(st.text("abcçğıiöşü.,0123", min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join)


def line(text: str) -> LineText:
    middles = [10.0 * at + 5 for at in range(len(text))]
    return LineText(text, 0.9, spans_of(list(text), middles, 10 * len(text)))


def test_two_against_one_win() -> None:
    assert vote(line("hause rules"), line("house rules"), line("house rules"), trust_marks_of_second=False).text == (
        "house rules"
    )


def test_where_all_differ_the_first_stays() -> None:
    assert vote(line("mall"), line("tall"), line("ball"), trust_marks_of_second=False).text == "mall"


def test_dots_are_taken_from_the_second_where_it_is_trusted() -> None:
    base, second = line("insanlarin hakki"), line("insanların hakkı")
    assert vote(base, second, base, trust_marks_of_second=True).text == "insanların hakkı"
    assert vote(base, second, base, trust_marks_of_second=False).text == "insanlarin hakki"


def test_a_space_that_the_first_lost_comes_from_the_second() -> None:
    assert vote(line("thehouse"), line("the house"), line("thehouse"), trust_marks_of_second=False).text == "the house"


@given(words, words, words)
def test_words_of_the_vote_lie_inside_its_text(base: str, second: str, third: str) -> None:
    voted = vote(line(base), line(second), line(third), trust_marks_of_second=True)
    for start, end, x0, x1 in voted.spans:
        assert 0 <= start < end <= len(voted.text)
        assert 0 <= x0 < x1 <= 10 * len(base)


@given(words)
def test_three_that_agree_change_nothing(text: str) -> None:
    assert vote(line(text), line(text), line(text), trust_marks_of_second=True) == line(text)
