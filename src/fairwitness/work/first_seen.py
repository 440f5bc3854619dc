"""When well-known programs, fonts and cameras could first be had, test versions included: docs/first-seen.md.

Each date is the earliest on which anybody outside the maker can have used the thing; where sources differ, the earlier.
A name that only begins alike is no match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """`what` was to be had on `day` (ISO 8601, cut where it is not known better) and not before."""

    what: str
    day: str


def _named(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_VISTA_FONTS = r"(?:calibri|cambria|candara|consolas|constantia|corbel)(?: light| math)?"

_CLOUD_FONTS = r"(?:bierstadt|grandview|seaford|skeena|tenorite)(?: \w+)?"
_HAN_SANS = r"(?:(?:noto sans (?:cjk )?(?:sc|tc|jp|kr)|source han sans)(?: \w+)*|思源黑体.*)"
_HAN_SERIF = r"(?:(?:noto serif (?:cjk )?(?:sc|tc|jp|kr)|source han serif)(?: \w+)*|思源宋体.*)"

FONTS: tuple[tuple[re.Pattern[str], FirstSeen], ...] = (
    (_named(_VISTA_FONTS), FirstSeen("Calibri, Cambria, Candara, Consolas, Constantia, Corbel", "2005")),
    (_named(r"microsoft ya ?hei(?: ui)?(?: light)?|微软雅黑"), FirstSeen("Microsoft YaHei", "2005")),
    (_named(r"microsoft uighur"), FirstSeen("Microsoft Uighur", "2005")),
    (_named(r"deng ?xian(?: light)?|等线(?: light)?"), FirstSeen("DengXian", "2012-01")),
    (_named(r"sitka(?: \w+)?"), FirstSeen("Sitka", "2013-06")),
    (_named(r"bahnschrift(?: \w+)*"), FirstSeen("Bahnschrift", "2017-04")),
    (_named(r"aptos(?: \w+)*"), FirstSeen("Aptos", "2023-07")),
    (_named(_CLOUD_FONTS), FirstSeen("Bierstadt, Grandview, Seaford, Skeena, Tenorite", "2021-04-28")),
    (_named(_HAN_SANS), FirstSeen("Source Han Sans, Noto Sans CJK", "2014-07")),
    (_named(_HAN_SERIF), FirstSeen("Source Han Serif, Noto Serif CJK", "2017-04")),
    (_named(r"liberation (?:sans|serif|mono)"), FirstSeen("Liberation", "2007-05")),
    (_named(r"ping ?fang (?:sc|tc|hk)|苹方.*"), FirstSeen("PingFang", "2015-06-08")),
)

# The first group that fits the text of a statement; a number in it is looked up among the versions.
_OFFICE_YEARS = {
    "2007": "2005-11",
    "2010": "2009-05",
    "2013": "2012-01",
    "2016": "2014-03-27",
    "2019": "2018-04",
    "2021": "2021-04",
    "2024": "2023-11",
}
_OFFICE_VERSIONS = {12: "2007", 14: "2010", 15: "2013", 16: "2016"}
_OFFICE_NAME = _named(
    r"microsoft[® ]*(?:office )?(?:word|excel|powerpoint|publisher|visio|onenote|outlook)?[®]?(?: for)? (20\d\d)"
)
_OFFICE_365 = _named(r"microsoft[® ]*(?:word|excel|powerpoint|publisher|visio|onenote|outlook)[®]? for microsoft 365")
_OFFICE = _named(r"microsoft (?:office )?(?:word|excel|powerpoint|macintosh word|macintosh excel|macintosh powerpoint)")
_LIBREOFFICE = _named(r"libreoffice[/ ]?(\d+)(?:\.(\d+))?.*")
_LIBREOFFICE_VERSIONS = {3: "2010-09-28", 4: "2012-07", 5: "2014-11", 6: "2017-05", 7: "2019-11", 24: "2023-05"}
_PRINT_TO_PDF = _named(r"microsoft:? print to pdf")
_QUARTZ = _named(r"(?:mac ?os (?:x )?(?:version )?)(\d+)(?:\.(\d+))?.*quartz pdfcontext.*")
_MACOS = {
    (10, 9): "2013-06-10",
    (10, 10): "2014-06-02",
    (10, 11): "2015-06-08",
    (10, 12): "2016-06-13",
    (10, 13): "2017-06-05",
    (10, 14): "2018-06-04",
    (10, 15): "2019-06-03",
    (11, 0): "2020-06-22",
    (12, 0): "2021-06-07",
    (13, 0): "2022-06-06",
    (14, 0): "2023-06-05",
}
_PHOTOSHOP = _named(r"adobe photoshop (cs[23456]?|cc)(?: (20\d\d))?\b.*")
_PHOTOSHOP_NAMES = {
    "cs": "2003-09",
    "cs2": "2005-04",
    "cs3": "2006-12-15",
    "cs4": "2008-09",
    "cs5": "2010-04",
    "cs6": "2012-03-22",
    "cc": "2013-05",
}
_IPHONE = _named(r"iphone (4s|4|5s|5c|5|6s|6|7|8|x|xs|xr|11|12|13|14|15|16)(?: \w+)*")
_IPHONES = {
    "4": "2010-06", "4s": "2011-10", "5": "2012-09", "5c": "2013-09", "5s": "2013-09", "6": "2014-09", "6s": "2015-09",
    "7": "2016-09", "8": "2017-09", "x": "2017-09", "xs": "2018-09", "xr": "2018-09", "11": "2019-09", "12": "2020-10",
    "13": "2021-09", "14": "2022-09", "15": "2023-09", "16": "2024-09",
}  # fmt: skip


def first_seen_font(name: str) -> FirstSeen | None:
    """When that font could first be had; names as PDF files write them ("Calibri-Bold", "MicrosoftYaHei") count too."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split(r"[-,]", name.strip())[0])
    plain = name.strip()
    return next((seen for pattern, seen in FONTS if pattern.fullmatch(plain) or pattern.fullmatch(spaced)), None)


