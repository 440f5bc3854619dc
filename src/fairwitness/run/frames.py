"""Parts as frames: how they cross from a locked child to the parent.

A frame is `<u32 head length><u64 body length>` (little endian), a JSON object, then raw bytes. What comes from a
child is hostile until `decode_part` has checked it: every field has a type, a range and a length here, and nothing of
it is ever executed, opened or unpickled.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from array import array
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import (
    MAX_DATA_BYTES,
    MAX_TEXT_CHARS,
    About,
    End,
    Entry,
    EntryData,
    EntryEnd,
    Kind,
    PageMissed,
    PageText,
    Part,
    Pixels,
    Tables,
    Tokens,
)
from fairwitness.core.recognition import Recognition, recognition_from_bytes, recognition_to_bytes
from fairwitness.core.tables import page_tables_from_bytes, page_tables_to_bytes

FRAME = struct.Struct("<IQ")
MAX_HEAD_BYTES = 1 << 20
MAX_BODY_BYTES = 1 << 28  # the largest page image: 10,000 x 8,900 pixels in RGB
MAX_LABEL_CHARS = 1000
MAX_SIDE_PX = 200_000
MAX_NUMBER = 1 << 32
_PAGE_KINDS = {"page", "slide", "sheet", "section", "body"}
_ENTRY_KINDS = {"file", "directory", "symlink", "special"}
_ENTRY_ROLES = {"member", "attachment", "message", "stream"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_DETAIL = re.compile(r"[a-z0-9 ,.:;/()_+-]{0,160}")
_SOURCE = re.compile(r"[A-Za-z0-9 .,:;/#()\[\]_+-]{0,120}")
_TOKEN = re.compile(r"[A-Za-z0-9 .+/;=_-]{0,120}")


class ProtocolViolation(Exception):
    """The child answered something that no honest child answers."""


def encode_part(part: Part) -> bytes:
    """The frame of one part."""
    head, body = _ENCODERS[type(part)](part)
    raw = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    return FRAME.pack(len(raw), len(body)) + raw + body


def decode_part(raw_head: bytes, body: bytes) -> Part:
    """The part in a frame, every field checked.

    Raises:
        ProtocolViolation: if anything in it is not as it must be.
    """
    try:
        head = json.loads(raw_head, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation("head is not JSON") from error
    if not isinstance(head, dict):
        raise ProtocolViolation("head is not an object")
    decoder = _DECODERS.get(str(head.get("t")))
    if decoder is None:
        raise ProtocolViolation("unknown part")
    return decoder(head, body)


def read_exactly(file: BinaryIO, size: int) -> bytes:
    """`size` bytes from `file`, or fewer at its end."""
    pieces = []
    while size > 0:
        piece = file.read(size)
        if not piece:
            break
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _refuse(name: str) -> None:
    raise ValueError(name)


def numbers_to_bytes(numbers: array[int]) -> bytes:
    """Unsigned 32-bit little-endian bytes of `numbers`."""
    if sys.byteorder == "big":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers.tobytes()


def numbers_from_bytes(data: bytes) -> array[int]:
    """The array that `numbers_to_bytes` wrote."""
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


# --- encoding ---------------------------------------------------------------------------------------------------


def _utf8(text: str) -> bytes:
    """UTF-8 of `text`; a lone surrogate becomes U+FFFD, so that no place in the text moves."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _encode_page(part: PageText) -> tuple[dict[str, Any], bytes]:
    text = _utf8(part.text)
    words, cells = numbers_to_bytes(part.words), numbers_to_bytes(part.cells)
    how = recognition_to_bytes(part.recognition) if part.recognition is not None else b""
    head = {
        "t": "page",
        "n": part.number,
        "k": part.kind,
        "w": part.width_px,
        "h": part.height_px,
        "d": part.dpi,
        "l": part.label[:MAX_LABEL_CHARS],
        "c": part.cause.value if part.cause else None,
        "b": [len(text), len(words), len(cells), len(how)],
    }
    return head, text + words + cells + how


def _encode_missed(part: PageMissed) -> tuple[dict[str, Any], bytes]:
    head = {"t": "missed", "n": part.number, "k": part.kind, "c": part.cause.value}
    return head | {"w": part.width_px, "h": part.height_px, "d": part.dpi}, b""


def _encode_entry(part: Entry) -> tuple[dict[str, Any], bytes]:
    head = {
        "t": "entry",
        "n": part.number,
        "k": part.kind,
        "r": part.role,
        "s": part.size_bytes,
        "m": part.modified,
        "c": part.cause.value if part.cause else None,
        "x": part.detail,
    }
    return head, part.name


