"""Seals: what goes in comes out for who it is for, and for nobody else; age opens it too."""

from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from fairwitness.work.sealing import (
    BadIdentity,
    BadRecipient,
    BadSealed,
    CannotOpenSeal,
    new_identity,
    seal,
    unseal,
)

pyrage = pytest.importorskip("pyrage")
FILES = {"a.txt": b"one", "deep/\u0645\u06d5\u06a9\u062a\u06d5\u067e/b.bin": os.urandom(300_000), "empty": b""}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "export"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_sealed_comes_out_for_every_recipient(source: Path, tmp_path: Path) -> None:
    recipients = [new_identity(tmp_path / name) for name in ("heron.key", "tern.key")]
    assert seal(source, recipients, tmp_path / "x.age") == 3
    for name in ("heron.key", "tern.key"):
        assert unseal(tmp_path / "x.age", [tmp_path / name], tmp_path / f"out-{name}") == 3
        assert contents(tmp_path / f"out-{name}") == FILES
    assert stat.S_IMODE((tmp_path / "heron.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "x.age").stat().st_mode) == 0o600


def test_a_flipped_byte_or_another_key_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    recipient = new_identity(tmp_path / "own.key")
    new_identity(tmp_path / "other.key")
    seal(source, [recipient], tmp_path / "x.age")
    whole = (tmp_path / "x.age").read_bytes()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CannotOpenSeal):
        unseal(tmp_path / "x.age", [tmp_path / "other.key"], tmp_path / "out")
    for at in (5, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "x.age").write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(CannotOpenSeal):
            unseal(tmp_path / "x.age", [tmp_path / "own.key"], tmp_path / "out")
    (tmp_path / "x.age").write_bytes(whole[:-70_000])
    with pytest.raises(CannotOpenSeal):
        unseal(tmp_path / "x.age", [tmp_path / "own.key"], tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_the_program_age_opens_it_and_we_open_what_it_sealed(source: Path, tmp_path: Path) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("age is not installed here")
    recipient = new_identity(tmp_path / "own.key")
    seal(source, [recipient], tmp_path / "x.age")
    command = [age, "-d", "-i", str(tmp_path / "own.key"), str(tmp_path / "x.age")]
    opened = subprocess.run(command, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        names = {one.name for one in archive if one.isfile()}
        assert {(one.uid, one.mtime, one.uname) for one in archive.getmembers()} == {(0, 0, "")}
    assert names == set(FILES)
    (tmp_path / "theirs.tar").write_bytes(opened)
    subprocess.run([age, "-r", recipient, "-o", tmp_path / "y.age", tmp_path / "theirs.tar"], check=True)
    assert unseal(tmp_path / "y.age", [tmp_path / "own.key"], tmp_path / "out") == 3


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a/../../b", "a//b", "./a"])
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    recipient = new_identity(tmp_path / "own.key")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("first")
        archive.addfile(info)
        info = tarfile.TarInfo(name)
        archive.addfile(info)
    _sealed(tmp_path / "x.age", packed.getvalue(), recipient)
    with pytest.raises(BadSealed):
        unseal(tmp_path / "x.age", [tmp_path / "own.key"], tmp_path / "out")
    assert not (tmp_path / "out").exists() and len(list(tmp_path.iterdir())) == 2


def test_links_and_devices_are_neither_sealed_nor_opened(source: Path, tmp_path: Path) -> None:
    recipient = new_identity(tmp_path / "own.key")
    (source / "link").symlink_to("/etc/passwd")
    with pytest.raises(BadSealed):
        seal(source, [recipient], tmp_path / "x.age")
    assert not (tmp_path / "x.age").exists()
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        _sealed(tmp_path / "y.age", packed.getvalue(), recipient)
        with pytest.raises(BadSealed):
            unseal(tmp_path / "y.age", [tmp_path / "own.key"], tmp_path / "out")


def test_what_is_no_key_or_stands_there_already_is_refused(source: Path, tmp_path: Path) -> None:
    recipient = new_identity(tmp_path / "own.key")
    with pytest.raises(BadIdentity):
        new_identity(tmp_path / "own.key")
    for bad in ("age1nonsense", "", "ssh-ed25519 nonsense"):
        with pytest.raises(BadRecipient):
            seal(source, [bad], tmp_path / "x.age")
    with pytest.raises(BadRecipient):
        seal(source, [], tmp_path / "x.age")
    with pytest.raises(BadSealed):
        seal(tmp_path / "nothing", [recipient], tmp_path / "x.age")
    seal(source, [recipient], tmp_path / "x.age")
    with pytest.raises(BadSealed):
        seal(source, [recipient], tmp_path / "x.age")
    with pytest.raises(BadSealed):
        unseal(tmp_path / "x.age", [tmp_path / "own.key"], source)
    with pytest.raises(BadIdentity):
        unseal(tmp_path / "x.age", [source / "a.txt"], tmp_path / "out")


def _sealed(path: Path, data: bytes, recipient: str) -> None:
    path.write_bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(recipient)]))
