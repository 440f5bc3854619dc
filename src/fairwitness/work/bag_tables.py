"""The content of a bag once more as tables, for tools that want those: nothing is in them that is not in the bag."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal

from fairwitness.publish.bag import Content
from fairwitness.publish.for_tools import ToolTable, Value, datasette_metadata, ftm_lines, sqlite_database
from fairwitness.work.table_out import TableOut

Tool = Literal["ftm", "sqlite", "csv"]
TOOLS: Mapping[Tool, str] = {
    "ftm": "FollowTheMoney lines, for OpenAleph and others",
    "sqlite": "a SQLite database with metadata.json, for Datasette",
    "csv": "tables as text",
}
_CITE = ("document", "page", "cite", "type", "cells", "quote", "title", "label", "day")


def tool_files(content: Mapping[str, Content], tools: Collection[Tool], log: str, title: str) -> dict[str, Content]:
    """The files for these tools, by their path in a bag that holds `content`."""
    told = _loaded(content, "findings/findings.json").get("findings", [])
    documents = _loaded(content, "documents.json")["documents"]
    tables = [*_finding_tables(told), *_case_tables(content, documents), *_list_tables(content)]
    files: dict[str, Content] = {}
    if "ftm" in tools:
        files["tools/entities.ftm.json"] = ftm_lines(log, documents, told, tables)
    if "sqlite" in tools:
        files["tools/findings.db"] = sqlite_database(tables)
        files["tools/metadata.json"] = datasette_metadata(title, "findings", tables)
    if "csv" in tools:
        files |= {f"tools/csv/{table.file}": _as_csv(table) for table in tables}
    return files


def _finding_tables(told: list[dict[str, Any]]) -> list[ToolTable]:
    findings = tuple((one["finding"], one["sentence"], one["status"]) for one in told)
    used = [name for name in _CITE if any(name in cite for one in told for cite in one["cites"])]
    cites = tuple(
        (one["finding"], number, *(_plain(cite.get(name)) for name in used))
        for one in told
        for number, cite in enumerate(one["cites"], 1)
    )
    return [
        ToolTable("findings", "Sentences that people wrote and checked.", ("finding", "sentence", "status"), findings),
        ToolTable("cites", "The places that carry them, in their order.", ("finding", "number", *used), cites),
    ]


def _case_tables(content: Mapping[str, Content], documents: list[dict[str, Any]]) -> list[ToolTable]:
    named = tuple((one["document"], one["event"], one.get("sha256")) for one in documents)
    received = _loaded(content, "about.json")["received"]
    failures = [("file", cause, count) for cause, count in sorted(received["by_cause"].items())]
    failures += [("page", cause, count) for cause, count in sorted(received["pages"]["by_cause"].items())]
    return [
        ToolTable("documents", "The documents that are cited, by the event by which each came in.",
                  ("document", "event", "sha256"), named),
        ToolTable("failures", "How many files and pages of all that was received could not be read, by cause.",
                  ("unit", "cause", "count"), tuple(failures)),
    ]  # fmt: skip


def _list_tables(content: Mapping[str, Content]) -> list[ToolTable]:
    tables = []
    for path in sorted(content):
        if path.startswith("lists/") and path.endswith("/datapackage.json"):
            about = _loaded(content, path)
            columns = [field["name"] for field in about["resources"][0]["schema"]["fields"]]
            kinds = [field["type"] for field in about["resources"][0]["schema"]["fields"]]
            data = content[path.replace("datapackage.json", "list.csv")]
            assert isinstance(data, bytes)
            lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))[1:]
            rows = tuple(tuple(_typed(text, kind) for text, kind in zip(line, kinds, strict=True)) for line in lines)
            withheld = ", ".join(about["fairwitness"]["withheld"]) or "none"
            number = path.split("/")[1].rpartition("-")[2]
            sentence = f"A list that people made of documents. Columns that are withheld: {withheld}."
            tables.append(ToolTable(f"list_{number}", sentence, tuple(columns), rows, about["title"]))
    return tables


def _typed(text: str, kind: str) -> Value:
    """A cell of the exported table; what has an apostrophe against spreadsheet programs loses it again."""
    if not text:
        return None
    if kind == "integer":
        return int(text)
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@\t\r") else text


def _plain(value: Any) -> Value:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _as_csv(table: ToolTable) -> bytes:
    out = io.StringIO(newline="")
    written = TableOut(out, table.columns)
    for row in table.rows:
        written.add(row)
    return out.getvalue().encode()


def _loaded(content: Mapping[str, Content], path: str) -> dict[str, Any]:
    data = content.get(path, b"{}")
    assert isinstance(data, bytes)
    found: dict[str, Any] = json.loads(data)
    return found
