"""Plain lines for people about marks of the source."""

from __future__ import annotations

from typing import Any

from fairwitness.publish.source_marks import ADVICE, CANNOT_EXCLUDE, CHECKLIST, by_kind
from fairwitness.work.printing import count
from fairwitness.work.source_safety import SourceScan
from fairwitness.work.source_warning import warning_line

_MOST = 40  # marks told of one document; --json tells all


def source_scan(scan: SourceScan) -> str:
    """The marks, likely ones first, what to do about each kind, and what nobody has looked at."""
    ranked = sorted(scan.marks, key=lambda mark: mark.sureness != "likely")
    lines = [f"{count(len(ranked), 'mark')} in {scan.media_type or 'a file of unknown type'}."]
    lines += [f"  {m.sureness:<9}{m.kind:<22}{m.where}: {m.what}" + (f" ({m.count})" if m.count > 1 else "") for m in
              ranked[:_MOST]]  # fmt: skip
    if len(ranked) > _MOST:
        lines.append(f"  and {len(ranked) - _MOST} more (--json tells all)")
    if ranked:
        lines += ["", "What to do:", *(f"  {kind}: {ADVICE[kind]}" for kind in by_kind(ranked))]
    lines.append("")
    if scan.dots:
        seen = ", ".join(f"{verdict.replace('_', ' ')} {pages}" for verdict, pages in sorted(scan.dots.items()))
        lines.append(f"Dots of printers, by page: {seen}. JPEG hides dots: none found does not mean none there.")
    if scan.not_looked_at:
        missed = ", ".join(f"{cause} {number}" for cause, number in sorted(scan.not_looked_at.items()))
        lines.append(f"Not looked at: {missed}.")
    lines.append(f"Compared with {count(len(scan.copies), 'other file')}." if scan.copies else CANNOT_EXCLUDE)
    if scan.document and scan.open_questions:
        lines += ["", "Only a person can see, and nobody has said none or covered yet:"]
        lines += [f"  {item}: {CHECKLIST[item]}" for item in scan.open_questions]
    return "\n".join(lines)


def scanned_case(found: dict[str, Any]) -> str:
    """The documents that say so, one a line."""
    lines = [warning_line(found) or "No document names people, machines or places in what it says of itself."]
    for one in found["found"]:
        lines.append(f"  {one['document'][:12]}  {', '.join(one['by_kind'])}")
    return "\n".join(lines)
