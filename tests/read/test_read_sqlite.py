from __future__ import annotations

import sqlite3

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, EntryData
from fairwitness.read.read_sqlite import ReadSqlite
from tests.read.documents import end_of, pages_of, read
from tests.read.pictures import HEIC


def database(*statements: str | tuple[str, tuple[object, ...]]) -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        if isinstance(statement, str):
            connection.executescript(statement)
        else:
            connection.execute(*statement)
    connection.commit()
    return connection.serialize()


def cells(page) -> dict[tuple[int, int], str]:
    numbers = page.cells
    return {
        (numbers[at + 2], numbers[at + 3]): page.text[numbers[at] : numbers[at + 1]] for at in range(0, len(numbers), 4)
    }


def test_each_table_is_a_sheet_whose_first_row_names_its_columns() -> None:
    data = database(
        'CREATE TABLE "таблица ""x""" (имя TEXT, 年 INTEGER, x REAL); CREATE TABLE empty (a); CREATE VIEW v AS SELECT 1',
        ('INSERT INTO "таблица ""x""" VALUES (?, ?, ?)', ("张三\tمىسال", 2017, 1.5)),
        ('INSERT INTO "таблица ""x""" VALUES (?, ?, ?)', (None, -1, None)),
    )
    parts = read(ReadSqlite(), data)
    pages = pages_of(parts)
    assert [page.label for page in pages] == ["empty", 'таблица "x"']
    assert cells(pages[1]) == {
        (0, 0): "имя", (0, 1): "年", (0, 2): "x", (1, 0): "张三 مىسال", (1, 1): "2017", (1, 2): "1.5", (2, 1): "-1",
    }  # fmt: skip
    assert (end_of(parts).outcome, end_of(parts).expected_pages) == (Cause.OK, 2)


def test_files_in_a_table_are_entries_and_other_bytes_are_digits() -> None:
    data = database(
        "CREATE TABLE t (a, b)",
        ("INSERT INTO t VALUES (?, ?)", (HEIC, b"\0\1\2")),
        ("INSERT INTO t VALUES (?, ?)", ("x" * 40_000, "Ққ".encode())),
    )
    parts = read(ReadSqlite(), data)
    assert [part.name for part in parts if isinstance(part, Entry)] == [b"t.1.a.heic", b"t.2.a.txt"]
    assert b"".join(part.data for part in parts if isinstance(part, EntryData)) == HEIC + b"x" * 40_000
    assert cells(pages_of(parts)[0]) == {(0, 0): "a", (0, 1): "b", (1, 1): "000102", (2, 1): "Ққ"}
    assert end_of(parts).expected_entries == 2


def test_many_rows_are_many_pages_and_none_is_lost() -> None:
    data = database("CREATE TABLE t (a)", *(("INSERT INTO t VALUES (?)", (n,)) for n in range(1001)))
    pages = pages_of(read(ReadSqlite(), data))
    assert len(pages) == 6
    found = [text for page in pages for place, text in cells(page).items() if place[0] > 0]
    assert found == [str(n) for n in range(1001)]


def test_a_database_left_with_a_write_ahead_log_opens() -> None:
    data = bytearray(database("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", ("text",))))
    data[18:20] = b"\2\2"
    assert cells(pages_of(read(ReadSqlite(), bytes(data)))[0])[1, 0] == "text"


def test_a_view_is_not_computed() -> None:
    data = database(
        "CREATE TABLE u (c); INSERT INTO u VALUES ('kept');"
        "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    )
    parts = read(ReadSqlite(), data)
    (page,) = pages_of(parts)
    assert (page.label, cells(page)[1, 0]) == ("u", "kept")
    assert end_of(parts).outcome is Cause.OK


def test_damage_is_said() -> None:
    data = database("CREATE TABLE t (a)", *(("INSERT INTO t VALUES (?)", (f"row {n}" * 20,)) for n in range(500)))
    broken = bytearray(data)
    broken[8192:16384] = b"\xff" * 8192
    assert end_of(read(ReadSqlite(), bytes(broken))).outcome in (Cause.PARTIAL, Cause.UNREADABLE)
    assert end_of(read(ReadSqlite(), b"SQLite format 3\0" + b"\0" * 100)).outcome in (Cause.UNREADABLE, Cause.EMPTY)
    assert end_of(read(ReadSqlite(), database("CREATE TABLE t (a); DROP TABLE t"))).outcome is Cause.EMPTY


@pytest.mark.parametrize("text", ["通知内容很长的一段话", "Список сотрудников отдела"])
def test_text_that_is_no_utf8_is_decoded(text: str) -> None:
    raw = text.encode("gb18030" if "通" in text else "cp1251")
    data = database("CREATE TABLE t (a)", ("INSERT INTO t VALUES (CAST(? AS TEXT))", (raw,)))
    assert cells(pages_of(read(ReadSqlite(), data))[0])[1, 0] == text
