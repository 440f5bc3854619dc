"""What documents say of themselves that may lead to a source: told at intake, before anybody asks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fairwitness.case.case import Case
from fairwitness.publish.source_marks import ADVICE, by_kind
from fairwitness.publish.source_marks_said import LEADING, said_marks
from fairwitness.work.current import each_reading
from fairwitness.work.printing import count


def warning_of(case: Case) -> dict[str, Any]:
    """Which documents of the case name somebody, a machine or a place in what they say of themselves, by kind of mark.

    Only statements are looked at, which were read at intake; `source_safety.scan_document` looks at the rest.
    """
    found, kinds = [], Counter[str]()
    for reading, _ in each_reading(case):
        told = by_kind(mark for mark in said_marks(reading.about) if mark.kind in LEADING)
        if told:
            kinds.update(told.keys())
            found.append({"document": reading.document, "by_kind": told})
    counts = {kind: kinds[kind] for kind in ADVICE if kinds[kind]}
    return {"documents": len(found), "by_kind": counts, "found": found}


def warning_line(found: dict[str, Any]) -> str:
    """How many documents say of themselves what may lead to somebody; empty for none."""
    if not found["documents"]:
        return ""
    kinds = ", ".join(f"{kind} {number}" for kind, number in found["by_kind"].items())
    documents = count(found["documents"], "document")
    return (
        f"May lead to a source: {documents} that name people, machines or places ({kinds}).\n"
        "Look before anything leaves: fairwitness source-scan CASE DOCUMENT"
    )
