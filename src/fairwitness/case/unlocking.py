"""The key of an encrypted records database: kept in the case under a passphrase, held in memory once it is known.

`records.key` holds 32 random bytes, the key of the database, sealed with ChaCha20-Poly1305 (RFC 8439) under a key that
scrypt (RFC 7914) makes of the passphrase. So another passphrase needs no other database, a wrong one is known as such,
and a flipped byte is refused. Which database is encrypted is told by its first bytes, never by the presence of a key.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fairwitness.core.errors import CaseError, FairwitnessError

KEY_FILE = "records.key"
KEY_BYTES = 32
MIN_PASSPHRASE_CHARS = 12
COST = 1 << 17  # of scrypt with r = 8: 128 MiB and about half a second, as OWASP advises
_MOST_COST = 1 << 20  # a key file cannot make a machine run out of memory
_BLOCK, _PARALLEL = 8, 1
_PLAIN = b"SQLite format 3\0"
_BOUND = b"fairwitness records key 1"
_MAX_FILE_BYTES = 4096
_HEADS: dict[tuple[int, int], int] = {}  # device and inode of a database: a descriptor of it
_HEADS_LOCK = threading.Lock()


class WrongPassphrase(FairwitnessError):
    """The passphrase does not open the case; nothing in it was changed."""

    code = "wrong_passphrase"
    advice = "Try again. Without the passphrase nobody can open the records of this case."


class NeedsPassphrase(FairwitnessError):
    """The records of the case are encrypted, and no passphrase was given."""

    code = "needs_passphrase"
    advice = "Give it with: fairwitness --passphrase-file FILE COMMAND ..., or run the command in a terminal."


class WeakPassphrase(FairwitnessError):
    """A passphrase that can be guessed."""

    code = "weak_passphrase"
    advice = "Take six or more random words."


class NoCipher(FairwitnessError):
    """What encrypts and opens databases is not installed."""

    code = "no_cipher"
    advice = 'Run: pip install "fairwitness[atrest]"'


Asking = Callable[[], str | None]


class Keyring:
    """Keys that this process knows, by their sealed form; `ask` gives a passphrase, None if there is nobody to ask.

    One for a process, since a case is opened in many places and the passphrase is asked for once.
    """

    def __init__(self) -> None:
        self.ask: Asking = lambda: None
        self._known: dict[bytes, bytes] = {}

    def key_of(self, folder: Path) -> bytes:
        """The key of the database of the case in `folder`.

        Raises:
            NeedsPassphrase: if nobody can be asked.
            WrongPassphrase: if it is another one.
            CaseError: if the key file is gone or damaged.
        """
        sealed = read_key_file(folder / KEY_FILE)
        if sealed not in self._known:
            passphrase = self.ask()
            if passphrase is None:
                raise NeedsPassphrase("The records of this case are encrypted.")
            self.learn(sealed, open_key(sealed, passphrase))
        return self._known[sealed]

    def learn(self, sealed: bytes, key: bytes) -> None:
        """The key belongs to that sealed form."""
        self._known[sealed] = key

    def forget(self) -> None:
        """Nothing is known any more."""
        self._known.clear()


KEYRING = Keyring()


def is_encrypted(path: Path) -> bool:
    """Whether the file is a database that a key opens; an empty or missing one is not."""
    head = _first_bytes(path)
    return len(head) == len(_PLAIN) and head != _PLAIN


def _first_bytes(path: Path) -> bytes:
    """As many bytes as tell what it is; none if it cannot be read.

    The file stays open. POSIX drops every lock that a process holds on a file as soon as it closes any descriptor of
    it, those of SQLite too: the next process then takes itself for the only one, deletes the journal, and what is
    written into that is lost (sqlite.org/howtocorrupt.html, 2.2). Files that are deleted are closed.
    """
    with _HEADS_LOCK:
        for known in [known for known, handle in _HEADS.items() if os.fstat(handle).st_nlink == 0]:
            os.close(_HEADS.pop(known))
        try:
            about = path.stat()
            known = (about.st_dev, about.st_ino)
            if known not in _HEADS:
                _HEADS[known] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(_HEADS[known], len(_PLAIN), 0)
        except OSError:
            return b""


def seal_key(key: bytes, passphrase: str, cost: int = COST) -> bytes:
    """The key under the passphrase, as it is kept in `records.key`.

    Raises:
        WeakPassphrase: if it is shorter than 12 characters.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # most cases are opened without

    plain = _normal(passphrase)
    if len(plain) < MIN_PASSPHRASE_CHARS:
        raise WeakPassphrase(f"The passphrase has fewer than {MIN_PASSPHRASE_CHARS} characters.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = ChaCha20Poly1305(_stretched(plain, salt, cost)).encrypt(nonce, key, _BOUND)
    told = {"kdf": "scrypt", "n": cost, "r": _BLOCK, "p": _PARALLEL, "salt": salt.hex(), "nonce": nonce.hex()}
    return json.dumps({"fairwitness": "records key 1"} | told | {"key": sealed.hex()}, indent=1).encode() + b"\n"


def open_key(sealed: bytes, passphrase: str) -> bytes:
    """The key that `seal_key` sealed.

    Raises:
        WrongPassphrase: if it was sealed with another, or a byte of it was changed.
        CaseError: if it has not the form of a key file.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        told: dict[str, Any] = json.loads(sealed)
        cost, salt, nonce, body = told["n"], *(bytes.fromhex(told[name]) for name in ("salt", "nonce", "key"))
        fits = told["kdf"] == "scrypt" and type(cost) is int and (told["r"], told["p"]) == (_BLOCK, _PARALLEL)
        if not fits or not 1 < cost <= _MOST_COST or cost & (cost - 1) or len(nonce) != 12:
            raise ValueError("not ours")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged() from None
    try:
        key = ChaCha20Poly1305(_stretched(_normal(passphrase), salt, cost)).decrypt(nonce, body, _BOUND)
    except InvalidTag:
        raise WrongPassphrase("That is not the passphrase of this case, or its key file was changed.") from None
    if len(key) != KEY_BYTES:
        raise _damaged()
    return key


def read_key_file(path: Path) -> bytes:
    """The bytes of the key file.

    Raises:
        CaseError: if it is gone or no key file.
    """
    try:
        data = path.read_bytes()
    except OSError:
        advice = "Put records.key back from a copy of the case: without it nobody can open the records."
        raise CaseError("The key file of this encrypted case is gone.", advice=advice) from None
    if len(data) > _MAX_FILE_BYTES:
        raise _damaged()
    return data


def write_key_file(path: Path, sealed: bytes) -> None:
    """The file holds the bytes, readable by its owner alone; it is replaced in one step."""
    new = path.with_name(path.name + ".new")
    with suppress(FileNotFoundError):
        new.unlink()
    number = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def cipher() -> Any:
    """The module that opens encrypted databases.

    Raises:
        NoCipher: if it is not installed.
    """
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise NoCipher("The records of a case are encrypted with the package sqlcipher3.") from None
    return dbapi2


def pragma_key(key: bytes) -> str:
    """The key as SQLCipher takes it: raw, without a derivation of its own."""
    return f"\"x'{key.hex()}'\""


def _normal(passphrase: str) -> str:
    """The same for the same characters, however a keyboard composes them."""
    return unicodedata.normalize("NFC", passphrase.strip("\r\n"))


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    memory = 256 * cost * _BLOCK
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=_BLOCK, p=_PARALLEL, maxmem=memory, dklen=32)


def _damaged() -> CaseError:
    return CaseError("The key file of this encrypted case is damaged.", advice="Put records.key back from a copy.")
