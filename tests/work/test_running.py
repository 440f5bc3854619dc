"""Work tells others how far it is; work that was killed is told from work that goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.work.account import account_for_search
from fairwitness.work.progress import Progress
from fairwitness.work.running import Running, running_in, told_to_others
from tests.work.support import run_cli


def many_files(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"письмо {number}")


def opening(leak: Path, case: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fairwitness", "open", str(leak), "--case", str(case), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seen_reading(case: Path, run: subprocess.Popen[bytes]) -> Running:
    """What a reader sees of a run that is reading, with some of it done."""
    until = time.monotonic() + 60
    while time.monotonic() < until and run.poll() is None:
        if (case / "cache" / "progress.json").exists() and (case / "records.db").exists():
            with Case.open(case) as opened:
                found = running_in(opened)
            if found is not None and found.what == "Reading" and found.left is not None:
                return found
        time.sleep(0.05)
    raise AssertionError("it was never seen at work")


def test_a_reader_sees_how_far_open_is_and_that_it_was_killed(tmp_path: Path) -> None:
    many_files(tmp_path / "leak", 400)
    case = tmp_path / "case"
    run = opening(tmp_path / "leak", case)
    try:
        found = seen_reading(case, run)
        assert found.state == "running"
        assert 0 < found.done < found.total == 400
        assert found.left is not None
        assert found.left.low_s <= found.left.best_s <= found.left.high_s
        assert found.as_json()["left_seconds"] is not None
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    until = time.monotonic() + 10  # what it had started ends a moment after it
    with Case.open(case) as opened:
        while (left := running_in(opened)) is not None and left.state == "running" and time.monotonic() < until:
            time.sleep(0.05)
        assert left is not None
        assert left.state == "stopped"
        assert left.command == "open"
    assert "Stopped unexpectedly" in run_cli("overview", case).stdout


def test_a_case_where_nothing_was_ever_told_has_nothing_running(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        assert running_in(case) is None


@pytest.mark.parametrize("written", ["", "{", "[]", '{"state": "running"}', '{"state": "running", "left_s": 3}'])
def test_a_file_that_says_nonsense_says_nothing(tmp_path: Path, written: str) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        case.cache_path("progress.json").write_text(written)
        assert running_in(case) is None


def test_work_that_ends_with_an_error_is_stopped_and_work_within_work_is_part_of_it(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        progress = Progress(None)
        with pytest.raises(ZeroDivisionError), told_to_others(case, "open", progress):
            progress.begin("Reading", 3)
            with told_to_others(case, "ocr", progress):
                progress.advance()
            within = running_in(case)
            assert within is not None
            assert (within.command, within.state, within.total) == ("open", "running", 3)
            raise ZeroDivisionError
        after = running_in(case)
        assert after is not None
        assert (after.state, after.done, after.left) == ("stopped", 1, None)


def test_readers_do_not_keep_a_writer_out(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        for _ in range(50):
            with told_to_others(case, "open", Progress(None)):
                found = running_in(case)
                assert found is not None
                assert found.state == "running"


def test_what_is_not_searched_may_be_a_little_old_while_the_case_grows_and_is_exact_again_then(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        old = account_for_search(case)
        old["took_s"] = 1000.0
        case.write_cache("not-searched.json", old)
        with told_to_others(case, "open", Progress(None)):
            with case.changes() as changes:
                changes.add_event("open", {})
            assert account_for_search(case) == old
            assert account_for_search(case, exact=True)["key"] != old["key"]
            case.write_cache("not-searched.json", old)
        assert account_for_search(case)["key"] != old["key"]
