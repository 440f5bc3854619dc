"""Names are compared across scripts, with a reason, and never more is said than that they are alike."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.names import LEVELS, BadAliases, BadName, compare, how_shared, is_within, read_aliases, variants
from fairwitness.names._sounds import skeleton_of, sounds_of
from fairwitness.names._tables import rows
from tests.thorough import examples

GOLD = Path(__file__).parents[2].parent / "shared" / "corpus" / "names" / "gold.tsv"

FORMS = [
    ("Memet Tursun", "买买提·吐尔逊"),
    ("Memet Tursun", "مەمەت تۇرسۇن"),
    ("Memet Tursun", "Мемет Турсун"),
    ("Memet Tursun", "Maimaiti Tuerxun"),
    ("买买提吐尔逊", "Memet Tursun"),
    ("Patigul Abliz", "پاتىگۈل ئابلىز"),
    ("陈全国", "陳全國"),
    ("陈全国", "Ch'en Ch'uan-kuo"),
    ("陈全国", "Чэнь Цюаньго"),
    ("单田芳", "Shan Tianfang"),
    ("欧阳修", "Ou-yang Hsiu"),
    ("曾庆红", "Цзэн Цинхун"),
    ("Никита Хрущёв", "Nikita Chruschtschow"),
    ("Борис Ельцин", "Boris Jelzin"),
    ("Нұрлан Қабдел", "نۇرلان قابدەل ۇلى"),
    ("Mehmet Yılmaz", "Мехмет Йылмаз"),
    ("Chiang Kai-shek", "蒋介石"),
]

OTHERS = [
    ("Memet Tursun", "Abliz Qurban"),
    ("陈全国", "Zhu Hailun"),
    ("Chen Quanguo", "Chen Quanfu"),
    ("Xi Zhongxun", "Shi Zhongxun"),
    ("Борис Ельцин", "Сергей Щукин"),
    ("买买提·吐尔逊", "艾合买提·依明"),
]


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_forms_of_one_name_are_likely_and_say_why(one: str, other: str) -> None:
    match = compare(one, other)
    assert is_within(match.level, "likely"), match
    assert match.why


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_different_names_are_not_likely(one: str, other: str) -> None:
    assert not is_within(compare(one, other).level, "likely")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Memet Tursun", "مەمەت تۇرسۇن", "exact"),
        ("Memet Tursun", "Mämät Tursun", "likely"),
        ("Memet Tursun", "Mehmet Tursun", "likely"),
        ("Memet Tursun", "Memet Tursunov", "wide"),
        ("Memet Tursun", "Memet Qurban Tursun", "wide"),
        ("陈全国", "陈权国", "wide"),
    ],
)
def test_levels_are_as_documented(one: str, other: str, level: str) -> None:
    assert compare(one, other).level == level


def test_the_reason_names_the_consonants_and_the_habit_of_reading() -> None:
    why = compare("买买提·吐尔逊", "Mamat Tursun").why
    assert "买买提 read as" in why
    assert "m-m-t" in why or "table of aliases" in why


def test_a_surname_is_read_as_a_surname() -> None:
    for chars, pinyin in [("单田芳", "Shan Tianfang"), ("解晓东", "Xie Xiaodong"), ("仇和平", "Qiu Heping")]:
        assert compare(chars, pinyin).level == "exact"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "买",
        "x",
        "123",
        "Memet 2",
        "...",
        "\u202e",
        "\U000e0fff",
        "ᠮᠣᠩᠭᠣᠯ",
        "a" * 5_000,
        "a b c d e f g h",
        "།",
    ],
)
def test_what_is_no_name_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(BadName) as refused:
        compare(name, "Memet Tursun")
    assert refused.value.reason and isinstance(refused.value, FairwitnessError)


LETTERS = "abcdghijkmnoqrstuxyz'- ىئابتمنەۇق абвгджзийкмнощц 买提吐尔逊陈全国·王"


@settings(max_examples=examples(300), deadline=None)
@given(st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=12))
def test_comparing_never_fails_and_is_the_same_both_ways_round(one: str, other: str) -> None:
    try:
        there, back = compare(one, other), compare(other, one)
    except BadName:
        return
    assert (there.level, there.score) == (back.level, back.score)
    assert 0 <= there.score <= 1
    assert compare(one, one).level == "exact"


def test_an_alias_of_the_case_makes_two_forms_likely() -> None:
    assert compare("Abu Yahya", "王大明").level is None
    own = read_aliases("kind,forms\nname,Abu Yahya|王大明\n")
    match = compare("王大明", "Abu Yahya", aliases=own)
    assert match.level == "likely" and "aliases" in match.why
    assert compare("Mehmet Kaya", "مۇھەممەد Kaya", aliases=own).level == "likely"  # those of the package still count


@pytest.mark.parametrize("text", ["word,one", "person,a|b", "name", "name,a|b,c", 'word,"a'])
def test_a_bad_row_of_aliases_is_named(text: str) -> None:
    with pytest.raises(BadAliases, match="Row 2"):
        read_aliases(f"kind,forms\n{text}\n")


def test_the_tables_hold_what_their_columns_say() -> None:
    for script in ("latin", "cyrillic", "arabic"):
        for row in rows(script):
            assert row["letters"] and None not in row and None not in row.values(), row
    seen: set[str] = set()
    for row in rows("han_turkic"):
        assert not seen & set(row["characters"]), row
        seen |= set(row["characters"])
        assert all(sounds_of(part) or not part for part in row["sounds"].split("|"))
    assert len(seen) >= 150
    for row in rows("aliases"):
        assert row["kind"] in ("word", "name") and len(row["forms"].split("|")) >= 2
    assert {row["how_common"] for row in rows("common")} <= {"very common", "common", "known"}


def test_the_skeleton_drops_vowels_and_doubles() -> None:
    assert skeleton_of(sounds_of("muhemmed")) == skeleton_of(sounds_of("memet")) == "mmt"


@pytest.mark.skipif(not GOLD.exists(), reason="the list of names is not there")
def test_every_pair_of_forms_of_the_list_is_likely() -> None:
    with GOLD.open(encoding="utf-8") as file:
        people = [row for row in csv.reader(file, delimiter="\t") if row and not row[0].startswith("#")]
    for forms in people:
        for form in forms[1:]:
            assert is_within(compare(forms[0], form).level, "likely"), (forms[0], form)


def test_variants_are_forms_at_the_level_and_say_why() -> None:
    for level in LEVELS:
        found = variants("Memet Tursun", level)
        assert found[0].text == "Memet Tursun"
        for variant in found[1:]:
            assert is_within(compare("Memet Tursun", variant.text).level, level) and variant.why
    texts = {variant.text for variant in variants("陈全国")}
    assert {"Chen Quanguo", "Ch'en Ch'üan-kuo", "Чэнь Цюаньго"} <= texts


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("Memet Tursun", "very many"),
        ("买买提·吐尔逊", "very many"),
        ("Иванов Сергей", "very many"),
        ("Memet", "very many"),
        ("张伟", "very many"),
        ("陈全国", "unknown"),
        ("Nursultan Nazarbayev", "unknown"),
    ],
)
def test_what_is_said_of_how_many_share_a_name_rests_on_the_lists(name: str, people: str) -> None:
    assert how_shared(name).people == people
