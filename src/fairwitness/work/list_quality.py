"""How good a list is, for whoever is given it: how well those agreed who keyed it, and how many cells are wrong."""

from __future__ import annotations

from typing import Any

from fairwitness.case.case import Case
from fairwitness.work.agreeing import agreement_of
from fairwitness.work.auditing import error_rates
from fairwitness.work.keying import Desk


def published_agreement(desk: Desk) -> list[dict[str, Any]]:
    """The agreement on each column that two people keyed, without any answer of anybody."""
    found = [one.as_json() for one in agreement_of(desk) if one.cells]
    return [{name: value for name, value in one.items() if name != "confused"} for one in found]


def published_error_rates(case: Case, desk: Desk) -> list[dict[str, Any]]:
    """The rates of the last audit that was made part of the list, each with its sample; none without an audit."""
    audit = error_rates(case, desk.kept)
    if audit is None:
        return []
    sample = {"draw": audit.draw.id, "seed": audit.draw.seed, "frame": audit.draw.frame}
    return [one.as_json() | sample for one in (*audit.columns, audit.overall)]
