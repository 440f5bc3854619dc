"""A report as plain values that both of its forms are made from, so that HTML and PDF say the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fairwitness.publish._checked import checked, digest_of
from fairwitness.publish._numbers import BLANK, interval, number, printed, unit_of
from fairwitness.publish.report import BadReport, ChartPart, Claim, Figure, Heading, Part, Prose, Report, TablePart
from fairwitness.text.visible import visible

_FROM_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_PERCENT = re.compile(r"(\d) %")
_MARKS = "\u061c\u200e\u200f"  # of direction; Arabic script needs them, and each turns nothing but signs beside it


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, or a figure: then `claim` is what it leads to and `id` its own place."""

    text: str
    claim: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part, by `kind`: "heading" (level, text, id), "prose" (caution, pieces), "table" and "chart".

    A chart that `is_again` draws the table before it: its caption, its notes and its numbers stand there already.
    """

    kind: str
    text: str = ""
    level: int = 0
    id: str = ""
    pieces: tuple[Piece, ...] = ()
    caution: bool = False
    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[Piece, ...], ...] = ()
    notes: tuple[str, ...] = ()
    chart: ChartPart | None = None
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A claim as the annex shows it: `lines` are name, value and whether that is a digest; `used` are places."""

    id: str
    value: str
    sentence: str
    lines: tuple[tuple[str, str, bool], ...]
    cannot: tuple[str, ...]
    used: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Leaves:
    """The whole report."""

    title: str
    dated: str
    language: str
    from_right: bool
    digest: str
    parts: tuple[Leaf, ...]
    claims: tuple[Counted, ...]
    about: tuple[tuple[str, str], ...]
    evidence: bool

    @property
    def contents(self) -> tuple[Leaf, ...]:
        """The headings that stand in the table of contents."""
        return tuple(part for part in self.parts if part.kind == "heading" and part.level <= 2)

    def words(self) -> Iterator[str]:
        """Yields every text of the report, for its fonts."""
        yield from (self.title, self.dated, self.digest, *(text for pair in self.about for text in pair))
        for part in self.parts:
            yield from (part.text, *part.columns, *part.notes, *(piece.text for piece in part.pieces))
            yield from (piece.text for row in part.rows for piece in row)
        for claim in self.claims:
            yield from (claim.id, claim.value, claim.sentence, *claim.cannot)
            yield from (text for name, value, _ in claim.lines for text in (name, value))


def leaves_of(report: Report, evidence: str = "") -> Leaves:
    """The report as it is set; `evidence` is the address of the folder in which the cells of each claim are shown.

    Raises:
        BadReport: if it cannot be set.
    """
    if evidence and (evidence.startswith("/") or not _is_beside(evidence)):
        raise BadReport("The evidence folder lies elsewhere.", advice="Name a folder beside the report: evidence")
    checked(report)
    making = _Making(report)
    return Leaves(
        title=plain(report.title),
        dated=plain(report.dated),
        language=report.language,
        from_right=is_from_right(report.language),
        digest=digest_of(report),
        parts=tuple(making.part(part, before) for before, part in pairwise((None, *report.parts)) if part is not None),
        claims=tuple(making.claim(claim, evidence) for claim in report.claims),
        about=tuple((plain(name), plain(value)) for name, value in report.about),
        evidence=bool(evidence),
    )


def is_from_right(language: str) -> bool:
    """Whether the language (BCP 47) is written from the right."""
    first, *others = language.lower().replace("_", "-").split("-")
    scripts = [other for other in others if len(other) == 4]
    return scripts[0] in ("arab", "hebr") if scripts else first in _FROM_RIGHT


def plain(text: str) -> str:
    """Text without anything that turns or hides its surroundings, and with no line end before a sign of percent."""
    return _PERCENT.sub("\\1\u00a0%", visible(text, keep=_MARKS))


def _is_beside(folder: str) -> bool:
    return all(
        part.isascii() and part.replace("-", "").replace("_", "").isalnum() for part in folder.strip("/").split("/")
    )


@dataclass
class _Making:
    """Counts headings and figures on the way through a report."""

    report: Report
    used: dict[str, list[str]] = field(default_factory=dict)
    headings: int = 0

    def part(self, part: Part, before: Part | None) -> Leaf:
        if isinstance(part, Heading):
            self.headings += 1
            return Leaf("heading", plain(part.text), min(max(part.level, 1), 3), f"h{self.headings}")
        if isinstance(part, Prose):
            return Leaf("prose", pieces=tuple(self.piece(piece) for piece in part.parts), caution=part.caution)
        if isinstance(part, TablePart):
            rows = tuple(tuple(self.piece(cell) for cell in row) for row in part.rows)
            columns, notes = tuple(map(plain, part.columns)), tuple(map(plain, part.notes))
            return Leaf("table", plain(part.caption), columns=columns, numeric=part.numeric, rows=rows, notes=notes)
        is_again = isinstance(before, TablePart) and before.caption == part.caption
        said = before.notes if isinstance(before, TablePart) and is_again else ()
        notes = tuple(plain(note) for note in part.notes if note not in said)
        columns, numeric, table = _chart_table(part)
        cells = () if is_again else tuple(tuple(self.piece(cell) for cell in row) for row in table)
        return Leaf(
            "chart", plain(part.caption), columns=columns, numeric=numeric, rows=cells, notes=notes, chart=part,
            is_again=is_again,
        )  # fmt: skip

    def piece(self, piece: str | Figure) -> Piece:
        if isinstance(piece, str):
            return Piece(plain(piece))
        places = self.used.setdefault(piece.claim, [])
        places.append(f"{piece.claim}-{len(places) + 1}")
        return Piece(plain(piece.text), piece.claim, places[-1])

    def claim(self, claim: Claim, evidence: str) -> Counted:
        return Counted(
            id=claim.id,
            value=claim_value(claim),
            sentence=plain(claim.sentence),
            lines=tuple(_lines(claim)),
            cannot=tuple(map(plain, claim.cannot)),
            used=tuple(self.used.get(claim.id, ())),
            evidence=f"{evidence.strip('/')}/{claim.id}.html" if evidence else "",
        )


