"""Commands about the rows of a list: guess, make, check, export."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.lists import list_argument
from fairwitness.cli.marking import by_option
from fairwitness.work import printing_lists
from fairwitness.work.checking_lists import check_list
from fairwitness.work.kept_lists import kept_list, list_data
from fairwitness.work.keying import Desk
from fairwitness.work.list_export import FORMS, ExportForm, ExportOptions, export_list, read_key, write_private
from fairwitness.work.list_quality import published_agreement, published_error_rates
from fairwitness.work.list_table import Personal
from fairwitness.work.making_lists import guessed_setup, make_rows
from fairwitness.work.printing_rules import checked, exported


@click.command("guess")
@case_argument
@click.argument("document")
@click.option("--name", default="", help="Name of the list.")
@json_option
@tells_errors
def guess_command(case: Path, document: str, name: str, as_json: bool) -> None:
    """Print a set-up (TOML) guessed from the tables found in DOCUMENT, for you to correct (docs/lists.md)."""
    with reading_case(case) as opened:
        setup = guessed_setup(opened, document, name)
    if as_json:
        print_json({"setup": setup})
    else:
        click.echo(setup, nl=False)


@click.command("make")
@case_argument
@list_argument
@by_option
@json_option
@tells_errors
def make_command(case: Path, name: str, by: str, as_json: bool) -> None:
    """Put the tables found on the pages of LIST together into its rows, as its set-up says; do so again at any time."""
    with reading_case(case) as opened:
        made = make_rows(opened, name, by)
        data = list_data(opened, made)
    if as_json:
        print_json(made.as_json() | printing_lists.counts_of(data))
    else:
        click.echo(printing_lists.list_with_rows(made, data))


@click.command("check")
@case_argument
@list_argument
@json_option
@tells_errors
def check_command(case: Path, name: str, as_json: bool) -> None:
    """Check the rows of LIST against themselves by the rules of its set-up (docs/lists.md). Nobody is asked."""
    with reading_case(case) as opened:
        found = check_list(Desk(opened, kept_list(opened, name)))
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(checked(found))


@click.command("export")
@case_argument
@list_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="csv",
    show_default=True,
    help="; ".join(f"{name}: {what}" for name, what in FORMS.items()) + ".",
)
@click.option(
    "--pseudonyms",
    "key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="KEYFILE",
    help="Names and identity numbers as HMAC-SHA-256 under the key in this file, which is made if it is not there.",
)
@click.option("--with-personal", is_flag=True, help="Personal columns too, in plain text. Needs --by; it is logged.")
@click.option(
    "--released", is_flag=True, help="Of personal columns what two people let go (docs/people.md). Needs --by."
)
@click.option("--proposals", is_flag=True, help="What the machine read too, where nobody decided.")
@click.option("--codes", is_flag=True, help="The codes that coders gave to its texts, coder by coder.")
@click.option("--excel", is_flag=True, help="Begin the CSV with the mark by which Excel knows UTF-8.")
@by_option
@json_option
@tells_errors
def export_command(
    case: Path, name: str, file: Path, form: ExportForm, key: Path | None, with_personal: bool, released: bool,
    proposals: bool, codes: bool, excel: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write the rows of LIST to FILE, each cell with its cite; personal columns are withheld unless asked for."""
    if (key is not None) + with_personal + released > 1:
        raise click.UsageError("--pseudonyms, --released and --with-personal exclude one another.")
    with reading_case(case) as opened:
        secret = read_key(key, case) if key is not None else b""
        personal: Personal = "plain" if with_personal else "pseudonyms" if secret else "withheld"
        personal = "released" if released else personal
        options = ExportOptions(form, personal, secret, proposals, excel, codes)
        desk = Desk(opened, kept_list(opened, name))
        rates = published_error_rates(opened, desk) if form == "package" else []
        agreed = published_agreement(desk) if form == "package" else []
        done = export_list(opened, desk, options, by, rates, agreed)
        write_private(file, done.data)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(exported(done))
