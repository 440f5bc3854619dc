"""Commands that find and show places: search, show."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.cli.common import (
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.core.cite import parse_cite
from fairwitness.core.outcome import Cause
from fairwitness.search.index import Order
from fairwitness.work import printing
from fairwitness.work.opening import log_unlocked
from fairwitness.work.recognising import waiting
from fairwitness.work.searching import CaseSearch, not_searched
from fairwitness.work.showing import draw, look_up
from fairwitness.work.wanted import wish


@click.command()
@case_argument
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Hits to show.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Hits to pass over.")
@click.option("--all", "everything", is_flag=True, help="All hits, by document and page; with --json one a line.")
@click.option("--by-document", is_flag=True, help="Order by document and page instead of relevance.")
@json_option
@tells_errors
def search(case: Path, query: str, limit: int, offset: int, everything: bool, by_document: bool, as_json: bool) -> None:
    """Search the pages of CASE; the query language is in docs/search.md."""
    with reading_case(case) as opened:
        searching = CaseSearch(opened)
        order: Order = "document" if by_document else "relevance"
        answer, node = searching.ask(query, limit=0 if everything else limit, offset=offset, order=order)
        missing = not_searched(opened, searching.searched())
        head = {
            "query": query,
            "total": answer.total,
            "searched": searching.searched(),
            "not_searched": missing["total"],
            "not_searched_pages": missing["pages"],
            "not_searched_files": missing["files"],
            "not_trusted": searching.not_trusted(node),
        }
        if missing["pages"].get(Cause.NEEDS_OCR.value):
            wish(opened, searching.almost(node, answer.hits), "almost-hit")
        hits = searching.all_hits(node) if everything else (searching.hit(node, found) for found in answer.hits)
        if as_json and everything:
            print_json(head)
            for hit in hits:
                print_json(hit.as_json())
        elif as_json:
            print_json(head | {"hits": [hit.as_json() for hit in hits]})
        else:
            click.echo(printing.search_head(head))
            for hit in hits:
                click.echo(printing.hit(hit))


@click.command()
@case_argument
@click.argument("cite")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="PNG of the place, or .txt.")
@click.option("--page", "whole_page", is_flag=True, help="The whole page instead of the lines around the place.")
@unlocked_option
@json_option
@tells_errors
def show(case: Path, cite: str, output: Path | None, whole_page: bool, unlocked: bool, as_json: bool) -> None:
    """Show the place that CITE names: its text, and with -o the page image with the place marked."""
    with reading_case(case) as opened:
        shown = look_up(opened, parse_cite(cite))
        wish(opened, waiting(opened, [shown.document]), "looked-at")
        if output is not None and output.suffix == ".txt":
            output.write_text(printing.quote(shown) + "\n", "utf-8")
        elif output is not None:
            if unlocked:
                log_unlocked(case)
            output.write_bytes(draw(opened, shown, whole_page=whole_page, unlocked=unlocked))
        if as_json:
            print_json({"cite": cite, **shown.as_json(), "output": str(output) if output else None})
        else:
            click.echo(printing.shown(shown))
