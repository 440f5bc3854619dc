"""Secrets of a case: 32 random bytes each, in files of `secrets/` that their owner alone can read.

They are part of the case and of a copy of its folder, and of nothing that is exported.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from fairwitness.case.objects import raise_if_full
from fairwitness.core.errors import CaseError

SECRET_BYTES = 32
_HEX = re.compile(rf"[0-9a-f]{{{2 * SECRET_BYTES}}}\n?")


def read_secret(folder: Path, name: str) -> bytes | None:
    """The secret of that name in the case in `folder`; None if there is none.

    Raises:
        CaseError: if the file is damaged or cannot be read.
    """
    try:
        text = (folder / "secrets" / name).read_text("ascii", "replace")
    except FileNotFoundError:
        return None
    except OSError:
        raise CaseError(f"The secret for {name} cannot be read.", advice="Look at its permissions.") from None
    if not _HEX.fullmatch(text):
        raise CaseError(f"The secret for {name} is damaged.", advice="Restore its file from a copy of the case.")
    return bytes.fromhex(text)


def make_secret(folder: Path, name: str) -> bytes:
    """The secret of that name, made if there is none; on the disk before it is given.

    Raises:
        CaseError: if the file is damaged or cannot be written.
    """
    found = read_secret(folder, name)
    if found is not None:
        return found
    path = folder / "secrets" / name
    new = path.with_name(f"{name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, f"{secrets.token_hex(SECRET_BYTES)}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        with suppress(FileExistsError):  # another process was first, and its secret counts
            os.link(new, path)
        new.unlink()
    except OSError as error:
        raise_if_full(error)
        raise CaseError("A secret cannot be kept in the case.", advice="Look at its permissions.") from None
    made = read_secret(folder, name)
    assert made is not None
    return made
