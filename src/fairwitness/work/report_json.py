"""claims.json: every claim of a report, and every count as it may be told, in canonical JSON (docs/report.md)."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from fairwitness.core.canonical import canonical_json
from fairwitness.publish.report import Claim, Report
from fairwitness.work.report_parts import Work

FIGURES = 6
FORMAT = "fairwitness claims 1"


def claims_json(report: Report, work: Work) -> bytes:
    """The same bytes for the same report: sorted keys, no blanks, numbers that are not whole as decimal texts."""
    held, of = work.counts.held_back()
    plain = {
        "format": FORMAT,
        "title": report.title,
        "dated": report.dated,
        "language": report.language,
        "about": [list(one) for one in report.about],
        "claims": [claim_json(one) for one in report.claims],
        "counts": work.counts.as_json(),
        "suppression": {
            "threshold": work.recipe.threshold,
            "held_back": held,
            "counts": of,
            "claims_withheld": work.claims.withheld,
        },
    }
    return canonical_json(plain) + b"\n"


def claim_json(claim: Claim) -> dict[str, Any]:
    """Plain values of a claim."""
    return {field.name: _plain(getattr(claim, field.name)) for field in fields(claim)}


def decimal(value: float) -> str:
    """The number with six figures that count, without an exponent: the one spelling that it has in claims.json."""
    plain = format(Decimal(format(value, f".{FIGURES}g")), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else "0" if plain == "-0" else plain


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return decimal(value)
    return list(value) if isinstance(value, tuple) else value
