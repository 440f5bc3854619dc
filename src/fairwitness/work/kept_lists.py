"""Lists that are kept in a case: a name, a set-up and rows, each as people left it (docs/decisions/130).

Nothing here is edited: each change is a judgement about `list:` and 16 hex digits, and the old ones stay.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, FairwitnessError, NotFound
from fairwitness.core.lists import List, list_from_bytes, list_to_bytes
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.setup import Setup, parse_setup
from fairwitness.work.heads import heads, judge_over, when
from fairwitness.work.judging import MAX_LABEL_CHARS, MAX_TEXT_CHARS, BadMark, signature, tag_name

LIST = "list:"
NAME, SETUP, ROWS = "name", "setup", "rows"


class ListChanged(FairwitnessError):
    """Somebody else changed the list in the meantime."""

    code = "list_changed"
    advice = "Look at the list as it is now, and change that."


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list of the case.

    `id` is 16 hex digits, `setup` the text of its TOML file, `rows` the digest of the object that holds its rows
    (`fairwitness.core.lists`), empty where none were made yet. `by` began it, `at` (seconds since 1970). `version` is
    another one after each change. `conflicts` names those of name, setup and rows on which two copies of the case went
    different ways; until somebody decides, what was said last counts.
    """

    id: str
    name: str
    setup: str
    rows: str
    by: str
    at: int
    version: str
    conflicts: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What judgements about the list are about."""
        return LIST + self.id

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = asdict(self)
        return {"list": plain.pop("id")} | plain | {"conflicts": list(self.conflicts)}


def begin_list(case: Case, name: str, setup: str, by: str) -> KeptList:
    """A new list is in the case; it has no rows yet.

    Raises:
        BadMark: if the name cannot be kept.
        BadSetup: if the set-up cannot be used; the message has the line and the key.
        BadSignature: if nobody can sign with `by`.
    """
    about = LIST + secrets.token_hex(8)
    answers = {NAME: _name(name)} | ({SETUP: _setup(setup)} if setup else {})
    _change(case, about, answers, signature(by))
    return kept_list(case, about.removeprefix(LIST))


def lists_of(case: Case) -> list[KeptList]:
    """Every list of the case, in the order of the seconds in which they were begun."""
    acts: dict[str, list[Judgement]] = {}
    for judgement in case.queries.judgements_beginning(LIST):
        acts.setdefault(judgement.about, []).append(judgement)
    begun = sorted(acts.items(), key=lambda one: (min(map(when, one[1])), one[0]))
    return [_kept(about, judgements) for about, judgements in begun]


def kept_list(case: Case, beginning: str) -> KeptList:
    """The one list whose id begins so, or which has that name.

    Raises:
        NotFound: if there is none, or more than one.
    """
    every = lists_of(case)
    found = [one for one in every if one.id.startswith(beginning)] if beginning else []
    found = found or [one for one in every if one.name == beginning]
    if len(found) != 1:
        raise NotFound("No list, or more than one, begins so.", advice="Run: fairwitness lists CASE")
    return found[0]


def change_list(
    case: Case,
    beginning: str,
    by: str,
    *,
    name: str | None = None,
    setup: str | None = None,
    rows: List | None = None,
    version: str = "",
) -> KeptList:
    """The list as it is after the change; None leaves a part as it is.

    What is given counts instead of all that was said before, so it settles a conflict too. `version` is that of the
    list which the change was made to, empty for whatever there is.

    Raises:
        ListChanged: if the list is another by now.
        BadMark, BadSetup, BadSignature, NotFound: as for `begin_list` and `kept_list`.
    """
    old, signed = kept_list(case, beginning), signature(by)
    answers = {NAME: _name(name)} if name is not None else {}
    answers |= {SETUP: _setup(setup)} if setup is not None else {}
    answers |= {ROWS: _put(case, list_to_bytes(rows))} if rows is not None else {}
    _change(case, old.about, answers, signed, version)
    return kept_list(case, old.id)


def settle(case: Case, beginning: str, what: str, by: str) -> KeptList:
    """The list with what counts now of its name, set-up or rows, said anew in place of all that copies said of it.

    Raises:
        BadMark: if a list has no such part.
        BadSignature, NotFound: as for `begin_list` and `kept_list`.
    """
    old, signed = kept_list(case, beginning), signature(by)
    now = {NAME: old.name, SETUP: old.setup, ROWS: old.rows}
    if what not in now:
        raise BadMark("A list has no such part.", advice=f"It is one of: {', '.join(now)}.")
    _change(case, old.about, {what: now[what]}, signed)
    return kept_list(case, old.id)


def list_data(case: Case, kept: KeptList) -> List:
    """The rows of the list; one without columns where none were made yet.

    Raises:
        NotFound: if the object that holds them is not there.
        CaseError: if it holds something else.
    """
    if not kept.rows:
        return List((), ())
    with case.objects.open(kept.rows) as file:
        raw = file.read()
    try:
        if hashlib.sha256(raw).hexdigest() != kept.rows:
            raise ValueError("other bytes")
        return list_from_bytes(raw)
    except ValueError:
        raise CaseError("The rows of this list are damaged.", advice="Run: fairwitness verify CASE") from None


def setup_of(kept: KeptList) -> Setup:
    """The set-up of the list as its text says; an empty one where there is none, or none that can be read.

    What this program keeps it has read before; a newer one may know keys that this one does not.
    """
    try:
        return parse_setup(kept.setup) if kept.setup else Setup()
    except BadSetup:
        return Setup()


def counting(case: Case, kept: KeptList, what: str) -> list[Judgement]:
    """The judgements on that question about the list that count, in the order of time; none where withdrawn."""
    return [one for one in heads(case.queries.judgements(what, kept.about)) if one.value]


def _change(case: Case, about: str, answers: dict[str, str], by: str, version: str = "") -> None:
    with case.marking() as changes:
        if version and version != _version(heads(changes.judgements(about))):
            raise ListChanged("Somebody changed this list in the meantime.")
        for what, value in answers.items():
            over = heads(changes.judgements(about, what))
            if [one.value for one in over] != [value]:
                judge_over(changes, about, what, value, by, over)
    extend_log(case)


def _put(case: Case, data: bytes) -> str:
    try:
        return case.objects.put(data)
    except FileNotFoundError:  # another process has just begun to write to the case, and tidied up before
        return case.objects.put(data)


def _kept(about: str, judgements: list[Judgement]) -> KeptList:
    by_what: dict[str, list[Judgement]] = {NAME: [], SETUP: [], ROWS: []}
    for one in judgements:
        if one.what in by_what:
            by_what[one.what].append(one)
    counts = {what: heads(said) for what, said in by_what.items()}
    begun = [one for one in by_what[NAME] if not one.replaces] or judgements
    first = min(begun, key=when)
    return KeptList(
        id=about.removeprefix(LIST),
        name=_last(counts[NAME]),
        setup=_last(counts[SETUP]),
        rows=_last(counts[ROWS]),
        by=first.by,
        at=first.at,
        version=_version(heads(judgements)),
        conflicts=tuple(what for what, said in counts.items() if len({one.value for one in said}) > 1),
    )


def _last(said: list[Judgement]) -> str:
    return said[-1].value if said else ""


def _version(counting_now: Iterable[Judgement]) -> str:
    return hashlib.sha256("".join(sorted(one.id for one in counting_now)).encode()).hexdigest()[:16]


def _name(name: str) -> str:
    try:
        return tag_name(name)
    except BadMark:
        advice = f"A list has a name of 1 to {MAX_LABEL_CHARS} characters that can be seen."
        raise BadMark("That cannot be the name of a list.", advice=advice) from None


def _setup(setup: str) -> str:
    if len(setup) > MAX_TEXT_CHARS or "\0" in setup:
        raise BadMark("The set-up is too long, or no text.", advice=f"It has at most {MAX_TEXT_CHARS:,} characters.")
    plain = setup.replace("\r\n", "\n")
    if plain:
        parse_setup(plain)
    return plain
