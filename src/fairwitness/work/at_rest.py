"""Encrypts the records of a case, and takes that back; killed at any moment, either the old or the new case is whole.

Encrypted is `records.db`: names of files, text that was recognised, judgements, findings, notes, consents. Originals
and the text read from them (`objects/`), the index, what is derived (`cache/`) and the secret of commitments to pages
(`secrets/`) stay in clear: that is for an encrypted disk.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case, held_alone
from fairwitness.case.objects import raise_if_full
from fairwitness.case.unlocking import (
    COST,
    KEY_BYTES,
    KEY_FILE,
    KEYRING,
    cipher,
    is_encrypted,
    pragma_key,
    seal_key,
    write_key_file,
)
from fairwitness.core.errors import CaseBusy, CaseError
from fairwitness.custody.ledger import extend_log

_NEW = "records.db.new"
_IN_CLEAR = ("objects", "index", "cache", "searches", "secrets", _NEW)


@dataclass(frozen=True, slots=True)
class AtRest:
    """How the case lies on the disk: whether its records are encrypted, and which of its folders are in clear."""

    encrypted: bool
    in_clear: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"encrypted": self.encrypted, "in_clear": list(self.in_clear)}


def at_rest(folder: Path) -> AtRest:
    """How the case in `folder` lies on the disk."""
    paths = [folder / name for name in _IN_CLEAR]
    in_clear = tuple(path.name for path in paths if path.is_file() or (path.is_dir() and any(path.iterdir())))
    return AtRest(is_encrypted(folder / "records.db"), in_clear)


def encrypt_case(folder: Path, passphrase: str, *, cost: int = COST) -> AtRest:
    """The records of the case can be read with the passphrase alone.

    Raises:
        WeakPassphrase: if it is too short.
        NoCipher: if SQLCipher is not installed.
        CaseBusy: if anybody has the case open.
        CaseError: if the records are encrypted already, or what was written is not what was read.
        DiskFull: if both do not fit on the disk; the case is as it was.
    """
    module = cipher()
    if is_encrypted(folder / "records.db"):
        raise CaseError("The records of this case are encrypted already.", advice="Decrypt it first.")
    key = secrets.token_bytes(KEY_BYTES)
    sealed = seal_key(key, passphrase, cost)
    _note(folder, "encrypt")
    with held_alone(folder), _alone(folder, module, None) as old:
        _write_anew(folder, old, pragma_key(key))
        _check(module, folder / _NEW, pragma_key(key), old)
        write_key_file(folder / KEY_FILE, sealed)  # with a plain database a key file says nothing
        _put_in_place(folder)
    KEYRING.learn(sealed, key)
    return at_rest(folder)


def decrypt_case(folder: Path) -> AtRest:
    """The records of the case are in clear again; the passphrase comes from the keyring of this process.

    Raises:
        WrongPassphrase, NeedsPassphrase: as for opening the case.
        CaseBusy, CaseError, DiskFull, NoCipher: as for `encrypt_case`.
    """
    module = cipher()
    if not is_encrypted(folder / "records.db"):
        raise CaseError("The records of this case are not encrypted.", advice="")
    key = KEYRING.key_of(folder)
    _note(folder, "decrypt")
    with held_alone(folder), _alone(folder, module, pragma_key(key)) as old:
        _write_anew(folder, old, "''")
        _check(sqlite3, folder / _NEW, None, old)
        _put_in_place(folder)
        (folder / KEY_FILE).unlink()
    return at_rest(folder)


def _note(folder: Path, what: str) -> None:
    """The log tells that it was about to be done."""
    with Case.open(folder, writing=True) as case:
        with case.changes() as changes:
            changes.add_event(what, {})
        extend_log(case)


@contextmanager
def _alone(folder: Path, module: Any, key: str | None) -> Iterator[Any]:
    """The open database, which nobody else has open and nobody can open; without a journal beside it."""
    with closing(module.connect(str(folder / "records.db"), isolation_level=None)) as connection:
        try:
            if key is not None:
                connection.execute(f"PRAGMA key = {key}")
            connection.execute("PRAGMA busy_timeout = 2000")
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            if mode != "delete":
                raise CaseBusy("Somebody has this case open.")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            with suppress(FileNotFoundError):
                (folder / _NEW).unlink()
            yield connection
        except (module.OperationalError, sqlite3.OperationalError) as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise CaseBusy("Somebody has this case open.", advice="Stop what reads it, and try again.") from None
            raise CaseError("The records could not be written anew; they are as they were.", advice="") from None
        except OSError as error:
            raise_if_full(error)
            raise CaseError("The records could not be written anew; they are as they were.", advice="") from None
        finally:
            with suppress(FileNotFoundError):
                (folder / _NEW).unlink()


def _write_anew(folder: Path, old: Any, key: str) -> None:
    os.close(os.open(folder / _NEW, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    old.execute(f"ATTACH DATABASE ? AS anew KEY {key}", (str(folder / _NEW),))
    old.execute("BEGIN EXCLUSIVE")
    old.execute("SELECT sqlcipher_export('anew')")
    old.execute("COMMIT")
    old.execute("DETACH DATABASE anew")


def _check(module: Any, path: Path, key: str | None, old: Any) -> None:
    """What was written can be read, is whole, and has as many rows of every table.

    Raises:
        CaseError: if not.
    """
    with closing(module.connect(str(path), isolation_level=None)) as new:
        if key is not None:
            new.execute(f"PRAGMA key = {key}")
        sound = new.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not sound or _counts(new.execute) != _counts(old.execute):
            raise CaseError("The records that were written anew are not whole; the old ones are as they were.")


def _counts(execute: Callable[[str], Any]) -> dict[str, int]:
    names = [row[0] for row in execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()]
    return {name: execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  our tables


def _put_in_place(folder: Path) -> None:
    """The new database stands where the old one stood, in one step, on the disk and not only in memory."""
    with (folder / _NEW).open("rb") as file:
        os.fsync(file.fileno())
    (folder / _NEW).replace(folder / "records.db")
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
