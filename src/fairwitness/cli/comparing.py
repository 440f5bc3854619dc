"""Commands that hold texts against one another: duplicates, compare."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fairwitness.cli.common import (
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
)
from fairwitness.compare.likeness import MIN_SIMILARITY
from fairwitness.work import printing_compared
from fairwitness.work.comparing import compare
from fairwitness.work.comparison_page import comparison_page
from fairwitness.work.duplicates import duplicates_of
from fairwitness.work.progress import Progress


@click.command()
@case_argument
@click.option(
    "--min-similarity",
    default=MIN_SIMILARITY,
    show_default=True,
    type=click.FloatRange(0.5, 1.0),
    help="Share of the letters that two pages must have in common.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Groups of each sort to print.")
@click.option("--differences", is_flag=True, help="Show what differs in each page; with --json in all groups.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def duplicates(case: Path, min_similarity: float, limit: int, differences: bool, quiet: bool, as_json: bool) -> None:
    """Pages of CASE that say the same, documents that are versions of one another, forms filled in differently."""
    with reading_case(case) as opened:
        progress = Progress(None if quiet else sys.stderr)
        shown = 0 if not differences else sys.maxsize if as_json else limit
        found = duplicates_of(opened, progress, min_similarity=min_similarity, differences=shown)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_compared.duplicates(found, limit=limit))


@click.command("compare")
@case_argument
@click.argument("a")
@click.argument("b")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Both texts side by side (.html), or .txt."
)
@json_option
@tells_errors
def compare_command(case: Path, a: str, b: str, output: Path | None, as_json: bool) -> None:
    """Compare two documents of CASE word by word. A and B are the first digits of digests, or cites of passages."""
    with reading_case(case) as opened:
        found = compare(opened, a, b)
    if output is not None:
        is_page = output.suffix.lower() in (".html", ".htm")
        output.write_text(comparison_page(found) if is_page else printing_compared.comparison(found) + "\n", "utf-8")
    if as_json:
        print_json(found.as_json() | {"output": str(output) if output else None})
    elif output is None:
        click.echo(printing_compared.comparison(found))
    else:
        click.echo(printing_compared.comparison_head(found))
