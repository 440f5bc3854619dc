"""The command that makes a report from a recipe."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors, unlocked_option
from fairwitness.lists.errors import BadRecipe
from fairwitness.work.printing_reports import checked, written
from fairwitness.work.report_files import report_files, write_desk, write_report
from fairwitness.work.report_new import new_recipe
from fairwitness.work.reporting import make_report, tell_report

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("report")
@case_argument
@click.argument("recipe", type=_FILE, required=False)
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, file_okay=False), help="Folder for the files of the report."
)
@click.option("--new", is_flag=True, help="Print a recipe to begin with, from the lists of the case.")
@click.option("--check", is_flag=True, help="Run the recipe and write nothing.")
@click.option("--earlier", type=_FILE, help="The claims.json of the report before: differences are protected too.")
@click.option("--evidence", is_flag=True, help="Also a copy for the desk alone, which leads to the cells.")
@unlocked_option
@json_option
@tells_errors
def report_command(
    case: Path, recipe: Path | None, out: Path | None, new: bool, check: bool, earlier: Path | None, evidence: bool,
    unlocked: bool, as_json: bool,
) -> None:  # fmt: skip
    """Count what RECIPE (TOML) says over the lists of the case, and write the report (docs/report.md)."""
    if new == (recipe is not None):
        raise click.UsageError("Name a recipe, or ask for a --new one.")
    if recipe is not None and check == (out is not None):
        raise click.UsageError("Say where to write with -o FOLDER, or --check.")
    with reading_case(case) as opened:
        if recipe is None:
            text = new_recipe(opened)
            if as_json:
                print_json({"recipe": text})
            else:
                click.echo(text, nl=False)
            return
        made = make_report(opened, _text_of(recipe), earlier.read_bytes() if earlier is not None else b"")
        told = made.as_json()
        if out is not None:
            told["files"] = write_report(report_files(made), out)
            if evidence:
                told["evidence"] = write_desk(opened, made, out, unlocked=unlocked).as_json()
            tell_report(opened, made)
    if as_json:
        print_json(told)
    else:
        click.echo(checked(made) if out is None else written(made, told["files"], told.get("evidence")))


def _text_of(recipe: Path) -> str:
    try:
        return recipe.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadRecipe("it cannot be read as UTF-8 text") from None
