"""Findings and lists in the forms of other tools: FollowTheMoney lines for OpenAleph, SQLite for Datasette.

It writes what it is handed and adds nothing: no entity is made of a person, and a withheld column is not there.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class ToolTable:
    """A table: `name` in lower case letters, digits and underscores, `about` in a sentence.

    `list_name` is set for a list that people made, and is what they call it.
    """

    name: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    list_name: str = ""

    @property
    def file(self) -> str:
        """The name of the table as a CSV file."""
        return f"{self.name.replace('_', '-')}.csv"


def ftm_lines(
    dataset: str,
    documents: Sequence[Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]],
    tables: Sequence[ToolTable],
) -> bytes:
    """A FollowTheMoney entity a line: each document, each finding as a note about its documents, each list as a table.

    Ids are made from `dataset`, which must be one that nobody can guess a document by, and the names in the bag.
    """
    made = [_document(dataset, one) for one in documents]
    for one in findings:
        cited = dict.fromkeys(_id(dataset, cite["document"]) for cite in one["cites"])
        places = ["; ".join(cite["cite"] for cite in one["cites"])]
        told = {"description": [one["sentence"]], "entity": list(cited), "summary": places, "keywords": [one["status"]]}
        made.append(_entity(_id(dataset, one["finding"]), "Note", told))
    for table in tables:
        if table.list_name:
            told = {
                "fileName": [table.file],
                "title": [table.list_name],
                "columns": [json.dumps(table.columns, ensure_ascii=False)],
                "rowCount": [str(len(table.rows))],
                "notes": [table.about],
            }
            made.append(_entity(_id(dataset, table.name), "Table", told))
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in made).encode()


def sqlite_database(tables: Sequence[ToolTable]) -> bytes:
    """A SQLite database with these tables; the same tables give the same bytes."""
    connection = sqlite3.connect(":memory:")
    try:
        for table in tables:
            columns = ", ".join(f"{_quoted(column)} {_type(table, at)}" for at, column in enumerate(table.columns))
            connection.execute(f"create table {_quoted(table.name)} ({columns})")
            places = ", ".join("?" * len(table.columns))
            connection.executemany(f"insert into {_quoted(table.name)} values ({places})", table.rows)  # noqa: S608
        connection.commit()
        return bytes(connection.serialize())
    finally:
        connection.close()


def datasette_metadata(title: str, database: str, tables: Sequence[ToolTable]) -> bytes:
    """What Datasette shows beside the tables (`datasette findings.db --metadata metadata.json`)."""
    about = {table.name: {"title": table.list_name or table.name, "description": table.about} for table in tables}
    told = {"title": title, "databases": {database: {"tables": about}}}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _document(dataset: str, one: Mapping[str, Any]) -> dict[str, Any]:
    told = {"fileName": [one["document"]], "title": [f"Document {one['document']}"]}
    if "sha256" in one:
        told["notes"] = [f"SHA-256 {one['sha256']}"]  # contentHash is a SHA-1 there
    return _entity(_id(dataset, one["document"]), "Document", told)


def _entity(name: str, schema: str, told: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"id": name, "schema": schema, "properties": {key: values for key, values in told.items() if values}}


def _id(dataset: str, name: str) -> str:
    return hashlib.sha256(f"{dataset}\n{name}".encode()).hexdigest()[:40]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(table: ToolTable, at: int) -> str:
    values = {type(row[at]) for row in table.rows if row[at] is not None}
    return "integer" if values == {int} else "real" if values and values <= {int, float} else "text"
