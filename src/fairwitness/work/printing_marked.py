"""Plain lines for people: marks, findings, and who did what."""

from __future__ import annotations

import time
from collections.abc import Iterable

from fairwitness.work.findings import CHECKED, Finding
from fairwitness.work.marking import AllMarks, Marks
from fairwitness.work.printing import count, safe


def marks(found: Marks) -> str:
    """The marks of one document, with who made them."""
    told = [name for name, there in (("starred", found.starred), ("reviewed", found.reviewed)) if there]
    told += [f"tag {safe(tag)}" for tag in found.tags]
    lines = [f"{found.document[:12]}  {', '.join(told) or 'no marks'}"]
    if found.note:
        lines.append(f"  note: {safe(found.note)}")
    lines += [_act(act.at, act.by, act.what, act.value) for act in found.history]
    return "\n".join(lines)


def all_marks(found: AllMarks) -> str:
    """How many documents have which mark."""
    rows = [("starred", found.starred), ("reviewed", found.reviewed), ("with a note", found.noted)]
    lines = [f"{count(len(documents), 'document')} {name}" for name, documents in rows]
    lines += [f"{count(len(documents), 'document')} tagged {safe(tag)}" for tag, documents in found.tags.items()]
    return "\n".join(lines)


def finding(found: Finding) -> str:
    """The sentence with its status, cites and comments."""
    lines = [
        f"{found.id}  {safe(found.sentence)}",
        f"  {_status(found)}; written by {safe(found.by)}, {_day(found.at)}",
    ]
    lines += [f"  cite {cite}" for cite in found.cites]
    lines += [f"  {safe(one.by)}, {_day(one.at)}: {safe(one.text)}" for one in found.comments]
    return "\n".join(lines)


def findings(found: Iterable[Finding]) -> str:
    """Every finding."""
    return "\n".join(map(finding, found)) or "No findings."


def _status(found: Finding) -> str:
    if found.status == CHECKED:
        return f"checked by {safe(found.status_by)}" + (", who wrote it" if found.checked_by_writer else "")
    if found.changed:
        return f"{found.status}, changed since {safe(found.status_by)} checked it"
    return found.status


def _act(at: int, by: str, what: str, value: str) -> str:
    return f"  {_day(at)} {safe(by) if by else 'somebody'}: {safe(what)} {safe(value) if value else 'withdrawn'}"


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
