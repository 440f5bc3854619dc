"""The PDF of a report: the same bytes anywhere, only bundled fonts, every figure a link to its claim, words as words."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from typing import Any

import pikepdf
import pypdfium2
import pytest

from fairwitness.publish._checked import digest_of
from fairwitness.publish._extra import ReportExtraMissing
from fairwitness.publish.pdf_report import write_pdf
from fairwitness.publish.report import BadReport, Figure, Prose
from tests.publish.pdf_links import links_of
from tests.publish.reports import HAN, HOSTILE, SHARE, a_report


@pytest.fixture(scope="module")
def made() -> bytes:
    return write_pdf(a_report())


@pytest.fixture(scope="module")
def pdf(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))


@pytest.fixture(scope="module")
def text(made: bytes) -> str:
    return text_of(made)


def test_another_process_makes_the_same_bytes(made: bytes) -> None:
    code = (
        "import hashlib, vl_convert, pylopdf_fonts_zh_cn\n"
        "vl_convert.register_font_directory(pylopdf_fonts_zh_cn.__path__[0])\n"  # as on a system with other fonts
        "from fairwitness.publish.pdf_report import write_pdf\n"
        "from tests.publish.reports import a_report\n"
        "print(hashlib.sha256(write_pdf(a_report())).hexdigest())"
    )
    environment = {"TZ": "Asia/Kashgar", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
    assert said.stdout.strip() == hashlib.sha256(made).hexdigest()


def test_only_bundled_fonts_are_inside(pdf: pikepdf.Pdf) -> None:
    names = {str(found["/FontName"]).split("+")[-1] for found in _dictionaries(pdf) if "/FontName" in found}
    assert {name.split("-")[0] for name in names} == {"NotoSans", "NotoNaskhArabic", "NotoSansSC"}
    assert all("/FontFile2" in one or "/FontFile3" in one for one in _dictionaries(pdf) if "/FontName" in one)


def test_it_is_tagged_dated_and_for_archives(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20240305")
    with pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"
    assert not [one for one in _dictionaries(pdf) if "/JS" in one or "/Launch" in one]


def test_every_figure_leads_to_the_page_of_its_claim(made: bytes) -> None:
    goals = {"62.4 %": "c1", "31.0 %": "c2", "% 31.0": "c2"}  # beside Arabic script PDFium reads it from the right
    found = [link for link in links_of(made) if link.words in goals]
    assert [link.goal.split()[0] for link in found] == [goals[link.words] for link in found]
    assert sorted(goals[link.words] for link in found) == ["c1"] * 3 + ["c2"] * 2  # text, table, chart; table, chart


def test_hostile_words_are_words(text: str) -> None:
    assert HOSTILE.split("//")[0].replace(" ", "") in "".join(text.split())
    assert "49" not in text.replace(digest_of(a_report()), "")
    assert HAN in text


def test_a_letter_that_no_bundled_font_has_is_spelled_out(text: str) -> None:
    assert r"Thai \u0e01 \u1f600" in text


def test_without_an_evidence_folder_there_is_no_way_out(pdf: pikepdf.Pdf) -> None:
    assert not [one for one in _dictionaries(pdf) if "/URI" in one]


def test_with_an_evidence_folder_each_claim_leads_there() -> None:
    parts = (Prose(("Of 500 rows ", Figure("62.4 %", "c1"), ".")),)
    made = write_pdf(a_report(parts=parts, claims=(SHARE,)), "evidence")
    assert [link.address for link in links_of(made) if link.address] == ["evidence/c1.html"]
    assert "desk only" in text_of(made)


def test_the_digest_stands_on_every_page(made: bytes) -> None:
    reader = pypdfium2.PdfDocument(made)
    assert all(digest_of(a_report())[:16] in page.get_textpage().get_text_bounded() for page in reader)
    reader.close()


@pytest.mark.parametrize("dated", ["", "March 2024", "2024-3-5"])
def test_a_report_without_a_date_is_refused(dated: str) -> None:
    with pytest.raises(BadReport, match="date"):
        write_pdf(a_report(dated=dated))


def test_without_the_extra_there_is_a_plain_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)  # as Python has it where a package is missing
    with pytest.raises(ReportExtraMissing, match="pip install 'fairwitness\\[report\\]'"):
        write_pdf(a_report())


def text_of(made: bytes) -> str:
    reader = pypdfium2.PdfDocument(made)
    said = "\n".join(page.get_textpage().get_text_bounded() for page in reader)
    reader.close()
    return said.replace("\r\n", "\n")


def _dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)] + [
        annotation.A for page in pdf.pages for annotation in page.get("/Annots", []) if "/A" in annotation
    ]
