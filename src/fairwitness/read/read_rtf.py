"""RTF: its text, with the code pages that it names, and the pictures and objects in it as files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._markup_about import about_rtf
from fairwitness.read._ole import OLE_MAGIC, Embedded, bitmap_file, native_file, object_in, open_ole, take_out
from fairwitness.read._sections import cut_sections
from fairwitness.text.rtf import RtfObject, read_rtf_text

MAX_RTF_BYTES = 128 << 20
_EMBEDDED_OBJECT = 2


@dataclass(frozen=True, slots=True)
class ReadRtf:
    """Reads the text of an RTF file in sections, notes and comments too; pictures and embedded objects are entries."""

    name: ClassVar[str] = "read-rtf"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, the sections, then what is embedded."""
        if item.size_bytes > MAX_RTF_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "rtf larger than the limit")
        data = item.file.read()
        yield from about_rtf(data)
        found = read_rtf_text(data)
        pages = 0
        for page in cut_sections(found.paragraphs):
            pages += 1
            yield page
        yield from take_out(_file_of(one, number) for number, one in enumerate(found.objects, 1))
        entries = len(found.objects)
        if found.is_broken:
            yield End(Cause.PARTIAL, "some bytes fit no encoding", pages, entries)
        else:
            yield End(Cause.OK if pages or entries else Cause.EMPTY, "", pages, entries)


def _file_of(one: RtfObject, number: int) -> Embedded:
    if one.kind == "object":
        return _object(one.data, f"object{number}")
    if one.kind == "dib":
        return Embedded(f"picture{number}.bmp", bitmap_file(one.data))
    return Embedded(f"picture{number}.{one.kind}".removesuffix(".picture"), one.data)


def _object(data: bytes, label: str) -> Embedded:
    """The file in an OLE 1 object ([MS-OLEDS] 2.2.5): version, format, three names, then its size and bytes."""
    try:
        if struct.unpack_from("<I", data, 4)[0] != _EMBEDDED_OBJECT:
            return Embedded(label, cause=Cause.UNSUPPORTED, detail="only a reference, the content is elsewhere")
        at = 8
        for _ in range(3):
            at += 4 + struct.unpack_from("<I", data, at)[0]
        native = data[at : at + 4 + struct.unpack_from("<I", data, at)[0]]
    except struct.error:
        return Embedded(label, cause=Cause.UNREADABLE, detail="damaged object")
    if not native[4:].startswith(OLE_MAGIC):
        return native_file(native, label)
    try:
        with open_ole(BytesIO(native[4:])) as ole:
            return object_in(ole, (), label)
    except ReadError as error:
        return Embedded(label, cause=Cause(error.cause), detail=error.detail)
