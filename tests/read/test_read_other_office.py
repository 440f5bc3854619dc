from __future__ import annotations

import gzip
import struct
import zlib

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Entry, EntryData
from fairwitness.intake.identify import identify
from fairwitness.read.read_flat_xml import ReadSheetXml, ReadWordXml
from fairwitness.read.read_hwp import ReadHwp
from fairwitness.read.read_iwork import ReadIwork
from fairwitness.read.read_odf import ReadOdf
from fairwitness.read.read_vsdx import ReadVsdx
from fairwitness.read.read_write import ReadWrite
from fairwitness.read.read_xps import ReadXps
from fairwitness.text.compound import write_compound

from .documents import R, end_of, missed_of, pages_of, read, relations, source_of, zipped
from .packers import field, iwa
from .test_read_office import ODF, UYGHUR, odf
from .test_read_sheet import cells_of

SF = "http://developer.apple.com/namespaces/sf"


def type_of(data: bytes) -> str:
    return identify(source_of(data)).media_type


# --- iWork


def test_the_older_iwork_gives_paragraphs_and_cells_and_no_prompts() -> None:
    xml = (
        f'<sl:document xmlns:sl="s" xmlns:sf="{SF}" xmlns:sfa="a"><sf:stylesheet><sf:p>prompt</sf:p></sf:stylesheet>'
        f'<sf:p>标题<sf:tab/><sf:span>{UYGHUR}</sf:span></sf:p><sf:ct sfa:s="姓名"/><sf:n sf:v="7.5"/></sl:document>'
    )
    for name, data in (("index.xml", xml.encode()), ("index.apxl.gz", gzip.compress(xml.encode()))):
        made = zipped(
            {name: data, "buildVersionHistory.plist": "x", "QuickLook/Preview.pdf": b"%PDF", "thumbs/a.jpg": "x"}
        )
        assert type_of(made) == "application/vnd.apple.iwork"
        parts = read(ReadIwork(), made)
        assert pages_of(parts)[0].text == f"标题\t{UYGHUR}\n\n姓名\t\n7.5\t"
        assert [part.name for part in parts if isinstance(part, Entry)] == [b"Preview.pdf"]


def test_the_newer_iwork_gives_texts_cells_and_comments() -> None:
    storage = field(1, 0) + field(3, "第一段\nвторой\u2028x\ufffc".encode())
    strings = field(1, 1) + field(3, field(1, 5) + field(3, "单元格".encode()))
    formats = field(1, 2) + field(3, field(1, 5) + field(3, b"no text"))
    made = iwa([(2001, storage), (6005, strings), (6005, formats), (3056, field(1, "批注".encode())), (1, b"other")])
    inner = zipped({"Index/Document.iwa": made})
    for package in (inner, zipped({"Index.zip": inner, "Data/picture.png": b"x"})):
        assert type_of(package) == "application/vnd.apple.iwork"
        parts = read(ReadIwork(), package)
        assert pages_of(parts)[0].text == "第一段\n\nвторой\n\nx\n\n单元格\t\n批注\t"
        assert end_of(parts).outcome is Cause.OK


@pytest.mark.parametrize("data", [b"\0\3\0\0\x05\x00a", b"\1abc", iwa([(2001, field(3, b"x"))])[:-3]])
def test_a_damaged_iwork_is_told(data: bytes) -> None:
    assert end_of(read(ReadIwork(), zipped({"Index/Document.iwa": data}))).outcome is Cause.UNREADABLE


# --- XPS


def glyphs(text: str, x: float, y: float) -> str:
    return f'<Glyphs UnicodeString="{text}" OriginX="{x}" OriginY="{y}" FontRenderingEmSize="10"/>'


