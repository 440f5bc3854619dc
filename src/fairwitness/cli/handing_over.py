"""Commands by which something is handed over and checked: bag, verify-bag."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.marking import by_option
from fairwitness.cli.signing import open_key, passphrase_option
from fairwitness.work import printing_handed
from fairwitness.work.bag_tables import TOOLS, Tool
from fairwitness.work.handing_over import EVENTS, BagOptions, Events, hand_over
from fairwitness.work.verifying_bags import verify_bag


@click.command("bag")
@case_argument
@click.argument("target", metavar="FOLDER-or-ZIP", type=click.Path(path_type=Path))
@click.option(
    "--findings", "findings", multiple=True, metavar="checked|all|none|ID", default=("checked",),
    help="Which findings; an id may be shortened, and the option given more than once. Default: checked.",
)  # fmt: skip
@click.option("--list", "lists", multiple=True, metavar="LIST", help="A list, personal columns withheld.")
@click.option(
    "--events", type=click.Choice(list(EVENTS)), default="hashes", show_default=True,
    help="; ".join(f"{name}: {what}" for name, what in EVENTS.items()) + ".",
)  # fmt: skip
@click.option("--original", "originals", multiple=True, metavar="DIGEST", help="An original, with its digest.")
@click.option(
    "--add", "added", multiple=True, type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file made elsewhere, such as a redacted PDF; it gets a number for a name.",
)  # fmt: skip
@click.option(
    "--proof", "proofs", multiple=True, type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The proof of a page (fairwitness prove-page), with its picture beside it.",
)  # fmt: skip
@click.option("--quotes", is_flag=True, help="What documents say at the cites, with titles; it may name somebody.")
@click.option(
    "--also", "tools", multiple=True, type=click.Choice(list(TOOLS)),
    help="The same once more for other tools. " + "; ".join(f"{name}: {what}" for name, what in TOOLS.items()) + ".",
)  # fmt: skip
@click.option("--title", default="Findings", show_default=True, help="What the bag is called.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Key file of the log: sign it, so that the signature covers the bag.",
)  # fmt: skip
@passphrase_option
@by_option
@json_option
@tells_errors
def bag_command(
    case: Path, target: Path, findings: tuple[str, ...], lists: tuple[str, ...], events: Events,
    originals: tuple[str, ...], added: tuple[Path, ...], quotes: bool, tools: tuple[Tool, ...], title: str,
    proofs: tuple[Path, ...], key_file: Path | None, passphrase_file: Path | None, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Hand findings of CASE over as a bag that strangers can check without fairwitness (docs/bags.md)."""
    key = open_key(key_file, passphrase_file) if key_file is not None else None
    with reading_case(case) as opened:
        options = BagOptions(findings, lists, events, originals, added, quotes, title, tools, proofs)
        done = hand_over(opened, target, options, by, key=key)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(printing_handed.handed_over(done))
        for warning in done.warnings:
            click.echo(f"warning: {warning}", err=True)


@click.command("verify-bag")
@click.argument("bag", type=click.Path(path_type=Path))
@click.option("--key", default="", metavar="KEY", help="The key of the log, which you have from elsewhere.")
@json_option
@tells_errors
def verify_bag_command(bag: Path, key: str, as_json: bool) -> None:
    """Check BAG as the verify.py in it does; status 1 if something is refused (docs/bags.md)."""
    found = verify_bag(bag, key)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_handed.verified(found))
    sys.exit(found.status)
