"""What of a person may leave: nothing, until two people have said why, and nothing any more once consent is withdrawn.

A person here is a handle inside one case: no name, no profile, no look-up. What people did about it are acts; what may
leave follows from them alone, so that the same acts always give the same answer. Bases and the order of consent follow
the ICRC Handbook on Data Protection in Humanitarian Action (3rd ed., 2024) and what newsrooms do (docs/people.md).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from fairwitness.publish.source_marks_text import LOOKS_LIKE_LATIN

Basis = Literal["consented", "already_public", "public_official", "deceased", "public_interest"]
BASES: Mapping[Basis, str] = {
    "consented": "the person, or who may speak for them, agreed to it",
    "already_public": "the person or the family made it public before, of their own will",
    "public_official": "it concerns the acts in office of somebody who holds it",
    "deceased": "the person has died, and the family agreed",
    "public_interest": "an overriding public interest, written down",
}
ChildBasis = Literal["known_adult", "guardian_consented", "adult_now_consented", "public_interest"]
CHILD_BASES: Mapping[ChildBasis, str] = {
    "known_adult": "both know that the person was of age; only where the document does not say",
    "guardian_consented": "who cares for the child agreed, and the child was heard",
    "adult_now_consented": "the person is of age today, and agreed",
    "public_interest": "an overriding public interest, written down",
}
ConsentState = Literal["unknown", "asked", "given", "withdrawn"]
TRANSITIONS: Mapping[ConsentState, frozenset[ConsentState]] = {
    "unknown": frozenset({"asked", "withdrawn"}),
    "asked": frozenset({"given", "withdrawn"}),
    "given": frozenset({"withdrawn"}),
    "withdrawn": frozenset({"asked"}),
}
"""A withdrawal can come at any time, also from somebody whom nobody asked."""
Age = Literal["adult", "child", "unknown"]
OF_AGE = 18
SIGNERS = 2


@dataclass(frozen=True, slots=True)
class Consent:
    """Where consent stands: for which fields (`scope`), by which way it came, on which day (ISO), and who noted it."""

    state: ConsentState = "unknown"
    scope: tuple[str, ...] = ()
    channel: str = ""
    date: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody says that a field may leave, and why; `id` names the judgement. An empty basis takes it back."""

    field: str
    by: str
    basis: Basis | Literal[""]
    child: ChildBasis | Literal[""] = ""
    note: str = ""
    id: str = ""


Act = Consent | Signature


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from the acts about one person: consent, and by field the signatures that count.

    `withdrawals` counts how often consent was withdrawn: each of them closed everything that was signed before.
    """

    consent: Consent = Consent()
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    withdrawals: int = 0


@dataclass(frozen=True, slots=True)
class Released:
    """A field that may leave, on which basis, and who signed."""

    basis: Basis
    child: ChildBasis | Literal[""]
    signers: tuple[str, ...]


def standing_of(acts: Iterable[Act]) -> Standing:
    """What counts after these acts, in their order; one that was not possible when it was done counts for nothing."""
    consent, withdrawals = Consent(), 0
    signed: dict[str, dict[str, Signature]] = {}
    for act in acts:
        if isinstance(act, Consent):
            if act.state not in TRANSITIONS[consent.state]:
                continue
            consent = act
            if act.state == "withdrawn":
                withdrawals += 1
                signed.clear()
            continue
        own = signed.setdefault(act.field, {})
        own.pop(hand_of(act.by), None)
        if act.basis and hand_of(act.by) and _is_possible(act, consent):
            own[hand_of(act.by)] = act
    counting = {name: tuple(own.values()) for name, own in signed.items() if own}
    return Standing(consent, counting, withdrawals)


def _is_possible(act: Signature, consent: Consent) -> bool:
    if act.basis not in BASES or act.child not in (*CHILD_BASES, ""):
        return False
    if "public_interest" in (act.basis, act.child) and not act.note.strip():
        return False
    return act.basis != "consented" or (consent.state == "given" and act.field in consent.scope)


def hand_of(pseudonym: str) -> str:
    """The same for pseudonyms that a reader would take for one: capital letters, blanks, dots and look-alikes aside."""
    plain = unicodedata.normalize("NFKC", pseudonym).casefold()
    latin = "".join(LOOKS_LIKE_LATIN.get(char, char) for char in plain)
    return "".join(char for char in unicodedata.normalize("NFKD", latin) if char.isalnum())


def released(standing: Standing, name: str, age: Age) -> Released | None:
    """On which basis the field may leave; None where it is withheld.

    Two different people must have signed the same basis, and of a child, or of somebody whose age nobody knows, the
    same basis for that as well.
    """
    by_basis: dict[tuple[Basis, ChildBasis | Literal[""]], list[str]] = {}
    for one in standing.signatures.get(name, ()):
        if one.basis and not _fails_age(one.child, age):
            by_basis.setdefault((one.basis, one.child), []).append(one.by)
    for (basis, child), signers in sorted(by_basis.items()):
        is_given = standing.consent.state == "given" and name in standing.consent.scope
        if len({hand_of(one) for one in signers}) >= SIGNERS and (basis != "consented" or is_given):
            return Released(basis, child, tuple(signers))
    return None


def _fails_age(child: ChildBasis | Literal[""], age: Age) -> bool:
    return age != "adult" and (not child or (age == "child" and child == "known_adult"))


def closings(acts: Sequence[Act], name: str, age: Age) -> int:
    """How often the field could leave and then could no more."""
    states = [released(standing_of(acts[:end]), name, age) is not None for end in range(len(acts) + 1)]
    return sum(before and not after for before, after in pairwise(states))


def why_withheld(standing: Standing, name: str, age: Age) -> str:
    """What is missing before the field may leave; empty where nothing is."""
    if released(standing, name, age) is not None:
        return ""
    signatures = standing.signatures.get(name, ())
    if standing.consent.state == "withdrawn" and not signatures:
        return "consent was withdrawn"
    if not signatures:
        return "nobody has signed"
    if all(_fails_age(one.child, age) for one in signatures):
        return "a child" if age == "child" else "the age is not known"
    if len({hand_of(one.by) for one in signatures}) < SIGNERS:
        return "one person has signed"
    return "those who signed gave different bases"


def age_at(born: tuple[date, date] | None, dated: str) -> Age:
    """Whether somebody was of age at the date of a document (ISO; a day, a month or a year; empty: not known).

    `born` is the first and the last day that the birth can have been on. Who may have been a child is one.
    """
    if born is None or not dated:
        return "unknown"
    year, month, day = (*(int(part) for part in dated.split("-")), 1, 1)[:3]
    last = born[1]
    came_of_age = (last.year + OF_AGE, last.month, last.day)
    return "adult" if came_of_age <= (year, month, day) else "child"


def published_id(key: bytes, person: str) -> str:
    """The name of a person in one publication: HMAC-SHA-256 under its key, cut to 128 bits, of the handle in the case.

    Another publication has another key, so nobody can join two of them by it, and nobody without the key can try names.
    """
    said = f"fairwitness person 1\n{person}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:32]
