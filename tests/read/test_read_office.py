from __future__ import annotations

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Entry, EntryData
from fairwitness.read.read_docx import ReadDocx
from fairwitness.read.read_epub import ReadEpub
from fairwitness.read.read_locked import ReadLocked
from fairwitness.read.read_odf import ReadOdf
from fairwitness.read.read_pptx import ReadPptx

from .documents import A, R, W, docx, end_of, missed_of, pages_of, read, relations, wp, zipped

UYGHUR = "ناھىيىلىك ھۆكۈمەتنىڭ دوكلاتى"
KAZAKH = "Қызметкерлердің тізімі"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def text_of(data: bytes) -> str:
    return "\n#\n".join(page.text for page in pages_of(read(ReadDocx(), data)))


def part(root: str, body: str) -> str:
    return f'<w:{root} xmlns:w="{W}">{body}</w:{root}>'


def test_all_parts_of_a_document_are_read_in_order() -> None:
    data = docx(
        wp("正文第一段") + wp(UYGHUR),
        word__header1_dot_xml=part("hdr", wp("页眉")),
        word__footer1_dot_xml=part("ftr", wp("页脚")),
        word__footnotes_dot_xml=part("footnotes", f"<w:footnote>{wp('脚注')}</w:footnote>"),
        word__endnotes_dot_xml=part("endnotes", f"<w:endnote>{wp('尾注')}</w:endnote>"),
        word__comments_dot_xml=part("comments", f"<w:comment>{wp(KAZAKH)}</w:comment>"),
    )
    assert text_of(data).split("\n\n") == ["页眉", "正文第一段", UYGHUR, "脚注", "尾注", KAZAKH, "页脚"]


def test_han_runs_never_join_over_cells_or_rows() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{wp(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    table = f"<w:tbl>{row('姓名', '单位')}{row('甲某', '一中队')}</w:tbl>"
    assert text_of(docx(wp("表") + table + wp("完"))) == "表\n\n姓名\t单位\t\n甲某\t一中队\t\n完"


def test_a_table_in_a_cell_stays_in_its_cell() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{wp('a')}</w:tc><w:tc>{wp('b')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{wp('x')}{inner}</w:tc><w:tc>{wp('y')}</w:tc></w:tr></w:tbl>"
    assert text_of(docx(outer)) == "x\na\tb\ty\t"


def test_runs_tabs_and_line_breaks_of_a_paragraph_are_put_together() -> None:
    body = "<w:p><w:r><w:t>二〇一七</w:t><w:t>年</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>"
    assert text_of(docx(body)) == "二〇一七年\ta\nb"


def test_deleted_text_is_kept_apart_and_field_codes_are_not_text() -> None:
    body = (
        "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>removed name</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGEREF x</w:instrText></w:r></w:p>"
    )
    assert text_of(docx(body)) == "kept\n\nremoved name"


def test_comments_come_with_their_authors_and_pictures_with_what_they_show() -> None:
    drawing = '<w:drawing><wp:docPr xmlns:wp="wp" id="1" name="Picture 1" descr="地图" title="图一"/></w:drawing>'
    comment = f'<w:comment w:author="Ә. Б." w:id="1">{wp("一")}{wp("二")}</w:comment>'
    data = docx(
        f"<w:p><w:r><w:t>前</w:t>{drawing}<w:t>后</w:t></w:r></w:p>", word__comments_dot_xml=part("comments", comment)
    )
    assert text_of(data).split("\n\n") == ["前\n图一\n地图\n后", "Ә. Б.: 一", "二"]


def test_a_formula_keeps_its_signs_apart() -> None:
    m = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    run = "<m:r><m:t>{}</m:t></m:r>"
    power = f"<m:sSup><m:e>{run.format('x')}</m:e><m:sup>{run.format('2')}</m:sup></m:sSup>"
    half = f"<m:f><m:num>{run.format('1')}</m:num><m:den>{run.format('2')}</m:den></m:f>"
    assert text_of(docx(f'<w:p><m:oMath xmlns:m="{m}">{power}{run.format("+")}{half}</m:oMath></w:p>')) == "x^2+1/2"


def test_a_text_box_is_read_once() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{wp('框内')}</w:txbxContent>"
    body = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent><w:t>框外</w:t></w:r></w:p>"
    )
    assert text_of(docx(body)).split("\n\n") == ["框内", "框外"]


def test_long_documents_are_cut_between_paragraphs_and_nothing_is_lost() -> None:
    paragraphs = [f"第{number}段" + "内容" * 100 for number in range(200)]
    parts = read(ReadDocx(), docx("".join(map(wp, paragraphs))))
    pages = pages_of(parts)
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert all(page.kind == "section" and len(page.text) <= 6_000 for page in pages)
    assert "\n\n".join(page.text for page in pages).split("\n\n") == paragraphs
    assert end_of(parts).expected_pages == len(pages) > 5


def test_the_main_part_may_have_any_name() -> None:
    data = zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "/Word/Dokument2.xml")),
            "Word/Dokument2.xml": f'<w:document xmlns:w="{W}"><w:body>{wp("там")}</w:body></w:document>',
        }
    )
    assert text_of(data) == "там"


