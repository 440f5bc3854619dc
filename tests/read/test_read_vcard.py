from __future__ import annotations

import base64
import quopri

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, EntryData
from fairwitness.read.read_vcard import ReadVcard
from tests.read.documents import end_of, pages_of, read
from tests.read.pictures import HEIC


def test_lines_are_unfolded_and_unescaped_and_photos_are_entries() -> None:
    photo = base64.encodebytes(HEIC).decode().replace("\n", "\r\n ")
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Айгүл Ер\r\n ланқызы\r\nitem1.ADR;TYPE=home:;;ул. Садовая\\, 1;;\r\n"
        f"NOTE:строка\\nещё\r\nPHOTO;ENCODING=b;TYPE=HEIC:{photo}\r\nEND:VCARD\r\n"
    )
    parts = read(ReadVcard(), card.encode())
    assert pages_of(parts)[0].text == (
        "VERSION: 3.0\nFN: Айгүл Ерланқызы\nADR: ;;ул. Садовая, 1;;\nNOTE: строка\nещё\nPHOTO: photo-1.heic"
    )
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"photo-1.heic"]
    assert b"".join(part.data for part in parts if isinstance(part, EntryData)) == HEIC
    assert (end_of(parts).outcome, end_of(parts).expected_entries) == (Cause.OK, 1)


def test_old_cards_in_quoted_printable_and_code_pages_are_decoded() -> None:
    name = quopri.encodestring("Список сотрудников".encode("cp1251")).decode().replace("\n", "\r\n")
    long = "=D0=90" * 10 + "=\r\n" + "=D0=91" * 3
    card = (
        f"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:{name}\r\n"
        f"NOTE;QUOTED-PRINTABLE:{long}\r\nEND:VCARD\r\n"
    )
    text = pages_of(read(ReadVcard(), card.encode()))[0].text
    assert text == "VERSION: 2.1\nFN: Список сотрудников\nNOTE: " + "А" * 10 + "Б" * 3
    raw = "BEGIN:VCARD\r\nFN:关于培训中心管理工作的通知\r\nEND:VCARD\r\n".encode("gbk")
    assert pages_of(read(ReadVcard(), raw))[0].text == "FN: 关于培训中心管理工作的通知"


def test_an_attachment_of_an_event_is_an_entry_under_its_name() -> None:
    event = (
        'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=zh:会议\r\nDTSTART;TZID="Asia/Urumqi":20170301T100000\r\n'
        'ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME="план.txt":0L/Qu9Cw0L0=\r\n'
        "ATTACH:https://example.org/a.pdf\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    parts = read(ReadVcard(), event.encode())
    assert pages_of(parts)[0].text == (
        "SUMMARY: 会议\nDTSTART: 20170301T100000\nATTACH: план.txt\nATTACH: https://example.org/a.pdf"
    )
    assert [part.data.decode() for part in parts if isinstance(part, EntryData)] == ["план"]
