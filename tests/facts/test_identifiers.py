from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.facts.identifiers import Fit, Identifier, find_identifiers
from tests.facts.numbers import MAKERS, cn_resident, kz_iin


def only(text: str) -> Identifier:
    (found,) = find_identifiers(text)
    return found


@pytest.mark.parametrize("kind", MAKERS)
def test_a_number_with_its_check_digit_is_valid(kind: str) -> None:
    cue, make = MAKERS[kind]
    rng = random.Random(3)
    for _ in range(50):
        number = make(rng)
        found = only(f"строка {cue}{number}, дальше")
        assert (found.kind, found.fit) == (kind, Fit.VALID), number
        assert found.normal == number.replace("-", "").replace(" ", "")


@pytest.mark.parametrize("kind", MAKERS)
def test_nearly_every_single_wrong_figure_is_noticed(kind: str) -> None:
    """MOD 11-2 and the Turkish rule notice all; the others, by their rules, miss some."""
    cue, make = MAKERS[kind]
    rng = random.Random(5)
    noticed = tried = 0
    for _ in range(20):
        number = make(rng)
        for at in [i for i, c in enumerate(number) if c.isdigit()]:
            wrong = number[:at] + str((int(number[at]) + 1 + rng.randrange(9)) % 10) + number[at + 1 :]
            if wrong != number:
                tried += 1
                found = find_identifiers(cue + wrong)
                noticed += not found or found[0].kind != kind or found[0].fit != Fit.VALID
    assert noticed >= 0.9 * tried
    if kind in ("cn-resident", "tr-kimlik"):
        assert noticed == tried


def test_the_date_inside_a_number_is_held_ready_and_no_more_is_said() -> None:
    found = only(cn_resident(random.Random(1), "19800312"))
    assert str(found.born) == "1980-03-12"
    assert str(only("ЖСН " + kz_iin(random.Random(1), "800312")).born) == "1980-03-12"
    assert set(Identifier.__dataclass_fields__) == {"kind", "start", "end", "normal", "fit", "born"}


def test_an_impossible_date_inside_a_number_is_told() -> None:
    assert only("653222198002311234").fit == Fit.IMPOSSIBLE_DATE
    assert only("JSHSHIR 33102801234567").fit == Fit.IMPOSSIBLE_DATE


def test_blanks_of_recognition_and_wide_figures_hide_no_number() -> None:
    number = cn_resident(random.Random(2))
    assert only(f"{number[:6]} {number[6:14]} {number[14:]}").fit == Fit.VALID
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert only(f"身份证号：{wide}").normal == number


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("护照号码 G12345678", "cn-passport"),
        ("护照 EB1234567", "cn-passport"),
        ("Паспорт N12345678", "kz-passport"),
        ("Pasaport no U 12345678", "tr-passport"),
        ("паспорт 12 34 567890", "ru-passport"),
        ("pasport AA1234567", "uz-passport"),
        ("身份证 653222800312123", "cn-resident-15"),
        ("ИНН/ПИН 21203198012345", "kg-pin"),
        ("write to someone@example.org.", "e-mail"),
        ("БИН 010140000017", "kz-iin"),
    ],
)
def test_what_has_no_check_digit_is_believed_beside_a_word_that_names_it(text: str, kind: str) -> None:
    assert only(text).kind == kind


@pytest.mark.parametrize(
    "text",
    ["G12345678", "653222800312123", "13912345678", "123456789012", "6222021234567890123", "a@b", "12 34 567890"],
)
def test_figures_alone_are_no_identity(text: str) -> None:
    assert find_identifiers(text) == []


def test_telephone_numbers_are_found_for_the_regions_given() -> None:
    text = "тел. +7 701 234 56 78, 139 1234 5678, (0532) 123 45 67"
    assert [one.normal for one in find_identifiers(text, phones=["KZ"])] == ["+77012345678"]
    assert "+8613912345678" in [one.normal for one in find_identifiers(text, phones=["CN", "TR"])]
    assert find_identifiers(text) == []


def test_a_mask_shows_two_signs() -> None:
    assert only("653222198002311234").masked == "•" * 16 + "34"


@given(st.text(alphabet="0123456789 -xX№паспортИНН@.a\n", max_size=80))
def test_no_text_breaks_it_and_no_two_finds_overlap(text: str) -> None:
    found = find_identifiers(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
