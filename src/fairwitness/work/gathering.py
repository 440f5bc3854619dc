"""Copies a leak into a case: every file under its digest, every place where it was found."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Document, Find
from fairwitness.intake.walk import Found, open_found, walk
from fairwitness.work.progress import Progress
from fairwitness.work.receiving import hint_of, own_allowance

BATCH = 200


def gather(case: Case, leak: Path, progress: Progress) -> int:
    """Number of finds that are new; every file of the leak is in the case afterwards, or why it is not.

    A file that has the name, the size and the time of change that it had before is not read again.
    """
    if not leak.exists():
        raise CaseError("There is nothing at the place named as the leak.", advice="Look at its spelling.")
    known = {name: (size, modified, digest) for name, size, modified, digest in case.queries.top_finds()}
    new, batch = 0, []
    for found in walk(leak, exclude=[case.folder]):
        if _is_known(case, found, known):
            progress.advance()
            continue
        batch.append(_take(case, leak, found))
        progress.advance()
        if len(batch) >= BATCH:
            new += _keep(case, batch)
            batch = []
    return new + _keep(case, batch)


def _is_known(case: Case, found: Found, known: dict[bytes, tuple[int, str, str]]) -> bool:
    if found.cause is not None or found.name not in known:
        return False
    size, modified, digest = known[found.name]
    return (size, modified) == (found.size_bytes, _moment(found.modified_ns)) and case.objects.has(digest)


def _take(case: Case, leak: Path, found: Found) -> tuple[Find, Document | None]:
    name = found.name or os.fsencode(leak.name)
    modified = _moment(found.modified_ns)
    if found.cause is None:
        try:
            with open_found(leak, found) as file:
                digest, size = case.objects.put_file(file)
        except ReadError as error:
            found = Found(found.name, found.kind, found.size_bytes, found.modified_ns, Cause(error.cause))
        except OSError:
            found = Found(found.name, found.kind, found.size_bytes, found.modified_ns, Cause.DENIED)
        else:
            kept = Find("", 0, name, "file", "member", digest, found.size_bytes, modified)
            return kept, Document(digest, size, 0, own_allowance(case, size), hint_of(name))
    return Find("", 0, name, found.kind, "member", "", found.size_bytes, modified, found.cause), None


def _keep(case: Case, batch: list[tuple[Find, Document | None]]) -> int:
    with case.changes() as changes:
        return changes.add_finds(batch)


def _moment(ns: int) -> str:
    if ns < 0:
        return ""
    seconds, rest = divmod(ns, 1_000_000_000)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except (ValueError, OverflowError):
        return ""
