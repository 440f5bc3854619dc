from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import olefile
import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Entry, EntryData, Part
from fairwitness.read._biff import texts_beside_cells
from fairwitness.read.read_doc import ReadDoc
from fairwitness.read.read_ppt import ReadPpt
from fairwitness.read.read_rtf import ReadRtf
from fairwitness.read.read_sheet import ReadSheet
from fairwitness.text.compound import write_compound

from .documents import end_of, pages_of, read
from .old_office import PNG, biff, chars, doc, packed, picture, ppt, record, word_6, xls


def files_of(parts: Sequence[Part]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for part in parts:
        if isinstance(part, Entry):
            found.append((part.name.decode(), b""))
        elif isinstance(part, EntryData):
            found[-1] = (found[-1][0], found[-1][1] + part.data)
    return found


def text_of(parts: Sequence[Part]) -> str:
    return "\n----\n".join(page.text for page in pages_of(parts))


# --- DOC


def test_pieces_of_8_and_16_bits_make_one_text() -> None:
    parts = read(ReadDoc(), doc([("Résumé\r", False), ("数据 ئۇيغۇر 𠀀\r", True), ("end\r", False)]))
    assert text_of(parts) == "Résumé\n\n数据 ئۇيغۇر 𠀀\n\nend"
    assert end_of(parts).outcome is Cause.OK


def test_all_stories_are_read_headers_first() -> None:
    stories = {"text": "正文\r", "notes": "脚注\r", "headers": "页眉\r", "comments": "批注\r", "boxes": "文本框\r"}
    order = ("text", "notes", "headers", "comments", "boxes")
    lengths = {name: len(stories[name]) for name in order}
    parts = read(ReadDoc(), doc([("".join(stories[name] for name in order), True)], lengths))
    assert text_of(parts) == "页眉\n\n正文\n\n脚注\n\n批注\n\n文本框"


def test_codes_of_fields_are_left_out_and_their_results_kept() -> None:
    parts = read(ReadDoc(), doc([("a \x13 HYPERLINK x \x14link\x15 b \x13PAGE\x14\x13 IF \x147\x15\x15\r", False)]))
    assert text_of(parts) == "a link b 7"


def test_rows_end_where_the_marks_say_and_empty_cells_stay() -> None:
    text = "姓名\x07\x07\x07单位\x07甲\x07\x07后\r"
    parts = read(ReadDoc(), doc([(text, True)], row_marks=[4, 10]))
    assert text_of(parts) == "姓名\t\t\n单位\t甲\t\n后"


@pytest.mark.parametrize(
    ("text", "codec", "language"),
    [("Список сотрудников", "cp1251", 0x0419), ("人员名单 OK", "gb18030", 0x0804), ("人員名單", "cp950", 0x0404)],
)
def test_word_6_is_read_in_the_code_page_of_its_language(text: str, codec: str, language: int) -> None:
    assert text_of(read(ReadDoc(), word_6((text + "\r").encode(codec), language))) == text


def test_a_doc_with_a_password_is_encrypted() -> None:
    assert end_of(read(ReadDoc(), doc([("x\r", False)], flags=0x1300))).outcome is Cause.ENCRYPTED


def test_what_is_embedded_in_a_doc_becomes_a_file() -> None:
    inner = {("ObjectPool", "_1", "Package"): b"PK package", ("ObjectPool", "_2", "\x01Ole10Native"): packed(b"a.txt", b"hi"),
             ("ObjectPool", "_3", "WordDocument"): b"w" * 5000, ("ObjectPool", "_3", "\x01CompObj"): b"c"}  # fmt: skip
    parts = read(ReadDoc(), doc([("x\r", False)], more=inner, data=b"junk" + picture() + picture()))
    first, second, third, fourth = files_of(parts)
    assert (first[1], second, fourth) == (b"PK package", ("a.txt", b"hi"), ("picture1.png", PNG))
    with olefile.OleFileIO(io.BytesIO(third[1])) as ole:
        assert ole.openstream("WordDocument").read() == b"w" * 5000
    assert end_of(parts).expected_entries == 4


def test_a_reference_to_a_file_elsewhere_is_named() -> None:
    parts = read(ReadDoc(), doc([("x\r", False)], more={("ObjectPool", "_1", "\x03LinkInfo"): b""}))
    (entry,) = [part for part in parts if isinstance(part, Entry)]
    assert entry.cause is Cause.UNSUPPORTED


# --- PPT


def test_slides_come_with_their_outline_boxes_notes_and_comments() -> None:
    made = ppt([("标题一", "text box", "备注", False), ("标题二", "框", "", True)], comment=("审阅人", "意见"))
    parts = read(ReadPpt(), made)
    assert [page.text for page in pages_of(parts)] == ["标题一\n\ntext box\n\n审阅人 意见\n\n备注", "标题二\n\n框"]
    assert [(part.name, part.value) for part in parts if isinstance(part, About)] == [("slides-hidden", "2")]
    assert [page.kind for page in pages_of(parts)] == ["slide", "slide"]


def test_a_slide_that_was_replaced_is_not_read_as_a_slide() -> None:
    parts = read(ReadPpt(), ppt([("new", "box", "", False)], old="old"))
    assert text_of(parts) == "new\n\nbox"


def test_objects_of_a_presentation_become_files() -> None:
    inner = write_compound({("\x01Ole10Native",): packed("名单.csv".encode("gbk"), b"1,2")})
    assert files_of(read(ReadPpt(), ppt([("t", "b", "", False)], objects=[inner]))) == [("名单.csv", b"1,2")]


def test_a_presentation_with_a_password_is_encrypted() -> None:
    assert end_of(read(ReadPpt(), ppt([("t", "b", "", False)], mark=0xF3D1C4DF))).outcome is Cause.ENCRYPTED


def test_a_presentation_whose_list_of_edits_is_lost_is_read_all_the_same() -> None:
    lists = record(4080, record(1011, struct.pack("<IIIII", 9, 0, 1, 1, 0)) + chars("标题"), 0, container=True)
    stream = record(1000, lists, container=True)
    made = write_compound({("PowerPoint Document",): stream, ("Current User",): b""})
    assert text_of(read(ReadPpt(), made)) == "标题"


# --- XLS


def test_comments_and_headers_of_an_xls_are_read() -> None:
    box = (0x01B6, bytes(10) + struct.pack("<H", 3) + bytes(6))
    continued = (0x003C, b"\1" + "批注一".encode("utf-16-le"))
    head = "&L左&C第 &P 页"
    header = (0x0014, struct.pack("<HB", len(head), 1) + head.encode("utf-16-le"))
    assert list(texts_beside_cells(biff(box, continued, header))) == ["批注一\n\n", "左\t第  页\n\n"]


def test_an_object_in_an_xls_becomes_a_file_and_its_cells_are_read() -> None:
    drawing = (0x00EB, picture()[:20])
    parts = read(ReadSheet(), xls({("MBD1", "Package"): b"PK"}, drawing, (0x003C, picture()[20:])))
    assert pages_of(parts)[0].text == "编号\t\n"
    assert files_of(parts) == [("MBD1", b"PK"), ("picture1.png", PNG)]
    assert end_of(parts).outcome is Cause.OK


# --- RTF


def rtf_object(native: bytes, kind: int = 2) -> bytes:
    head = struct.pack("<II", 0x501, kind) + struct.pack("<I", 8) + b"Package\0" + bytes(8)
    return b"{\\rtf1 text {\\object{\\*\\objdata " + (head + native).hex().encode() + b"}}}"


def test_a_file_packed_into_an_rtf_becomes_a_file() -> None:
    parts = read(ReadRtf(), rtf_object(packed("附件.txt".encode("gb18030"), b"hi")))
    assert (text_of(parts), files_of(parts)) == ("text ".strip(), [("附件.txt", b"hi")])
    assert end_of(parts).outcome is Cause.OK


def test_an_object_in_an_rtf_becomes_a_file() -> None:
    inner = write_compound({("Package",): b"PK"})
    parts = read(ReadRtf(), rtf_object(struct.pack("<I", len(inner)) + inner))
    assert files_of(parts) == [("object1", b"PK")]


def test_a_link_in_an_rtf_is_named() -> None:
    (entry,) = [part for part in read(ReadRtf(), rtf_object(b"", kind=1)) if isinstance(part, Entry)]
    assert entry.cause is Cause.UNSUPPORTED


# --- damage


@pytest.mark.parametrize("step", [ReadDoc(), ReadPpt(), ReadSheet()], ids=lambda step: step.name)
def test_damaged_files_end_with_a_cause(step: ReadDoc | ReadPpt | ReadSheet) -> None:
    made = {"read-doc": doc([("text\x07\x07\r", False)], row_marks=[4], data=picture()),
            "read-ppt": ppt([("a", "b", "c", True)], comment=("x", "y")), "read-sheet": xls()}[step.name]  # fmt: skip
    causes = set(Cause) - {Cause.CRASH_SIGNAL, Cause.QUARANTINED}
    for at in range(0, len(made), max(1, len(made) // 100)):
        for damaged in (made[:at], made[:at] + b"\xff\xff\xff\xff" + made[at + 4 :]):
            assert end_of(read(step, damaged)).outcome in causes
