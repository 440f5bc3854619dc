"""Which engine gives a second opinion on a page, and that none is better than a wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from fairwitness.read.ocr.engines import engine_named
from fairwitness.read.ocr.scan import Line, Scan
from fairwitness.read.ocr.script import script_of
from fairwitness.read.ocr.second import agreement_of, language_for
from fairwitness.read.ocr.tessdata import find_data
from fairwitness.text.quality import Signs, trust_of
from tests.read.ocr.pages import draw_page

QUAD = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
BLANK = np.full((200, 200, 3), 250, np.uint8)

pytestmark = pytest.mark.skipif(find_data("eng") is None, reason="the data of Tesseract are not installed")


def scan_of(*lines: str) -> Scan:
    return Scan(tuple(Line(text, (0, 0, 1, 1), QUAD, 0.99, "x", script_of(text)) for text in lines), 0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Minutes of the meeting on water", "eng"),
        ("Yönetmelik değişikliği hakkında duyurı", "tur"),
        ("Постановление комиссии района", "rus"),
        ("Қазақстан Республикасының қаулысы", "kaz"),
        ("سۇ باشقۇرۇش ھەققىدىكى دوكلات", "uig"),
        ("تقرير عن ادارة الموارد المائية", "ara"),
        ("关于水资源管理的报告", ""),
        ("", ""),
        ("2017 — 12", ""),
    ],
)
def test_the_language_of_the_second_reader_follows_from_what_was_read(line: str, language: str) -> None:
    assert language_for(scan_of(line)) == (language if find_data(language or "eng") else "")


def test_a_page_of_several_scripts_has_no_second_reader() -> None:
    assert language_for(scan_of("Minutes of the meeting on water", "关于水资源管理的报告和会议记录")) == ""


def test_a_chinese_page_loses_no_trust_by_a_reader_that_knows_no_chinese() -> None:
    assert agreement_of("tesseract", scan_of("关于水资源管理的报告"), BLANK, 300) is None


def test_data_that_are_missing_give_no_agreement_instead_of_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairwitness.read.ocr.second._can_read", lambda language: False)
    assert agreement_of("tesseract", scan_of("Minutes of the meeting"), BLANK, 300) is None


def test_a_clean_russian_page_is_read_the_same_by_the_second_engine() -> None:
    page = draw_page("rus", number=0, quality="clean")
    first = engine_named("tesseract-rus").read(page.image, page.dpi)
    agreement = agreement_of("tesseract", first, page.image, page.dpi)
    assert agreement is not None
    assert agreement > 0.98


def test_disagreement_alone_makes_no_page_untrusted() -> None:
    assert trust_of(Signs(1, 500, 990, agreement=900)).value == trust_of(Signs(1, 500, 990)).value
    assert 0.6 < trust_of(Signs(1, 500, 990, agreement=0)).value < 0.8
