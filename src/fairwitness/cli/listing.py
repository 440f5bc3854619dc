"""Commands that ask many things at once, or the same again: batch, save, watch."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors, written_to
from fairwitness.work.batch import KINDS, Answered, Kind, ask_all, read_list
from fairwitness.work.printing_listed import HEAD, HIT_HEAD, batch_foot, batch_lines, batch_rows, saved_line, watched
from fairwitness.work.searching import CaseSearch, not_searched
from fairwitness.work.table_out import TableOut
from fairwitness.work.watching import save, watch


class _Counted:
    """Passes answers on and counts how they ended."""

    def __init__(self, answers: Iterator[Answered]) -> None:
        self._answers = answers
        self._ends: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Answered]:
        for answered in self._answers:
            end = "bad" if answered.pages is None else "found" if answered.pages else "not_found"
            self._ends[end] += 1
            yield answered

    def told(self) -> dict[str, int]:
        ends = {name: self._ends[name] for name in ("found", "not_found", "bad")}
        return {"entries": self._ends.total()} | ends


@click.command()
@case_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--as", "kind", type=click.Choice(list(KINDS)), default="phrase", show_default=True,
    help="What a line is: " + "; ".join(f"{name}: {what}" for name, what in KINDS.items()) + ".",
)  # fmt: skip
@click.option("--column", default="", help="Of a CSV file: name in its first line, or number from 1.")
@click.option("--hits", default=0, show_default=True, type=click.IntRange(0), help="Hits to list for each line.")
@click.option("--csv", "table", help="Write the table to this file, or - for standard output.")
@click.option("--excel", is_flag=True, help="Begin the CSV with the mark by which Excel knows UTF-8.")
@json_option
@tells_errors
def batch(
    case: Path, file: Path, kind: Kind, column: str, hits: int, table: str | None, excel: bool, as_json: bool
) -> None:
    """Ask CASE everything that FILE lists, one a line: how many pages each has, and which.

    A line that cannot be understood is reported with its number, and the rest is done; the status is 1 then.
    """
    with reading_case(case) as opened:
        searching = CaseSearch(opened)
        counted = _Counted(ask_all(searching, read_list(file, kind, column), hits))
        if as_json:
            for answered in counted:
                print_json(answered.as_json())
        elif table:
            with written_to(table) as out:
                writer = TableOut(out, HEAD + (HIT_HEAD if hits else ()), mark=excel)
                for answered in counted:
                    for row in batch_rows(answered, with_hits=bool(hits)):
                        writer.add(row)
        else:
            for line in batch_lines(counted):
                click.echo(line)
        told: dict[str, Any] = counted.told() | {"searched": searching.searched()}
        told["not_searched"] = not_searched(opened, searching.searched())["total"]
    if as_json:
        print_json(told)
    else:
        click.echo(batch_foot(told), err=table == "-")
    sys.exit(1 if told["bad"] else 0)


@click.command("save")
@case_argument
@click.argument("name")
@click.argument("query")
@json_option
@tells_errors
def save_command(case: Path, name: str, query: str, as_json: bool) -> None:
    """Save QUERY under NAME in CASE. `fairwitness watch` then shows what it finds that it does not find now."""
    with reading_case(case) as opened:
        saved = save(opened, name, query)
    if as_json:
        print_json({"name": saved.name, "query": saved.query, "total": saved.runs[-1].total})
    else:
        click.echo(saved_line(saved))


@click.command("saved")
@case_argument
@click.option("--forget", help="Remove the one of this name.")
@json_option
@tells_errors
def saved_command(case: Path, forget: str | None, as_json: bool) -> None:
    """The searches that are saved in CASE."""
    with reading_case(case) as opened:
        if forget is not None:
            with opened.saved.alone():
                opened.saved.remove(forget)
        found = opened.saved.all()
    if as_json:
        listed = [{"name": one.name, "query": one.query, "runs": [asdict(run) for run in one.runs]} for one in found]
        print_json({"saved": listed})
    else:
        for one in found:
            click.echo(saved_line(one))


@click.command("watch")
@case_argument
@click.argument("names", nargs=-1)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="New hits to show of each.")
@click.option("--keep", is_flag=True, help="Do not remember this run: the same is new again.")
@json_option
@tells_errors
def watch_command(case: Path, names: tuple[str, ...], limit: int, keep: bool, as_json: bool) -> None:
    """Run the saved searches of CASE again, or those NAMES, and show what is new since the last time."""
    with reading_case(case) as opened:
        for found in watch(opened, names, limit=limit, keep=keep):
            if as_json:
                print_json(found.as_json())
            else:
                click.echo(watched(found))
