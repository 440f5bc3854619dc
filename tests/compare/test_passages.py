from __future__ import annotations

import pytest

from fairwitness.compare.letters import letters_of, sources_of
from fairwitness.compare.passages import longest_shared
from tests.compare.texts import ALL, CHINESE, ENGLISH, RUSSIAN


@pytest.mark.parametrize("language", sorted(ALL))
def test_what_two_pages_share_is_quoted_from_the_first(language: str) -> None:
    text = ALL[language]
    line = max(text.split("\n"), key=len)
    start, end = longest_shared(text, [f"17 {line} 18"]) or (0, 0)
    assert text[start:end] == line.rstrip(".。")


def test_a_quote_is_of_whole_words() -> None:
    start, end = longest_shared(
        "the carpenter repaired the northern canal", ["xxpenter repaired the northern caxx"]
    ) or (0, 0)
    assert "the carpenter repaired the northern canal"[start:end].strip() == "repaired the northern"


def test_pages_without_anything_in_common_share_nothing() -> None:
    assert longest_shared(CHINESE, [RUSSIAN]) is None
    assert longest_shared("", [ENGLISH]) is None


@pytest.mark.parametrize("text", ["ﬁre ﬀ 水渠", "İSTANBUL ß", "مۇھ\u0640\u0640ىت"])
def test_every_letter_knows_where_it_came_from(text: str) -> None:
    letters = letters_of(text)
    starts, ends = sources_of(text)
    assert len(starts) == len(ends) == len(letters)
    for at, letter in enumerate(letters.text):
        assert letter in letters_of(text[starts[at] : ends[at]]).text
