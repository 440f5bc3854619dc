"""A saved search shows what came since its last run, once, and says what went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, NotFound
from fairwitness.search.query import BadQuery
from fairwitness.work.watching import BadName, Watched, save, watch
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("a report on water")
    (tmp_path / "leak" / "b.txt").write_text("a list")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    return tmp_path / "leak"


def once(case: Path, **options: object) -> Watched:
    with Case.open(case) as opened:
        (found,) = watch(opened, **options)  # type: ignore[arg-type]
    return found


def test_only_what_came_since_the_last_run_is_new(leak: Path) -> None:
    case = leak.parent / "case"
    with Case.open(case) as opened:
        assert save(opened, "wasser", "water").runs[-1].total == 1
    assert (once(case).run.new, once(case).run.total) == (0, 1)  # type: ignore[union-attr]
    (leak / "c.txt").write_text("more water")
    (leak / "d.txt").write_text("no hit")
    open_quietly(leak, case)
    kept = once(case, keep=True)
    found = once(case)
    for one in (kept, found):
        assert one.run is not None
        assert (one.run.new, one.run.total, one.run.gone) == (1, 2, 0)
        assert [hit.found_as for hit in one.hits] == ["c.txt"]
    assert once(case).run.new == 0  # type: ignore[union-attr]
    assert len(once(case).saved.runs) == 5  # that of saving, and four that were not kept from being remembered


def test_a_watch_works_while_another_process_writes_to_the_case(leak: Path) -> None:
    case = leak.parent / "case"
    with Case.open(case, writing=True):
        run_json("save", case, "水", "water OR 水")
        assert [json.loads(line)["new"] for line in run_cli("watch", case, "--json").stdout.splitlines()] == [0]
        assert run_json("saved", case)["saved"][0]["name"] == "水"


def test_a_query_that_is_none_is_refused_and_one_of_another_version_stops_nothing(leak: Path) -> None:
    case = leak.parent / "case"
    with Case.open(case) as opened:
        with pytest.raises(BadQuery):
            save(opened, "bad", "(water")
        for name in ("", "  ", "a\nb", "x" * 101, "a\u202eb"):
            with pytest.raises(BadName):
                save(opened, name, "water")
        first = save(opened, "a", "water")
        save(opened, "b", "list")
        opened.saved.put(type(first)(first.name, "(water", first.runs, first.seen))
        found = list(watch(opened))
        assert [(one.saved.name, one.run is None, bool(one.problem)) for one in found] == [
            ("a", True, True),
            ("b", False, False),
        ]
        with pytest.raises(NotFound):
            list(watch(opened, ["nosuch"]))


def test_a_damaged_file_is_named_and_a_forgotten_search_is_gone(leak: Path) -> None:
    case = leak.parent / "case"
    with Case.open(case) as opened:
        save(opened, "a", "water")
        opened.saved.remove("a")
        with pytest.raises(NotFound):
            opened.saved.get("a")
        save(opened, "b", "water")
        (file,) = (case / "searches").glob("*.json")
        file.write_text("{")
        with pytest.raises(CaseError, match=file.name):
            opened.saved.all()


def test_two_forms_of_one_name_are_one_search(leak: Path) -> None:
    with Case.open(leak.parent / "case") as opened:
        save(opened, "caf\u00e9", "water")
        assert opened.saved.get("cafe\u0301").query == "water"
