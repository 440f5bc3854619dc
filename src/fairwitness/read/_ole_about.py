"""What compound files of old office programs say about themselves: the property sets of [MS-OLEPS]."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import olefile

from fairwitness.core.parts import About
from fairwitness.text.encoding import decode_bytes, detect_encoding, find_codec
from fairwitness.text.moments import write_utc
from fairwitness.text.statements import say, say_time

# What olefile raises on damaged files, found by flipping bytes.
OLE_DAMAGE = (OSError, ValueError, LookupError, struct.error, TypeError, AttributeError, RecursionError, OverflowError)

_SUMMARY = "\x05SummaryInformation"
_DOCUMENT_SUMMARY = "\x05DocumentSummaryInformation"
_CODE_PAGE = 1
_TEXTS = {
    _SUMMARY: {
        2: "title",
        3: "subject",
        4: "author",
        5: "keywords",
        6: "description",
        7: "template",
        8: "last-modified-by",
        9: "revision",
        14: "pages-claimed",
        15: "words-claimed",
        18: "software",
    },
    _DOCUMENT_SUMMARY: {
        2: "category",
        14: "manager",
        15: "company",
        7: "pages-claimed",
        26: "content-type",
        27: "status",
        28: "language",
    },
}
_TIMES = {11: "printed", 12: "created", 13: "modified"}
_EDITING_TIME = 10
_NEVER = 1601  # the year of a FILETIME of 0
_VERSION = 23  # of the program, in the document summary: major version in the high half
_MACROS = frozenset({"_vba_project_cur", "macros", "vba"})


def about_ole(ole: olefile.OleFileIO[Any]) -> Iterator[About]:
    """Yield what the property sets of an open compound file say, and whether it holds macros or signatures."""
    try:
        yield from list(_about(ole))
    except OLE_DAMAGE:
        return


def _about(ole: Any) -> Iterator[About]:
    for stream, label in ((_SUMMARY, "SummaryInformation"), (_DOCUMENT_SUMMARY, "DocumentSummaryInformation")):
        values = _properties(ole, stream)
        codec = _codec_of(values.get(_CODE_PAGE))
        for number, name in _TEXTS[stream].items():
            text = _text_of(values.get(number), codec)
            if any(char.isalnum() for char in text):
                yield from say(name, text, f"OLE {label} {number}")
        if stream == _SUMMARY:
            for number, name in _TIMES.items():
                if isinstance(values.get(number), datetime) and values[number].year > _NEVER:
                    yield from say_time(name, write_utc(values[number]), f"OLE {label} {number}")
            if isinstance(values.get(_EDITING_TIME), int) and values[_EDITING_TIME] > 0:
                yield from say("editing-minutes", values[_EDITING_TIME] // 60, f"OLE {label} {_EDITING_TIME}")
        elif isinstance(values.get(_VERSION), int) and values[_VERSION] >> 16:
            version = f"{values[_VERSION] >> 16}.{values[_VERSION] & 0xFFFF:04}"
            yield from say("software-version", version, f"OLE {label} {_VERSION}")
    names = {name.lower() for path in ole.listdir(streams=True, storages=True) for name in path}
    if names & _MACROS:
        yield About("macros", "vba", "OLE storage")
    if "_signatures" in names or "_xmlsignatures" in names:
        yield from say("signatures", 1, "OLE storage")


def _properties(ole: Any, stream: str) -> dict[int, Any]:
    if not ole.exists(stream):
        return {}
    try:
        found: dict[int, Any] = ole.getproperties(stream, convert_time=True, no_conversion=[_EDITING_TIME])
    except OLE_DAMAGE:
        return {}
    return found


def _codec_of(code_page: Any) -> str:
    if not isinstance(code_page, int):
        return ""
    number = code_page & 0xFFFF
    known = {65001: "utf-8", 1200: "utf-16-le", 936: "gb18030", 10000: "mac-roman"}
    return find_codec(known.get(number, f"cp{number}")) or ""


def _text_of(value: Any, codec: str) -> str:
    if isinstance(value, bytes):
        raw = bytes(value).partition(b"\0")[0]
        if raw.isascii():
            return raw.decode("ascii")
        text = decode_bytes(raw, codec) if codec else ""
        return text if text and "\ufffd" not in text else decode_bytes(raw, detect_encoding(raw, complete=True))
    if isinstance(value, str):
        return str(value).partition("\0")[0]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else ""