def test_what_a_document_says_about_itself_is_stated() -> None:
    core = (
        '<c:coreProperties xmlns:c="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>通知</dc:title><t:created>2017-03-01T08:00:00Z</t:created><t:modified>2017-04-02</t:modified>"
        "</c:coreProperties>"
    )
    data = docx(wp("x"), docProps__core_dot_xml=core, word__vbaProject_dot_bin=b"x", word__media__image1_dot_png=b"x")
    about = {part.name: part.value for part in read(ReadDocx(), data) if isinstance(part, About)}
    assert about == {
        "title": "通知", "created": "2017-03-01", "created-time": "2017-03-01T08:00:00Z", "modified": "2017-04-02",
        "macros": "vba",
    }  # fmt: skip


def test_embedded_files_come_out_with_their_bytes() -> None:
    parts = read(ReadDocx(), docx(wp("x"), word__embeddings__Book1_dot_xlsx=b"PK bytes"))
    (entry,) = [part for part in parts if isinstance(part, Entry)]
    assert (entry.name, entry.role) == (b"Book1.xlsx", "attachment")
    assert [part.data for part in parts if isinstance(part, EntryData)] == [b"PK bytes"]
    assert end_of(parts).expected_entries == 1


def test_a_document_of_scans_is_not_empty_but_holds_its_pictures() -> None:
    parts = read(ReadDocx(), docx("<w:p/>", word__media__image1_dot_png=b"x"))
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"image1.png"]
    assert end_of(parts).outcome is Cause.OK
    assert end_of(read(ReadDocx(), docx("<w:p/>"))).outcome is Cause.EMPTY


@pytest.mark.parametrize(
    "xml",
    [
        f'{BOMB}<w:document xmlns:w="{W}"><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:document>',
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><w:document xmlns:w="{W}"><w:p>&f;</w:p></w:document>',
        "<w:p>" * 100_000,
        "no xml at all",
        "",
    ],
)
def test_hostile_xml_is_unreadable_and_never_expanded(xml: str) -> None:
    data = zipped({"_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")), "word/document.xml": xml})
    parts = read(ReadDocx(), data)
    assert end_of(parts).outcome is Cause.UNREADABLE
    assert pages_of(parts) == []


def test_text_before_the_damage_is_kept_and_the_loss_is_said() -> None:
    whole = f'<w:document xmlns:w="{W}">' + wp("первый") + wp("второй")
    data = zipped({"_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")), "word/document.xml": whole})
    parts = read(ReadDocx(), data)
    assert pages_of(parts)[0].text == "первый\n\nвторой"
    assert end_of(parts).outcome is Cause.PARTIAL


def test_a_bomb_ends_at_the_limit() -> None:
    data = docx("<w:p/>" * 400_000)
    assert end_of(read(ReadDocx(max_member_bytes=1_000_000), data)).outcome is Cause.LIMIT_OUTPUT
    assert end_of(read(ReadDocx(max_package_bytes=1_000_000), data)).outcome is Cause.LIMIT_OUTPUT


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"PK\5\6" + bytes(18), docx(wp("x"))[:200]])
def test_a_torn_package_is_unreadable(data: bytes) -> None:
    for step in (ReadDocx(), ReadPptx(), ReadOdf(), ReadEpub()):
        assert end_of(read(step, data)).outcome is Cause.UNREADABLE


def test_a_locked_package_needs_a_password() -> None:
    assert end_of(read(ReadLocked(), b"any")).outcome is Cause.ENCRYPTED


# --- presentations ---


def slide(*paragraphs: str) -> str:
    inner = "".join(f"<a:p><a:pPr/><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f'<p:sld xmlns:p="p" xmlns:a="{A}"><p:txBody>{inner}</p:txBody></p:sld>'


def pptx() -> bytes:
    return zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="{R}"><p:sldIdLst><p:sldId id="1" r:id="r7"/>'
            '<p:sldId id="2" r:id="r3"/><p:sldId id="3" r:id="r4"/><p:sldId id="4" r:id="r9"/></p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(
                ("r3", "slide", "slides/slide1.xml"), ("r7", "slide", "slides/slide2.xml"),
                ("r4", "slide", "slides/slide3.xml"), ("r9", "slide", "slides/missing.xml"),
            ),
            "ppt/slides/slide1.xml": slide("первый", UYGHUR),
            "ppt/slides/slide2.xml": slide("封面").replace("<p:sld ", '<p:sld show="0" '),
            "ppt/slides/slide3.xml": slide(),
            "ppt/slides/_rels/slide1.xml.rels": relations(
                ("r1", "notesSlide", "../notesSlides/notesSlide1.xml"), ("r2", "comments", "../comments/comment1.xml")
            ),
            "ppt/slides/_rels/slide3.xml.rels": relations(("r1", "image", "../media/image1.png")),
            "ppt/notesSlides/notesSlide1.xml": slide("备注内容"),
            "ppt/comments/comment1.xml": '<p:cmLst xmlns:p="p"><p:cm><p:text>Пікір</p:text></p:cm></p:cmLst>',
            "ppt/media/image1.png": b"x",
        }
    )  # fmt: skip


