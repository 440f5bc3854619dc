from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.search.analyser import (
    ANALYSER_VERSION,
    MAX_TOKEN_CHARS,
    RUN_BREAK,
    analyse,
    han_runs,
    index_fields,
    is_han,
    loosened,
    parts_of,
    words_in_han,
)
from fairwitness.text.fold import fold_text
from tests.thorough import examples

SCRIPTS = (
    "aZ9_-' \t\n\r.éßİıIĞşёЁжҚәіΣςﬁ½①ﷺﻻـ\u064e\u200c\u200d\u200f\u00ad\u0301\u0307\u3000"
    "环境保护⼈㍿カﾞｶ年々かñ３۳٣ھەېۈگڭككیﺑﻪﻟﮕﯬﷲ한ᆨ\u0f66\u0f90\U00020000\U0010ffff\ufe00"
)
mixed = st.one_of(st.text(SCRIPTS, max_size=40), st.text(max_size=40))


def words(text: str) -> list[str]:
    return [token.text for token in analyse(text)]


def sources(text: str) -> list[tuple[str, str]]:
    return [(token.text, text[token.start : token.end]) for token in analyse(text)]


def test_the_version_names_the_unicode_data_it_depends_on() -> None:
    assert unicodedata.unidata_version in ANALYSER_VERSION


def test_latin_words_lose_case_and_keep_accents() -> None:
    assert words("État CAFÉ cafe e\u0301tat") == ["état", "café", "cafe", "état"]


def test_a_turkish_word_in_capitals_is_the_same_as_in_small_letters() -> None:
    assert words("İSTANBUL ISPARTA IĞDIR") == words("istanbul ısparta ığdır")


def test_casing_that_changes_the_length_keeps_the_source_ranges() -> None:
    assert sources("İ ﬁne Straße ﷺ ½x") == [
        ("i", "İ"),
        ("fine", "ﬁne"),
        ("strasse", "Straße"),
        *[(word, "ﷺ") for word in ("صلى", "اللە", "عليە", "وسلم")],
        ("1", "½"),
        ("2x", "½x"),
    ]


def test_final_sigma_is_sigma_and_yo_is_ye() -> None:
    assert words("ΣΊΣΥΦΟΣ Σίσυφος") == ["σίσυφοσ", "σίσυφοσ"]
    assert words("Ёлка отчёт") == ["елка", "отчет"]


def test_kazakh_letters_stay_what_they_are() -> None:
    assert words("Қазақстан ӘӨҮҰҢҒІҺ") == ["қазақстан", "әөүұңғіһ"]


def test_uyghur_letters_are_not_mixed_up() -> None:
    letters = ["ا", "ە", "ب", "ې", "ى", "ي", "ئ", "ھ", "ۇ", "ۆ", "ۈ", "ۋ", "ڭ", "گ", "ك", "ق", "و"]
    assert len({words(letter)[0] for letter in letters}) == len(letters)


@pytest.mark.parametrize("form", ["ﺑﻪﻟﮕﻪ", "بەلگـــە", "بەل\u200cگە", "\u200fبەلگە\u200e", "بەلگه"])
def test_the_forms_of_a_uyghur_word_are_one_word(form: str) -> None:
    assert words(form) == words("بەلگە")
    assert len(words(form)) == 1


def test_every_presentation_form_of_an_arabic_letter_is_that_letter() -> None:
    for code in [*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFC5E), *range(0xFE80, 0xFEFD)]:
        form = chr(code)
        if unicodedata.category(form) == "Lo":
            assert words(f"ب{form}") == words(f"ب{unicodedata.normalize('NFKC', form)}"), hex(code)


def test_arabic_vowel_signs_vanish_and_hamza_stays() -> None:
    assert words("مُحَمَّد") == ["محمد"]
    assert words("ؤ ئ أ") == ["ؤ", "ئ", "أ"]


def test_persian_kaf_and_yeh_are_arabic_ones() -> None:
    assert words("کتابی") == words("كتابي")


def test_digits_of_every_script_are_ascii_digits() -> None:
    assert words("２０１７ ٢٠١٧ ۲۰۱۷") == ["2017"] * 3


def test_han_runs_become_pairs_and_single_characters() -> None:
    assert sources("环境保护，年") == [("环境", "环境"), ("境保", "境保"), ("保护", "保护"), ("年", "年")]
    assert words("カタカナ") == ["カタ", "タカ", "カナ"]


@pytest.mark.parametrize("before", ["2017", "A", "Ж", "ب", "é", "x²"])
def test_no_word_swallows_the_han_run_behind_it(before: str) -> None:
    assert words(f"{before}人民")[-1] == "人民"
    assert words(f"人民{before}")[0] == "人民"


@pytest.mark.parametrize("wrap", ["\n", "\r\n", " \n", "\n  ", " \r\n "])
def test_a_han_run_goes_on_over_a_line_break(wrap: str) -> None:
    text = f"环境{wrap}保护"
    assert sources(text) == [("环境", "环境"), ("境保", f"境{wrap}保"), ("保护", "保护")]


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\t", "\n\t", "\n　　", " ", "，\n"])
def test_a_han_run_ends_at_other_gaps(gap: str) -> None:
    assert words(f"环境{gap}保护") == ["环境", "保护"]


