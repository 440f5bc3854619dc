"""Plain lines for people about duplicates and differences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from fairwitness.core.cite import parse_cite
from fairwitness.work.comparing import Comparison, Side
from fairwitness.work.duplicates import Duplicates
from fairwitness.work.printing import MARK_OFF, MARK_ON, count, safe

SHORT_DIGEST = 16
CONTEXT = 40  # code points around a difference
DIFFERENCES = 6  # of a page that are printed
QUOTE = 60  # code points of a difference
MEMBERS = 10  # of a group that are printed


def duplicates(found: Duplicates, *, limit: int) -> str:
    """What is alike, the first `limit` groups of each sort, and what was not compared."""
    lines = [f"{count(found.compared, 'page')} compared{_but(found.not_compared_pages, found.not_compared_files)}"]
    for title, groups, printed in (
        ("Documents with pages alike in the same order", found.documents, _documents),
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


def _documents(group: dict[str, Any]) -> Iterator[str]:
    names = {}
    yield "  versions of one another" if group["kind"] == "versions" else "  one holds the other"
    for letter, document in zip(_letters(), group["documents"], strict=False):
        names[document["document"]] = letter
        name = f"{document['document'][:SHORT_DIGEST]} {safe(document['found_as'])}"
        yield f"    {letter} {name}: {count(document['pages'], 'page')}"
    for pair in group["pairs"][:MEMBERS]:
        left, right = names[pair["left"]], names[pair["right"]]
        yield f"      pages {pair['left_pages']} of {left} are pages {pair['right_pages']} of {right}"
    if len(group["pairs"]) > MEMBERS:
        yield f"      ... and {count(len(group['pairs']) - MEMBERS, 'other pair')}"


def _letters() -> Iterator[str]:
    """A, B ... Z, AA, AB ... as many as it takes."""
    for size in itertools.count(1):
        yield from map("".join, itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=size))


def _group(group: dict[str, Any]) -> Iterator[str]:
    pages = group["pages"]
    yield f"  {count(len(pages), 'page')}, at least {_percent(group['similarity'])} alike"
    for page in pages[:MEMBERS]:
        label = f" ({safe(page['label'])})" if page["label"] else ""
        yield f"    {_percent(page['similarity']):>5}  {safe(page['found_as'])}, page {page['page']}{label}"
        yield f"           cite {page['cite']}"
        yield from _differences(page.get("differences", []))
    if len(pages) > MEMBERS:
        yield f"           ... and {count(len(pages) - MEMBERS, 'other page')}"
    if group["shared"] is not None:
        yield f"    all say: {safe(group['shared']['text'])}"


def _differences(differences: list[dict[str, Any]]) -> Iterator[str]:
    for difference in differences[:DIFFERENCES]:
        sides = [" ".join(place["text"] for place in difference[side]) for side in ("left", "right")]
        yield f"           {difference['kind']}: " + " -> ".join(_short(side) for side in sides)
    if len(differences) > DIFFERENCES:
        yield f"           ... and {count(len(differences) - DIFFERENCES, 'other difference')}"


def _short(text: str) -> str:
    return safe(text if len(text) <= QUOTE else f"{text[: QUOTE - 1]}…") if text else "(nothing)"


def _percent(share: float) -> str:
    """Rounded down: only what is the same is 100 %."""
    return f"{int(share * 100)} %"


def comparison_head(found: Comparison) -> str:
    """What was compared, what not, and how many differences there are."""
    lines = []
    for name, side in (("A", found.left), ("B", found.right)):
        size = f"{count(len(side.words), 'word')} on {count(len(side.parts), 'page')}"
        lines.append(
            f"{name} {side.document[:SHORT_DIGEST]} {safe(side.found_as)}: {size}{_but(side.not_compared, {})}"
        )
    counts = ", ".join(f"{number:,} {kind}" for kind, number in found.counts().items())
    lines.append(f"{_percent(found.similarity)} of the words are the same, in the same place; {counts}.")
    return "\n".join(lines)


def comparison(found: Comparison) -> str:
    """The same, then every difference with its surroundings and its cites."""
    lines = [comparison_head(found)]
    for passage, within in found.differences():
        lines += ["", f"{passage.number} {passage.change}" + (f" (within {within})" if within else "")]
        for sign, side, span in (("A", found.left, passage.left), ("B", found.right, passage.right)):
            for place in side.places(span):
                label = f" ({safe(place['label'])})" if place["label"] else ""
                lines.append(f"  {sign} page {place['page']}{label}: {safe(_in_context(side, place))}")
                lines.append(f"    cite {place['cite']}")
    return "\n".join(lines)


def _in_context(side: Side, place: dict[str, Any]) -> str:
    """The text of a place between marks, with some of what stands around it on the page."""
    cite = parse_cite(place["cite"])
    page = next(part.page.text for part in side.parts if part.page.number == cite.page)
    before, behind = page[max(0, cite.start - CONTEXT) : cite.start], page[cite.end : cite.end + CONTEXT]
    return f"{before}{MARK_ON}{place['text']}{MARK_OFF}{behind}"
