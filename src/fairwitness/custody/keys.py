"""Key files: an Ed25519 key under a passphrase, in PKCS#8 PEM, which `openssl pkey -in FILE` opens as well.

Above the PEM stands, in clear, what the key is for and its public half; a reader of PEM skips these lines:

    Key of fairwitness. Put a copy aside; nobody can make it again.
    fairwitness/2c1f09d8a3b47e65+a1b2c3d4+ASm0...
    -----BEGIN ENCRYPTED PRIVATE KEY-----
"""

from __future__ import annotations

import base64
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fairwitness.custody.errors import (
    BadKeyFile,
    BadNote,
    ExposedKey,
    KeyExists,
    KeyInCase,
    LostKey,
    OtherKey,
    WeakPassphrase,
    WrongPassphrase,
)
from fairwitness.custody.note import COSIGNATURE, ED25519, NoteKey, decode_key, encode_key

MIN_PASSPHRASE_CHARS = 16  # the key is made from it by 2,048 rounds of PBKDF2 only
MAX_KEY_BYTES = 10_000
_TITLE = "Key of fairwitness. Put a copy aside; nobody can make it again."
_BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign, and under which name; `public.kind` tells a log's key from that of a witness."""

    public: NoteKey
    private: Ed25519PrivateKey


def new_key(name: str, *, witness: bool = False) -> SigningKey:
    """A fresh key that signs under that name: for a log that of the log, for a witness one of its own.

    Raises:
        BadNote: if the name cannot be that of a key.
    """
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return SigningKey(NoteKey(name, COSIGNATURE if witness else ED25519, public), private)


def write_key(path: Path, key: SigningKey, passphrase: str) -> None:
    """The file holds the key, only its owner can read it, and nothing was overwritten.

    Raises:
        WeakPassphrase: if it is shorter than 16 characters.
        KeyInCase: if the file would lie in a case.
        KeyExists: if there is a file of that name.
        BadKeyFile: if it cannot be written.
    """
    if len(passphrase) < MIN_PASSPHRASE_CHARS:
        raise WeakPassphrase(f"The passphrase has fewer than {MIN_PASSPHRASE_CHARS} characters.")
    _refuse_case(path)
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise KeyExists("There is a file of that name.") from None
    except OSError:
        raise BadKeyFile("The key file cannot be written.", advice="Check that its folder is there.") from None
    with os.fdopen(number, "wb") as file:
        file.write(f"{_TITLE}\n{encode_key(key.public)}\n".encode() + pem)
        file.flush()
        os.fsync(file.fileno())


def read_public(path: Path) -> NoteKey:
    """The public half, as it stands in clear in the key file; nothing but the passphrase proves that they fit.

    Raises:
        LostKey: if there is no such file.
        ExposedKey: if others than its owner can read it.
        KeyInCase: if it lies in a case.
        BadKeyFile: if it holds no key of ours.
    """
    return _public_of(_text_of(path))


def read_key(path: Path, passphrase: str) -> SigningKey:
    """The key in the file.

    Raises:
        LostKey: if there is no such file.
        ExposedKey: if others than its owner can read it.
        KeyInCase: if it lies in a case.
        WrongPassphrase: if the passphrase does not open it.
        BadKeyFile: if it holds no key of ours, or the public half above it is not its own.
    """
    text = _text_of(path)
    public = _public_of(text)
    pem = text[text.index(_BEGIN) :].encode()
    try:
        private = serialization.load_pem_private_key(pem, passphrase.encode())
    except ValueError as error:
        if "password" in str(error).lower():
            raise WrongPassphrase("The passphrase does not open the key file.") from None
        raise BadKeyFile("The key file is damaged.", advice="Take the copy that you put aside.") from None
    except (TypeError, UnsupportedAlgorithm):
        raise BadKeyFile("The key file is not in a form that we can open.") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKeyFile("The key in the file is not an Ed25519 key.")
    if private.public_key().public_bytes_raw() != public.public:
        raise BadKeyFile("The public key in the file is not that of the private one.")
    return SigningKey(public, private)


def key_of_log(key: SigningKey, log: str) -> SigningKey:
    """The same key, which is one that signs for that log.

    Raises:
        OtherKey: if it is the key of another log, or of a witness.
    """
    if key.public.kind != ED25519:
        raise OtherKey("That is the key of a witness, not of a log.", advice="Make one: fairwitness key new FILE")
    if key.public.name != log:
        raise OtherKey(
            "That key belongs to another log.", advice="Each case has a key of its own: fairwitness key new FILE CASE"
        )
    return key


def key_of_witness(key: SigningKey) -> SigningKey:
    """The same key, which is one of a witness.

    Raises:
        OtherKey: if it is the key of a log.
    """
    if key.public.kind != COSIGNATURE:
        raise OtherKey(
            "That is the key of a log; a witness has a key of its own, on another machine.",
            advice="Make one there: fairwitness key new FILE --witness NAME",
        )
    return key


def public_pem(key: NoteKey) -> str:
    """The public key as SubjectPublicKeyInfo PEM, for `openssl pkeyutl -verify -pubin -inkey FILE -rawin`."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode("ascii")


def ssh_public(key: NoteKey) -> str:
    """The public key as `ssh-ed25519 AAAA...`, without a comment."""
    kind = b"ssh-ed25519"
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (kind, key.public))
    return f"{kind.decode()} {base64.b64encode(blob).decode('ascii')}"


def _text_of(path: Path) -> str:
    _refuse_case(path)
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
                raise ExposedKey("Others than its owner can read the key file.")
            untrusted = file.read(MAX_KEY_BYTES + 1)
    except FileNotFoundError:
        raise LostKey("There is no key file of that name.") from None
    except OSError:
        raise BadKeyFile("The key file cannot be read.", advice="Look at its permissions.") from None
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if len(untrusted) > MAX_KEY_BYTES or _BEGIN not in text:
        raise BadKeyFile("The file holds no key under a passphrase.")
    return text


def _public_of(text: str) -> NoteKey:
    lines = text[: text.index(_BEGIN)].splitlines()
    try:
        return decode_key(lines[-1] if lines else "")
    except BadNote:
        raise BadKeyFile("The line with the public key above the private one is missing or was changed.") from None


def _refuse_case(path: Path) -> None:
    """A key in a case would be handed over with it, however deep in its folders it lies."""
    if any((folder / "case.toml").exists() for folder in path.resolve().parents):
        raise KeyInCase("The key file lies in a case, or would.")
