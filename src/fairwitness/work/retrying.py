"""Sets failures to be read again."""

from __future__ import annotations

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError
from fairwitness.core.outcome import NEVER_RETRIED, READ, Cause
from fairwitness.work.current import bare_readings

_NOT_WORTH_IT = {Cause.UNSUPPORTED, *NEVER_RETRIED}


def forget_failures(case: Case, cause: Cause | None) -> int:
    """Number of documents that will be read anew by the next `open`: those that failed, of `cause` if one is given.

    What violated the sandbox is never tried again. What failed as `unsupported` is, only when it is asked for by name.
    Pages whose recognition failed so wait again.

    Raises:
        CaseError: if `cause` is one that is never tried again.
    """
    if cause in NEVER_RETRIED:
        raise CaseError("What violated the sandbox is never read again.", advice="Look at the file elsewhere.")
    scans = [
        scan
        for scan in case.queries.scans()
        if (scan.outcome == cause if cause else scan.outcome not in READ | _NOT_WORTH_IT)
    ]
    chosen = [
        reading
        for reading in bare_readings(case).values()
        if (reading.outcome == cause if cause else reading.outcome not in READ | _NOT_WORTH_IT)
    ]
    if chosen or scans:
        with case.changes() as changes:
            changes.forget_readings(reading.document for reading in chosen)
            changes.forget_scans(scan.id for scan in scans)
            names = sorted([reading.id for reading in chosen] + [scan.id for scan in scans])
            changes.add_event("retry", {"readings": names})
    return len(chosen)
