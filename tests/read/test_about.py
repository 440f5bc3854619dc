"""What files say about themselves is stated in one vocabulary, with the field that it was read from."""

from __future__ import annotations

import io
import re
import struct
import zlib
from datetime import UTC, datetime

import pytest
from PIL import ExifTags, Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Part, Source
from fairwitness.core.step import Step
from fairwitness.read import _markup_about, _mp4_about, _ole_about, _package_about, _picture_about, _xmp
from fairwitness.read._ole import open_ole
from fairwitness.read._ole_about import about_ole
from fairwitness.read._xmp import about_xmp
from fairwitness.read.read_compound import ReadCompound
from fairwitness.read.read_docx import ReadDocx
from fairwitness.read.read_epub import ReadEpub
from fairwitness.read.read_html import ReadHtml
from fairwitness.read.read_image import ReadImage
from fairwitness.read.read_odf import ReadOdf
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.read.read_rtf import ReadRtf
from fairwitness.text.statements import MAX_OF_ONE_PART
from fairwitness.work.receiving import MAX_ABOUT
from tests.bad_input import ole_of
from tests.work.support import ROOT

from .documents import PdfPage, docx, end_of, pdf, read, relations, wp, zipped
from .pictures import HEIC

Told = set[tuple[str, str, str]]

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
 xmp:CreateDate="2017-03-01T10:22:05+08:00" pdf:Producer="Invented Writer 2">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">通知</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Office of Forms</rdf:li><rdf:li>第二科</rdf:li></rdf:Seq></dc:creator>
<xmpMM:DocumentID>uuid:1</xmpMM:DocumentID>
<xmpMM:DerivedFrom rdf:parseType="Resource"><stRef:documentID>uuid:0</stRef:documentID></xmpMM:DerivedFrom>
<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:when="2017-03-02T00:00:00Z" stEvt:softwareAgent="Invented"/>
</rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
TOLD_BY_XMP = {
    ("created", "2017-03-01", "XMP xmp:CreateDate"),
    ("created-time", "2017-03-01T10:22:05+08:00", "XMP xmp:CreateDate"),
    ("producer", "Invented Writer 2", "XMP pdf:Producer"),
    ("title", "通知", "XMP dc:title"),
    ("author", "Office of Forms", "XMP dc:creator"),
    ("author", "第二科", "XMP dc:creator"),
    ("document-id", "uuid:1", "XMP xmpMM:DocumentID"),
    ("previous-id", "uuid:0", "XMP xmpMM:DerivedFrom stRef:documentID"),
    ("history", "action saved; when 2017-03-02T00:00:00Z; softwareAgent Invented", "XMP xmpMM:History"),
}


def told_by(step: Step[Source, Part], data: bytes, media_type: str = "") -> Told:
    return {(p.name, p.value, p.source) for p in read(step, data, media_type) if isinstance(p, About)}


def test_an_xmp_packet_is_read_in_elements_and_attributes() -> None:
    assert {(p.name, p.value, p.source) for p in about_xmp(XMP.encode())} == TOLD_BY_XMP


