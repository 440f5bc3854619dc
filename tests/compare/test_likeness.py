from __future__ import annotations

import pytest

from fairwitness.compare.likeness import ComparedPage, Kind, likeness
from tests.compare.texts import ALL, ENGLISH, RUSSIAN, UYGHUR, form, misread

LANGUAGES = pytest.mark.parametrize("language", sorted(ALL))


def kind_of(left: str, right: str, **options: float) -> Kind | None:
    return likeness(ComparedPage.of(left), ComparedPage.of(right), **options).kind


@LANGUAGES
def test_other_blanks_and_signs_are_the_same_text(language: str) -> None:
    text = ALL[language]
    assert kind_of(text, text.replace("\n", "\r\n  ").replace("。", "．")) is Kind.SAME_TEXT


@LANGUAGES
@pytest.mark.parametrize("share", [0.02, 0.05, 0.08])
def test_a_misread_page_is_a_near_duplicate(language: str, share: float) -> None:
    for seed in range(4):
        found = likeness(ComparedPage.of(ALL[language]), ComparedPage.of(misread(ALL[language], share, seed)))
        assert found.kind is Kind.NEAR_DUPLICATE
        assert found.similarity > 1 - 3 * share


@LANGUAGES
def test_two_bad_readings_of_one_page_are_near_duplicates(language: str) -> None:
    assert kind_of(misread(ALL[language], 0.06, 1), misread(ALL[language], 0.06, 2)) is Kind.NEAR_DUPLICATE


@LANGUAGES
def test_another_head_and_paragraphs_in_another_order_are_near_duplicates(language: str) -> None:
    lines = ALL[language].split("\n")
    assert kind_of(ALL[language], "\n".join(["17 / 2016", *lines[1:], "- 4 -"])) is Kind.NEAR_DUPLICATE
    assert kind_of(ALL[language], "\n".join(lines[2:] + lines[:2])) is Kind.NEAR_DUPLICATE
    assert kind_of(ALL[language], "\n".join(lines[:-1])) is Kind.NEAR_DUPLICATE


def test_a_form_filled_in_differently_is_the_same_form_and_no_duplicate() -> None:
    found = likeness(ComparedPage.of(form(1)), ComparedPage.of(form(2)))
    assert found.kind is Kind.SAME_FORM
    assert found.slots == 9
    assert found.similarity > 0.7  # by similarity alone it would be a duplicate


def test_a_misread_form_is_a_duplicate_of_that_form_alone() -> None:
    assert kind_of(form(1), misread(form(1), 0.05)) is Kind.NEAR_DUPLICATE
    assert kind_of(form(2), misread(form(1), 0.05)) is Kind.SAME_FORM


def test_stock_text_alone_makes_no_duplicates() -> None:
    left, right = f"{ENGLISH}\n{RUSSIAN[:110]}", f"{ENGLISH}\n{UYGHUR[:110]}"
    assert kind_of(left, right) is Kind.NEAR_DUPLICATE
    assert kind_of(left, right, stock=1.0) is None


def test_unrelated_pages_are_of_no_kind() -> None:
    texts = list(ALL.values())
    assert {kind_of(a, b) for a in texts for b in texts if a != b} == {None}


@LANGUAGES
def test_likeness_does_not_depend_on_the_side(language: str) -> None:
    left, right = ComparedPage.of(ALL[language]), ComparedPage.of(misread(ALL[language], 0.08))
    one, other = likeness(left, right), likeness(right, left)
    assert (one.kind, one.slots) == (other.kind, other.slots)
    assert one.similarity == pytest.approx(other.similarity, abs=0.02)


@pytest.mark.parametrize("text", ["", "7", "水"])
def test_almost_nothing_is_compared_without_harm(text: str) -> None:
    found = likeness(ComparedPage.of(text), ComparedPage.of(ENGLISH))
    assert (found.kind, found.similarity) == (None, 0.0)
