"""Commands that judge what is to leave: check-pdf, redact make, redact pass."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from fairwitness.cli.common import (
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.cli.marking import by_option
from fairwitness.work.gating import let_pass, make_and_gate
from fairwitness.work.judging_pdfs import judge_files, status_of
from fairwitness.work.printing_pdfs import gate_lines, judged_lines
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import ENGINE
from fairwitness.work.redacting import redaction


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


@click.command("make")
@case_argument
@click.argument("name", metavar="REDACTION")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF.")
@click.option("--engine", default=ENGINE, show_default=True, help="Reads the words, and reads them anew for the gate.")
@click.option("--no-text", is_flag=True, help="A PDF without words: nobody can search it.")
@click.option("--jpeg", is_flag=True, help="A fifth of the size; pixels differ by some levels.")
@click.option("--error-rate", "error_rates", multiple=True, metavar="SENTENCE", help="To be stated beside it.")
@click.option("--rests-on", "findings", multiple=True, metavar="FINDING", help="A finding that it goes with.")
@by_option
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@unlocked_option
@json_option
@tells_errors
def make_command(
    case: Path, name: str, output: Path, engine: str, no_text: bool, jpeg: bool, error_rates: tuple[str, ...],
    findings: tuple[str, ...], by: str, quiet: bool, unlocked: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make the redacted PDF, and write it only if it passes the gate; what must be said of it lies beside it.

    Status 1 if the gate refuses it: then nothing is written. The log tells either.
    """
    progress = Progress(None if quiet or as_json else sys.stderr)
    with reading_case(case) as opened:
        one = redaction(opened, name)
        gated = make_and_gate(
            opened, one, by, engine=engine, with_words=not no_text, coding="jpeg" if jpeg else "lossless",
            error_rates=error_rates, findings=findings, unlocked=unlocked,
            tell=_telling(progress),
        )  # fmt: skip
    if gated.report.passed:
        gated.write(output)
    if as_json:
        print_json({"redaction": one.id, "not_searched": gated.not_searched} | gated.report.as_json())
    else:
        click.echo("\n".join(gate_lines(gated)))
    sys.exit(0 if gated.report.passed else 1)


def _telling(progress: Progress) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        if done == 1:
            progress.begin("pages", of)
        progress.advance()
        if done == of:
            progress.end()

    return tell


@click.command("pass")
@case_argument
@click.argument("name", metavar="REDACTION")
@click.argument("places", nargs=-1, required=True, metavar="PAGE:STRING...")
@by_option
@json_option
@tells_errors
def pass_command(case: Path, name: str, places: tuple[str, ...], by: str, as_json: bool) -> None:
    """Say that what reads nearly like a withheld string there, as the gate tells it, is something else."""
    with reading_case(case) as opened:
        one = redaction(opened, name)
        for place in places:
            page, _, number = place.partition(":")
            if not (page.isdecimal() and number.isdecimal()):
                raise click.UsageError("A place is the number of a page and that of a string, such as 2:3.")
            let_pass(opened, one, int(page), int(number), by)
    if as_json:
        print_json({"redaction": one.id, "passed": list(places)})
    else:
        click.echo(f"Let pass: {', '.join(places)}.")
