"""Passwords that people supply for what is locked: read from a file, tried, and never kept."""

from __future__ import annotations

from pathlib import Path

from fairwitness.core.errors import FairwitnessError

MAX_PASSWORDS = 1000
MAX_PASSWORD_CHARS = 256


class BadPasswords(FairwitnessError):
    """The file of passwords cannot be used."""

    code = "bad_passwords"
    advice = "Write one password on each line, in UTF-8."


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """The lines of the file, each once, in order; spaces count, empty lines do not. Nothing for no file.

    Raises:
        BadPasswords: if it is not UTF-8, or has more or longer lines than can be tried.
    """
    if path is None:
        return ()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPasswords("The file of passwords is not UTF-8.") from None
    except OSError:
        raise BadPasswords("The file of passwords cannot be read.", advice="Check that it is there.") from None
    found = tuple(dict.fromkeys(line.rstrip("\r") for line in text.split("\n") if line.rstrip("\r")))
    if len(found) > MAX_PASSWORDS:
        raise BadPasswords(
            f"There are more than {MAX_PASSWORDS} passwords.", advice="Each is tried on each locked file."
        )
    if any(len(password) > MAX_PASSWORD_CHARS for password in found):
        raise BadPasswords(f"A line is longer than {MAX_PASSWORD_CHARS} characters.")
    return found