def claim_value(claim: Claim) -> str:
    """The value of the claim as it is printed."""
    unit = unit_of(claim)
    return (
        f"{printed(100 * claim.value, 'points')} percentage points" if unit == "points" else printed(claim.value, unit)
    )


def _lines(claim: Claim) -> Iterator[tuple[str, str, bool]]:
    """Yield what was counted and how, as name, value, whether the value is a digest."""
    unit = unit_of(claim)
    scale = 100 if unit == "points" else 1
    if claim.numerator is not None and claim.denominator is not None:
        yield "Counted", f"{claim.numerator:,} of {claim.denominator:,}", False
    elif claim.numerator is not None or claim.denominator is not None:
        yield "Counted", f"{(claim.denominator if claim.numerator is None else claim.numerator):,}", False
    yield "Unit", plain(claim.unit), False
    yield "Missing", f"{claim.missing:,}" if claim.missing else "none", False
    ends = [None if end is None else scale * end for end in (claim.low, claim.high)]
    said = interval(ends[0], ends[1], unit)
    name = f"{100 * claim.level:g}{BLANK}% interval"
    yield (
        (name, f"{said} ({plain(claim.interval)})", False)
        if said
        else ("Interval", f"none: {plain(claim.interval)}", False)
    )
    edges = [None if end is None else scale * end for end in (claim.least, claim.most)]
    bounds = interval(edges[0], edges[1], unit)
    if bounds:
        yield "Bounds, whatever the missing say", bounds, False
    yield "Method", plain(claim.method), False
    yield "List", plain(claim.source), False
    yield "Digest of its rows", claim.source_digest, True
    if claim.codebook:
        yield "Codebook", plain(claim.codebook), False
    if claim.codebook_digest:
        yield "Digest of the codebook", claim.codebook_digest, True
    if claim.table_digest:
        yield "Digest of the table", claim.table_digest, True
    if claim.seed is not None:
        yield "Seed", str(claim.seed), False


def _chart_table(part: ChartPart) -> tuple[tuple[str, ...], tuple[bool, ...], list[tuple[str | Figure, ...]]]:
    """The numbers of a chart as a table: columns, which of them are numbers, rows."""
    rows: list[tuple[str | Figure, ...]]
    if part.kind == "overlap":
        rows = [(" + ".join(_texts(r.get("lists"))) or "none of them", _figure(r, "count", "count")) for r in part.rows]
        return ("On these lists and no other", "Count"), (False, True), rows
    if part.kind == "timeline":
        if len({_label(row) for row in part.rows}) == len(part.rows):  # they are names of the periods
            rows = [(_label(row) or _stretch(row), _figure(row, "count", "count")) for row in part.rows]
            return ("When", "Count"), (False, True), rows
        rows = [(_label(row), _stretch(row), _figure(row, "count", "count")) for row in part.rows]
        return ("What", "When", "Count"), (False, False, True), rows
    ends = [interval(number(row, "low"), number(row, "high"), part.unit) for row in part.rows]
    bounds = [interval(number(row, "least"), number(row, "most"), part.unit) for row in part.rows]
    columns: list[tuple[str, Sequence[str | Figure]]] = [
        ("What", [_label(row) for row in part.rows]),
        ("Value", [_figure(row, "value", part.unit) for row in part.rows]),
    ]
    columns += [("Interval", ends)] if any(ends) else []
    columns += [("Bounds", bounds)] if any(bounds) else []
    rows = list(zip(*(cells for _, cells in columns), strict=True))
    return tuple(name for name, _ in columns), (False, *(True for _ in columns[1:])), rows


def _label(row: Mapping[str, object]) -> str:
    return str(row.get("label", ""))


def _stretch(row: Mapping[str, object]) -> str:
    first, last = str(row.get("earliest", "")), str(row.get("latest", ""))
    return first if first == last else f"{first} to {last}"


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []


def _figure(row: Mapping[str, object], name: str, unit: str) -> str | Figure:
    value = number(row, name)
    text = str(row.get("text") or ("not given" if value is None else printed(value, unit)))
    return Figure(text, str(row["claim"])) if row.get("claim") else text
