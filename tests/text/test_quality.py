"""Trust falls with each sign of trouble, says why, and counts nothing against honest text in any script."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.parts import PageText
from fairwitness.core.recognition import Recognition
from fairwitness.text.quality import Signs, coverage, likeness, signs_from, signs_of, trust_of

HONEST = [
    "Бұл құжат 2017 жылы наурыз айында жазылған, оның көшірмесі сақталған.",
    "Протокол заседания комиссии от 12 марта 2017 года, лист 14, экз. №2.",
    "يىغىن خاتىرىسى 2017-يىلى 3-ئايدا تۈزۈلگەن بولۇپ، نۇسخىسى ساقلاندى",
    "会议记录于2017年3月12日编制，第14号文件，A4纸打印，共5份。",
    "Toplantı tutanağı 12 Mart 2017 tarihinde düzenlenmiş, 3 nüsha çoğaltılmıştır.",
    "The minutes were taken on 12 March 2017 at 10am; see IDs A17 and B2, McDonald's and iPhone 5s.",
]


def recognised(text: str, confidence: int = 990, **fields: int) -> PageText:
    lines = array("I", [0, len(text), confidence, 0, 0])
    how = Recognition("hybrid", ("hybrid",), ("Latn",), lines, **fields)
    return PageText(1, "page", text, 100, 100, 200, recognition=how)


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_of_a_file_is_trusted_in_every_script(text: str) -> None:
    assert trust_of(signs_of(PageText(1, "body", text))).value >= 0.9


@pytest.mark.parametrize("text", HONEST)
def test_text_decoded_with_the_wrong_table_is_not(text: str) -> None:
    wrong = text.encode("utf-8").decode("cp1251", "replace")
    if text.isascii():
        pytest.skip("ASCII is the same in every table")
    assert trust_of(signs_of(PageText(1, "body", wrong))).is_low


@pytest.mark.parametrize(
    "text",
    [
        '{"parseMode": "UNPACK", "emitKey": "0.xml", "includeOriginal": false}',
        "https://example.org/wiki/A1b2C3/SpecialPage?cite_ref=FOOTNOTE2005339 javax.swing.JFrame",
        "iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxLAAABmGlDQ1BpY2MAAHjapdG",
        "EHDAA_7477\tG-0.2-aliquot5\tXKCD BRTZ QWRTY",
    ],
)
def test_code_addresses_and_codes_that_a_file_holds_are_trusted(text: str) -> None:
    assert trust_of(signs_of(PageText(1, "body", text))).value == 1.0


def test_the_same_on_a_page_that_was_read_from_glyphs_or_pixels_is_doubtful() -> None:
    text = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxL"
    assert trust_of(signs_of(PageText(1, "page", text, 100, 100, 72))).is_low


def test_signs_within_words_are_odd() -> None:
    assert trust_of(signs_of(recognised("Mi#ut#s o# t#e m#et#ng a#e h#re, si#ne# by s#me", confidence=990))).is_low
    assert signs_of(PageText(1, "body", "write to <a@b.org> # 5, see {x} and *this* | that ~ 3")).odd == 0


def test_letters_of_two_scripts_in_one_word_are_odd() -> None:
    plain, mixed = "постановление комиссии района", "поcтaнoвлeниe кoмиccии paйoнa"  # the second with Latin o, a, c, e
    assert signs_of(PageText(1, "body", plain)).odd == 0
    assert signs_of(PageText(1, "body", mixed)).odd > 900


@given(st.integers(0, 9000), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 9))
def test_no_sign_of_trouble_raises_trust(expected: int, unsure: int, outside: int, odd: int, unread: int) -> None:
    signs = Signs(1, 500, 900, expected, unsure, outside, unread, odd)
    trust = trust_of(signs).value
    assert 0 <= trust <= 1
    for worse in (
        Signs(1, 500, 900, expected + 500, unsure, outside, unread, odd),
        Signs(1, 500, 900, expected, min(1000, unsure + 50), outside, unread, odd),
        Signs(1, 500, 900, expected, unsure, min(1000, outside + 50), unread, odd),
        Signs(1, 500, 900, expected, unsure, outside, unread + 1, odd),
        Signs(1, 500, 900, expected, unsure, outside, unread, min(1000, odd + 50)),
        Signs(1, 500, 900, expected, unsure, outside, unread, odd, agreement=500),
    ):
        assert trust_of(worse).value <= trust


def test_each_engine_is_judged_by_its_own_measure() -> None:
    def trust(engine: str, confidence: int) -> float:
        lines = array("I", [0, 40, confidence, 0, 0])
        how = Recognition("hybrid", (engine,), ("Latn",), lines)
        return trust_of(signs_of(PageText(1, "page", "w" * 40, 100, 100, 200, recognition=how))).value

    assert trust("tesseract-rus", 963) > trust("ppocrv6-small", 963)
    assert trust("ppocrv6-small", 999) > trust("ppocrv6-small", 950) > trust("ppocrv6-small", 800)


def test_each_doubt_is_said_in_words() -> None:
    trust = trust_of(signs_of(recognised("some words that were read here", confidence=600, outside=300, agreement=400)))
    assert trust.is_low
    said = " ".join(trust.reasons)
    assert "confidence 60 %" in said
    assert "30 % of the ink" in said
    assert "agrees in 40 %" in said


def test_signs_come_back_from_a_record_and_later_ones_are_passed_over() -> None:
    signs = signs_of(recognised("words that were read", outside=12))
    assert signs_from((*signs.as_pairs(), ("invented-later", 5))) == signs


@given(st.text(max_size=80))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert likeness(text, text) == 1.0
    assert coverage(text, text) == 1.0


def test_one_wrong_letter_in_a_hundred_costs_two_hundredths() -> None:
    text = "".join(chr(0x4E00 + 7 * number) for number in range(100))
    assert likeness(text, text[:50] + "X" + text[51:]) == pytest.approx(0.98, abs=0.005)


def test_other_words_are_not_alike() -> None:
    assert likeness("постановление комиссии", "unrelated words") == 0.0
    assert coverage("комиссии", "постановление комиссии района") > 0.99
