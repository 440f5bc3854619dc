"""What every runner does, whatever it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import EntryData, EntryEnd, PageText, Part
from fairwitness.run.lock import Limits
from fairwitness.run.pool import PoolRunner
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.serial import SerialRunner
from fairwitness.run.task import Runner, Task

ROOT = str(Path(__file__).parents[2])


class Kept:
    """Keeps every part."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.parts: list[Part] = []

    def take(self, part: Part) -> None:
        self.parts.append(part)


class RunnerContract:
    """The same for all of them."""

    @pytest.fixture
    def runner(self) -> Iterator[Runner]:
        raise NotImplementedError

    @pytest.fixture
    def files(self, tmp_path: Path) -> list[Path]:
        paths = []
        for number in range(12):
            path = tmp_path / str(number)
            path.write_text(f"文件 {number} ھۆججەت документ " * 50)
            paths.append(path)
        return paths

    def test_every_task_gets_exactly_one_attempt_and_its_own_parts(self, runner: Runner, files: list[Path]) -> None:
        tasks = [Task(path.name, "tests.run.faulty:Echo", path, {"size": 100}) for path in files]
        seen = {}
        for attempt, kept in runner.run(tasks, Kept):
            assert attempt.task is kept.task
            assert attempt.outcome is Cause.OK
            assert attempt.task.key not in seen
            seen[attempt.task.key] = "".join(part.text for part in kept.parts if isinstance(part, PageText))
        assert seen == {path.name: path.read_text() for path in files}

    def test_the_same_file_gives_the_same_parts_twice(self, runner: Runner, files: list[Path]) -> None:
        task = Task("a", "tests.run.faulty:Echo", files[0], {"size": 7})
        first, second = ([kept.parts for _, kept in runner.run([task], Kept)] for _ in range(2))
        assert first == second

    def test_a_file_that_breaks_its_reader_does_not_stop_the_others(self, runner: Runner, files: list[Path]) -> None:
        tasks = [Task("bad", "tests.run.faulty:Misbehave", files[0], {"how": "raise"})]
        tasks += [Task(path.name, "tests.run.faulty:Echo", path) for path in files]
        outcomes = {attempt.task.key: attempt for attempt, _ in runner.run(tasks, Kept)}
        assert outcomes["bad"].outcome is Cause.PARTIAL
        assert "secret" not in outcomes["bad"].detail
        assert sum(attempt.outcome is Cause.OK for attempt in outcomes.values()) == len(files)

    def test_a_refusal_keeps_its_cause_and_what_came_before(self, runner: Runner, files: list[Path]) -> None:
        task = Task("x", "tests.run.faulty:Misbehave", files[0], {"how": "refuse"})
        ((attempt, kept),) = runner.run([task], Kept)
        assert (attempt.outcome, attempt.detail) == (Cause.ENCRYPTED, "needs a password")
        assert [part.text for part in kept.parts if isinstance(part, PageText)] == ["before"]

    def test_entries_come_with_their_bytes_and_their_ends(self, runner: Runner, files: list[Path]) -> None:
        ((attempt, kept),) = runner.run([Task("x", "tests.run.faulty:Unpack", files[0])], Kept)
        assert attempt.expected_entries == 3
        assert [part.data for part in kept.parts if isinstance(part, EntryData)] == [files[0].read_bytes()] * 3
        assert [part.cause for part in kept.parts if isinstance(part, EntryEnd)] == [
            None,
            Cause.UNREADABLE,
            None,
        ]

    def test_an_empty_file_is_empty_and_not_a_failure(self, runner: Runner, tmp_path: Path) -> None:
        (tmp_path / "nothing").touch()
        ((attempt, _),) = runner.run([Task("x", "tests.run.faulty:Echo", tmp_path / "nothing")], Kept)
        assert attempt.outcome is Cause.EMPTY

    def test_no_tasks_give_no_attempts(self, runner: Runner) -> None:
        assert list(runner.run([], Kept)) == []


class Stopping(RunnerContract):
    """Runners with processes of their own survive what kills a process."""

    def test_a_reader_that_hangs_is_stopped_and_the_others_go_on(self, runner: Runner, files: list[Path]) -> None:
        tasks = [Task("hangs", "tests.run.faulty:Misbehave", files[0], {"how": "hang"}, limits=Limits(wall_s=1.5))]
        tasks += [Task(path.name, "tests.run.faulty:Echo", path) for path in files]
        outcomes = {attempt.task.key: attempt.outcome for attempt, _ in runner.run(tasks, Kept)}
        assert outcomes.pop("hangs") is Cause.LIMIT_WALL
        assert set(outcomes.values()) == {Cause.OK}

    def test_a_reader_that_crashes_is_named_and_the_others_go_on(self, runner: Runner, files: list[Path]) -> None:
        tasks = [Task("dies", "tests.run.faulty:Misbehave", files[0], {"how": "segfault"})]
        tasks += [Task(path.name, "tests.run.faulty:Echo", path) for path in files]
        outcomes = {attempt.task.key: attempt for attempt, _ in runner.run(tasks, Kept)}
        dead = outcomes.pop("dies")
        assert (dead.outcome, dead.detail) == (Cause.CRASH_SIGNAL, "signal 11")
        assert {attempt.outcome for attempt in outcomes.values()} == {Cause.OK}


class TestSerial(RunnerContract):
    @pytest.fixture
    def runner(self) -> Iterator[Runner]:
        yield SerialRunner()


class TestPool(Stopping):
    @pytest.fixture
    def runner(self) -> Iterator[Runner]:
        yield PoolRunner(workers=2)


class TestSandbox(Stopping):
    @pytest.fixture
    def runner(self) -> Iterator[Runner]:
        with SandboxRunner(["tests.run.faulty"], workers=2, sys_path=[ROOT]) as runner:
            yield runner
