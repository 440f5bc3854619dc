"""Sentences and labels in `languages.tsv` are invented, in the register of offices; none of them was trained on.

Uyghur in Latin and Cyrillic letters, Uzbek in Cyrillic and Kazakh in Arabic letters, and traditional Chinese are the same
sentences, brought there by rule.
"""

from __future__ import annotations

import html
import re
import tracemalloc
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from fairwitness.text.language import languages_by_line, languages_of
from fairwitness.text.language_codes import LANGUAGES, UND, with_general

HERE = Path(__file__).parent
UDHR = HERE.parents[2] / "shared" / "corpus" / "udhr"
ROWS = [tuple(line.split("\t")) for line in (HERE / "languages.tsv").read_text("utf-8").splitlines()]
TEXTS = {
    "arb": "ar",
    "bod": "bo",
    "cmn_hans": "zh-Hans",
    "cmn_hant": "zh-Hant",
    "eng": "en",
    "fra": "fr",
    "kaz": "kk",
    "kir": "ky",
    "rus": "ru",
    "spa": "es",
    "tur": "tr",
    "uig_arab": "ug",
    "uig_latn": "ug",
    "uzn_cyrl": "uz",
    "uzn_latn": "uz",
}


def told(line: str) -> str:
    return languages_by_line(line)[0].language


def is_right(language: str, found: str) -> bool:
    return found == language or (found == "zh" and language.startswith("zh-"))


def shares(kind: str) -> dict[tuple[str, str], float]:
    """Share of the lines of that kind that are told right, each for itself, by language and script."""
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for sort, language, script, line in ROWS:
        if sort == kind:
            right[language, script].append(is_right(language, told(line)))
    return {name: sum(found) / len(found) for name, found in right.items()}


def declaration(name: str) -> str:
    """One line for each paragraph of the Universal Declaration; the first, the English name of the language, left out."""
    path = UDHR / f"{name}.html"
    if not path.exists():
        pytest.skip("the shared corpus is not here")
    plain = html.unescape(re.sub(r"<[^>]+>", "\n", path.read_text(encoding="utf-8")))
    return "\n".join([line for line in map(str.strip, plain.split("\n")) if line][1:])


def test_sentences_are_told_in_every_language_and_script() -> None:
    found = shares("sentence")
    assert min(found.values()) >= 0.9, found
    assert sum(found.values()) / len(found) >= 0.98


def test_labels_of_one_to_three_words_are_told_in_most_cases() -> None:
    found = shares("label")
    assert sum(found.values()) / len(found) >= 0.95, found


def test_labels_written_after_all_was_frozen_are_told_as_well() -> None:
    found = shares("later label")
    assert len(found) == 12
    assert sum(found.values()) / len(found) >= 0.94, found


def test_the_script_of_a_line_is_always_right() -> None:
    assert all(languages_by_line(line)[0].script == script for _, _, script, line in ROWS)


@pytest.mark.parametrize(("name", "language"), TEXTS.items())
def test_nearly_all_lines_of_a_known_text_have_its_language(name: str, language: str) -> None:
    found = languages_by_line(declaration(name))
    assert len(found) > 80
    assert sum(line.language == language for line in found) >= 0.99 * len(found)


@pytest.mark.parametrize(("name", "language"), TEXTS.items())
def test_all_pages_of_a_known_text_have_its_language_alone(name: str, language: str) -> None:
    text = declaration(name)
    pages = [text[at : at + 800] for at in range(0, len(text) - 800, 800)]
    assert all(languages_of(page) == (language,) for page in pages)


def test_lines_cover_their_text_and_never_hold_the_line_break() -> None:
    text = "ТЕМА\n\n  12.03\nСписок жителей деревни\tAhmet\r\nоколо реки\n"
    found = [text[line.start : line.end] for line in languages_by_line(text)]
    assert found == ["ТЕМА", "Список жителей деревни", "Ahmet", "около реки"]


def test_a_long_line_is_looked_at_in_pieces() -> None:
    text = "这是关于环境保护的报告，由办公室编写。" * 40 + "The report of the office on the environment. " * 40
    found = languages_by_line(text)
    assert {line.language for line in found} == {"zh-Hans", "en"}
    assert all(line.end - line.start <= 600 for line in found)
    assert [line.start for line in found[1:]] == [line.end for line in found[:-1]]


