"""Commands by which people cover what must not leave, look at one another's boxes, and make the redacted file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import get_args

import click

from fairwitness.cli.common import (
    Commands,
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.cli.marking import by_option
from fairwitness.core.redaction import REASONS, Reason, Width
from fairwitness.names.compare import LEVELS, Level
from fairwitness.work import printing_redaction, redacting, redaction_finding
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.redaction_drawing import PageDrawer
from fairwitness.work.redaction_finding import Found
from fairwitness.work.redaction_kept import ACCEPT, BY_EYE, OBJECT, Redaction, Verdict

WIDTHS: tuple[Width, ...] = get_args(Width)
_COMMANDS = {name: f"redacting:{name}_command" for name in (
    "new", "box", "find", "column", "recognise", "show", "remove", "review",
)} | {"make": "gating:make_command", "pass": "gating:pass_command"}  # fmt: skip

redaction_argument = click.argument("name", metavar="REDACTION")
reason_option = click.option(
    "--reason", type=click.Choice(REASONS), default="person", show_default=True, help="Why it is covered."
)
text_option = click.option("--text", "with_text", is_flag=True, help="With what is covered, and what was looked for.")


width_option = click.option(
    "--width", type=click.Choice(WIDTHS), default="line", show_default=True,
    help="fixed: two inches; cell: as drawn, for a cell; line: to the end; exact: as drawn, never for a name.",
)  # fmt: skip


@click.group("redact", cls=Commands, commands_at=_COMMANDS)
def redact_group() -> None:
    """Cover what must not leave a document, and make a new PDF of the painted pixels (docs/redaction.md)."""


@click.command("new")
@case_argument
@click.argument("document")
@click.option("--name", required=True, help="What the redaction is called.")
@click.option("--pages", default="", metavar="RANGES", help="Pages that leave, such as 1-3,7. Default: all.")
@by_option
@json_option
@tells_errors
def new_command(case: Path, document: str, name: str, pages: str, by: str, as_json: bool) -> None:
    """Begin a redaction of DOCUMENT (the beginning of its digest)."""
    with reading_case(case) as opened:
        digest = opened.queries.document_starting(document)
        one = redacting.begin_redaction(opened, digest, name, by, pages)
    _tell(case, one, as_json)


@click.command("box")
@case_argument
@redaction_argument
@click.argument("cites", nargs=-1, required=True)
@reason_option
@width_option
@click.option("--group", default="", help="Boxes of one group get one width.")
@by_option
@json_option
@tells_errors
def box_command(
    case: Path, name: str, cites: tuple[str, ...], reason: Reason, width: Width, group: str, by: str, as_json: bool
) -> None:
    """Cover the rectangles that CITES name, such as 3fa9c1d2e4b5a697:p3:r120,80,640,410@200."""
    with reading_case(case) as opened:
        one = redacting.redaction(opened, name)
        one = redacting.add_boxes(opened, one, cites, by, reason=reason, width=width, group=group)
    _tell(case, one, as_json)


@click.command("find")
@case_argument
@redaction_argument
@click.argument("wanted", metavar="NAME")
@click.option("--level", type=click.Choice(LEVELS), default="likely", show_default=True, help="How far spellings go.")
@click.option("--query", is_flag=True, help="NAME is a query as `search` takes it, and no name.")
@reason_option
@width_option
@by_option
@json_option
@tells_errors
def find_command(
    case: Path, name: str, wanted: str, level: Level, query: bool, reason: Reason, width: Width, by: str, as_json: bool
) -> None:
    """Cover all forms of NAME, in every script, on every page, also where it stands over two lines."""
    with reading_case(case) as opened:
        one = redacting.redaction(opened, name)
        if query:
            found = redaction_finding.find_text(opened, one, wanted, by, width=width, reason=reason)
        else:
            found = redaction_finding.find_name(opened, one, wanted, by, level=level, width=width, reason=reason)
    _tell_found([found], as_json)


@click.command("column")
@case_argument
@redaction_argument
@click.argument("list_name", metavar="LIST")
@click.argument("column")
@click.option("--everywhere", is_flag=True, help="Look for the names of the column on every page instead.")
@reason_option
@by_option
@json_option
@tells_errors
def column_command(
    case: Path, name: str, list_name: str, column: str, everywhere: bool, reason: Reason, by: str, as_json: bool
) -> None:
    """Cover every cell of COLUMN of LIST, the whole cell."""
    with reading_case(case) as opened:
        one, kept = redacting.redaction(opened, name), kept_list(opened, list_name)
        if everywhere:
            found = redaction_finding.find_names_of_column(opened, one, kept, column, by)
        else:
            found = [redaction_finding.cover_column(opened, one, kept, column, by, reason=reason)]
    _tell_found(found, as_json)


@click.command("recognise")
@case_argument
@redaction_argument
@width_option
@by_option
@json_option
@tells_errors
def recognise_command(case: Path, name: str, width: Width, by: str, as_json: bool) -> None:
    """Cover identity, passport and telephone numbers and e-mail addresses that have the form of one."""
    with reading_case(case) as opened:
        found = redaction_finding.find_numbers(opened, redacting.redaction(opened, name), by, width=width)
    _tell_found([found], as_json)


@click.command("show")
@case_argument
@click.argument("name", metavar="[REDACTION]", default="")
@click.option("--page", type=click.IntRange(1), help="Draw this page with its boxes into the file of -o.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="PNG to write.")
@click.option("--painted", is_flag=True, help="Draw the page as it will leave.")
@text_option
@unlocked_option
@json_option
@tells_errors
def show_command(
    case: Path, name: str, page: int | None, output: Path | None, painted: bool, with_text: bool, unlocked: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Show a redaction and what is in the way of making it, or all of CASE; with -o a proof sheet of a page."""
    if (page is None) != (output is None):
        raise click.UsageError("Give --page and -o together.")
    with reading_case(case) as opened:
        if not name:
            every = redacting.redactions_of(opened)
            if as_json:
                print_json({"redactions": [one.as_json(with_text=with_text) for one in every]})
            else:
                click.echo(printing_redaction.redactions(every))
            return
        one = redacting.redaction(opened, name)
        if output is not None and page is not None:
            with PageDrawer(opened, unlocked=unlocked) as drawer:
                drawn = drawer.draw(one.document, page)
            png = BytesIO()
            redacting.sheet_of(one, drawn, painted=painted).save(png, "PNG")
            output.write_bytes(png.getvalue())
    _tell(case, one, as_json, with_text=with_text)