def test_pages_of_an_xps_come_in_order_with_their_lines() -> None:
    first = (
        glyphs("{}姓", 0, 20)
        + glyphs("名", 10, 20)
        + glyphs("R", 60, 20)
        + glyphs("ow", 66, 20.2)
        + glyphs("二", 0, 40)
    )
    made = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "FixedDocSeq.fdseq": "<FixedDocumentSequence/>",
            "Documents/1/FixedDoc.fdoc": '<FixedDocument xmlns="x"><PageContent Source="Pages/2.fpage"/>'
            '<PageContent Source="/Documents/1/Pages/1.fpage"/><PageContent Source="Pages/9.fpage"/></FixedDocument>',
            "Documents/1/Pages/2.fpage": f'<FixedPage xmlns="x">{first}</FixedPage>',
            "Documents/1/Pages/1.fpage": '<FixedPage xmlns="x"><Path><Path.Fill><ImageBrush/></Path.Fill></Path></FixedPage>',
            "Resources/scan.png": b"x",
        }
    )
    assert type_of(made) == "application/vnd.ms-xpsdocument"
    parts = read(ReadXps(), made)
    assert [(page.number, page.text) for page in pages_of(parts)] == [(1, "姓名 Row\n二")]
    assert [(page.number, page.cause) for page in missed_of(parts)] == [(2, Cause.NEEDS_OCR), (3, Cause.UNREADABLE)]
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"scan.png"]


# --- Visio


def test_pages_of_a_visio_drawing_come_with_their_names_and_shapes() -> None:
    def listed(kind: str, name: str) -> str:
        return f'<{kind}s xmlns="v" xmlns:r="{R}"><{kind} Name="{name}"><PageSheet/><Rel r:id="r1"/></{kind}></{kind}s>'

    shapes = (
        "<Shapes><Shape><Text><cp IX='0'/>处长</Text><Shapes><Shape><Text>科员</Text></Shape></Shapes></Shape></Shapes>"
    )
    made = zipped(
        {
            "[Content_Types].xml": '<Types><Override ContentType="application/vnd.ms-visio.drawing.main+xml"/></Types>',
            "_rels/.rels": relations(("r1", "document", "visio/document.xml")),
            "visio/document.xml": "<VisioDocument/>",
            "visio/_rels/document.xml.rels": relations(
                ("r1", "masters", "m/masters.xml"), ("r2", "pages", "p/pages.xml")
            ),
            "visio/p/pages.xml": listed("Page", "机构"),
            "visio/p/_rels/pages.xml.rels": relations(("r1", "page", "page7.xml")),
            "visio/p/page7.xml": f"<PageContents xmlns='v'>{shapes}</PageContents>",
            "visio/m/masters.xml": listed("Master", "Box"),
            "visio/m/_rels/masters.xml.rels": relations(("r1", "master", "gone.xml")),
            "visio/media/image1.png": b"x",
        }
    )
    assert type_of(made) == "application/vnd.ms-visio.drawing"
    parts = read(ReadVsdx(), made)
    assert [page.text for page in pages_of(parts)] == ["机构\n\n处长\n\n科员"]
    assert [(page.number, page.cause) for page in missed_of(parts)] == [(2, Cause.UNREADABLE)]
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"image1.png"]


# --- one XML file


def test_word_2003_xml_gives_text_tables_and_pictures() -> None:
    w = "http://schemas.microsoft.com/office/word/2003/wordml"
    row = (
        "<w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr>"
    )
    picture = '<w:pict><w:binData w:name="wordml://1.png">iVBO\nRw==</w:binData></w:pict>'
    xml = (
        f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="{w}"><w:body>'
        f"<w:p><w:r><w:t>{UYGHUR}</w:t></w:r><w:r>{picture}</w:r></w:p><w:tbl>{row}</w:tbl>"
        "<w:p><w:pPr><w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></w:pPr></w:p></w:body>"
        "</w:wordDocument>"
    ).encode()
    assert type_of(xml) == "application/vnd.ms-word.2003+xml"
    parts = read(ReadWordXml(), xml)
    assert pages_of(parts)[0].text == f"{UYGHUR}\n\n甲\t乙\t\n页眉"
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"1.png"]
    assert b"".join(part.data for part in parts if isinstance(part, EntryData)) == b"\x89PNG"


def test_a_flat_package_of_word_gives_its_text_and_pictures() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml">'
        f'<pkg:xmlData><w:document xmlns:w="{w}"><w:p><w:r><w:t>там</w:t></w:r></w:p></w:document></pkg:xmlData></pkg:part>'
        '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>iVBORw==</pkg:binaryData></pkg:part></pkg:package>'
    ).encode()
    assert type_of(xml) == "application/vnd.ms-word.flat+xml"
    parts = read(ReadWordXml(), xml)
    assert pages_of(parts)[0].text == "там"
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"a.png"]


