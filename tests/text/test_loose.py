from __future__ import annotations

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thorough import examples

from fairwitness.search.analyser import analyse
from fairwitness.text.loose import loose_key, simplify, with_same_key


def key(text: str) -> list[str]:
    return [loose_key(token.text) for token in analyse(text)]


@pytest.mark.parametrize(
    "spellings",
    [
        "état ÉTAT etat e\u0301tat",
        "Şırnak Sirnak ŞIRNAK",
        "Øresund Oresund",
        "Əliyev Eliyev",
        "σίσυφος σισυφος",
        "қазақ казак қaзақ",  # the second letter of the last one is Latin
        "ұйым үйым уйым",
        "ғылым гылым",
        "жаңа жана",
        "кіші киши",
        "шаһар шахар",
        "ئۇيغۇر ۇيغۇر ويغور ئۈيغۇر ئۇیغۇر",
        "ھەمكارلىق ەەمكارلىق ھەمكارليق ھەمكارلېق",
        "أحمد احمد إحمد",
        "مدرسة مدرسه",
        "على علي",
        "ٴبىر بىر",
        "環境 环境",
    ],
)
def test_spellings_that_are_mixed_up_have_one_key(spellings: str) -> None:
    assert len(set(key(spellings))) == 1


@pytest.mark.parametrize(
    "words", ["май маи", "kaş kas ka", "баба папа", "كىتاب كىتاپ", "环境 环竟", "tax такс", "ئات ەت", "1 l"]
)
def test_other_words_keep_keys_of_their_own(words: str) -> None:
    assert len(set(key(words))) > 1


def test_a_sign_that_counts_nowhere_is_its_own_key_where_it_stands_alone() -> None:
    assert loose_key("ء") == "ء"


@settings(max_examples=examples(500), deadline=None)
@given(st.one_of(st.text(), st.text("éßşøқәұіһئۇۆۈھەيىېةأaeк環證干乾i")))
def test_a_key_is_its_own_key_and_never_empty(text: str) -> None:
    for once in key(text):
        assert once and loose_key(once) == once


def test_han_characters_are_simplified_as_opencc_does_one_by_one() -> None:
    converter = opencc.OpenCC("t2s")
    for code in [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x20400)]:
        simple = converter.convert(converter.convert(chr(code)))
        assert simplify(chr(code)) == simple, hex(code)


def test_characters_with_the_same_key_are_found_from_each_of_them() -> None:
    assert set(with_same_key("乾")) == set(with_same_key("干")) == set("干乾幹榦")
    assert with_same_key("人") == "人"


@settings(max_examples=examples(200), deadline=None)
@given(st.text())
def test_simplifying_keeps_every_character_at_its_place(text: str) -> None:
    assert len(simplify(text)) == len(text)
