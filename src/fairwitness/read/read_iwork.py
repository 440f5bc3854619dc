"""Pages, Keynote and Numbers: the text of both generations, as XML (2005 to 2009) and as IWA (since 2013).

An IWA file is a chain of blocks compressed with Snappy; in them lie messages of Protocol Buffers, each announced by a
header with its type. The types are Apple's own and not published; those with text are known from the work of
others (obriensp/iWorkFileFormat, masaccio/numbers-parser).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Part, Source
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Package,
    forget,
    local,
    take_out,
    walk_xml,
)
from fairwitness.read._sections import cut_sections
from fairwitness.read.read_docx import end_of_sections
from fairwitness.text.snappy import expand_block

_OLDER = ("index.apxl", "index.xml", "index.apxl.gz", "index.xml.gz")
_PARAGRAPHS = frozenset({"p"})
_TEXT_STORAGE, _TABLE_TEXTS, _COMMENT = 2001, 6005, 3056
_MAX_INDEX_BYTES = 512 << 20
_OF_THE_PROGRAM = re.compile(
    r"(?:^|/)(?:index/.*\.iwa|index\.(?:zip|xml|apxl)(?:\.gz)?|metadata/.*|.*\.plist)$|/$|^thumbs/"
)


@dataclass(frozen=True, slots=True)
class ReadIwork:
    """Reads paragraphs, cells that hold text, notes and comments in sections; pictures and previews are entries."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-iwork"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections, then the files in the package."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        damage: list[ReadError] = []
        pages = 0
        for page in cut_sections(_until_damage(_blocks(package), damage)):
            pages += 1
            yield page
        files = [name for name in package.names if not _OF_THE_PROGRAM.search(name)]
        yield from take_out(package, files)
        yield end_of_sections(pages, damage, len(files))


def _until_damage(blocks: Iterator[str], damage: list[ReadError]) -> Iterator[str]:
    try:
        yield from blocks
    except ReadError as error:
        if error.cause == Cause.LIMIT_OUTPUT:
            raise
        damage.append(error)


def _blocks(package: Package) -> Iterator[str]:
    older = next((name for name in _OLDER if name in package), "")
    if older:
        stream: Any = package.open(older)
        if older.endswith(".gz"):
            stream = io.BytesIO(_gunzip(package.read_small(older)))
        yield from _xml_blocks(stream)
        return
    for name in sorted(name for name in package.names if name.endswith(".iwa")):
        yield from _iwa_blocks(_whole(package, name))
    if "index.zip" in package:
        yield from _inner_blocks(_whole(package, "index.zip"))


def _whole(package: Package, name: str) -> bytes:
    member, data = package.open(name), bytearray()
    while piece := member.read():
        data += piece
        if len(data) > _MAX_INDEX_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "part larger than the limit")
    return bytes(data)


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            found = file.read(_MAX_INDEX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise ReadError(Cause.UNREADABLE, "damaged member") from None
    if len(found) > _MAX_INDEX_BYTES:
        raise ReadError(Cause.LIMIT_OUTPUT, "package grows too large")
    return found


def _inner_blocks(data: bytes) -> Iterator[str]:
    """The parts of a document that was saved as a folder and then packed: they are in a ZIP of their own, stored."""
    inner = Package(Source(io.BytesIO(data), len(data)), MAX_MEMBER_BYTES, MAX_PACKAGE_BYTES)
    for name in sorted(name for name in inner.names if name.endswith(".iwa")):
        yield from _iwa_blocks(_whole(inner, name))


# --- 2005 to 2009


def _xml_blocks(stream: Any) -> Iterator[str]:
    """Paragraphs, the texts of cells and their numbers; master slides hold only prompts, but for tables."""
    skipped = 0
    for event, element in walk_xml(stream):
        name = local(element)
        if name in ("master-slides", "stylesheet", "prototypes", "master-slide", "theme"):
            skipped += 1 if event == "start" else -1
            continue
        if event == "start" or (skipped and name not in ("ct", "n")):
            continue
        if name in _PARAGRAPHS:
            text = "".join(_inline(element)).strip("\n")
            if text.strip():
                yield text + "\n\n"
            forget(element)
        elif name == "ct":  # the text of a cell
            text = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}s")), "")
            if text.strip():
                yield text + "\t\n"
        elif name == "n" and (value := _own(element, "v")):  # a cell with a number
            yield value + "\t\n"


def _own(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _inline(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        yield {"tab": "\t", "br": "\n", "lnbr": "\n", "crbr": "\n"}.get(name, "")
        yield from _inline(child)
        yield child.tail or ""


# --- since 2013


def _iwa_blocks(data: bytes) -> Iterator[str]:
    for kind, message in _messages(_expand(data)):
        if kind == _TEXT_STORAGE:
            texts = [value for number, value in _fields(message) if number == 3 and isinstance(value, bytes)]
            for paragraph in re.split(r"[\n\u2029\u2028\x04\x05\x06]", "".join(map(_decoded, texts))):
                if paragraph.replace("\ufffc", "").strip():
                    yield paragraph.replace("\ufffc", "") + "\n\n"
        elif kind == _COMMENT:
            yield from _lines(message, 1)
        elif kind == _TABLE_TEXTS and _number(message, 1) == 1:  # 1: strings; other lists hold formats and formulas
            for number, entry in _fields(message):
                if number == 3 and isinstance(entry, bytes):
                    yield from _lines(entry, 3)


def _lines(message: bytes, wanted: int) -> Iterator[str]:
    for number, value in _fields(message):
        if number == wanted and isinstance(value, bytes) and (text := _decoded(value)).strip():
            yield text + "\t\n"


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "replace").replace("\0", "")


def _expand(data: bytes) -> bytes:
    """The blocks of an IWA file, each behind a zero byte and its length in three bytes."""
    out, at = bytearray(), 0
    while at + 4 <= len(data):
        if data[at] != 0:
            raise ReadError(Cause.UNREADABLE, "damaged iwa")
        size = int.from_bytes(data[at + 1 : at + 4], "little")
        out += expand_block(data[at + 4 : at + 4 + size])
        at += 4 + size
        if len(out) > _MAX_INDEX_BYTES:
            raise ReadError(Cause.LIMIT_OUTPUT, "package grows too large")
    return bytes(out)


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and bytes of each message: a header names the lengths of those that follow it."""
    at = 0
    while at < len(data):
        size, at = _varint(data, at)
        header, at = data[at : at + size], at + size
        for number, info in _fields(header):
            if number != 2 or not isinstance(info, bytes):
                continue
            length = _number(info, 3)
            yield _number(info, 1), data[at : at + length]
            at += length


def _number(message: bytes, wanted: int) -> int:
    return next((value for number, value in _fields(message) if number == wanted and isinstance(value, int)), 0)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field (Protocol Buffers, encoding); a damaged rest is left out."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
        elif kind == 2:
            size, at = _varint(message, at)
            yield key >> 3, message[at : at + size]
            at += size
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return value, at
