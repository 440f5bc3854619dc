"""What the text of a cell means in its column: a normal form beside the raw text, never instead of it.

A normal form says nothing that is not written: a date without a day stays without one, two figures of a year stay two,
and what cannot be understood has no normal form but a problem, a code of ours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from fairwitness.core.lists import Column
from fairwitness.facts.dates import parse_date, plain_figures
from fairwitness.facts.identifiers import Fit, Identifier, check_number
from fairwitness.facts.partial import PartialDate

INTERPUNCTS = "·•・･‧∙⋅●・ㆍ᛫"
"""Signs that stand for the dot between the parts of a name; all become the middle dot, U+00B7."""
_DOTS = re.compile(rf"[ ]*[{INTERPUNCTS}][ ]*")
_STEADY = 3
_HAN_GAP = re.compile(r"(?<![A-Za-z]) | (?![A-Za-z])")
_FIGURES = re.compile(r"[0-9]+")
_SHORT_DATE = re.compile(r"([12][0-9]{3})[ ]?[-./,年][ ]?([0-9]{1,2})(?:[ ]?[-./,月][ ]?([0-9]{1,2})[ ]?[日号]?|月)?")
_RUN_DATE = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})?")
_TURNED_RUN = re.compile(r"([0-9]{2})([0-9]{2})([12][0-9]{3})")
_TWO_FIGURES = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:(?P<mark>[ ,.'\u00a0\u202f])[0-9]{3})+(?:(?P<point>[.,])[0-9]+)?")
_PLAIN_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Value:
    """A cell understood: `normal` is empty where nothing stands or nothing was understood; `problem` says which.

    `date` for dates, and for identity numbers that hold one; `number` for numbers; `identity` for identity numbers.
    Problems: not_a_date, impossible_date, ambiguous_date, two_digit_year, not_a_number, ambiguous_number, not_in_form,
    checksum_fails, not_in_vocabulary.
    """

    raw: str
    normal: str = ""
    problem: str = ""
    date: PartialDate | None = None
    number: Decimal | None = None
    identity: Identifier | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing that can be seen stands in the cell."""
        return not self.raw.strip()


def value_of(column: Column, text: str) -> Value:
    """The text as its column understands it."""
    if not plain_text(text):
        return Value(text)
    return _READERS.get(column.kind, _plain)(column, text)


def comparison_form(column: Column, text: str) -> str:
    """What two people must have typed alike to have typed the same.

    NFKC, blanks and line ends as one blank, none beside Han characters, and in columns in Chinese none but between two
    Latin letters, since there the ends of lines cut numbers; in dates, numbers and identity numbers the
    normal form, so that ２０１７．３ and 2017-03 are the same; in names one middle dot for all its kinds. Small and
    capital letters differ, and so does everything that somebody could mean.
    """
    form = _form(column, text)
    for _ in range(_STEADY):  # taking blanks out may leave signs side by side that have a normal form of their own
        again = form if form.isascii() else _form(column, form)
        if again == form:
            break
        form = again
    return form


def _form(column: Column, text: str) -> str:
    if column.kind in ("date", "number", "identity"):
        return value_of(column, text).normal or _figures_of(text)
    form = _name_form(text) if column.kind == "name" else plain_text(text)
    return _HAN_GAP.sub("", form) if column.script == "Hani" else form


