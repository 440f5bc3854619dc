"""The command `list find`: tables on the pages of a document, and the text of their cells."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import case_argument, json_option, print_json, tells_errors, unlocked_option
from fairwitness.cli.lists import setup_option
from fairwitness.core.ranges import count_ranges, read_ranges
from fairwitness.lists.setup import MAX_PAGES, Setup, parse_setup
from fairwitness.work import printing_lists
from fairwitness.work.finding_tables import ENGINE, find_tables, find_tables_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.progress import Progress


@click.command("find")
@case_argument
@click.argument("document", required=False, default="")
@click.option("--pages", default="", help="Pages such as 1-137,140; all of them by default.")
@click.option("--list", "name", default="", help="Use the set-up of that list, and its pages if no document is named.")
@setup_option
@click.option("--engine", default=ENGINE, show_default=True, help="hybrid or ppocr.")
@click.option("--again", is_flag=True, help="Try those pages once more that could not be read.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@unlocked_option
@json_option
@tells_errors
def find_command(
    case: Path,
    document: str,
    pages: str,
    name: str,
    setup: Path | None,
    engine: str,
    again: bool,
    quiet: bool,
    unlocked: bool,
    as_json: bool,
) -> None:
    """Find the tables on the pages of DOCUMENT (the beginning of its digest) and read their cells.

    Stop it whenever you like; it goes on there. Each page is read once for each set-up.
    """
    progress = Progress(None if quiet else sys.stderr)
    with Case.open(case, writing=True) as opened:
        told = parse_setup(setup.read_text("utf-8")) if setup is not None else Setup()
        told = parse_setup(kept_list(opened, name).setup) if name else told
        if document:
            digest = opened.queries.document_starting(document)
            wanted = _pages(pages)
            done = find_tables(opened, progress, digest, wanted, told, engine, again=again, unlocked=unlocked)
        elif told.pages:
            done = find_tables_of(opened, progress, told, engine, again=again, unlocked=unlocked)
        else:
            raise click.UsageError("Name a DOCUMENT, or a set-up that says which pages.")
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(printing_lists.found_tables(done))


def _pages(text: str) -> list[int]:
    try:
        if count_ranges(text) > MAX_PAGES:
            raise ValueError
        return list(read_ranges(text))
    except ValueError:
        raise click.BadParameter("Pages look like 1-137,140.", param_hint="--pages") from None
