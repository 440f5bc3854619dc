from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.search.han_words import cut_han, han_words


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
    assert list(han_words(run)) == words


@settings(max_examples=200, deadline=None)
@given(st.text("环境保护年人的國發中华民共和国カタ々〇𠀀", min_size=1, max_size=20))
def test_words_cover_a_run_and_have_their_ranges(run: str) -> None:
    ranges = cut_han(run)
    assert [run[low:high] for low, high in ranges] == list(han_words(run))
    assert {place for low, high in ranges for place in range(low, high)} == set(range(len(run)))
