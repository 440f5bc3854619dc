"""Commands about what people entered of a list: progress, agreement, values, audit."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.lists import list_argument
from fairwitness.cli.marking import by_option
from fairwitness.work import printing_lists
from fairwitness.work.agreeing import SEED, agreement_of
from fairwitness.work.auditing import attach_audit, audit_of, begin_audit
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk
from fairwitness.work.list_values import values_of


@click.command("progress")
@case_argument
@list_argument
@json_option
@tells_errors
def progress(case: Path, name: str, as_json: bool) -> None:
    """How far LIST is: cells of each column that are open, agreed, different, decided; and who entered how many."""
    with reading_case(case) as opened:
        desk = Desk(opened, kept_list(opened, name))
        found, left = desk.progress(), desk.left_over()
    if as_json:
        columns = [column.as_json() for column in found.columns]
        print_json({"list": desk.kept.id, "columns": columns, "people": found.people, "left_over": left})
    else:
        click.echo(printing_lists.progress(found, left))


@click.command("agreement")
@case_argument
@list_argument
@click.option("--seed", type=int, default=SEED, show_default=True, help="Draws the pages for the intervals.")
@json_option
@tells_errors
def agreement(case: Path, name: str, seed: int, as_json: bool) -> None:
    """How well those agreed who keyed LIST blind, column by column, before anybody decided (docs/lists.md)."""
    with reading_case(case) as opened:
        desk = Desk(opened, kept_list(opened, name))
        found = agreement_of(desk, seed)
    if as_json:
        print_json({"list": desk.kept.id, "seed": seed, "columns": [one.as_json() for one in found]})
    else:
        click.echo(printing_lists.agreement(found))


@click.command("values")
@case_argument
@list_argument
@click.option("--column", "columns", multiple=True, help="Only that one; may be given more than once.")
@json_option
@tells_errors
def values(case: Path, name: str, columns: tuple[str, ...], as_json: bool) -> None:
    """What people decided that the cells of LIST hold, each with its cite. To publish it, use list export."""
    with reading_case(case) as opened:
        desk = Desk(opened, kept_list(opened, name))
        found = values_of(desk, columns)
    if as_json:
        print_json({"list": desk.kept.id, "cells": [one.as_json() for one in found]})
    else:
        click.echo(printing_lists.values(found))


@click.command("audit")
@case_argument
@list_argument
@click.argument("draw", default="")
@click.option("--new", is_flag=True, help="Draw a sample of the decided cells; it is told in the log at once.")
@click.option("--cells", type=click.IntRange(1), help="How many; default: enough to show less than 1 % wrong.")
@click.option("--seed", default="", help="Draws the sample; random by default.")
@click.option("--attach", is_flag=True, help="Make what it found a part of the list.")
@by_option
@json_option
@tells_errors
def audit(
    case: Path, name: str, draw: str, new: bool, cells: int | None, seed: str, attach: bool, by: str, as_json: bool
) -> None:
    """How many cells of LIST are wrong after all, by a sample that is entered once more, blind (docs/lists.md).

    Without --new: what the audit whose id begins with DRAW found, or the last one.
    """
    with reading_case(case) as opened:
        kept = kept_list(opened, name)
        if new:
            draw = begin_audit(opened, kept, by, cells or 0, seed).id
        found = attach_audit(opened, kept, by, draw) if attach else audit_of(opened, kept, draw)
    if as_json:
        print_json({"list": kept.id} | found.as_json())
    else:
        click.echo(printing_lists.audit(found))
