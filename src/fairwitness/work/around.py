"""Where a document was found and what lies around it: its containers, its neighbours, what it holds, its thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Find
from fairwitness.text.encoding import decode_name
from fairwitness.text.moments import parse_moment

BESIDE = 50  # neighbours on one page of them
MAX_THREAD = 200
_MAX_IDS = 40
_MAX_DEPTH = 50  # containers within containers that are followed to the outermost


@dataclass(frozen=True, slots=True)
class Step:
    """One container on the way to a document, by its own name; `document` is empty for a folder of the leak."""

    name: str
    document: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a document was found: the way to it from outside, and its own name there."""

    way: tuple[Step, ...]
    name: str
    found: Find

    @property
    def full_name(self) -> str:
        """The whole way in one line."""
        return " > ".join([*(step.name for step in self.way), self.name])


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Something in a container: by name, with the document that it is, or the reason why it is none."""

    name: str
    kind: str
    role: str
    document: str
    size_bytes: int
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Some of what lies in one container or folder, from number `start` on, and how many there are."""

    container: str
    total: int
    start: int
    some: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of a thread, as it says of itself; `by` says what ties it to the one looked at."""

    document: str
    sender: str
    subject: str
    sent: str
    by: str


def places_of(case: Case, digest: str) -> list[Place]:
    """Everywhere the document was found, shallowest first."""
    return [_place(case, found) for found in case.queries.finds_of(digest)]


def _place(case: Case, found: Find) -> Place:
    way: list[Step] = []
    parent = found.parent
    while parent and len(way) < _MAX_DEPTH:
        outer = case.queries.finds_of(parent)[:1]
        name = decode_name(outer[0].name) if outer else ""
        way.insert(0, Step(name, parent))
        parent = outer[0].parent if outer else ""
    return Place(tuple(way), decode_name(found.name), found)


def entries_of(case: Case, digest: str, start: int = 0, limit: int = BESIDE) -> Neighbours:
    """What the container holds, in its order: the attachments of a mail, the files of an archive."""
    total, found = case.queries.finds_in(digest, start, limit)
    return Neighbours(digest, total, start, tuple(map(_neighbour, found)))


def beside(case: Case, place: Place, start: int = -1, limit: int = BESIDE) -> Neighbours:
    """What lies in the same container; from the document on itself, a few before it, unless `start` says more.

    Files of the leak folder itself have the files of the same folder as neighbours.
    """
    found = place.found
    folder = None if found.parent else found.name.rpartition(b"/")[0]
    if start < 0:
        start = max(0, case.queries.rank_of(found, folder) - limit // 4)
    total, some = case.queries.finds_in(found.parent, start, limit, folder)
    return Neighbours(found.parent, total, start, tuple(map(_neighbour, some)))


def _neighbour(found: Find) -> Neighbour:
    return Neighbour(decode_name(found.name), found.kind, found.role, found.document, found.size_bytes, found.cause)


def thread_of(case: Case, digest: str, told: Iterable[tuple[str, str, str]]) -> list[Mail]:
    """The mails that this one names as those before it, that name it, or that name the same; earliest first.

    `told` are the statements of the mail. Mails are tied by their ids alone: a subject is shared by strangers.
    """
    own = {name: value for name, value, _ in reversed(list(told))}
    ids = _ids(own)
    if not ids:
        return []
    found = []
    for document, statements in case.queries.readings_that_name(ids[:_MAX_IDS], 4 * MAX_THREAD):
        values = {name: value for name, value, _ in reversed(statements)}
        by = _tie(own, values)
        if by or document == digest:
            sent = values.get("sent-time") or values.get("sent", "")
            found.append(Mail(document, values.get("from", ""), values.get("subject", ""), sent, by))
    unique = {mail.document: mail for mail in found}
    return sorted(unique.values(), key=lambda mail: (_moment(mail.sent), mail.document))[:MAX_THREAD]


def _moment(sent: str) -> str:
    """The time in UTC as far as it is known, as text that can be put in order."""
    moment = parse_moment(sent)
    if moment is None:
        return sent
    return (moment.start - timedelta(minutes=moment.offset_minutes or 0)).isoformat()


def _ids(values: dict[str, str]) -> list[str]:
    """Ids of the mail itself and of those before it, its own first."""
    listed = [values.get(name, "") for name in ("message-id", "in-reply-to", "references")]
    return list(dict.fromkeys(one for ids in listed for one in ids.split() if len(one) > 4))


def _tie(own: dict[str, str], other: dict[str, str]) -> str:
    """Why two mails belong together; empty if their ids say nothing of it."""
    mine, theirs = own.get("message-id", ""), other.get("message-id", "")
    if mine and mine in _ids(other)[:_MAX_IDS] and mine != theirs:
        return "answers"
    if theirs and theirs in _ids(own) and mine != theirs:
        return "answered"
    if mine and mine == theirs:
        return "same"
    return "thread" if set(_before(own)) & set(_before(other)) else ""


def _before(values: dict[str, str]) -> Sequence[str]:
    return [one for name in ("in-reply-to", "references") for one in values.get(name, "").split()]
