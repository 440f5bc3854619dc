"""Tasks, attempts, and what every runner has in common."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, EntryEnd, PageMissed, PageText, Part, Source
from fairwitness.core.step import Step
from fairwitness.run.lock import Limits


@dataclass(frozen=True, slots=True)
class Task:
    """One file and the step to take on it.

    `step` is "module:Class" of ours; `options` are its fields, plain JSON values. `key` is the caller's name for it.
    """

    key: str
    step: str
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    media_type: str = ""
    charset: str = ""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt ended. Every attempt has exactly one outcome; `expected_*` are -1 where unknown."""

    task: Task
    outcome: Cause
    detail: str = ""
    expected_pages: int = -1
    expected_entries: int = -1
    seconds: float = 0.0
    peak_bytes: int = 0


class Receiver(Protocol):
    """Takes the checked parts of one attempt, in order, in whatever thread the runner works in."""

    def take(self, part: Part, /) -> None:
        """Keep one part."""
        ...


R = TypeVar("R", bound=Receiver)


class Runner(Protocol):
    """Runs tasks, each to one `Attempt`. The order of the answers is not that of the tasks."""

    def run(self, tasks: Iterable[Task], receiver_for: Callable[[Task], R]) -> Iterator[tuple[Attempt, R]]:
        """Yield an attempt and its receiver for every task; a fault of one file never stops the others."""
        ...


def load_step(reference: str, options: Mapping[str, Any]) -> Step[Source, Part]:
    """The step named "module:Class", made with `options`."""
    module, _, name = reference.partition(":")
    return cast(Step[Source, Part], getattr(importlib.import_module(module), name)(**options))


def parts_of(step: Step[Source, Part], source: Source) -> Iterator[Part]:
    """The parts of one file, closed by exactly one `End`, whatever the step does.

    An exception becomes an `End`: its class name is kept, its text is not, since it may quote the file.
    """
    seen = _Seen()
    try:
        for part in step(source):
            if isinstance(part, End):
                yield from seen.close(None)
                yield part
                return
            seen.note(part)
            yield part
    except ReadError as error:
        yield from seen.close(Cause(error.cause))
        yield End(Cause(error.cause), _plain(error.detail))
    except MemoryError:
        yield from seen.close(Cause.LIMIT_MEMORY)
        yield End(Cause.LIMIT_MEMORY)
    except RecursionError:
        yield from seen.close(Cause.LIMIT_DEPTH)
        yield End(Cause.LIMIT_DEPTH, "nested too deeply")
    except (GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the edge of every parser: a panic of Rust code is no Exception
        yield from seen.close(Cause.UNREADABLE)
        outcome = Cause.PARTIAL if seen.something else Cause.UNREADABLE
        yield End(outcome, f"error {_plain(type(error).__name__)}")
    else:
        yield from seen.close(None)
        yield End(Cause.OK if seen.something else Cause.EMPTY)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c in "abcdefghijklmnopqrstuvwxyz0123456789 ,.:;/()_+-")[:160]


class _Seen:
    """What has come so far: whether there was anything, and whether an entry is still open."""

    def __init__(self) -> None:
        self.something = False
        self.open_entry = False

    def note(self, part: Part) -> None:
        kind = type(part).__name__
        self.something |= isinstance(part, PageText | PageMissed) or kind in ("Entry", "Pixels", "Tokens", "Tables")
        if kind == "Entry":
            self.open_entry = part.kind == "file" and part.cause is None  # type: ignore[union-attr]
        elif kind == "EntryEnd":
            self.open_entry = False

    def close(self, cause: Cause | None) -> Iterator[EntryEnd]:
        if self.open_entry:
            self.open_entry = False
            yield EntryEnd(cause or Cause.PARTIAL)
