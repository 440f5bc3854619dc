"""Commands about lists: lists, and the group `list`."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import Commands, case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.marking import by_option
from fairwitness.work import printing_lists
from fairwitness.work.kept_lists import (
    NAME,
    ROWS,
    SETUP,
    begin_list,
    change_list,
    kept_list,
    list_data,
    lists_of,
    settle,
)
from fairwitness.work.merging import merge

COMMANDS = {
    "new": "lists:new",
    "set": "lists:set_command",
    "show": "lists:show",
    "guess": "list_rows:guess_command",
    "make": "list_rows:make_command",
    "check": "list_rows:check_command",
    "codebook": "list_coding:codebook_command",
    "code": "list_coding:code_command",
    "codes": "list_coding:codes_command",
    "export": "list_rows:export_command",
    "progress": "keying:progress",
    "agreement": "keying:agreement",
    "values": "keying:values",
    "find": "lists_finding:find_command",
    "audit": "keying:audit",
}
"""Name of each command of the group, in the order of the help, with its module and function."""

list_argument = click.argument("name", metavar="LIST")
setup_option = click.option(
    "--setup", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="TOML file that says what it holds."
)


@click.group("list", cls=Commands, commands_at=COMMANDS)
def list_group() -> None:
    """Turn a table over many pages into rows that people have checked (docs/lists.md)."""


@click.command("lists")
@case_argument
@json_option
@tells_errors
def lists_command(case: Path, as_json: bool) -> None:
    """The lists of CASE, in the order in which they were begun."""
    with reading_case(case) as opened:
        found = lists_of(opened)
    if as_json:
        print_json({"lists": [one.as_json() for one in found]})
    else:
        click.echo(printing_lists.lists(found))


@click.command("new")
@case_argument
@click.argument("name")
@setup_option
@by_option
@json_option
@tells_errors
def new(case: Path, name: str, setup: Path | None, by: str, as_json: bool) -> None:
    """Begin a list of that NAME in CASE."""
    with reading_case(case) as opened:
        made = begin_list(opened, name, setup.read_text("utf-8") if setup else "", by)
    if as_json:
        print_json(made.as_json())
    else:
        click.echo(printing_lists.lists([made]))


@click.command("set")
@case_argument
@list_argument
@click.option("--name", "new_name", help="Call it so.")
@setup_option
@click.option(
    "--keep",
    type=click.Choice((NAME, SETUP, ROWS)),
    help="Settle a conflict: what counts of this now goes on.",
)
@by_option
@json_option
@tells_errors
def set_command(
    case: Path, name: str, new_name: str | None, setup: Path | None, keep: str | None, by: str, as_json: bool
) -> None:
    """Give LIST (the beginning of its id, or its name) another name or set-up; the old ones stay in the log."""
    with reading_case(case) as opened:
        made = change_list(opened, name, by, name=new_name, setup=setup.read_text("utf-8") if setup else None)
        if keep is not None:
            made = settle(opened, made.id, keep, by)
    if as_json:
        print_json(made.as_json())
    else:
        click.echo(printing_lists.lists([made]))


@click.command("show")
@case_argument
@list_argument
@json_option
@tells_errors
def show(case: Path, name: str, as_json: bool) -> None:
    """What LIST is made of: columns, rows, pages that gave none, and what could not be placed."""
    with reading_case(case) as opened:
        found = kept_list(opened, name)
        data = list_data(opened, found)
    if as_json:
        print_json(found.as_json() | printing_lists.counts_of(data))
    else:
        click.echo(printing_lists.list_with_rows(found, data))


@click.command("merge")
@case_argument
@click.argument("other", type=click.Path(path_type=Path, file_okay=False))
@by_option
@json_option
@tells_errors
def merge_command(case: Path, other: Path, by: str, as_json: bool) -> None:
    """Bring what people said of lists in OTHER, a copy of CASE, into CASE; OTHER is only read (docs/lists.md)."""
    with reading_case(case) as opened:
        found = merge(opened, other, by)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_lists.merged(found))
