"""Seals a folder or a file for people who have an age key, and opens what was sealed for one's own.

The format is age (age-encryption.org/v1), so that Debian's `age` opens it without fairwitness; inside is a TAR without
owners, times and rights. A seal says who can open it, never who made it: for that there are signatures.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tarfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from fairwitness.case.objects import raise_if_full
from fairwitness.core.errors import FairwitnessError

_MAX_ENTRIES = 5_000_000
_MAX_NAME_BYTES = 4096
_PIECE_BYTES = 1 << 20
_SSH = ("ssh-ed25519 ", "ssh-rsa ")


class NoAge(FairwitnessError):
    """What seals and opens is not installed."""

    code = "no_age"
    advice = 'Run: pip install "fairwitness[atrest]"'


class BadRecipient(FairwitnessError):
    """Not a key that something can be sealed for."""

    code = "bad_recipient"
    advice = "A recipient is the public key of a person: age1..., or a line of ssh-ed25519 or ssh-rsa."


class BadIdentity(FairwitnessError):
    """The file holds no key that opens seals."""

    code = "bad_identity"
    advice = "Name the file that `fairwitness case identity` or age-keygen made, or a private key of SSH."


class CannotOpenSeal(FairwitnessError):
    """The seal is for others, or a byte of it was changed; nothing was written."""

    code = "cannot_open_seal"
    advice = "Ask whoever sent it for another copy, and whether it was sealed for your key."


class BadSealed(FairwitnessError):
    """What is inside cannot be written here."""

    code = "bad_sealed"


def new_identity(path: Path) -> str:
    """A fresh key is in the file, which only its owner can read; gives the recipient that others seal for.

    Raises:
        NoAge: if pyrage is not installed.
        BadIdentity: if the file is there already, or cannot be written.
    """
    identity = _age().x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise BadIdentity("The file cannot be written, or is there already.", advice="Name another file.") from None
    with os.fdopen(number, "w") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
    return recipient


def seal(source: Path, recipients: Sequence[str], out: Path) -> int:
    """`out` holds the folder or file, for these recipients alone; gives how many files are in it.

    Raises:
        NoAge, BadRecipient: if it cannot be sealed so.
        BadSealed: if there is nothing to seal, or it holds something else than files and folders, or cannot be written.
    """
    age = _age()
    keys = [_recipient(age, one) for one in recipients]
    if not keys:
        raise BadRecipient("Nobody is named who could open it.")
    if not source.exists():
        raise BadSealed("There is no such file or folder.")
    if out.exists():
        raise BadSealed("There is a file of that name.", advice="Name another one.")
    names = list(_files_of(source, out))
    with _written(out) as file:
        _through_pipe(lambda pipe: _pack(source, names, pipe), lambda pipe: age.encrypt_io(pipe, file, keys))
    return sum((source / name).is_file() if name else True for name in names)


def unseal(sealed: Path, identities: Sequence[Path], folder: Path) -> int:
    """`folder`, which was not there, holds what was sealed; gives how many files are in it.

    All of it is opened before anything is written under its name, so that a changed byte leaves nothing behind.

    Raises:
        NoAge, BadIdentity: if it cannot be tried.
        CannotOpenSeal: if it was sealed for others, or a byte was changed.
        BadSealed: if a name in it leads elsewhere, or the folder is there already.
    """
    age = _age()
    keys = [key for path in identities for key in _identities(age, path)]
    if folder.exists():
        raise BadSealed("There is a folder of that name.", advice="Name another one.")
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    packed = beside.with_name(beside.name + ".tar")
    try:
        beside.mkdir(mode=0o700)
        number = os.open(packed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "r+b") as file:
            with sealed.open("rb") as source:
                _decrypt(age, source, file, keys)
            file.seek(0)
            count = _unpack(file, beside)
        beside.replace(folder)
    except OSError as error:
        raise_if_full(error)
        raise BadSealed("The seal cannot be read, or its content not be written.", advice="") from None
    finally:
        with suppress(FileNotFoundError):
            packed.unlink()
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _decrypt(age: Any, source: BinaryIO, out: BinaryIO, keys: list[Any]) -> None:
    try:
        age.decrypt_io(source, out, keys)
    except (age.DecryptError, OSError) as error:  # a changed piece of the body comes as an error of reading
        if isinstance(error, OSError):
            raise_if_full(error)
        raise CannotOpenSeal("The seal cannot be opened with this key, or a byte of it was changed.") from None


def _age() -> Any:
    try:
        import pyrage
    except ImportError:
        raise NoAge("Seals are made with the package pyrage.") from None
    return pyrage


def _recipient(age: Any, text: str) -> Any:
    try:
        if text.startswith(_SSH):
            return age.ssh.Recipient.from_str(text)
        return age.x25519.Recipient.from_str(text.strip())
    except (age.RecipientError, ValueError):
        raise BadRecipient("That is no key that something can be sealed for.") from None


def _identities(age: Any, path: Path) -> list[Any]:
    try:
        data = path.read_bytes()
        if b"PRIVATE KEY-----" in data:
            return [age.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode("ascii").splitlines()]
        found = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, age.IdentityError):
        raise BadIdentity("That file holds no key that opens seals.") from None
    if not found:
        raise BadIdentity("That file holds no key that opens seals.")
    return found


def _files_of(source: Path, out: Path) -> Iterator[str]:
    """Yield the names of all files and folders below, in order; "" for a single file.

    Raises:
        BadSealed: if there is anything else among them.
    """
    if source.is_file():
        yield ""
        return
    for path in sorted(source.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BadSealed("There is a link or a device among the files.", advice="Take it out, or seal a copy.")
        if path.resolve() != out.resolve():
            yield path.relative_to(source).as_posix()


def _pack(source: Path, names: Iterable[str], out: BinaryIO) -> None:
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            path = source / name if name else source
            info = tarfile.TarInfo(name or source.name)
            info.mode = 0o700 if path.is_dir() else 0o600
            if path.is_dir():
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
                continue
            with path.open("rb") as file:
                info.size = os.fstat(file.fileno()).st_size
                archive.addfile(info, file)


def _through_pipe(write: Any, read: Any) -> None:
    """What the one writes the other reads, in a thread of its own, so that nothing in clear lies on the disk."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe:
                write(pipe)
        except BaseException as error:  # told to whoever waits
            failed.append(error)

    thread = threading.Thread(target=run, name="seal")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as pipe:
            read(pipe)
    finally:
        thread.join()
    if failed:
        raise failed[0]


