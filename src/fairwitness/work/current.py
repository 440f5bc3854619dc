"""Which reading of each document counts today, and the task that gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.records import Document, Made, PageScan, Reading, reading_id
from fairwitness.intake.identify import IDENTIFY_VERSION
from fairwitness.run.lock import Limits
from fairwitness.run.task import Task
from fairwitness.work.scans import choose, with_scans
from fairwitness.work.steps import NOTHING, OPEN_FILE

OUTPUT_BESIDE_ENTRIES = 4 << 30  # bytes of pages and frames that a child may answer beside what it unpacks
# The limits of the settings are for ordinary files; a mail store of 20 GB honestly takes longer. Stores and archives
# give 10 to 30 MiB a second on one core; a quarter of that is allowed, and less by the clock, for busy machines.
_BYTES_A_CPU_SECOND, _BYTES_A_SECOND = 4 << 20, 1 << 20
NOT_IDENTIFIED = Made(NOTHING, "0")  # of readings that ended before the type was known


def limits_of(case: Case, document: Document) -> dict[str, int]:
    """The limits for a container; part of the key of what comes out of it."""
    return {"max_entries": case.settings.max_entries, "max_unpacked_bytes": document.allowance_bytes}


def task_for(case: Case, document: Document) -> Task:
    """The task of reading one document of a case."""
    settings = case.settings
    return Task(
        key=document.digest,
        step=OPEN_FILE,
        path=case.objects.path(document.digest),
        options=limits_of(case, document),
        hint=document.hint,
        limits=Limits(
            memory_bytes=settings.memory_mib << 20,
            cpu_s=settings.cpu_s + document.size_bytes // _BYTES_A_CPU_SECOND,
            wall_s=settings.wall_s + document.size_bytes // _BYTES_A_SECOND,
            output_bytes=document.allowance_bytes + OUTPUT_BESIDE_ENTRIES,
        ),
    )


def made_today(case: Case, document: Document, media_type: str) -> Made:
    """What today's steps make a reading of that document with."""
    from fairwitness.work.plan import made_for  # imports every parser, which a search can do without

    return made_for(media_type, limits_of(case, document)) if media_type else NOT_IDENTIFIED


def is_today(case: Case, document: Document, media_type: str, reading: str) -> bool:
    """Whether the reading of that id is what today's steps give, so that nothing is left to do."""
    return reading == reading_id(document.digest, made_today(case, document, media_type))


def current_readings(case: Case) -> dict[str, Reading]:
    """The reading that counts, by document, completed by its scans."""
    return {reading.document: reading for reading, _ in each_reading(case)}


def each_reading(case: Case, *, about: bool = True) -> Iterator[tuple[Reading, dict[int, PageScan]]]:
    """Yields the same, a document at a time in the order of digests, each with the scans that count, by page.

    Nothing is kept, so that a large case fits into little memory; without `about` it is faster too.
    """
    scans = groupby(case.queries.scans_by_document(), key=lambda scan: scan.document)
    document, group = next(scans, ("", iter(())))
    for reading in _chosen(case, case.queries.readings(about=about)):
        while document and document < reading.document:
            document, group = next(scans, ("", iter(())))
        chosen = choose(group) if document == reading.document else {}
        yield (with_scans(reading, chosen) if chosen else reading), chosen


def bare_readings(case: Case, documents: Sequence[str] = ()) -> dict[str, Reading]:
    """The same without the scans, of all documents or of these: what today's steps read, else the last there is."""
    queries = case.queries
    readings = chain.from_iterable(map(queries.readings_of, documents)) if documents else queries.readings()
    return {reading.document: reading for reading in _chosen(case, readings)}


def _chosen(case: Case, readings: Iterable[Reading]) -> Iterator[Reading]:
    """Yields the reading that counts of each document; those of one document come together."""
    for digest, group in groupby(readings, key=lambda reading: reading.document):
        chosen, *others = group
        document = case.queries.document(digest) if others else None
        for reading in others:
            if document is not None and is_today(case, document, reading.media_type, reading.id):
                chosen = reading
        yield chosen


def current_key() -> str:
    """Changes whenever today's steps may give other readings than those of another version."""
    return f"{__version__} {IDENTIFY_VERSION}"
