"""Judges PDF files that lie anywhere, for the command line; no case is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.check_pdf import Judged, check_pdf_file, checking_sandbox


class NoFile(FairwitnessError):
    """A file that cannot be opened."""

    code = "no_file"
    advice = "Look at its name and at who may read it."


def judge_files(paths: Iterable[Path], *, unlocked: bool = False) -> Iterator[tuple[Path, Judged]]:
    """Yield each file with what was found in it; all in one sandbox, a child for each.

    Raises:
        NoFile: if one cannot be opened.
        NoSandbox: if this machine lacks a lock.
    """
    with checking_sandbox(unlocked=unlocked) as sandbox:
        for number, path in enumerate(paths, 1):
            try:
                path.open("rb").close()  # before anything is started for it
                judged = check_pdf_file(path, sandbox=sandbox)
            except OSError as error:
                raise NoFile(f"File {number} cannot be opened: {type(error).__name__}.") from None
            yield path, judged


def status_of(found: Sequence[Judged]) -> int:
    """1 if one of them leaks, else 2 if one could not be judged wholly, else 0."""
    if any(judged.leaks for judged in found):
        return 1
    return 0 if all(judged.is_whole for judged in found) else 2
