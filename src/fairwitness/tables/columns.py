"""What a column allows its cells to say, and which columns a table seems to have where nobody has told.

A guess serves the reading of this page alone; it is stored nowhere as if somebody had said it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fairwitness.core.lists import Column, ColumnKind
from fairwitness.facts.dates import parse_date
from fairwitness.facts.identifiers import Fit, check_number
from fairwitness.read.ocr.script import script_of
from fairwitness.read.ocr.spans import is_han

DOT = "·"
"""The sign between the parts of a name that Chinese takes from another language (GB/T 15834: U+00B7)."""
DOT_LIKE = "・•‧∙⋅●。．.˙"
"""What networks read in its place, wherever it stands; `IN_NAMES` in a name in Han letters, which has no such signs."""
IN_NAMES = DOT_LIKE + ":：,，'`‘’-–—_~"
_FIGURES = "0123456789"
_ALPHABETS = {"date": _FIGURES + ".-/年月日号", "number": _FIGURES + ".,-%", "cn-resident": _FIGURES + "X"}
_PARTIAL = re.compile(r"(?:19|20)[0-9]{2}(?:[-./年](?:0?[1-9]|1[0-2])月?|年?)")
_LONG_NUMBER, _SOME_DATE = re.compile(r"[0-9]{17}[0-9Xx]"), re.compile(r"[0-9]{4}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?")
_FIGURES_ONLY = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"[-−]?[0-9]+(?:[.,][0-9]+)*%?")
_NAME_HEADERS = ("姓名", "名字", "学员姓名", "户主")
_ENOUGH = 0.6  # of the cells with text that must have a form that nothing else has
_MOST = 0.8  # of the cells with text that must look so
_FEWEST = 2  # cells that tell


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a column: as in `core.lists.Column`; `is_guess` where only its header and cells tell."""

    kind: ColumnKind = "text"
    script: str = ""
    codes: tuple[str, ...] = ()
    scheme: str = ""
    is_guess: bool = False

    @property
    def alphabet(self) -> str:
        """The only signs that its cells can hold; empty for any."""
        if self.kind == "identity":
            return _ALPHABETS.get(self.scheme, _FIGURES if self.scheme in _ONLY_FIGURES else "")
        if self.kind == "date":
            return _ALPHABETS["date"] if self.script in ("digits", "") else ""
        return _ALPHABETS["number"] if self.kind == "number" or self.script == "digits" else ""

    def allows(self, text: str) -> bool | None:
        """Whether the column allows that text; None where it says nothing about it."""
        if self.kind == "code" and self.codes:
            return bare(text) in {bare(code) for code in self.codes}
        if self.kind == "identity" and self.scheme:
            found = check_number(self.scheme, bare(text))
            return found is not None and found.fit in (Fit.VALID, Fit.NO_CHECKSUM)
        if self.kind == "date":
            found_date = parse_date(bare(text))
            if found_date is not None:
                return found_date.state != "impossible"
            return _PARTIAL.fullmatch(bare(text)) is not None
        if self.kind == "number":
            return _NUMBER.fullmatch(bare(text)) is not None
        return None


_ONLY_FIGURES = frozenset(("cn-resident-15", "kz-iin", "tr-kimlik", "ru-inn", "uz-pinfl", "kg-pin"))
ANY = Known()


def bare(text: str) -> str:
    """The text without blanks and ends of lines."""
    return "".join(text.split())


def known_of(column: Column) -> Known:
    """What a person said of the column."""
    return Known(column.kind, column.script, column.codes, column.scheme)


def guess_column(header: str, texts: Sequence[str]) -> Known:
    """What the column seems to hold; `texts` are what was read of its cells below the header, the empty ones left out.

    Only what helps to read: numbers, dates, names with a dot. Anything else stays text.
    """
    found = [bare(text) for text in texts if bare(text)]
    if len(found) < _FEWEST:
        return ANY
    if _share(found, _LONG_NUMBER) >= _ENOUGH:
        return Known("identity", "digits", scheme="cn-resident", is_guess=True)
    if _share(found, _SOME_DATE) >= _ENOUGH:
        return Known("date", "digits", is_guess=True)
    if _share(found, _FIGURES_ONLY) >= _MOST:
        return Known("number", "digits", is_guess=True)
    dotted = sum(_is_dotted(text) for text in found)
    if bare(header) in _NAME_HEADERS or 2 * dotted >= len(found):
        return Known("name", "Hani", is_guess=True) if script_of("".join(found)) == "Hani" else ANY
    return ANY


def _share(texts: Sequence[str], form: re.Pattern[str]) -> float:
    return sum(form.fullmatch(text) is not None for text in texts) / len(texts)


def _is_dotted(text: str) -> bool:
    """Whether one dot stands between Han letters of a short text."""
    parts = re.split(f"[{re.escape(DOT + DOT_LIKE)}]", text)
    return len(parts) >= 2 and len(text) <= 16 and all(part and all(map(is_han, part)) for part in parts)
