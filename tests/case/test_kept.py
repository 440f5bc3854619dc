from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import pytest

from fairwitness.case.kept import KeptFiles


def kept_in(folder: Path, max_bytes: int = 1 << 20) -> KeptFiles:
    return KeptFiles(folder / "kept", lambda: folder / f"scratch-{secrets.token_hex(4)}", max_bytes)


def test_what_was_kept_is_found_by_its_key_alone(tmp_path: Path) -> None:
    kept_in(tmp_path).put("who was where", b"pixels")
    assert kept_in(tmp_path).get("who was where") == b"pixels"
    assert kept_in(tmp_path).get("who was here") is None
    names = [path.name for path in tmp_path.rglob("*")]
    assert not any("who" in name for name in names)
    assert [path.stat().st_mode & 0o077 for path in tmp_path.rglob("*") if path.is_file()] == [0]


def test_a_torn_file_is_nothing(tmp_path: Path) -> None:
    kept = kept_in(tmp_path)
    kept.put("a", b"x" * 1000)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    assert kept.get("a") is None


def test_those_used_last_stay_when_there_is_no_room(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, max_bytes=100_000)
    for number in range(9):
        kept.put(str(number), bytes(10_000))
    old = time.time() - 10 * 86_400
    for path in tmp_path.rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    assert kept.get("3") is not None  # used now
    for number in range(9, 14):
        kept.put(str(number), bytes(10_000))
    sizes = [path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(sizes) <= 110_000
    assert kept.get("3") is not None
    assert kept.get("13") is not None
    assert sum(kept.get(str(number)) is not None for number in range(9)) < 9


def test_a_disk_that_cannot_be_written_to_is_no_obstacle(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path / "kept", lambda: tmp_path / "no" / "such" / "folder", 100)
    kept.put("a", b"1")
    assert kept.get("a") == b"1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("max_bytes", [0, 1 << 20])
def test_what_is_kept_twice_is_there_once(tmp_path: Path, max_bytes: int) -> None:
    kept = kept_in(tmp_path, max_bytes)
    kept.put("a", b"1")
    kept.put("a", b"22")
    assert kept.get("a") in (b"22", None if max_bytes == 0 else b"22")
