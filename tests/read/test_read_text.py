from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About
from fairwitness.read._sections import SECTION_CHARS, cut_sections
from fairwitness.read.read_html import ReadHtml
from fairwitness.read.read_rtf import ReadRtf
from fairwitness.read.read_text import ReadCsv, ReadText, lines_of
from fairwitness.read.read_xml import ReadXml

from .documents import end_of, pages_of, read

CHINESE = "关于进一步加强培训中心管理工作的通知。各县要按照本通知要求认真组织实施。"
RUSSIAN = "Список сотрудников отдела за март. Просим направить сведения не позднее пятницы."
KAZAKH = "Қызметкерлердің тізімі. Ауданның әкімдігі өткен айда жүргізілген тексеру туралы есепті ұсынуға міндетті."
TURKISH = "Şube müdürlüğünün geçen ay yapılan denetim hakkındaki raporu. İlgili kişilerin listesi ektedir."
UYGHUR = "ناھىيىلىك ھۆكۈمەتنىڭ ئۆتكەن ئايدىكى تەكشۈرۈش دوكلاتى."

CODED = [
    ("gb18030", CHINESE),
    ("cp1251", RUSSIAN),
    ("koi8_r", RUSSIAN),
    ("cp866", RUSSIAN),
    ("kz1048", KAZAKH),
    ("ptcp154", KAZAKH),
    ("cp1254", TURKISH),
    ("utf-16", CHINESE + UYGHUR),
    ("utf-16-le", UYGHUR + RUSSIAN),
    ("utf-8", UYGHUR + CHINESE + KAZAKH),
    ("utf-8-sig", UYGHUR),
]


def whole(step: ReadText | ReadHtml | ReadCsv | ReadXml | ReadRtf, data: bytes, media_type: str = "") -> str:
    return "\n".join(page.text for page in pages_of(read(step, data, media_type)))


@pytest.mark.parametrize(("codec", "text"), CODED)
def test_text_in_any_of_our_encodings_is_read_right(codec: str, text: str) -> None:
    parts = read(ReadText(), (text + "\n").encode(codec))
    assert [page.text for page in pages_of(parts)] == [text]
    assert end_of(parts).outcome is Cause.OK


@pytest.mark.parametrize(("codec", "text"), CODED)
@pytest.mark.parametrize("stated", [True, False])
def test_html_is_read_right_with_and_without_a_stated_encoding(codec: str, text: str, stated: bool) -> None:
    label = {"koi8_r": "koi8-r", "utf-16-le": "utf-16le"}.get(codec, codec)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if stated else ""
    data = f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>".encode(codec)
    assert text in whole(ReadHtml(), data)


def test_undecodable_bytes_are_shown_and_said() -> None:
    parts = read(ReadText(), CHINESE.encode() * 9 + b"\xff" + CHINESE.encode())
    assert "\ufffd" in pages_of(parts)[0].text
    assert end_of(parts).outcome is Cause.PARTIAL


def test_text_is_cut_at_empty_lines_and_nothing_is_lost() -> None:
    paragraphs = [f"{number} " + CHINESE * 20 for number in range(60)]
    parts = read(ReadText(), "\n\n".join(paragraphs).encode())
    pages = pages_of(parts)
    assert len(pages) > 5
    assert all(len(page.text) <= SECTION_CHARS for page in pages)
    assert "\n\n".join(page.text for page in pages) == "\n\n".join(paragraphs)
    assert end_of(parts).expected_pages == len(pages)


def test_a_form_feed_ends_a_page() -> None:
    pages = pages_of(read(ReadText(), "one\n\fdeux\ntrois\fтри 1\r\n\f\n\f\f四".encode()))
    assert [(page.number, page.text) for page in pages] == [(1, "one"), (2, "deux\ntrois"), (3, "три 1"), (4, "四")]


def test_an_endless_line_is_cut_at_sentences() -> None:
    text = CHINESE * 3000
    pages = pages_of(read(ReadText(), text.encode("gb18030")))
    assert "".join(page.text for page in pages) == text
    assert all(page.text.endswith("。") for page in pages[:-1] if len(page.text) != len(text)) or len(pages) > 10
    assert max(len(page.text) for page in pages) <= 2 * SECTION_CHARS


@given(st.lists(st.text(alphabet="ab文字\r\n ", max_size=30), max_size=12))
def test_lines_are_the_same_however_the_text_comes(pieces: list[str]) -> None:
    text = "".join(pieces).replace("\r\n", "\n").replace("\r", "\n")
    assert "".join(lines_of(iter(pieces))) == text
    assert all("\n" not in line[:-1] for line in lines_of(iter(pieces)))


