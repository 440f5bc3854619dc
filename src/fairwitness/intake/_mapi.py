"""Numbers of MAPI: code pages, times, and the names of properties that people filled in ([MS-OXPROPS])."""

from __future__ import annotations

import datetime

_LABELS = {65001: "utf-8", 936: "gb18030", 950: "big5", 20866: "koi8-r", 54936: "gb18030", 20127: "ascii"}
_WIDE_PAGES = (1200, 1201)  # UTF-16: said of items that hold no 8-bit text
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_NAMES = {
    0x3A00: "account",
    0x3A06: "given name",
    0x3A08: "business telephone",
    0x3A09: "home telephone",
    0x3A11: "surname",
    0x3A16: "company",
    0x3A17: "title",
    0x3A18: "department",
    0x3A19: "office",
    0x3A1C: "mobile telephone",
    0x3A24: "business fax",
    0x3A42: "birthday",
    0x8005: "file under",
    0x8080: "email display name",
    0x8083: "email",
    0x8084: "email original display name",
    0x8093: "second email",
    0x80A3: "third email",
    0x8104: "task start",
    0x8105: "task due",
    0x8208: "location",
    0x820D: "start",
    0x820E: "end",
    0x8238: "all attendees",
    0x823B: "to attendees",
    0x823C: "cc attendees",
}


def charset_of_page(page: int) -> str:
    """The name of a Windows code page as a charset, "" for none."""
    if page <= 0 or page in _WIDE_PAGES:
        return ""
    return _LABELS.get(page, f"cp{page}")


def time_of(filetime: int) -> datetime.datetime | None:
    """The time in UTC of so many 100 ns since 1601, None for none."""
    if filetime <= 0:
        return None
    try:
        return _EPOCH + datetime.timedelta(microseconds=filetime // 10)
    except OverflowError:
        return None


def name_of_property(number: int) -> str:
    """What the property is called, "" if we know no plain word for it."""
    return _NAMES.get(number, "")
