"""Contacts and calendars (vCard, iCalendar): their lines whole and decoded, photos and attachments as entries."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._inside import extension_of, file_inside
from fairwitness.read._sections import cut_sections
from fairwitness.text.encoding import decode_bytes, detect_file, find_codec

MAX_CARDS_BYTES = 128 << 20
_LINE = re.compile(rb"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)(?:=(\"[^\"]*\"|[^;]*))?")
_DATA_ADDRESS = re.compile(r"data:([a-z0-9.+/-]*);base64,(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(r"\\([nN,;\\:])")
_LEAST_FILE_CHARS = 64


@dataclass(frozen=True, slots=True)
class ReadVcard:
    """Reads cards and events in sections: a line for each property, its name in front; empty lines part the cards."""

    name: ClassVar[str] = "read-vcard"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections, then the files that are in properties."""
        if item.size_bytes > MAX_CARDS_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "cards larger than the limit")
        charset = item.charset or detect_file(item.file)
        item.file.seek(0)
        cards = _Cards(charset)
        pages = 0
        for page in cut_sections(cards.blocks(item.file.read())):
            pages = page.number
            yield page
        for number, (name, data) in enumerate(cards.files, 1):
            yield from file_inside(number, name, data)
        outcome, detail = (Cause.OK, "") if pages or cards.files else (Cause.EMPTY, "")
        if cards.lost:
            outcome, detail = Cause.PARTIAL, "bytes that are no text in its encoding"
        yield End(outcome, detail, expected_pages=pages, expected_entries=len(cards.files))


class _Cards:
    """Reads the lines; collects the files met on the way."""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self.files: list[tuple[str, bytes]] = []
        self.lost = False

    def blocks(self, data: bytes) -> Iterator[str]:
        """Yield a line for each property, and an empty one behind each card or event."""
        for line in _unfolded(self._as_utf8(data)):
            found = _LINE.fullmatch(line)
            if found is None:
                text = line.decode("utf-8", "replace").strip()
                if text:
                    yield text + "\n"
                continue
            name = found[2].decode("ascii").upper()
            parameters = _parameters(found[3].decode("utf-8", "replace"))
            text = self._value(name, parameters, found[4])
            if name == "END":
                yield "\n"
            elif name != "BEGIN" and text:
                yield f"{name}: {text}\n"

    def _as_utf8(self, data: bytes) -> bytes:
        """All of it in UTF-8, which is also what quoted lines without a charset are in."""
        text = decode_bytes(data, self._charset)
        self.lost = "\ufffd" in text
        return text.encode("utf-8", "replace")

    def _value(self, name: str, parameters: dict[str, str], raw: bytes) -> str:
        coding = parameters.get("encoding", "").lower()
        if coding in ("b", "base64") or "base64" in parameters:
            return self._file(name, parameters, raw)
        if coding == "quoted-printable" or "quoted-printable" in parameters:
            decoded = quopri.decodestring(raw)
            codec = find_codec(parameters.get("charset", "")) or "utf-8"
            text = decode_bytes(decoded, codec)
        else:
            text = raw.decode("utf-8", "replace")
        self.lost |= "\ufffd" in text
        inline = _DATA_ADDRESS.fullmatch(text.strip())
        if inline is not None:
            return self._file(name, parameters, inline[2].encode())
        return _ESCAPED.sub(lambda hit: {"n": "\n", "N": "\n"}.get(hit[1], hit[1]), text).strip()

    def _file(self, name: str, parameters: dict[str, str], raw: bytes) -> str:
        try:
            data = base64.b64decode(raw.translate(None, b" \t\r\n"))
        except (binascii.Error, ValueError):
            self.lost = True
            return ""
        given = parameters.get("filename") or parameters.get("x-filename") or ""
        extension = extension_of(data) or "bin"
        label = given or f"{name.lower()}-{len(self.files) + 1}.{extension}"
        self.files.append((label, data))
        return label


def _unfolded(data: bytes) -> Iterator[bytes]:
    """Yield the lines with folded ones put together: by white space, in quoted-printable by a sign at the end."""
    held: list[bytes] = []
    quoted = False
    for line in data.splitlines():
        if held and line[:1] in (b" ", b"\t") and not quoted:
            held.append(line[1:])
        elif held and quoted:
            held[-1] = held[-1][:-1]
            held.append(line)
        else:
            if held:
                yield b"".join(held)
            held = [line]
        quoted = line.endswith(b"=") and b"QUOTED-PRINTABLE" in held[0].upper()
    if held:
        yield b"".join(held)


def _parameters(text: str) -> dict[str, str]:
    """Parameters by lower-case name; one without a value, as in vCard 2.1, is its own name."""
    return {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(text)}
