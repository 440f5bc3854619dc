"""The records database of a case: SQLite in WAL mode, brought to the current format by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

CURRENT_FORMAT = 6
_WRITES = "fairwitness_writes"
_MIGRATIONS = Path(__file__).parent / "migrations"


def connect(path: Path, *, busy_ms: int = 60_000) -> Engine:
    """An engine on the database file; who waits for another writer gives up after `busy_ms`."""
    engine = create_engine(f"sqlite:///{path}")

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
