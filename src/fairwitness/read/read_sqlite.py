"""SQLite databases: every table as a sheet, opened as a copy in memory that can do nothing but be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, PageMissed, Part, Source
from fairwitness.read._grid import sheet_pages, show
from fairwitness.read._inside import extension_of, file_inside, show_bytes
from fairwitness.read._sparse import Row
from fairwitness.text.encoding import decode_bytes, detect_encoding

MAX_DATABASE_BYTES = 512 << 20
MAX_CELL_CHARS = 32_000  # a longer value is a file of its own
_MAX_VALUE_BYTES = 256 << 20
_WAL_AT, _PLAIN = slice(18, 20), b"\x01\x01"
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class ReadSqlite:
    """Reads each table in pages of at most 200 rows: row 0 has the names of the columns.

    Values that are files (pictures, archives, long texts) are entries; other bytes are shown as digits. Views and
    virtual tables are not computed: what they show is in the tables. Nothing of a journal that may lie beside is
    applied, and deleted rows are not looked for.
    """

    name: ClassVar[str] = "read-sqlite"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the pages of the tables in the order of their names, with the files in them."""
        if item.size_bytes > MAX_DATABASE_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "database larger than the limit")
        connection = _open(item)
        try:
            tables = _tables(connection)
        except sqlite3.Error:
            raise ReadError(Cause.UNREADABLE, "the list of tables is damaged") from None
        yield About("tables", str(len(tables)), "sqlite_schema")
        reading = _Reading(connection)
        for table in tables:
            yield from reading.table(table)
        detail = "some rows cannot be read" if reading.damaged else ""
        if not tables:
            yield End(Cause.EMPTY, expected_pages=0, expected_entries=0)
            return
        outcome = Cause.PARTIAL if reading.damaged else Cause.OK
        yield End(outcome, detail, expected_pages=reading.pages, expected_entries=reading.entries)


def _open(item: Source) -> sqlite3.Connection:
    item.file.seek(0)
    data = bytearray(item.file.read())
    if not data.startswith(_MAGIC):
        raise ReadError(Cause.UNREADABLE, "no database")
    data[_WAL_AT] = _PLAIN  # a copy in memory cannot have a write-ahead log, and refuses to open if it says it has
    connection = sqlite3.connect(":memory:")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    try:
        connection.deserialize(bytes(data))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        raise ReadError(Cause.UNREADABLE, "the database cannot be opened") from None
    connection.text_factory = bytes
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Names of the tables that hold rows themselves."""
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    kept = [_text(name) for name, sql in found if not _text(sql or b"").upper().startswith("CREATE VIRTUAL")]
    return sorted(name for name in kept if not name.startswith("sqlite_"))


@dataclass(slots=True)
class _Reading:
    """What has come out of the database so far."""

    connection: sqlite3.Connection
    pages: int = 0
    entries: int = 0
    damaged: bool = False
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def table(self, name: str) -> Iterator[Part]:
        """Yield the pages of one table, then the files met on them."""
        try:
            for page in sheet_pages(self._rows(name), name, self.pages + 1):
                self.pages = page.number
                yield page
                yield from self._files()
        except (sqlite3.Error, OverflowError):
            self.damaged = True
            self.pages += 1
            yield PageMissed(self.pages, "sheet", Cause.UNREADABLE)
            yield from self._files()

    def _files(self) -> Iterator[Part]:
        for name, data in self.files:
            self.entries += 1
            yield from file_inside(self.entries, name, data)
        self.files.clear()

    def _rows(self, name: str) -> Iterator[Row]:
        quoted = '"' + name.replace('"', '""') + '"'
        cursor = self.connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608  quoted, and only SELECT is allowed
        columns = [str(column[0]) for column in cursor.description]
        yield 0, list(enumerate(columns))
        for number, values in enumerate(cursor, 1):
            cells = [
                (at, text)
                for at, value in enumerate(values)
                if (text := self._shown(value, f"{name}.{number}.{columns[at]}"))
            ]
            if cells:
                yield number, cells

    def _shown(self, value: bytes | int | float | str | None, place: str) -> str:
        if not isinstance(value, bytes):
            return show(value)
        extension = extension_of(value)
        if extension:
            self.files.append((f"{place}.{extension}", value))
            return ""
        if not _is_text(value):
            return show_bytes(value)
        text = _text(value)
        if len(text) > MAX_CELL_CHARS:
            self.files.append((f"{place}.txt", value))
            return ""
        return " ".join(text.split("\t")).replace("\0", "")


def _is_text(value: bytes) -> bool:
    head = value[:4096]
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return decode_bytes(value, detect_encoding(value, complete=True))
