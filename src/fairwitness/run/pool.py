"""Runs steps on our own derived data in a pool of processes (Pebble). Nothing hostile belongs here either.

A worker that dies or hangs costs its one task; the others go on.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.run.frames import FRAME, decode_part, encode_part
from fairwitness.run.lock import Limits
from fairwitness.run.task import Attempt, R, Task, load_step, parts_of


def can_share_locks() -> bool:
    """Whether processes can share locks here: files in the shared memory of the system, which may be closed to us."""
    try:
        get_context("fork").Lock()  # "fork" removes the file at once; nothing is forked
    except OSError:
        return False
    return True


class PoolRunner:
    """Takes steps in `workers` processes, at most `window` tasks waiting."""

    def __init__(self, workers: int | None = None, window: int = 8) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._window = max(window, self._workers)

    def run(self, tasks: Iterable[Task], receiver_for: Callable[[Task], R]) -> Iterator[tuple[Attempt, R]]:
        """Yield an attempt and its receiver for every task, in the order of the tasks."""
        with ProcessPool(max_workers=self._workers, context=get_context("spawn")) as pool:
            waiting: deque[tuple[Task, float, ProcessFuture[bytes]]] = deque()
            for task in tasks:
                future = pool.schedule(_work, args=(_as_json(task),), timeout=task.limits.wall_s)
                waiting.append((task, time.monotonic(), future))
                if len(waiting) >= self._window:
                    yield _finish(*waiting.popleft(), receiver_for)
            while waiting:
                yield _finish(*waiting.popleft(), receiver_for)


def _as_json(task: Task) -> dict[str, Any]:
    return asdict(task) | {"path": os.fspath(task.path)}


def _work(plain: dict[str, Any]) -> bytes:
    """All frames of one task, in the worker."""
    task = Task(**(plain | {"path": Path(plain["path"]), "limits": Limits(**plain["limits"])}))
    with task.path.open("rb") as file:
        source = Source(file, task.path.stat().st_size, task.hint, task.media_type, task.charset)
        return b"".join(encode_part(part) for part in parts_of(load_step(task.step, task.options), source))


def _finish(
    task: Task, started: float, future: ProcessFuture[bytes], receiver_for: Callable[[Task], R]
) -> tuple[Attempt, R]:
    receiver = receiver_for(task)
    try:
        frames = future.result()
    except FutureTimeout:
        return Attempt(task, Cause.LIMIT_WALL), receiver
    except ProcessExpired as error:
        signal = -error.exitcode if error.exitcode and error.exitcode < 0 else 0
        return Attempt(task, Cause.CRASH_SIGNAL, f"signal {signal}"), receiver
    end = End(Cause.PROTOCOL_VIOLATION)
    for part in _parts_in(frames):
        if isinstance(part, End):
            end = part
        else:
            receiver.take(part)
    seconds = time.monotonic() - started
    return Attempt(task, end.outcome, end.detail, end.expected_pages, end.expected_entries, seconds), receiver


def _parts_in(frames: bytes) -> Iterator[Part]:
    at = 0
    while at < len(frames):
        head_bytes, body_bytes = FRAME.unpack_from(frames, at)
        at += FRAME.size
        yield decode_part(frames[at : at + head_bytes], frames[at + head_bytes : at + head_bytes + body_bytes])
        at += head_bytes + body_bytes
