"""Plain lines for people. Leaked text is made safe for a terminal: control and bidi characters are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from fairwitness.core.outcome import Failure
from fairwitness.text.quality import LOW_TRUST
from fairwitness.text.visible import visible
from fairwitness.work.account import Account, Tally
from fairwitness.work.deciding import DocumentLanguage
from fairwitness.work.pace import duration
from fairwitness.work.recognising import Recognised
from fairwitness.work.rereading import PageReading
from fairwitness.work.searching import Hit
from fairwitness.work.showing import Shown

MARK_ON, MARK_OFF = "»", "«"
_ISOLATE_ON, _ISOLATE_OFF = "\u2068", "\u2069"  # so that right-to-left text does not reorder our own


def safe(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal would obey, isolated from its surroundings."""
    return f"{_ISOLATE_ON}{visible(text)}{_ISOLATE_OFF}"


def account(found: Account, *, containers: bool = False) -> str:
    """The account as a table."""
    whole = Tally()
    whole.merge(found.given)
    whole.merge(found.inside)
    rows = [("files given", found.given), ("found inside containers", found.inside), ("all files", whole)]
    rows.append(("pages", found.pages))
    lines = [_row("", "expected", "read", "failed", "why")]
    lines += [_tally(name, tally) for name, tally in rows]
    lines += ["", _row("by type", "expected", "read", "failed", "why")]
    lines += [_tally(name, found.by_type[name]) for name in sorted(found.by_type)]
    if containers:
        lines += ["", _row("by container", "expected", "read", "failed", "why")]
        lines += [_tally(digest[:12], tally) + f"  {safe(name)}" for name, digest, tally in found.containers]
    waiting = found.pages.causes["needs_ocr"]
    if waiting:
        lines += [
            "",
            f"Waiting for OCR, and not seen by a search: {count(waiting, 'page')} that hold text as an image.",
            "Read them with: fairwitness ocr CASE",
        ]
    if found.partly_read:
        lines.append(f"Read in part, and searched in that part: {found.partly_read:,} of the failed files.")
    return "\n".join(lines)


def _row(name: str, *cells: object) -> str:
    expected, read, failed, why = cells
    return f"{name:<26}{expected!s:>10}{read!s:>10}{failed!s:>10}  {why}"


def _tally(name: str, tally: Tally) -> str:
    why = ", ".join(f"{cause} {count:,}" for cause, count in sorted(tally.causes.items(), key=lambda c: (-c[1], c[0])))
    return _row(name, f"{tally.read + tally.failed:,}", f"{tally.read:,}", f"{tally.failed:,}", why).rstrip()


def count(number: int, thing: str) -> str:
    """The number with its thing, in the plural but for one."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def search_head(head: dict[str, Any]) -> str:
    """How many pages match, and what was not searched."""
    match = "matches" if head["total"] == 1 else "match"
    line = f"{count(head['total'], 'page')} {match}; searched {count(head['searched'], 'page')}"
    why = [f"{count(number, 'page')} {cause}" for cause, number in head["not_searched_pages"].items()]
    why += [f"{count(number, 'file')} {cause}" for cause, number in head["not_searched_files"].items()]
    line = f"{line}; not searched: {', '.join(why)}." if why else f"{line}, all there are."
    doubtful = head["not_trusted"]
    return f"{line} The text of {count(doubtful, 'page')} that match cannot be trusted." if doubtful else line


def hit(found: Hit) -> str:
    """One hit on four lines, and a fifth where its text cannot be trusted."""
    where = f"page {found.page}" + (f" ({safe(found.label)})" if found.label else "")
    if found.cells:
        where += f", {', '.join(found.cells[:5])}"
    more = f" and {count(len(found.also_found_as), 'other place')}" if found.also_found_as else ""
    lines = [f"\n{safe(found.found_as)}{more}, {where}", f"  {safe(_with_marks(found))}", f"  cite {found.cite}"]
    lines += [f"  {safe(name.form)} ({name.level}): {safe(name.why)}" for name in found.names]
    if found.trust < LOW_TRUST:
        lines.append(f"  trust {found.trust:.2f}: {'; '.join(found.doubts)}")
    return "\n".join(lines)


def recognised(done: Recognised) -> str:
    """What a run of text recognition did."""
    why = ", ".join(f"{name} {count:,}" for name, count in sorted(done.by_outcome.items()))
    lines = [f"Recognised {count(done.pages, 'page')} in {duration(done.seconds)}" + (f": {why}." if why else ".")]
    if done.left:
        estimate = f": about {done.estimate} on this machine" if done.estimate else ""
        lines.append(f"{count(done.left, 'page')} left{estimate}.")
    lines += [f"Missing: {name}. Install it with: {command}" for name, command in done.missing]
    return "\n".join(lines)


def quality(total: int, searched: int, below: float, hits: Iterable[Hit]) -> str:
    """Pages by trust, the least trusted first."""
    lines = [f"{count(total, 'page')} of {searched:,} below {below:g}"]
    for found in hits:
        engine = found.recognised_by or "the file itself"
        lines.append(f"{found.trust:.2f}  {safe(found.found_as)}, page {found.page}, by {engine}")
        lines.append(f"      {'; '.join(found.doubts)}")
        lines.append(f"      cite {found.cite}")
    return "\n".join(lines)


def document_language(found: DocumentLanguage) -> str:
    """What was decided, and what the pages say."""
    told = ", ".join(f"{language} {pages:,}" for language, pages in found.pages.items()) or "none with text"
    decided = f"{found.decided}, decided by a person" if found.decided else "not decided; each page for itself"
    return f"{found.document[:12]}  language: {decided}\n              pages by what they say: {told}"


def page_reading(found: PageReading) -> str:
    """One text of a page, with what made it."""
    head = f"{'*' if found.counts else ' '} {found.engine or 'the file itself'} ({found.step} {found.version})"
    doubts = f": {'; '.join(found.doubts)}" if found.doubts else ""
    lines = [f"{head}, trust {found.trust:.2f}{doubts}; {100 * found.likeness:.0f} % like the text that counts"]
    lines += [f"  cite {found.cite}", *(f"  {safe(line)}" for line in found.text.splitlines())]
    return "\n".join(lines)


def _with_marks(found: Hit) -> str:
    text, at, out = found.snippet, 0, []
    for start, end in found.marks:
        out += [text[at:start], MARK_ON, text[start:end], MARK_OFF]
        at = end
    return "".join([*out, text[at:]])


def quote(found: Shown) -> str:
    """The quote within its surroundings."""
    return f"{found.before}{MARK_ON}{found.quote}{MARK_OFF}{found.after}"


def shown(found: Shown) -> str:
    """Where it is and what is there."""
    where = f"page {found.page}" + (f" ({safe(found.label)})" if found.label else "")
    if found.cells:
        where += f", {', '.join(found.cells)}"
    return f"{safe(found.found_as)}, {where}\nSHA-256 {found.document}\n{safe(quote(found))}"


def failure(found: Failure, name: str) -> str:
    """One line."""
    more = ", ".join(filter(None, (found.where, found.detail)))
    return f"{found.cause:<18} {found.item[:12]} {safe(name)}" + (f": {more}" if more else "")


def failure_json(found: Failure, name: str) -> dict[str, Any]:
    """Plain values."""
    return {**asdict(found), "cause": found.cause.value, "found_as": name}