def _encode_tokens(part: Tokens) -> tuple[dict[str, Any], bytes]:
    raw = [_utf8(text) for _, text in part.fields]
    head = {
        "t": "tokens",
        "n": part.number,
        "f": [name for name, _ in part.fields],
        "b": [len(r) for r in raw],
    }
    return head, b"".join(raw)


_ENCODERS: dict[type, Callable[[Any], tuple[dict[str, Any], bytes]]] = {
    Kind: lambda p: ({"t": "kind", "m": p.media_type, "e": p.charset}, b""),
    About: lambda p: ({"t": "about", "n": p.name, "s": p.source}, _utf8(p.value)),
    PageText: _encode_page,
    PageMissed: _encode_missed,
    Entry: _encode_entry,
    EntryData: lambda p: ({"t": "data"}, p.data),
    EntryEnd: lambda p: ({"t": "entry-end", "c": p.cause.value if p.cause else None, "x": p.detail}, b""),
    Pixels: lambda p: ({"t": "pixels", "w": p.width_px, "h": p.height_px, "c": p.channels}, p.data),
    Tokens: _encode_tokens,
    Tables: lambda p: ({"t": "tables"}, page_tables_to_bytes(p.page)),
    End: lambda p: (
        {"t": "end", "o": p.outcome.value, "x": p.detail, "p": p.expected_pages, "e": p.expected_entries},
        b"",
    ),
}


# --- decoding ---------------------------------------------------------------------------------------------------


def _number(head: Mapping[str, Any], key: str, low: int, high: int) -> int:
    value = head.get(key)
    if type(value) is not int or not low <= value <= high:
        raise ProtocolViolation(f"field {key} is not a number in range")
    return value


