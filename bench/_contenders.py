"""The contenders of `bench_read`: our sandbox with one worker, and iscc-tika in a process of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._measure import Stopwatch, Usage, children_of, cpu_of, cpu_of_reaped, peak_of
from fairwitness.core.parts import Entry, EntryData, EntryEnd, PageMissed, PageText, Part
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.receiving import hint_of
from fairwitness.work.steps import OPEN_FILE

LIMIT_S = 20.0
MAX_DEPTH = 5
OPTIONS = {"max_entries": 1_000_000, "max_unpacked_bytes": 256 << 20}


@dataclass(frozen=True, slots=True)
class Result:
    """How one contender did on one file; `outcome` is a cause of ours, or "ok", "empty" or an error of the rival."""

    usage: Usage
    outcome: str
    chars: int
    inner: int = 0
    pages: int = 0


class Collector:
    """Counts characters, and puts what lies inside into files of a folder, to be read next."""

    def __init__(self, folder: Path) -> None:
        self.chars = 0
        self.pages = 0
        self.entries: list[tuple[Path, str]] = []
        self._folder = folder
        self._hint = ""
        self._open: Any = None

    def take(self, part: Part) -> None:
        self.pages += isinstance(part, PageText | PageMissed)
        if isinstance(part, PageText):
            self.chars += len(part.text.strip())
        elif isinstance(part, Entry) and part.kind == "file" and part.cause is None:
            self._hint = hint_of(part.name)
            self._open = tempfile.NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115  open over parts
        elif isinstance(part, EntryData) and self._open is not None:
            self._open.write(part.data)
        elif isinstance(part, EntryEnd):
            self.end()

    def end(self) -> None:
        if self._open is not None:
            self._open.close()
            self.entries.append((Path(self._open.name), self._hint))
            self._open = None


class Ours:
    """Our sandbox with one worker."""

    def __init__(self, folder: Path, *, unlocked: bool, inside: bool = True) -> None:
        self._folder = folder
        self._depth = MAX_DEPTH if inside else 0
        self._pages = 0
        self._runner = SandboxRunner([OPEN_FILE.partition(":")[0]], workers=1, unlocked=unlocked)
        self._parent = 0
        self.peak_child_bytes = 0
        self.inner_outcomes: Counter[str] = Counter()

    def warm_up(self, path: Path) -> None:
        before = children_of(os.getpid())
        self._attempt(path)
        self._parent = max(children_of(os.getpid()) - before, default=0)

    def read(self, path: Path) -> Result:
        hint = hint_of(path.name.encode())
        with Stopwatch(self._cpu_s) as watch:
            outcome, chars, inner = self._read(path, hint, 0)
        if not peak_of(self._parent):  # it died and there is a new one, which is the youngest
            self._parent = max(children_of(os.getpid()), default=0)
        return Result(watch.usage, outcome, chars, inner, self._pages)

    def _read(self, path: Path, hint: str, depth: int) -> tuple[str, int, int]:
        outcome, found = self._attempt(path, hint)
        chars, inner = found.chars, len(found.entries)
        if depth == 0:
            self._pages = found.pages
        for entry, entry_hint in found.entries:
            if depth < self._depth:
                inner_outcome, more_chars, more = self._read(entry, entry_hint, depth + 1)
                self.inner_outcomes[inner_outcome] += 1
                chars, inner = chars + more_chars, inner + more
            entry.unlink()
        return outcome, chars, inner

    def _attempt(self, path: Path, hint: str = "") -> tuple[str, Collector]:
        task = Task("file", OPEN_FILE, path, OPTIONS, hint, limits=Limits(wall_s=LIMIT_S))
        ((attempt, found),) = self._runner.run([task], lambda _: Collector(self._folder))
        found.end()
        self.peak_child_bytes = max(self.peak_child_bytes, attempt.peak_bytes)
        return attempt.outcome.value, found

    def _cpu_s(self) -> float:
        return cpu_of(os.getpid()) + cpu_of(self._parent) + cpu_of_reaped(self._parent)

    def renew(self) -> None:
        """Nothing: its children are new for each file."""

    def peak_parent_bytes(self) -> int:
        return peak_of(self._parent)

    def close(self) -> None:
        self._runner.close()


class Rival:
    """A rival, iscc-tika if nothing else is said, in a process of its own, started again when it hangs or dies."""

    def __init__(self, python: str, warm_up: Path, script: str = "_rival_tika.py") -> None:
        self._python = python
        self._script = Path(__file__).with_name(script)
        self._warm_up_file = warm_up
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self.peak_bytes = 0
        self.starts = 0

    def read(self, path: Path) -> Result:
        if self._process is None:
            self.start()
        pid = self._process.pid
        with Stopwatch(lambda: cpu_of(pid)) as watch:
            answer = self._ask(path)
        if answer is None:
            return self._gone(watch.usage)
        self.peak_bytes = max(self.peak_bytes, peak_of(pid))
        outcome = answer["error"] or ("ok" if answer["chars"] else "empty")
        return Result(Usage(answer["wall_s"], answer["cpu_s"]), outcome, answer["chars"])

    def renew(self) -> None:
        """It is a new process: an old one needs up to 1.7 times the CPU for the same files, as its memory grows."""
        self.close()
        self.start()

    def start(self) -> None:
        """It answers, and has read one file already.

        Raises:
            SystemExit: if it is not installed.
        """
        self._buffer = b""
        self._process = subprocess.Popen(
            [self._python, "-I", str(self._script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": "", "HOME": "", "LC_ALL": "C.UTF-8"},
        )
        self.starts += 1
        ready = self._answer()
        if ready is None or not ready["ready"]:
            sys.exit(f"The rival of {self._script.name} is not installed for its Python (see bench/README.md).")
        self._ask(self._warm_up_file)

    def _ask(self, path: Path) -> dict[str, Any] | None:
        try:
            self._process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._answer()

    def _answer(self) -> dict[str, Any] | None:
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._buffer:
            if not select.select([pipe], [], [], LIMIT_S)[0]:
                return None
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return None
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def _gone(self, usage: Usage) -> Result:
        try:
            outcome = f"death {self._process.wait(1.0)}"
        except subprocess.TimeoutExpired:
            outcome = "hang"
        self.close()
        return Result(usage, outcome, 0)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
