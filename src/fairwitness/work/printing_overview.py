"""Plain lines for people about what is in a case and what is at work on it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from fairwitness.work.dating import Dates
from fairwitness.work.overview import Overview
from fairwitness.work.printing import count, safe
from fairwitness.work.running import Running

_BAR = 30  # signs of the longest bar
_MANY = 24  # lines of one list
_MANY_YEARS = 60
_KINDS = {
    "own": "what searches go by: sent, else created, else modified",
    "file-time": "last change, as the disk of the leak has it",
    "entry-time": "last change, as archives and mails have it",
}


def overview(found: Overview, running: Running | None) -> str:
    """Some lines and bars for each sum."""
    account, pages = found.account, found.account["pages"]
    lines = [running_line(running)] if running is not None and running.state != "ended" else []
    lines += [
        f"{count(account['given']['expected'], 'file')} given, {account['inside']['expected']:,} found inside of them; "
        f"{count(account['documents'], 'document')} of different content, {size(found.bytes)}",
        f"{count(account['failed'], 'file')} not read or not wholly: {_causes(account['by_cause'])}",
        f"{pages['read']:,} of {count(pages['expected'], 'page')} read; not read: {_causes(pages['by_cause'])}",
        f"{count(found.pages_indexed, 'page')} can be searched"
        + (f", {account['not_trusted']:,} with text that cannot be trusted" if account["not_trusted"] else ""),
    ]
    documents, places, spare = found.same_bytes
    if documents:
        lines.append(f"{count(documents, 'document')} in several places ({places:,} of them, {size(spare)} twice)")
    near = found.near_duplicates
    if near is not None:
        when = "" if near.current else ", before the last additions"
        lines.append(f"{count(near.groups, 'group')} of pages that say the same ({near.pages:,} pages){when}")
    lines += _section("files by type", ((one.type, one.files, _failed(one.failed)) for one in found.types))
    lines += _section("pages by language", ((language, pages, "") for language, pages in found.languages))
    read_by = ((engine or "the file itself", pages, "") for engine, pages in found.engines)
    lines += _section("pages by what read them", read_by)
    for dates in found.dates:
        lines += _dates(dates)
    folders = ((safe(one.name or "."), one.files, size(one.bytes) + _failed(one.failed)) for one in found.folders)
    return "\n".join([*lines, *_section("folders and containers", folders)])


def running_line(found: Running) -> str:
    """What is at work, or how to go on with what was stopped."""
    what = found.what or "Beginning"
    done = f"{found.done:,} of {found.total:,}" if found.total else f"{found.done:,}"
    if found.state == "running":
        return f"{what}: {done}" + (f", about {found.left} left" if found.left is not None else "")
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.updated))
    if found.state == "stopped":
        return f"Stopped unexpectedly at {at} ({what}: {done}); go on with: fairwitness {found.command} CASE"
    return f"Ended at {at}."


def size(number: int) -> str:
    """Bytes as people say them."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def _failed(number: int) -> str:
    return f", {number:,} failed" if number else ""


def _causes(causes: dict[str, int]) -> str:
    return ", ".join(f"{cause} {number:,}" for cause, number in sorted(causes.items(), key=lambda c: -c[1])) or "none"


def _section(title: str, rows: Iterable[tuple[str, int, str]], many: int = _MANY) -> Iterator[str]:
    """Yield a heading and a bar for each row, the many small ones in one line; nothing where there are no rows."""
    told = list(rows)
    if not told:
        return
    most = max(number for _, number, _ in told) or 1
    yield f"\n{title}"
    for name, number, more in told[:many]:
        yield f"  {name:<16} {number:>9,}  {'#' * round(_BAR * number / most)}{'  ' * bool(more)}{more.lstrip(', ')}"
    if len(told) > many:
        rest = sum(number for _, number, _ in told[many:])
        yield f"  and {count(len(told) - many, 'other')}: {rest:,}"


def _dates(dates: Dates) -> Iterator[str]:
    """Yield a bar for each year of the dates that searches go by, a line for each other kind."""
    if not dates.stated:
        return
    exact = ", ".join(f"{number:,} to the {name}" for name, number in dates.precision.items())
    told = f"{count(dates.stated, dates.unit)}{': ' * bool(exact)}{exact}; {dates.none:,} without"
    if dates.kind == "own":
        years: Counter[str] = Counter()
        for period, number in dates.periods:
            years[period[:4]] += number
        title = f"dates, {_KINDS['own']} ({told})"
        yield from _section(title, ((year, number, "") for year, number in sorted(years.items())), _MANY_YEARS)
        yield ""
    else:
        first, last = (dates.periods[0][0], dates.periods[-1][0]) if dates.periods else ("-", "-")
        yield f"  {dates.kind:<16} {first} to {last}, {told}" + f" ({_KINDS.get(dates.kind, '')})".replace(" ()", "")
    for day, why, number in dates.odd:
        yield f"    {day or '?':<14} {number:>9,}  {why}"
