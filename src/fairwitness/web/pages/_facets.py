"""The facets beside an answer, the filters chosen, and the dates as bars, ready for a template."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from babel import Locale

from fairwitness.search.facets import Facet, FacetName
from fairwitness.text.quality import LOW_TRUST
from fairwitness.web.pages._addresses import Address
from fairwitness.web.words import N_
from fairwitness.work.asking import Filter, Reply, filter_of, filter_text

SHOWN, MOST = 7, 200  # values of a facet that are shown at once, and when more are asked for
MAX_BARS = 90
_HEIGHT, _WIDTH = 120, 640

TITLES: dict[str, str] = {
    "type": N_("Type"),
    "lang": N_("Language"),
    "folder": N_("Folder"),
    "sender": N_("Sender"),
    "tag": N_("Tags"),
    "starred": N_("Star"),
    "reviewed": N_("Reviewed"),
    "trust": N_("Text"),
    "date": N_("Date"),
    "path": N_("Path"),
    "noted": N_("Note"),
}
_WORDS: dict[tuple[str, str], str] = {
    ("starred", "yes"): N_("starred"),
    ("starred", "no"): N_("not starred"),
    ("reviewed", "yes"): N_("reviewed"),
    ("reviewed", "no"): N_("not reviewed"),
    ("trust", "low"): N_("cannot be trusted"),
    ("trust", "high"): N_("can be trusted"),
}
_TRUST = {"low": f"trust<{LOW_TRUST:g}", "high": f"trust>={LOW_TRUST:g}"}
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: words of ours, or `leaked` text of the leak; where it leads, and whether it is chosen.

    `key` is the same for the same filter, so that the focus stays where it was.
    """

    key: str
    text: str
    leaked: bool
    pages: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One facet: its title, the choices, how many more there are that are not shown, and pages without a value."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    left: int
    none: Choice | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is chosen, and the address without it."""

    title: str
    text: str
    leaked: bool
    negated: bool
    href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One year or month: place and height in the picture, and where it leads."""

    label: str
    pages: int
    x: float
    y: float
    width: float
    height: float
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """The dates of an answer. `by` is year or month; `bars` is empty where there are too many for a picture."""

    by: str
    bars: tuple[Bar, ...]
    rows: tuple[Bar, ...]
    none: int
    none_href: str
    width: int = _WIDTH
    height: int = _HEIGHT


def sides_of(reply: Reply, address: Address, locale: Locale, translate: Translate) -> list[Side]:
    """The facets that tell anything: those with two values, or with one that not all pages have, or that is chosen."""
    fields = {one.field for one in reply.question.filters}
    sides = []
    for facet in reply.facets:
        side = _side(_of_trust(facet) if facet.name == "trust" else facet, address, locale, translate)
        tells = len(side.choices) > 1 or (side.choices and facet.none) or facet.name in fields
        if tells and side.choices:
            sides.append(side)
    return sides


def _of_trust(facet: Facet) -> Facet:
    low = sum(pages for band, pages in facet.values if float(band[1:4]) < LOW_TRUST)
    high = sum(pages for _, pages in facet.values) - low
    return Facet("trust", (("low", low), ("high", high)) if low else (), facet.none)


def _side(facet: Facet, address: Address, locale: Locale, translate: Translate) -> Side:
    name: FacetName = facet.name  # type: ignore[assignment]
    choices = tuple(_choice(name, value, pages, address, locale, translate) for value, pages in facet.values[:MOST])
    none = None
    if facet.none and name in ("tag", "lang"):
        text = 'NOT lang:"*"' if name == "lang" else ""
        none = (
            Choice(_key(text), "", False, facet.none, str(_toggled(address, text, name)), text in address.f)
            if text
            else None
        )
    return Side(name, translate(TITLES[name]), choices, max(0, len(facet.values) - MOST), none)


