"""Marks on documents: what people decide is signed, appended, in the log, and possible while a leak is being read."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, NotFound
from fairwitness.custody.ledger import check_log
from fairwitness.work.judging import MAX_TEXT_CHARS, BadMark, BadSignature
from fairwitness.work.marking import all_marks, mark, marks_of, marks_version
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support import open_quietly, run_json

QUIET = Progress(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    leak = tmp_path / "leak"
    leak.mkdir()
    (leak / "a.txt").write_text("Su kanali 2017", "utf-8")
    (leak / "b.txt").write_text("Список жителей деревни у реки", "utf-8")
    open_quietly(leak, tmp_path / "case")
    return tmp_path / "case"


@pytest.fixture
def case(folder: Path) -> Case:
    return Case.open(folder)


def documents_of(case: Case) -> list[str]:
    return [document.digest for document in case.queries.documents(0)]


def test_a_mark_is_there_at_once_in_a_case_that_is_open_for_reading(case: Case) -> None:
    one, other = documents_of(case)
    before = marks_version(case)
    assert mark(case, one, "heron", starred=True, tags=("water", " су  каналы "), note="Ask the archive.\r\nTwice.")
    assert mark(case, other, "tern", reviewed=True, tags=("water",))
    assert marks_version(case) > before
    found = marks_of(case, one)
    assert (found.starred, found.reviewed, found.tags) == (True, False, ("water", "су каналы"))
    assert found.note == "Ask the archive.\nTwice."
    assert {judgement.by for judgement in found.history} == {"heron"}
    everything = all_marks(case)
    assert everything.tags == {"water": {one, other}, "су каналы": {one}}
    assert (everything.starred, everything.reviewed, everything.noted) == ({one}, {other}, {one})


def test_what_is_taken_back_counts_no_more_and_stays_in_the_history(case: Case) -> None:
    document = documents_of(case)[0]
    mark(case, document, "heron", starred=True, tags=("water",), note="first")
    assert mark(case, document, "tern", starred=False, untags=("water",), note="")
    found = marks_of(case, document)
    assert (found.starred, found.tags, found.note) == (False, (), "")
    assert all_marks(case).tags == {}
    assert [(one.what, one.value, one.by) for one in found.history if one.what == "note"] == [
        ("note", "first", "heron"),
        ("note", "", "tern"),
    ]
    assert found.history[-1].replaces in {one.id for one in found.history}


def test_the_same_mark_again_is_no_new_act(case: Case) -> None:
    document = documents_of(case)[0]
    assert mark(case, document, "heron", starred=True)
    events = case.queries.event_count()
    assert not mark(case, document, "tern", starred=True)
    assert not mark(case, document, "tern", reviewed=False, untags=("never",))
    assert case.queries.event_count() == events


def test_every_mark_is_told_in_the_log_with_who_made_it(case: Case) -> None:
    document = documents_of(case)[0]
    mark(case, document, "heron", tags=("water",))
    event = json.loads(list(case.queries.events())[-1])
    assert (event["type"], event["by"], event["what"], event["about"]) == ("judge", "heron", "tag:water", document)
    assert check_log(case).size == case.queries.event_count()
    assert verify(case, QUIET).is_sound


def test_a_changed_signature_is_noticed(case: Case, folder: Path) -> None:
    document = documents_of(case)[0]
    mark(case, document, "heron", starred=True)
    with sqlite3.connect(folder / "records.db") as connection:
        connection.execute("UPDATE judgement SET \"by\" = 'tern'")
    found = verify(case, QUIET)
    assert found.untold, "the id no longer is that of the judgement that was logged"


@pytest.mark.parametrize("name", ["", "  ", "a\u202eb", "a\x00", "\u200b", "x" * 101])
def test_what_nobody_can_see_is_no_pseudonym_and_no_tag(case: Case, name: str) -> None:
    document = documents_of(case)[0]
    with pytest.raises(BadSignature):
        mark(case, document, name, starred=True)
    with pytest.raises(BadMark, match="tag"):
        mark(case, document, "heron", starred=True, tags=(name,))
    assert marks_of(case, document).history == ()


def test_a_tag_is_the_same_however_it_is_composed(case: Case) -> None:
    document = documents_of(case)[0]
    mark(case, document, "heron", tags=("köprü",))
    assert not mark(case, document, "heron", tags=("köprü",))


@pytest.mark.parametrize("note", ["a\x1b[2J", "x" * (MAX_TEXT_CHARS + 1), "\ud800"])
def test_a_note_that_cannot_be_kept_is_refused_and_not_repeated(case: Case, note: str) -> None:
    with pytest.raises(BadMark) as caught:
        mark(case, documents_of(case)[0], "heron", note=note)
    assert note not in str(caught.value)
    assert caught.value.advice


def test_only_documents_of_the_case_are_marked(case: Case) -> None:
    with pytest.raises(NotFound):
        mark(case, "ab" * 32, "heron", starred=True)


def test_a_case_that_was_moved_takes_no_marks(case: Case, folder: Path) -> None:
    document = documents_of(case)[0]
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(CaseError, match="not where it was"):
        mark(case, document, "heron", starred=True)


def test_a_case_on_a_read_only_disk_says_so(case: Case, folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    document = documents_of(case)[0]
    case.close()
    for path in (folder, *folder.glob("records.db*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        with Case.open(folder) as opened, pytest.raises(CaseError, match="cannot be written"):
            mark(opened, document, "heron", starred=True)
    finally:
        folder.chmod(0o700)


MARKER = """
import sys, time
from pathlib import Path
from fairwitness.case.case import Case
from fairwitness.work.marking import mark
folder, document = Path(sys.argv[1]), sys.argv[2]
with Case.open(folder) as case:
    for number in range(10_000):
        mark(case, document, "heron", tags=(f"tag {number}",))
        print(number, flush=True)
        time.sleep(0.005)