@pytest.mark.parametrize(
    "packet", [b"", b"\xff\xfe", b"<rdf:RDF", XMP.encode()[:700], b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_a_damaged_packet_says_at_most_its_beginning_and_harms_nothing(packet: bytes) -> None:
    assert {(p.name, p.value, p.source) for p in about_xmp(packet)} <= TOLD_BY_XMP


@pytest.mark.parametrize("packed", [True, False])
def test_a_pdf_states_its_information_and_its_packet_each_with_its_source(packed: bool) -> None:
    body = zlib.compress(XMP.encode()) if packed else XMP.encode()
    filters = "/Filter /FlateDecode" if packed else ""
    stream = (
        f"<< /Type /Metadata /Subtype /XML {filters} /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"
    )
    info = "/CreationDate (D:20170301022205Z) /ModDate (D:20170401) /Producer (Other 1) /Author <FEFF4E00>"
    data = pdf([PdfPage(((72, 700, "words"),))], info=info, catalog="/Metadata 99 0 R")
    number = data.count(b" 0 obj") + 1
    data = data.replace(b"/Metadata 99 0 R", b"/Metadata %d 0 R " % number)
    at = data.rindex(b"xref\n0")
    data = data[:at] + b"%d 0 obj\n" % number + stream + b"\nendobj\n" + data[at:]
    told = told_by(ReadPdf(), data)
    assert told >= TOLD_BY_XMP | {
        ("created", "2017-03-01", "PDF Info CreationDate"),
        ("created-time", "D:20170301022205Z", "PDF Info CreationDate"),
        ("modified", "2017-04-01", "PDF Info ModDate"),
        ("modified-time", "D:20170401", "PDF Info ModDate"),
        ("producer", "Other 1", "PDF Info Producer"),
        ("author", "一", "PDF Info Author"),
        ("font", "Helvetica", "PDF BaseFont"),
        ("format-version", "1.7", "PDF header"),
    }
    assert not any(name == "revisions" for name, _, _ in told)


def test_the_revisions_of_a_pdf_are_counted() -> None:
    data = pdf([PdfPage(((72, 700, "words"),))])
    start = data.rindex(b"startxref")
    place = int(data[start:].split()[1])
    grown = data
    for _ in range(2):
        at = len(grown)
        grown += b"99 0 obj\n<< >>\nendobj\n"
        table = len(grown)
        grown += b"xref\n99 1\n%010d 00000 n \ntrailer << /Size 100 /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            at, data.count(b" 0 obj"), place, table,
        )  # fmt: skip
        place = table
    assert ("revisions", "3", "PDF startxref") in told_by(ReadPdf(), grown)
    # Word writes a second table without objects behind the first
    hybrid = data + b"xref\n0 0\ntrailer << /Size 9 >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    assert not any(name == "revisions" for name, _, _ in told_by(ReadPdf(), hybrid))


def picture(form: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, form, **options)
    return file.getvalue()


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Invented Optics"
    tags[ExifTags.Base.ImageDescription] = "X" * 30
    tags[ExifTags.Base.DateTime] = "2017:03:02 09:00:00"
    inner = tags.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2017:03:01 10:22:05"
    inner[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    inner[ExifTags.Base.BodySerialNumber] = "0001"
    gps = tags.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "W"
    gps[ExifTags.GPS.GPSLatitude] = (IFDRational(1), IFDRational(2), IFDRational(61, 2))
    gps[ExifTags.GPS.GPSLongitude] = (IFDRational(3), IFDRational(4), IFDRational(5))
    return tags


TOLD_BY_EXIF = {
    ("created", "2017-03-01", "Exif DateTimeOriginal"),
    ("created-time", "2017:03:01 10:22:05+08:00", "Exif DateTimeOriginal"),
    ("modified", "2017-03-02", "Exif DateTime"),
    ("modified-time", "2017:03:02 09:00:00", "Exif DateTime"),
    ("camera-make", "Invented Optics", "Exif Make"),
    ("camera-serial", "0001", "Exif BodySerialNumber"),
    ("gps-latitude", "1° 2' 30.5\" N", "Exif GPSLatitude"),
    ("gps-longitude", "3° 4' 5\" W", "Exif GPSLongitude"),
}


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("PNG", "image/png"), ("AVIF", "image/avif")],
)
def test_a_photograph_states_when_where_and_with_what_it_was_taken(form: str, media_type: str) -> None:
    assert told_by(ReadImage(), picture(form, exif=exif()), media_type) >= TOLD_BY_EXIF


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_exif_text_is_read_in_the_encoding_that_it_is_in(codec: str) -> None:
    text = "环境保护检查通知书".encode(codec)
    data = picture("JPEG", exif=exif()).replace(b"X" * 30, text.ljust(30, b"\0"))
    assert ("description", "环境保护检查通知书", "Exif ImageDescription") in told_by(ReadImage(), data, "image/jpeg")


def test_a_heic_states_its_exif() -> None:
    assert ("camera-make", "Invented Optics", "Exif Make") in told_by(ReadImage(), HEIC, "image/heic")


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("AVIF", "image/avif")]
)
def test_a_picture_states_its_xmp(form: str, media_type: str) -> None:
    assert told_by(ReadImage(), picture(form, xmp=XMP.encode()), media_type) >= TOLD_BY_XMP


def test_a_png_states_its_text_fields() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", "Invented Paint")
    info.add_itxt("XML:com.adobe.xmp", XMP)
    info.add_text("Creation Time", "Wed, 01 Mar 2017 10:22:05 +0800")
    told = told_by(ReadImage(), picture("PNG", pnginfo=info), "image/png")
    assert told >= TOLD_BY_XMP | {
        ("software", "Invented Paint", "PNG text Software"),
        ("created", "2017-03-01", "PNG text Creation Time"),
    }


