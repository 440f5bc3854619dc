"""Marks in what a file says about itself: names, devices, places, numbers of copies. The values are never repeated.

The statements are those of docs/metadata.md: name, value, and the field that it was read from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from fairwitness.publish.source_marks import SourceMark, Sureness

Statement = tuple[str, str, str]

_KINDS: dict[str, tuple[Sureness, tuple[str, ...]]] = {
    "person": (
        "likely",
        (
            *(
                "author",
                "last-modified-by",
                "author-position",
                "caption-writer",
                "contributor",
                "printed-by",
                "manager",
            ),
            *("company", "credit", "camera-owner", "from", "to", "cc", "bcc", "reply-to", "return-path", "received"),
            *("sent-from-address", "headers", "copyright"),
        ),
    ),
    "device": ("likely", ("camera-serial", "lens-serial", "computer", "printer")),
    "place": ("likely", ("gps-latitude", "gps-longitude", "gps-altitude", "gps-position", "gps", "place")),
    "history": (
        "possible",
        (
            *("created", "modified", "printed", "digitised", "metadata-changed", "source-modified", "signed", "sent"),
            *("delivered", "gps-time", "revision", "editing-minutes", "editing-time", "history", "software"),
            *("document-id", "instance-id", "original-document-id", "previous-id", "message-id", "in-reply-to"),
            *("references", "thread-index", "software-version", "creator-tool", "producer", "camera-make"),
            *("camera-model", "lens-model", "custom", "template", "link-base", "font"),
        ),
    ),
    "revision_ids": ("likely", ("editing-sessions",)),
    "earlier_state": ("likely", ("tracks-changes", "deleted-rows", "deleted-items")),
    "signature": ("likely", ("signatures",)),
    "tracker": ("likely", ("external-link", "remote-content")),
    "active": ("likely", ("macros", "active-content")),
    "inside": ("possible", ("attachments", "sheets-hidden", "rows-hidden", "columns-hidden", "slides-hidden")),
}
_KIND_OF = {name: (kind, sure) for kind, (sure, names) in _KINDS.items() for name in names}
_PATH_SIGNS = ("\\", "/users/", "/home/", "file:")
LEADING = frozenset({"person", "device", "place", "revision_ids", "signature", "tracker", "active"})
"""Kinds of statements that are told at intake: what names somebody, a machine or a place, or calls home."""


def said_marks(statements: Iterable[Statement]) -> list[SourceMark]:
    """The marks among the statements, one for each field, in the order of their kinds."""
    told: Counter[tuple[str, Sureness, str, str]] = Counter()
    for name, value, source in statements:
        plain = name.removesuffix("-time")
        kind, sure = _KIND_OF.get(name) or _KIND_OF.get(plain, ("", "possible"))
        if plain == "revisions" and value.isdigit() and int(value) > 1:
            kind, sure = "earlier_state", "likely"
        if plain in ("template", "link-base", "custom", "title") and _is_path(value):
            told["person", "likely", source, f"{plain}: a path of somebody's machine"] += 1
        elif kind and not (plain in ("signatures", "attachments") and value == "0"):
            told[kind, sure, source, plain] += 1
    order = list(_KINDS)
    marks = [SourceMark(kind, sure, source, what, count) for (kind, sure, source, what), count in told.items()]
    return sorted(marks, key=lambda mark: (order.index(mark.kind), mark.where, mark.what))


def _is_path(value: str) -> bool:
    return any(sign in value.lower() for sign in _PATH_SIGNS)


def differing_statements(copies: Sequence[Iterable[Statement]]) -> list[SourceMark]:
    """The fields in which copies of one document differ: any of them could tell the copies apart."""
    held = [{(name, source): value for name, value, source in statements} for statements in copies]
    fields = sorted({field for one in held for field in one})
    different = [field for field in fields if len({one.get(field) for one in held}) > 1]
    return [SourceMark("copies_differ", "likely", source, f"{name} differs") for name, source in different]
