"""Sets failures to be read again."""

from __future__ import annotations

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError
from fairwitness.core.outcome import NEVER_RETRIED, READ, Cause
from fairwitness.work.current import current_readings

_NOT_WORTH_IT = {Cause.UNSUPPORTED, *NEVER_RETRIED}


def forget_failures(case: Case, cause: Cause | None) -> int:
    """Number of documents that will be read anew by the next `open`: those that failed, of `cause` if one is given.

    What violated the sandbox is never tried again. What failed as `unsupported` is, only when it is asked for by name.

    Raises:
        CaseError: if `cause` is one that is never tried again.
    """
    if cause in NEVER_RETRIED:
        raise CaseError("What violated the sandbox is never read again.", advice="Look at the file elsewhere.")
    chosen = [
        reading
        for reading in current_readings(case).values()
        if (reading.outcome == cause if cause else reading.outcome not in READ | _NOT_WORTH_IT)
    ]
    if chosen:
        with case.changes() as changes:
            changes.forget_readings(reading.document for reading in chosen)
            changes.add_event("retry", {"readings": sorted(reading.id for reading in chosen)})
    return len(chosen)