def test_a_jpeg_states_its_iptc_fields() -> None:
    fields = [(5, "名单".encode()), (55, b"20170301"), (60, b"102205+0800"), (25, b"one"), (25, b"two")]
    iptc = b"\x1c\x01\x5a\x00\x03\x1b%G" + b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value for number, value in fields
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = picture("JPEG")
    data = data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]
    assert told_by(ReadImage(), data, "image/jpeg") >= {
        ("title", "名单", "IPTC ObjectName"),
        ("keywords", "one", "IPTC Keywords"),
        ("keywords", "two", "IPTC Keywords"),
        ("created", "2017-03-01", "IPTC DateCreated, TimeCreated"),
        ("created-time", "2017-03-01T10:22:05+0800", "IPTC DateCreated, TimeCreated"),
    }


def test_damaged_exif_hides_nothing_else() -> None:
    data = picture("JPEG", exif=exif(), xmp=XMP.encode())
    at = data.index(b"Exif\0\0") + 10
    damaged = data[:at] + b"\xff" * 12 + data[at + 12 :]
    assert told_by(ReadImage(), damaged, "image/jpeg") >= TOLD_BY_XMP


APP = "<Properties><Application>Microsoft Office Word</Application><AppVersion>16.0000</AppVersion><Company>Office of Forms</Company><TotalTime>61</TotalTime><Template>form.dotm</Template></Properties>"
CUSTOM = '<Properties xmlns:v="v"><property name="Checked"><v:lpwstr>第二科</v:lpwstr></property></Properties>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_word_document_states_its_properties_sessions_fonts_printers_and_outside_links() -> None:
    link = '<Relationship Id="a" Type="x/attachedTemplate" Target="http://example.org/t.dotm" TargetMode="External"/>'
    data = docx(
        wp("x"),
        docProps__app_dot_xml=APP,
        docProps__custom_dot_xml=CUSTOM,
        word__settings_dot_xml=f'<w:settings xmlns:w="{W}"><w:rsids><w:rsid w:val="1"/><w:rsid w:val="2"/></w:rsids></w:settings>',
        word__fontTable_dot_xml=f'<w:fonts xmlns:w="{W}"><w:font w:name="等线"/></w:fonts>',
        word___rels__settings_dot_xml_dot_rels=relations().replace("</Rel", link + "</Rel"),
        word__printerSettings__printerSettings1_dot_bin="Laser 7".encode("utf-16-le") + bytes(200),
    )
    assert told_by(ReadDocx(), data) == {
        ("software", "Microsoft Office Word", "docProps/app.xml Application"),
        ("software-version", "16.0000", "docProps/app.xml AppVersion"),
        ("company", "Office of Forms", "docProps/app.xml Company"),
        ("editing-minutes", "61", "docProps/app.xml TotalTime"),
        ("template", "form.dotm", "docProps/app.xml Template"),
        ("custom", "Checked: 第二科", "docProps/custom.xml property"),
        ("editing-sessions", "2", "word/settings.xml w:rsid"),
        ("font", "等线", "word/fontTable.xml w:font"),
        ("printer", "Laser 7", "OOXML printerSettings"),
        ("external-link", "attachedTemplate http://example.org/t.dotm", "OOXML relations TargetMode External"),
    }


META = (
    '<office:meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
    "<meta:initial-creator>第二科</meta:initial-creator><dc:creator>Office</dc:creator>"
    "<meta:creation-date>2017-03-01T10:22:05.123</meta:creation-date><dc:date>2017-03-02T00:00:00</dc:date>"
    "<meta:editing-cycles>7</meta:editing-cycles><meta:generator>Invented/1</meta:generator>"
    '<meta:template xlink:href="../form.ott"/><meta:document-statistic meta:page-count="3"/>'
    '<meta:user-defined meta:name="Info 1"/></office:meta>'
)


@pytest.mark.parametrize("flat", [True, False])
def test_an_opendocument_file_states_its_metadata(flat: bool) -> None:
    part = "office:meta" if flat else "meta.xml"
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    if flat:
        data = f"<office:document {office}>{META}<office:body/></office:document>".encode()
        told = told_by(ReadOdf(), data, "application/vnd.oasis.opendocument.text-flat-xml")
    else:
        members = {"meta.xml": f"<office:document-meta {office}>{META}</office:document-meta>"}
        members["content.xml"] = f"<office:document-content {office}><office:body/></office:document-content>"
        told = told_by(ReadOdf(), zipped(members), "application/vnd.oasis.opendocument.text")
    assert told == {
        ("author", "第二科", f"{part} initial-creator"),
        ("last-modified-by", "Office", f"{part} creator"),
        ("created", "2017-03-01", f"{part} creation-date"),
        ("created-time", "2017-03-01T10:22:05.123", f"{part} creation-date"),
        ("modified", "2017-03-02", f"{part} date"),
        ("modified-time", "2017-03-02T00:00:00", f"{part} date"),
        ("revision", "7", f"{part} editing-cycles"),
        ("software", "Invented/1", f"{part} generator"),
        ("template", "../form.ott", f"{part} template"),
        ("pages-claimed", "3", f"{part} document-statistic"),
    }


