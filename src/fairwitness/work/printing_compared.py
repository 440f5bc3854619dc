"""Plain lines for people about duplicates and differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairwitness.work.duplicates import Duplicates
from fairwitness.work.printing import count, safe

SHORT_DIGEST = 16
MEMBERS = 10  # of a group that are printed


def duplicates(found: Duplicates, *, limit: int) -> str:
    """What is alike, the first `limit` groups of each sort, and what was not compared."""
    lines = [f"{count(found.compared, 'page')} compared{_but(found.not_compared_pages, found.not_compared_files)}"]
    for title, groups, printed in (
        ("Documents with pages alike in the same order", found.documents, _versions),
        ("Pages that say the same", found.groups, _group),
        ("Forms filled in differently", found.forms, _group),
    ):
        lines += ["", f"{title}: {len(groups):,}"]
        for group in groups[:limit]:
            lines += printed(group)
        if len(groups) > limit:
            lines.append(f"  ... and {len(groups) - limit:,} more; all with --json")
    return "\n".join(lines)


def _but(pages: dict[str, int], files: dict[str, int]) -> str:
    why = [f"{count(number, 'page')} {cause}" for cause, number in pages.items()]
    why += [f"{count(number, 'file')} {cause}" for cause, number in files.items()]
    return f"; not compared: {', '.join(why)}." if why else ", all there are."


def _versions(pair: dict[str, Any]) -> Iterator[str]:
    yield f"  {count(pair['pages_alike'], 'page')} alike"
    for document in pair["documents"]:
        yield (
            f"    {document['document'][:SHORT_DIGEST]} {safe(document['found_as'])}: "
            f"pages {document['alike']} of {count(document['pages'], 'page')}"
        )


def _group(group: dict[str, Any]) -> Iterator[str]:
    pages = group["pages"]
    yield f"  {count(len(pages), 'page')}, at least {_percent(group['similarity'])} alike"
    for page in pages[:MEMBERS]:
        label = f" ({safe(page['label'])})" if page["label"] else ""
        yield f"    {_percent(page['similarity']):>5}  {safe(page['found_as'])}, page {page['page']}{label}"
        yield f"           cite {page['cite']}"
    if len(pages) > MEMBERS:
        yield f"           ... and {count(len(pages) - MEMBERS, 'other page')}"
    if group["shared"] is not None:
        yield f"    all say: {safe(group['shared']['text'])}"


def _percent(share: float) -> str:
    """Rounded down: only what is the same is 100 %."""
    return f"{int(share * 100)} %"
