"""What goes into other tools is read by those tools, and is the same bytes each time."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fairwitness.publish.for_tools import ToolTable, datasette_metadata, ftm_lines, sqlite_database

TABLES = (
    ToolTable("findings", "About.", ("finding", "sentence"), (("f1", 'Канал "закрыт"'), ("f2", None))),
    ToolTable("list_1", "A list.", ("row", 'odd " name'), ((1, "مۇھىت"), (2, "=1+1")), "Register"),
)
DOCUMENTS = ({"document": "d1", "event": 3}, {"document": "d2", "event": 4, "sha256": "ab" * 32})
FINDINGS = (
    {
        "finding": "f1",
        "sentence": "The canal was closed.",
        "status": "checked",
        "cites": [{"document": "d1", "cite": "d1:p1:c0-5"}, {"document": "d1", "cite": "d1:p2:c0-5"}],
    },
)


def test_a_database_holds_the_tables_as_they_are_and_is_the_same_bytes(tmp_path: Path) -> None:
    data = sqlite_database(TABLES)
    assert data == sqlite_database(TABLES)
    (tmp_path / "x.db").write_bytes(data)
    with sqlite3.connect(tmp_path / "x.db") as opened:
        assert opened.execute("pragma integrity_check").fetchone() == ("ok",)
        assert opened.execute("select * from findings").fetchall() == list(TABLES[0].rows)
        assert opened.execute('select row, "odd "" name" from list_1').fetchall() == [(1, "مۇھىت"), (2, "=1+1")]
    opened.close()
    told = json.loads(datasette_metadata("T", "findings", TABLES))
    assert told["databases"]["findings"]["tables"]["list_1"]["title"] == "Register"


def test_a_finding_is_a_note_about_documents_and_nobody_becomes_an_entity() -> None:
    made = [json.loads(line) for line in ftm_lines("log", DOCUMENTS, FINDINGS, TABLES).decode().splitlines()]
    assert [one["schema"] for one in made] == ["Document", "Document", "Note", "Table"]
    assert made[2]["properties"]["entity"] == [made[0]["id"]]
    assert made[3]["properties"]["title"] == ["Register"] and "مۇھىت" not in json.dumps(made, ensure_ascii=False)
    others = [json.loads(line)["id"] for line in ftm_lines("other log", DOCUMENTS, FINDINGS, TABLES).splitlines()]
    assert not {one["id"] for one in made} & set(others)


@pytest.mark.slow
def test_every_property_is_one_that_the_schema_of_followthemoney_has(tmp_path: Path) -> None:
    """Its schema files alone: the program wants a build of ICU."""
    yaml = pytest.importorskip("yaml")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target"]
    if subprocess.run([*pip, tmp_path, "followthemoney==4.11.2"], capture_output=True, check=False).returncode != 0:
        pytest.skip("followthemoney cannot be fetched here")
    schemata = {}
    for path in (tmp_path / "followthemoney" / "schema").glob("*.yaml"):
        schemata |= yaml.safe_load(path.read_text("utf-8"))

    def properties(name: str) -> set[str]:
        above = [properties(one) for one in schemata[name].get("extends", [])]
        return set(schemata[name].get("properties", {})).union(*above)

    lines = ftm_lines("log", DOCUMENTS, FINDINGS, TABLES).decode().splitlines()
    for one in map(json.loads, lines):
        assert set(one["properties"]) <= properties(one["schema"]), one
        assert set(schemata[one["schema"]].get("required", [])) <= set(one["properties"])
        assert all(isinstance(value, str) for values in one["properties"].values() for value in values)
