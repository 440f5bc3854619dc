"""Ten people search while a process adds documents and another is killed at it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.work.searching import CaseSearch
from tests.work.readers import Readers, check_account
from tests.work.support import open_quietly

TEXTS = ("a report of the water works", "关于环境保护的会议记录", "доклад о воде: вода чистая", "the list of the wells")


def add_files(leak: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        (leak / f"{number:05d}.txt").write_text(f"{TEXTS[number % len(TEXTS)]} {number}", "utf-8")


@pytest.mark.parametrize("readers", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_readers_see_no_error_while_documents_are_added(tmp_path: Path, readers: int) -> None:
    leak, case = tmp_path / "leak", tmp_path / "case"
    leak.mkdir()
    add_files(leak, 0, 40)
    open_quietly(leak, case)
    reading = Readers(case, tmp_path, readers)
    for step in range(1, 4):
        add_files(leak, 40 + 20 * (step - 1), 20)
        open_quietly(leak, case)
    told = reading.stop()
    assert [reader["wrong"] for reader in told] == [[]] * readers
    assert all(len(reader["took_ms"]) >= 5 for reader in told)  # type: ignore[arg-type]
    assert check_account(case) == 0
    with Case.open(case) as opened:
        assert CaseSearch(opened).ask("环境保护")[0].total == 25


def test_a_writer_that_is_killed_loses_what_was_not_committed_and_the_account_says_so(tmp_path: Path) -> None:
    """The pages that the index lacks are counted as not searched, and the next `open` adds them."""
    leak, case = tmp_path / "leak", tmp_path / "case"
    leak.mkdir()
    add_files(leak, 0, 300)
    # commits every fifty pages, so that some are there and some are not when it is killed
    code = (
        "import sys, time\nfrom fairwitness.work import indexing\nfrom fairwitness.search.index import TantivyIndex\n"
        "indexing.COMMIT_PAGES = 50\nfrom fairwitness.cli import main\n"
        "commit = TantivyIndex.commit\n"
        "def slow(self):\n    commit(self)\n    print('committed', flush=True)\n    time.sleep(0.3)\n"
        "TantivyIndex.commit = slow\nmain(['open', *sys.argv[1:]])\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(leak), "--case", str(case), "--quiet"], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    for _ in range(3):
        assert run.stdout.readline() == "committed\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    with Case.open(case) as opened:
        searched = CaseSearch(opened).searched()
    assert searched in (150, 200)
    assert check_account(case) == 300 - searched
    open_quietly(leak, case)
    assert check_account(case) == 0


def test_a_hit_that_is_not_marked_yet_is_shown(tmp_path: Path) -> None:
    leak, case = tmp_path / "leak", tmp_path / "case"
    leak.mkdir()
    add_files(leak, 0, 4)
    open_quietly(leak, case)
    with Case.open(case, writing=True) as opened:
        with opened.changes() as changes:
            changes.forget_indexed()  # as in the moment between the commit of the index and the mark
        searching = CaseSearch(opened)
        answer, node = searching.ask("вода")
        assert [searching.hit(node, found).snippet for found in answer.hits] == ["доклад о воде: вода чистая 2"]
