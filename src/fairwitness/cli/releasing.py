"""`fairwitness release`: a folder that opens without a server, approved by a second person and let pass by the gate."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.marking import by_option
from fairwitness.cli.signing import open_key, passphrase_option
from fairwitness.work.redacting import redactions_of
from fairwitness.work.release_recipe import BadRelease, new_recipe, read_release_recipe
from fairwitness.work.releasing import Question, approve, make_release, prepare, questions_before

_WAYS = {  # what to do where the answer is no; by the beginning of the question
    "findings": "fairwitness finding CASE FINDING --status checked --by ANOTHER",
    "redaction": "fairwitness redact show CASE REDACTION",
    "source-copies": "fairwitness source-scan CASE DOCUMENT --copy OTHER, or --seen one_copy=accepted",
    "source-checklist": "fairwitness source-scan CASE DOCUMENT --seen folds=none --seen stamps=covered ...",
}


@click.command("release")
@case_argument
@click.argument("recipe", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.argument("target", metavar="[FOLDER-or-ZIP]", type=click.Path(path_type=Path), required=False)
@click.option("--new", is_flag=True, help="Print a recipe to begin with.")
@click.option("--check", is_flag=True, help="Say what is missing; make nothing. Status 1 if something is.")
@click.option("--approve", "approving", is_flag=True, help="Let exactly this go; for a second person.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Key file of the log: sign it, so that the signature covers the release.",
)  # fmt: skip
@passphrase_option
@by_option
@json_option
@tells_errors
def release_command(
    case: Path, recipe: Path | None, target: Path | None, new: bool, check: bool, approving: bool,
    key_file: Path | None, passphrase_file: Path | None, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Release what RECIPE names: a site that opens from a disk, in a bag with proofs (docs/release.md)."""
    with reading_case(case) as opened:
        if new:
            names = tuple(one.id[:8] for one in redactions_of(opened))
            click.echo(new_recipe("release-1", datetime.now(UTC).date().isoformat(), names), nl=False)
            return
        if recipe is None:
            raise BadRelease("No recipe is named.", advice="Begin with: fairwitness release CASE --new > release.toml")
        ready = prepare(opened, read_release_recipe(recipe))
        if approving:
            approve(opened, ready, by)
        if approving or check:
            asked = questions_before(opened, ready, "" if approving else by)
            _tell(asked, ready.digest, as_json)
            sys.exit(0 if approving or all(one.passed for one in asked) else 1)
        if target is None:
            raise BadRelease("No folder is named.", advice="Name a folder, or a file that ends in .zip, that is free.")
        key = open_key(key_file, passphrase_file) if key_file is not None else None
        done = make_release(opened, ready, target, by, key=key, tell=lambda said: click.echo(said, err=True))
    if as_json:
        print_json(done.as_json())
        return
    _tell(done.questions, done.digest, as_json=False)
    told = f"{done.findings} findings, {done.pages} pages with {done.covered} covered places"
    click.echo(f"\nReleased: {told}. Begin with data/site/index.html; check it with verify.py or verify.html.")
    for warning in done.handed.warnings:
        click.echo(f"warning: {warning}", err=True)


def _tell(asked: tuple[Question, ...] | list[Question], digest: str, as_json: bool) -> None:
    if as_json:
        print_json({"release": digest, "questions": [one.as_json() for one in asked]})
        return
    click.echo(f"release {digest[:16]}")
    for one in asked:
        click.echo(f"{'yes' if one.passed else 'NO ':3}  {one.name:18} {one.why}")
    for name, way in _WAYS.items():
        if any(one.name.startswith(name) and not one.passed for one in asked):
            click.echo(f"Next: {way}")