def test_what_stands_alone_is_weighed_by_its_page() -> None:
    assert told("Комиссия") != "kk"
    page = [
        "Басқарма жылдық есепті тапсырады",
        "Комиссия",
        "Жиналысқа төрт бөлімнің бастықтары қатысты",
        "Қойма тексерілді",
    ]
    assert [line.language for line in languages_by_line("\n".join(page))] == ["kk"] * 4


def test_a_page_in_two_languages_has_both() -> None:
    page = "这是关于环境保护的报告，由办公室编写。\n" * 3 + "This is the report of the office on the environment.\n" * 3
    assert set(languages_of(page)) == {"zh-Hans", "en"}
    lines = [row[3] for row in ROWS if row[:3] == ("sentence", "kk", "Cyrl")][:8]
    russian = [row[3] for row in ROWS if row[:3] == ("sentence", "ru", "Cyrl")][:8]
    assert set(languages_of("\n".join([*lines, *russian]))) == {"kk", "ru"}


def test_a_name_in_another_script_makes_no_second_language() -> None:
    assert languages_of("Это отчёт о работе конторы за год, и в нём нет ничего нового для нас. 环") == ("ru",)


def test_presentation_forms_and_wide_letters_hide_no_language() -> None:
    assert languages_of("ﺋﯘﻳﻐﯘﺭ ﺗﯩﻠﻰ ﯪ ﻛﯚﭖ ﺋﯜﭼﯜﻥ") == ("ug",)
    assert languages_of("Ｔｈｅ ｒｅｐｏｒｔ ｏｆ ｔｈｅ ｏｆｆｉｃｅ") == ("en",)


def test_accents_written_apart_hide_no_language_and_move_no_place() -> None:
    text = "Үй\nЕжегодный отчёт подаётся в районный отдел\nBütün araçların kaydı zorunludur\n"
    apart = unicodedata.normalize("NFD", text)
    found = languages_by_line(apart)
    assert [line.language for line in found[1:]] == ["ru", "tr"]
    assert [apart[line.start : line.end] for line in found] == apart.splitlines()


def test_a_page_of_millions_of_letters_needs_little_memory() -> None:
    tracemalloc.start()
    try:
        assert languages_of("Список жителей деревни у реки\n" * 20_000) == ("ru",)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("これは事務所の年次報告です。\n環境\n出席者名簿", "ja"),
        ("이것은 사무실의 연례 보고서입니다", "ko"),
        ("این گزارش سالانه اداره است و در پایان ماه ارائه می‌شود", "fa"),
        ("یہ دفتر کی سالانہ رپورٹ ہے اور مہینے کے آخر میں پیش کی جائے گی", "ur"),
        ("Звіт управління подається до кінця березня, і його затверджує комісія", "uk"),
        ("Der Jahresbericht der Behörde wird bis Ende März vorgelegt", "de"),
        ("L'administration remet son rapport annuel avant la fin du mois", "fr"),
        ("La oficina presentará el informe anual antes de fin de mes", "es"),
        ("L'ufficio presenta la relazione annuale entro la fine di marzo", "it"),
        ("Urząd składa sprawozdanie roczne do końca marca", "pl"),
        ("İdarə illik hesabatı mart ayının sonuna qədər təqdim edir", "az"),
        ("Η υπηρεσία υποβάλλει την ετήσια έκθεση", "el"),
        ("המשרד מגיש את הדוח השנתי", "he"),
    ],
)
def test_other_languages_are_told_too(text: str, language: str) -> None:
    assert languages_of(text) == (language,)


@pytest.mark.parametrize("text", ["", "12 34", "... \n", "\n", "\ud800", "\U0010ffff", "x", "\t\t"])
def test_a_page_without_words_has_no_known_language(text: str) -> None:
    assert languages_of(text) == (UND,)


def test_nonsense_is_in_no_language() -> None:
    assert languages_of("qxv ztrw bnmkp xwq vvfj") == (UND,)


def test_the_same_text_gives_the_same_lines_again() -> None:
    text = "\n".join(row[3] for row in ROWS)
    assert languages_by_line(text) == languages_by_line(text)


def test_every_language_that_can_be_told_is_listed() -> None:
    from fairwitness.text._ngrams import models

    learnt = {language for model in models().values() for language in model.languages}
    assert learnt - {UND} <= set(LANGUAGES.split())


def test_a_filter_for_chinese_finds_both_kinds() -> None:
    assert with_general(["zh-Hans", "ug"]) == ["zh", "zh-hans", "ug"]
