"""Which reading of each document counts today, and the task that gives it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.records import Document, Made, Reading, reading_id
from fairwitness.intake.identify import IDENTIFY_VERSION
from fairwitness.run.lock import Limits
from fairwitness.run.task import Task
from fairwitness.work.scans import all_chosen, with_scans
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
    scans = all_chosen(case)
    return {
        document: with_scans(reading, scans[document]) if document in scans else reading
        for document, reading in bare_readings(case).items()
    }


def bare_readings(case: Case, documents: Sequence[str] = ()) -> dict[str, Reading]:
    """The same without the scans, of all documents or of these: what today's steps read, else the last there is."""
    queries = case.queries
    readings = chain.from_iterable(map(queries.readings_of, documents)) if documents else queries.readings()
    chosen: dict[str, Reading] = {}
    for reading in readings:
        document = queries.document(reading.document)
        if reading.document not in chosen or is_today(case, document, reading.media_type, reading.id):
            chosen[reading.document] = reading
    return chosen


def current_key() -> str:
    """Changes whenever today's steps may give other readings than those of another version."""
    return f"{__version__} {IDENTIFY_VERSION}"
