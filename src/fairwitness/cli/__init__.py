"""The command line: options in, one JSON object or a few readable lines out. No logic of its own.

A command's module is imported when the command is run, so that a search does not wait for what reads PDFs.
"""

from __future__ import annotations

import click

from fairwitness import __version__
from fairwitness.cli.common import Commands, ask_for_passphrases, tells_errors

__all__ = ["main", "tells_errors"]

_COMMANDS = {
    "open": "opening:open_command",
    "overview": "overview:overview",
    "account": "opening:account",
    "failures": "opening:failures",
    "metadata": "opening:metadata",
    "verify": "opening:verify",
    "key": "signing:key_group",
    "sign": "signing:sign_command",
    "checkpoint": "signing:checkpoint_command",
    "cosign": "signing:cosign_command",
    "prove": "signing:prove_command",
    "stamp": "signing:stamp_command",
    "serve": "serving:serve",
    "search": "searching:search",
    "export": "searching:export",
    "show": "searching:show",
    "batch": "listing:batch",
    "save": "listing:save_command",
    "saved": "listing:saved_command",
    "watch": "listing:watch_command",
    "meaning": "meaning:meaning_command",
    "ocr": "recognising:ocr",
    "reread": "recognising:reread_command",
    "quality": "recognising:quality",
    "readings": "recognising:readings",
    "language": "deciding:language",
    "mark": "marking:mark_command",
    "marks": "marking:marks_command",
    "finding": "marking:finding_command",
    "findings": "marking:findings_command",
    "commit": "proving:commit_command",
    "prove-page": "proving:prove_page_command",
    "bag": "handing_over:bag_command",
    "verify-bag": "handing_over:verify_bag_command",
    "lists": "lists:lists_command",
    "list": "lists:list_group",
    "merge": "lists:merge_command",
    "redact": "redacting:redact_group",
    "report": "reporting:report_command",
    "release": "releasing:release_command",
    "check": "checking:check_command",
    "check-pdf": "gating:check_pdf_command",
    "duplicates": "comparing:duplicates",
    "compare": "comparing:compare_command",
    "source-scan": "source_safety:source_scan",
    "people": "people:people_group",
    "case": "at_rest:case_group",
    "seal": "at_rest:seal_command",
    "unseal": "at_rest:unseal_command",
    "doctor": "at_rest:doctor",
}
"""Name of each command, in the order of the help, with its module and function."""


@click.group(cls=Commands, commands_at=_COMMANDS)
@click.version_option(__version__, prog_name="fairwitness")
@click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False),
    envvar="FAIRWITNESS_PASSPHRASE_FILE",
    help="File with the passphrase of an encrypted case; without it you are asked.",
)
def main(passphrase_file: str | None) -> None:
    """Turn a leak into findings that a stranger can check and that harm nobody."""
    ask_for_passphrases(passphrase_file)
