from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.compare.letters import letters_of


def test_blanks_signs_and_case_are_left_out() -> None:
    assert letters_of("No. 17 — The\n  CANAL!").text == "no17thecanal"


def test_a_chinese_character_weighs_two_letters() -> None:
    letters = letters_of("水渠 pump 3，")
    assert letters.text == "水渠pump3"
    assert letters.weights.tolist() == [2, 2, 1, 1, 1, 1, 1]
    assert letters.weight == 9


@pytest.mark.parametrize("sign", ["，", "。", "、", "《", "\u3000", "〜"])
def test_chinese_signs_are_no_letters(sign: str) -> None:
    assert len(letters_of(sign)) == 0


def test_full_width_and_presentation_forms_are_the_letters_they_stand_for() -> None:
    assert letters_of("Ｐｕｍｐ１").text == letters_of("pump1").text
    assert letters_of("ﻣﯘھﯩﺖ").text == letters_of("مۇھىت").text


@given(st.text(max_size=60))
def test_normal_forms_of_a_text_have_the_same_letters(text: str) -> None:
    known = "".join(char for char in text if unicodedata.category(char) not in ("Cn", "Cs", "Co"))
    assert letters_of(unicodedata.normalize("NFD", known)).text == letters_of(unicodedata.normalize("NFC", known)).text


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_every_letter_has_a_weight(text: str) -> None:
    letters = letters_of(text)
    assert len(letters.text) == len(letters) == len(letters.weights)
    assert set(letters.weights.tolist()) <= {1, 2}
