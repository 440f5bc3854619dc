from __future__ import annotations

import pytest

from fairwitness.search.analyser import analyse
from fairwitness.search.stems import STEMMED, stem_of, stem_terms


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "report reports reported REPORTING"),
        ("ru", "отчёт отчета отчётами"),
        ("tr", "kızları KIZLARI kız"),
        ("tr", "sınav sınavlar SINAVLARI"),
        ("tr", "okul okullar okulların"),
        ("fr", "écoles école"),
        ("de", "Straßen STRASSE"),
        ("ar", "كتابه كتاب"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: str) -> None:
    assert len({stem_of(token.text, language) for token in analyse(forms)}) == 1


def test_words_in_other_letters_have_no_stem() -> None:
    assert stem_of("отчет", "en") == stem_of("reports", "ru") == stem_of("2017", "en") == ""


def test_languages_without_a_stemmer_have_no_stems() -> None:
    assert not STEMMED & {"ug", "kk", "ky", "uz", "zh", "bo", "und"}
    assert stem_of("كىتاپ", "ug") == ""
    assert list(stem_terms(["kitap"], ["ug", "und"])) == []


@pytest.mark.parametrize("language", sorted(STEMMED))
def test_every_stemmer_that_is_named_is_there(language: str) -> None:
    assert {term.partition(":")[0] for term in stem_terms(["школа", "kitap", "كتاب"], [language])} == {language}
