from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.compare.align import align
from fairwitness.compare.differences import Change, Compared, Passage, compare_words
from fairwitness.compare.words import Word, words_of
from tests.compare.texts import ALL, CHINESE, ENGLISH, RUSSIAN, misread

WORDS = st.lists(st.sampled_from("abcdefg"), max_size=30)


def compare(left: str, right: str) -> tuple[Compared, list[tuple[str, str, str]]]:
    """All passages, and the differences as kind, left text, right text."""
    here, there = words_of([left]), words_of([right])
    found = compare_words(here, there)
    told = [
        (part.change.value, text_of(left, here, part.left), text_of(right, there, part.right))
        for part in flat(found.passages)
        if part.change is not Change.SAME
    ]
    return found, told


def flat(passages: tuple[Passage, ...]) -> list[Passage]:
    return [part for passage in passages for part in (passage, *passage.inner)]


def text_of(text: str, words: list[Word], span: tuple[int, int]) -> str:
    return text[words[span[0]].start : words[span[1] - 1].end] if span[0] < span[1] else ""


@given(WORDS, WORDS)
def test_aligned_words_are_equal_and_rise_on_both_sides(left: list[str], right: list[str]) -> None:
    runs = align(left, right)
    for run in runs:
        assert left[run.left : run.left + run.size] == right[run.right : run.right + run.size]
    for run, after in pairwise(runs):
        assert run.left + run.size <= after.left
        assert run.right + run.size <= after.right


@given(WORDS, WORDS)
def test_every_word_is_in_exactly_one_passage(left: list[str], right: list[str]) -> None:
    found = compare_words(words_of([" ".join(left)]), words_of([" ".join(right)]))
    assert [at for part in found.passages for at in range(*part.left)] == list(range(len(left)))
    assert [at for part in found.passages for at in range(*part.right)] == list(range(len(right)))


@given(WORDS)
def test_a_text_does_not_differ_from_itself(words: list[str]) -> None:
    text = words_of([" ".join(words)])
    assert all(part.change is Change.SAME for part in compare_words(text, text).passages)


def test_long_texts_are_aligned_as_well_as_short_ones() -> None:
    chance = random.Random(4)
    left = [f"w{chance.randrange(400)}" for _ in range(6000)]
    right = [word if chance.random() < 0.97 else "other" for word in left]
    assert sum(run.size for run in align(left, right)) == sum(a == b for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("language", sorted(ALL))
def test_other_blanks_signs_and_case_are_no_difference(language: str) -> None:
    _, told = compare(ALL[language], ALL[language].upper().replace("\n", "  \n\n").replace("，", ", "))
    assert told == []


def test_words_that_were_changed_added_and_left_out_are_told_each_in_its_place() -> None:
    left = "The pump at the northern canal is repaired in spring. Bring a cart. Tools are handed out at the gate."
    right = "The pump at the southern canal is repaired in spring. Tools are handed out early at the gate."
    assert compare(left, right)[1] == [
        ("changed", "northern", "southern"),
        ("missing", "Bring a cart", ""),
        ("added", "", "early"),
    ]


def test_a_word_that_stands_before_and_behind_what_was_inserted_is_no_difference() -> None:
    left = "The office is open. The pump is repaired."
    right = "The office is open. The cart and the tools for the gate are lent by the clerk. The pump is repaired."
    ((kind, _, added),) = compare(left, right)[1]
    assert (kind, len(added.split())) == ("added", 13)


def test_chinese_is_compared_by_character() -> None:
    assert compare("全部费用由办公室承担", "全部费用由各村承担。")[1] == [("changed", "办公室", "各村")]


@pytest.mark.parametrize("language", sorted(ALL))
def test_a_paragraph_that_stands_elsewhere_is_moved(language: str) -> None:
    head, first, *rest = ALL[language].split("\n")
    found, told = compare(ALL[language], "\n".join([head, *rest, first]))
    kinds = {kind for kind, _, _ in told}
    assert kinds == {"moved"}
    moved = [part for part in found.passages if part.change is Change.MOVED]
    assert len({part.number for part in moved}) == len(moved) / 2 == 1


def test_a_word_that_was_changed_in_a_moved_paragraph_is_told_too() -> None:
    head, first, *rest = ENGLISH.split("\n")
    found, told = compare(ENGLISH, "\n".join([head, *rest, first.replace("second week", "third week")]))
    assert ("changed", "second", "third") in told
    numbers = {part.number: part.change for part in flat(found.passages) if part.number}
    assert numbers == {1: Change.MOVED, 2: Change.CHANGED}


def test_a_moved_paragraph_is_recognised_though_words_of_it_are_misread() -> None:
    head, first, *rest = CHINESE.split("\n")
    _, told = compare(CHINESE, "\n".join([head, *rest, misread(first, 0.08)]))
    assert "moved" in {kind for kind, _, _ in told}


def test_texts_without_anything_in_common_differ_in_one_place() -> None:
    assert [kind for kind, _, _ in compare(ENGLISH, RUSSIAN)[1]] == ["changed"]
    assert compare("", RUSSIAN)[1] == [("added", "", RUSSIAN.rstrip("."))]
    assert compare("", "")[1] == []


def test_a_difference_may_go_over_the_end_of_a_page() -> None:
    left = words_of(["the pump is repaired", "in spring by the office"])
    right = words_of(["the pump is taken", "away by the office"])
    (changed,) = [part for part in compare_words(left, right).passages if part.change is Change.CHANGED]
    assert [left[at].part for at in range(*changed.left)] == [0, 1, 1]
    assert [right[at].part for at in range(*changed.right)] == [0, 1]


@pytest.mark.parametrize("text", ["Üniversite'nin", "مۇھى\u0640ت بىلەن", "水渠 pump 3", "ﬁre İZMİR"])
def test_the_place_of_a_word_holds_the_word(text: str) -> None:
    for word in words_of(["", text]):
        assert word.part == 1
        assert [again.key for again in words_of([text[word.start : word.end]])] == [word.key]
