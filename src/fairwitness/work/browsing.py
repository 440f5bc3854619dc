"""The leak as it was given: its folders, and the insides of its containers, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Find, Reading
from fairwitness.text.encoding import decode_name
from fairwitness.work.account import BETWEEN, cause_of, names_of, type_of
from fairwitness.work.current import bare_readings
from fairwitness.work.scans import choose, with_scans


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a place: a folder at `path` of a container, or the container itself if it has none.

    `container` is the digest of that, empty for the leak folder; `path` the raw bytes, which end with a slash.
    """

    label: str
    container: str
    path: bytes = b""

    @property
    def is_container(self) -> bool:
        """Whether this is where a container begins."""
        return not self.path


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder just inside a place, with how much lies in and below it, the insides of its containers aside."""

    step: Step
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class File:
    """Something found right in a place. `cause` is how it ended; `entries` how much was found in it."""

    label: str
    document: str
    type: str
    cause: Cause
    detail: str
    size_bytes: int
    modified: str
    pages: int
    entries: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in one place; `name` is the full name of it, empty for the leak itself. `total` counts the files."""

    way: tuple[Step, ...]
    name: str
    folders: tuple[Folder, ...]
    total: int
    files: tuple[File, ...]


def list_place(case: Case, container: str, path: bytes, *, limit: int, offset: int = 0) -> Listing:
    """What lies at `path`, which is empty or ends with a slash, of a container or of the leak.

    Raises:
        NotFound: if nothing does.
    """
    queries = case.queries
    folders = queries.folders_in(container, path)
    total, finds = queries.files_in(container, path, limit, offset)
    if not folders and not total and (container or path):
        raise NotFound("Nothing lies in that place.")
    way = tuple(_way(case, container, path))
    name = _full_name(case, container, path)
    listed = tuple(
        Folder(Step(decode_name(own) or "/", container, path + own + b"/"), files, size) for own, files, size in folders
    )
    return Listing(way, name, listed, total, tuple(_files(case, finds, len(path))))


def _way(case: Case, container: str, path: bytes) -> Iterable[Step]:
    """Yield the steps from the leak to the place."""
    if container:
        finds = case.queries.finds_of(container)
        if not finds:
            raise NotFound("There is no such container.")
        folder, _, own = finds[0].name.rpartition(b"/")
        yield from _way(case, finds[0].parent, folder + b"/" if folder else b"")
        yield Step(decode_name(own), container)
    at = 0
    while (end := path.find(b"/", at)) >= 0:
        yield Step(decode_name(path[at:end]) or "/", container, path[: end + 1])
        at = end + 1


def _full_name(case: Case, container: str, path: bytes) -> str:
    before = names_of(case, container)[0] if container else ""
    return BETWEEN.join(filter(None, (before, decode_name(path.removesuffix(b"/")))))


def _files(case: Case, finds: list[Find], skipped: int) -> Iterable[File]:
    digests = {found.document for found in finds if found.document}
    readings = bare_readings(case, sorted(digests)) if digests else {}
    scans = case.queries.scans_among(digests)
    entries = case.queries.entry_counts(digests)
    sizes = dict(case.queries.sizes_among(digests))
    for found in finds:
        reading = readings.get(found.document)
        if reading is not None and found.document in scans:
            reading = with_scans(reading, choose(scans[found.document]))
        yield File(
            label=decode_name(found.name[skipped:]) or decode_name(found.name),
            document=found.document,
            type=type_of(found, reading),
            cause=cause_of(found, reading) or Cause.OK,
            detail=_detail(found, reading),
            size_bytes=sizes.get(found.document, found.size_bytes),
            modified=found.modified[:10],
            pages=reading.pages_expected if reading is not None else 0,
            entries=entries.get(found.document, 0),
        )


def _detail(found: Find, reading: Reading | None) -> str:
    return found.detail or (reading.detail if reading is not None else "")
