"""Names everything in the leak as it lies on the disk, and opens what was named, following no symbolic link.

Runs in the trusted parent: it looks at names, kinds and sizes, never at content. All look-ups below the root go
through directory descriptors, so a folder that is swapped for a link during the walk leads nowhere, and a path may be
longer than the system allows a path to be.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fairwitness.core.errors import NotFound, ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import EntryKind

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a file that was swapped for a pipe must not make us wait for its writer.
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAX_OPEN_FOLDERS = 64  # of 1,024 descriptors that a process usually has; deeper folders are opened again on return


@dataclass(frozen=True, slots=True)
class Found:
    """Something that lies in the leak. With a `cause` it is a failure and cannot be opened.

    `name` is the path relative to the root, raw bytes, components joined by b"/"; b"" is the root itself.
    `size_bytes` and `modified_ns` (since 1970, UTC) are -1 where the file system did not tell.
    """

    name: bytes
    kind: EntryKind
    size_bytes: int = -1
    modified_ns: int = -1
    cause: Cause | None = None


def walk(root: Path, *, exclude: Collection[Path] = ()) -> Iterator[Found]:
    """Yield everything at and below `root` once, in the byte order of the names within each folder.

    Folders are yielded only when they cannot be read (then with a cause); links and special files always, with their
    cause. What lies at one of the paths in `exclude` (the case folder, for example) is passed over with all below it.
    `root` may be a single file; if `root` itself is a link, the person who named it meant its target.

    Raises:
        NotFound: if there is nothing at `root`.
    """
    try:
        untrusted = root.stat()
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            yield Found(b"", "directory", cause=Cause.DENIED)
            return
        raise NotFound("There is nothing at the place to take in.", advice="Check the path.") from None
    passed_over = _names_below(root, exclude)
    if b"" in passed_over:
        return
    if stat.S_ISDIR(untrusted.st_mode):
        yield from _walk_folder(root, passed_over)
    else:
        yield _found(os.fsencode(root.name), untrusted)


def open_found(root: Path, found: Found) -> BinaryIO:
    """The bytes of `found`, open for reading, with nothing on the way below `root` being a link.

    Raises:
        ReadError: DISAPPEARED if it is no longer there, DENIED if the file system refuses it, SYMLINK or SPECIAL if
            it has become something else since the walk, or the cause it was found with.
    """
    if found.cause is not None:
        raise ReadError(found.cause)
    names = found.name.split(b"/")
    base = root.resolve()
    if not base.is_dir():
        base, names = base.parent, [os.fsencode(base.name)]
    if any(name in (b"", b".", b"..") for name in names):
        raise ReadError(Cause.DENIED, "not a name below the root")
    folder = -1
    try:
        folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for name in names[:-1]:
            below = os.open(name, _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = below
        file = os.open(names[-1], _FILE_FLAGS, dir_fd=folder)
    except OSError as error:
        raise ReadError(_cause_of(error)) from None
    finally:
        if folder >= 0:
            os.close(folder)
    kind, cause = _kind_of(os.fstat(file).st_mode)
    if kind != "file":
        os.close(file)
        raise ReadError(cause or Cause.SPECIAL, "no longer a file")
    return os.fdopen(file, "rb")


class _Folders:
    """The folders on the way down to the current one, of which at most `_MAX_OPEN_FOLDERS` are open."""

    def __init__(self, root: Path) -> None:
        self.names: list[bytes] = []
        self._open: dict[int, int] = {0: os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)}

    def descriptor(self) -> int:
        """A descriptor of the innermost folder, opened again from the nearest open one above if need be."""
        depth = len(self.names)
        at = max(self._open)
        while at < depth:
            self._open[at + 1] = os.open(self.names[at], _FOLDER_FLAGS, dir_fd=self._open[at])
            at += 1
            if len(self._open) > _MAX_OPEN_FOLDERS:
                os.close(self._open.pop(sorted(self._open)[1]))  # the root stays open
        return self._open[depth]

    def go_up(self) -> None:
        """Leave the innermost folder."""
        descriptor = self._open.pop(len(self.names), None)
        if descriptor is not None:
            os.close(descriptor)
        self.names.pop()

    def close(self) -> None:
        """Close all of them."""
        while self._open:
            os.close(self._open.popitem()[1])


def _walk_folder(root: Path, passed_over: frozenset[bytes]) -> Iterator[Found]:
    try:
        folders = _Folders(root)
    except OSError as error:
        yield Found(b"", "directory", cause=_cause_of(error))
        return
    try:
        names, failure = _list_folder(folders)
        yield from failure
        waiting = [names]  # per open level, the names still to be looked at, last one first
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                if waiting:
                    folders.go_up()
                continue
            found = _look_at(folders, waiting[-1].pop())
            if found.name in passed_over:
                continue
            if found.kind != "directory" or found.cause is not None:
                yield found
                continue
            folders.names.append(found.name.rpartition(b"/")[2])
            names, failure = _list_folder(folders)
            yield from failure
            waiting.append(names)
    finally:
        folders.close()


def _list_folder(folders: _Folders) -> tuple[list[bytes], list[Found]]:
    """The names in the innermost folder in reverse byte order, and the failure if there was one."""
    names: list[bytes] = []
    failure: list[Found] = []
    try:
        with os.scandir(folders.descriptor()) as entries:
            names.extend(os.fsencode(entry.name) for entry in entries)
    except OSError as error:
        failure.append(Found(b"/".join(folders.names), "directory", cause=_cause_of(error)))
    names.sort(reverse=True)
    return names, failure


def _look_at(folders: _Folders, name: bytes) -> Found:
    full_name = b"/".join((*folders.names, name))
    try:
        return _found(full_name, os.stat(name, dir_fd=folders.descriptor(), follow_symlinks=False))
    except OSError as error:
        return Found(full_name, "file", cause=_cause_of(error))


def _found(name: bytes, about: os.stat_result) -> Found:
    kind, cause = _kind_of(about.st_mode)
    return Found(name, kind, about.st_size, about.st_mtime_ns, cause)


def _kind_of(mode: int) -> tuple[EntryKind, Cause | None]:
    if stat.S_ISREG(mode):
        return "file", None
    if stat.S_ISDIR(mode):
        return "directory", None
    if stat.S_ISLNK(mode):
        return "symlink", Cause.SYMLINK
    return "special", Cause.SPECIAL


def _cause_of(error: OSError) -> Cause:
    if error.errno == errno.ELOOP:
        return Cause.SYMLINK
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
        return Cause.DISAPPEARED
    return Cause.DENIED


def _names_below(root: Path, paths: Collection[Path]) -> frozenset[bytes]:
    """The names, relative to `root`, of those `paths` that lie at or below it; b"" if one is the root or above."""
    base = root.resolve()
    names = set()
    for path in paths:
        resolved = path.resolve()
        if base.is_relative_to(resolved):
            names.add(b"")
        elif resolved.is_relative_to(base):
            names.add(os.fsencode(resolved.relative_to(base)))
    return frozenset(names)
