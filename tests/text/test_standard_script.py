from __future__ import annotations

import pytest
from bench._parallel import parallel

from fairwitness.text.language import languages_of
from fairwitness.text.standard_script import in_standard_script, other_script

ULY = {
    "Barliq pasportlar jüme künidin burun saqchixanigha tapshurulushi kérek.": "بارلىق پاسپورتلار جۈمە كۈنىدىن بۇرۇن ساقچىخانىغا تاپشۇرۇلۇشى كېرەك.",
    "Étiz, uzun ömür, ilim, ot we üzüm; déngiz, yengi.": "ئېتىز, ئۇزۇن ئۆمۈر, ئىلىم, ئوت ۋە ئۈزۈم; دېڭىز, يەڭى.",
    "Sür'et, jem’iyet": "سۈرئەت, جەمئىيەت",
}


@pytest.mark.parametrize("latin", list(ULY))
def test_uyghur_in_latin_letters_is_written_in_arabic_ones(latin: str) -> None:
    assert in_standard_script(latin, "ug-Latn") == ULY[latin]


@pytest.mark.parametrize(
    ("arabic", "cyrillic"),
    [
        ("مەكتەپ", "мектеп"),
        ("ٴبىر", "бір"),
        ("قازاقستان", "қазақстан"),
        ("ۇلت", "ұлт"),
        ("ٴتىل", "тіл"),
        ("كارى", "кәрі"),
        ("ٴۇي", "үй"),
        ("بالا", "бала"),
    ],
)
def test_kazakh_in_arabic_letters_is_written_in_cyrillic_ones(arabic: str, cyrillic: str) -> None:
    assert in_standard_script(arabic, "kk-Arab") == cyrillic


def test_only_pages_in_the_other_script_are_rewritten() -> None:
    latin = next(iter(ULY))
    assert other_script(latin, languages_of(latin)) == "ug-Latn"
    assert other_script(latin, ["ug", "en"]) == ""
    for language, sentences in parallel().items():
        page = "\n".join(sentences)
        assert other_script(page, languages_of(page)) == "", language
        assert in_standard_script(page, "") == page
