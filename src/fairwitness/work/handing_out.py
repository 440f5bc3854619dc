"""Hands the bytes of an original out of the case: an act of a person, told in the log before the first byte goes."""

from __future__ import annotations

from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound


def hand_out(case: Case, digest: str, by: str) -> Path:
    """Where the original is, for the caller to read; the log says who had it handed out, if `by` says who.

    Raises:
        NotFound: if the case has no such document, or its bytes are gone.
        CaseError: if the case cannot be written to; then nothing is handed out.
    """
    case.queries.document(digest)
    if not case.objects.has(digest):
        raise NotFound(f"The bytes of {digest[:12]} are not in this case.", advice="Run: fairwitness verify CASE")
    with case.marking() as changes:
        changes.add_event("hand-out", {"document": digest} | ({"by": by} if by else {}))
    return case.objects.path(digest)


HEX_ROW = 16
HEX_WINDOW = 4096  # bytes shown at once; a row takes about 100 bytes of HTML


def window_of_bytes(case: Case, digest: str, at: int) -> tuple[int, int, bytes]:
    """Offset, size of the whole, and up to `HEX_WINDOW` bytes of an object, from a row's start on.

    Raises:
        NotFound: if it is not there.
    """
    size = case.queries.document(digest).size_bytes
    start = max(0, min(at, size - 1)) // HEX_ROW * HEX_ROW
    with case.objects.open(digest) as file:
        file.seek(start)
        return start, size, file.read(HEX_WINDOW)
