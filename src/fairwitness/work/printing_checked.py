"""What `check` found, for people."""

from __future__ import annotations

from collections.abc import Mapping

from fairwitness.facts.checking import KINDS
from fairwitness.work.checking import Checked
from fairwitness.work.printing import count, safe


def checked_head(documents: int, pages: int, counts: Mapping[str, int]) -> str:
    """How much was checked and what was found, by kind."""
    lines = [f"{count(pages, 'page')} of {count(documents, 'document')} with text checked against themselves"]
    lines += [f"{counts[kind]:>8,}  {kind}: {text}" for kind, text in KINDS.items() if counts.get(kind)]
    return "\n".join(lines if counts else [*lines, "Nothing was found. That does not make anything true."])


def checked(found: Checked, *, limit: int) -> str:
    """The remarks on one document."""
    total = sum(found.counts.values())
    lines = [f"\n{safe(found.found_as)}  {found.document[:12]}  {count(total, 'remark')}"]
    for remark in found.remarks[:limit]:
        parts = f" in the {' and '.join(remark.parts)}" if remark.parts else ""
        lines.append(f"  page {remark.page}  {remark.kind}{parts}  {remark.masked}".rstrip())
        lines += [f"      cite {cite}" for cite in remark.cites]
    if total > min(limit, len(found.remarks)):
        lines.append(f"  and {total - min(limit, len(found.remarks)):,} more; --limit or --json shows them")
    return "\n".join(lines)
