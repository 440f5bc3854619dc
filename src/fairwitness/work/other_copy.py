"""Reads what people said of lists from another copy of a case, which is only read and never trusted.

Its database comes from somebody else's machine: it is opened as immutable, nothing but selecting from the table of
judgements is allowed, and every value is checked for its type, its length and its form before it is used. Each
judgement must have the id that its content gives.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fairwitness.case.case import Case
from fairwitness.case.database import CURRENT_FORMAT
from fairwitness.case.settings import read_case_file
from fairwitness.case.unlocking import is_encrypted
from fairwitness.core.errors import CaseError, CaseTooNew, FairwitnessError
from fairwitness.core.lists import List, list_from_bytes
from fairwitness.core.records import Judgement
from fairwitness.custody.checkpoint import MAX_CHECKPOINT_CHARS, Checkpoint, decode
from fairwitness.work.cell_entries import CELL, entry_of, is_entry
from fairwitness.work.draws import DRAW, parse_draw
from fairwitness.work.judging import MAX_TEXT_CHARS, BadSignature, signature
from fairwitness.work.kept_lists import NAME, ROWS, SETUP

OLDEST_FORMAT = 5  # the first in which judgements are signed
MAX_JUDGEMENTS = 5_000_000
MAX_VALUE_BYTES = 4 << 20
MAX_ROWS_BYTES = 512 << 20
MAX_ABOUT_CHARS = 400
AHEAD_S = 2 * 24 * 3600  # how far ahead a clock may be; what is said "last" would otherwise win for ever
_COLUMNS = ("id", "about", "what", "value", "at", "replaces", "by")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ABOUT = re.compile(r"list:[0-9a-f]{16}|cell:[0-9a-f]{16}:[0-9a-f]{16,64}:p[0-9]{1,9}:[rc][0-9A-Za-z,@:/_.#-]{1,300}")
_WHAT_OF_LIST = re.compile(rf"{NAME}|{SETUP}|{ROWS}|(?:draw|audit):[0-9a-f]{{16}}|codebook:.{{1,200}}")
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_STEPS, _TIME_S = 100_000, 120


class DamagedCopy(FairwitnessError):
    """The other copy holds something that no copy of ours would."""

    code = "damaged_copy"
    advice = "Nothing of it was taken over. Run fairwitness verify on it, and ask whoever sent it."


@dataclass(frozen=True, slots=True)
class OtherCopy:
    """The judgements of the copy about lists and cells, in the order in which they came into it; and its log.

    `beside` is how many judgements it holds about other things: marks and findings.
    """

    folder: Path
    log: str
    checkpoint: Checkpoint | None
    judgements: tuple[Judgement, ...]
    beside: int


def read_copy(case: Case, folder: Path) -> OtherCopy:
    """What people said of lists in the copy of a case in `folder`.

    Raises:
        CaseError: if there is no case, or one whose format does not fit, or somebody writes to it.
        DamagedCopy: if anything in it is not as it must be.
    """
    if not (folder / "case.toml").is_file():
        raise CaseError("There is no case in that folder.", advice="Name the folder of the other copy.")
    file = read_case_file(folder / "case.toml")
    if file.format > CURRENT_FORMAT:
        raise CaseTooNew(f"The copy has format {file.format}; this fairwitness knows up to {CURRENT_FORMAT}.")
    if file.format < OLDEST_FORMAT:
        raise CaseError("The copy has an older format.", advice="Run fairwitness open on it once.")
    with _database(case, folder) as connection:
        rows, beside = _rows(connection)
    return OtherCopy(folder, file.log, _checkpoint(folder), tuple(map(_judgement, rows)), beside)


def rows_of_copy(copy: OtherCopy, digest: str) -> tuple[bytes, List]:
    """The object of the copy that holds the rows of a list, as bytes and as a list.

    Raises:
        DamagedCopy: if it is not there, or not what its name says.
    """
    raw = _file(copy.folder / "objects" / digest[:2] / digest[2:4] / digest, MAX_ROWS_BYTES)
    if raw is None or hashlib.sha256(raw).hexdigest() != digest:
        raise DamagedCopy("The rows of a list are missing in the copy, or damaged.")
    try:
        return raw, list_from_bytes(raw)
    except (ValueError, RecursionError):
        raise DamagedCopy("The rows of a list in the copy are no rows.") from None


@contextmanager
def _database(case: Case, folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of the copy; with what waits in its journal applied to a copy of our own, and nothing to its own."""
    path, journal = folder / "records.db", folder / "records.db-wal"
    if not path.is_file():
        raise CaseError("The copy has no records.", advice="Name the folder of the other copy.")
    if is_encrypted(path):
        advice = "Decrypt the copy where it was made, or on an encrypted disk: fairwitness case decrypt COPY"
        raise CaseError("The records of the copy are encrypted.", advice=advice)
    if not (journal.is_file() and journal.stat().st_size):
        with closing(_connect(path, "?mode=ro&immutable=1")) as connection:
            yield connection
        return
    scratch = case.scratch()
    scratch.mkdir()
    try:
        before = _state_of(path, journal)
        for each in (path, journal):
            shutil.copyfile(each, scratch / each.name)
        if _state_of(path, journal) != before:
            raise CaseError("Somebody writes to the copy.", advice="Wait until they have ended, or copy it anew.")
        with closing(_connect(scratch / path.name, "")) as connection:
            yield connection
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _state_of(*paths: Path) -> list[tuple[int, int]]:
    return [(path.stat().st_size, path.stat().st_mtime_ns) for path in paths]