def test_slides_come_in_the_order_of_the_presentation_with_their_notes() -> None:
    parts = read(ReadPptx(), pptx())
    pages = pages_of(parts)
    assert [(page.number, page.kind) for page in pages] == [(1, "slide"), (2, "slide")]
    assert pages[0].text == "封面"
    assert pages[1].text.split("\n\n") == ["первый", UYGHUR, "备注内容", "Пікір"]
    assert [(page.number, page.cause) for page in missed_of(parts)] == [(3, Cause.NEEDS_OCR), (4, Cause.UNREADABLE)]
    assert end_of(parts).expected_pages == 4
    assert [(part.name, part.value) for part in parts if isinstance(part, About)] == [("slides-hidden", "1")]


# --- OpenDocument ---


def odf(body: str, kind: str = "text", **more: str) -> bytes:
    names = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "drawing", "draw"))
    content = f"<office:document-content {names}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    members = {"content.xml": content + "</office:document-content>"}
    return zipped(members | {name.replace("_dot_", ".").replace("__", "/"): data for name, data in more.items()})


def test_odt_paragraphs_tables_spaces_and_notes_are_read() -> None:
    body = (
        "<text:h>标题</text:h><text:p>один<text:s text:c='3'/>два<text:tab/>三<text:line-break/>四</text:p>"
        "<text:p>正文<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>脚注</text:p>"
        "</text:note-body></text:note>续</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>甲</text:p><text:p>乙</text:p></table:table-cell>"
        "<table:table-cell><text:p>丙</text:p></table:table-cell></table:table-row></table:table><text:p>末</text:p>"
    )
    (page,) = pages_of(read(ReadOdf(), odf(body), f"{ODF}text"))
    assert page.text == "标题\n\nодин   два\t三\n四\n\n正文\n\n脚注\n\n续\n\n甲\n乙\t丙\t\n末"


def test_flat_odt_reads_like_its_package() -> None:
    names = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text"))
    flat = (
        f"<office:document {names}><office:body><office:text><text:p>{UYGHUR}</text:p></office:text></office:body>"
        "</office:document>"
    )
    media_type = "application/vnd.oasis.opendocument.text-flat-xml"
    (page,) = pages_of(read(ReadOdf(), flat.encode(), media_type))
    assert page.text == UYGHUR == pages_of(read(ReadOdf(), odf(f"<text:p>{UYGHUR}</text:p>")))[0].text


def test_odp_has_a_page_for_each_slide() -> None:
    body = (
        "<draw:page><draw:frame><text:p>封面</text:p></draw:frame><presentation:notes xmlns:presentation='p'>"
        "<text:p>备注</text:p></presentation:notes></draw:page><draw:page><draw:image/></draw:page><draw:page/>"
        "<draw:page><text:p>конец</text:p></draw:page>"
    )
    parts = read(ReadOdf(), odf(body, "presentation"), "application/vnd.oasis.opendocument.presentation")
    assert [(page.number, page.text) for page in pages_of(parts)] == [(1, "封面\n\n备注"), (3, ""), (4, "конец")]
    assert [(page.number, page.cause) for page in missed_of(parts)] == [(2, Cause.NEEDS_OCR)]
    assert end_of(parts).expected_pages == 4


def test_an_encrypted_odt_needs_a_password() -> None:
    manifest = "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    data = odf("<text:p>x</text:p>", **{"META-INF__manifest_dot_xml": manifest})
    assert end_of(read(ReadOdf(), data)).outcome is Cause.ENCRYPTED


# --- EPUB ---


def test_chapters_come_in_the_order_of_the_spine() -> None:
    data = zipped(
        {
            "META-INF/container.xml": "<c><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></c>",
            "OEBPS/book.opf": "<package xmlns:dc='http://purl.org/dc/elements/1.1/'><!-- made by hand --><metadata><dc:title>书</dc:title>"
            "<dc:date>2016-05-04</dc:date><dc:creator>作者</dc:creator></metadata><manifest>"
            "<item id='a' href='one.xhtml' media-type='application/xhtml+xml'/>"
            "<item id='b' href='t%20wo.xhtml' media-type='application/xhtml+xml'/>"
            "<item id='n' href='nav.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='b'/><itemref idref='a'/></spine></package>",
            "OEBPS/one.xhtml": "<html><body><p>вторая</p></body></html>",
            "OEBPS/t wo.xhtml": "<?xml version='1.0' encoding='utf-8'?><html><body><p>第一</p></body></html>",
            "OEBPS/nav.xhtml": "<html><body><p>nav</p></body></html>",
        }
    )
    parts = read(ReadEpub(), data)
    assert pages_of(parts)[0].text.split("\n\n") == ["第一", "вторая", "nav"]
    about = {part.name: part.value for part in parts if isinstance(part, About)}
    assert about == {"title": "书", "created": "2016-05-04", "author": "作者"}
