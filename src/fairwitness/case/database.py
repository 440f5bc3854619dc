"""The records database of a case: SQLite in WAL mode, brought to the current format by Alembic."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from fairwitness.case.unlocking import KEYRING, cipher, is_encrypted, pragma_key
from fairwitness.core.errors import CaseError

CURRENT_FORMAT = 6
_WRITES = "fairwitness_writes"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MIGRATIONS = Path(__file__).parent / "migrations"


class DamagedRecords(CaseError):
    """A byte of the records is not as it was written."""

    code = "damaged_records"
    advice = "Take a copy of the case, and go on with the copy that you made before."


def connect(path: Path, *, busy_ms: int = 60_000) -> Engine:
    """An engine on the database file; who waits for another writer gives up after `busy_ms`."""
    engine = _encrypted_engine(path) if is_encrypted(path) else create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "handle_error")
    def _tell(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            raise DamagedRecords("The records of this case are damaged.")

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute(
            f"PRAGMA busy_timeout={busy_ms}"
        )  # first: after a kill, the next one has to wait for the recovery
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")

    return engine


def _encrypted_engine(path: Path) -> Engine:
    """An engine on a SQLCipher database; the key comes from the keyring of this process."""
    module, key = cipher(), pragma_key(KEYRING.key_of(path.parent))

    def opened() -> Any:
        connection = module.connect(str(path), check_same_thread=False)
        connection.execute(f"PRAGMA key = {key}")
        return connection

    return create_engine(f"sqlite:///{path}", module=module, creator=opened)


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that is the only one that writes, from its beginning on.

    So what it reads is still so when it writes: more than one process may write to a case, each for a moment.
    """
    with engine.connect() as connection:
        alone = connection.execution_options(**{_WRITES: True})
        with alone.begin():
            yield alone


def has_tables(engine: Engine) -> bool:
    """False for a file that somebody began and that was killed before its tables were there."""
    return inspect(engine).has_table("alembic_version")


def migrate(engine: Engine, target: int = CURRENT_FORMAT) -> None:
    """The database has the tables of format `target`; what it held before is kept."""
    from alembic import command  # a sixth of a second that only who writes must wait for
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with write_transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(target))
