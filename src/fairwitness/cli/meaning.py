"""The command that makes vectors: meaning."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import case_argument, json_option, print_json, tells_errors, unlocked_option
from fairwitness.work.meaning import encode_case
from fairwitness.work.printing_meaning import encoded
from fairwitness.work.progress import Progress


@click.command("meaning")
@case_argument
@click.option("--minutes", "max_minutes", type=click.FloatRange(0), help="Stop after so long.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@unlocked_option
@json_option
@tells_errors
def meaning_command(case: Path, max_minutes: float | None, quiet: bool, unlocked: bool, as_json: bool) -> None:
    """Prepare CASE for search --similar: a vector for every passage. Stop it whenever you like; it goes on there."""
    with Case.open(case, writing=True) as opened:
        done = encode_case(opened, Progress(None if quiet else sys.stderr), max_minutes=max_minutes, unlocked=unlocked)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(encoded(done))
