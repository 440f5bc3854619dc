"""The log of a case: closed at once or extended act by act, it is the same log, and what changed it is noticed."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.custody.ledger import CHECKPOINT, LogChanged, check_log, close_log, extend_log, read_checkpoint


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create_or_open(tmp_path / "case")


def add_events(case: Case, count: int) -> None:
    with case.changes() as changes:
        for number in range(count):
            changes.add_event("test", {"number": number})


def test_a_log_that_is_extended_is_the_log_that_is_closed(case: Case, tmp_path: Path) -> None:
    for count in (1, 254, 1, 1, 300, 0, 7):
        add_events(case, count)
        assert extend_log(case)
    assert check_log(case).problems == ()
    assert check_log(case).size == 564
    extended = read_checkpoint(case)
    shutil.rmtree(case.folder / "log")
    (case.folder / "log").mkdir()
    assert close_log(case) == extended
    assert check_log(case).problems == ()


def test_parts_of_a_tile_go_once_it_is_full_and_the_log_stays_sound(case: Case) -> None:
    for _ in range(260):
        add_events(case, 1)
        extend_log(case)
    folder = case.folder / "log" / "tile" / "0"
    assert not (folder / "000.p").exists()
    assert len(list((folder / "001.p").iterdir())) == 4
    assert check_log(case).problems == ()
    assert check_log(case).size == 260


def test_an_empty_log_is_extended_by_nothing(case: Case) -> None:
    assert extend_log(case)
    assert case.read_log_file(CHECKPOINT) is None


def test_a_log_that_another_is_closing_is_left_to_it(case: Case) -> None:
    add_events(case, 3)
    handle = os.open(case.folder / "log" / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert not extend_log(case)
    assert check_log(case).problems == ()
    os.close(handle)
    assert extend_log(case)
    assert check_log(case).size == 3


def test_a_log_whose_tiles_or_events_were_changed_is_not_extended(case: Case) -> None:
    add_events(case, 300)
    extend_log(case)
    tile = case.folder / "log" / "tile" / "0" / "001.p" / "44"
    kept = tile.read_bytes()
    tile.write_bytes(bytes(32) + kept[32:])
    add_events(case, 1)
    with pytest.raises(LogChanged):
        extend_log(case)
    tile.write_bytes(kept)
    with sqlite3.connect(case.folder / "records.db") as connection:
        connection.execute("DELETE FROM event WHERE seq > 100")
    with pytest.raises(LogChanged):
        extend_log(case)
