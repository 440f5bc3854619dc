"""Foreign programs: locked in, limited, and gone when they are done."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.run.lock import Limits
from fairwitness.run.program import SYSTEM, ProgramRun, run_program

PYTHON = (*SYSTEM, Path(sys.base_prefix), Path(sys.prefix))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def run_python(script: str, scratch: Path, **limits: float) -> ProgramRun:
    interpreter = Path(sys.executable).resolve()
    return run_program([interpreter, "-I", "-c", script], scratch, limits=Limits(**limits), readable=PYTHON)


def test_a_program_makes_a_file_in_its_own_folder(scratch: Path) -> None:
    (scratch / "in.txt").write_text("ھۆججەت")
    run = run_program(["/bin/cp", "in.txt", "out.txt"], scratch)
    assert run == ProgramRun(Cause.OK, "", 0)
    assert (scratch / "out.txt").read_text() == "ھۆججەت"


def test_a_program_that_fails_says_so(scratch: Path) -> None:
    assert run_program(["/bin/cp", "missing", "out"], scratch).outcome is Cause.UNREADABLE


@pytest.mark.parametrize("mode", ["r", "w"])
def test_a_program_reaches_no_other_file(scratch: Path, tmp_path: Path, mode: str) -> None:
    (tmp_path / "secret").write_text("secret")
    script = f"import sys\ntry: open({str(tmp_path / 'secret')!r}, {mode!r})\nexcept PermissionError: sys.exit(7)"
    assert run_python(script, scratch).status == 7
    assert (tmp_path / "secret").read_text() == "secret"


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_program_reaches_no_network(scratch: Path, kind: int) -> None:
    script = f"import socket, sys\ntry: socket.socket(socket.AF_INET, {int(kind)})\nexcept PermissionError: sys.exit(7)"
    assert run_python(script, scratch).status == 7


def test_a_program_sees_no_environment_of_ours(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_OURS", "1")
    assert run_python("import os, sys; sys.exit('A_SECRET_OF_OURS' in os.environ)", scratch).status == 0


def test_a_program_that_traces_others_is_a_violation(scratch: Path) -> None:
    script = f"import ctypes; ctypes.CDLL(None).ptrace(16, {os.getpid()}, 0, 0)"
    assert run_python(script, scratch).outcome is Cause.SANDBOX_VIOLATION


def test_a_program_that_spins_hits_its_limit(scratch: Path) -> None:
    assert run_python("while True: pass", scratch, cpu_s=1).outcome is Cause.LIMIT_CPU


def test_a_program_that_fills_the_disk_hits_its_limit(scratch: Path) -> None:
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\nwith open('f', 'wb') as f: f.write(bytes(1 << 21))"
    assert run_python(script, scratch, output_bytes=1 << 20).outcome is Cause.LIMIT_OUTPUT


def test_a_program_that_hangs_is_ended_with_all_its_children(scratch: Path) -> None:
    script = "import os, time\nif os.fork() == 0: open('child', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    started = time.monotonic()
    assert run_python(script, scratch, wall_s=2).outcome is Cause.LIMIT_WALL
    assert time.monotonic() - started < 30
    child = (scratch / "child").read_text()
    gone = subprocess.run(["/bin/sh", "-c", f"kill -0 {child}"], capture_output=True, check=False)
    state = Path(f"/proc/{child}/stat")
    assert gone.returncode != 0 or (state.exists() and state.read_text().split()[2] == "Z")
