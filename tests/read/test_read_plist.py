from __future__ import annotations

import datetime
import plistlib

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, EntryData
from fairwitness.read.read_plist import ReadPlist
from tests.intake.test_identify import type_of
from tests.read.documents import end_of, pages_of, read

_VALUE = {
    "имя": "张三",
    "list": [1, 2.5, True, {"deep": "ئۇيغۇر"}],
    "when": datetime.datetime(2017, 3, 1, 10, 0),
    "small": b"\0\1",
    "WebResourceData": b"<html><body>" + "Қазақ мәтіні".encode() * 9 + b"</body></html>",
}


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_every_value_is_a_line_with_the_way_to_it_and_data_are_entries(form: plistlib.PlistFormat) -> None:
    data = plistlib.dumps(_VALUE, fmt=form, sort_keys=False)
    assert type_of(data) in ("application/x-plist", "application/x-bplist")
    parts = read(ReadPlist(), data)
    assert pages_of(parts)[0].text.split("\n") == [
        "имя: 张三", "list[0]: 1", "list[1]: 2.5", "list[2]: True", "list[3].deep: ئۇيغۇر",
        "when: 2017-03-01 10:00:00", "small: 0001",
    ]  # fmt: skip
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"WebResourceData.html"]
    assert b"".join(part.data for part in parts if isinstance(part, EntryData)) == _VALUE["WebResourceData"]
    assert end_of(parts).outcome is Cause.OK


def test_bombs_and_damage_end_with_a_cause() -> None:
    entities = b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaa">]><plist><string>&a;</string></plist>'
    assert end_of(read(ReadPlist(), entities)).outcome is Cause.UNREADABLE
    assert end_of(read(ReadPlist(), b"bplist00" + b"\xff" * 60)).outcome is Cause.UNREADABLE
    value: object = "x"
    for _ in range(40):
        value = [value, value]
    bomb = plistlib.dumps([0], fmt=plistlib.FMT_BINARY)
    assert end_of(read(ReadPlist(), bomb)).outcome is Cause.OK
    # each list names the one before it twice: forty levels of 2 bytes are 2^40 values
    objects = [b"\x51x"] + [b"\xa2" + bytes([n, n]) for n in range(40)]
    body, offsets = b"bplist00", []
    for one in objects:
        offsets.append(len(body))
        body += one
    table = b"".join(offset.to_bytes(2, "big") for offset in offsets)
    trailer = (
        bytes(6)
        + bytes([2, 1])
        + len(objects).to_bytes(8, "big")
        + (40).to_bytes(8, "big")
        + len(body).to_bytes(8, "big")
    )
    assert end_of(read(ReadPlist(), body + table + trailer)).outcome is Cause.LIMIT_OUTPUT