def first_seen_software(name: str, version: str = "") -> FirstSeen | None:
    """When that program, in that version, could first be had."""
    name = " ".join(name.split())
    found = _OFFICE_NAME.match(name)
    if found and found[1] in _OFFICE_YEARS:
        return FirstSeen(f"Microsoft Office {found[1]}", _OFFICE_YEARS[found[1]])
    if _OFFICE_365.match(name):
        return FirstSeen("Microsoft 365 under that name", "2020-03-30")
    major = version.partition(".")[0]
    if _OFFICE.match(name) and major.isascii() and major.isdigit() and len(major) < 9:
        year = _OFFICE_VERSIONS.get(int(major))
        return FirstSeen(f"Microsoft Office {year}", _OFFICE_YEARS[year]) if year else None
    return _first_seen_other(name)


def _first_seen_other(name: str) -> FirstSeen | None:
    found = _LIBREOFFICE.match(name)
    if found:
        day = _LIBREOFFICE_VERSIONS.get(int(found[1]), "2010-09-28")
        return FirstSeen(f"LibreOffice {found[1]}", day)
    if _PRINT_TO_PDF.fullmatch(name):
        return FirstSeen("Microsoft Print to PDF", "2014-10-01")
    found = _QUARTZ.match(name)
    if found:
        major, minor = int(found[1]), int(found[2] or 0)
        system = (major, minor if major == 10 else 0)
        return (
            FirstSeen(f"macOS {major}.{minor}" if major == 10 else f"macOS {major}", _MACOS[system])
            if system in _MACOS
            else None
        )
    found = _PHOTOSHOP.match(name)
    if found:
        year = found[2] if found[1].lower() == "cc" else None
        return FirstSeen(
            f"Adobe Photoshop {found[1].upper()}{' ' + year if year else ''}", _photoshop_day(found[1], year)
        )
    return None


def _photoshop_day(edition: str, year: str | None) -> str:
    # The edition called after a year came out in the year before it at the earliest.
    return f"{int(year) - 1}" if year else _PHOTOSHOP_NAMES[edition.lower()]


def first_seen_camera(make: str, model: str) -> FirstSeen | None:
    """When that camera could first be had."""
    found = _IPHONE.fullmatch(model.strip())
    if found and make.strip().lower() in ("apple", ""):
        return FirstSeen(f"iPhone {found[1]}", _IPHONES[found[1].lower()])
    return None
