"""Vectors of the passages of a case, and the pages that are like a question in meaning.

Vectors are derived: kept under `cache/` by the fingerprint of the model and by the key of the reading and its scans, in
shards of some pages, so that a run may be stopped at any time and goes on there.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairwitness.case.case import Case
from fairwitness.case.derived import Derived
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText, Part, Tokens
from fairwitness.core.records import Reading
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Attempt, Task
from fairwitness.search.encode_passages import ENCODE_PASSAGES, RANGES, VECTORS, WARM
from fairwitness.search.meaning import Encoder, MeaningUnusable, model_fingerprint
from fairwitness.text.language import languages_of
from fairwitness.text.standard_script import in_standard_script, other_script
from fairwitness.work.pace import Estimate, Pace
from fairwitness.work.progress import Progress
from fairwitness.work.texts import CaseTexts

SHARD_PAGES = 20
DIMENSIONS = 384
_KIND = "meaning "
_ROW_BYTES = 2 * DIMENSIONS  # half precision
_AT_ONCE = 20_000  # passages that are compared at a time, for the memory
_CHARS_A_CPU_SECOND = 200  # measured: about 3,000 Latin or 900 Chinese characters; ten times that is let pass
_SIZE = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the text of a page."""

    document: str
    page: int
    start: int
    end: int


@dataclass(slots=True)
class Encoded:
    """What one run did. `left` are pages; `failed` pages by cause."""

    model: str
    pages: int = 0
    passages: int = 0
    left: int = 0
    seconds: float = 0.0
    failed: Counter[str] = field(default_factory=Counter)
    estimate: Estimate | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "model": self.model,
            "pages": self.pages,
            "passages": self.passages,
            "left": self.left,
            "failed": dict(sorted(self.failed.items())),
            "seconds": round(self.seconds, 1),
            "left_seconds": round(self.estimate.best_s) if self.estimate else None,
        }


class _Receiver:
    """Keeps the passages of one shard, and their vectors as they came."""

    def __init__(self) -> None:
        self.rows: list[list[int]] = []
        self.vectors = b""

    def take(self, part: Part) -> None:
        """Keep one page.

        Raises:
            ValueError: if what came is no ranges and vectors; the attempt is then refused.
        """
        if not isinstance(part, Tokens):
            return
        fields = dict(part.fields)
        ranges = [piece.split("-") for piece in fields[RANGES].split()]
        vectors = base64.b64decode(fields[VECTORS], validate=True)
        if len(vectors) != _ROW_BYTES * len(ranges):
            raise ValueError("vectors of another size")
        self.rows += [[part.number, int(low), int(high)] for low, high in ranges]
        self.vectors += vectors