def test_excel_2003_xml_keeps_the_addresses_of_its_cells() -> None:
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="名单"><Table>'
        '<Row ss:Index="3"><Cell ss:Index="2" ss:MergeAcross="1"><Data ss:Type="String">姓名</Data></Cell>'
        '<Cell ss:Formula="=RC[-1]*2"><Data ss:Type="Number">1.1000000000000001</Data><Comment ss:Author="审"><Data>批注</Data></Comment></Cell>'
        '</Row><Row><Cell><Data ss:Type="String">次</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden'
        "</Visible></WorksheetOptions></Worksheet></Workbook>"
    ).encode()
    assert type_of(xml) == "application/vnd.ms-excel.2003+xml"
    parts = read(ReadSheetXml(), xml)
    sheet, beside = pages_of(parts)
    assert (sheet.label, cells_of(sheet)) == ("名单", {(2, 1): "姓名", (2, 3): "1.1", (3, 0): "次"})
    assert beside.text == "审: 批注\n\n名单!R3C4 =RC[-1]*2"
    assert [part.value for part in parts if isinstance(part, About)] == ["名单"]
    assert end_of(read(ReadSheetXml(), xml[:-30])).outcome is Cause.PARTIAL


# --- HWP, Write, OpenOffice 1, drawings


def hwp(text: str, flags: int = 1, **more: bytes) -> bytes:
    # a control of eight units in front, which holds no text; the paragraph text has the tag 67
    units = struct.pack("<8H", 2, *b"dces", 0, 0, 2) + text.encode("utf-16-le") + struct.pack("<H", 13)
    record = struct.pack("<I", 67 | len(units) << 20) + units
    packer = zlib.compressobj(wbits=-15)
    section = packer.compress(struct.pack("<II", 66 | 4 << 20, 0) + record) + packer.flush()
    head = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000000, flags)
    return write_compound({("FileHeader",): head, ("BodyText", "Section0"): section,
                           ("\x05HwpSummaryInformation",): b"x"})  # fmt: skip


def test_a_hangul_document_gives_its_paragraphs() -> None:
    assert type_of(hwp("보고서\t1")) == "application/x-hwp"
    assert pages_of(read(ReadHwp(), hwp("보고서\u0018 名單")))[0].text == "보고서- 名單"
    assert end_of(read(ReadHwp(), hwp("x", flags=3))).outcome is Cause.ENCRYPTED


def test_a_write_file_gives_its_text_in_its_code_page() -> None:
    text = "Список сотрудников отдела\r\nвторая строка".encode("cp1251")
    head = struct.pack("<HHH", 0xBE31, 0, 0xAB00).ljust(14, b"\0") + struct.pack("<I", 128 + len(text))
    data = head.ljust(128, b"\0") + text + b"properties"
    assert type_of(data) == "application/x-mswrite"
    assert pages_of(read(ReadWrite(), data))[0].text == "Список сотрудников отдела\n\nвторая строка"


def test_a_drawing_has_a_page_for_each_of_its_pages() -> None:
    body = "<draw:page><draw:frame><text:p>图一</text:p></draw:frame></draw:page><draw:page><text:p>图二</text:p></draw:page>"
    parts = read(ReadOdf(), odf(body, "drawing"), "application/vnd.oasis.opendocument.graphics")
    assert [page.text for page in pages_of(parts)] == ["图一", "图二"]


def test_a_text_of_openoffice_1_is_known_by_its_manifest() -> None:
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:file-entry manifest:media-type="application/vnd.sun.xml.writer"'
    data = odf(
        "<text:p>文</text:p>",
        META_INF__x_dot_xml="",
        **{"META-INF__manifest_dot_xml": f'{manifest} manifest:full-path="/"/></manifest:manifest>'},
    )
    assert type_of(data) == "application/vnd.sun.xml.writer"
    assert pages_of(read(ReadOdf(), data, f"{ODF}x"))[0].text == "文"
