from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fairwitness.case.derived import Derived


def test_what_was_kept_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    first = Derived(tmp_path / "derived.db")
    first.put("sketch 1", [("a", b"\x00\xff"), ("b", b"")])
    first.close()
    second = Derived(tmp_path / "derived.db")
    assert second.get("sketch 1", "a") == b"\x00\xff"
    assert second.get("sketch 1", "b") == b""
    assert second.get("sketch 1", "c") is None
    assert second.get("sketch 2", "a") is None


def test_values_of_another_version_are_forgotten(tmp_path: Path) -> None:
    derived = Derived(tmp_path / "derived.db")
    for kind in ("sketch 1", "sketch 2", "other 1"):
        derived.put(kind, [("a", b"x")])
    derived.forget_other_kinds("sketch ", "sketch 2")
    assert [derived.get(kind, "a") for kind in ("sketch 1", "sketch 2", "other 1")] == [None, b"x", b"x"]


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "derived.db").write_bytes(os.urandom(5000))
    derived = Derived(tmp_path / "derived.db")
    derived.put("k", [("a", b"x")])
    assert derived.get("k", "a") == b"x"
    derived.close()
    assert Derived(tmp_path / "derived.db").get("k", "a") == b"x"


def test_without_a_place_to_write_it_works_in_memory(tmp_path: Path) -> None:
    derived = Derived(tmp_path / "missing" / "derived.db")
    derived.put("k", [("a", b"x")])
    assert derived.get("k", "a") == b"x"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_writer_leaves_whole_batches(tmp_path: Path, moment: str) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from fairwitness.case.derived import Derived\n"
        "derived = Derived(Path(sys.argv[1])); derived.put('k', [('a', b'1'), ('b', b'2')])\n"
        "def values():\n"
        "    yield 'c', b'3'\n"
        "    if sys.argv[2] == 'before': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    yield 'd', b'4'\n"
        "derived.put('k', values()); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "derived.db", moment], check=False)
    derived = Derived(tmp_path / "derived.db")
    found = [derived.get("k", key) for key in "abcd"]
    assert found == [b"1", b"2", *([None, None] if moment == "before" else [b"3", b"4"])]
