"""Runs steps on hostile files: each in a child of its own that cannot reach files, network or other processes.

The wall clock and the amount of output are watched here; memory and CPU time by the kernel. What a child answers is
checked frame by frame. See `docs/decisions/003-sandbox.md`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, replace
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from fairwitness.core.errors import NoSandbox
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Entry, EntryData, EntryEnd
from fairwitness.run.frames import FRAME, MAX_BODY_BYTES, MAX_HEAD_BYTES, ProtocolViolation, decode_part
from fairwitness.run.launch import python_command
from fairwitness.run.lock import Features, available
from fairwitness.run.task import Attempt, R, Receiver, Task
from fairwitness.run.zygote import BROKEN_LOCK, MAX_MESSAGE_BYTES

_PIPE_BYTES = 1 << 20
# Without HOME, libraries look the user up, which may open a socket to a name service.
_ENVIRONMENT = {
    "PATH": "",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}
_PASSWORDS_A_MESSAGE = 20  # of at most 256 characters, each at most 12 bytes in JSON: below MAX_MESSAGE_BYTES
LOST_PARENTS = 3  # attempts at one file that lost the warmed parent before it is blamed
_ENDED_EARLY = {"job": -1, "status": 9, "cpu_s": 0.0, "peak_bytes": 0}


class SandboxRunner:
    """Reads files in locked children, up to `workers` at a time. Use it as a context manager.

    `preload` names the modules to import once in the warmed parent; `sys_path` adds folders to look for them in. `warm`
    names functions ("module:function" and its arguments) that are called there once, to load models. `environment` is
    added to the little that the warmed parent gets.
    `passwords` are what readers may try on locked files; they go over a socket: no list of processes shows them.

    Raises:
        NoSandbox: if this machine lacks a lock and `unlocked` was not asked for.
    """

    def __init__(
        self,
        preload: Sequence[str],
        *,
        workers: int | None = None,
        unlocked: bool = False,
        sys_path: Sequence[str] = (),
        warm: Sequence[tuple[str, Mapping[str, Any]]] = (),
        environment: Mapping[str, str] | None = None,
        passwords: Sequence[str] = (),
    ) -> None:
        self.features: Features = available()
        if not self.features.complete and not unlocked:
            raise NoSandbox(f"This machine offers only: {self.features}.")
        self.locked = not unlocked
        self._workers = workers or os.cpu_count() or 1
        self._config = {"preload": list(preload), "warm": list(warm), "locked": self.locked}
        self._environment = _ENVIRONMENT | dict(environment or {})
        self._sys_path = tuple(sys_path)
        self.passwords = tuple(passwords)
        self._parent: _WarmParent | None = None
        self._is_closed = False
        self._starting = threading.Lock()

    def __enter__(self) -> SandboxRunner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def profile(self) -> str:
        """What the children are locked with, for whoever writes down how a result was made."""
        return str(self.features) if self.locked else "none"

    def close(self) -> None:
        """No child is left."""
        self._is_closed = True
        if self._parent is not None:
            self._parent.close()
            self._parent = None

    def run(self, tasks: Iterable[Task], receiver_for: Callable[[Task], R]) -> Iterator[tuple[Attempt, R]]:
        """Yield an attempt and its receiver for every task, in the order in which they end."""
        with ThreadPoolExecutor(self._workers) as threads:
            waiting: set[Future[tuple[Attempt, R]]] = set()
            try:
                for task in tasks:
                    waiting.add(threads.submit(self.run_one, task, receiver_for))
                    if len(waiting) >= 2 * self._workers:
                        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        yield from (future.result() for future in done)
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            except BaseException:  # stopped by a person, or by a fault of ours: do not wait for what is running
                for future in waiting:
                    future.cancel()
                self.close()
                raise

    def run_one(self, task: Task, receiver_for: Callable[[Task], R]) -> tuple[Attempt, R]:
        """An attempt at one task with its receiver, made in the thread that asks; any number of threads may."""
        for _ in range(LOST_PARENTS):
            receiver = receiver_for(task)
            attempt = self._attempt(task, receiver)
            if attempt is not None:
                return attempt, receiver
        return Attempt(task, Cause.CRASH_SIGNAL, "took the process down that starts the children"), receiver

    def _warm_parent(self) -> _WarmParent:
        with self._starting:
            if self._is_closed:
                raise RuntimeError("the sandbox is closed")
            if self._parent is None or self._parent.is_gone:
                self._parent = _WarmParent(self._config, self._sys_path, self._environment, self.passwords)
            return self._parent

    def _with_time_to_try(self, task: Task) -> Task:
        """The task with the time that trying every password on a locked file takes, up to half a second each."""
        if not self.passwords:
            return task
        more = 1 + len(self.passwords) // 2
        limits = replace(task.limits, cpu_s=task.limits.cpu_s + more, wall_s=task.limits.wall_s + 4 * more)
        return replace(task, limits=limits)

    def _attempt(self, task: Task, receiver: Receiver) -> Attempt | None:
        """One attempt; None if the warmed parent was lost meanwhile, perhaps through no fault of this file."""
        started = time.monotonic()
        task = self._with_time_to_try(task)
        parent = self._warm_parent()
        with task.path.open("rb") as file:
            job, pipe = parent.start(task, file.fileno(), os.fstat(file.fileno()).st_size)
        reader = _FrameReader(pipe, started + task.limits.wall_s, task.limits.output_bytes)
        try:
            stopped, end = _take_all(reader, receiver)
        finally:
            os.close(pipe)
            parent.kill(job)
        exited = parent.wait(job)
        if exited is _ENDED_EARLY and end is None and stopped is None:
            return None
        outcome, detail = _outcome_of(stopped, end, int(exited["status"]))
        if end is None or outcome is not end.outcome:
            end = End(outcome, detail)
        return Attempt(
            task,
            outcome,
            detail,
            end.expected_pages,
            end.expected_entries,
            time.monotonic() - started,
            int(exited["peak_bytes"]),
        )


def _take_all(reader: _FrameReader, receiver: Receiver) -> tuple[tuple[Cause, str] | None, End | None]:
    """Why we stopped the child ourselves, if we did, and what it said at its end, if it did."""
    entry_open = False
    try:
        for head, body in reader:
            part = decode_part(head, body)
            if isinstance(part, End):
                return None, part
            entry_open = _check_order(part, entry_open)
            receiver.take(part)
    except _Stopped as stop:
        return (stop.cause, ""), None
    except ProtocolViolation as violation:
        return (Cause.PROTOCOL_VIOLATION, str(violation)), None
    except _Ended:
        pass  # how it ended tells the rest
    return None, None


def _check_order(part: object, entry_open: bool) -> bool:
    if isinstance(part, EntryData | EntryEnd) != entry_open:
        raise ProtocolViolation("parts out of order")
    if isinstance(part, Entry):
        return part.kind == "file" and part.cause is None
    return entry_open and not isinstance(part, EntryEnd)


def _outcome_of(stopped: tuple[Cause, str] | None, end: End | None, status: int) -> tuple[Cause, str]:
    if stopped is not None:
        return stopped
    if end is not None:
        return end.outcome, end.detail
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGSYS:
            return Cause.SANDBOX_VIOLATION, "forbidden system call"
        if number == signal.SIGXCPU:
            return Cause.LIMIT_CPU, ""
        return Cause.CRASH_SIGNAL, f"signal {number}"
    if os.WEXITSTATUS(status) == BROKEN_LOCK:
        raise NoSandbox("A child could not lock itself, so nothing was read.")
    return Cause.PROTOCOL_VIOLATION, f"ended without an answer, status {os.WEXITSTATUS(status)}"


class _Stopped(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class _Ended(Exception):
    """The pipe closed in the middle of a frame."""


class _FrameReader:
    """Frames from a pipe until it closes, within a deadline and an amount of bytes."""

    def __init__(self, pipe: int, deadline: float, output_bytes: int) -> None:
        self._pipe = pipe
        self._deadline = deadline
        self._left = output_bytes
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            start = self._exactly(FRAME.size, may_end=True)
            if not start:
                return
            head_bytes, body_bytes = FRAME.unpack(start)
            if head_bytes > MAX_HEAD_BYTES or body_bytes > MAX_BODY_BYTES:
                raise ProtocolViolation("a frame is longer than any frame may be")
            yield self._exactly(head_bytes), self._exactly(body_bytes)

    def _exactly(self, size: int, *, may_end: bool = False) -> bytes:
        while len(self._buffer) < size:
            piece = self._read()
            if not piece:
                if may_end and not self._buffer:
                    return b""
                raise _Ended
            self._buffer += piece
        with memoryview(self._buffer) as view:
            piece = bytes(view[:size])
        del self._buffer[:size]
        return piece

    def _read(self) -> bytes:
        left_ms = (self._deadline - time.monotonic()) * 1000
        if left_ms <= 0 or not self._poll.poll(left_ms):
            raise _Stopped(Cause.LIMIT_WALL)
        piece = os.read(self._pipe, _PIPE_BYTES)
        self._left -= len(piece)
        if self._left < 0:
            raise _Stopped(Cause.LIMIT_OUTPUT)
        return piece


class _WarmParent:
    """The zygote process as seen from here: start a child, kill it, wait for it."""

    def __init__(
        self,
        config: dict[str, Any],
        sys_path: Sequence[str],
        environment: Mapping[str, str],
        passwords: Sequence[str],
    ) -> None:
        self._lock = threading.Lock()
        self._next_job = 0
        self._ended: dict[int, SimpleQueue[dict[str, Any]]] = {}
        self.is_gone = False
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = (str(theirs.fileno()), json.dumps(config))
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
            python_command("fairwitness.run.zygote", *arguments, more_path=sys_path),
            pass_fds=[theirs.fileno()],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = ours
        if not self._control.recv(MAX_MESSAGE_BYTES):
            raise NoSandbox("The process that starts the locked children did not come up.", advice="")
        for at in range(0, len(passwords), _PASSWORDS_A_MESSAGE):
            self._control.send(json.dumps({"passwords": passwords[at : at + _PASSWORDS_A_MESSAGE]}).encode())
        threading.Thread(target=self._listen, daemon=True, name="sandbox").start()

    def start(self, task: Task, source_handle: int, size_bytes: int) -> tuple[int, int]:
        """Number of the new child and the pipe it will write to."""
        reading, writing = os.pipe2(os.O_CLOEXEC)
        with self._lock:
            self._next_job += 1
            job = self._next_job
            self._ended[job] = SimpleQueue()
        source = {
            "size_bytes": size_bytes,
            "hint": task.hint,
            "media_type": task.media_type,
            "charset": task.charset,
        }
        message = {"job": job, "step": task.step, "options": dict(task.options), "source": source}
        message["limits"] = asdict(task.limits)
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], [source_handle, writing])
        except OSError:
            self._ended[job].put(_ENDED_EARLY)
        finally:
            os.close(writing)
        return job, reading

    def kill(self, job: int) -> None:
        """The child is being killed if it still runs."""
        try:
            self._control.send(json.dumps({"kill": job}).encode())
        except OSError:
            self.is_gone = True

    def wait(self, job: int) -> dict[str, Any]:
        """How the child ended."""
        answer = self._ended[job].get()
        with self._lock:
            del self._ended[job]
        return answer

    def close(self) -> None:
        """The process and all its children are gone."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # wakes the listening thread too; close alone would not
        self._process.wait()
        self._control.close()

    def _listen(self) -> None:
        while True:
            try:
                raw = self._control.recv(MAX_MESSAGE_BYTES)
            except OSError:
                raw = b""
            if not raw:
                break
            message = json.loads(raw)
            self._ended[message["job"]].put(message)
        with self._lock:
            self.is_gone = True
            for queue in self._ended.values():
                queue.put(_ENDED_EARLY)