def plain_text(text: str) -> str:
    """NFKC with single blanks, none of them beside Han characters or full-width signs, and no marks of direction."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    normal = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Cf", "Cc")
        or char in "\n\t\u200c"
    )  # fmt: skip
    words = normal.split()
    joined = words[:1]
    for word in words[1:]:
        joined.append(word if _is_wide(joined[-1][-1]) or _is_wide(word[0]) else f" {word}")
    return "".join(joined)


def _figures_of(text: str) -> str:
    return plain_text(plain_figures(plain_text(text)))


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _name_form(text: str) -> str:
    return _DOTS.sub("·", plain_text(unicodedata.normalize("NFC", text)))


def _plain(_column: Column, text: str) -> Value:
    return Value(text, plain_text(text))


def _name(_column: Column, text: str) -> Value:
    return Value(text, _name_form(text))


def _code(column: Column, text: str) -> Value:
    form = plain_text(text)
    for code in column.codes:
        if plain_text(code) == form:
            return Value(text, code)
    return Value(text, "" if column.codes else form, "not_in_vocabulary" if column.codes else "")


def _date(column: Column, text: str) -> Value:
    plain = _figures_of(text)
    readings, problem = _readings(plain, column.scheme)
    if problem or len(readings) != 1:
        return Value(text, "", problem or "ambiguous_date")
    return Value(text, str(readings[0]), "", readings[0])


def _readings(plain: str, order: str) -> tuple[tuple[PartialDate, ...], str]:
    """The days that the text may be, or what is wrong with it; `order` decides where day and month could be either."""
    made = _short(plain, order)
    if made is not None:
        return ((made,), "") if made.is_possible else ((), "impossible_date")
    found = parse_date(plain)
    if found is None:
        return (), "two_digit_year" if _TWO_FIGURES.fullmatch(plain) else "not_a_date"
    if found.state == "impossible":
        return (), "impossible_date"
    if found.state == "ambiguous" and order in ("dmy", "mdy"):
        first = int(_FIGURES.findall(plain)[0])
        return tuple(one for one in found.readings if (one.day if order == "dmy" else one.month) == first)[:1], ""
    return found.readings, ""


def _short(plain: str, order: str) -> PartialDate | None:
    """Forms that stand in columns of dates and would be too little to know a date by in running text."""
    match = _SHORT_DATE.fullmatch(plain.rstrip(". "))
    if match is None and order in ("", "ymd"):
        match = _RUN_DATE.fullmatch(plain)
    if match is not None:
        return PartialDate(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if re.fullmatch("[12][0-9]{3}", plain):
        return PartialDate(int(plain))
    turned = _TURNED_RUN.fullmatch(plain) if order in ("dmy", "mdy") else None
    if turned is None:
        return None
    day, month = (turned[1], turned[2]) if order == "dmy" else (turned[2], turned[1])
    return PartialDate(int(turned[3]), int(month), int(day))


def _number(column: Column, text: str) -> Value:
    plain = _figures_of(text).replace("\u2212", "-").replace("–", "-")
    written = _decimal_written(plain, column.scheme)
    if written is None:
        return Value(text, "", "not_a_number")
    if not written:
        return Value(text, "", "ambiguous_number")
    number = Decimal(written)
    return Value(text, f"{number:f}", "", number=number)


def _decimal_written(plain: str, scheme: str) -> str | None:
    """The number with a point; empty if "1.234" may be two numbers and `scheme` (dot, comma) does not say which."""
    grouped = _GROUPED.fullmatch(plain)
    if grouped is None:
        return plain.replace(",", ".") if _PLAIN_NUMBER.fullmatch(plain) else None
    mark, point = grouped["mark"], grouped["point"]
    if mark == point:
        return None
    only = mark in ".," and point is None and plain.count(mark) == 1
    if only and scheme not in ("dot", "comma"):
        return ""
    if only and mark == {"dot": ".", "comma": ","}[scheme]:
        return plain.replace(mark, ".")
    return plain.replace(mark, "").replace(",", ".")


def _identity(column: Column, text: str) -> Value:
    plain = re.sub(r"[\s.·№-]", "", _figures_of(text)).upper()
    if not column.scheme:
        return Value(text, plain)
    found = check_number(column.scheme, plain)
    if found is None:
        return Value(text, plain, "not_in_form")
    problems = {Fit.CHECKSUM_FAILS: "checksum_fails", Fit.IMPOSSIBLE_DATE: "impossible_date"}
    return Value(text, plain, problems.get(found.fit, ""), found.born, identity=found)


_READERS = {"date": _date, "number": _number, "identity": _identity, "code": _code, "name": _name}
