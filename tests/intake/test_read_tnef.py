from __future__ import annotations

import datetime
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake.read_tnef import ReadTnef
from tests.intake.parts import unpack
from tests.intake.test_identify import type_of

TEXT, TEXT8, TIME, INT, BINARY, OBJECT = 0x1F, 0x1E, 0x40, 0x03, 0x102, 0x0D
_SENT = datetime.datetime(2017, 3, 1, tzinfo=datetime.UTC) - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(values: dict[tuple[int, int], bytes | int]) -> bytes:
    """A list of MAPI properties, section 2.1.3.4 of [MS-OXTNEF]."""
    out = struct.pack("<I", len(values))
    for (number, kind), value in values.items():
        out += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            name = "Keywords\0".encode("utf-16-le")
            out += bytes(16) + struct.pack("<II", 1, len(name)) + name.ljust((len(name) + 3) // 4 * 4, b"\0")
        if isinstance(value, int):
            out += struct.pack("<i", value) if kind == INT else struct.pack("<q", value)
        else:
            out += struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)
    return out


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def tnef(subject: str, body: str, *attachments: bytes) -> bytes:
    sent = int(_SENT.total_seconds()) * 10_000_000
    person = properties({(0x0C15, INT): 1, (0x3001, TEXT): wide("样本 收件人"), (0x3003, TEXT): wide("s@example.org")})
    out = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00069007, struct.pack("<II", 936, 0))
    out += attribute(1, 0x00018004, subject.encode("gbk", "replace") + b"\0")
    out += attribute(1, 0x00069004, struct.pack("<I", 1) + person)
    out += attribute(
        1,
        0x00069003,
        properties(
            {
                (0x0C1A, TEXT): wide("Айгүл"),
                (0x0C1F, TEXT8): b"a@example.org\0",
                (0x8005, TEXT): wide("named"),
                (0x1000, TEXT): wide(body),
                (0x0039, TIME): sent,
            }
        ),
    )
    return out + b"".join(attachments)


def attachment(title: bytes, data: bytes, more: dict[tuple[int, int], bytes | int] | None = None) -> bytes:
    out = attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, title + b"\0")
    out += attribute(2, 0x00038013, struct.pack("<7H", 2017, 3, 2, 0, 0, 0, 0))
    if data:
        out += attribute(2, 0x0006800F, data)
    return out + (attribute(2, 0x00069005, properties(more)) if more else b"")


_INNER = tnef("内部", "внутри")
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def whole() -> bytes:
    return tnef(
        "关于会议的通知",
        "ئۇيغۇرچە\r\nтекст",
        attachment("名单.xls".encode("gbk"), bytes(range(256)) * 9),
        attachment(b"SHORT~1.TXT", b"text", {(0x3707, TEXT): wide("қысқа емес аты.txt")}),
        attachment(b"", b"", {(0x3701, OBJECT): _MESSAGE + _INNER, (0x3705, INT): 5}),
    )


def test_headers_body_attachments_and_messages_within_come_out() -> None:
    out = unpack(ReadTnef(), whole())
    assert [page.text for page in out.pages] == [
        "From: Айгүл <a@example.org>\nTo: 样本 收件人 <s@example.org>\nDate: 2017-03-01\nSubject: 关于会议的通知\n\n"
        "ئۇيغۇرچە\nтекст"
    ]
    assert out.names == ["名单.xls".encode("gbk"), "қысқа емес аты.txt".encode(), b"message"]
    assert out.data == [bytes(range(256)) * 9, b"text", _INNER]
    assert [entry.role for entry in out.entries] == ["attachment", "attachment", "message"]
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 3)
    assert unpack(ReadTnef(), out.data[2]).pages[0].text.endswith("Subject: 内部\n\nвнутри")
    assert type_of(whole()) == "application/vnd.ms-tnef"


def test_what_is_cut_off_or_changed_is_partial_and_keeps_what_came() -> None:
    data = whole()
    cut = unpack(ReadTnef(), data[:-20])
    assert (cut.end.outcome, len(cut.pages)) == (Cause.PARTIAL, 1)
    changed = bytearray(data)
    changed[data.index(bytes(range(256))) + 7] ^= 1
    assert unpack(ReadTnef(), bytes(changed)).end.outcome is Cause.PARTIAL
    with pytest.raises(ReadError):
        unpack(ReadTnef(), b"no such stream")


@given(st.lists(st.tuples(st.integers(0, len(whole()) - 1), st.integers(0, 255)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_damage_makes_it_fall_over(changes: list[tuple[int, int]]) -> None:
    data = bytearray(whole())
    for at, byte in changes:
        data[at] = byte
    try:
        out = unpack(ReadTnef(), bytes(data))
    except ReadError:
        return
    assert out.end.outcome in (Cause.OK, Cause.PARTIAL, Cause.UNREADABLE, Cause.EMPTY)