@click.command("remove")
@case_argument
@redaction_argument
@click.argument("boxes", nargs=-1, required=True)
@by_option
@json_option
@tells_errors
def remove_command(case: Path, name: str, boxes: tuple[str, ...], by: str, as_json: bool) -> None:
    """Take BOXES (by their ids) out again; the case keeps that they were there."""
    with reading_case(case) as opened:
        one = redacting.take_out(opened, redacting.redaction(opened, name), boxes, by)
    _tell(case, one, as_json)


@click.command("review")
@case_argument
@redaction_argument
@click.argument("boxes", nargs=-1)
@click.option("--page", type=click.IntRange(1), help="Say it of the whole page.")
@click.option("--by-eye", is_flag=True, help="Of a page without text: all of it was looked at.")
@click.option("--object", "objects", is_flag=True, help="Object instead of accepting.")
@by_option
@json_option
@tells_errors
def review_command(
    case: Path, name: str, boxes: tuple[str, ...], page: int | None, by_eye: bool, objects: bool, by: str, as_json: bool
) -> None:
    """Say of BOXES (by their ids), and of a page, that a second person has looked at them."""
    if not boxes and page is None:
        raise click.UsageError("Give BOXES, --page, or both.")
    verdict: Verdict = OBJECT if objects else ACCEPT
    with reading_case(case) as opened:
        one = redacting.redaction(opened, name)
        if boxes:
            one = redacting.review_boxes(opened, one, boxes, verdict, by)
        if page is not None:
            one = redacting.review_page(opened, one, page, BY_EYE if by_eye and not objects else verdict, by)
    _tell(case, one, as_json)


def _tell(case: Path, one: Redaction, as_json: bool, *, with_text: bool = False) -> None:
    with reading_case(case) as opened:
        problems = redacting.obstacles(opened, one)
    if as_json:
        print_json(redacting.told(one, problems, with_text=with_text))
    else:
        click.echo(printing_redaction.redaction(one, problems, with_text=with_text))


def _tell_found(found: list[Found], as_json: bool) -> None:
    if as_json:
        print_json({"searches": [one.as_json() for one in found]})
    else:
        click.echo("\n".join(map(printing_redaction.found, found)) or "The column holds no name.")
