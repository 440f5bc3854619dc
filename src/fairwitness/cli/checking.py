"""Commands that hold a document against itself: check."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.work.checking import check
from fairwitness.work.printing_checked import checked, checked_head
from fairwitness.work.progress import Progress


@click.command("check")
@case_argument
@click.argument("document", required=False, default="")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Remarks to print of a document.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def check_command(case: Path, document: str, limit: int, quiet: bool, as_json: bool) -> None:
    """Check the pages of CASE, or of DOCUMENT (the beginning of its digest), against themselves (docs/facts.md).

    Identity numbers whose check digit fails, dates of birth that differ, days that there are not, letters dated after
    they were sent. Identity numbers are shown by their last two signs.
    """
    counts: Counter[str] = Counter()
    documents = pages = 0
    with reading_case(case) as opened:
        found = []
        for one in check(opened, Progress(None if quiet or as_json else sys.stderr), document):
            documents, pages = documents + 1, pages + one.pages
            counts.update(one.counts)
            if one.remarks:
                found.append(one)
    if as_json:
        head = {"documents": documents, "pages": pages, "counts": dict(counts)}
        print_json(head | {"found": [one.as_json() for one in found]})
        return
    click.echo(checked_head(documents, pages, counts))
    for one in found:
        click.echo(checked(one, limit=limit))
