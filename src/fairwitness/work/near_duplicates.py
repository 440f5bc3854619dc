"""How many pages and documents of a case say the same, as the last run of `duplicates` found it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fairwitness.case.case import Case

FILE = "duplicates.json"


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """What was found, `made` seconds since 1970; not `current` if something was added to the case since."""

    made: int
    current: bool
    min_similarity: float
    compared: int
    groups: int
    pages: int
    documents: int
    forms: int


def near_duplicates_found(case: Case) -> NearDuplicates | None:
    """What the last run found; None if there was none."""
    kept = case.read_cache(FILE)
    if kept is None:
        return None
    try:
        numbers = {name: int(kept[name]) for name in ("made", "compared", "groups", "pages", "documents", "forms")}
        current = kept["event"] == case.queries.reading_event_count()
        return NearDuplicates(current=current, min_similarity=float(kept["min_similarity"]), **numbers)
    except (KeyError, TypeError, ValueError):
        return None


def keep_found(case: Case, event: int, min_similarity: float, **numbers: int) -> None:
    """These numbers are what the last run found, of the case as it was at the event of that number."""
    case.write_cache(FILE, {"event": event, "made": int(time.time()), "min_similarity": min_similarity, **numbers})
