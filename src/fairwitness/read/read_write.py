"""Files of Windows Write (WRI): their text; pictures in them are named, not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._sections import cut_sections
from fairwitness.text.encoding import decode_bytes, detect_encoding

_TEXT_AT = 128  # the header is one block
_WITH_OBJECTS = 0xBE32
_PICTURE = "\x01"


@dataclass(frozen=True, slots=True)
class ReadWrite:
    """Reads the text between the header and the properties, in the likeliest code page."""

    name: ClassVar[str] = "read-write"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        head = item.file.read(_TEXT_AT)
        end = int.from_bytes(head[14:18], "little")
        data = item.file.read(max(0, end - _TEXT_AT))
        text = decode_bytes(data, detect_encoding(data, complete=True)).replace("\r\n", "\n").replace("\0", "")
        pages = 0
        for page in cut_sections(f"{line}\n\n" for line in text.replace("\x0c", "\n").split("\n") if line.strip()):
            pages += 1
            yield page
        if int.from_bytes(head[:2], "little") == _WITH_OBJECTS or _PICTURE in text:
            yield End(Cause.PARTIAL, "pictures or objects in it are not read", pages)
            return
        yield End(Cause.OK if pages else Cause.EMPTY, "", pages)
