"""The case folder: objects, page blobs, transactions, formats."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from fairwitness.case.case import Case
from fairwitness.case.database import CURRENT_FORMAT, connect, migrate
from fairwitness.case.objects import ObjectStore
from fairwitness.case.pages import PageReader, PageWriter
from fairwitness.case.schema import metadata
from fairwitness.core.errors import CaseBusy, CaseError, CaseTooNew, DiskFull, NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.records import Document, Find, Judgement, Made, Reading, TableSearch
from fairwitness.core.tables import PageTables, Table, TableCell

A = "aa" * 32
B = "bb" * 32
OK, BAD = Cause.OK, Cause.UNREADABLE
# Of Judgement(A, "language", "ug", 1_700_000_000), computed by the code of format 4, before judgements were signed.
OLD_ID = "0c3b038079ba754218db22fe49fe6669cf1d80b90bc7d1cf11fd85cc7a5d3521"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create_or_open(tmp_path / "case")


def test_an_object_is_found_under_the_digest_of_its_bytes(case: Case) -> None:
    digest = case.objects.put("ھۆججەت".encode())
    assert case.objects.open(digest).read() == "ھۆججەت".encode()
    assert case.objects.is_sound(digest)
    assert list(case.objects.digests()) == [digest]
    assert case.objects.path(digest).stat().st_mode & 0o222 == 0


def test_the_same_bytes_are_stored_once(case: Case) -> None:
    assert case.objects.put(b"x") == case.objects.put(b"x")
    assert len(list(case.objects.digests())) == 1


def test_a_changed_object_is_not_sound(case: Case) -> None:
    digest = case.objects.put(b"original")
    path = case.objects.path(digest)
    path.chmod(0o644)
    path.write_bytes(b"Original")
    assert not case.objects.is_sound(digest)


def test_an_object_that_was_not_finished_leaves_nothing(case: Case) -> None:
    with case.objects.writer() as writer:
        writer.write(b"half")
    assert list(case.objects.digests()) == []
    assert list((case.folder / "objects" / "incoming").iterdir()) == []


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    store.prepare()
    (tmp_path / "incoming" / "left").write_bytes(b"half")
    store.prepare()
    assert list((tmp_path / "incoming").iterdir()) == []


def test_an_object_that_is_not_there_is_named_shortly(case: Case) -> None:
    with pytest.raises(NotFound) as caught:
        case.objects.open(A)
    assert str(case.folder) not in str(caught.value)


def test_a_full_disk_is_one_clear_error(case: Case) -> None:
    with pytest.raises(DiskFull), Path("/dev/full").open("wb", buffering=0) as full, case.objects.writer() as writer:
        writer._file.close()
        writer._file = full
        writer.write(b"x" * 10)
    assert case.objects.put(b"later works") in set(case.objects.digests())


words = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 100), st.integers(0, 100)), max_size=20)


@st.composite
def pages(draw: st.DrawFn) -> list[PageText | PageMissed]:
    numbers = draw(st.lists(st.integers(1, 1 << 40), unique=True, max_size=8))
    made: list[PageText | PageMissed] = []
    for number in numbers:
        if draw(st.booleans()):
            made.append(PageMissed(number, "page", draw(st.sampled_from(list(Cause))), 10, 20, 200))
            continue
        text, spans, at = draw(st.text(max_size=50)), array("I"), 0
        for length, x, y in draw(words):
            if at + length > len(text):
                break
            spans.extend((at, at + length, x, y, x + 3, y + 4))
            at += length
        cells = array("I", [0, 1, 3, 4]) if text else array("I")
        made.append(PageText(number, "sheet", text, 2000, 3000, 200, spans, cells, draw(st.text(max_size=9))))
    return made


@given(pages())
def test_every_page_comes_back_as_it_was(wanted: list[PageText | PageMissed]) -> None:
    out = io.BytesIO()
    writer = PageWriter(out)
    for page in wanted:
        writer.add(page)
    writer.finish()
    reader = PageReader(io.BytesIO(out.getvalue()))
    assert list(reader) == sorted(wanted, key=lambda page: page.number)
    assert reader.page(1 << 41) is None


def test_a_truncated_page_blob_is_refused_with_a_sentence() -> None:
    out = io.BytesIO()
    writer = PageWriter(out)
    writer.add(PageText(1, "body", "text"))
    writer.finish()
    with pytest.raises(CaseError, match="damaged"):
        PageReader(io.BytesIO(out.getvalue()[:-3]))


def test_records_come_back_as_they_were_added(case: Case) -> None:
    found = Find("", 0, b"\xb2\xe2\n\xff", "file", "member", A, 5, "2017-03-01", Cause.PARTIAL, "detail", 0)
    reading = Reading(
        A, "application/pdf", "", Made("read-pdf", "1", '{"a":1}'), Cause.PARTIAL, "x", 9, 3, 4,
        {"needs_ocr": "1-2,5"}, 4, 3, B, (("title", "标题 \ud800".encode("utf-8", "replace").decode(), "PDF Info Title"),),
    )  # fmt: skip
    with case.changes() as changes:
        assert changes.add_find(found)
        assert not changes.add_find(found)
        assert changes.add_reading(reading)
        assert not changes.add_reading(reading)
        changes.add_document(Document(A, 5, 0, 100, "pdf"))
    assert list(case.queries.finds()) == [found]
    assert list(case.queries.readings()) == [reading]
    assert case.queries.document(A) == Document(A, 5, 0, 100, "pdf")


def test_many_finds_at_once_are_those_that_are_added_one_by_one(tmp_path: Path) -> None:
    """More than one batch of them, some twice, some there before, some without bytes."""
    pairs: list[tuple[Find, Document | None]] = []
    for number in range(1100):
        digest = f"{number % 900:064x}"
        if number % 7:
            pairs.append((Find(A, number, b"n", document=digest), Document(digest, 5, 1, number, f"{number % 3}")))
        else:
            pairs.append((Find(A, number, b"n", cause=Cause.DENIED), None))
    pairs += pairs[:50]
    ends = []
    for together in (True, False):
        with Case.create_or_open(tmp_path / str(together)) as case:
            with case.changes() as changes:
                changes.add_find(pairs[3][0])
                if together:
                    assert changes.add_finds(iter(pairs)) == 1099
                    assert changes.add_finds(pairs) == 0
                for found, document in () if together else pairs:
                    if document is not None:
                        changes.add_document(document)
                    if changes.add_find(found):
                        changes.add_event("intake", {"find": found.id, "document": found.document})
            told = [json.loads(body) for body in case.queries.events()]
            assert {event["type"] for event in told} == {"intake"}
            ends.append((list(case.queries.finds()), case.queries.documents(1), [event["find"] for event in told]))
    assert ends[0] == ends[1]


def test_a_document_does_not_depend_on_which_find_came_first(tmp_path: Path) -> None:
    rows = [Document(A, 5, 1, 100, "txt"), Document(A, 5, 1, 300, "csv"), Document(A, 5, 2, 900, "aaa")]
    ends = []
    for number, order in enumerate(([0, 1, 2], [1, 0, 2])):
        with Case.create_or_open(tmp_path / str(number)) as case:
            for index in order:
                with case.changes() as changes:
                    changes.add_document(rows[index])
            ends.append(case.queries.document(A))
    assert ends == [Document(A, 5, 1, 300, "csv")] * 2


def test_a_failed_transaction_leaves_nothing(case: Case) -> None:
    with pytest.raises(ZeroDivisionError), case.changes() as changes:
        changes.add_find(Find("", 0, b"x"))
        changes.add_event("intake", {})
        raise ZeroDivisionError
    assert list(case.queries.finds()) == []
    assert case.queries.event_count() == 0


def test_attempts_count_until_there_is_a_reading(case: Case) -> None:
    for _ in range(3):
        with case.changes() as changes:
            changes.count_attempt(A)
    assert case.queries.attempts() == {A: 3}
    with case.changes() as changes:
        changes.add_reading(Reading(A, "", "", Made("none", "0"), Cause.OK))
    assert case.queries.attempts() == {}


def test_statements_from_before_sources_were_kept_have_none(case: Case) -> None:
    with case.changes() as changes:
        changes.add_reading(Reading(A, "", "", Made("none", "0"), Cause.OK, about=(("created", "2017-03-01", "x"),)))
    with connect(case.folder / "records.db").begin() as connection:
        connection.execute(text("""UPDATE reading SET about = '[["created", "2017-03-01"], ["title", "t", "y"]]'"""))
    (reading,) = case.queries.readings()
    assert reading.about == (("created", "2017-03-01", ""), ("title", "t", "y"))


def test_two_equal_events_differ_by_their_nonce(case: Case) -> None:
    with case.changes() as changes:
        changes.add_event("intake", {"find": "x"})
        changes.add_event("intake", {"find": "x"})
    first, second = case.queries.events()
    assert first != second
    assert list(case.queries.events(after=1)) == [second]


def test_only_one_process_writes_and_others_still_read(case: Case) -> None:
    with pytest.raises(CaseBusy):
        Case.open(case.folder, writing=True)
    with Case.open(case.folder) as reading:
        assert reading.queries.event_count() == 0
        with pytest.raises(CaseError, match="reading only"), reading.changes():
            pass
    case.close()
    Case.open(case.folder, writing=True).close()


def test_a_case_can_be_copied_and_opened_elsewhere(case: Case, tmp_path: Path) -> None:
    digest = case.objects.put(b"x")
    with case.changes() as changes:
        changes.add_find(Find("", 0, b"x", document=digest))
    case.close()
    shutil.copytree(case.folder, tmp_path / "elsewhere")
    shutil.rmtree(case.folder)
    with Case.open(tmp_path / "elsewhere", writing=True) as copy:
        assert [found.document for found in copy.queries.finds()] == [digest]
        assert copy.objects.is_sound(digest)
    for path in (tmp_path / "elsewhere").rglob("*"):
        if path.is_file():
            assert os.fsencode(tmp_path) not in path.read_bytes()


def test_a_case_whose_making_was_killed_is_said_to_be_none_and_can_be_made(tmp_path: Path) -> None:
    Case.create_or_open(tmp_path / "case").close()
    for left in (tmp_path / "case").glob("records.db*"):
        left.unlink()
    for begun in (False, True):  # killed before the database was there, and before its tables were
        if begun:
            connect(tmp_path / "case" / "records.db").connect().close()
        with pytest.raises(CaseError, match="begun and never made"):
            Case.open(tmp_path / "case")
    Case.create_or_open(tmp_path / "case").close()
    assert Case.open(tmp_path / "case").queries.event_count() == 0


def test_a_newer_format_is_refused_with_a_sentence(case: Case) -> None:
    case.close()
    file = case.folder / "case.toml"
    file.write_text(file.read_text().replace(f"format = {CURRENT_FORMAT}", "format = 999"))
    for writing in (True, False):
        with pytest.raises(CaseTooNew, match="999"):
            Case.open(case.folder, writing=writing)


def test_an_older_case_is_migrated_and_keeps_its_records(case: Case) -> None:
    with case.changes() as changes:
        changes.add_find(Find("", 0, b"old"))
    case.close()
    (case.folder / "records.db").rename(case.folder / "newer.db")
    engine = connect(case.folder / "records.db")
    migrate(engine, 1)
    with engine.begin() as connection:
        connection.execute(text(f"ATTACH '{case.folder / 'newer.db'}' AS newer"))
        connection.execute(text("INSERT INTO find SELECT * FROM newer.find"))
    assert "indexed" not in inspect(engine).get_table_names()
    engine.dispose()
    file = case.folder / "case.toml"
    file.write_text(file.read_text().replace(f"format = {CURRENT_FORMAT}", "format = 1"))
    with pytest.raises(CaseError, match="older format"):
        Case.open(case.folder)
    with Case.open(case.folder, writing=True) as opened:
        assert [found.name for found in opened.queries.finds()] == [b"old"]
        assert opened.queries.indexed() == {}
    assert f"format = {CURRENT_FORMAT}" in file.read_text()


def test_what_was_decided_before_people_signed_keeps_its_id(case: Case) -> None:
    case.close()
    (case.folder / "records.db").unlink()
    engine = connect(case.folder / "records.db")
    migrate(engine, 4)
    row = {"id": OLD_ID, "about": A, "what": "language", "value": "ug", "at": 1_700_000_000, "replaces": ""}
    names = ", ".join(row)
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO judgement ({names}) VALUES ({', '.join(':' + name for name in row)})"), row
        )
    engine.dispose()
    file = case.folder / "case.toml"
    file.write_text(file.read_text().replace(f"format = {CURRENT_FORMAT}", "format = 4"))
    with Case.open(case.folder, writing=True) as opened:
        (kept,) = opened.queries.judgements()
        assert (kept.by, kept.value, kept.id) == ("", "ug", OLD_ID)
        assert opened.queries.last_judgement_seq() == 1


def test_who_signed_is_part_of_the_id() -> None:
    ids = {Judgement(A, "language", "ug", 1_700_000_000, by=by).id for by in ("", "heron", "tern")}
    assert len(ids) == 3
    assert OLD_ID in ids


def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    engine = connect(tmp_path / "records.db")
    migrate(engine)
    found = inspect(engine)
    for table in metadata.sorted_tables:
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == set(table.columns.keys())
        assert {index["name"] for index in found.get_indexes(table.name)} == {index.name for index in table.indexes}
    engine.dispose()


def test_a_folder_that_holds_something_else_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CaseError, match="not empty"):
        Case.create_or_open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_without_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no case"):
        Case.open(tmp_path)


def test_settings_are_kept_and_replaced_by_name(tmp_path: Path) -> None:
    Case.create_or_open(tmp_path / "c", {"cpu_s": 7}).close()
    with Case.create_or_open(tmp_path / "c", {"max_depth": 3}) as case:
        assert (case.settings.cpu_s, case.settings.max_depth) == (7, 3)


def test_a_damaged_case_file_is_refused_with_a_sentence(case: Case) -> None:
    case.close()
    (case.folder / "case.toml").write_text("format = 'x'")
    with pytest.raises(CaseError, match="not readable"):
        Case.open(case.folder)


def test_core_imports_nothing_but_the_standard_library() -> None:
    script = (
        "import sys, fairwitness.core.cite, fairwitness.core.parts, fairwitness.core.step, fairwitness.core.ranges\n"
        "own = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(m for m in own if not m.startswith('_')))"
    )
    told = subprocess.run([sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, sys.argv[1])\n" + script,
                           str(Path(__file__).parents[2] / "src")], capture_output=True, text=True, check=True)  # fmt: skip
    assert told.stdout.strip() in ("['fairwitness']", "['fairwitness', 'sitecustomize']")


def test_the_tables_of_a_page_come_back_as_they_were_found(case: Case) -> None:
    cell = TableCell(0, 0, box=(1, 2, 30, 40), text="名·前", confidence=987, engine="ppocrv6-small", script="Hani")
    found = PageTables(3, (Table("ruled", (1, 2, 30, 40), 1, 1, (cell,)),), (), 50, 60, 300)
    search, failed = (TableSearch(A, page, Made("read-tables", "1"), how) for page, how in ((3, OK), (4, BAD)))
    with case.changes() as changes:
        assert changes.add_page_tables(search, found)
        assert changes.add_page_tables(failed, None)
        assert not changes.add_page_tables(search, None)
    first, second = case.queries.table_searches(A)
    assert (first.id, second.id) == (search.id, failed.id)
    assert dict(case.queries.found_tables([first.seq, second.seq])) == {first.seq: found}
    assert [one.outcome for one in case.queries.table_searches()] == [OK, BAD]
    assert list(case.queries.table_searches("b" * 64)) == []


def test_a_case_from_before_tables_were_searched_gets_room_for_them(case: Case) -> None:
    case.close()
    (case.folder / "records.db").unlink()
    engine = connect(case.folder / "records.db")
    migrate(engine, 5)
    assert "page_table" not in inspect(engine).get_table_names()
    engine.dispose()
    file = case.folder / "case.toml"
    file.write_text(file.read_text().replace(f"format = {CURRENT_FORMAT}", "format = 5"))
    with Case.open(case.folder, writing=True) as opened:
        with opened.changes() as changes:
            assert changes.add_page_tables(TableSearch(A, 1, Made("read-tables", "1"), BAD), None)
        assert [one.page for one in opened.queries.table_searches(A)] == [1]


def test_what_is_written_is_kept_when_the_case_was_opened_twice_and_another_process_ends(case: Case) -> None:
    """SQLite deletes the journal when the last process ends, and tells by a lock on the file who that is."""
    with case.changes() as changes:
        changes.add_event("note", {})
    Case.open(case.folder).close()
    assert counted_elsewhere(case) == 1
    with case.changes() as changes:
        changes.add_event("note", {})
    assert counted_elsewhere(case) == 2


def counted_elsewhere(case: Case) -> int:
    """The events that another process sees, which ends then."""
    code = "from fairwitness.case.case import Case; from pathlib import Path; import sys\n"
    code += "with Case.open(Path(sys.argv[1])) as case: print(case.queries.event_count())"
    done = subprocess.run([sys.executable, "-c", code, case.folder], check=True, capture_output=True, text=True)
    return int(done.stdout)