def _connect(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}{how}", uri=True)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        last = time.monotonic() + _TIME_S
        connection.set_progress_handler(lambda: int(time.monotonic() > last), _STEPS)
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    except sqlite3.Error:
        connection.close()
        raise DamagedCopy("The records of the copy cannot be read.") from None
    return connection


def _rows(connection: sqlite3.Connection) -> tuple[list[tuple[object, ...]], int]:
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    ours = "(about >= 'list:' AND about < 'list;') OR (about >= 'cell:' AND about < 'cell;')"
    try:
        kinds = connection.execute("SELECT type, name FROM sqlite_master WHERE name = 'judgement'").fetchall()
        if kinds != [("table", "judgement")]:
            raise DamagedCopy("The records of the copy have no judgements.")
        found = connection.execute(f"SELECT {columns} FROM judgement WHERE {ours} ORDER BY seq")  # noqa: S608
        rows = found.fetchmany(MAX_JUDGEMENTS + 1)
        every = sum(1 for _ in connection.execute("SELECT about FROM judgement"))
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        raise DamagedCopy("The records of the copy cannot be read.") from None
    if len(rows) > MAX_JUDGEMENTS:
        raise DamagedCopy("The copy holds more judgements than anybody can give.")
    return rows, every - len(rows)


def _judgement(row: tuple[object, ...]) -> Judgement:
    """The judgement of a row, with every field checked."""
    untrusted_id, about, what, value, at, replaces, by = row
    for text in (untrusted_id, about, what, value, replaces, by):
        if not isinstance(text, str) or "\0" in text:
            raise DamagedCopy("A judgement in the copy has a field of another kind.")
    assert isinstance(about, str) and isinstance(what, str) and isinstance(value, str)
    assert isinstance(replaces, str) and isinstance(by, str)
    if type(at) is not int or not 0 < at <= time.time() + AHEAD_S:
        raise DamagedCopy("A judgement in the copy was given at a time that there was not.")
    if len(about) > MAX_ABOUT_CHARS or not _ABOUT.fullmatch(about):
        raise DamagedCopy("A judgement in the copy is about nothing that we know.")
    try:
        made = Judgement(about, what, value, at, replaces, by)
        if made.id != untrusted_id or signature(by) != by:
            raise DamagedCopy("A judgement in the copy was changed after it was given.")
    except (BadSignature, UnicodeEncodeError):
        raise DamagedCopy("A judgement in the copy is not signed.") from None
    if replaces != " ".join(sorted(replaces.split())) or not all(map(_DIGEST.fullmatch, replaces.split())):
        raise DamagedCopy("A judgement in the copy replaces something that is none.")
    _check_answer(made)
    return made


def _check_answer(made: Judgement) -> None:
    if made.about.startswith(CELL):
        try:
            if is_entry(made.what):
                entry_of("", made.what, made.value, made.by, made.at, "")
            elif not _is_code(made):
                raise ValueError("no question")
        except ValueError:
            raise DamagedCopy("An entry in the copy is none.") from None
    elif not _WHAT_OF_LIST.fullmatch(made.what):
        raise DamagedCopy("A judgement about a list in the copy answers no question that we know.")
    elif made.what.startswith(DRAW) and made.value:
        try:
            parse_draw(made.value)
        except ValueError:
            raise DamagedCopy("A sample of an audit in the copy is none.") from None
    if made.what == ROWS and made.value and not _DIGEST.fullmatch(made.value):
        raise DamagedCopy("The rows of a list in the copy have no digest.")
    if len(made.value) > MAX_TEXT_CHARS and made.about.startswith(CELL):
        raise DamagedCopy("An entry in the copy is longer than an entry can be.")


def _is_code(made: Judgement) -> bool:
    """Whether it is what a coder said of a cell: `code:BOOK@VERSION:NAME`."""
    return made.what.startswith("code:") and made.what.endswith(f":{made.by}") and len(made.what) <= MAX_ABOUT_CHARS


def _checkpoint(folder: Path) -> Checkpoint | None:
    raw = _file(folder / "log" / "checkpoint", MAX_CHECKPOINT_CHARS * 4)
    if raw is None:
        return None
    try:
        return decode(raw.decode("utf-8"))
    except (FairwitnessError, UnicodeDecodeError):
        raise DamagedCopy("The checkpoint of the copy is damaged.") from None


def _file(path: Path, max_bytes: int) -> bytes | None:
    """The bytes of a plain file, None for none; no link is followed, and nothing that blocks is opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode) or told.st_size > max_bytes:
            raise DamagedCopy("A file of the copy is too large, or no file.")
        return file.read(max_bytes + 1)[: max_bytes + 1]
