from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from fairwitness.search.language import languages_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "udhr"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("arb", "ar"),
        ("bod", "bo"),
        ("cmn_hans", "zh"),
        ("cmn_hant", "zh"),
        ("eng", "en"),
        ("kaz", "kk"),
        ("rus", "ru"),
        ("tur", "tr"),
        ("uig_arab", "ug"),
        ("fra", "fr"),
        ("spa", "es"),
        ("kir", "ky"),
        ("uzn_cyrl", "uz"),
        ("uzn_latn", "uz"),
        ("uig_latn", "ug"),
    ],
)
def test_nearly_all_pages_of_a_known_text_have_its_language(name: str, code: str) -> None:
    path = CORPUS / f"{name}.html"
    if not path.exists():
        pytest.skip("the shared corpus is not here")
    text = html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))[1500:]
    pages = [text[i : i + 800] for i in range(0, len(text) - 800, 800)]
    right = sum(languages_of(page) == (code,) for page in pages)
    assert right >= 0.9 * len(pages)


def test_a_page_in_two_languages_has_both() -> None:
    page = "这是关于环境保护的报告，由办公室编写。" * 3 + "This is the report of the office on the environment. " * 3
    assert set(languages_of(page)) == {"zh", "en"}


def test_a_name_in_another_script_makes_no_second_language() -> None:
    assert languages_of("Это отчёт о работе конторы за год, и в нём нет ничего нового для нас. 环") == ("ru",)


def test_presentation_forms_do_not_hide_uyghur() -> None:
    assert languages_of("ﺋﯘﻳﻐﯘﺭ ﺗﯩﻠﻰ ﯪ ﻛﯚﭖ ﺋﯜﭼﯜﻥ") == ("ug",)


@pytest.mark.parametrize("text", ["", "12 34", "... \n"])
def test_a_page_without_letters_has_no_known_language(text: str) -> None:
    assert languages_of(text) == ("und",)
