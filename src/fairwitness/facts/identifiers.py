"""Finds identity numbers, telephone numbers and addresses in a text, for two uses: to redact them, and to check them.

A find says what a span is and whether it is consistent in itself. It says nothing about a person: no region, no sex, no
look-up; the date inside a number is there to be held against the date beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from fairwitness.facts import checksums
from fairwitness.facts.dates import plain_figures
from fairwitness.facts.partial import PartialDate

IDENTIFIERS_VERSION = "1"
REGIONS = ("CN", "KZ", "RU", "TR", "UZ", "KG")
"""Countries whose telephone numbers are looked for where none is written before them."""


class Fit(StrEnum):
    """What a number says about itself."""

    VALID = "valid"
    CHECKSUM_FAILS = "checksum_fails"
    IMPOSSIBLE_DATE = "impossible_date"
    NO_CHECKSUM = "no_checksum"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A span that identifies: code points `start` to `end` (excluded), `normal` without blanks and strokes.

    `born` is the date that the number holds, if it does.
    """

    kind: str
    start: int
    end: int
    normal: str
    fit: Fit
    born: PartialDate | None = None

    @property
    def masked(self) -> str:
        """All but the last two signs hidden."""
        return "•" * (len(self.normal) - 2) + self.normal[-2:]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of number looks, where it must be named to be believed, and how it is checked."""

    name: str
    form: re.Pattern[str]
    cue: re.Pattern[str] | None  # a word that must stand shortly before
    needs_cue: bool  # without it even a number that fits is left alone
    date: Callable[[str], PartialDate | None] | None
    checksum: Callable[[str], bool] | None


_BEFORE, _AFTER = r"(?<![0-9a-z])", r"(?![0-9a-z])"
_CUE_CHARS = 40  # how far before a number its cue may stand
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")


def _date(text: str, order: str) -> PartialDate:
    """The date whose figures stand in that order: `y` four for the year, `m` and `d` two each."""
    parts, at = {}, 0
    for part in order:
        size = 4 if part == "y" else 2
        parts[part] = int(text[at : at + size])
        at += size
    return PartialDate(parts["y"], parts["m"], parts["d"])


def _born_kz(number: str) -> PartialDate | None:
    """Of an IIN; a BIN names the month in which an organisation was registered, of no century."""
    century = {"1": "18", "2": "18", "3": "19", "4": "19", "5": "20", "6": "20"}.get(number[6])
    return _date(century + number[:6], "ymd") if century and number[4] in "0123" else None


def _born_uz(number: str) -> PartialDate | None:
    century = {"1": "18", "2": "18", "3": "19", "4": "19", "5": "20", "6": "20"}.get(number[0])
    return _date(number[1:5] + century + number[5:7], "dmy") if century else PartialDate(None, 0, 0)


def _kind(
    name: str,
    form: str,
    cue: str = "",
    *,
    needs_cue: bool = True,
    date: Callable[[str], PartialDate | None] | None = None,
    checksum: Callable[[str], bool] | None = None,
) -> _Kind:
    word = re.compile(cue) if cue else None
    return _Kind(name, re.compile(_BEFORE + form + _AFTER), word, needs_cue, date, checksum)


_PASSPORT = r"passport|паспорт|护照|護照|pasaport|төлқұжат|پاسپورت|паспорту|pasport"
_KINDS = (
    _kind(
        "cn-resident",
        r"[1-8][0-9]{5} ?(?:18|19|20)[0-9]{6} ?[0-9]{3}[0-9x]",
        needs_cue=False,
        date=lambda n: _date(n[6:14], "ymd"),
        checksum=checksums.fits_cn_resident,
    ),
    _kind(
        "cn-resident-15",
        r"[1-8][0-9]{14}",
        r"身份证|身份證|公民身份|كىملىك|ид\.?карт|shenfen|identity|\bid\b",
        date=lambda n: _date("19" + n[6:12], "ymd"),
    ),
    _kind(
        "kz-iin",
        r"[0-9]{12}",
        r"иин|жсн|бин|бсн|\biin\b|\bbin\b|ж\.с\.н",
        needs_cue=False,
        date=_born_kz,
        checksum=checksums.fits_kz,
    ),
    _kind("tr-kimlik", r"[1-9][0-9]{10}", r"kimlik|t\.?c\.? ?no|\btckn\b|vatandaşlık", checksum=checksums.fits_tr),
    _kind("ru-inn", r"(?:[0-9]{12}|[0-9]{10})", r"инн|\binn\b", checksum=checksums.fits_ru_inn),
    _kind("ru-snils", r"[0-9]{3}-[0-9]{3}-[0-9]{3}[- ][0-9]{2}", needs_cue=False, checksum=checksums.fits_ru_snils),
    _kind("ru-snils", r"[0-9]{11}", r"снилс|\bsnils\b", checksum=checksums.fits_ru_snils),
    _kind(
        "uz-pinfl",
        r"[1-6][0-9]{13}",
        r"пинфл|жшшир|pinfl|jshshir",
        date=_born_uz,
        checksum=checksums.fits_uz_pinfl,
    ),
    _kind("kg-pin", r"[12][0-9]{13}", r"пин|инн|жин|\bpin\b", date=lambda n: _date(n[1:9], "dmy")),
    _kind("cn-passport", r"(?:[egdps][0-9]{8}|e[a-hj-np-z][0-9]{7})", _PASSPORT),
    _kind("kz-passport", r"n[0-9]{8}", _PASSPORT),
    _kind("tr-passport", r"[a-z] ?[0-9]{8}", _PASSPORT),
    _kind("uz-passport", r"[a-z]{2} ?[0-9]{7}", _PASSPORT),
    _kind("ru-passport", r"[0-9]{2} ?[0-9]{2} ?(?:№ ?)?[0-9]{6}", _PASSPORT),
    _kind("ru-passport", r"[0-9]{2} ?(?:№ ?)?[0-9]{7}", _PASSPORT),
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])")
_ANY_FIGURES = re.compile(r"[0-9](?:[ .()-]?[0-9]){5}")


def find_identifiers(text: str, *, phones: Sequence[str] = ()) -> list[Identifier]:
    """Every identity number, passport number and e-mail address of the text, in order, none overlapping another.

    Telephone numbers too, if `phones` names regions such as "KZ" for those written without a country.
    """
    plain = plain_figures(text)
    found: list[Identifier] = []
    taken = bytearray(len(plain))
    for one in (*_emails(plain), *_numbers(plain), *(_phones(plain, phones) if phones else ())):
        if taken.find(1, one.start, one.end) < 0:
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def schemes() -> tuple[str, ...]:
    """The kinds of numbers that are known."""
    return tuple(dict.fromkeys(kind.name for kind in _KINDS))


def check_number(scheme: str, text: str) -> Identifier | None:
    """What the whole text says of itself as a number of that kind; None if it has not the form of one.

    For cells of a column of which a person said what numbers it holds: no word before it is asked for, and no region.
    """
    plain = plain_figures(text)
    for kind in _KINDS:
        if kind.name == scheme and kind.form.fullmatch(plain):
            return _checked(kind, 0, len(plain), re.sub(r"[ №-]", "", plain).upper())
    return None


def _emails(plain: str) -> Iterator[Identifier]:
    if "@" in plain:
        for match in _EMAIL.finditer(plain):
            yield Identifier("e-mail", *match.span(), match[0], Fit.NO_CHECKSUM)


def _numbers(plain: str) -> Iterator[Identifier]:
    """Yield numbers of the kinds in their order: a kind that is surer of itself comes first."""
    if not _ANY_FIGURES.search(plain):
        return
    for kind in _KINDS:
        for match in kind.form.finditer(plain):
            one = _judged(kind, match, plain)
            if one is not None:
                yield one


def _judged(kind: _Kind, match: re.Match[str], plain: str) -> Identifier | None:
    """The identifier; None where the span is more likely something else."""
    start, end = match.span()
    before = plain[max(0, start - _CUE_CHARS) : start].rpartition("\n")[2]
    is_named = kind.cue is not None and kind.cue.search(before) is not None
    if kind.needs_cue and not is_named:
        return None
    normal = re.sub(r"[ №-]", "", match[0]).upper()
    if kind.name.startswith("cn-resident") and not _PROVINCES.match(normal):
        return None
    one = _checked(kind, start, end, normal)
    if kind.name == "kz-iin" and not is_named and (one.fit != Fit.VALID or one.born is None):
        return None  # any twelve figures look like one
    return one


def _checked(kind: _Kind, start: int, end: int, normal: str) -> Identifier:
    born = kind.date(normal) if kind.date is not None else None
    if born is not None and not born.is_possible:
        fit = Fit.IMPOSSIBLE_DATE
    elif kind.checksum is None:
        fit = Fit.NO_CHECKSUM
    else:
        fit = Fit.VALID if kind.checksum(normal) else Fit.CHECKSUM_FAILS
    return Identifier(kind.name, start, end, normal, fit, born if fit != Fit.IMPOSSIBLE_DATE else None)


@cache
def _phonenumbers() -> Any:
    import phonenumbers  # loads some megabytes of tables, which only they need who ask for telephone numbers

    return phonenumbers


def _phones(plain: str, regions: Sequence[str]) -> Iterator[Identifier]:
    if not _ANY_FIGURES.search(plain):
        return
    library = _phonenumbers()
    for region in regions:
        for match in library.PhoneNumberMatcher(plain, region):
            normal = library.format_number(match.number, library.PhoneNumberFormat.E164)
            yield Identifier("phone", match.start, match.end, normal, Fit.NO_CHECKSUM)
