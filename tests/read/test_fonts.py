"""PDF files that embed no font are drawn all the same: Han, Arabic script and Cyrillic have ink where the text is."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from fairwitness.core.parts import PageText, Pixels, Source
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.read.render import RenderPage


def pdf_of(font: dict[str, object], content: bytes) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 100))
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(pikepdf.Dictionary(**font))))
    page.Contents = pdf.make_stream(b"BT /F1 24 Tf 20 40 Td " + content + b" Tj ET")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def han_font(pdf_name: str, ordering: str, encoding: str) -> dict[str, object]:
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType0, BaseFont=pikepdf.Name(f"/{pdf_name}"),
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering=ordering, Supplement=2), DW=1000,
        FontDescriptor=pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name(f"/{pdf_name}"), Flags=6, ItalicAngle=0,
            FontBBox=pikepdf.Array([-25, -254, 1000, 880]), Ascent=880, Descent=-120, CapHeight=880, StemV=93,
        ),
    )  # fmt: skip
    return {
        "Type": pikepdf.Name.Font, "Subtype": pikepdf.Name.Type0, "BaseFont": pikepdf.Name(f"/{pdf_name}"),
        "Encoding": pikepdf.Name(f"/{encoding}"), "DescendantFonts": pikepdf.Array([descendant]),
    }  # fmt: skip


def simple_font(name: str, *glyphs: str) -> dict[str, object]:
    differences = pikepdf.Array([1, *(pikepdf.Name(f"/{glyph}") for glyph in glyphs)])
    return {
        "Type": pikepdf.Name.Font, "Subtype": pikepdf.Name.TrueType, "BaseFont": pikepdf.Name(f"/{name}"),
        "FirstChar": 1, "LastChar": len(glyphs), "Widths": pikepdf.Array([600] * len(glyphs)),
        "Encoding": pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=differences),
        "FontDescriptor": pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name(f"/{name}"), Flags=4, ItalicAngle=0,
            FontBBox=pikepdf.Array([0, -200, 1000, 900]), Ascent=900, Descent=-200, CapHeight=700, StemV=80,
        ),
    }  # fmt: skip


CASES = {
    "simplified": (han_font("STSong-Light", "GB1", "UniGB-UCS2-H"), "环境保护", b"<" + "环境保护".encode("utf-16-be").hex().encode() + b">"),
    "traditional": (han_font("MSung-Light", "CNS1", "UniCNS-UCS2-H"), "環境保護", b"<" + "環境保護".encode("utf-16-be").hex().encode() + b">"),
    "cyrillic": (simple_font("NoSuchFont", "afii10017", "afii10066", "afii10067"), "Абв", b"<010203>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_font_that_is_not_there_is_replaced_by_one_with_these_letters(name: str) -> None:
    font, text, content = CASES[name]
    data = pdf_of(font, content)
    source = Source(io.BytesIO(data), len(data), media_type="application/pdf")
    (page,) = [part for part in ReadPdf()(source) if isinstance(part, PageText)]
    assert text in page.text
    (pixels,) = [part for part in RenderPage(number=1)(source) if isinstance(part, Pixels)]
    image = Image.frombytes("RGB", (pixels.width_px, pixels.height_px), pixels.data).convert("L")
    boxes = [tuple(page.words[at + 2 : at + 6]) for at in range(0, len(page.words), 6)]
    for box in boxes:
        low, _ = image.crop(box).getextrema()
        assert low < 100, "no ink where the text is"
