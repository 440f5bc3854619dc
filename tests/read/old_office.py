"""Office files in the binary formats before 2007, made by the tests from the published specifications."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from fairwitness.text.compound import write_compound

STORIES = ("text", "notes", "headers", "comments", "endnotes", "boxes", "header_boxes")
_PLACES = (0x4C, 0x50, 0x54, 0x5C, 0x60, 0x64, 0x68)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")  # the first bytes of one; nobody decodes it here


def doc(
    pieces: Sequence[tuple[str, bool]],
    lengths: Mapping[str, int] | None = None,
    *,
    row_marks: Sequence[int] = (),
    flags: int = 0x1200,
    more: Mapping[tuple[str, ...], bytes] | None = None,
    data: bytes = b"",
) -> bytes:
    """A DOC of Word 97: pieces of text, each as 8-bit (False) or 16-bit (True); `row_marks` are positions in it."""
    head = bytearray(0x600)
    struct.pack_into("<HH", head, 0, 0xA5EC, 193)
    struct.pack_into("<H", head, 0x0A, flags)
    text, offsets = bytearray(), []
    for piece, wide in pieces:
        offsets.append(len(head) + len(text))
        text += piece.encode("utf-16-le" if wide else "cp1252")
    ends = [0]
    for piece, wide in pieces:
        ends.append(ends[-1] + len(piece.encode("utf-16-le")) // 2 if wide else ends[-1] + len(piece))
    plc = struct.pack(f"<{len(ends)}I", *ends)
    for offset, (_, wide) in zip(offsets, pieces, strict=True):
        plc += struct.pack("<HIH", 0, offset if wide else offset * 2 | 0x40000000, 0)
    clx = b"\1\2\0\xff\xff" + b"\2" + struct.pack("<I", len(plc)) + plc
    for name, place in zip(STORIES, _PLACES, strict=True):
        struct.pack_into("<i", head, place, (lengths or {"text": ends[-1]}).get(name, 0))
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    main = bytes(head) + bytes(text)
    table = clx
    if row_marks:
        main = main.ljust(-(-len(main) // 512) * 512, b"\0")
        struct.pack_into("<II", head, 0x102, len(clx), 12)
        table += struct.pack("<III", 0, len(main), len(main) // 512)
        ends_of_marks = [_offset_of(mark, pieces, offsets) for mark in row_marks]
        main = bytes(head) + main[len(head) :] + _paragraph_page(ends_of_marks)
    streams = {("WordDocument",): main, ("1Table",): table, **(more or {})}
    if data:
        streams["Data",] = data
    return write_compound(streams)


def _offset_of(position: int, pieces: Sequence[tuple[str, bool]], offsets: Sequence[int]) -> int:
    for (piece, wide), offset in zip(pieces, offsets, strict=True):
        if position < len(piece):
            return offset + (position + 1) * (2 if wide else 1)
        position -= len(piece)
    raise AssertionError


def _paragraph_page(ends: Sequence[int]) -> bytes:
    """A page of paragraph properties: each paragraph that ends there is the end of a row."""
    page = bytearray(512)
    page[-1] = len(ends)
    struct.pack_into(f"<{len(ends) + 1}I", page, 0, 0, *ends)
    at = 400
    page[at : at + 8] = struct.pack("<BBHHB", 0, 3, 0, 0x2417, 1) + b"\0"
    for number in range(len(ends)):
        page[4 * (len(ends) + 1) + 13 * number] = at // 2
    return bytes(page)


def word_6(text: bytes, language: int) -> bytes:
    """A DOC of Word 6: 8-bit text in the code page of its language."""
    head = bytearray(0x300)
    struct.pack_into("<HHHH", head, 0, 0xA5DC, 101, 0, language)
    struct.pack_into("<II", head, 0x18, len(head), len(head) + len(text))
    struct.pack_into("<i", head, 0x34, len(text))
    return write_compound({("WordDocument",): bytes(head) + text})


def packed(name: bytes, content: bytes) -> bytes:
    """An Ole10Native stream with a file in it, as the Packager of Windows makes it."""
    path = b"C:\\x\\" + name + b"\0"
    body = b"\2\0" + name + b"\0" + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path
    body += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


def picture(data: bytes = PNG) -> bytes:
    """A record with a PNG, as drawings hold it."""
    body = b"i" * 16 + b"\xff" + data
    return struct.pack("<HHI", 0x6E0 << 4, 0xF01E, len(body)) + body


def record(kind: int, body: bytes, instance: int = 0, *, container: bool = False) -> bytes:
    """A record of a PPT."""
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(body)) + body


def chars(text: str) -> bytes:
    return record(4000, text.encode("utf-16-le"))


def string(text: str) -> bytes:
    return record(4026, text.encode("utf-16-le"))


def ppt(
    slides: Sequence[tuple[str, str, str, bool]],
    *,
    old: str = "",
    comment: tuple[str, str] = ("", ""),
    objects: Sequence[bytes] = (),
    mark: int = 0xE391C05F,
) -> bytes:
    """A PPT of PowerPoint 97: (title in the outline, text of a box, notes, whether hidden) for each slide.

    `old` is text in a version of the first slide that was saved before, `comment` its author and text.
    """
    stream = bytearray()
    places: list[int] = []

    def add(data: bytes) -> int:
        places.append(len(stream))
        stream.extend(data)
        return len(places)

    if old:
        stream += record(1006, chars(old), container=True)
    outline = notes_list = b""
    for number, (title, box, notes, hidden) in enumerate(slides, 1):
        atom = record(1007, bytes(16) + struct.pack("<IHH", 700 + number if notes else 0, 0, 0))
        info = record(1017, bytes(10) + struct.pack("<H", 4 if hidden else 0) + bytes(4))
        drawn = record(1036, record(0xF00D, record(3998, bytes(4)) + record(4008, box.encode("latin-1", "replace")))
                       if box.isascii() else record(0xF00D, record(3998, bytes(4)) + chars(box), container=True),
                       container=True)  # fmt: skip
        if box.isascii():
            drawn = record(1036, record(0xF00D, record(3998, bytes(4)) + record(4008, box.encode()), container=True),
                           container=True)  # fmt: skip
        said = b""
        if comment[1] and number == 1:
            said = record(5003, record(12000, string(comment[0]) + string(comment[1]), container=True))
        slide = add(record(1006, atom + info + drawn + said, container=True))
        outline += record(1011, struct.pack("<IIIII", slide, 0, 1, 100 + number, 0)) + chars(title)
        if notes:
            page = add(record(1008, record(1036, record(0xF00D, chars(notes), container=True), container=True),
                              container=True))  # fmt: skip
            notes_list += record(1011, struct.pack("<IIIII", page, 0, 0, 700 + number, 0))
    for data in objects:
        add(record(4113, data))
    lists = record(4080, outline, 0, container=True) + record(4080, notes_list, 2, container=True)
    document = add(record(1000, lists, container=True))
    directory = len(stream)
    stream += record(6002, struct.pack("<I", 1 | len(places) << 20) + struct.pack(f"<{len(places)}I", *places))
    edit = len(stream)
    stream += record(4085, struct.pack("<IIIIIII", 0, 0, 0, directory, document, 0, 0))
    user = struct.pack("<HHIIII", 0, 4086, 20, 20, mark, edit)
    return write_compound({("PowerPoint Document",): bytes(stream), ("Current User",): user})


def biff(*records: tuple[int, bytes]) -> bytes:
    """Records of an XLS, behind the one that begins a workbook."""
    begin = (0x0809, struct.pack("<HH", 0x0600, 5) + bytes(12))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in (begin, *records))


def xls(more: Mapping[tuple[str, ...], bytes] | None = None, *extra: tuple[int, bytes]) -> bytes:
    """An XLS with one sheet and the cell A1 in it; `extra` are records of that sheet."""
    name = "名单".encode("utf-16-le")
    head = biff()
    sheet_record = struct.pack("<IHBB", 0, 0, 2, 1) + name
    start = len(head) + 4 + len(sheet_record) + 4
    sheet_record = struct.pack("<IHBB", start, 0, 2, 1) + name
    cell = "编号".encode("utf-16-le")
    rows = [
        (0x0809, struct.pack("<HH", 0x0600, 0x10) + bytes(12)),
        (0x0204, struct.pack("<HHHHB", 0, 0, 0, 2, 1) + cell),
        *extra,
        (0x000A, b""),
    ]
    body = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in rows)
    first = struct.pack("<HH", 0x85, len(sheet_record)) + sheet_record + struct.pack("<HH", 0x0A, 0)
    return write_compound({("Workbook",): head + first + body, **(more or {})})
