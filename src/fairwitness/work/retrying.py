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

    def is_chosen(outcome: Cause | None) -> bool:
        return outcome == cause if cause else outcome is not None and outcome not in READ | _NOT_WORTH_IT

    # An archive may be read in part: what of it could not be opened is in its entries.
    holding = {found.parent for found in case.queries.finds() if found.parent and cause and is_chosen(found.cause)}
    scans = [scan for scan in case.queries.scans() if is_chosen(scan.outcome)]
    chosen = [
        reading for reading in bare_readings(case).values() if is_chosen(reading.outcome) or reading.document in holding
    ]
    if chosen or scans:
        with case.changes() as changes:
            finds = changes.forget_readings([reading.document for reading in chosen])
            changes.forget_scans(scan.id for scan in scans)
            names = sorted([reading.id for reading in chosen] + [scan.id for scan in scans])
            changes.add_event("retry", {"readings": names} | ({"finds": sorted(finds)} if finds else {}))
    return len(chosen)
