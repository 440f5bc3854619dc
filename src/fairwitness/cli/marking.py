"""Commands by which people mark documents and write findings: mark, marks, finding, findings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.work import printing_marked
from fairwitness.work.citing import FORMATS, Format, cited_place, written_findings
from fairwitness.work.findings import (
    STATUSES,
    Finding,
    add_finding,
    change_finding,
    comment_on,
    finding,
    findings_of,
)
from fairwitness.work.marking import all_marks, mark, marks_of

by_option = click.option(
    "--by", envvar="FAIRWITNESS_BY", default="", metavar="PSEUDONYM",
    help="Who signs; kept in the case. Default: the variable FAIRWITNESS_BY.",
)  # fmt: skip
format_option = click.option("--format", "form", type=click.Choice(FORMATS), help="Print it as people publish it.")
paths_option = click.option(
    "--paths", is_flag=True, help="With the path in the leak, which may lead to whoever it was taken from."
)


@click.command("mark")
@case_argument
@click.argument("document")
@click.option("--star", is_flag=True, help="Give it a star.")
@click.option("--reviewed", is_flag=True, help="Say that it was reviewed.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Add a tag; may be given more than once.")
@click.option("--note", metavar="TEXT", help="Keep this note; an empty one removes it.")
@click.option("--forget", is_flag=True, help="Take back the star, the review and the tags that are given.")
@by_option
@json_option
@tells_errors
def mark_command(
    case: Path, document: str, star: bool, reviewed: bool, tags: tuple[str, ...], note: str | None, forget: bool,
    by: str, as_json: bool,
) -> None:  # fmt: skip
    """Mark DOCUMENT (the beginning of its digest), or show its marks; also while CASE is being read (docs/marks.md)."""
    with reading_case(case) as opened:
        digest = opened.queries.document_starting(document)
        if star or reviewed or tags or note is not None:
            mark(
                opened,
                digest,
                by,
                starred=not forget if star else None,
                reviewed=not forget if reviewed else None,
                note=note,
                tags=() if forget else tags,
                untags=tags if forget else (),
            )
        found = marks_of(opened, digest)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_marked.marks(found))


@click.command("marks")
@case_argument
@json_option
@tells_errors
def marks_command(case: Path, as_json: bool) -> None:
    """Which documents of CASE are starred, reviewed, tagged, or have a note."""
    with reading_case(case) as opened:
        found = all_marks(opened)
    if as_json:
        sets = {one.name: getattr(found, one.name) for one in fields(found)}
        tags = {tag: sorted(documents) for tag, documents in sets.pop("tags").items()}
        print_json({name: sorted(documents) for name, documents in sets.items()} | {"tags": tags})
    else:
        click.echo(printing_marked.all_marks(found))


@click.command("finding")
@case_argument
@click.argument("name", metavar="[FINDING]", default="")
@click.option("--sentence", help="What was found; without FINDING it begins a new one.")
@click.option("--cite", "cites", multiple=True, help="A place that carries it; may be given more than once.")
@click.option("--uncite", "uncites", multiple=True, help="A cite that carries it no more.")
@click.option("--status", type=click.Choice(STATUSES), help="Say that it was checked, or withdraw it.")
@click.option("--comment", help="Say something about it.")
@format_option
@paths_option
@by_option
@json_option
@tells_errors
def finding_command(
    case: Path, name: str, sentence: str | None, cites: tuple[str, ...], uncites: tuple[str, ...], status: str | None,
    comment: str | None, form: Format | None, paths: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write a finding of CASE, change the one whose id begins with FINDING, or show it (docs/marks.md)."""
    if not name and sentence is None:
        raise click.UsageError("Give FINDING, or --sentence for a new one.")
    with reading_case(case) as opened:
        if not name and sentence is not None:
            name, sentence, cites = add_finding(opened, sentence, by, cites).id, None, ()
        if sentence is not None or cites or uncites or status is not None:
            change_finding(opened, name, by, sentence=sentence, add=cites, remove=uncites, status=status)
        if comment is not None:
            comment_on(opened, name, comment, by)
        _tell(case, [finding(opened, name)], form, paths=paths, as_json=as_json, one=True)


@click.command("findings")
@case_argument
@click.option("--status", type=click.Choice(STATUSES), help="Those of one status only.")
@format_option
@paths_option
@json_option
@tells_errors
def findings_command(case: Path, status: str | None, form: Format | None, paths: bool, as_json: bool) -> None:
    """The findings of CASE, with their cites, who wrote and who checked them."""
    with reading_case(case) as opened:
        found = [one for one in findings_of(opened) if status in (None, one.status)]
    _tell(case, found, form, paths=paths, as_json=as_json, one=False)


def _tell(case: Path, found: list[Finding], form: Format | None, *, paths: bool, as_json: bool, one: bool) -> None:
    if form is not None:
        with reading_case(case) as opened:
            places = [[cited_place(opened, cite, with_path=paths) for cite in each.cites] for each in found]
        click.echo(written_findings(list(zip(found, places, strict=True)), form), nl=False)
    elif as_json:
        print_json(found[0].as_json() if one else {"findings": [each.as_json() for each in found]})
    else:
        click.echo(printing_marked.finding(found[0]) if one else printing_marked.findings(found))
