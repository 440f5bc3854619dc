"""Commands that find and show places: search, export, show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import (
    case_argument,
    json_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
    written_to,
)
from fairwitness.core.cite import parse_any_cite
from fairwitness.core.outcome import Cause
from fairwitness.search.facets import FACETS, FacetName
from fairwitness.search.index import ORDERS, Answer, Order
from fairwitness.search.query import Node
from fairwitness.work import printing
from fairwitness.work.answering import head_of
from fairwitness.work.citing import FORMATS, Format, cited_place, written_cites
from fairwitness.work.exporting import write_csv, write_jsonl
from fairwitness.work.opening import log_unlocked
from fairwitness.work.printing_answers import answer_lines
from fairwitness.work.recognising import waiting
from fairwitness.work.searching import CaseSearch
from fairwitness.work.showing import draw, look_up
from fairwitness.work.wanted import wish

_QUERY_MAY_BEGIN_WITH_MINUS = {"ignore_unknown_options": True}


@click.command(context_settings=_QUERY_MAY_BEGIN_WITH_MINUS)
@case_argument
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Hits to show.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Hits to pass over.")
@click.option("--all", "everything", is_flag=True, help="All hits, by document and page; with --json one a line.")
@click.option("--by-document", is_flag=True, help="The same as --sort document.")
@click.option("--sort", type=click.Choice(ORDERS), default="relevance", show_default=True, help="Order of the hits.")
@click.option("--after", default="", help="Go on behind the hit that this cursor of an earlier answer names.")
@click.option("--facet", "facets", multiple=True, type=click.Choice(FACETS), help="Count all pages that match by this.")
@click.option("--histogram", type=click.Choice(["year", "month"]), help="Count all pages that match by their dates.")
@click.option("--documents", is_flag=True, help="By document: each with its number of pages that match and the best.")
@click.option("--similar", is_flag=True, help="Pages like it in meaning too, said so (docs/meaning.md).")
@json_option
@tells_errors
def search(
    case: Path,
    query: str,
    limit: int,
    offset: int,
    everything: bool,
    by_document: bool,
    sort: Order,
    after: str,
    facets: tuple[FacetName, ...],
    histogram: FacetName | None,
    documents: bool,
    similar: bool,
    as_json: bool,
) -> None:
    """Search the pages of CASE; the query language is in docs/search.md."""
    order: Order = "document" if by_document else sort
    if documents and (everything or similar or (offset and order != "relevance")):
        raise click.UsageError(
            "--documents goes with --after, and with --offset by relevance; not with --all, --similar."
        )
    with reading_case(case) as opened:
        searching = CaseSearch(opened)
        asked = dict.fromkeys([*facets, *([histogram] if histogram else [])])
        if documents:
            _print_documents(
                opened, searching, query, asked, as_json, limit=limit, offset=offset, order=order, after=after
            )
            return
        limit = 0 if everything else limit
        answer, node = searching.ask(query, limit=limit, offset=offset, order=order, after=after)
        head = head_of(opened, searching, query, answer, node, asked)
        if head["not_searched_pages"].get(Cause.NEEDS_OCR.value):
            wish(opened, searching.almost(node, [hit.document for hit in answer.hits]), "almost-hit")
        if similar:
            _print_similar(opened, searching, node, head, limit, as_json)
            return
        hits = searching.all_hits(node) if everything else searching.hits(node, answer.hits)
        if as_json and everything:
            print_json(head)
            for hit in hits:
                print_json(hit.as_json())
        elif as_json:
            print_json(head | {"hits": [hit.as_json() for hit in hits]})
        else:
            click.echo(printing.search_head(head))
            for line in answer_lines(head):
                click.echo(line)
            for hit in hits:
                click.echo(printing.hit(hit))


def _print_documents(
    case: Case, searching: CaseSearch, query: str, facets: Iterable[FacetName], as_json: bool, **part: Any
) -> None:
    from fairwitness.work.asking import with_hits

    node = searching.understood(query)
    found = searching.by_document(node, **part)
    head = head_of(case, searching, query, Answer(found.total, (), found.after), node, facets)
    shown = with_hits(searching, node, found.hits)
    if as_json:
        print_json(head | {"documents": found.documents, "by_document": [one.as_json() for one in shown]})
        return
    click.echo(printing.search_head(head))
    click.echo(f"In {printing.count(found.documents, 'document')}.")
    for line in answer_lines(head):
        click.echo(line)
    for one in shown:
        click.echo(f"\n{printing.count(one.pages, 'page')} of {one.document[:12]}")
        for hit in one.hits:
            click.echo(printing.hit(hit))


def _print_similar(
    case: Case, searching: CaseSearch, node: Node, head: dict[str, Any], limit: int, as_json: bool
) -> None:
    from fairwitness.search.meaning import nano_e5
    from fairwitness.work.meaning import CaseMeaning
    from fairwitness.work.printing_meaning import similar_hit
    from fairwitness.work.similar import similar_hits

    meaning = CaseMeaning(case, nano_e5())
    hits = similar_hits(searching, meaning, node, limit)
    if as_json:
        print_json(head | {"pages_with_meaning": meaning.page_count(), "hits": [found.as_json() for found in hits]})
        return
    click.echo(printing.search_head(head))
    click.echo(f"Compared in meaning: {printing.count(meaning.page_count(), 'page')}.")
    for found in hits:
        click.echo(similar_hit(found))


@click.command(context_settings=_QUERY_MAY_BEGIN_WITH_MINUS)
@case_argument
@click.argument("query")
@click.option("--csv", "table", help="Write a CSV table to this file, or - for standard output.")
@click.option("--jsonl", "lines", help="Write a JSON object a line to this file, or - for standard output.")
@click.option("--excel", is_flag=True, help="Begin the CSV with the mark by which Excel knows UTF-8.")
@json_option
@tells_errors
def export(case: Path, query: str, table: str | None, lines: str | None, excel: bool, as_json: bool) -> None:
    """Write every hit of QUERY with its cite to a file, by document and page (docs/search.md)."""
    if (table is None) == (lines is None):
        raise click.UsageError("Give either --csv FILE or --jsonl FILE.")
    target = table or lines or "-"
    with reading_case(case) as opened:
        searching = CaseSearch(opened)
        answer, node = searching.ask(query, limit=0)
        with written_to(target) as out:
            hits = searching.all_hits(node)
            written = write_jsonl(hits, out) if table is None else write_csv(hits, out, excel=excel)
        head = head_of(opened, searching, query, answer, node) | {"written": written, "output": target}
    if as_json and target != "-":
        print_json(head)
    else:
        click.echo(printing.search_head(head), err=True)
        click.echo(f"Wrote {printing.count(written, 'hit')}.", err=True)


@click.command()
@case_argument
@click.argument("cite")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="PNG of the place, or .txt.")
@click.option("--page", "whole_page", is_flag=True, help="The whole page instead of the lines around the place.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Print the cite as people publish it.")
@click.option("--paths", is_flag=True, help="With the path in the leak, which may lead to whoever it was taken from.")
@unlocked_option
@json_option
@tells_errors
def show(
    case: Path, cite: str, output: Path | None, whole_page: bool, form: Format | None, paths: bool, unlocked: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Show the place that CITE names: its text, and with -o the page image with the place marked."""
    with reading_case(case) as opened:
        if form is not None:
            click.echo(written_cites([cited_place(opened, cite, with_path=paths)], form), nl=False)
            return
        shown = look_up(opened, parse_any_cite(cite))
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