def _choice(name: FacetName, value: str, pages: int, address: Address, locale: Locale, translate: Translate) -> Choice:
    text = _TRUST[value] if name == "trust" else filter_text(name, value)
    shown, leaked = label_of(name, value, locale, translate)
    same = _same_as(text, address)
    return Choice(_key(text), shown, leaked, pages, str(_toggled(address, same or text, name)), bool(same))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def _same_as(text: str, address: Address) -> str:
    """The filter of the address that means the same, however it is written; empty for none."""
    node = filter_of(text).node
    return next((one for one in address.f if filter_of(one).node == node), "")


def _toggled(address: Address, text: str, field: str) -> Address:
    """The search with that filter, or without it if it has it; a folder takes the place of another."""
    if text in address.f:
        return address.with_filters(one for one in address.f if one != text)
    kept = [one for one in address.f if field != "folder" or not one.startswith("folder:")]
    return address.with_filters([*kept, text])


def label_of(field: str, value: str, locale: Locale, translate: Translate) -> tuple[str, bool]:
    """What a value is called, and whether that is text of the leak."""
    if (field, value) in _WORDS:
        return translate(_WORDS[field, value]), False
    if field == "lang":
        known = locale.languages.get(value) or _language(value, locale)
        return (translate(N_("not known")), False) if value == "und" else (known or value, False)
    if field == "folder":
        return value, True
    return value, field in ("sender", "tag", "path", "folder")


def _language(code: str, locale: Locale) -> str | None:
    """The name of a code with a script, such as zh-hans."""
    tag = "_".join(part.title() if at else part for at, part in enumerate(code.split("-")))
    return locale.languages.get(tag)


def chips_of(filters: tuple[Filter, ...], address: Address, locale: Locale, translate: Translate) -> list[Chip]:
    """The filters that are chosen."""
    return [_chip(one, address, locale, translate) for one in filters]


def _chip(one: Filter, address: Address, locale: Locale, translate: Translate) -> Chip:
    negated = one.text.startswith("NOT ")
    _, _, value = one.text.removeprefix("NOT ").partition(":")
    if one.field == "trust":
        value = next((name for name, text in _TRUST.items() if text == one.text), value or one.text)
    plain = value[1:-1].replace('\\"', '"').replace("\\\\", "\\") if value.startswith('"') else value
    text, leaked = label_of(one.field, plain, locale, translate)
    href = str(address.with_filters(text for text in address.f if text != one.text))
    return Chip(translate(TITLES[one.field]), text, leaked, negated, href)


def bars_of(reply: Reply, address: Address) -> Bars:
    """The dates of the answer as bars, with the years or months between them that have no page."""
    facet = reply.dates
    by = facet.name
    chosen = {one.text for one in reply.question.filters if one.field == "date"}
    others = [text for text in address.f if text not in chosen]
    slots = _slots([value for value, _ in facet.values], by)
    most = max((pages for _, pages in facet.values), default=1)
    wide = _WIDTH / max(12, 1 + max(slots.values(), default=0))
    bars = []
    for value, pages in facet.values:
        text = f"date:{value}"
        height = max(3.0, _HEIGHT * pages / most)
        x = wide * slots.get(value, 0)
        href = str(address.with_filters(others if text in chosen else [*others, text]))
        bars.append(
            Bar(
                value,
                pages,
                round(x, 1),
                round(_HEIGHT - height, 1),
                round(0.8 * wide, 1),
                round(height, 1),
                href,
                text in chosen,
            )
        )
    none = str(address.with_filters([*others, "NOT date:[* TO *]"]))
    drawn = tuple(bars) if 0 < len(slots) < MAX_BARS else ()
    return Bars(by, drawn, tuple(bars), facet.none, none)


def _slots(values: list[str], by: str) -> dict[str, int]:
    """The place of each value on an axis without gaps; of values too far apart just one behind the other."""
    numbers = [int(value[:4]) * 12 + int(value[5:7]) - 1 if by == "month" else int(value) for value in values]
    if not numbers or numbers[-1] - numbers[0] >= MAX_BARS:
        return {value: at for at, value in enumerate(values)}
    return {value: number - numbers[0] for value, number in zip(values, numbers, strict=True)}