@given(st.lists(st.text(alphabet="a文\n ", max_size=15_000), max_size=6))
def test_sections_lose_nothing_but_white_space(blocks: list[str]) -> None:
    pages = list(cut_sections(blocks))
    assert "".join("".join(page.text.split()) for page in pages) == "".join("".join(blocks).split())
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_han_in_two_cells_never_joins(separator: str) -> None:
    rows = [["姓名", "单位"], ["甲某", "一中队"], ["乙某", "二中队"]]
    data = "\r\n".join(separator.join(row) for row in rows).encode("gb18030")
    assert whole(ReadCsv(), data, "text/csv") == "姓名\t单位\t\n甲某\t一中队\t\n乙某\t二中队\t"


def test_quoted_cells_are_unquoted_and_an_open_quote_takes_only_its_line() -> None:
    data = 'a,"b, c",d\n1,"open,3\n4,5,6\n'
    assert whole(ReadCsv(), data.encode(), "text/csv") == "a\tb, c\td\t\n1\topen,3\t\n4\t5\t6\t"


def test_an_empty_text_is_empty() -> None:
    for data in (b"", b"\n \n", b"\xef\xbb\xbf"):
        parts = read(ReadText(), data)
        assert (end_of(parts).outcome, end_of(parts).expected_pages) == (Cause.EMPTY, 0)


# --- HTML ---


def test_blocks_cells_and_alternative_texts_of_html_are_text_and_scripts_are_not() -> None:
    html = (
        "<html><head><title>网页 标题</title><style>p{}</style></head><body>первый<br>второй<p>третий <b>жир</b>ный</p>"
        "<script>evil()</script><table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>"
        '<img src="http://x/y.png" alt="照片"><p style="display:none">hidden</p></body></html>'
    )
    parts = read(ReadHtml(), html.encode())
    text = pages_of(parts)[0].text
    assert "evil" not in text
    assert "p{}" not in text
    assert "http" not in text
    for line in ("первый", "второй", "третий жирный", "甲\t乙\t", "丙\t", "hidden"):
        assert line in [found.strip(" ") for found in text.split("\n")]
    assert "照片" in text
    assert [part.value for part in parts if isinstance(part, About) and part.name == "title"] == ["网页 标题"]


def test_a_wrongly_stated_encoding_does_not_make_mojibake() -> None:
    data = f'<meta charset="utf-8"><p>{CHINESE}</p>'.encode("gb18030")
    assert CHINESE in whole(ReadHtml(), data)


@pytest.mark.parametrize("data", [b"<", b"<html>", b"\0\0\0", b"<div>" * 100_000 + b"deep"])
def test_odd_html_ends_without_fault(data: bytes) -> None:
    assert end_of(read(ReadHtml(), data)).outcome in (Cause.OK, Cause.EMPTY, Cause.UNREADABLE, Cause.PARTIAL)


# --- XML ---


def test_text_and_telling_attributes_of_xml_are_read_by_element() -> None:
    xml = f'<list><person name="甲某 乙" id="7"><b>一</b>中队</person><!-- note --><x>{UYGHUR}</x></list>'
    assert whole(ReadXml(), xml.encode("utf-16")).split("\n") == ["甲某 乙", "一中队", "note", UYGHUR]


def test_xml_that_declares_entities_is_shown_as_it_is_written() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert whole(ReadXml(), bomb.encode()) == bomb
    assert whole(ReadXml(), b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>').endswith(
        "<x>&f;</x>"
    )


def test_broken_xml_is_read_as_text() -> None:
    assert whole(ReadXml(), "<a>Қазақ <b>тілі".encode()) == "<a>Қазақ <b>тілі"


# --- RTF ---


def hexed(text: str, codec: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(codec))


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (f"{{\\rtf1\\ansi\\ansicpg936 {hexed('培训中心名单', 'gbk')}\\par}}", "培训中心名单"),
        (
            f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0\\fcharset204 Arial;}}}}\\f0 {hexed(RUSSIAN, 'cp1251')}\\par}}",
            RUSSIAN,
        ),
        ("{\\rtf1\\ansi\\uc1 " + "".join(f"\\u{ord(c)}?" for c in UYGHUR) + "\\par}", UYGHUR),
        ("{\\rtf1\\ansi\\uc1 \\u-10179?\\u-9216?}", "\U0001f400"),
    ],
)
def test_rtf_is_read_right_in_its_encodings(rtf: str, text: str) -> None:
    assert whole(ReadRtf(), rtf.encode("ascii")) == text


def test_cells_of_an_rtf_table_stay_apart() -> None:
    rtf = "{\\rtf1\\ansi\\ansicpg936 " + hexed("甲", "gbk") + "\\cell " + hexed("乙", "gbk") + "\\cell\\row}"
    assert "甲乙" not in whole(ReadRtf(), rtf.encode("ascii"))
