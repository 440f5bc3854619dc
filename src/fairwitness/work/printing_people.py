"""Plain lines for people about people: handles, where consent stands, what may leave. No name is ever printed."""

from __future__ import annotations

from collections.abc import Sequence

from fairwitness.publish.people import why_withheld
from fairwitness.work.people import Person
from fairwitness.work.people_releases import PeopleTask


def person(one: Person) -> str:
    """One handle on a few lines."""
    consent = one.standing.consent
    where = f"row {one.row} of list {one.list_id}" if one.list_id else " ".join(one.cites)
    lines = [f"{one.id}  age at the date of the document: {one.age}", f"  {where}", f"  consent: {consent.state}"]
    if consent.state == "given":
        lines[-1] += f" for {', '.join(consent.scope)}, {consent.date}, noted by {consent.by}"
    for name, free in one.released().items():
        lines.append(f"  {name}: may leave ({free.basis}), signed by {' and '.join(free.signers)}")
    for name in sorted({*one.standing.signatures, *consent.scope}):
        why = why_withheld(one.standing, name, one.age)
        if why:
            lines.append(f"  {name}: withheld ({why})")
    return "\n".join(lines)


def everybody(found: Sequence[Person]) -> str:
    """All handles; what is not told is withheld."""
    told = [person(one) for one in found]
    return "\n".join([*told, "Every personal field that is not named here is withheld."])


def tasks(found: Sequence[PeopleTask]) -> str:
    """What has to be taken back, one a line."""
    if not found:
        return "Nothing that was published has to be taken back."
    return "\n".join(f"{one.release}  {one.person} {one.field}: {one.why}; take it back where you can" for one in found)
