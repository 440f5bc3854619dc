"""Commands about the codes of free texts: codebook, code, codes."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.lists import list_argument
from fairwitness.cli.marking import by_option
from fairwitness.work import printing_codes
from fairwitness.work.coding import Coding, add_codebook, code_cell, codebook_of, codebooks_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk

book_option = click.option("--book", required=True, metavar="BOOK", help="Codebook, such as reasons@1 or reasons.")


@click.command("codebook")
@case_argument
@list_argument
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@by_option
@json_option
@tells_errors
def codebook_command(case: Path, name: str, file: Path | None, by: str, as_json: bool) -> None:
    """Keep the codebook in FILE (TOML) with LIST, or show those that it has."""
    with reading_case(case) as opened:
        kept = kept_list(opened, name)
        found = [add_codebook(opened, kept, file.read_text("utf-8"), by)] if file else codebooks_of(opened, kept)
    if as_json:
        print_json({"list": kept.id, "codebooks": [printing_codes.codebook_json(one) for one in found]})
    else:
        click.echo(printing_codes.codebooks(found))


@click.command("code")
@case_argument
@list_argument
@click.argument("cell")
@book_option
@click.option("--code", "codes", multiple=True, help="A code; may be given more than once; none where no code fits.")
@click.option("--note", default="", help="Why, in your words.")
@click.option("--replaces", default="", help="The id of what you said before of this cell.")
@by_option
@json_option
@tells_errors
def code_command(
    case: Path,
    name: str,
    cell: str,
    book: str,
    codes: tuple[str, ...],
    note: str,
    replaces: str,
    by: str,
    as_json: bool,
) -> None:
    """Say into which categories of a codebook the text of CELL (a cite) belongs."""
    with reading_case(case) as opened:
        desk = Desk(opened, kept_list(opened, name))
        chosen = codebook_of(opened, desk.kept, book)
        coded = code_cell(opened, desk, chosen, cell, codes, by, note=note, replaces=replaces)
    if as_json:
        print_json(printing_codes.coded_json(coded, chosen))
    else:
        click.echo(printing_codes.coded(coded, chosen))


@click.command("codes")
@case_argument
@list_argument
@book_option
@json_option
@tells_errors
def codes_command(case: Path, name: str, book: str, as_json: bool) -> None:
    """How often each coder gave each code, and how well coders agreed on each, who saw no proposal."""
    with reading_case(case) as opened:
        desk = Desk(opened, kept_list(opened, name))
        coding = Coding(opened, desk, codebook_of(opened, desk.kept, book))
        counts, agreement = coding.counts(), coding.agreement()
    if as_json:
        told = {"list": desk.kept.id, "codebook": coding.book.called, "coders": counts}
        print_json(told | {"codes": [one.as_json() for one in agreement]})
    else:
        click.echo(printing_codes.codes(counts, agreement))