@contextmanager
def _written(out: Path) -> Iterator[BinaryIO]:
    """A new file of that name, whole or not at all, which only its owner can read."""
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as error:
        raise_if_full(error)
        raise BadSealed("The file cannot be written.", advice="Check that its folder is there.") from None
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _unpack(file: BinaryIO, folder: Path) -> int:
    """The files of the archive are in the folder; gives their number.

    Raises:
        BadSealed: if a name leads out of the folder, or is no file and no folder.
    """
    count = 0
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for number, info in enumerate(archive):
                if number >= _MAX_ENTRIES:
                    raise BadSealed("There are more files in it than in any case.")
                target = _inside(folder, info.name)
                if info.isdir():
                    target.mkdir(mode=0o700, parents=True, exist_ok=True)
                    continue
                if not info.isreg():
                    raise BadSealed("There is a link or a device in it.", advice="Nothing was written.")
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                content = archive.extractfile(info)
                out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
                with os.fdopen(out, "wb") as written:
                    if content is not None:
                        shutil.copyfileobj(content, written, _PIECE_BYTES)
                count += 1
    except tarfile.TarError:
        raise BadSealed("What is inside is not what `fairwitness seal` packs.", advice="Open it with age.") from None
    return count


def _inside(folder: Path, name: str) -> Path:
    parts = name.split("/")
    is_plain = 0 < len(name.encode("utf-8", "surrogatepass")) <= _MAX_NAME_BYTES and "\0" not in name
    if not is_plain or name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise BadSealed("A name in it leads out of the folder.", advice="Nothing was written.")
    return folder.joinpath(*parts)
