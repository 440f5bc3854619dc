"""Takes Outlook stores apart: PST, OST and PAB ([MS-PST]), folder by folder, message by message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Entry, Part, Source
from fairwitness.intake._pst import PFF_DAMAGE, PffMessage, Store
from fairwitness.intake._pst_recovery import find_deleted
from fairwitness.intake._rendering import render, subject_of
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

ORPHANED, DELETED = "[in no folder]", "[deleted]"
"""What the names of items begin with that no folder holds any more, and of those that were deleted."""

_MAX_FOLDER_DEPTH = 200
_MAX_SUBJECT_CHARS = 80
_NOT_IN_NAMES = re.compile(r"[\0-\x1f\x7f/\\]+")


@dataclass(frozen=True, slots=True)
class UnpackPst:
    """Yields every folder and every item of a store, an item as a mail that is called after folder and subject.

    Items in no folder, and deleted ones that are still in the file, follow with their names marked. What programs hide
    from people (views, rules, the results of search folders) is not taken out.
    """

    name: ClassVar[str] = "unpack-pst"
    version: ClassVar[str] = "2"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` for each item and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(_items(item, unpacking))


@dataclass(slots=True)
class _Folder:
    """A folder, its path, and how many messages it says it has."""

    item: Any
    path: str
    messages: int


@dataclass(slots=True)
class _Folders:
    """All folders below one, parents first."""

    found: list[_Folder] = field(default_factory=list)
    damage: str = ""

    def collect(self, root: Any) -> None:
        """Find them; a folder that contains itself is met once."""
        seen: set[int] = set()
        waiting = [(root, "", 0)]
        while waiting:
            folder, path, depth = waiting.pop()
            try:
                if folder.identifier in seen or depth > _MAX_FOLDER_DEPTH:
                    self.damage = "folders are knotted"
                    continue
                seen.add(folder.identifier)
                self.found.append(_Folder(folder, path, folder.number_of_sub_messages))
                count = folder.number_of_sub_folders
            except PFF_DAMAGE:
                self.damage = "a folder is damaged"
                continue
            below = []
            for at in range(count):
                try:
                    child = folder.get_sub_folder(at)
                    name = _clean(child.name or "") or "folder"
                except PFF_DAMAGE:
                    self.damage = "a folder is damaged"
                    continue
                below.append((child, f"{path}/{name}" if path else name, depth + 1))
            waiting.extend(reversed(below))


def _items(item: Source, unpacking: Unpacking) -> Iterator[Part]:
    item.file.seek(0)
    store = Store(item.file)
    folders = _Folders()
    folders.collect(store.root())
    unpacking.damage = folders.damage
    within = [folder for folder in folders.found if folder.path]
    expected = len(within) + sum(folder.messages for folder in folders.found)
    for folder in folders.found:
        if folder.path:
            yield from unpacking.failed(Entry(0, folder.path.encode() + b"/", "directory"))
        for at in range(folder.messages):
            yield from _message(_sub_message(folder.item, at), folder.path, at + 1, store, unpacking)
    unpacking.expected_entries = expected
    for at, found in enumerate(store.orphans(), 1):
        unpacking.expected_entries = expected + at
        yield from _message(found, ORPHANED, at, store, unpacking)
    yield from _deleted(item, unpacking)


def _deleted(item: Source, unpacking: Unpacking) -> Iterator[Part]:
    """Yield the deleted items of the store; of what was written over nothing is said: it is not in the store."""
    found = find_deleted(item.file, item.size_bytes)
    if found is None:
        return
    try:
        store = Store(found.view)
        items = list(store.orphans(found.identifiers))
    except ReadError:
        return
    for at, deleted in enumerate(items, 1):
        unpacking.expected_entries += 1
        yield from _message(deleted, DELETED, at, store, unpacking)
    if items:
        yield About("deleted-items", str(len(items)), "index pages left in the store")


def _sub_message(folder: Any, at: int) -> Any:
    try:
        return folder.get_sub_message(at)
    except PFF_DAMAGE:
        return None


def _message(found: Any, path: str, number: int, store: Store, unpacking: Unpacking) -> Iterator[Part]:
    name = f"{path}/{number:05}" if path else f"{number:05}"
    try:
        if found is None:
            raise ReadError(Cause.UNREADABLE, "the item is damaged")
        message = PffMessage(found, store.charset)
        subject = _clean(subject_of(message))[:_MAX_SUBJECT_CHARS].strip()
        sent = message.time(0x0039) or message.time(0x0E06) or message.time(0x3008)
    except ReadError as error:
        yield from unpacking.failed(
            Entry(0, f"{name}.eml".encode(), role="message", cause=Cause(error.cause), detail=error.detail)
        )
        return
    label = f"{name} {subject}.eml" if subject else f"{name}.eml"
    day = sent.date().isoformat() if sent else ""
    yield from unpacking.file(Entry(0, label.encode(), role="message", modified=day), render(message))


def _clean(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", name.encode("utf-8", "replace").decode()).strip()
