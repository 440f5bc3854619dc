"""The sandbox table, for each parser in use: what a taken-over parser tries is denied."""

from __future__ import annotations

import io
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples.sample_leak import FILES
from PIL import Image

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Kind, PageMissed, Pixels
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from tests.bad_input import write_bad_inputs
from tests.intake.test_unpack_cms import signed
from tests.intake.test_unpack_warc import record
from tests.read import old_office
from tests.read.documents import zipped
from tests.read.packers import field, iwa
from tests.read.pictures import HEIC
from tests.read.test_read_media import film
from tests.read.test_read_other_office import hwp
from tests.run.test_runners import ROOT, Kept
from tests.work.made_files import stores
from tests.work.support import CORPUS

ACTS = ["read_secret", "write_outside", "tcp", "udp", "unix", "exec", "fork", "ptrace", "signal_parent"]
ANSWERED = {"read_secret", "write_outside"}  # these are refused with an error; all others end the process
CORPUS_PARSERS = ("*.rtf", "*.html", "*.epub", "*.pptx", "*.ods", "*.xls", "*.odp", "*.msg", "*.mbox", "*.7z", "*.tar",
                  "*.tgz", "*.bz2", "*.jpg", "*.csv", "*.json", "*.xml")  # fmt: skip

OFFICE = {
    "old.doc": old_office.doc([("text\r", True)], data=old_office.picture()),
    "old.ppt": old_office.ppt([("title", "box", "notes", False)]),
    "old.xls": old_office.xls(),
    "new.pages": zipped({"Index/Document.iwa": iwa([(2001, field(3, b"text"))])}),
    "print.xps": zipped(
        {"1.fpage": '<FixedPage><Glyphs UnicodeString="text"/></FixedPage>', "[Content_Types].xml": "<x/>"}
    ),
    "signed.p7m": signed(b"text"),
    "web.warc": record("resource", b"text"),
    "word.hwp": hwp("text"),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(["fairwitness.work.plan", "tests.run.faulty"], workers=2, sys_path=[ROOT]) as runner:
        yield runner


def pictures() -> dict[str, bytes]:
    """One for each decoder."""
    found = {"heic": HEIC}
    for form in ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000", "AVIF", "PCX", "TGA", "PPM", "ICO"):
        file = io.BytesIO()
        Image.new("RGB", (300, 200), "white").save(file, form)
        found[form] = file.getvalue()
    return found


@pytest.mark.parametrize("form", pictures())
def test_a_picture_is_decoded_and_drawn_behind_the_lock(form: str, runner: SandboxRunner, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(pictures()[form])
    limits = {"max_entries": 9, "max_unpacked_bytes": 1 << 20}
    ((attempt, kept),) = runner.run([Task("x", "fairwitness.work.plan:OpenFile", tmp_path / "picture", limits)], Kept)
    assert attempt.outcome is Cause.OK
    media_type = next(part.media_type for part in kept.parts if isinstance(part, Kind))
    assert [part.cause for part in kept.parts if isinstance(part, PageMissed)] == [Cause.NEEDS_OCR]
    draw = Task("x", "fairwitness.read.render:RenderPage", tmp_path / "picture", media_type=media_type)
    ((attempt, kept),) = runner.run([draw], Kept)
    assert attempt.outcome is Cause.OK
    assert any(isinstance(part, Pixels) for part in kept.parts)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file for every kind of parser."""
    folder = tmp_path_factory.mktemp("files")
    chosen = {}
    for name, make in FILES.items():
        path = folder / f"{len(chosen)}{Path(name).suffix}"
        path.write_bytes(make())
        chosen[f"sample {path.suffix} {len(chosen)}"] = path
    sound = b"ID3\x03\0\0\0\0\0\x10TIT2\0\0\0\x06\0\0\0Title" + bytes(2000)
    for name, data in (pictures() | {"film": film(), "sound": sound}).items():
        chosen[f"picture {name}"] = folder / f"picture.{name}"
        chosen[f"picture {name}"].write_bytes(data)
    for name, data in stores().items():
        chosen[name] = folder / name
        chosen[name].write_bytes(data)
    for name, data in OFFICE.items():
        chosen[name] = folder / name
        chosen[name].write_bytes(data)
    (folder / "bad").mkdir()
    write_bad_inputs(folder / "bad")
    if (CORPUS / "files").exists():
        for pattern in CORPUS_PARSERS:
            found = sorted((CORPUS / "files").glob(f"*/{pattern}"))
            if found:
                chosen[f"corpus {pattern}"] = found[0]
    return chosen


@pytest.mark.parametrize("act", ACTS)
def test_no_parser_can(act: str, runner: SandboxRunner, files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("must stay here")
    hits: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: hits.append(number))
    with (
        socket.socket() as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        for listener in (tcp, udp):
            listener.bind(("127.0.0.1", 0))
            listener.settimeout(0.1)
        tcp.listen()
        unix.bind(f"\0fairwitness-{os.getpid()}")
        unix.listen()
        targets = {
            "read_secret": tmp_path / "secret",
            "write_outside": tmp_path / "made",
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "unix": f"fairwitness-{os.getpid()}",
            "ptrace": os.getpid(),
        }
        options = {"how": act, "target": str(targets.get(act, ""))}
        tasks = [Task(name, "tests.run.faulty:ParseThenMisbehave", path, options) for name, path in files.items()]
        kinds = set()
        for attempt, kept in runner.run(tasks, Kept):
            kinds.update(part.media_type for part in kept.parts if isinstance(part, Kind))
            assert not any(part.name == "got" for part in kept.parts if isinstance(part, About)), attempt.task.key
            if act in ANSWERED:
                assert attempt.detail == "error permissionerror" or attempt.outcome not in (Cause.OK, Cause.EMPTY)
            elif attempt.outcome is not Cause.SANDBOX_VIOLATION:
                # a parser that refuses the file ends before it could be taken over
                assert attempt.outcome in (Cause.UNREADABLE, Cause.ENCRYPTED, Cause.PARTIAL), attempt.task.key
        with pytest.raises(TimeoutError):
            tcp.accept()
        with pytest.raises(TimeoutError):
            udp.recv(10)
    signal.signal(signal.SIGUSR1, before)
    assert hits == []
    assert not (tmp_path / "made").exists()
    assert len(kinds) >= 8
