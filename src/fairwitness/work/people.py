"""People named in documents: what of each may leave, who agreed, and what a withdrawal asks of those who published.

A person is a handle: a row of one list, or places that somebody cited. Nothing is kept of anybody but that handle, what
was decided about it, and by whom; two lists are never held against one another, and nobody is looked up.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.cite import parse_any_cite
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.people import (
    BASES,
    CHILD_BASES,
    TRANSITIONS,
    Act,
    Age,
    Basis,
    ChildBasis,
    Consent,
    ConsentState,
    Released,
    Signature,
    Standing,
    released,
    standing_of,
    why_withheld,
)
from fairwitness.work.judging import judge_one, signature, written_text

PERSON, _DATED = "person:", "person-list:"
_CONSENT, _SIGN, _ROW, _CITES = "consent", "sign:", "row", "cites"
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class BadConsent(FairwitnessError):
    """Consent cannot go that way."""

    code = "bad_consent"
    advice = "unknown -> asked -> given (for fields, by a channel, on a day) -> withdrawn, which may come at any time."


class BadRelease(FairwitnessError):
    """A field cannot be signed for in that way."""

    code = "bad_release"


@dataclass(frozen=True, slots=True)
class Person:
    """A handle with the acts about it, in their order, and what follows from them.

    `list_id` and `row` name the row that it is, `cites` the places of one that is in no list. `age` is that at the date
    of the document.
    """

    id: str
    acts: tuple[Act, ...] = ()
    age: Age = "unknown"
    list_id: str = ""
    row: str = ""
    cites: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        """Consent and the signatures that count."""
        return standing_of(self.acts)

    def released(self) -> dict[str, Released]:
        """The fields that may leave, each with its basis."""
        found = {name: released(self.standing, name, self.age) for name in self.standing.signatures}
        return {name: one for name, one in sorted(found.items()) if one is not None}

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        consent = asdict(self.standing.consent)
        return {
            "person": self.id,
            "list": self.list_id,
            "row": self.row,
            "cites": list(self.cites),
            "age": self.age,
            "consent": consent | {"scope": list(consent["scope"])},
            "withdrawals": self.standing.withdrawals,
            "released": {name: asdict(one) | {"signers": list(one.signers)} for name, one in self.released().items()},
            "withheld": {
                name: why
                for name in sorted({*self.standing.signatures, *self.standing.consent.scope})
                if (why := why_withheld(self.standing, name, self.age))
            },
        }


# --- handles ------------------------------------------------------------------------------------------------------


def person_of_row(list_id: str, row: str) -> str:
    """The handle of a row of a list; `row` is its cite. It says nothing to anybody who has not the list."""
    return hashlib.sha256(f"fairwitness handle 1\n{list_id}\n{row}".encode()).hexdigest()[:16]


def add_person(case: Case, cites: Sequence[str], by: str) -> str:
    """A new handle for somebody who is named at these places and stands in no list.

    Raises:
        BadCite, NotFound: if one is no cite of this case.
        BadSignature: if nobody can sign with `by`.
    """
    if not cites:
        raise BadRelease("A person needs a place.", advice="Give at least one cite.")
    for cite in cites:
        case.queries.document_starting(parse_any_cite(cite).document)
    handle = secrets.token_hex(8)
    judge_all(case, PERSON + handle, {_CITES: " ".join(cites)}, by)
    return handle


def person(case: Case, beginning: str, ages: Mapping[str, Age] | None = None) -> Person:
    """The person whose handle begins so.

    Raises:
        NotFound: if there is none, or more than one.
    """
    found = [one for one in people_of(case, ages) if one.id.startswith(beginning)] if beginning else []
    if len(found) != 1:
        raise NotFound("No person, or more than one, begins so.", advice="Run: fairwitness people list CASE")
    return found[0]


def people_of(case: Case, ages: Mapping[str, Age] | None = None) -> list[Person]:
    """Everybody about whom somebody did something, by handle; `ages` as `fairwitness.work.people_ages` finds them."""
    acts: dict[str, list[Judgement]] = {}
    for judgement in case.queries.judgements_beginning(PERSON):
        acts.setdefault(judgement.about.removeprefix(PERSON), []).append(judgement)
    return [_person(handle, told, (ages or {}).get(handle, "unknown")) for handle, told in sorted(acts.items())]


def _person(handle: str, told: Sequence[Judgement], age: Age) -> Person:
    ordered = sorted(told, key=lambda one: one.seq)
    last = {one.what: one.value for one in ordered}
    list_id, _, row = last.get(_ROW, "").partition(" ")
    if person_of_row(list_id, row) != handle:  # somebody wrote another row beside a handle
        list_id = row = ""
    cites = tuple(last.get(_CITES, "").split())
    return Person(handle, tuple(_acts(ordered)), age, list_id, row, cites or ((row,) if row else ()))


def _acts(ordered: Iterable[Judgement]) -> Iterator[Act]:
    """Yield what the judgements say; those that are none of ours, or signed in the name of others, say nothing."""
    for one in ordered:
        try:
            if one.what == _CONSENT:
                plain = json.loads(one.value)
                scope = tuple(str(name) for name in plain["scope"])
                if plain["state"] in TRANSITIONS:
                    yield Consent(plain["state"], scope, str(plain["channel"]), str(plain["date"]), one.by)
            elif one.what.startswith(_SIGN):
                name, _, by = one.what.removeprefix(_SIGN).partition(":")
                plain = json.loads(one.value) if one.value else {"basis": "", "child": "", "note": ""}
                if by == one.by:
                    yield _signature(name, by, plain, one.id)
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def _signature(name: str, by: str, plain: Mapping[str, Any], judgement: str) -> Signature:
    basis, child = str(plain["basis"]), str(plain["child"])
    if basis not in (*BASES, "") or child not in (*CHILD_BASES, ""):
        raise ValueError("no basis of ours")
    return Signature(name, by, cast(Basis, basis), cast(ChildBasis, child), str(plain["note"]), judgement)


# --- what people do -----------------------------------------------------------------------------------------------


def set_consent(
    case: Case,
    handle: str,
    state: ConsentState,
    by: str,
    *,
    scope: Sequence[str] = (),
    channel: str = "",
    day: str = "",
    row: tuple[str, str] | None = None,
) -> Person:
    """Consent stands so from now on; a withdrawal closes everything that was signed before.

    Given consent names the fields, the way by which it came (not who), and the day. `row` is list and row of a handle
    about which nobody did anything yet.

    Raises:
        BadConsent: if it cannot go that way from where it stands, or something is missing.
        BadSignature: if nobody can sign with `by`.
    """
    if state == "given" and not (scope and channel.strip() and _is_day(day)):
        raise BadConsent("Given consent needs fields, a channel and a day.")
    if not all(_FIELD.fullmatch(name) for name in scope):
        raise BadConsent("Fields are named as the columns of lists are.")
    value = {"state": state, "scope": sorted(set(scope)), "channel": written_text(channel), "date": day}

    def check(standing: Standing) -> None:
        if state not in TRANSITIONS[standing.consent.state]:
            raise BadConsent(f"Consent cannot go from {standing.consent.state} to {state}.")

    return _act(case, handle, _CONSENT, lambda: value, by, row, check)


def sign_field(
    case: Case,
    handle: str,
    field: str,
    basis: Basis,
    by: str,
    *,
    child: ChildBasis | str = "",
    note: str = "",
    row: tuple[str, str] | None = None,
) -> Person:
    """`by` says that the field may leave, and why. It leaves only when somebody else says so too.

    Raises:
        BadRelease: if there is no such basis or field, consent does not cover it, or an interest is not written down.
        BadSignature: if nobody can sign with `by`.
    """
    if not _FIELD.fullmatch(field):
        raise BadRelease("Fields are named as the columns of lists are.")
    if basis not in BASES or child not in (*CHILD_BASES, ""):
        raise BadRelease(
            "There is no such basis.", advice=f"Bases: {', '.join(BASES)}; of a child: {', '.join(CHILD_BASES)}."
        )
    if "public_interest" in (basis, child) and not note.strip():
        raise BadRelease("A public interest that overrides has to be written down.", advice="Give --note.")
    value: dict[str, Any] = {"basis": basis, "child": child, "note": written_text(note)}

    def check(standing: Standing) -> None:
        if basis == "consented" and not (standing.consent.state == "given" and field in standing.consent.scope):
            raise BadRelease(
                "Nobody has given consent to that field.", advice="Note it with: fairwitness people consent"
            )
        value["withdrawals"] = standing.withdrawals  # so that who signs again after one is heard again

    return _act(case, handle, f"{_SIGN}{field}:{signature(by)}", lambda: value, by, row, check)


def take_back(case: Case, handle: str, field: str, by: str) -> Person:
    """The own signature of `by` under the field counts no more.

    Raises:
        BadSignature: if nobody can sign with `by`.
    """
    return _act(case, handle, f"{_SIGN}{field}:{signature(by)}", dict, by, None, lambda _: None)


def _act(
    case: Case,
    handle: str,
    what: str,
    value: Callable[[], Mapping[str, Any]],
    by: str,
    row: tuple[str, str] | None,
    check: Callable[[Standing], None],
) -> Person:
    """The judgement is made where `check` finds it possible, within the transaction that it is made in."""
    signed = signature(by)
    about = PERSON + handle
    if row is not None and person_of_row(*row) != handle:
        raise NotFound("That row is not this person.")
    with case.marking() as changes:
        told = changes.judgements(about)
        if not told and row is None:
            raise NotFound("There is no such person.", advice="Run: fairwitness people list CASE")
        check(_person(handle, told, "unknown").standing)
        if row is not None:
            judge_one(changes, about, _ROW, " ".join(row), signed)
        plain = value()
        judge_one(changes, about, what, canonical_json(plain).decode() if plain else "", signed)
    extend_log(case)
    return person(case, handle)


def judge_all(case: Case, about: str, answers: Mapping[str, str], by: str) -> None:
    """The answers count from now on, and the log is closed."""
    signed = signature(by)
    with case.marking() as changes:
        for what, value in answers.items():
            judge_one(changes, about, what, value, signed)
    extend_log(case)


def date_list(case: Case, list_id: str, dated: str, by: str) -> None:
    """The list was drawn up on that day, in that month or year (ISO); from it follows who was a child then.

    Raises:
        BadConsent: if it is no date.
        BadSignature: if nobody can sign with `by`.
    """
    if dated and not _is_day(dated):
        raise BadConsent("That is no date.", advice="Write 2017-03-04, 2017-03 or 2017.")
    judge_all(case, _DATED + list_id, {"dated": dated}, by)


def date_of_list(case: Case, list_id: str) -> str:
    """When the list was drawn up, as somebody said; empty where nobody did."""
    told = list(case.queries.judgements("dated", _DATED + list_id))
    return told[-1].value if told else ""


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date(*(*(int(part) for part in text.split("-")), 1, 1)[:3])
    except ValueError:
        return False
    return True
