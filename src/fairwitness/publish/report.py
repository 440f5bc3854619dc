"""A report: sentences, tables and charts about what an institution did, each figure of it a claim that can be checked.

A claim says what was counted, of how many, from which list under which codebook, by which method, and what it cannot
say. Where its cells stand is kept beside the report and never in it: cites lead to persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fairwitness.core.errors import FairwitnessError

ClaimKind = Literal["count", "share", "rate", "ratio", "difference", "coefficient", "estimate", "test"]


class BadReport(FairwitnessError):
    """A report that cannot be made as it is asked for."""

    code = "bad_report"


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of a report.

    `id` is "c1", "c2" and so on, in the order of the report. `unit` is what was counted (row, person, mention, cell,
    case). `value` is the share (0 to 1), count, ratio or coefficient itself. `low` and `high` hold `level` of the
    sampling or coding error by `interval`, None with the reason in `interval` (such as "census of the document: no
    sampling error"). `least` and `most` bound the value whatever the `missing` say. The digests are SHA-256 in hex: of
    the rows of the list, of the codebook file and of the table as counted. `seed` is None where chance had no part.
    `cannot` says what must not be concluded.
    """

    id: str
    sentence: str
    kind: ClaimKind
    unit: str
    value: float
    numerator: int | None
    denominator: int | None
    missing: int
    low: float | None
    high: float | None
    level: float
    interval: str
    least: float | None
    most: float | None
    method: str
    source: str
    source_digest: str
    codebook: str = ""
    codebook_digest: str = ""
    table_digest: str = ""
    seed: int | None = None
    cannot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is printed, such as "62.4 %", and the claim that it belongs to."""

    text: str
    claim: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 to 3, 1 for the title of a part."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph of plain text and figures; `caution` ones say what cannot be concluded, or what is unread."""

    parts: tuple[str | Figure, ...]
    caution: bool = False


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table. A cell is text or a figure; the first of each row is its head. `numeric` columns align to the end.

    Suppressed counts are text that suppression gave, such as "x": small ones and those that guard them look alike.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    numeric: tuple[bool, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A chart: its data as plain rows for `fairwitness.publish.charts`, which draws `kind`.

    `kind` "intervals": rows with label, value, low, high, least, most; "overlap" (UpSet): lists (tuple of names),
    count; "timeline": label, earliest, latest (ISO dates; equal where the day is known), count, with a panel for each
    label unless no label comes again; "bars": label, value; "estimates": label, value, low, high,
    of what `mse` found. `alternative` says in words what there is to see.
    A row may also have `text`, the figure as it is printed, and `claim`, the id of the claim that it leads to; its
    value or count may be None where `text` says why (suppressed, undefined). `unit` is that of the values: a "share" is
    0 to 1 and printed in percent, a "ratio" is drawn on a logarithmic axis about 1.
    """

    kind: Literal["intervals", "overlap", "timeline", "bars", "estimates"]
    caption: str
    alternative: str
    rows: tuple[Mapping[str, object], ...]
    axis: str = ""
    notes: tuple[str, ...] = ()
    unit: Literal["count", "share", "ratio"] = "count"


Part = Heading | Prose | TablePart | ChartPart


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be set as a page or a PDF.

    `dated` is the date that the recipe gives (ISO): never today's, so that a second run gives the same bytes.
    `language` is that of the sentences (BCP 47). `about` are name and value of what the report was made from: recipe,
    lists with their digests, codebooks, seeds, what was not read.
    """

    title: str
    dated: str
    language: str
    parts: Sequence[Part]
    claims: Sequence[Claim]
    about: Sequence[tuple[str, str]] = ()
