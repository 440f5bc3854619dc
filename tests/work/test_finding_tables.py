"""Tables of documents: searched page by page in the sandbox, kept with their cause, gone on with after a stop."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from examples.synthetic_lists import draw_page, make_list
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.tables import PageTables
from fairwitness.lists.setup import parse_setup
from fairwitness.work.finding_tables import NotRead, find_tables, find_tables_of, page_tables
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import NoEngine
from fairwitness.work.verifying import verify
from tests.work.support import open_quietly, run_json

LIST = make_list(pages=2, rows=4)
QUIET = Progress(None)
SETUP = """
[list]
name = "Register"
pages = ["{document}:1-3"]
[[column]]
name = "number"
kind = "number"
"""


@pytest.fixture
def folder(opened: Path, tmp_path: Path) -> Path:
    """A copy of the case for one test."""
    return Path(shutil.copytree(opened, tmp_path / "case"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a scanned list of two pages and an empty one, and a sheet."""
    top = tmp_path_factory.mktemp("tables")
    (top / "leak").mkdir()
    drawn = [Image.fromarray(draw_page(LIST, page).image) for page in (0, 1)]
    images = [
        *(one.resize((one.width // 2, one.height // 2)) for one in drawn),
        Image.new("RGB", (1754, 1240), "white"),
    ]
    images[0].save(top / "leak" / "scan.pdf", save_all=True, append_images=images[1:], resolution=150)
    rows = [LIST.columns[n].title for n in range(3)], *(row[:3] for row in LIST.rows)
    (top / "leak" / "sheet.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    open_quietly(top / "leak", top / "case")
    return top / "case"


def digest_of(case: Case, media_type: str) -> str:
    return next(one.document for one in case.queries.readings() if one.media_type == media_type)


def check_statement(folder: Path, page: int) -> None:
    """What was derived says so in a statement, and a page that was changed afterwards is noticed."""
    with Case.open(folder) as case:
        assert verify(case, QUIET).untold == ()
        scan = digest_of(case, "application/pdf")
        find = next(one for one in case.queries.table_searches(scan) if one.page == page)
        told = [json.loads(body) for body in case.queries.events()]
    event = next(one for one in told if one.get("tables") == find.id)
    predicate = event["statement"]["predicate"]
    assert event["statement"]["_type"] == "https://in-toto.io/Statement/v1"
    assert predicate["buildDefinition"]["resolvedDependencies"][0]["digest"] == {"sha256": scan}
    assert predicate["buildDefinition"]["internalParameters"]["sandbox"].startswith("landlock ")
    assert predicate["runDetails"]["builder"]["version"]["step"] == find.made.version
    with closing(sqlite3.connect(folder / "records.db")) as database, database:
        (frame,) = database.execute("SELECT frame FROM page_table WHERE id = ?", (find.id,)).fetchone()
        digests = {one["name"]: one["digest"]["sha256"] for one in event["statement"]["subject"]}
        assert digests == {"page": hashlib.sha256(zlib.decompress(frame)).hexdigest(), "record": find.id}
        changed = zlib.compress(zlib.decompress(frame).replace(b'"strays":[]', b'"strays": []'))
        assert changed != frame
        database.execute("UPDATE page_table SET frame = ? WHERE id = ?", (changed, find.id))
    with Case.open(folder) as case:
        assert verify(case, QUIET).untold == (find.id,)


def test_pages_are_read_once_each_and_every_page_has_an_answer(folder: Path) -> None:
    with Case.open(folder, writing=True) as case:
        scan = digest_of(case, "application/pdf")
        assert page_tables(case, scan) == dict.fromkeys((1, 2, 3), Cause.NOT_READ_YET)
        first = find_tables(case, QUIET, scan, [2])
        assert (first.by_outcome, first.tables, first.done_before) == ({"ok": 1}, 1, 0)
        rest = find_tables(case, QUIET, scan, [1, 2, 3, 77])
        assert (rest.by_outcome, rest.done_before, rest.left) == ({"ok": 1, "empty": 1, "unreadable": 1}, 1, 0)
        again = find_tables(case, QUIET, scan, [1, 77], again=True)
        assert (again.by_outcome, again.done_before) == ({"unreadable": 1}, 1)
        found = page_tables(case, scan)
        assert found.pop(77) is Cause.UNREADABLE
        for page, answer in found.items():
            assert isinstance(answer, PageTables) and answer.number == page and answer.dpi == 300
        (table,) = found[1].tables  # type: ignore[union-attr]
        assert (table.rows, table.columns) == (3, 12)
        assert [cell.text for cell in table.cells if cell.row == 1][:3] == list(LIST.rows[0][:3])
        assert (found[3].tables, found[3].strays) == ((), ())  # type: ignore[union-attr]
        events = [json.loads(event) for event in case.queries.events()]
        told = [event for event in events if event["type"] == "derive" and "tables" in event]
        assert sorted(event["page"] for event in told) == [1, 2, 3, 77, 77]
        assert not any(LIST.rows[0][2] in json.dumps(event, ensure_ascii=False) for event in events)
    check_statement(folder, 3)


def test_a_sheet_holds_its_tables_as_text(folder: Path) -> None:
    with Case.open(folder) as case:
        sheet = digest_of(case, "text/csv")
        (page,) = page_tables(case, sheet).values()
        assert isinstance(page, PageTables) and page.reading
        (table,) = page.tables
        assert [cell.text for cell in table.cells if cell.row == 1] == list(LIST.rows[0][:3])
        assert find_tables(case, QUIET, sheet).as_json()["rows"] == 5


def test_another_set_up_is_another_search_of_the_pages_it_names(folder: Path) -> None:
    with Case.open(folder, writing=True) as case:
        scan = digest_of(case, "application/pdf")
        setup = parse_setup(SETUP.format(document=scan[:16]).replace("1-3", "3"))
        assert find_tables_of(case, QUIET, setup).by_outcome == {"empty": 1}
        assert find_tables(case, QUIET, scan, [3]).by_outcome == {"empty": 1}


def test_who_asks_for_what_is_not_there_is_told_so(folder: Path) -> None:
    with Case.open(folder, writing=True) as case:
        with pytest.raises(NotRead):
            find_tables(case, QUIET, "ab" * 32)
        with pytest.raises(NoEngine):
            find_tables(case, QUIET, digest_of(case, "application/pdf"), engine="tesseract-rus")


def test_the_command_says_what_it_found(folder: Path) -> None:
    with Case.open(folder) as case:
        sheet = digest_of(case, "text/csv")
    found = run_json("list", "find", folder, sheet[:8], "--quiet")
    assert (found["pages"], found["tables"], found["rows"], found["left"]) == (1, 1, 5, 0)


@pytest.mark.slow
def test_an_image_far_too_large_and_a_damaged_one_end_as_failures_or_tables_but_never_as_a_crash(
    tmp_path: Path,
) -> None:
    (tmp_path / "leak").mkdir()
    large = io.BytesIO()
    Image.new("L", (20_000, 3_000), 255).save(large, "PNG")
    (tmp_path / "leak" / "large.png").write_bytes(large.getvalue())
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as case:
        (document,) = (one.digest for one in case.queries.documents(0))
        done = find_tables(case, QUIET, document)
        assert done.by_outcome.total() == 1
        (answer,) = page_tables(case, document).values()
        assert isinstance(answer, Cause) or (answer.tables == () and max(answer.width_px, answer.height_px) <= 20_000)
