"""Runs one foreign program on one file: a process of its own behind a lock, with a folder of its own and nothing else.

For what no library reads (an office suite, an old converter). The program sees the folders it is installed in, its
scratch folder, an empty environment and no network. When it ends, or is ended, nothing of it is left.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairwitness.core.errors import NoSandbox
from fairwitness.core.outcome import Cause
from fairwitness.run.launch import python_command
from fairwitness.run.lock import Limits, available, die_with_parent, lock_program

SYSTEM = tuple(Path(name) for name in ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/fonts"))
DEVICES = tuple(Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"))
BROKEN_LOCK = 86


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """How the program ended; `status` is its exit status, -1 if a signal or a limit ended it."""

    outcome: Cause
    detail: str
    status: int


def run_program(
    command: Sequence[str | Path],
    scratch: Path,
    *,
    limits: Limits | None = None,
    readable: Sequence[Path] = SYSTEM,
    environment: Mapping[str, str] | None = None,
) -> ProgramRun:
    """How `command` ended; what it made lies in `scratch`, which must exist and hold a copy of its input.

    `limits.output_bytes` bounds each file that it writes. Its output on the standard streams is thrown away.

    Raises:
        NoSandbox: if this machine lacks a lock.
    """
    features = available()
    if not features.complete:
        raise NoSandbox(f"This machine offers only: {features}.")
    limits = limits or Limits()
    process = subprocess.Popen(  # noqa: S603  no shell; the caller names the program
        python_command("fairwitness.run.program", *_arguments(command, scratch, limits, readable)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=scratch,
        env={"HOME": str(scratch), "TMPDIR": str(scratch), "LC_ALL": "C.UTF-8", **(environment or {})},
        start_new_session=True,
    )
    try:
        status = process.wait(limits.wall_s)
    except subprocess.TimeoutExpired:
        return ProgramRun(Cause.LIMIT_WALL, "", -1)
    finally:
        _end_group(process)
    return _outcome_of(status)


def _arguments(command: Sequence[str | Path], scratch: Path, limits: Limits, readable: Sequence[Path]) -> list[str]:
    numbers = [str(limits.memory_bytes), str(limits.cpu_s), str(limits.output_bytes)]
    return [*numbers, str(scratch), *map(str, readable), "--", *map(str, command)]


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """The program and every process that it started are gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _outcome_of(status: int) -> ProgramRun:
    if status == BROKEN_LOCK:
        raise NoSandbox("A program could not be locked in, so it was not started.")
    if status == -signal.SIGSYS:
        return ProgramRun(Cause.SANDBOX_VIOLATION, "forbidden system call", -1)
    if status == -signal.SIGXCPU:
        return ProgramRun(Cause.LIMIT_CPU, "", -1)
    if status == -signal.SIGXFSZ:
        return ProgramRun(Cause.LIMIT_OUTPUT, "", -1)
    if status < 0:
        return ProgramRun(Cause.CRASH_SIGNAL, f"signal {-status}", -1)
    return ProgramRun(Cause.OK if status == 0 else Cause.UNREADABLE, f"status {status}" if status else "", status)


def main() -> None:
    """Lock this process, then become the program. Arguments as `_arguments` makes them."""
    memory, cpu, output, scratch, *rest = sys.argv[1:]
    split = rest.index("--")
    readable, command = [Path(name) for name in rest[:split]], rest[split + 1 :]
    try:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 2))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(output), int(output)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.closerange(3, 1 << 16)
        lock_program(readable, [Path(scratch), *DEVICES])
    except OSError:
        sys.exit(BROKEN_LOCK)
    os.execv(command[0], command)  # noqa: S606  that is what we are here for
