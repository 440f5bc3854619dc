"""A case with a list over two pages of a text, and its rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from fairwitness.case.case import Case
from fairwitness.cli import main
from fairwitness.core.lists import Cell, Column, List, Row
from fairwitness.work.kept_lists import KeptList, begin_list, change_list
from tests.work.support import open_quietly

COLUMNS = (Column("serial", kind="number"), Column("name", kind="name"), Column("day", kind="date"))


def case_with_text(folder: Path) -> Case:
    """A case of one document, open for reading."""
    (folder / "leak").mkdir(parents=True)
    (folder / "leak" / "a.txt").write_text("1 Aynur 2017-03-04\n2 Batur 2018-01-01\n", "utf-8")
    open_quietly(folder / "leak", folder / "case")
    return Case.open(folder / "case")


def rows_of(document: str, rows: int, pages: int = 2, columns: tuple[Column, ...] = COLUMNS) -> List:
    """A list whose cell in row r (from 0) and column c says "rR cC" and lies at x = 100 c, y = 10 r of its page."""
    made = []
    for row in range(rows):
        page = row * pages // rows + 1
        cells = tuple(
            Cell(
                column,
                (f"{document[:16]}:p{page}:r{100 * column},{10 * row},{100 * column + 90},{10 * row + 9}@200",),
                f"r{row} c{column}",
                900 - (7 * row + column) % 50,
                "engine",
            )
            for column in range(len(columns))
        )
        made.append(Row(cells[0].places[0], row + 1, "data", document, page, cells))
    return List(columns, tuple(made), pages=tuple((document, page + 1, "ok") for page in range(pages)))


def list_in(case: Case, rows: int, by: str = "heron", columns: tuple[Column, ...] = COLUMNS) -> KeptList:
    """A list of so many rows, kept in the case."""
    document = case.queries.documents(0)[0].digest
    made = begin_list(case, "Register", "", by)
    return change_list(case, made.id, by, rows=rows_of(document, rows, columns=columns))


def said_by(*arguments: object) -> str:
    """What the command printed, run in this process."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def json_of(*arguments: object) -> dict[str, Any]:
    """The same as JSON."""
    told: dict[str, Any] = json.loads(said_by(*arguments, "--json"))
    return told
