"""Runs steps here, one after the other: for our own derived data and for tests. Nothing hostile belongs here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Source
from fairwitness.run.task import Attempt, R, Task, load_step, parts_of


class SerialRunner:
    """Takes each step in this process; it cannot stop a step that hangs."""

    def run(self, tasks: Iterable[Task], receiver_for: Callable[[Task], R]) -> Iterator[tuple[Attempt, R]]:
        """Yield an attempt and its receiver for every task, in the order of the tasks."""
        for task in tasks:
            receiver = receiver_for(task)
            started = time.monotonic()
            end = End(Cause.PROTOCOL_VIOLATION)
            with task.path.open("rb") as file:
                source = Source(file, task.path.stat().st_size, task.hint, task.media_type, task.charset)
                for part in parts_of(load_step(task.step, task.options), source):
                    if isinstance(part, End):
                        end = part
                    else:
                        receiver.take(part)
            yield _attempt(task, end, time.monotonic() - started), receiver


def _attempt(task: Task, end: End, seconds: float) -> Attempt:
    return Attempt(task, end.outcome, end.detail, end.expected_pages, end.expected_entries, seconds)
