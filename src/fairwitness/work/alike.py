"""What the last search for duplicates found of each document, kept so that it can be told at once.

It is as old as that search: `is_current` says whether the case has changed since.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from fairwitness.case.case import Case

MOST = 100  # documents told of one
_KIND = "alike "
_LAST = "alike.json"


@dataclass(frozen=True, slots=True)
class Like:
    """Another document with pages alike. `own_pages` and `pages` are ranges such as "1-3,7", in the same order.

    `kind` is "versions" for two that are alike as a whole, "contained" where one holds the other or its pages,
    "pages" where some pages are.
    """

    document: str
    kind: str
    own_pages: str
    pages: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Alike:
    """The documents like one, the most pages first."""

    found: tuple[Like, ...]
    is_current: bool


def keep_alike(case: Case, event: int, documents: list[dict[str, Any]], groups: list[dict[str, Any]]) -> None:
    """What a search for duplicates found can be told of each document; `documents` and `groups` are its plain values.

    `event` is the number of events that there were when it began (`Queries.reading_event_count`).
    """
    told: dict[str, dict[str, Like]] = {}
    for related in documents:
        for pair in related["pairs"]:
            for own, other in (("left", "right"), ("right", "left")):
                like = Like(pair[other], related["kind"], pair[f"{own}_pages"], pair[f"{other}_pages"], -1.0)
                told.setdefault(pair[own], {})[pair[other]] = like
    for group in groups:
        _add_pages(told, group["pages"])
    kind = f"{_KIND}{event}"
    derived = case.derived()
    try:
        derived.forget_other_kinds(_KIND, kind)
        derived.put(kind, ((document, _pack(list(likes.values()))) for document, likes in told.items()))
    finally:
        derived.close()
    case.write_cache(_LAST, {"kind": kind, "event": event})


def _add_pages(told: dict[str, dict[str, Like]], pages: list[dict[str, Any]]) -> None:
    """Pages that are alike though their documents are not: each with the first of its group."""
    first = pages[0]
    for page in pages[1:]:
        for own, other in ((first, page), (page, first)):
            likes = told.setdefault(own["document"], {})
            if own["document"] != other["document"] and other["document"] not in likes and len(likes) < MOST:
                like = Like(other["document"], "pages", str(own["page"]), str(other["page"]), page["similarity"])
                likes[other["document"]] = like


def _pack(likes: list[Like]) -> bytes:
    return zlib.compress(json.dumps([asdict(like) for like in likes[:MOST]]).encode())


def alike_of(case: Case, digest: str) -> Alike | None:
    """The documents like this one; None if nobody has looked for duplicates in this case."""
    last = case.read_cache(_LAST)
    if last is None:
        return None
    derived = case.derived()
    try:
        kept = derived.get(str(last["kind"]), digest)
    finally:
        derived.close()
    found = [Like(**plain) for plain in json.loads(zlib.decompress(kept))] if kept is not None else []
    return Alike(tuple(found), last["event"] == case.queries.reading_event_count())