def property_set(values: dict[int, tuple[int, bytes]]) -> bytes:
    """One section of [MS-OLEPS]: number -> (type, value)."""
    table, body = b"", b""
    for number, (kind, value) in values.items():
        table += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += struct.pack("<I", kind) + value + b"\0" * (-len(value) % 4)
    section = struct.pack("<II", 8 + len(table) + len(body), len(values)) + table + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, b"", 1, b"", 48) + section


def narrow(text: str, codec: str) -> tuple[int, bytes]:
    raw = text.encode(codec) + b"\0"
    return 30, struct.pack("<I", len(raw)) + raw


def file_time(moment: datetime) -> tuple[int, bytes]:
    return 64, struct.pack("<Q", int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)


def test_a_compound_file_states_its_property_sets_in_its_code_page() -> None:
    summary = property_set(
        {
            1: (2, struct.pack("<H", 936)),
            2: narrow("会议通知", "gbk"),
            4: narrow("第二科", "gbk"),
            10: (64, struct.pack("<Q", 61 * 60 * 10_000_000)),
            11: (64, bytes(8)),
            12: file_time(datetime(2017, 3, 1, 2, 22, 5, tzinfo=UTC)),
            18: narrow("Microsoft Word 10.0", "ascii"),
        }
    )
    document = property_set(
        {
            1: (2, struct.pack("<H", 1251)),
            15: narrow("Управление", "cp1251"),
            23: (3, struct.pack("<I", 11 << 16 | 5604)),
        }
    )
    data = ole_of(
        {"\x05SummaryInformation": summary, "\x05DocumentSummaryInformation": document, "WordDocument": bytes(5000)}
    )
    with open_ole(io.BytesIO(data)) as ole:
        told = {(p.name, p.value, p.source) for p in about_ole(ole)}
    assert told == {
        ("title", "会议通知", "OLE SummaryInformation 2"),
        ("author", "第二科", "OLE SummaryInformation 4"),
        ("editing-minutes", "61", "OLE SummaryInformation 10"),
        ("created", "2017-03-01", "OLE SummaryInformation 12"),
        ("created-time", "2017-03-01T02:22:05Z", "OLE SummaryInformation 12"),
        ("software", "Microsoft Word 10.0", "OLE SummaryInformation 18"),
        ("company", "Управление", "OLE DocumentSummaryInformation 15"),
        ("software-version", "11.5604", "OLE DocumentSummaryInformation 23"),
    }


def test_a_compound_file_without_a_reader_says_at_least_what_it_is() -> None:
    summary = property_set({4: narrow("Office of Forms", "ascii"), 12: file_time(datetime(2017, 3, 1, tzinfo=UTC))})
    parts = read(ReadCompound(), ole_of({"\x05SummaryInformation": summary, "VisioDocument": bytes(5000)}))
    assert (end_of(parts).outcome, end_of(parts).detail) == (Cause.UNSUPPORTED, "only its properties are read")
    assert About("author", "Office of Forms", "OLE SummaryInformation 4") in parts
    assert end_of(read(ReadCompound(), b"no compound file")).outcome is Cause.UNREADABLE


def test_a_book_states_its_metadata() -> None:
    opf = (
        "<package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata><dc:title>书</dc:title><dc:creator>作者</dc:creator>"
        "<dc:date>2016-05-04</dc:date><meta property='dcterms:modified'>2016-06-01T00:00:00Z</meta>"
        "<meta name='generator' content='Invented 3'/></metadata><manifest/><spine/></package>"
    )
    data = zipped({"META-INF/container.xml": "<container/>", "a.opf": opf})
    assert told_by(ReadEpub(), data) == {
        ("title", "书", "OPF title"),
        ("author", "作者", "OPF creator"),
        ("created", "2016-05-04", "OPF date"),
        ("modified", "2016-06-01", "OPF dcterms:modified"),
        ("modified-time", "2016-06-01T00:00:00Z", "OPF dcterms:modified"),
        ("software", "Invented 3", "OPF meta generator"),
    }


