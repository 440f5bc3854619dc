"""What a locked child cannot do, and how each attempt to do it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.core.errors import NoSandbox
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About
from fairwitness.run import sandbox
from fairwitness.run.lock import Features, Limits, available
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Attempt, Task
from tests.run.test_runners import ROOT, Kept

SECRET = "the secret that must not come out"


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(["tests.run.faulty"], workers=2, sys_path=[ROOT]) as runner:
        yield runner


def misbehave(runner: SandboxRunner, file: Path, how: str, target: object = "", **limits: float) -> tuple[Attempt, str]:
    """How it ended, and what the child got out of it."""
    task = Task("x", "tests.run.faulty:Misbehave", file, {"how": how, "target": str(target)}, limits=Limits(**limits))
    ((attempt, kept),) = runner.run([task], Kept)
    return attempt, "".join(part.value for part in kept.parts if isinstance(part, About))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("x")
    return path


def test_this_machine_has_both_locks() -> None:
    assert available().complete, "these tests need Linux with Landlock and seccomp"


def test_a_secret_cannot_be_read(runner: SandboxRunner, file: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    attempt, got = misbehave(runner, file, "read_secret", tmp_path / "secret")
    assert attempt.outcome is Cause.PARTIAL
    assert attempt.detail == "error permissionerror"
    assert got == ""


def test_nothing_can_be_written_outside(runner: SandboxRunner, file: Path, tmp_path: Path) -> None:
    attempt, _ = misbehave(runner, file, "write_outside", tmp_path / "made")
    assert attempt.detail == "error permissionerror"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_no_packet_leaves(runner: SandboxRunner, file: Path, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.3)
        if kind is socket.SOCK_STREAM:
            listener.listen()
        how = "tcp" if kind is socket.SOCK_STREAM else "udp"
        attempt, _ = misbehave(runner, file, how, listener.getsockname()[1])
        assert attempt.outcome is Cause.SANDBOX_VIOLATION
        with pytest.raises(TimeoutError):
            listener.accept() if kind is socket.SOCK_STREAM else listener.recv(10)


def test_no_unix_socket_is_reached(runner: SandboxRunner, file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0fairwitness-test-{os.getpid()}")
        listener.listen()
        attempt, _ = misbehave(runner, file, "unix", f"fairwitness-test-{os.getpid()}")
    assert attempt.outcome is Cause.SANDBOX_VIOLATION


@pytest.mark.parametrize("how", ["exec", "fork", "fork_in_thread"])
def test_no_process_is_started(runner: SandboxRunner, file: Path, how: str) -> None:
    attempt, _ = misbehave(runner, file, how)
    assert attempt.outcome is Cause.SANDBOX_VIOLATION


def test_a_thread_runs_and_is_under_the_same_lock(runner: SandboxRunner, file: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    attempt, got = misbehave(runner, file, "thread")
    assert (attempt.outcome, got) == (Cause.OK, "ran")
    attempt, got = misbehave(runner, file, "read_secret_in_thread", tmp_path / "secret")
    assert (attempt.outcome, got) == (Cause.OK, "")
    assert misbehave(runner, file, "udp_in_thread", 9)[0].outcome is Cause.SANDBOX_VIOLATION


@pytest.mark.parametrize("how", ["ptrace", "signal_target", "read_memory"])
def test_other_processes_are_out_of_reach(runner: SandboxRunner, file: Path, how: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        attempt, _ = misbehave(runner, file, how, other.pid)
        assert attempt.outcome is Cause.SANDBOX_VIOLATION
        assert other.poll() is None
        other.kill()


def test_the_parent_is_not_signalled(runner: SandboxRunner, file: Path) -> None:
    hits: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: hits.append(number))
    try:
        attempt, _ = misbehave(runner, file, "signal_parent")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert attempt.outcome is Cause.SANDBOX_VIOLATION
    assert hits == []


def test_no_descriptor_is_inherited(runner: SandboxRunner, file: Path) -> None:
    attempt, got = misbehave(runner, file, "inherited")
    assert (attempt.outcome, got) == (Cause.OK, "[]")


def test_memory_ends_in_an_outcome(runner: SandboxRunner, file: Path) -> None:
    assert misbehave(runner, file, "eat")[0].outcome is Cause.LIMIT_MEMORY


def test_a_busy_loop_ends_in_an_outcome(runner: SandboxRunner, file: Path) -> None:
    assert misbehave(runner, file, "spin", cpu_s=1)[0].outcome is Cause.LIMIT_CPU


def test_too_much_output_ends_in_an_outcome(runner: SandboxRunner, file: Path) -> None:
    task = Task("x", "tests.run.faulty:Unpack", file, limits=Limits(output_bytes=60))
    ((attempt, _),) = runner.run([task], Kept)
    assert attempt.outcome is Cause.LIMIT_OUTPUT


def test_endless_recursion_ends_in_an_outcome(runner: SandboxRunner, file: Path) -> None:
    assert misbehave(runner, file, "recurse")[0].outcome in {Cause.LIMIT_DEPTH, Cause.CRASH_SIGNAL}


LIES = ["lie_length", "pickle", "nan", "small_image", "path_for_message", "silence", "flood"]


@pytest.mark.parametrize("how", LIES)
def test_a_lying_child_is_a_protocol_violation(runner: SandboxRunner, file: Path, how: str) -> None:
    attempt, _ = misbehave(runner, file, how)
    assert attempt.outcome is Cause.PROTOCOL_VIOLATION
    assert "NAME" not in attempt.detail


def test_children_end_when_the_runner_closes(file: Path) -> None:
    with SandboxRunner(["tests.run.faulty"], workers=1, sys_path=[ROOT]) as runner:
        list(runner.run([Task("x", "tests.run.faulty:Echo", file)], Kept))
        warm = runner._parent
        assert warm is not None
    assert warm._process.poll() is not None


def test_a_run_that_is_given_up_does_not_wait_for_what_hangs(file: Path) -> None:
    started = time.monotonic()
    with SandboxRunner(["tests.run.faulty"], workers=2, sys_path=[ROOT]) as runner:
        tasks = [Task("quick", "tests.run.faulty:Echo", file)]
        tasks += [Task(f"hang{n}", "tests.run.faulty:Misbehave", file, {"how": "hang"}) for n in range(4)]
        answers = runner.run(iter(tasks), Kept)
        assert next(answers)[0].task.key == "quick"
        answers.close()
    assert time.monotonic() - started < 30


def test_a_file_that_loses_its_warm_parent_is_read_by_the_next_one(file: Path) -> None:
    with SandboxRunner(["tests.run.faulty"], workers=1, sys_path=[ROOT]) as runner:
        task = Task("x", "tests.run.faulty:Echo", file)
        assert [attempt.outcome for attempt, _ in runner.run([task], Kept)] == [Cause.OK]
        for _ in range(3):
            assert runner._parent is not None
            runner._parent._process.kill()
            runner._parent._process.wait()
            ((attempt, kept),) = runner.run([task], Kept)
            assert attempt.outcome is Cause.OK
            assert len(kept.parts) == 1


def test_without_a_lock_nothing_starts_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: Features(0, True))
    with pytest.raises(NoSandbox, match="landlock 0"):
        SandboxRunner([])
    assert not SandboxRunner([], unlocked=True).locked


def test_it_works_as_an_ordinary_user_too(file: Path, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("runs as an ordinary user already")
    script = (
        "import os\n"
        "from fairwitness.run.lock import available, lock_parser\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "assert available().complete\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    lock_parser()\n"
        "    try: open('/etc/passwd')\n"
        "    except PermissionError: os._exit(7)\n"
        "    os._exit(0)\n"
        "assert os.waitstatus_to_exitcode(os.wait()[1]) == 7\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