"""


def test_a_case_is_sound_while_somebody_marks_in_it(folder: Path, case: Case) -> None:
    document = documents_of(case)[0]
    marker = subprocess.Popen([sys.executable, "-c", MARKER, str(folder), document], stdout=subprocess.PIPE, text=True)
    assert marker.stdout is not None
    marker.stdout.readline()  # it has begun
    try:
        found = [verify(case, QUIET) for _ in range(30)]
    finally:
        marker.kill()
        marker.communicate()
    assert [one for one in found if not one.is_sound] == []
    assert found[-1].log.events > found[0].log.events, "marks were made meanwhile"


def test_people_mark_while_a_leak_is_read_and_both_are_killed(folder: Path, tmp_path: Path) -> None:
    """Every mark that was confirmed is there, the log is sound, and `open` never finds the case taken."""
    with Case.open(folder) as opened:
        document = documents_of(opened)[0]
    leak = tmp_path / "more"
    leak.mkdir()
    confirmed = 0
    for turn in range(2):
        for number in range(60):
            (leak / f"{turn}-{number}.txt").write_text(f"Belge {turn} {number}", "utf-8")
        command = [sys.executable, "-m", "fairwitness", "open", str(leak), "--case", str(folder), "--quiet"]
        marker = subprocess.Popen(
            [sys.executable, "-c", MARKER, str(folder), document],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        opener = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(0.4 + 0.5 * turn)
        os.killpg(opener.pid, signal.SIGKILL)
        opener.wait()
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
        os.killpg(marker.pid, signal.SIGKILL)
        told = marker.communicate()[0].split()
        confirmed = max(confirmed, len(told))
        with Case.open(folder) as case:
            assert set(marks_of(case, document).tags) >= {f"tag {number}" for number in range(len(told))}
            assert check_log(case).problems == ()
    run_json("open", folder, "--quiet")
    with Case.open(folder) as case:
        assert confirmed > 20
        assert verify(case, QUIET).is_sound
        assert check_log(case).size == case.queries.event_count(), "`open` closes the log over what others marked"
        assert len(documents_of(case)) == 2 + 2 * 60
