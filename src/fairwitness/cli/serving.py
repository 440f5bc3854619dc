"""The command that shows a case in a browser: serve."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, print_json, tells_errors


@click.command()
@case_argument
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Default: any that is free.")
@click.option("--json", "as_json", is_flag=True, help="Print the link as a JSON object a line (docs/json.md).")
@tells_errors
def serve(case: Path, port: int, as_json: bool) -> None:
    """Show CASE in a browser, on this machine only (docs/reading-room.md).

    Prints a link that works once; press Enter for another one. Stop it with Ctrl-C.
    """
    from fairwitness.web.serving import serve as serve_case

    def say(link: str) -> None:
        if as_json:
            print_json({"link": link})
        else:
            click.echo(f"Open this link in your browser; it works once: {link}")

    keyboard = sys.stdin if sys.stdin is not None and sys.stdin.isatty() else None
    serve_case(case, port=port, say=say, keyboard=keyboard)
