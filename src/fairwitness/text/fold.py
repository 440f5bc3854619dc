"""Folds text so that spellings which a reader takes for the same are the same, and remembers where each came from.

NFKC, then case folding, then the rules below. One letter never becomes another letter of the same alphabet, with two
exceptions made for recall: Turkish dotless i becomes i (so that capitals, which do not tell the two apart in a mixed
text, are found), and Arabic heh becomes Uyghur e, because old Uyghur fonts write the one for the other and Uyghur
itself has no heh.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

_HARD = "\U0010ffff"  # a noncharacter: stands for what cannot be folded one to one
_COMMON = ((0, 0x250), (0x370, 0x700), (0x2010, 0x2028), (0x3000, 0x3020))
_HARD_RUN = re.compile(f"[^{_HARD}]?{_HARD}+")
_CONJOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")  # Hangul vowels and finals compose with what precedes
_VISIBLE_FORMATS = frozenset(
    [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
)  # of category Cf, and yet signs on the paper
_ZERO_WIDTH_SPACE = "\u200b"  # marks the end of a word, so it is no mere format character
_HEAVY_MARKS = frozenset("\u0653\u0654\u0655")  # madda and hamza make other letters; other Arabic marks are vowels
_SINGLE = {
    "ё": "е",
    "ı": "i",
    "\u06a9": "\u0643",  # Persian kaf
    "\u06aa": "\u0643",  # swash kaf
    "\u06cc": "\u064a",  # Farsi yeh; alef maksura (Uyghur i) stays what it is
    "\u0647": "\u06d5",  # heh
    "\u02bb": "'",
    "\u02bc": "'",
    "\u02b9": "'",
    "\u3000": "\t",  # the ideographic space indents a paragraph: Han runs end at it as at a tab
}


def _is_dropped(char: str) -> bool:
    """Whether `char` is not seen, or is a vowel sign or a stretching of Arabic script."""
    category = unicodedata.category(char)
    code = ord(char)
    if category == "Cf":
        return code not in _VISIBLE_FORMATS and char != _ZERO_WIDTH_SPACE
    if category == "Mn" and (0x600 <= code < 0x700 or 0x8D0 <= code < 0x900):
        return char not in _HEAVY_MARKS
    if char == "\u0640" or char == "\u034f" or char == _HARD:
        return True
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def _attaches(char: str) -> bool:
    """Whether `char` can change what comes before it, so that the two must be folded together."""
    first = unicodedata.normalize("NFKD", char)[0]
    if unicodedata.combining(first) or unicodedata.category(char).startswith("M"):
        return True
    return _CONJOINING.match(first) is not None or _is_dropped(char)


def _fold_char(char: str) -> str:
    if _is_dropped(char):
        return ""
    if char in _SINGLE:
        return _SINGLE[char]
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    return char


@lru_cache(maxsize=20_000)
def _fold_segment(segment: str) -> str:
    """One character with all that attaches to it, folded."""
    if "\ufe70" <= segment[0] <= "\ufe7f":  # Arabic vowel signs standing alone: NFKC would put a space inside a word
        segment = segment[1:]
    if segment == "\u3000":
        return "\t"
    text = unicodedata.normalize("NFKC", segment).casefold()
    text = unicodedata.normalize("NFKC", text).replace("i\u0307", "i")
    return unicodedata.normalize("NFKC", "".join(map(_fold_char, text)))


class _Table(dict[int, str]):
    """Folds one to one; filled with the characters that are met, and `_HARD` for those that need a closer look."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _HARD if _attaches(char) else _fold_segment(char)
        if len(folded) != 1:
            folded = _HARD
        self[code] = folded
        return folded


_TABLE = _Table()


class _Plain(dict[str, str | None]):
    """What the small letter of a character becomes, if that is one letter; "" if it stays, None if it is hard."""

    def __missing__(self, char: str) -> str | None:
        low = char.lower()
        folded = _TABLE[ord(char)]
        plain: str | None = None
        if folded != _HARD and len(low) == 1 and _TABLE[ord(low)] == folded:
            plain = "" if folded == low else folded
        self[char] = plain
        return plain


_PLAIN = _Plain()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `starts[i]` and `ends[i]` tell what part of the original became its character i.

    Both are None when every character became exactly one.
    """

    text: str
    starts: list[int] | None
    ends: list[int] | None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Range of the original text that became the non-empty range [start, end) of the folded text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def sources(self, start: int, end: int) -> list[tuple[int, int]]:
        """Ranges of the original text that became each character of the range [start, end)."""
        if self.starts is None or self.ends is None:
            return list(zip(range(start, end), range(start + 1, end + 1), strict=True))
        return list(zip(self.starts[start:end], self.ends[start:end], strict=True))


def fold(text: str) -> Folded:
    """Folded text with the source range of every character, in code points."""
    soft = text.translate(_TABLE)
    if _HARD not in soft:
        return Folded(soft, None, None)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in _HARD_RUN.finditer(soft):
        start, end = found.span()
        pieces.append(soft[done:start])
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        for low, high in _segments(text, start, end):
            folded = _fold_segment(text[low:high])
            pieces.append(folded)
            starts.extend([low] * len(folded))
            ends.extend([high] * len(folded))
        done = end
    pieces.append(soft[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return Folded("".join(pieces), starts, ends)


def fold_text(text: str) -> str:
    """The same folding without the source ranges; quick where most characters only lose their case."""
    if text.isascii():
        return text.lower()
    chars = set(_odd().findall(text))
    hard = "".join(sorted(char for char in chars if _PLAIN[char] is None))
    others = [char for char in {char.lower() for char in chars if _PLAIN[char]} | {"ς"} if _PLAIN[char]]
    if not hard:
        return _fold_plain(text, others)
    pieces = _runs_of(hard).split(text)
    pieces[::2] = [_fold_plain(piece, others) for piece in pieces[::2]]
    pieces[1::2] = map(_fold_run, pieces[1::2])
    return "".join(pieces)


@cache
def _odd() -> re.Pattern[str]:
    """Any character but those of the common alphabets, and Han, of which only the case goes."""
    common = [chr(code) for low, high in _COMMON for code in range(low, high)]
    easy = "".join(re.escape(char) for char in common if _PLAIN[char] == "" == _PLAIN[char.lower()])
    return re.compile(f"[^{easy}\u4e00-\u9fff]")


def _fold_plain(text: str, others: list[str]) -> str:
    text = text.lower()
    for char in others:
        text = text.replace(char, _PLAIN[char] or char)
    return text


@lru_cache(maxsize=500)
def _runs_of(hard: str) -> re.Pattern[str]:
    inside = re.escape(hard)
    return re.compile(f"([^{inside}]?[{inside}]+)")


@lru_cache(maxsize=20_000)
def _fold_run(run: str) -> str:
    return "".join(_fold_segment(run[low:high]) for low, high in _segments(run, 0, len(run)))


def _segments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts text[start:end] before every character that does not attach to the one before it."""
    cuts = [start, *(i for i in range(start + 1, end) if not _attaches(text[i])), end]
    return list(pairwise(cuts))
