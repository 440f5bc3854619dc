"""Opens a leak: copies it, reads everything in it, indexes what was read, and closes the log.

The work to do is always the difference between the documents there are and the readings there are, so a run that was
stopped anywhere goes on by simply beginning again. Containers are opened level by level: all documents of one depth
are read before the next depth begins, which makes every record independent of the order in which things finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Document, Reading
from fairwitness.custody.ledger import close_log
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.account import account_for_search
from fairwitness.work.alone import Result, read_watched
from fairwitness.work.current import NOT_IDENTIFIED, is_today, made_today, task_for
from fairwitness.work.gathering import gather
from fairwitness.work.indexing import IndexNowAndThen, bring_index_up_to_date, have_index
from fairwitness.work.progress import Progress
from fairwitness.work.receiving import DocumentReceiver
from fairwitness.work.retrying import forget_failures
from fairwitness.work.running import told_to_others
from fairwitness.work.stating import statement_of
from fairwitness.work.steps import OPEN_FILE


@dataclass(frozen=True, slots=True)
class Opened:
    """What one run did."""

    new_finds: int
    readings: int
    indexed_pages: int


def open_leak(
    case: Case, leak: Path | None, progress: Progress, *, unlocked: bool = False, passwords: tuple[str, ...] = ()
) -> Opened:
    """Everything that is in the leak is in the case: read, or with the reason why not.

    `leak` None reads on in what the case holds already. `unlocked` runs the parsers without a lock, which is logged.
    `passwords` are tried on what is encrypted, also on what was found so before; only their number is logged.

    Raises:
        NoSandbox: if this machine has no lock and `unlocked` is not given.
        DiskFull: if the disk is full; the case stays usable.
    """
    with told_to_others(case, "open", progress):
        return _open_leak(case, leak, progress, unlocked, passwords)


def _open_leak(case: Case, leak: Path | None, progress: Progress, unlocked: bool, passwords: tuple[str, ...]) -> Opened:
    with SandboxRunner([OPEN_FILE.partition(":")[0]], unlocked=unlocked, passwords=passwords) as sandbox:
        with case.changes() as changes:
            fields = {"fairwitness": __version__, "sandbox": str(sandbox.features), "locked": sandbox.locked}
            fields |= {"passwords": len(passwords)} if passwords else {}
            changes.add_event("open", fields)
        if passwords:
            forget_failures(case, Cause.ENCRYPTED)
        have_index(case)
        new_finds = 0
        if leak is not None:
            progress.begin("Copying")
            new_finds = gather(case, leak, progress)
        index = IndexNowAndThen(case)
        readings = 0
        depth = 0
        while depth <= case.queries.deepest():
            readings += _read_level(case, sandbox, depth, progress, index)
            depth += 1
    progress.begin("Indexing")
    indexed_pages = index.pages + bring_index_up_to_date(case, progress)
    progress.end()
    close_log(case)
    account_for_search(case, exact=True)
    return Opened(new_finds, readings, indexed_pages)


def log_unlocked(folder: Path) -> None:
    """The log of the case says that a file of it is about to be parsed without a lock.

    Raises:
        CaseBusy: if another process is writing to the case.
    """
    with Case.open(folder, writing=True) as case:
        with case.changes() as changes:
            changes.add_event("unlocked", {"fairwitness": __version__})
        close_log(case)


def documents_to_read(case: Case, depth: int) -> list[Document]:
    """Documents of that depth without a reading by today's steps."""
    keys = case.queries.reading_keys()
    return [
        document
        for document in case.queries.documents(depth)
        if not any(is_today(case, document, *key) for key in keys.get(document.digest, ()))
    ]


def _read_level(case: Case, sandbox: SandboxRunner, depth: int, progress: Progress, index: IndexNowAndThen) -> int:
    todo = documents_to_read(case, depth)
    if not todo:
        return 0
    progress.begin(f"Reading, level {depth}" if depth else "Reading", len(todo))
    begun = case.queries.attempts()
    count = 0
    fresh = {document.digest: document for document in todo if document.digest not in begun}
    tasks = _tasks(case, fresh.values())
    for attempt, receiver in sandbox.run(tasks, lambda task: DocumentReceiver(case, fresh[task.key])):
        reading = receiver.close(attempt, made_today(case, receiver.document, receiver.kind.media_type))
        result = Result(reading, receiver.finds(), int(attempt.seconds * 1000), attempt.peak_bytes)
        _keep(case, result, sandbox.profile)
        progress.advance()
        index.maybe()
        count += 1
    for document in todo:
        if document.digest in begun:
            _keep(case, _read_suspect(case, sandbox, document), sandbox.profile)
            progress.advance()
            count += 1
    return count


def _tasks(case: Case, documents: Iterable[Document]) -> Iterator[Task]:
    for document in documents:
        if document.depth > case.settings.max_depth:
            refused = Reading(document.digest, "", "", NOT_IDENTIFIED, Cause.LIMIT_DEPTH)
            _keep(case, Result(refused, [], 0, 0))
            continue
        with case.changes() as changes:
            changes.count_attempt(document.digest)
        yield task_for(case, document)


def _read_suspect(case: Case, sandbox: SandboxRunner, document: Document) -> Result:
    """The result for a document that was being read when an earlier run was killed, whoever was to blame."""
    for _ in range(case.settings.attempts):
        result = read_watched(case, document, unlocked=not sandbox.locked, passwords=sandbox.passwords)
        if result is not None:
            return result
    return Result(Reading(document.digest, "", "", NOT_IDENTIFIED, Cause.QUARANTINED), [], 0, 0)


def _keep(case: Case, result: Result, sandbox: str = "") -> None:
    """The records of one attempt are in the case, all together."""
    reading = result.reading
    with case.changes() as changes:
        changes.add_reading(reading)
        changes.add_finds(result.finds)
        changes.add_event(
            "derive",
            {
                "document": reading.document,
                "reading": reading.id,
                "statement": statement_of(reading.made, reading.document, _subject(reading), sandbox),
                "outcome": reading.outcome.value,
                "pages": reading.pages,
                "milliseconds": result.milliseconds,
                "peak_bytes": result.peak_bytes,
            },
        )


def _subject(reading: Reading) -> dict[str, str]:
    return {"record": reading.id} | ({"pages": reading.pages} if reading.pages else {})
