from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.search.han_words import cut_han, distinct_han_words
from tests.thorough import examples


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("环境保护", ["环境保护", "环境", "保护"]),
        ("環境保護", ["環境保護", "環境", "保護"]),
        ("发展中国家", ["发展中国家"]),
        ("大环境", ["大", "环境"]),
        ("中华人民共和国", ["中华人民共和国", "中华", "人民", "共和国"]),
        ("年", ["年"]),
    ],
)
def test_a_run_is_cut_into_words_and_their_parts(run: str, words: list[str]) -> None:
    assert [run[low:high] for low, high in cut_han(run)] == words


@settings(max_examples=examples(200), deadline=None)
@given(st.text("环境保护年人的國發中华民共和国カタ々〇𠀀", min_size=1, max_size=20))
def test_words_cover_a_run_and_have_their_ranges(run: str) -> None:
    ranges = cut_han(run)
    assert {run[low:high] for low, high in ranges} == set(distinct_han_words([run]))
    assert {place for low, high in ranges for place in range(low, high)} == set(range(len(run)))


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.text("环境保护年人的國發中华民共和国カ々〇", min_size=1, max_size=9), max_size=5))
def test_runs_are_cut_each_on_its_own(runs: list[str]) -> None:
    words = distinct_han_words(runs)
    assert len(words) == len(set(words))
    assert set(words) == {word for run in runs for word in distinct_han_words([run])}
