"""The command that looks for what may lead to a source: source-scan."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import json_option, print_json, reading_case, tells_errors, unlocked_option
from fairwitness.cli.marking import by_option
from fairwitness.core.errors import FairwitnessError
from fairwitness.work import printing_source_safety
from fairwitness.work.opening import log_unlocked
from fairwitness.work.source_safety import answer_checklist, scan_document, scan_file
from fairwitness.work.source_warning import warning_of


@click.command("source-scan")
@click.argument("path", metavar="CASE|FILE", type=click.Path(path_type=Path, exists=True))
@click.argument("document", required=False, default="")
@click.option("--copy", "copies", multiple=True, metavar="COPY", help="Another copy of it: a document, or a file.")
@click.option("--seen", multiple=True, metavar="QUESTION=ANSWER", help="Answer the checklist (docs/source-safety.md).")
@by_option
@unlocked_option
@json_option
@tells_errors
def source_scan(
    path: Path, document: str, copies: tuple[str, ...], seen: tuple[str, ...], by: str, unlocked: bool, as_json: bool
) -> None:
    """What in DOCUMENT of CASE, or in FILE, may lead to whoever gave it; of CASE alone, which documents say so."""
    if path.is_file():
        if document or seen:
            raise click.UsageError("A FILE has no documents and no checklist; keep it in a case for that.")
        found = scan_file(path, [Path(one) for one in copies], unlocked=unlocked)
        _tell(found.as_json(), printing_source_safety.source_scan(found), as_json=as_json)
        return
    if not document:
        with reading_case(path) as opened:
            warned = warning_of(opened)
        _tell(warned, printing_source_safety.scanned_case(warned), as_json=as_json)
        return
    if unlocked:
        log_unlocked(path)
    with reading_case(path) as opened:
        digest = opened.queries.document_starting(document)
        if seen:
            answer_checklist(opened, digest, dict(_answer(one) for one in seen), by)
        others = [opened.queries.document_starting(one) for one in copies]
        scan = scan_document(opened, digest, others, unlocked=unlocked)
    _tell(scan.as_json(), printing_source_safety.source_scan(scan), as_json=as_json)


def _answer(text: str) -> tuple[str, str]:
    question, sign, answer = text.partition("=")
    if not sign:
        raise FairwitnessError("An answer looks like folds=none.")
    return question.strip(), answer.strip()


def _tell(plain: dict[str, object], text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(plain)
    else:
        click.echo(text)
