"""What a font says about the text of its glyphs: its table of text, and for which codes it has glyphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_PAIR = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(\[[^\]]*\]|<[0-9A-Fa-f\s]*>)")
_SUBSET = re.compile(r"/?[A-Z]{6}\+")
_MAX_CODES = 70_000


@dataclass(slots=True)
class Font:
    """A font as far as text goes: `texts` from codes to what they stand for; `wide` codes have two bytes."""

    wide: bool = False
    is_subset: bool = False
    is_latin: bool = True
    texts: dict[int, str] = field(default_factory=dict)

    def codes(self, raw: bytes) -> list[int]:
        """The codes in a string."""
        if not self.wide:
            return list(raw)
        return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]

    def text_of(self, code: int) -> str:
        """What a code stands for, a guess where the font does not say."""
        if code in self.texts:
            return self.texts[code]
        return chr(code) if self.is_latin and 32 <= code < 256 else "\ufffd"


def read_font(thing: Object) -> Font:
    """The font in a dictionary of a file."""
    kind = thing.get("/Subtype")
    name = str(thing.get("/BaseFont") or thing.get("/Name") or "")
    table = thing.get("/ToUnicode")
    data = b""
    if isinstance(table, pikepdf.Stream):
        try:
            data = bytes(table.read_bytes(pikepdf.StreamDecodeLevel.generalized))
        except (pikepdf.PdfError, RuntimeError):
            data = b""
    is_subset = _SUBSET.match(name) is not None or kind == Name.Type3
    return Font(kind == Name.Type0, is_subset, kind != Name.Type0, read_table(data) or _differences(thing))


def read_table(data: bytes) -> dict[int, str]:
    """Codes to text, from a ToUnicode stream (PDF 1.7, 9.10.3)."""
    texts: dict[int, str] = {}
    for section in _SECTION.finditer(data):
        if section[1] == b"bfchar":
            for code, said in _PAIR.findall(section[2]):
                texts[_number(code)] = _text(said)
            continue
        for first, last, said in _RANGE.findall(section[2]):
            low, high = _number(first), min(_number(last), _number(first) + _MAX_CODES)
            if said.startswith(b"["):
                each = _HEX.findall(said)
                texts.update((low + at, _text(one)) for at, one in enumerate(each[: high - low + 1]))
                continue
            start = _text(said[1:-1])
            if start:
                for code in range(low, high + 1):
                    texts[code] = start[:-1] + chr(min(ord(start[-1]) + code - low, 0x10FFFF))
        if len(texts) > _MAX_CODES:
            break
    return texts


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16) & 0xFFFFFFFF


def _text(digits: bytes) -> str:
    raw = b"".join(digits.split())
    return bytes.fromhex((raw + b"0" * (len(raw) % 2)).decode()).decode("utf-16-be", "replace")


def _differences(thing: Object) -> dict[int, str]:
    """Codes to text from the names of glyphs that are single letters; what others mean is not known here."""
    encoding = thing.get("/Encoding")
    differences = encoding.get("/Differences") if isinstance(encoding, Dictionary) else None
    texts, code = {}, 0
    for each in differences if isinstance(differences, Array) else ():
        if isinstance(each, Name):
            name = str(each)[1:]
            if len(name) == 1:
                texts[code] = name
            code += 1
        else:
            code = int(each)
    return texts
