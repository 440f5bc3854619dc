"""The command that says what is in a case."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.work import printing_overview
from fairwitness.work.overview import overview_of
from fairwitness.work.running import running_in
from fairwitness.work.source_warning import warning_line, warning_of


@click.command()
@case_argument
@json_option
@tells_errors
def overview(case: Path, as_json: bool) -> None:
    """What is in CASE: files by type, pages by language, dates, folders, what is there twice, and what is at work."""
    with reading_case(case) as opened:
        found, running, warned = overview_of(opened), running_in(opened), warning_of(opened)
        if as_json:
            counts = {name: warned[name] for name in ("documents", "by_kind")}
            told = {"running": running.as_json() if running is not None else None, "source_marks": counts}
            print_json(found.as_json() | told)
        else:
            click.echo(printing_overview.overview(found, running))
            if warned["documents"]:
                click.echo(f"\n{warning_line(warned)}")
