"""Steps that behave and steps that misbehave on purpose."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Entry, EntryData, EntryEnd, PageText, Part, Source


@dataclass(frozen=True, slots=True)
class Echo:
    """One page with the text of the file, in pieces of `size`."""

    size: int = 1000
    name: ClassVar[str] = "echo"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        text = item.file.read().decode()
        for number, at in enumerate(range(0, len(text), self.size), 1):
            yield PageText(number, "section", text[at : at + self.size])


@dataclass(frozen=True, slots=True)
class Unpack:
    """The file as three entries, the second one broken."""

    name: ClassVar[str] = "unpack"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        data = item.file.read()
        for number in (1, 2, 3):
            yield Entry(number, b"\xff\xfe name")
            yield EntryData(data)
            yield EntryEnd(Cause.UNREADABLE if number == 2 else None)
        yield End(Cause.OK, expected_entries=3)


@dataclass(frozen=True, slots=True)
class Misbehave:
    """Does what `how` says; `target` is a path or a number it needs."""

    how: str
    target: str = ""
    name: ClassVar[str] = "misbehave"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        yield PageText(1, "section", "before")
        got = getattr(self, f"_{self.how}")()
        yield About("got", str(got))

    def _raise(self) -> None:
        raise ValueError("a secret from the file")

    def _refuse(self) -> None:
        raise ReadError(Cause.ENCRYPTED, "needs a password")

    def _hang(self) -> None:
        time.sleep(3600)

    def _spin(self) -> None:
        while True:
            pass

    def _eat(self) -> int:
        return len(bytearray(8 << 30))

    def _segfault(self) -> None:
        ctypes.string_at(0)

    def _recurse(self) -> None:
        self._recurse()

    def _read_secret(self) -> str:
        return Path(self.target).read_text()

    def _write_outside(self) -> int:
        return Path(self.target).write_text("x")

    def _tcp(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as peer:
            peer.connect(("127.0.0.1", int(self.target)))

    def _udp(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"hello", ("127.0.0.1", int(self.target)))

    def _unix(self) -> None:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(f"\0{self.target}")

    def _exec(self) -> None:
        os.execv("/bin/true", ["true"])

    def _fork(self) -> int:
        return os.fork()

    def _thread(self) -> str:
        return self._in_thread(lambda: "ran")

    def _read_secret_in_thread(self) -> str:
        return self._in_thread(self._read_secret)

    def _udp_in_thread(self) -> str:
        return self._in_thread(self._udp)

    def _fork_in_thread(self) -> str:
        return self._in_thread(self._fork)

    def _in_thread(self, call: Callable[[], object]) -> str:
        got: list[object] = []
        thread = threading.Thread(target=lambda: got.append(call()))
        thread.start()
        thread.join()
        return "".join(map(str, got))

    def _ptrace(self) -> int:
        return int(ctypes.CDLL(None).ptrace(16, int(self.target), 0, 0))

    def _signal_parent(self) -> None:
        os.kill(os.getppid(), signal.SIGUSR1)

    def _signal_target(self) -> None:
        os.kill(int(self.target), signal.SIGUSR1)

    def _read_memory(self) -> int:
        return int(ctypes.CDLL(None).process_vm_readv(int(self.target), None, 0, None, 0, 0))

    def _inherited(self) -> str:
        """Numbers of descriptors from 3 on that still answer."""
        alive = []
        for number in range(3, 64):
            try:
                os.lseek(number, 0, os.SEEK_CUR)
            except OSError as error:
                if error.errno != 9:
                    alive.append(number)
            else:
                alive.append(number)
        return str(alive)

    def _lie_length(self) -> None:
        os.write(1, struct.pack("<IQ", 10, 1 << 40) + b"x" * 10)
        time.sleep(5)

    def _pickle(self) -> None:
        os.write(1, struct.pack("<IQ", 20, 0) + b"cos\nsystem\n(S'true'\nt")
        time.sleep(5)

    def _nan(self) -> None:
        head = b'{"t":"end","o":"ok","x":"","p":NaN,"e":-1}'
        os.write(1, struct.pack("<IQ", len(head), 0) + head)
        time.sleep(5)

    def _small_image(self) -> None:
        head = b'{"t":"pixels","w":100,"h":100,"c":3}'
        os.write(1, struct.pack("<IQ", len(head), 7) + head + b"1234567")
        time.sleep(5)

    def _path_for_message(self) -> None:
        head = b'{"t":"end","o":"unreadable","x":"/home/NAME/leak","p":-1,"e":-1}'
        os.write(1, struct.pack("<IQ", len(head), 0) + head)
        time.sleep(5)

    def _silence(self) -> None:
        os._exit(0)

    def _flood(self) -> None:
        while True:
            os.write(1, struct.pack("<IQ", 12, 1 << 20) + b'{"t":"data"}' + bytes(1 << 20))


@dataclass(frozen=True, slots=True)
class ParseThenMisbehave:
    """Reads the file with the parser that is in use for it, then does what `how` says, as a taken-over parser would."""

    how: str
    target: str = ""
    name: ClassVar[str] = "parse-then-misbehave"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        from fairwitness.work.plan import OpenFile

        for part in OpenFile(1000, 1 << 24)(item):
            if not isinstance(part, End):
                yield part
        for part in Misbehave(self.how, self.target)(item):
            if not isinstance(part, PageText):
                yield part
