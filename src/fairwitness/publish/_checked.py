"""Whether a report can be set, and its digest, which is the same in each form of it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict

from fairwitness.publish.report import BadReport, ChartPart, Figure, Prose, Report, TablePart

_ID = re.compile(r"[a-z][a-z0-9]{0,15}")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def digest_of(report: Report) -> str:
    """SHA-256 in hex over all that the report says: one digest for its HTML and its PDF."""
    plain = json.dumps(asdict(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=list)
    return hashlib.sha256(plain.encode(errors="backslashreplace")).hexdigest()


def checked(report: Report) -> Report:
    """The report, which can be set: every figure has its claim, every row its cells, and every number is one.

    Raises:
        BadReport: with what is wrong, and where.
    """
    ids = [claim.id for claim in report.claims]
    for claim in report.claims:
        if not _ID.fullmatch(claim.id):
            raise BadReport(f"A claim has the id {claim.id!r}.", advice="An id is a letter and figures: c12.")
        numbers = (claim.value, claim.low, claim.high, claim.least, claim.most, claim.level)
        if any(number is not None and math.isnan(number) for number in numbers):
            raise BadReport(f"The claim {claim.id} has no number.", advice="Leave out what cannot be computed.")
    if len(set(ids)) < len(ids):
        raise BadReport("Two claims have the same id.", advice="Number them c1, c2 and so on.")
    for at, part in enumerate(report.parts, 1):
        if isinstance(part, TablePart):
            _check_table(part, at)
        if isinstance(part, ChartPart):
            _check_chart(part, at)
    for claim_id in figures_of(report):
        if claim_id not in ids:
            raise BadReport(f"A figure leads to the claim {claim_id}, which there is not.", advice="Add the claim.")
    return report


def figures_of(report: Report) -> Iterator[str]:
    """Yields the claims that figures lead to, in the order of the report."""
    for part in report.parts:
        if isinstance(part, Prose):
            yield from (piece.claim for piece in part.parts if isinstance(piece, Figure))
        elif isinstance(part, TablePart):
            yield from (cell.claim for row in part.rows for cell in row if isinstance(cell, Figure))
        elif isinstance(part, ChartPart):
            yield from (str(row["claim"]) for row in part.rows if row.get("claim"))


def _check_table(table: TablePart, at: int) -> None:
    wide = len(table.columns)
    if not wide or len(table.numeric) != wide or any(len(row) != wide for row in table.rows):
        raise BadReport(f"Part {at} is a table with rows of unlike length.", advice="Give each row a cell a column.")


def _check_chart(chart: ChartPart, at: int) -> None:
    for row in chart.rows:
        for name in ("value", "low", "high", "least", "most", "count"):
            number = row.get(name)
            if number is not None and (not isinstance(number, int | float) or math.isnan(number)):
                raise BadReport(
                    f"Part {at} is a chart with something else than a number as its {name}.",
                    advice="Give None as the number, and say why in the text of the row.",
                )
