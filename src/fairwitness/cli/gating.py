"""Commands that judge what is to leave: check-pdf."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.cli.common import json_option, print_json, tells_errors, unlocked_option
from fairwitness.work.judging_pdfs import judge_files, status_of
from fairwitness.work.printing_pdfs import judged_lines


@click.command("check-pdf")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--show-text", is_flag=True, help="Print what was found hidden, too. It may name people.")
@unlocked_option
@json_option
@tells_errors
def check_pdf_command(files: tuple[Path, ...], show_text: bool, unlocked: bool, as_json: bool) -> None:
    """Judge any PDF, whoever made it: what can be read from FILE that its pages do not show (docs/check-pdf.md).

    Status 1 if one of them leaks, 2 if none does and one could not be judged wholly. No case is needed.
    """
    found = []
    for path, judged in judge_files(files, unlocked=unlocked):
        found.append(judged)
        if as_json:
            print_json({"file": path.name} | judged.as_json(with_text=show_text))
        else:
            click.echo("\n".join(judged_lines(path.name, judged, with_text=show_text)))
    sys.exit(status_of(found))
