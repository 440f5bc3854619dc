"""A recipe to begin with, from the lists that a case has: all it names is there, the rest is for a person to say."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Column
from fairwitness.lists.toml import Source, toml_table
from fairwitness.work.coding import Coding, codebooks_of
from fairwitness.work.kept_lists import KeptList, lists_of
from fairwitness.work.list_table import is_personal
from fairwitness.work.recipes import ListAsked
from fairwitness.work.report_tables import ListTable

_HEAD = """\
# A report: what is counted, from which lists, under which codebooks. docs/report.md explains every key.
# fairwitness report CASE RECIPE --check says what is wrong with it, and writes nothing.

[report]
title = "Title of the report"
dated = 2000-01-01            # the day of the report; the same recipe gives the same bytes on every day
by = "pseudonym"
seed = 1
threshold = 5                 # smaller counts are held back, and others with them
"""
_TAIL = """\
# [[part]]
# kind = "text"
# text = "In {count of LABEL in NAME} rows, or {share of LABEL in NAME}, ..."   # figures lead to their claims
"""


def new_recipe(case: Case) -> str:
    """A recipe that counts the columns of codes of each list of the case that has rows, and what was coded.

    Raises:
        NotFound: if no list has rows.
    """
    kept = [one for one in lists_of(case) if one.rows]
    if not kept:
        raise NotFound("No list of the case has rows.", advice="Run: fairwitness list make CASE LIST --by NAME")
    blocks = [_HEAD]
    parts: list[str] = []
    for number, one in enumerate(kept):
        called = one.name if [other.name for other in kept].count(one.name) == 1 else f"{one.name} {number + 1}"
        table = ListTable(case, _asked(one, called))
        blocks.append(_list_block(one, called, table))
        parts.append(toml_table("[[part]]", {"kind": "heading", "text": called}))
        for column in _countable(table):
            parts.append(_tabulate(called, column.name, number))
        for column_name, book in _coded(case, table):
            name = re.sub(r"[^a-z0-9_]", "_", f"{column_name}_{book}".lower())[:60]
            values = {"name": name, "list": called, "column": column_name, "codebook": book, "coders": "agreed"}
            blocks.append(toml_table("[[variable]]", values))
            parts.append(_tabulate(called, name, number))
    return "\n".join([*blocks, *parts, _TAIL])


def _tabulate(called: str, variable: str, number: int) -> str:
    name = variable if not number else f"{variable} {number + 1}"
    return toml_table("[[part]]", {"kind": "tabulate", "name": name, "list": called, "variable": variable})


def _asked(one: KeptList, called: str) -> ListAsked:
    section = Source('[[list]]\nlist = ""').sections("list")[0]
    return ListAsked(called, one.id, "", "", "row", False, "", "", False, section)


def _list_block(one: KeptList, called: str, table: ListTable) -> str:
    said = {"name": called, "list": one.id, "digest": table.digest}
    lines = [toml_table("[[list]]", said).rstrip("\n")]
    numbers = [column.name for column in table.columns.values() if column.kind == "identity"]
    if numbers:
        lines.append(f"# person = {json.dumps(numbers[0])}   # rows with the same one are of one person; only for that")
    lines.append('# row_is = "case"       # what a row stands for')
    lines.append("# census = true         # every row of the document is in the list: no sampling error")
    return "\n".join(lines) + "\n"


def _countable(table: ListTable) -> Sequence[Column]:
    """Columns of codes that may be counted as they are, and of which anything is decided."""
    found = [one for one in table.columns.values() if one.kind == "code" and one.codes and not is_personal(one)]
    return [one for one in found if any(not place[one.name].why for place in table.places)]


def _coded(case: Case, table: ListTable) -> list[tuple[str, str]]:
    """Column and codebook of whatever was coded."""
    found: dict[tuple[str, str], None] = {}
    for book in codebooks_of(case, table.kept):
        cells = [cell for said in Coding(case, table.desk, book).by_coder.values() for cell in said]
        for cell in cells:
            if cell in table.desk.cells:
                found[table.desk.cells[cell].column.name, book.called] = None
    return list(found)