def encode_case(case: Case, progress: Progress, *, max_minutes: float | None = None, unlocked: bool = False) -> Encoded:
    """Every page that was read has vectors, as far as the time allows; those of other models are forgotten.

    Raises:
        MeaningUnusable: if the model is not installed, or is not the one that was measured.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    started = time.monotonic()
    model = model_fingerprint()
    derived = case.derived()
    module = ENCODE_PASSAGES.partition(":")[0]
    threads = {"OMP_NUM_THREADS": "1"}
    try:
        derived.forget_other_kinds(_KIND, _KIND + model)
        with SandboxRunner([module], warm=[(WARM, {})], environment=threads, unlocked=unlocked) as sandbox:
            work = _Work(case, derived, progress, model, max_minutes)
            try:
                work.run(sandbox)
            except KeyboardInterrupt:
                progress.say("Stopped; what was encoded is kept.")
    finally:
        derived.close()
        progress.end()
    work.done.seconds = time.monotonic() - started
    return work.done


class _Work:
    """One run over the documents that lack vectors."""

    def __init__(self, case: Case, derived: Derived, progress: Progress, model: str, max_minutes: float | None) -> None:
        self.done = Encoded(model)
        self._case, self._derived, self._progress = case, derived, progress
        self._kind = _KIND + model
        self._until = None if max_minutes is None else time.monotonic() + 60 * max_minutes
        self._texts = CaseTexts(case)
        self._pace = Pace(os.cpu_count() or 1)
        self._pages_of: dict[str, int] = {}  # shards on their way, and their pages
        self._scratch: set[Path] = set()

    def run(self, sandbox: SandboxRunner) -> None:
        """The shards that are not there yet are made, document by document."""
        missing = [
            reading for reading in self._texts.readings if self._derived.get(self._kind, self._key(reading)) is None
        ]
        self.done.left = sum(reading.pages_with_text for reading in missing)
        self._progress.begin("Encoding", self.done.left)
        try:
            for attempt, receiver in sandbox.run(self._tasks(missing), lambda _: _Receiver()):
                attempt.task.path.unlink(missing_ok=True)
                self._scratch.discard(attempt.task.path)
                self._keep(attempt, receiver)
        finally:
            for path in self._scratch:
                path.unlink(missing_ok=True)
        for reading in missing:
            shards = self._shards(reading)
            if all(self._derived.get(self._kind, self._key(reading, at)) is not None for at in range(len(shards))):
                self._derived.put(self._kind, [(self._key(reading), str(len(shards)).encode())])

    def _key(self, reading: Reading, shard: int | None = None) -> str:
        """Of all vectors of a document, which tells how many shards there are, or of one shard."""
        return _key(self._texts, reading, shard)

    def _shards(self, reading: Reading) -> list[list[PageText]]:
        pages = list(self._texts.whole_pages(reading))
        return [pages[at : at + SHARD_PAGES] for at in range(0, len(pages), SHARD_PAGES)]

    def _tasks(self, missing: Sequence[Reading]) -> Iterator[Task]:
        for reading in missing:
            for at, pages in enumerate(self._shards(reading)):
                if self._until is not None and time.monotonic() > self._until:
                    return
                key = self._key(reading, at)
                if self._derived.get(self._kind, key) is not None:
                    self.done.left -= len(pages)
                    continue
                self._pages_of[key] = len(pages)
                yield self._task(key, pages)

    def _task(self, key: str, pages: Sequence[PageText]) -> Task:
        path = self._case.scratch()
        self._scratch.add(path)
        lines = [json.dumps([page.number, page.text, _script_of(page.text)]) for page in pages]
        path.write_text("\n".join(lines), "ascii")
        cpu_s = self._case.settings.cpu_s + sum(map(len, lines)) // _CHARS_A_CPU_SECOND
        memory_bytes = self._case.settings.scan_memory_mib << 20
        return Task(key, ENCODE_PASSAGES, path, limits=Limits(memory_bytes, cpu_s, 4.0 * cpu_s))

    def _keep(self, attempt: Attempt, receiver: _Receiver) -> None:
        pages = self._pages_of.pop(attempt.task.key)
        if attempt.outcome is Cause.OK:
            head = json.dumps(receiver.rows).encode()
            value = _SIZE.pack(len(head)) + head + receiver.vectors
            self._derived.put(self._kind, [(attempt.task.key, value)])
            self.done.pages += pages
            self.done.passages += len(receiver.rows)
            self.done.left -= pages
        else:
            self.done.failed[attempt.outcome.value] += pages
        for _ in range(pages):
            self._pace.add(attempt.seconds / pages)
        self.done.estimate = self._pace.left(self.done.left)
        self._progress.advance(pages, note=f"{self.done.left:,} left on the whole: {self.done.estimate}")


def _key(texts: CaseTexts, reading: Reading, shard: int | None = None) -> str:
    return texts.key_of(reading) if shard is None else f"{texts.key_of(reading)} {shard}"


class CaseMeaning:
    """The vectors of a case, held in memory: 0.8 kB a passage."""

    def __init__(self, case: Case, encoder: Encoder) -> None:
        self._encoder = encoder
        kind = _KIND + encoder.fingerprint()
        texts = CaseTexts(case)
        derived = case.derived()
        rows: list[Passage] = []
        vectors: list[bytes] = []
        try:
            for reading in texts.readings:
                shards = -(-reading.pages_with_text // SHARD_PAGES)
                for at in range(shards):
                    value = derived.get(kind, _key(texts, reading, at))
                    if value is None:  # it failed, or waits; those behind it may be there
                        continue
                    (size,) = _SIZE.unpack_from(value)
                    found = json.loads(value[_SIZE.size : _SIZE.size + size])
                    rows += [Passage(reading.document, *row) for row in found]
                    vectors.append(value[_SIZE.size + size :])
        finally:
            derived.close()
        if not rows:
            raise MeaningUnusable(
                "There are no vectors of this case by this model.", advice="Run: fairwitness meaning CASE"
            )
        self._rows = rows
        self._vectors = np.frombuffer(b"".join(vectors), dtype="<f2").reshape(len(rows), DIMENSIONS)

    def page_count(self) -> int:
        """Pages that have a vector at least."""
        return len({(row.document, row.page) for row in self._rows})

    def nearest(self, question: str, limit: int, is_wanted: Callable[[str, int], bool]) -> list[tuple[Passage, float]]:
        """The most alike passage of each of the `limit` pages that are most alike, and how alike it is, in [-1, 1]."""
        wanted = self._encoder.encode_query(in_standard_script(question, _script_of(question)))
        alike = np.concatenate([part.astype(np.float32) @ wanted for part in _parts(self._vectors)])
        best: dict[tuple[str, int], tuple[Passage, float]] = {}
        for at in np.argsort(-alike, kind="stable"):
            row = self._rows[at]
            place = (row.document, row.page)
            if place not in best and is_wanted(*place):
                best[place] = (row, float(alike[at]))
                if len(best) == limit:
                    break
        return list(best.values())


def _script_of(text: str) -> str:
    return other_script(text, languages_of(text))


def _parts(vectors: NDArray[np.float16]) -> Iterator[NDArray[np.float16]]:
    for at in range(0, len(vectors), _AT_ONCE):
        yield vectors[at : at + _AT_ONCE]
