"""The warmed parent of the locked children: imports the parsers once, then forks one child for each file.

It never reads a hostile byte itself. Started with FD and CONFIG as arguments (`run.launch`), it speaks with the
case's process over the socket FD: JSON messages, open files passed along as descriptors.

    in:  {"job": 7, "step": "module:Class", "options": {}, "source": {...}, "limits": {...}} + [source, pipe]
         {"kill": 7}   {"passwords": ["..."]}, to be added to those that every later child may try
    out: {"ready": true}   {"job": 7, "status": 0, "cpu_s": 0.1, "peak_bytes": 123}
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from fairwitness.core.parts import Source
from fairwitness.run.frames import encode_part
from fairwitness.run.lock import Limits, die_with_parent, limit_resources, lock_parser, prepare_lock
from fairwitness.run.task import load_step, parts_of

MAX_MESSAGE_BYTES = 1 << 16
BROKEN_LOCK = 86  # exit status of a child that could not lock itself; it has not read anything


class Zygote:
    """Forks, kills and reaps; one thread, no hostile bytes."""

    def __init__(self, control: socket.socket, locked: bool) -> None:
        self._control = control
        self._locked = locked
        self._passwords: tuple[str, ...] = ()
        self._pids: dict[int, int] = {}  # job -> pid
        self._watch = selectors.DefaultSelector()
        self._watch.register(control, selectors.EVENT_READ, None)

    def serve(self) -> None:
        """Return when the other side has closed the socket; no child is left then."""
        self._send({"ready": True})
        try:
            while True:
                for key, _ in self._watch.select():
                    if key.data is not None:
                        self._reap(key.fd, key.data)
                    elif not self._answer():
                        return
        finally:
            for pid in self._pids.values():
                os.kill(pid, signal.SIGKILL)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._control.send(json.dumps(message).encode())
        except (BrokenPipeError, ConnectionResetError):
            sys.exit(0)

    def _answer(self) -> bool:
        raw, handles, _, _ = socket.recv_fds(self._control, MAX_MESSAGE_BYTES, 2)
        if not raw:
            return False
        message = json.loads(raw)
        if "passwords" in message:
            self._passwords += tuple(message["passwords"])
            return True
        if "kill" in message:
            pid = self._pids.get(message["kill"])
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
            return True
        pid = os.fork()
        if pid == 0:
            _be_child(message, handles[0], handles[1], self._locked, self._passwords)
        for handle in handles:
            os.close(handle)
        self._pids[message["job"]] = pid
        self._watch.register(os.pidfd_open(pid), selectors.EVENT_READ, message["job"])
        return True

    def _reap(self, handle: int, job: int) -> None:
        self._watch.unregister(handle)
        os.close(handle)
        _, status, usage = os.wait4(self._pids.pop(job), 0)
        cpu_s = usage.ru_utime + usage.ru_stime
        self._send({"job": job, "status": status, "cpu_s": cpu_s, "peak_bytes": usage.ru_maxrss * 1024})


def _be_child(
    message: dict[str, Any], source_handle: int, pipe_handle: int, locked: bool, passwords: tuple[str, ...]
) -> None:
    """Read one file behind the lock, write its parts, and end the process. Never returns."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent()
        os.dup2(source_handle, 0)
        os.dup2(pipe_handle, 1)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.closerange(3, 1 << 16)
        source = Source(open(0, "rb", closefd=False), **message["source"], passwords=passwords)  # noqa: SIM115  lives as long as we
        out = open(1, "wb", buffering=1 << 18, closefd=False)  # noqa: SIM115
        step = load_step(message["step"], message["options"])
        if locked:
            status = BROKEN_LOCK
            limit_resources(Limits(**message["limits"]))
            lock_parser()
            status = 1
        for part in parts_of(step, source):
            out.write(encode_part(part))
            out.flush()  # what came before a crash is kept
        status = 0
    finally:
        os._exit(status)


def main() -> None:
    """Serve until the other side is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in config["preload"]:
        importlib.import_module(module)
    for reference, options in config["warm"]:
        module, _, name = reference.partition(":")
        getattr(importlib.import_module(module), name)(**options)
    if len(list(Path("/proc/self/task").iterdir())) > 1:  # a fork takes no other thread along, nor what it holds
        raise RuntimeError("a library started a thread")
    prepare_lock()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # a collection touches every object, and so copies its page for one child
    Zygote(control, config["locked"]).serve()
    os._exit(0)  # libraries that tidy up at the end would tell of it, with paths
