"""What the bytes of a file hold beside the objects that it refers to: earlier revisions, dead objects, gaps."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

import pikepdf
from pikepdf import Dictionary, Name, Object, String

from fairwitness.publish.check_pdf._content import has_text
from fairwitness.publish.check_pdf._objects import has_detail, readable, text_of_stream
from fairwitness.publish.check_pdf._words import is_readable

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF[ \t]*\r?\n?")
_HEAD = re.compile(rb"(?<![0-9])(\d{1,10})\s+(\d{1,5})\s+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_TABLE = re.compile(rb"\bxref\s+(?:\d+\s+\d+\s+(?:\d{10}\s\d{5}\s[nf]\s*)*)*")
_TRAILER = re.compile(rb"\btrailer\s*<<.*?>>\s*(?=startxref)", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s+(\d{1,12})(?!\s+\d+\s+R)")
_MAX_DEAD = 20_000
_MAX_DECODED = 32 << 20
_MAX_REVISIONS = 50


@dataclass(frozen=True, slots=True)
class Dead:
    """An object in the bytes that nothing refers to: its text, whether it is a picture, whether it cannot be read."""

    text: str
    is_picture: bool = False
    is_closed: bool = False


def earlier_revisions(data: bytes) -> Iterator[bytes]:
    """The file as it was before each of its later additions, oldest first."""
    ends = [hit for hit in _END.finditer(data) if int(hit[1][:20])]
    behind = 0
    found = []
    for hit in ends:
        if not behind or b" obj" in data[behind : hit.start()]:
            found.append(hit.end())
        behind = hit.end()
    for end in found[:-1][-_MAX_REVISIONS:]:
        yield data[:end]


def bytes_beside(data: bytes) -> bytes:
    """What stands before, between and behind the objects: nothing in a file that a program wrote in one go."""
    start = data.find(b"%PDF-")
    rest = data[: max(0, start)]
    at = max(0, start)
    for begin, end in _objects(data):
        rest += data[at:begin] if begin >= at else b""
        at = max(at, end)
    rest += data[at:]
    rest = _TRAILER.sub(b"", _TABLE.sub(b"", rest))
    rest = re.sub(
        rb"startxref\s+\d+\s+%%EOF|%%? ?QDF[^\r\n]*|%%? ?(?:Original object ID|Contents for page)[: ][ \d]*", b"", rest
    )
    return re.sub(rb"%PDF-\d\.\d[^\r\n]*[\r\n]+(?:%[\x80-\xff][^\r\n]*)?|%%EOF|[\s\0]+", b" ", rest).strip()


def _objects(data: bytes) -> Iterator[tuple[int, int]]:
    """From where to where each object in the bytes reaches."""
    at = 0
    while hit := _HEAD.search(data, at):
        end = _end_of(data, hit.end())
        yield hit.start(), end
        at = end


def _end_of(data: bytes, start: int) -> int:
    end = data.find(b"endobj", start)
    stream = _STREAM.search(data, start, end if end >= 0 else len(data))
    if stream is not None:
        close = data.find(b"endstream", stream.end())
        end = data.find(b"endobj", close) if close >= 0 else -1
    return end + len(b"endobj") if end >= 0 else len(data)


def dead_objects(data: bytes, pdf: pikepdf.Pdf, reached: Iterable[tuple[int, int]]) -> Iterator[Dead]:
    """Yield the objects in the bytes that are none of those that can be reached."""
    alive = _alive(pdf, reached)
    scratch = pikepdf.new()
    for count, (begin, end) in enumerate(_objects(data)):
        if count > _MAX_DEAD:
            return
        head = _HEAD.match(data, begin)
        assert head is not None
        body = data[head.end() : end].removesuffix(b"endobj")
        stream = _STREAM.search(body)
        if stream is None:
            yield from _dead_plain(body)  # alive or not: what the living say is known
            continue
        raw = body[stream.end() :]
        raw = raw[: raw.rfind(b"endstream")] if b"endstream" in raw else raw
        if not any(_digest(one) in alive for one in _extents(body[: stream.start()], raw)):
            yield from _dead_stream(body[: stream.start()], raw, scratch)


def _extents(head: bytes, raw: bytes) -> set[bytes]:
    """The bytes of a stream, as far as they may reach: writers differ in the line end before its end."""
    found = {raw, raw.removesuffix(b"\n"), raw.removesuffix(b"\r\n"), raw.removesuffix(b"\r")}
    length = _LENGTH.search(head)
    return found | ({raw[: int(length[1])]} if length else set())


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()


def _alive(pdf: pikepdf.Pdf, reached: Iterable[tuple[int, int]]) -> set[bytes]:
    found = set()
    for key in reached:
        thing = pdf.get_object(key)
        if isinstance(thing, pikepdf.Stream):
            found.add(_digest(bytes(thing.read_raw_bytes())))
    return found


def _dead_plain(body: bytes) -> Iterator[Dead]:
    try:
        thing = Object.parse(body.strip())
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return
    if thing is not None:
        texts = [text for text in _strings(thing, 0) if is_readable(text)]
        if texts:
            yield Dead("\n".join(texts))


def _strings(thing: object, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(thing, String):
        yield str(thing)
    elif isinstance(thing, Dictionary):
        for key in thing.keys():  # noqa: SIM118
            if key not in ("/ID", "/DA", "/M", "/ModDate", "/CreationDate", "/Producer", "/Creator", "/Author"):
                yield from _strings(thing.get(key), depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for each in thing:
            yield from _strings(each, depth + 1)


def _dead_stream(head: bytes, raw: bytes, scratch: pikepdf.Pdf) -> Iterator[Dead]:
    try:
        about = Object.parse(head.strip())
    except (pikepdf.PdfError, ValueError, RuntimeError):
        about = Dictionary()
    if not isinstance(about, Dictionary) or about.get("/Type") == Name.XRef:
        return
    entries = {key: about.get(key) for key in ("/Filter", "/DecodeParms") if about.get(key) is not None}
    try:
        stream = scratch.make_stream(raw, Dictionary(entries))
        data = bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))[:_MAX_DECODED]
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        data = b""
    if b"begincmap" in data[:400]:
        return  # a table of codes of a font
    if about.get("/Type") == Name.ObjStm:
        yield from _objects_in_stream(data, about)
    elif about.get("/Subtype") == Name.Image:
        yield Dead("", is_picture=_shows_something(about, raw, scratch))
    elif about.get("/Type") in (Name.Metadata, Name.EmbeddedFile) or has_text(data) or about.get("/Filter") is None:
        yield Dead(text_of_stream(stream, data) if data else "", is_closed=not data)
    else:
        text = text_of_stream(stream, data) if data else _inflated(raw)
        if text:
            yield Dead(text)


def _objects_in_stream(data: bytes, about: Dictionary) -> Iterator[Dead]:
    """What the objects of an object stream say; whether they are alive, their words tell."""
    first, count = about.get("/First"), about.get("/N")
    if not isinstance(first, int) or not isinstance(count, int) or not 0 <= count < _MAX_DEAD:
        return
    numbers = [int(one) for one in data[:first].split() if one.isdigit()][: 2 * count]
    places = [*numbers[1::2], len(data) - first]
    for start, end in pairwise(places):
        yield from _dead_plain(data[first + start : first + end])


def _shows_something(about: Dictionary, raw: bytes, scratch: pikepdf.Pdf) -> bool:
    known = {}
    for key in about.keys():  # noqa: SIM118
        value = about.get(key)
        if not isinstance(value, Object) or not value.is_indirect:
            known[key] = value
    try:
        return has_detail(scratch.make_stream(raw, Dictionary(known)))
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        return True


def _inflated(raw: bytes) -> str:
    try:
        return readable(zlib.decompressobj().decompress(raw, _MAX_DECODED))
    except zlib.error:
        return ""