def test_a_page_states_its_meta_elements_and_what_office_programs_put_there() -> None:
    page = (
        '<html lang="ug"><head><title>بەت</title><meta name="Author" content="&#31532;二科"><meta content=\'2017-03-01\' '
        "property='article:published_time'><xml><o:DocumentProperties><o:LastAuthor>Office</o:LastAuthor>"
        "<o:LastSaved>2017-03-02T08:00:00Z</o:LastSaved></o:DocumentProperties></xml></head><body>x</body></html>"
    )
    assert told_by(ReadHtml(), page.encode()) == {
        ("title", "بەت", "HTML title"),
        ("language", "ug", "HTML lang"),
        ("author", "第二科", "HTML meta author"),
        ("created", "2017-03-01", "HTML meta article:published_time"),
        ("last-modified-by", "Office", "HTML o:LastAuthor"),
        ("modified", "2017-03-02", "HTML o:LastSaved"),
        ("modified-time", "2017-03-02T08:00:00Z", "HTML o:LastSaved"),
    }


def test_an_rtf_file_states_its_information_group() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1251{\*\rsidtbl \rsid1\rsid2\rsid3}{\info{\title \'cf\'f0\'e8\'ea\'e0\'e7}{\author \u31532?\u20108?}"
        rb"{\operator Office}{\creatim\yr2017\mo3\dy1\hr10\min2}{\printim\yr0\mo0\dy0}{\version4}{\edmins9}{\*\company Forms}}"
        rb"{\*\generator Invented 5;}\pard text\par}"
    )
    assert told_by(ReadRtf(), data) == {
        ("title", "Приказ", "RTF title"),
        ("author", "第二", "RTF author"),
        ("last-modified-by", "Office", "RTF operator"),
        ("created", "2017-03-01", "RTF creatim"),
        ("created-time", "2017-03-01T10:02:00", "RTF creatim"),
        ("revision", "4", "RTF version"),
        ("editing-minutes", "9", "RTF edmins"),
        ("company", "Forms", "RTF company"),
        ("software", "Invented 5;", "RTF generator"),
        ("editing-sessions", "3", "RTF rsidtbl"),
    }


def test_no_file_can_state_more_than_is_taken() -> None:
    more = "".join(
        f"<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>{at}</dc:title></rdf:Description>"
        for at in range(5000)
    )
    packet = XMP.replace("</rdf:RDF>", more + "</rdf:RDF>").encode()
    assert len(list(about_xmp(packet))) == MAX_OF_ONE_PART
    page = (
        "<html><head>"
        + "".join(f"<meta name=author content={at}>" for at in range(5000))
        + "</head><body>x</body></html>"
    )
    assert len(told_by(ReadHtml(), page.encode())) == MAX_OF_ONE_PART
    assert len(told_by(ReadImage(), picture("JPEG", exif=exif(), xmp=packet[:60_000]), "image/jpeg")) < MAX_ABOUT


def test_every_name_of_a_statement_is_documented() -> None:
    documented = set(re.findall(r"`([a-z-]+)`", (ROOT / "docs" / "metadata.md").read_text("utf-8")))
    used: set[str] = set()
    for path in (path for part in ("read", "intake") for path in (ROOT / "src" / "fairwitness" / part).rglob("*.py")):
        if path.name not in ("read_scan.py", "read_tables.py"):  # what an engine says of itself
            used.update(
                re.findall(r'\b(?:say|say_each|say_time|About|cut_about)\(\s*"([a-z-]+)"', path.read_text("utf-8"))
            )
    for names in (_xmp._TIMES, _xmp._TEXTS, _package_about._CORE, _package_about._CORE_TIMES, _package_about._APP,
                  _package_about._ODF, _package_about._ODF_TIMES, _package_about._EPUB, _markup_about._META_NAMES,
                  _markup_about._META_TIMES, _markup_about._OFFICE_NAMES, _picture_about._PNG, *_ole_about._TEXTS.values()):  # fmt: skip
        used.update(names.values())
    used.update(name for name, *_ in (*_picture_about._TEXTS, *_picture_about._TIMES, *_picture_about._IPTC))
    used.update(name for name, _ in (*_mp4_about._USER_DATA.values(), *_mp4_about._KEYS.values()))
    assert used - documented == set()
