"""The text of one PDF page and where each of its words lies."""

from __future__ import annotations

import ctypes
import re
from array import array
from dataclasses import dataclass, field
from operator import sub
from typing import Any

from fairwitness.core.parts import no_numbers
from fairwitness.read._pdfium import Geometry, pdfium

# Han, kana and their punctuation are written without spaces: a word each, so that a hit has a tight box.
_SINGLE = (
    "\u2e80-\u2fff\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_TOKENS = re.compile(rf"\r\n|[\r\n]|\0+|\02|[^\S\r\n]+|[{_SINGLE}]|[^\s\0\02{_SINGLE}]+")
_ODD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REPLACED = dict.fromkeys((*range(1, 9), 11, 12, *range(14, 32), 127), " ") | {
    0x02: "\x02",
    0xFFFE: "\x02",  # what PDFium calls a hyphen at the end of a line, in its old and its new form
    0xFFFF: "\ufffd",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_UNUSABLE = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_MAX_CHARS = 3_000_000

_get_char_box = pdfium.FPDFText_GetCharBox
Box = tuple[float, float, float, float]  # left, bottom, right, top in points


@dataclass(slots=True)
class PageWords:
    """The text of a page, its words as in `core.parts.PageText`, and how much of the text is real."""

    text: str
    words: array[int] = field(default_factory=no_numbers)
    letters: int = 0  # characters that are no white space
    usable: int = 0  # of these, those with a meaning in Unicode
    is_cut: bool = False  # the page has more characters than `_MAX_CHARS`

    @property
    def is_garbled(self) -> bool:
        """Most of what should be letters has no meaning in Unicode, so people cannot search it."""
        return self.letters > 0 and self.usable < self.letters * 0.4


class _Boxes:
    """Boxes of single characters, read into one buffer."""

    def __init__(self, text_page: Any) -> None:
        self._page = text_page
        self._numbers = (ctypes.c_double * 4)()
        step = ctypes.sizeof(ctypes.c_double)
        self._places = [
            ctypes.cast(ctypes.byref(self._numbers, step * at), ctypes.POINTER(ctypes.c_double)) for at in range(4)
        ]
        self._loose = pdfium.FS_RECTF()

    def box_of(self, at: int) -> Box | None:
        """Box of character `at`; that of its font's line where the glyph itself has no extent."""
        if _get_char_box(self._page, at, *self._places):
            left, right, bottom, top = self._numbers
            if right > left and top > bottom:
                return left, bottom, right, top
        if not pdfium.FPDFText_GetLooseCharBox(self._page, at, ctypes.byref(self._loose)):
            return None
        loose = self._loose
        left, right = min(loose.left, loose.right), max(loose.left, loose.right)
        bottom, top = min(loose.bottom, loose.top), max(loose.bottom, loose.top)
        return (left, bottom, right, top) if right - left + top - bottom > 0 else None


def read_words(page: Any, geometry: Geometry) -> PageWords | None:
    """The words of the page in the order of its content; None if PDFium cannot read its text."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return None
    try:
        characters = _characters(text_page)
        if not characters:
            return PageWords("")
        words = _Assembly(text_page, geometry, characters).finish()
        words.is_cut = pdfium.FPDFText_CountChars(text_page) > _MAX_CHARS
        return words
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _characters(text_page: Any) -> str:
    """One code point for each character index of PDFium; NUL where an index stands for nothing visible."""
    count = min(pdfium.FPDFText_CountChars(text_page), _MAX_CHARS)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    got = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer)[: max(0, got - 1) * 2].decode("utf-16-le", "surrogatepass")
    if len(text) != count or got - 1 != count or _ODD.search(text):
        text = _one_by_one(text_page, count)
    return text


def _one_by_one(text_page: Any, count: int) -> str:
    """The same by asking for every index: text and indices differ where a character has no or two code units."""
    codes = [pdfium.FPDFText_GetUnicode(text_page, at) for at in range(count)]
    for at, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00 and at + 1 < count and 0xDC00 <= codes[at + 1] < 0xE000:
            codes[at] = 0x10000 + ((code - 0xD800) << 10) + (codes[at + 1] - 0xDC00)
            codes[at + 1] = 0
    return "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes).translate(_REPLACED)


class _Assembly:
    """Puts text and words together, token by token."""

    def __init__(self, text_page: Any, geometry: Geometry, characters: str) -> None:
        self._boxes = _Boxes(text_page)
        self._geometry = geometry
        self._characters = characters
        self._out: list[str] = []
        self._length = 0
        self._words = no_numbers()
        self._letters = 0
        self._usable = 0

    def finish(self) -> PageWords:
        """All of it."""
        characters = self._characters
        for token in _TOKENS.finditer(characters):
            start, end = token.span()
            first = characters[start]
            if first in "\r\n":
                self._write("\n")
            elif first == "\0":
                continue
            elif first == "\x02":
                self._write_hyphen(start)
            elif first.isspace():
                self._write(" " if end - start == 1 and first != "\t" else token[0])
            else:
                self._write_word(start, end)
        return PageWords("".join(self._out), self._words, self._letters, self._usable)

    def _write(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)

    def _write_hyphen(self, at: int) -> None:
        """PDFium swallows the line break after a hyphen; without it two lines would share one word and one box."""
        self._write_word(at, at + 1, "-")
        if self._characters[at + 1 : at + 2] not in ("", "\r", "\n"):
            self._write("\n")

    def _write_word(self, start: int, end: int, text: str = "") -> None:
        text = text or self._characters[start:end]
        self._letters += len(text)
        self._usable += len(text) if text.isascii() else len(text) - len(_UNUSABLE.findall(text))
        boxes = list(map(self._boxes.box_of, range(start, end)))
        for first, last, box in _unite(boxes):
            at_px = self._geometry.box_px(*box)
            if at_px is not None:
                self._words.extend((self._length + first, self._length + last, *at_px))
        self._write(text)


def _unite(boxes: list[Box | None]) -> list[tuple[int, int, Box]]:
    """The boxes of a word as one, or as several where its characters lie far apart, as after an unmarked line end."""
    known = [box for box in boxes if box is not None]
    if not known:
        return []
    lefts, bottoms, rights, tops = zip(*known, strict=True)
    left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
    widths, heights = list(map(sub, rights, lefts)), list(map(sub, tops, bottoms))
    reach = 2.5 * max(*widths, *heights)
    wide, high = right - left, top - bottom
    # Most words: what is not covered by characters, along the line, is less than the gap that would split them.
    if (high <= reach and wide - sum(widths) <= reach) or (wide <= reach and high - sum(heights) <= reach):
        return [(0, len(boxes), (left, bottom, right, top))]
    return _split(boxes, reach)


def _split(boxes: list[Box | None], reach: float) -> list[tuple[int, int, Box]]:
    parts: list[tuple[int, int, Box]] = []
    start, end, whole = 0, 0, None
    before: Box | None = None
    for at, box in enumerate(boxes):
        if box is None:
            continue
        if before is None or whole is None:
            start, whole = (0 if not parts else at), box
        elif max(box[0] - before[2], before[0] - box[2], box[1] - before[3], before[1] - box[3]) > reach:
            parts.append((start, end, whole))
            start, whole = at, box
        else:
            whole = (min(whole[0], box[0]), min(whole[1], box[1]), max(whole[2], box[2]), max(whole[3], box[3]))
        before, end = box, at + 1
    if whole is not None:
        parts.append((start, len(boxes), whole))
    return parts
