"""Commands about people named in documents: who agreed to what, what may leave, and what has to be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import Commands, case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.marking import by_option
from fairwitness.publish.people import BASES, CHILD_BASES, TRANSITIONS, Basis, ConsentState
from fairwitness.work import printing_people
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk
from fairwitness.work.people import (
    Person,
    add_person,
    date_list,
    people_of,
    person,
    person_of_row,
    set_consent,
    sign_field,
    take_back,
)
from fairwitness.work.people_ages import ages_in, ages_of, row_of
from fairwitness.work.people_releases import finish_task, tasks_of

person_argument = click.argument("name", metavar="PERSON")


@click.group(
    "people",
    cls=Commands,
    commands_at={
        "list": "people:list_command",
        "show": "people:show",
        "add": "people:add",
        "dated": "people:dated",
        "consent": "people:consent",
        "sign": "people:sign",
        "unsign": "people:unsign",
        "tasks": "people:tasks",
        "done": "people:done",
    },
)
def people_group() -> None:
    """Say what of the people named in documents may leave, and what must be taken back (docs/people.md)."""


@click.command("list")
@case_argument
@json_option
@tells_errors
def list_command(case: Path, as_json: bool) -> None:
    """Everybody about whom somebody decided something, as handles."""
    with reading_case(case) as opened:
        found = people_of(opened, ages_of(opened))
    if as_json:
        print_json({"people": [one.as_json() for one in found]})
    else:
        click.echo(printing_people.everybody(found))


@click.command("show")
@case_argument
@person_argument
@json_option
@tells_errors
def show(case: Path, name: str, as_json: bool) -> None:
    """Where consent of PERSON (the beginning of a handle, or LIST:ROW) stands, and what may leave."""
    with reading_case(case) as opened:
        handle, row = _handle(opened, name)
        known = {one.id for one in people_of(opened)}
        if row is not None and handle not in known:
            ages = ages_in(opened, Desk(opened, kept_list(opened, row[0])), {row[1]})
            found = Person(handle, (), ages[handle], *row)
        else:
            found = person(opened, handle, ages_of(opened))
    _tell(found, as_json)


@click.command("add")
@case_argument
@click.option("--cite", "cites", multiple=True, required=True, help="Where the person is named; may be repeated.")
@by_option
@json_option
@tells_errors
def add(case: Path, cites: tuple[str, ...], by: str, as_json: bool) -> None:
    """A handle for somebody who is named at these places and stands in no list."""
    with reading_case(case) as opened:
        found = person(opened, add_person(opened, cites, by))
    _tell(found, as_json)


@click.command("dated")
@case_argument
@click.argument("name", metavar="LIST")
@click.argument("day")
@by_option
@json_option
@tells_errors
def dated(case: Path, name: str, day: str, by: str, as_json: bool) -> None:
    """LIST was drawn up on that DAY (ISO), month or year: so it can be said who was a child then."""
    with reading_case(case) as opened:
        kept = kept_list(opened, name)
        date_list(opened, kept.id, day, by)
        ages = ages_in(opened, Desk(opened, kept))
    counts = {age: list(ages.values()).count(age) for age in ("adult", "child", "unknown")}
    if as_json:
        print_json({"list": kept.id, "dated": day, "ages": counts})
    else:
        click.echo(f"Rows by age at that date: {', '.join(f'{age} {count}' for age, count in counts.items())}.")


@click.command("consent")
@case_argument
@person_argument
@click.argument("state", type=click.Choice([one for one in TRANSITIONS if one != "unknown"]))
@click.option("--field", "scope", multiple=True, help="A field that consent is given for; may be repeated.")
@click.option("--channel", default="", help="The way by which it came: a sort of way, never who.")
@click.option("--date", "day", default="", metavar="DAY", help="When it was given (ISO).")
@by_option
@json_option
@tells_errors
def consent(
    case: Path, name: str, state: str, scope: tuple[str, ...], channel: str, day: str, by: str, as_json: bool
) -> None:
    """Note that PERSON was asked, has given consent, or has withdrawn it."""
    with reading_case(case) as opened:
        handle, row = _handle(opened, name)
        set_consent(opened, handle, cast(ConsentState, state), by, scope=scope, channel=channel, day=day, row=row)
        found = person(opened, handle, ages_of(opened))
        open_tasks = [one for one in tasks_of(opened) if one.person == found.id]
    _tell(found, as_json)
    if open_tasks and not as_json:
        click.echo(printing_people.tasks(open_tasks))


@click.command("sign")
@case_argument
@person_argument
@click.argument("field")
@click.option("--basis", type=click.Choice(list(BASES)), required=True, help="Why it may leave.")
@click.option("--child-basis", type=click.Choice(list(CHILD_BASES)), help="Why, of a child or of unknown age.")
@click.option("--note", default="", help="The interest that overrides, written down.")
@by_option
@json_option
@tells_errors
def sign(
    case: Path, name: str, field: str, basis: str, child_basis: str | None, note: str, by: str, as_json: bool
) -> None:
    """Say that FIELD of PERSON may leave. It does when somebody else says so too, on the same basis."""
    with reading_case(case) as opened:
        handle, row = _handle(opened, name)
        sign_field(opened, handle, field, cast(Basis, basis), by, child=child_basis or "", note=note, row=row)
        found = person(opened, handle, ages_of(opened))
    _tell(found, as_json)


@click.command("unsign")
@case_argument
@person_argument
@click.argument("field")
@by_option
@json_option
@tells_errors
def unsign(case: Path, name: str, field: str, by: str, as_json: bool) -> None:
    """Take back your own signature under FIELD of PERSON."""
    with reading_case(case) as opened:
        handle, _ = _handle(opened, name)
        take_back(opened, person(opened, handle).id, field, by)
        found = person(opened, handle, ages_of(opened))
    _tell(found, as_json)


@click.command("tasks")
@case_argument
@json_option
@tells_errors
def tasks(case: Path, as_json: bool) -> None:
    """What stands in a release and may leave no more: to be taken back."""
    with reading_case(case) as opened:
        found = tasks_of(opened)
    if as_json:
        print_json({"tasks": [one.as_json() for one in found]})
    else:
        click.echo(printing_people.tasks(found))


@click.command("done")
@case_argument
@click.argument("release")
@person_argument
@click.argument("field")
@by_option
@json_option
@tells_errors
def done(case: Path, release: str, name: str, field: str, by: str, as_json: bool) -> None:
    """Say that FIELD of PERSON was taken back from RELEASE, as far as that is possible."""
    with reading_case(case) as opened:
        finish_task(opened, release, person(opened, _handle(opened, name)[0]).id, field, by)
        found = tasks_of(opened)
    if as_json:
        print_json({"tasks": [one.as_json() for one in found]})
    else:
        click.echo(printing_people.tasks(found))


def _handle(case: Case, name: str) -> tuple[str, tuple[str, str] | None]:
    """The handle, and the list and row that it is where LIST:ROW was given."""
    beginning, sign, number = name.rpartition(":")
    if not sign or not number.isdigit():
        return person(case, name).id, None
    kept = kept_list(case, beginning)
    row = row_of(Desk(case, kept), int(number)).id
    return person_of_row(kept.id, row), (kept.id, row)


def _tell(found: Person, as_json: bool) -> None:
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_people.person(found))
