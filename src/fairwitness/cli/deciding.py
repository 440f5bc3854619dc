"""Commands by which a person decides something about a document: language."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.work import printing
from fairwitness.work.deciding import decide_language, language_of_document
from fairwitness.work.progress import Progress


@click.command()
@case_argument
@click.argument("document")
@click.option(
    "--set", "language_code", metavar="CODE", default="", help="The document is in this language: ug, zh-Hant."
)
@click.option("--forget", is_flag=True, help="What was set counts no more.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def language(case: Path, document: str, language_code: str, forget: bool, quiet: bool, as_json: bool) -> None:
    """The language of DOCUMENT (the beginning of its digest): what its pages say, and what a person decided.

    What was decided is kept in the records and in the log, also when the document is read again; `lang:` finds it at
    once.
    """
    if language_code and forget:
        raise click.UsageError("Give --set or --forget, not both.")
    indexed = 0
    if language_code or forget:
        from fairwitness.work.indexing import bring_index_up_to_date  # asking for the language needs no writer

        with Case.open(case, writing=True) as opened:
            digest = opened.queries.document_starting(document)
            decide_language(opened, digest, language_code)
            indexed = bring_index_up_to_date(opened, Progress(None if quiet else sys.stderr))
    with reading_case(case) as opened:
        found = language_of_document(opened, opened.queries.document_starting(document))
    if as_json:
        print_json(found.as_json() | {"indexed_pages": indexed})
    else:
        click.echo(printing.document_language(found))