def test_two_runs_that_touch_in_the_same_character_are_kept_apart() -> None:
    assert words("讨论、论证") == ["讨论", RUN_BREAK, "论证"]
    assert words("讨论、证据") == ["讨论", "证据"]


def test_kangxi_radicals_of_pdf_fonts_are_characters() -> None:
    assert words("⼈⺠") == [unicodedata.normalize("NFKC", "⼈⺠")]


def test_apostrophes_hyphens_and_underscores_separate() -> None:
    assert words("don't don’t Türkiye'nin oʻzbek o'zbek state-owned my_file") == [
        *["don", "t"] * 2,
        *["türkiye", "nin"],
        *["o", "zbek"] * 2,
        *["state", "owned", "my", "file"],
    ]


@pytest.mark.parametrize("letter", ["a", "é", "ж"])
def test_a_long_word_is_cut_and_nothing_is_dropped(letter: str) -> None:
    tokens = analyse(letter * 600)
    assert [len(token.text) for token in tokens] == [MAX_TOKEN_CHARS, MAX_TOKEN_CHARS, 90]
    assert [(token.start, token.end) for token in tokens] == [(0, 255), (255, 510), (510, 600)]


def test_the_index_fields_of_a_mixed_page() -> None:
    fields = dict(index_fields("Ab ab 环境保护 2017年环境 états", ["fr", "zh"]))
    assert fields["tok"] == "ab ab 环境 境保 保护 2017 年环 环境 états"
    assert fields["word"] == "ab 2017 états"
    assert fields["han"] == "环 境 保 护 年"
    assert fields["loose"] == "ab ab 环境 境保 保护 2017 年环 环境 etats"
    assert set(fields["seg"].split()) == {"环境保护", "环境", "保护", "年"}
    assert fields["stem"] == "fr:ab fr:état"


def test_pages_whose_tokens_are_their_own_loose_keys_need_no_second_field() -> None:
    assert dict(index_fields("Отчёт 2017 环境 plain"))["loose"] == ""


def test_runs_that_touch_in_two_ways_of_writing_one_character_are_kept_apart() -> None:
    assert words("討論、论证") == ["討論", RUN_BREAK, "论证"]


@settings(max_examples=examples(400), deadline=None)
@given(mixed)
def test_tokens_are_in_order_inside_the_text_and_without_blanks(text: str) -> None:
    tokens = analyse(text)
    for token in tokens:
        assert 0 <= token.start <= token.end <= len(text)
        assert token.text == RUN_BREAK or token.start < token.end
        assert token.text and not any(char.isspace() for char in token.text)
        assert len(token.text) <= MAX_TOKEN_CHARS
    assert [t.start for t in tokens] == sorted(t.start for t in tokens)


@settings(max_examples=examples(400), deadline=None)
@given(mixed)
def test_the_source_of_a_token_holds_that_token(text: str) -> None:
    for token in analyse(text):
        if token.text == RUN_BREAK:
            continue
        inside = "".join(t.text for t in analyse(text[token.start : token.end]))
        runs = "".join(run.chars for run in han_runs(text[token.start : token.end]))
        assert token.text in inside or token.text in runs


@settings(max_examples=examples(400), deadline=None)
@given(mixed)
def test_the_index_fields_are_those_of_the_tokens(text: str) -> None:
    tokens = [token.text for token in analyse(text)]
    fields = dict(index_fields(text))
    assert fields["tok"].split() == tokens
    assert set(fields["word"].split()) == {t for t in tokens if not is_han(t) and t != RUN_BREAK}
    assert set(fields["han"].split()) == {char for run in han_runs(text) for char in run.chars}
    loose = [token.text for token in loosened(analyse(text))]
    assert fields["loose"].split() == ([] if loose == tokens else loose)
    assert set(fields["seg"].split()) == {token.text for token in words_in_han(text)}


@settings(max_examples=examples(300), deadline=None)
@given(mixed)
def test_the_source_of_a_word_in_a_han_run_is_that_word(text: str) -> None:
    for token in words_in_han(text):
        assert token.text in "".join(run.chars for run in han_runs(text[token.start : token.end]))


@settings(max_examples=examples(300), deadline=None)
@given(mixed)
def test_normal_forms_of_a_text_have_the_same_tokens(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@settings(max_examples=examples(200), deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_ascii_gives_the_same_tokens_with_and_without_the_fast_path(text: str) -> None:
    assert words(text) == [t for t in words(text + " é") if t != "é"]


@given(st.text(alphabet="环境保护學a1é \n\t·ſİي\u200b", max_size=40))
def test_parts_are_the_tokens_without_the_pairs(text: str) -> None:
    parts, places = parts_of(text)
    tokens: list[str] = []
    for part in parts:
        pairs = [part[i : i + 2] for i in range(len(part) - 1)] if is_han(part) else []
        tokens += pairs or [part]
    assert tokens == [token.text for token in analyse(text)]
    units = [unit for part in parts if part != RUN_BREAK for unit in (part if is_han(part) else [part])]
    assert len(units) == len(places)
    assert all(fold_text(text[start:end]) == unit for unit, (start, end) in zip(units, places, strict=True))
