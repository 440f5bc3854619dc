from __future__ import annotations

import sys
import unicodedata

import numpy as np
import pytest

from fairwitness.text.scripts import SCRIPTS, codes_of, scripts_of

ALL = np.arange(sys.maxunicode + 1, dtype=np.uint32)
NAMES = {
    "Latn": "LATIN",
    "Cyrl": "CYRILLIC",
    "Arab": "ARABIC",
    "Hang": "HANGUL",
    "Tibt": "TIBETAN",
    "Grek": "GREEK",
    "Hebr": "HEBREW",
    "Armn": "ARMENIAN",
    "Geor": "GEORGIAN",
    "Thai": "THAI",
    "Mong": "MONGOLIAN",
    "Deva": "DEVANAGARI",
}


@pytest.mark.parametrize(("script", "name"), NAMES.items())
def test_the_letters_that_unicode_names_after_a_script_have_it(script: str, name: str) -> None:
    """The names of the Unicode database are the judge: common letters of each script, by their first word."""
    named = [
        code
        for code in range(0x10000)
        if unicodedata.category(chr(code)) in ("Lu", "Ll", "Lo") and unicodedata.name(chr(code), "").split()[0] == name
    ]
    told = scripts_of(np.array(named, dtype=np.uint32))
    right = np.count_nonzero(told == SCRIPTS.index(script))
    assert right >= 0.95 * len(named), [f"{code:04X}" for code in np.array(named)[told != SCRIPTS.index(script)][:20]]


def test_ideographs_are_han_and_syllables_kana() -> None:
    told = [SCRIPTS[number] for number in scripts_of(codes_of("中〇々𠀀あアｱ"))]
    assert told == ["Hani"] * 4 + ["Kana"] * 3


def test_figures_signs_and_unassigned_code_points_are_no_letters() -> None:
    told = scripts_of(codes_of("0٣３,。！\u0378\ue000\U000e0001\ud800 \n"))
    assert not told.any()


def test_every_code_point_has_an_answer() -> None:
    assert scripts_of(ALL).max() < len(SCRIPTS)
