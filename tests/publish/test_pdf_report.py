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
from fairwitness.publish.pdf_report import write_pdf
from fairwitness.publish.report import BadReport, Figure, Prose
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
        "import hashlib\nfrom fairwitness.publish.pdf_report import write_pdf\n"
        "from tests.publish.reports import a_report\nprint(hashlib.sha256(write_pdf(a_report())).hexdigest())"
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


def test_every_figure_leads_to_the_page_of_its_claim(made: bytes, pdf: pikepdf.Pdf) -> None:
    reader = pypdfium2.PdfDocument(made)
    pages = [page.get_textpage().get_text_bounded() for page in reader]
    found = {"62.4 %": 0, "31.0 %": 0}
    for number, page in enumerate(pdf.pages):
        for link in page.get("/Annots", []):
            words = reader[number].get_textpage().get_text_bounded(*[float(side) for side in link.Rect]).strip()
            words = {"% 31.0": "31.0 %"}.get(words := words.replace("\xa0", " "), words)  # beside Arabic script
            if words in found:
                found[words] += 1
                target, top = _target(pdf, link)
                said = {"62.4 %": "c1", "31.0 %": "c2"}[words]
                line = reader[target].get_textpage().get_text_bounded(0, top - 40, 600, top + 5)
                assert said in line, (words, line)
                assert "How each number" in "".join(pages[: target + 1])
    assert found["62.4 %"] == 3  # text, table and chart
    assert found["31.0 %"] == 2  # table and chart
    reader.close()


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
    with pikepdf.open(io.BytesIO(made)) as pdf:
        links = [str(link.A.URI) for page in pdf.pages for link in page.Annots if "/A" in link and "/URI" in link.A]
    assert links == ["evidence/c1.html"]
    assert "desk only" in text_of(made)


def test_the_digest_stands_on_every_page(made: bytes) -> None:
    reader = pypdfium2.PdfDocument(made)
    assert all(digest_of(a_report())[:16] in page.get_textpage().get_text_bounded() for page in reader)
    reader.close()


@pytest.mark.parametrize("dated", ["", "March 2024", "2024-3-5"])
def test_a_report_without_a_date_is_refused(dated: str) -> None:
    with pytest.raises(BadReport, match="date"):
        write_pdf(a_report(dated=dated))


def text_of(made: bytes) -> str:
    reader = pypdfium2.PdfDocument(made)
    said = "\n".join(page.get_textpage().get_text_bounded() for page in reader)
    reader.close()
    return said.replace("\r\n", "\n")


def _dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)] + [
        annotation.A for page in pdf.pages for annotation in page.get("/Annots", []) if "/A" in annotation
    ]


def _target(pdf: pikepdf.Pdf, link: Any) -> tuple[int, float]:
    """Page number and height above its foot to which the link leads."""
    destination = link.get("/Dest", link.get("/A", {}).get("/D") if "/A" in link else None)
    if isinstance(destination, pikepdf.String | pikepdf.Name):
        named = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else pdf.Root.Dests
        destination = named[str(destination)]
        destination = destination.D if isinstance(destination, pikepdf.Dictionary) else destination
    numbers = {page.objgen: at for at, page in enumerate(pdf.pages)}
    return numbers[destination[0].objgen], float(destination[3])
