"""Cites as people publish them: footnotes, BibTeX, Markdown, CSL-JSON (data items of CSL 1.0.2).

Each names the document by its SHA-256, the page, the words, and the cite by which anybody who has the case finds the
place again. What a document says of itself, its title and its day, is given as that: a claim. Where it lay in the leak
is given only when asked for, because a path may lead to whoever it was taken from; authors are never given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_any_cite
from fairwitness.intake.identify import family_of
from fairwitness.text.visible import visible
from fairwitness.work.current import bare_readings
from fairwitness.work.findings import CHECKED, WITHDRAWN, Finding
from fairwitness.work.showing import look_up

Format = Literal["footnote", "bibtex", "markdown", "csl-json"]
FORMATS: tuple[Format, ...] = ("footnote", "bibtex", "markdown", "csl-json")
SUFFIXES = {"footnote": "txt", "bibtex": "bib", "markdown": "md", "csl-json": "json"}
MAX_QUOTE_CHARS = 600
_TITLES, _DAYS = ("title", "subject"), ("sent", "created", "modified")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """What a cite names, as far as it may be published. Empty for what the document does not say of itself.

    `day` is an ISO day, month or year; `day_is` what the document says it is: sent, created or modified. `quote` is
    cut after some hundred characters. `found_as` is empty unless it was asked for.
    """

    cite: str
    document: str
    type: str
    page: int
    label: str
    cells: tuple[str, ...]
    quote: str
    title: str
    day: str
    day_is: str
    found_as: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @property
    def place(self) -> str:
        """The page, with the name of the sheet and the cells where there are some."""
        parts = [f"p. {self.page}", visible(self.label)] + ([", ".join(self.cells[:5])] if self.cells else [])
        return ", ".join(filter(None, parts))


def cited_place(case: Case, cite: str, *, with_path: bool = False) -> CitedPlace:
    """What the cite names.

    Raises:
        BadCite: if it is none.
        NotFound: if this case does not have it.
    """
    shown = look_up(case, parse_any_cite(cite))
    reading = bare_readings(case, [shown.document]).get(shown.document)
    about: dict[str, str] = {}
    for name, value, _ in reversed(reading.about) if reading is not None else ():
        about[name] = value
    day_is = next((name for name in _DAYS if _DAY.match(about.get(name, ""))), "")
    day = _DAY.match(about.get(day_is, ""))
    return CitedPlace(
        cite=cite.strip(),
        document=shown.document,
        type=family_of(reading.media_type) if reading is not None else "other",
        page=shown.page,
        label=shown.label,
        cells=shown.cells,
        quote=_cut(shown.quote),
        title=next((about[name] for name in _TITLES if about.get(name, "").strip()), ""),
        day=day[0] if day is not None else "",
        day_is=day_is,
        found_as=shown.found_as if with_path else "",
    )


def written_cites(places: Iterable[CitedPlace], form: Format) -> str:
    """The cited places in that form, ending with a line end."""
    if form == "csl-json":
        return json.dumps([csl_item(place) for place in places], ensure_ascii=False, indent=1) + "\n"
    write: dict[str, Callable[[CitedPlace], str]] = {"footnote": footnote, "bibtex": bibtex, "markdown": markdown}
    return "\n\n".join(map(write[form], places)) + "\n"


def written_findings(findings: Sequence[tuple[Finding, Sequence[CitedPlace]]], form: Format) -> str:
    """The findings with their cites in that form; of the forms for bibliographies only the cites.

    Who wrote and who checked is left out: that is nobody's business outside of the case.
    """
    if form in ("bibtex", "csl-json"):
        once = {place.cite: place for _, places in findings for place in places}
        return written_cites(once.values(), form)
    sentences: list[str] = []
    notes: list[str] = []
    for one, places in findings:
        numbers = range(len(notes) + 1, len(notes) + len(places) + 1)
        if form == "markdown":
            sentences.append(_sentence_in_markdown(one) + "".join(f"[^{number}]" for number in numbers))
            notes += [
                f"[^{number}]: {_told(place, _in_markdown)}" for number, place in zip(numbers, places, strict=True)
            ]
        else:
            sentences.append(f"{_on_one_line(one.sentence)}{_status(one)} " + "".join(f"[{n}]" for n in numbers))
            notes += [f"[{number}] {footnote(place)}" for number, place in zip(numbers, places, strict=True)]
    return "\n\n".join([*map(str.rstrip, sentences), *notes]) + "\n"


def footnote(place: CitedPlace) -> str:
    """One paragraph of plain text."""
    return _told(place, _on_one_line)


def markdown(place: CitedPlace) -> str:
    """A quotation with its source. Nothing in the text of the leak acts as Markdown, as HTML or as a link."""
    if not place.quote:
        return _told(place, _in_markdown)
    return f"> {_quoted(_in_markdown(place.quote))}\n>\n> {_source(place, _in_markdown)}"


def bibtex(place: CitedPlace) -> str:
    """An entry of type `misc`. Braces and commands in the text of the leak are characters, nothing else."""
    year, month, day = _parts(place.day)
    fields = {
        "title": f"{{{_in_tex(place.title)}}}" if place.title else f"{{Document {place.document[:12]}}}",
        "year": year,
        "month": month,
        "day": day,
        "howpublished": _in_tex(f"{_kind(place)}, {place.place}"),
        "note": _in_tex("; ".join(_identity(place) + _caveat(place))),
        "annote": _in_tex(_quoted(place.quote)) if place.quote else "",
    }
    month_name = _MONTHS[int(month) - 1] if month else ""
    lines = [
        f"  {name} = {month_name}," if name == "month" else f"  {name} = {{{value}}},"
        for name, value in fields.items()
        if value
    ]
    key = re.sub(r"[^0-9a-z]+", "-", f"fw-{place.cite.rpartition(':')[0] if '@' not in place.cite else place.cite}")
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def csl_item(place: CitedPlace) -> dict[str, Any]:
    """A data item of CSL 1.0.2, of type `document`; `custom` has what no style prints."""
    item: dict[str, Any] = {
        "id": f"fairwitness:{place.cite}",
        "type": "document",
        "title": _on_one_line(place.title) if place.title else f"Document {place.document[:12]}",
        "genre": _kind(place),
        "page": str(place.page),
        "note": "; ".join(_identity(place) + _caveat(place)),
        "custom": {"cite": place.cite, "sha256": place.document},
    }
    if place.day:
        item["issued"] = {"date-parts": [[int(part) for part in _parts(place.day) if part]]}
    if place.quote:
        item["annote"] = visible(place.quote, keep_lines=True)
    return item


def _told(place: CitedPlace, escape: Callable[[str], str]) -> str:
    quote = f"{_quoted(escape(place.quote))}, " if place.quote else ""
    return quote + _source(place, escape)


def _source(place: CitedPlace, escape: Callable[[str], str]) -> str:
    says = []
    if place.title:
        says.append(f"titled {_quoted(escape(place.title))}")
    if place.day:
        says.append(f"{place.day_is} {place.day}")
    claim = f" that says of itself: {', '.join(says)}" if says else ""
    return f"{escape(place.place)} of a document ({_kind(place)}){claim}; {escape('; '.join(_identity(place)))}."


def _identity(place: CitedPlace) -> list[str]:
    found = [f"found as {visible(place.found_as)}"] if place.found_as else []
    return [f"SHA-256 {place.document}", f"cite {place.cite}", *found]


def _caveat(place: CitedPlace) -> list[str]:
    claimed = [name for name, value in (("title", place.title), ("date", place.day)) if value]
    return [f"{' and '.join(claimed)} as the document gives them"] if claimed else []


def _kind(place: CitedPlace) -> str:
    return place.type if place.type != "other" else "file"


def _status(one: Finding) -> str:
    if one.status == CHECKED:
        return ""
    return " (withdrawn)" if one.status == WITHDRAWN else " (draft)"


def _sentence_in_markdown(one: Finding) -> str:
    """At the beginning of a line a dash or a number makes a list, and a row of them something else."""
    return _LIST.sub(r"\1\\\2", f"{_in_markdown(one.sentence)}{_status(one)}")


def _quoted(text: str) -> str:
    return f"“{text}”"


def _on_one_line(text: str) -> str:
    return " ".join(visible(text).split())


_LIST = re.compile(r"^([0-9]*)([-+=.)])")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&#|~$^@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def _in_markdown(text: str) -> str:
    """Every sign that Markdown may give a meaning to is escaped, and so is what some readers turn into links."""
    return _MARKDOWN.sub(lambda found: "\\" + found[0], _on_one_line(text))


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # \{ would count for the balance of braces
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {char: f"\\{char}" for char in "%$&#_"}


def _in_tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in _on_one_line(text))


def _parts(day: str) -> tuple[str, str, str]:
    found = _DAY.match(day)
    if found is None:
        return "", "", ""
    month = found[2] or ""
    return found[1], month if month and 1 <= int(month) <= 12 else "", found[3] or ""


def _cut(quote: str) -> str:
    plain = quote.strip()
    return plain if len(plain) <= MAX_QUOTE_CHARS else f"{plain[:MAX_QUOTE_CHARS].rstrip()} …"
