"""What was derived from the records at some cost, kept by key under `cache/`; it may be deleted at any time.

One SQLite file. A value is found again under the kind and the key that it was kept under; the kind names what made it
with its version, the key what it was made from. Where the disk cannot be written to, everything is kept in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_TABLE = "CREATE TABLE IF NOT EXISTS derived (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID"
WAIT_S = 10.0  # for another process that is writing


class Derived:
    """Values by kind and key."""

    def __init__(self, path: Path) -> None:
        self._connection = _open(path)

    def get(self, kind: str, key: str) -> bytes | None:
        """The value; None if there is none, or none that can be read."""
        with suppress(sqlite3.DatabaseError):
            rows = self._connection.execute("SELECT value FROM derived WHERE kind = ? AND key = ?", (kind, key))
            for row in rows:
                return bytes(row[0])
        return None

    def put(self, kind: str, values: Iterable[tuple[str, bytes]]) -> None:
        """The values are kept under their keys, all of them or none; none where the disk is full."""
        with suppress(sqlite3.DatabaseError), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO derived VALUES (?, ?, ?)", ((kind, key, value) for key, value in values)
            )

    def forget_other_kinds(self, beginning: str, kept: str) -> None:
        """No value is left of a kind that begins so, but for the kind `kept`: what another version made."""
        with suppress(sqlite3.DatabaseError), self._connection:
            self._connection.execute(
                "DELETE FROM derived WHERE substr(kind, 1, ?) = ? AND kind <> ?", (len(beginning), beginning, kept)
            )

    def close(self) -> None:
        """Nothing is open any more."""
        self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    for _ in range(2):
        try:
            connection = sqlite3.connect(path, timeout=WAIT_S)
            connection.execute("PRAGMA synchronous = OFF")  # derived: a torn file is found below and made again
            connection.execute(_TABLE)
            connection.execute("SELECT count(*) FROM derived WHERE kind = ''").fetchone()
        except sqlite3.OperationalError:  # no such folder, read-only, or another process writes for long
            break
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink()
        else:
            return connection
    connection = sqlite3.connect(":memory:")
    connection.execute(_TABLE)
    return connection
