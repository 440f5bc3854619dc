from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.core.errors import NotFound, ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake.walk import Found, open_found, walk


def names(root: Path, **options: object) -> list[bytes]:
    return [found.name for found in walk(root, **options)]  # type: ignore[arg-type]


def test_every_file_is_found_once_in_byte_order(tmp_path: Path) -> None:
    for name in ["b/名单.txt", "b/ھۆججەت.txt", "a.txt", "b/a/Қазақ.txt", "Я.txt"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    expected = sorted(name.encode() for name in ["b/名单.txt", "b/ھۆججەت.txt", "a.txt", "b/a/Қазақ.txt", "Я.txt"])
    assert names(tmp_path) == expected
    assert list(walk(tmp_path)) == list(walk(tmp_path))
    for found in walk(tmp_path):
        with open_found(tmp_path, found) as file:
            assert file.read() == found.name
        assert found.size_bytes == len(found.name)
        assert found.modified_ns > 0


def test_names_that_are_no_text_are_kept_byte_for_byte(tmp_path: Path) -> None:
    strange = ["名单".encode("gbk"), b"a\nb", "\u202etxt.exe".encode(), b"\xff\xfe", b"x" * 255]
    for name in strange:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"1")
    assert names(tmp_path) == sorted(strange)


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret").write_bytes(b"1")
    leak = tmp_path / "leak"
    leak.mkdir()
    (leak / "folder").symlink_to(tmp_path / "out")
    (leak / "loop").symlink_to("loop")
    (leak / "gone").symlink_to("nowhere")
    assert [(f.name, f.kind, f.cause) for f in walk(leak)] == [
        (b"folder", "symlink", Cause.SYMLINK),
        (b"gone", "symlink", Cause.SYMLINK),
        (b"loop", "symlink", Cause.SYMLINK),
    ]


def test_pipes_and_sockets_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)  # the address of a socket may have 108 bytes only
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
        found = list(walk(tmp_path))
    assert [(f.name, f.kind, f.cause) for f in found] == [
        (b"pipe", "special", Cause.SPECIAL),
        (b"socket", "special", Cause.SPECIAL),
    ]
    with pytest.raises(ReadError) as raised:
        open_found(tmp_path, Found(b"pipe", "file"))
    assert raised.value.cause == Cause.SPECIAL


@pytest.fixture
def deep_tree(tmp_path: Path) -> Iterator[Path]:
    """2,000 folders in each other with a file in each; pytest cannot remove it, as its path is too long."""
    root = tmp_path / "deep"
    root.mkdir()
    at = os.open(root, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("dddd", dir_fd=at)
        os.close(os.open("zz", os.O_CREAT | os.O_WRONLY, dir_fd=at))
        below = os.open("dddd", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("last", os.O_CREAT | os.O_WRONLY, dir_fd=at))
    os.close(at)
    yield root
    subprocess.run(["rm", "-rf", str(root)], check=True)


def test_a_tree_two_thousand_deep_is_walked(deep_tree: Path) -> None:
    found = list(walk(deep_tree))
    assert len(found) == 2001
    assert found[0].name == b"dddd/" * 2000 + b"last"
    assert found[-1].name == b"zz"
    assert all(f.cause is None for f in found)
    with open_found(deep_tree, found[0]) as file:
        assert file.read() == b""


def test_what_is_excluded_is_passed_over_with_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "case" / "objects").mkdir(parents=True)
    (tmp_path / "case" / "objects" / "x").write_bytes(b"")
    (tmp_path / "case2").write_bytes(b"")
    (tmp_path / "link").symlink_to("case")
    assert names(tmp_path, exclude=[tmp_path / "link"]) == [b"case2", b"link"]
    assert names(tmp_path, exclude=[tmp_path]) == []


def test_a_single_file_can_be_the_root(tmp_path: Path) -> None:
    file = tmp_path / "名单.pdf"
    file.write_bytes(b"%PDF")
    (found,) = walk(file)
    assert (found.name, found.kind, found.size_bytes) == ("名单.pdf".encode(), "file", 4)
    with open_found(file, found) as opened:
        assert opened.read() == b"%PDF"


def test_an_empty_folder_yields_nothing_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    assert names(tmp_path) == []
    with pytest.raises(NotFound):
        names(tmp_path / "nowhere")


def test_a_file_that_vanishes_after_the_walk_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (found,) = walk(tmp_path)
    (tmp_path / "a").unlink()
    with pytest.raises(ReadError) as raised:
        open_found(tmp_path, found)
    assert raised.value.cause == Cause.DISAPPEARED


def test_a_file_that_vanishes_during_the_walk_is_reported(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"1")
    walking = walk(tmp_path)
    assert next(walking).name == b"a"
    (tmp_path / "b").unlink()
    assert [(f.name, f.cause) for f in walking] == [(b"b", Cause.DISAPPEARED), (b"c", None)]


def test_a_file_or_folder_that_became_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "b").write_bytes(b"secret")
    leak = tmp_path / "leak"
    (leak / "a").mkdir(parents=True)
    (leak / "a" / "b").write_bytes(b"1")
    (found,) = walk(leak)
    (leak / "a" / "b").unlink()
    (leak / "a" / "b").symlink_to(secret / "b")
    with pytest.raises(ReadError) as raised:
        open_found(leak, found)
    assert raised.value.cause == Cause.SYMLINK
    (leak / "a" / "b").unlink()
    (leak / "a").rmdir()
    (leak / "a").symlink_to(secret)
    with pytest.raises(ReadError) as raised:
        open_found(leak, found)
    assert raised.value.cause == Cause.DISAPPEARED


@pytest.mark.parametrize("name", [b"../x", b"/etc/passwd", b"a//b", b".", b""])
def test_a_name_that_leads_out_of_the_root_is_refused(tmp_path: Path, name: bytes) -> None:
    with pytest.raises(ReadError) as raised:
        open_found(tmp_path, Found(name, "file"))
    assert raised.value.cause == Cause.DENIED


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_failure_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0)
    (tmp_path / "b").write_bytes(b"")
    assert [(f.name, f.kind, f.cause) for f in walk(tmp_path)] == [
        (b"a", "directory", Cause.DENIED),
        (b"b", "file", None),
    ]


def test_the_walk_leaves_no_descriptor_open(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / "/".join("d" * (number + 1))).mkdir()
    (tmp_path / "z").write_bytes(b"")
    before = len(list(Path("/proc/self/fd").iterdir()))
    walking = walk(tmp_path)
    next(walking)
    walking.close()  # type: ignore[attr-defined]
    assert len(list(Path("/proc/self/fd").iterdir())) == before