def _string(head: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = head.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ProtocolViolation(f"field {key} is not a string of the allowed form")
    return value


def _one_of(head: Mapping[str, Any], key: str, allowed: set[str]) -> Any:
    value = head.get(key)
    if not isinstance(value, str) or value not in allowed:
        raise ProtocolViolation(f"field {key} is not one of the allowed words")
    return value


_CAUSES = {cause.value for cause in Cause}


def _cause(head: Mapping[str, Any], key: str) -> Cause:
    return Cause(_one_of(head, key, _CAUSES))


def _cause_or_none(head: Mapping[str, Any], key: str) -> Cause | None:
    return None if head.get(key) is None else _cause(head, key)


def _text(raw: bytes, limit: int = 4 * MAX_TEXT_CHARS) -> str:
    if len(raw) > limit:
        raise ProtocolViolation("text is too long")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("text is not UTF-8") from error


def _lengths(head: Mapping[str, Any], count: int, body: bytes) -> list[int]:
    value = head.get("b")
    if (
        not isinstance(value, list)
        or len(value) != count
        or any(type(n) is not int or n < 0 for n in value)
        or sum(value) != len(body)
    ):
        raise ProtocolViolation("lengths do not add up")
    return value


def _decode_page(head: Mapping[str, Any], body: bytes) -> PageText:
    text_bytes, word_bytes, cell_bytes, how_bytes = _lengths(head, 4, body)
    if word_bytes % 24 or cell_bytes % 16:
        raise ProtocolViolation("arrays of odd length")
    text = _text(body[:text_bytes])
    width, height = _number(head, "w", 0, MAX_SIDE_PX), _number(head, "h", 0, MAX_SIDE_PX)
    words = numbers_from_bytes(body[text_bytes : text_bytes + word_bytes])
    cells = numbers_from_bytes(body[text_bytes + word_bytes : len(body) - how_bytes])
    _check_spans(words, 6, len(text))
    _check_spans(cells, 4, len(text))
    if words and (
        max(words[4::6]) > width
        or max(words[5::6]) > height
        or any(a > b for a, b in zip(words[2::6], words[4::6], strict=True))
        or any(a > b for a, b in zip(words[3::6], words[5::6], strict=True))
    ):
        raise ProtocolViolation("a box lies outside its page")
    label = head.get("l")
    if not isinstance(label, str) or len(label) > MAX_LABEL_CHARS:
        raise ProtocolViolation("label is not a short string")
    return PageText(
        number=_number(head, "n", 1, MAX_NUMBER),
        kind=_one_of(head, "k", _PAGE_KINDS),
        text=text,
        width_px=width,
        height_px=height,
        dpi=_number(head, "d", 0, 10_000),
        words=words,
        cells=cells,
        label=label,
        cause=_cause_or_none(head, "c"),
        recognition=_recognition(body[len(body) - how_bytes :], len(text)) if how_bytes else None,
    )


def _recognition(raw: bytes, text_chars: int) -> Recognition:
    try:
        return recognition_from_bytes(raw, text_chars)
    except ValueError as error:
        raise ProtocolViolation("how a page was recognised is not as it must be") from error


def _check_spans(numbers: array[int], step: int, length: int) -> None:
    if not numbers:
        return
    starts, ends = numbers[0::step], numbers[1::step]
    if ends[-1] > length or any(a >= b for a, b in zip(starts, ends, strict=True)):
        raise ProtocolViolation("a span lies outside its text")
    if any(end > start for end, start in zip(ends[:-1], starts[1:], strict=True)):
        raise ProtocolViolation("spans overlap or are out of order")


def _decode_missed(head: Mapping[str, Any], body: bytes) -> PageMissed:
    _empty(body)
    return PageMissed(
        number=_number(head, "n", 1, MAX_NUMBER),
        kind=_one_of(head, "k", _PAGE_KINDS),
        cause=_cause(head, "c"),
        width_px=_number(head, "w", 0, MAX_SIDE_PX),
        height_px=_number(head, "h", 0, MAX_SIDE_PX),
        dpi=_number(head, "d", 0, 10_000),
    )


def _decode_entry(head: Mapping[str, Any], body: bytes) -> Entry:
    if len(body) > 1 << 16:
        raise ProtocolViolation("entry name is too long")
    return Entry(
        number=_number(head, "n", 1, MAX_NUMBER),
        name=body,
        kind=_one_of(head, "k", _ENTRY_KINDS),
        role=_one_of(head, "r", _ENTRY_ROLES),
        size_bytes=_number(head, "s", -1, 1 << 63),
        modified=_string(head, "m", _TOKEN),
        cause=_cause_or_none(head, "c"),
        detail=_string(head, "x", _DETAIL),
    )


def _decode_data(head: Mapping[str, Any], body: bytes) -> EntryData:
    if len(body) > MAX_DATA_BYTES:
        raise ProtocolViolation("more bytes in one piece than allowed")
    return EntryData(body)


def _decode_pixels(head: Mapping[str, Any], body: bytes) -> Pixels:
    width, height = _number(head, "w", 1, MAX_SIDE_PX), _number(head, "h", 1, MAX_SIDE_PX)
    channels = _number(head, "c", 1, 3)
    if channels == 2 or width * height * channels != len(body):
        raise ProtocolViolation("the image is not as large as it says")
    return Pixels(width, height, channels, body)


def _decode_tokens(head: Mapping[str, Any], body: bytes) -> Tokens:
    names = head.get("f")
    if not isinstance(names, list) or len(names) > 16 or any(not isinstance(n, str) for n in names):
        raise ProtocolViolation("field names are not a short list")
    at, fields = 0, []
    for name, length in zip(names, _lengths(head, len(names), body), strict=True):
        fields.append((name, _text(body[at : at + length], limit=1 << 28)))
        at += length
    return Tokens(_number(head, "n", 1, MAX_NUMBER), tuple(fields))


def _decode_tables(head: Mapping[str, Any], body: bytes) -> Tables:
    try:
        return Tables(page_tables_from_bytes(body))
    except ValueError as error:
        raise ProtocolViolation("the tables of a page are not as they must be") from error


def _decode_end(head: Mapping[str, Any], body: bytes) -> End:
    _empty(body)
    return End(
        outcome=_cause(head, "o"),
        detail=_string(head, "x", _DETAIL),
        expected_pages=_number(head, "p", -1, MAX_NUMBER),
        expected_entries=_number(head, "e", -1, MAX_NUMBER),
    )


def _decode_about(head: Mapping[str, Any], body: bytes) -> About:
    return About(_string(head, "n", _TOKEN), _text(body, limit=1 << 20), _string(head, "s", _SOURCE))


def _empty(body: bytes) -> None:
    if body:
        raise ProtocolViolation("bytes where none belong")


_DECODERS: dict[str, Callable[[Mapping[str, Any], bytes], Part]] = {
    "kind": lambda h, b: Kind(_string(h, "m", _TOKEN), _string(h, "e", _TOKEN)),
    "about": _decode_about,
    "page": _decode_page,
    "missed": _decode_missed,
    "entry": _decode_entry,
    "data": _decode_data,
    "entry-end": lambda h, b: EntryEnd(_cause_or_none(h, "c"), _string(h, "x", _DETAIL)),
    "pixels": _decode_pixels,
    "tokens": _decode_tokens,
    "tables": _decode_tables,
    "end": _decode_end,
}
