"""Plain lines for people: a redaction, its boxes, and what is in the way of making it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fairwitness.core.ranges import write_ranges
from fairwitness.work.printing import count, safe
from fairwitness.work.redacting import Obstacle
from fairwitness.work.redaction_finding import Found
from fairwitness.work.redaction_kept import KeptBox, Redaction

_SHOWN = 20


def redactions(every: Sequence[Redaction]) -> str:
    """One line each."""
    return "\n".join(map(_line, every)) or "No redactions. Begin one with: fairwitness redact new CASE DOCUMENT"


def redaction(one: Redaction, problems: Sequence[Obstacle], *, with_text: bool = False) -> str:
    """The redaction page by page, and what is in the way."""
    lines = [_line(one)]
    lines += [f"  {_box(box, with_text)}" for box in one.boxes]
    for search in one.searches:
        asked = f" {safe(search.asked)}" if with_text and search.asked else ""
        line = f"  searched: {search.kind}{asked}, {count(search.found, 'place')} on {count(len(search.pages), 'page')}"
        lines.append(line + (f"; without a place on pages {write_ranges(search.unplaced)}" if search.unplaced else ""))
    lines += obstacles(problems)
    return "\n".join(lines)


def obstacles(problems: Sequence[Obstacle]) -> list[str]:
    """What is in the way of making it, the first ones in words."""
    if not problems:
        return ["Nothing is in the way. Make it with: fairwitness redact make CASE REDACTION -o FILE.pdf"]
    lines = ["In the way:", *(f"  {one.says}{f' ({one.box})' if one.box else ''}" for one in problems[:_SHOWN])]
    return lines + ([f"  and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else [])


def found(one: Found) -> str:
    """What a search did, and what it could not see."""
    lines = [
        f"{count(one.places, 'place')} on {count(one.pages, 'page')}, {one.across} over the end of a line; "
        f"{count(one.new, 'new rectangle')}."
    ]
    if one.unread:
        lines.append(
            f"Pages {write_ranges(one.unread)} have no text, or not all of it was read: nothing can have been found "
            "there. Look at them by eye."
        )
    if one.unplaced:
        lines.append(f"On pages {write_ranges(one.unplaced)} something has no place on the image: cover it by hand.")
    return "\n".join(lines)


def _line(one: Redaction) -> str:
    pages = f"pages {write_ranges(one.pages)}" if one.pages else "all pages"
    verdicts = Counter(box.verdict or "not reviewed" for box in one.boxes)
    told = ", ".join(f"{number} {name}" for name, number in sorted(verdicts.items()))
    boxes = f"{len(one.boxes):,} boxes{f' ({told})' if told else ''}"
    return f"{one.id}  {safe(one.name)}: {one.document[:12]}, {pages}, {boxes}; begun by {safe(one.by)}"


def _box(one: KeptBox, with_text: bool) -> str:
    what = f" {safe(one.box.withheld)}" if with_text and one.box.withheld else ""
    review = f"{one.verdict} by {safe(one.reviewed_by)}" if one.verdict else "not reviewed"
    return (
        f"{one.id}  page {one.page}  {one.box.reason}, {one.box.width}, by {one.box.found_by} "
        f"({safe(one.by)}); {review}  {one.box.place}{what}"
    )
