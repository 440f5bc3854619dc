"""Commands about pages that prove themselves: commit, prove-page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import (
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.publish.commitments import Rendition
from fairwitness.work import printing_proved
from fairwitness.work.committing import commit_pages
from fairwitness.work.progress import Progress
from fairwitness.work.proving import Words
from fairwitness.work.proving_files import prove_redacted, prove_whole, write_proof


@click.command("commit")
@case_argument
@click.argument("documents", nargs=-1)
@click.option("--keep-pictures", is_flag=True, help="Keep the picture of each page, about half a megabyte, as PNG.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@unlocked_option
@json_option
@tells_errors
def commit_command(
    case: Path, documents: tuple[str, ...], keep_pictures: bool, quiet: bool, unlocked: bool, as_json: bool
) -> None:
    """Commit to the pages of CASE, or of DOCUMENTS (beginnings of their digests), so that they can be proved later.

    Do it as soon as everything is read: a proof shows that a page was not altered since. Stop it whenever you like; it
    goes on there. See docs/self-proving.md.
    """
    with Case.open(case, writing=True) as opened:
        chosen = [opened.queries.document_starting(beginning) for beginning in documents]
        progress = Progress(None if quiet else sys.stderr)
        done = commit_pages(opened, progress, documents=chosen, keep_pictures=keep_pictures, unlocked=unlocked)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(printing_proved.committed(done))


@click.command("prove-page")
@case_argument
@click.argument("what")
@click.argument("page", type=click.IntRange(1))
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The proof, FILE.json.gz; FILE.png is beside it.",
)
@click.option("--html", is_flag=True, help="Write FILE.html too: picture and proof, checked by whoever opens it.")
@click.option("--exact-colours", is_flag=True, help="The picture as it is, with every mark that could identify a copy.")
@click.option("--earliest", is_flag=True, help="By the first commitment to the page, not that to what is read today.")
@click.option("--no-words", is_flag=True, help="Prove the picture alone.")
@click.option("--whole", is_flag=True, help="WHAT is a document, by its digest, of which nothing is to be withheld.")
@click.option("--all-words", is_flag=True, help="With --whole, show the words too that the file holds and nobody sees.")
@unlocked_option
@json_option
@tells_errors
def prove_page_command(
    case: Path,
    what: str,
    page: int,
    out: Path,
    html: bool,
    exact_colours: bool,
    earliest: bool,
    no_words: bool,
    whole: bool,
    all_words: bool,
    unlocked: bool,
    as_json: bool,
) -> None:
    """Prove PAGE of WHAT in CASE: a redaction by its name, or with --whole a document.

    The picture is in 16 levels of grey unless --exact-colours is given. Nothing here replaces the gate: publish what
    that let pass.
    """
    if all_words and (no_words or not whole):
        raise click.UsageError("--all-words goes with --whole alone.")
    rendition: Rendition = "colour" if exact_colours else "plain"
    choices: dict[str, Any] = {"rendition": rendition, "earliest": earliest, "unlocked": unlocked}
    with reading_case(case) as opened:
        if whole:
            words: Words = "none" if no_words else "all" if all_words else "from-pixels"
            made = prove_whole(opened, what, page, words=words, **choices)
        else:
            made = prove_redacted(opened, what, page, with_words=not no_words, **choices)
        files = write_proof(opened, made, out, html=html)
    if as_json:
        print_json(made.page.as_json() | {"redaction": made.redaction, "files": [file.name for file in files]})
    else:
        click.echo(printing_proved.proven(made.page, files))
