"""From a leak to the account: everything is counted, nothing is dropped, originals stay as they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from examples.sample_leak import FILES, build

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Find
from fairwitness.work.account import account_of, failures_of, found_names
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress
from fairwitness.work.retrying import forget_failures
from fairwitness.work.verifying import verify
from tests.bad_input import Expectation, write_bad_inputs
from tests.work.support import CORPUS, check_sums, open_quietly, records_of, run_cli, run_json


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    build(folder / "leak")
    open_quietly(folder / "leak", folder / "case")
    return folder


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Expectation]]:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "leak").mkdir()
    expected = write_bad_inputs(folder / "leak")
    (folder / "leak" / "good.txt").write_text("the run goes on: 一切照常")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case", expected


def test_the_sample_leak_is_accounted_for_file_by_file(sample: Path) -> None:
    account = run_json("account", sample / "case")
    check_sums(account)
    assert account["given"]["expected"] == len(FILES)
    assert account["given"]["by_cause"] == {"encrypted": 1, "needs_ocr": 1, "unreadable": 1}
    assert account["inside"] == {"expected": 4, "read": 4, "failed": 0, "by_cause": {}}
    assert account["needs_ocr"] == 1
    assert account["documents"] == len(FILES) - 1 + 4  # one file is there twice


def test_the_same_bytes_are_stored_once_and_every_path_is_remembered(sample: Path) -> None:
    with Case.open(sample / "case") as case:
        places: dict[str, list[str]] = {}
        for found, name in found_names(case):
            places.setdefault(found.document, []).append(name)
        twice = [names for names in places.values() if len(names) > 1]
        assert len(twice) == 1
        assert len(twice[0]) == 2


def test_originals_are_kept_byte_for_byte_and_never_changed(sample: Path) -> None:
    with Case.open(sample / "case") as case:
        for found in case.queries.finds():
            if not found.parent:
                original = sample / "leak" / os.fsdecode(found.name)
                assert case.objects.open(found.document).read() == original.read_bytes()
                assert original.read_bytes() == FILES[os.fsdecode(found.name)]()


def test_opening_again_changes_nothing(sample: Path) -> None:
    before = records_of(sample / "case")
    open_quietly(sample / "leak", sample / "case")
    assert records_of(sample / "case") == before


def test_a_second_case_of_the_same_leak_has_the_same_ids(sample: Path, tmp_path: Path) -> None:
    open_quietly(sample / "leak", tmp_path / "case")
    ours, theirs = records_of(tmp_path / "case"), records_of(sample / "case")
    assert ours == theirs


def test_what_is_new_is_added_and_what_vanished_stays(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("甲")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    (tmp_path / "leak" / "a.txt").unlink()
    (tmp_path / "leak" / "b.txt").write_text("乙")
    account = open_quietly(tmp_path / "leak", tmp_path / "case")
    assert (account["expected"], account["read"]) == (2, 2)


def test_a_changed_file_is_a_second_find_under_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    for text in ("甲", "乙"):
        (tmp_path / "leak" / "a.txt").write_text(text)
        account = open_quietly(tmp_path / "leak", tmp_path / "case")
    assert account["documents"] == 2
    assert account["expected"] == 2


def test_each_bad_input_ends_as_it_must_and_nothing_else_is_lost(bad: tuple[Path, dict[str, Expectation]]) -> None:
    folder, expected = bad
    with Case.open(folder) as case:
        account = account_of(case).as_json()
        check_sums(account)
        readings = {reading.document: reading for reading in case.queries.readings()}
        outcomes: dict[str, set[Cause]] = {}
        entries: dict[str, int] = {}
        for found in case.queries.finds():
            if not found.parent:
                reading = readings.get(found.document)
                name = os.fsdecode(found.name)
                causes = {found.cause} if found.cause else {reading.outcome, *map(Cause, reading.page_causes)}
                outcomes[name] = causes
                entries[name] = reading.entries_expected if reading else 0
        assert set(outcomes) == {*expected, "good.txt"}
        for name, wanted in expected.items():
            assert outcomes[name] & wanted.outcomes, (ascii(name), outcomes[name])
            assert Cause.SANDBOX_VIOLATION not in outcomes[name]
            assert entries[name] >= wanted.min_entries, ascii(name)
        assert outcomes["good.txt"] == {Cause.OK}
        failed = {failure.item for failure, _ in failures_of(case)}
        for found in case.queries.finds():
            reading = readings.get(found.document)
            if found.cause or (reading and reading.outcome not in (Cause.OK, Cause.EMPTY)):
                assert (found.document or found.id) in failed, "dropped without a failure"


def test_raw_names_are_kept_and_shown_safely(bad: tuple[Path, dict[str, Expectation]]) -> None:
    with Case.open(bad[0]) as case:
        names = {found.name for found in case.queries.finds() if not found.parent}
    assert b"line\nfeed.txt" in names
    assert b"\xff\xfe\x80.txt" in names
    shown = run_cli("failures", bad[0]).stdout
    assert "\u202e" not in shown
    listed = json.loads(run_cli("failures", bad[0], "--json").stdout)
    assert listed["total"] == len(listed["failures"])


def test_mails_nested_too_deeply_stop_with_a_cause(bad: tuple[Path, dict[str, Expectation]]) -> None:
    with Case.open(bad[0]) as case:
        causes = [failure.cause for failure, name in failures_of(case) if "nested-3000" in name]
    assert causes == [Cause.LIMIT_DEPTH]


def test_a_find_that_disappeared_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    with Case.create_or_open(tmp_path / "case") as case:
        with case.changes() as changes:
            found = Find("", 0, b"gone.txt", cause=Cause.DISAPPEARED)
            changes.add_find(found)
            changes.add_event("intake", {"find": found.id, "document": ""})
        open_leak(case, tmp_path / "leak", Progress(None))
        account = account_of(case).as_json()
    assert (account["expected"], account["by_cause"]) == (1, {"disappeared": 1})


def test_files_that_come_and_go_during_the_walk_do_not_stop_it(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    for number in range(300):
        (leak / f"{number:03}.txt").write_text(str(number))
    remover = subprocess.Popen(["/bin/sh", "-c", f"for i in 2 1; do rm -f '{leak}'/${{i}}*.txt; done"])
    account = open_quietly(leak, tmp_path / "case")
    remover.wait()
    check_sums(account)
    assert set(account["by_cause"]) <= {"disappeared"}
    assert account["read"] >= 100


def test_what_takes_its_reader_down_three_times_is_quarantined_and_named(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("good")
    (tmp_path / "leak" / "b.txt").write_text("takes its process down")
    with Case.create_or_open(tmp_path / "case") as case:
        from fairwitness.work.gathering import gather

        gather(case, tmp_path / "leak", Progress(None))
        digests = {found.name: found.document for found in case.queries.finds()}
        case.objects.path(digests[b"b.txt"]).unlink()  # whoever opens it now dies of it
        with case.changes() as changes:
            changes.count_attempt(digests[b"b.txt"])  # as a run leaves it that was killed while reading
        open_leak(case, None, Progress(None))
        account = account_of(case).as_json()
    assert (account["read"], account["by_cause"]) == (1, {"quarantined": 1})


def test_a_retry_reads_only_what_failed(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "case", tmp_path / "case")
    with Case.create_or_open(tmp_path / "case") as case:
        assert forget_failures(case, Cause.ENCRYPTED) == 1
        assert open_leak(case, None, Progress(None)).readings == 1
        assert verify(case, Progress(None)).is_sound
    assert records_of(tmp_path / "case") == records_of(sample / "case")


def test_a_changed_byte_anywhere_is_found(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "case", tmp_path / "case")
    assert run_json("verify", tmp_path / "case")["sound"]
    victim = next(path for path in (tmp_path / "case" / "objects").rglob("*") if path.is_file())
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
    done = run_cli("verify", tmp_path / "case", "--json", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["damaged"] == [victim.name]
    victim.unlink()
    assert json.loads(run_cli("verify", tmp_path / "case", "--json", check=False).stdout)["missing"] == [victim.name]


def test_a_rewritten_history_is_found(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "case", tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as case, case.changes() as changes:
        changes._connection.exec_driver_sql(
            "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), ':', ': ') AS BLOB) WHERE seq = 5"
        )
        changes._connection.exec_driver_sql("DELETE FROM find WHERE id = (SELECT min(id) FROM find)")
    answer = json.loads(run_cli("verify", tmp_path / "case", "--json", check=False).stdout)
    assert answer["log"]["problems"]
    assert answer["untold"]
    done = run_cli("open", sample / "leak", "--case", tmp_path / "case", "--quiet", check=False)
    assert done.returncode == 2
    assert "does not fit its last checkpoint" in done.stderr


def test_the_case_works_from_another_place_and_its_index_can_be_thrown_away(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "case", tmp_path / "elsewhere")
    answer = run_json("search", tmp_path / "elsewhere", "环境保护")
    assert answer["total"] == run_json("search", sample / "case", "环境保护")["total"] > 0
    shutil.rmtree(tmp_path / "elsewhere" / "index")
    assert run_cli("search", tmp_path / "elsewhere", "环境保护", check=False).returncode == 2
    run_cli("open", tmp_path / "elsewhere", "--quiet")
    assert run_json("search", tmp_path / "elsewhere", "环境保护") == answer


def test_a_full_disk_is_a_clear_error_and_the_case_still_opens(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if (
        os.getuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("a small disk can only be made by root")
    try:
        (tmp_path / "leak").mkdir()
        for number in range(40):
            (tmp_path / "leak" / f"{number}.bin").write_bytes(os.urandom(200_000))
        done = run_cli("open", tmp_path / "leak", "--case", small / "case", "--quiet", check=False)
        assert done.returncode == 2
        assert "disk" in done.stderr
        assert "full" in done.stderr
        assert "Traceback" not in done.stderr
        check_sums(run_json("account", small / "case"))
        subprocess.run(["mount", "-o", "remount,size=60m", str(small)], check=True)
        run_cli("open", tmp_path / "leak", "--case", small / "case", "--quiet")
        account = run_json("account", small / "case")
        assert account["given"]["expected"] == 40
        assert run_json("verify", small / "case")["sound"]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_file_larger_than_our_memory_may_get_is_streamed(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    with (tmp_path / "leak" / "large.bin").open("wb") as file:
        file.truncate(400 << 20)  # sparse: large for us, small on the disk
    script = (
        "import runpy, sys\n"
        "sys.argv = ['fairwitness', 'open', sys.argv[1], '--quiet', '--json']\n"
        "try: runpy.run_module('fairwitness', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    import sys

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "leak")], capture_output=True, text=True, check=True
    )
    account, peak_kib = done.stdout.strip().splitlines()
    assert json.loads(account)["expected"] == 1
    assert int(peak_kib) < 300 * 1024  # less than the file


@pytest.mark.parametrize("nth", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_every_real_file_is_accounted_for(tmp_path: Path, nth: int) -> None:
    if not (CORPUS / "files").exists():
        pytest.skip("the corpus is not here")
    leak = tmp_path / "leak"
    leak.mkdir()
    files = sorted(path for path in (CORPUS / "files").rglob("*") if path.is_file())
    assert len(files) == 866
    for number, path in enumerate(files[::nth]):
        shutil.copyfile(path, leak / f"{number}-{path.name}")
    started = time.monotonic()
    account = open_quietly(leak, tmp_path / "case")
    check_sums(account)
    assert account["given"]["expected"] == len(files[::nth])
    assert account["inside"]["expected"] > 300 // nth
    assert "sandbox_violation" not in account["by_cause"]
    assert "protocol_violation" not in account["by_cause"]
    assert "quarantined" not in account["by_cause"]
    assert time.monotonic() - started < 600
    assert run_json("verify", tmp_path / "case")["sound"]


def test_an_index_older_than_the_analyser_is_refused_with_the_command_that_makes_it_anew(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("环境保护")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    mark = tmp_path / "case" / "index" / "made-by"
    mark.write_text(mark.read_text().replace("analyser ", "analyser 0."))
    told = run_cli("search", tmp_path / "case", "环境", check=False)
    assert told.returncode != 0 and not told.stdout
    assert "another version" in told.stderr and "fairwitness open" in told.stderr
    run_cli("open", tmp_path / "case", "--quiet")
    assert json.loads(run_cli("search", tmp_path / "case", "环境", "--json").stdout)["total"] == 1
