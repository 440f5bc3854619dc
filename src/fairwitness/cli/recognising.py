"""Commands about text read from pixels: ocr, reread, quality, readings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import (
    F,
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.text.quality import LOW_TRUST
from fairwitness.work import printing
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import ENGINE, SECOND, Wish, recognise_waiting
from fairwitness.work.rereading import readings_of_page, reread
from fairwitness.work.searching import CaseSearch


def _scan_options(command: F) -> F:
    """How pages are recognised."""
    share = Wish.__dataclass_fields__["second_share"].default
    for option in (
        click.option("--engine", default=ENGINE, show_default=True, help="hybrid, ppocr, tesseract-LANGUAGE."),
        click.option("--second-engine", "second", default=SECOND, show_default=True, help="Reads a sample too."),
        click.option(
            "--second-share", type=click.FloatRange(0, 1), default=share, show_default=True, help="The sample."
        ),
        click.option("--pages", "max_pages", type=click.IntRange(1), help="Stop after so many."),
        click.option("--minutes", "max_minutes", type=click.FloatRange(0), help="Stop after so long."),
        click.option("--quiet", is_flag=True, help="No progress on standard error."),
    ):
        command = option(command)
    return command


@click.command()
@case_argument
@click.argument("documents", nargs=-1)
@_scan_options
@unlocked_option
@json_option
@tells_errors
def ocr(case: Path, documents: tuple[str, ...], unlocked: bool, quiet: bool, as_json: bool, **wishes: Any) -> None:
    """Recognise the pages of CASE that are images of text, or those of DOCUMENTS (beginnings of their digests).

    Pages that somebody looked at or that a search almost hit come first. Stop it whenever you like; it goes on there.
    """
    with Case.open(case, writing=True) as opened:
        chosen = [opened.queries.document_starting(beginning) for beginning in documents]
        progress = Progress(None if quiet else sys.stderr)
        done = recognise_waiting(opened, progress, Wish(**wishes), documents=chosen, unlocked=unlocked)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(printing.recognised(done))


@click.command("reread")
@case_argument
@click.option("--where", required=True, help="A query, such as 'trust<.6' or 'lang:ug trust<.8'.")
@_scan_options
@unlocked_option
@json_option
@tells_errors
def reread_command(case: Path, where: str, unlocked: bool, quiet: bool, as_json: bool, **wishes: Any) -> None:
    """Recognise again the pages of CASE that match a query. Every older text stays; the most trusted one counts."""
    with Case.open(case, writing=True) as opened:
        progress = Progress(None if quiet else sys.stderr)
        done = reread(opened, where, progress, Wish(**wishes), unlocked=unlocked)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(printing.recognised(done))


@click.command()
@case_argument
@click.option("--below", type=click.FloatRange(0, 1), default=LOW_TRUST, show_default=True, help="Trust in [0, 1].")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="Pages to show.")
@json_option
@tells_errors
def quality(case: Path, below: float, limit: int, as_json: bool) -> None:
    """Pages of CASE whose text cannot be trusted, the worst first, and why (docs/quality.md)."""
    with reading_case(case) as opened:
        searching = CaseSearch(opened)
        answer, node = searching.ask(f"trust<{below:.3f}", limit=limit, order="trust")
        hits = list(searching.hits(node, answer.hits))
        searched = searching.searched()
        if as_json:
            print_json({"total": answer.total, "searched": searched, "hits": [found.as_json() for found in hits]})
        else:
            click.echo(printing.quality(answer.total, searched, below, hits))


@click.command()
@case_argument
@click.argument("document")
@click.argument("page", type=click.IntRange(1))
@json_option
@tells_errors
def readings(case: Path, document: str, page: int, as_json: bool) -> None:
    """All texts that there are of one PAGE of DOCUMENT (the beginning of its digest), that which counts first."""
    with reading_case(case) as opened:
        digest = opened.queries.document_starting(document)
        found = readings_of_page(opened, digest, page)
        if as_json:
            print_json({"document": digest, "page": page, "readings": [one.as_json() for one in found]})
        else:
            click.echo("\n".join(map(printing.page_reading, found)))
