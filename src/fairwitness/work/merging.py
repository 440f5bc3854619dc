"""Brings what people said of lists in another copy of a case into this one (docs/decisions/144).

A merge is the union of two sets of judgements: nothing is overwritten, nothing decided. What a list and its cells
hold follows from the set (`fairwitness.work.heads`), so it does not matter who merges whom, or how often. Where the
copies say different things, the cell waits for a third person, and the list says which of its parts are in conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.case.changes import Changes
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.work.cell_entries import CELL
from fairwitness.work.entering import cell_of
from fairwitness.work.judging import signature
from fairwitness.work.kept_lists import LIST, NAME, ROWS, lists_of
from fairwitness.work.keying import Desk
from fairwitness.work.other_copy import DamagedCopy, OtherCopy, read_copy, rows_of_copy

_DOCUMENT = 16  # hex digits of a document in the name of a cell


class OtherCase(FairwitnessError):
    """The lists of the copy are about documents that are not in this case."""

    code = "other_case"
    advice = "Open the same leak in both, or name a copy of this case."


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought.

    `judgements` is how many are new here, `lists` the ids of those with something new. `waiting` is how many cells wait
    for a third person now and did not before; `conflicts` names lists with the parts on which the copies went different
    ways. `beside` judgements of the copy are about other things (marks, findings) and stay there. `same_case`: the copy
    and this case were one once.
    """

    judgements: int
    lists: tuple[str, ...]
    waiting: int
    conflicts: tuple[tuple[str, str], ...]
    beside: int
    same_case: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        conflicts = [{"list": name, "part": part} for name, part in self.conflicts]
        return asdict(self) | {"lists": list(self.lists), "conflicts": conflicts}


def merge(case: Case, other: Path, by: str) -> Merged:
    """This case holds what people said of lists in the copy in the folder `other`, which is left as it is.

    Raises:
        BadSignature: if nobody can sign with `by`.
        CaseError: if there is no case, or one that cannot be read now.
        DamagedCopy: if anything in the copy is not as it must be; nothing of it was taken then.
        OtherCase: if its lists are about documents that are not here.
    """
    signed, copy = signature(by), read_copy(case, other)
    before = _waiting(case)
    objects = _objects(case, copy)
    _check_documents(case, copy)
    if {_list_of(one) for one in copy.judgements} - {one.id for one in lists_of(case)} - _begun(copy):
        raise DamagedCopy("An entry in the copy is about a list that nobody began.")
    with case.marking() as changes:
        new = _new(changes, copy.judgements)
        _check_chains(changes, new)
        for raw in objects.values():
            case.objects.put(raw)
        changes.add_judgements(new)
        if new:
            changes.add_event("merge", _told(copy, new, signed))
    extend_log(case)
    touched = tuple(sorted({_list_of(one) for one in new}))
    conflicts = tuple((one.id, part) for one in lists_of(case) for part in one.conflicts if one.id in touched)
    waiting = _waiting(case) - before
    return Merged(len(new), touched, len(waiting), conflicts, copy.beside, copy.log == case.log_name)


def _begun(copy: OtherCopy) -> set[str]:
    return {_list_of(one) for one in copy.judgements if one.about.startswith(LIST) and one.what == NAME}


def _objects(case: Case, copy: OtherCopy) -> Mapping[str, bytes]:
    """The rows that judgements of the copy name and this case has not, all of them sound."""
    named = {one.value for one in copy.judgements if one.what == ROWS and one.about.startswith(LIST) and one.value}
    found = {}
    for digest in sorted(named):
        if not case.objects.has(digest):
            found[digest], rows = rows_of_copy(copy, digest)
            _check_rows(case, {row.document for row in rows.rows} | {page[0] for page in rows.pages})
    return found


def _check_rows(case: Case, documents: Iterable[str]) -> None:
    for digest in documents:
        try:
            case.queries.document_starting(digest if digest.isalnum() else "?")
        except NotFound:
            raise OtherCase("A list of the copy is about a document that is not in this case.") from None


def _check_documents(case: Case, copy: OtherCopy) -> None:
    names = (cell_of(one.about) for one in copy.judgements if one.about.startswith(CELL))
    _check_rows(case, {name[:_DOCUMENT] for name in names})


def _new(changes: Changes, judgements: Iterable[Judgement]) -> list[Judgement]:
    every = {one.id: one for one in judgements}
    known = changes.known_judgements(every)
    return [one for name, one in every.items() if name not in known]


def _check_chains(changes: Changes, new: list[Judgement]) -> None:
    """What a new judgement replaces is there, and answers the same question about the same thing."""
    there = {one.id: (one.about, one.what) for one in new}
    named = {name for one in new for name in one.replaces.split()} - set(there)
    there |= changes.known_judgements(named)
    for one in new:
        if any(there.get(name) != (one.about, one.what) for name in one.replaces.split()):
            raise DamagedCopy("A judgement in the copy replaces one that is not there, or about something else.")


def _told(copy: OtherCopy, new: list[Judgement], by: str) -> dict[str, Any]:
    point = copy.checkpoint
    told = {"size": point.size, "root": point.root.hex()} if point is not None else {"size": 0, "root": ""}
    return {"log": copy.log, "judgements": len(new), "by": by} | told


def _list_of(one: Judgement) -> str:
    return one.about.split(":")[1]


def _waiting(case: Case) -> set[tuple[str, str]]:
    """The cells, each with its list, that wait for a third person."""
    found: set[tuple[str, str]] = set()
    for kept in lists_of(case):
        desk = Desk(case, kept)
        found |= {(kept.id, name) for name in desk.cells if desk.state(name).status in ("differs", "conflict")}
    return found
