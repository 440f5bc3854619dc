"""What left of people, and what a withdrawal asks of those who published it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.publish.people import closings, why_withheld
from fairwitness.work.keying import Desk
from fairwitness.work.people import BadRelease, Person, judge_all, people_of, person
from fairwitness.work.people_ages import ages_in, ages_of

RELEASE = "release:"
_USED, _DONE = "used", "done:"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class NotReleased(FairwitnessError):
    """Something personal would leave that nobody, or not enough people, let go."""

    code = "not_released"
    advice = "Look at it with: fairwitness people show CASE PERSON"


@dataclass(frozen=True, slots=True)
class PeopleTask:
    """A release holds a field that may leave no more: somebody must take it back where that is possible."""

    release: str
    person: str
    field: str
    why: str

    def as_json(self) -> dict[str, str]:
        """Plain values."""
        return asdict(self)


def people_question(case: Case, used: Iterable[tuple[str, str]]) -> tuple[bool, str]:
    """Whether every field of every person in `used` (handle, field) may leave now, and why not."""
    known = {one.id: one for one in people_of(case, ages_of(case))}
    blocked = []
    count = 0
    for handle, name in sorted(set(used)):
        count += 1
        one = known.get(handle, Person(handle))
        why = why_withheld(one.standing, name, one.age)
        if why:
            blocked.append(f"{handle} {name} ({why})")
    if blocked:
        more = f" and {len(blocked) - 10} more" if len(blocked) > 10 else ""
        return False, f"Withheld, and in what leaves: {', '.join(blocked[:10])}{more}."
    return True, f"Personal fields in what leaves, each with a basis and two signatures: {count}."


def note_release(case: Case, release_id: str, used: Iterable[tuple[str, str]], by: str) -> None:
    """The release of that name holds these fields of these people (handle, field), so that a withdrawal finds it.

    Raises:
        NotReleased: if any of them may not leave.
        BadRelease: if it cannot be the name of a release.
        BadSignature: if nobody can sign with `by`.
    """
    if not _NAME.fullmatch(release_id):
        raise BadRelease("That cannot be the name of a release.", advice="Letters, figures, dots and strokes.")
    pairs = sorted({(handle, name) for handle, name in used})
    passed, why = people_question(case, pairs)
    if not passed:
        raise NotReleased(why)
    judge_all(case, RELEASE + release_id, {_USED: canonical_json([list(pair) for pair in pairs]).decode()}, by)


def releases_of(case: Case) -> dict[str, tuple[tuple[str, str], ...]]:
    """Everything that any version of each release held: what was public once stays a task."""
    found: dict[str, set[tuple[str, str]]] = {}
    for judgement in case.queries.judgements_beginning(RELEASE):
        if judgement.what == _USED:
            pairs = found.setdefault(judgement.about.removeprefix(RELEASE), set())
            pairs.update((str(handle), str(name)) for handle, name in json.loads(judgement.value or "[]"))
    return {name: tuple(sorted(pairs)) for name, pairs in sorted(found.items())}


def tasks_of(case: Case) -> list[PeopleTask]:
    """Every field that is in a release and may leave no more, and that nobody said was taken back."""
    known = {one.id: one for one in people_of(case, ages_of(case))}
    done = _done(case)
    tasks = []
    for release_id, pairs in releases_of(case).items():
        for handle, name in pairs:
            one = known.get(handle, Person(handle))
            why = why_withheld(one.standing, name, one.age)
            if why and done.get((release_id, handle, name)) != str(closings(one.acts, name, one.age)):
                tasks.append(PeopleTask(release_id, handle, name, why))
    return tasks


def finish_task(case: Case, release_id: str, handle: str, field: str, by: str) -> None:
    """Somebody says that the field was taken back from the release. A later withdrawal opens the task again.

    Raises:
        NotFound: if there is no such task.
        BadSignature: if nobody can sign with `by`.
    """
    if not any((one.release, one.person, one.field) == (release_id, handle, field) for one in tasks_of(case)):
        raise NotFound("There is no such task.", advice="Run: fairwitness people tasks CASE")
    one = person(case, handle, ages_of(case))
    times = closings(one.acts, field, one.age)
    judge_all(case, RELEASE + release_id, {f"{_DONE}{handle}:{field}": str(times)}, by)


def _done(case: Case) -> dict[tuple[str, str, str], str]:
    found = {}
    for judgement in case.queries.judgements_beginning(RELEASE):
        if judgement.what.startswith(_DONE):
            handle, _, name = judgement.what.removeprefix(_DONE).partition(":")
            found[judgement.about.removeprefix(RELEASE), handle, name] = judgement.value
    return found


def released_in(case: Case, desk: Desk) -> dict[str, tuple[str, frozenset[str]]]:
    """The rows of the list of which some field may leave: by the id of the row the handle and the fields."""
    told = {one.id: one for one in people_of(case) if one.list_id == desk.kept.id}
    ages = ages_in(case, desk, {one.row for one in told.values()})
    found = {}
    for one in people_of(case, ages):
        fields = frozenset(one.released()) if one.id in told else frozenset()
        if fields:
            found[one.row] = (one.id, fields)
    return found
