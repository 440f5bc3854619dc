"""Key files: opened by the passphrase and by openssl, never exposed, never in a case, never overwritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.custody.errors import (
    BadKeyFile,
    BadNote,
    ExposedKey,
    KeyExists,
    KeyInCase,
    LostKey,
    OtherKey,
    WeakPassphrase,
    WrongPassphrase,
)
from fairwitness.custody.keys import (
    key_of_log,
    key_of_witness,
    new_key,
    public_pem,
    read_key,
    read_public,
    ssh_public,
    write_key,
)

WORDS = "heron tern egret stork"
LOG = "fairwitness/2c1f09d8a3b47e65"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_key(tmp_path / "key.pem", new_key(LOG), WORDS)
    return tmp_path / "key.pem"


def test_a_key_that_was_written_is_read_back(tmp_path: Path) -> None:
    key = new_key("tern.example", witness=True)
    write_key(tmp_path / "key.pem", key, WORDS)
    found = read_key(tmp_path / "key.pem", WORDS)
    assert found.public == key.public == read_public(tmp_path / "key.pem")
    assert found.private.private_bytes_raw() == key.private.private_bytes_raw()


def test_openssl_opens_the_file_with_the_passphrase_and_finds_the_same_public_key(file: Path) -> None:
    command = ["openssl", "pkey", "-in", file, "-passin", "stdin", "-pubout"]
    found = subprocess.run(command, input=WORDS, capture_output=True, text=True, check=True).stdout
    assert found == public_pem(read_public(file))
    assert subprocess.run(command, input=WORDS + "x", capture_output=True, text=True, check=False).returncode != 0


def test_ssh_keygen_knows_the_public_key(file: Path, tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(ssh_public(read_public(file)) + "\n")
    command = ["ssh-keygen", "-l", "-f", tmp_path / "key.pub"]
    assert b"256 SHA256:" in subprocess.run(command, capture_output=True, check=True).stdout


def test_only_its_owner_can_read_a_key_file_and_one_that_others_can_read_is_refused(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    with pytest.raises(ExposedKey):
        read_key(file, WORDS)


def test_a_key_file_is_never_overwritten(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(KeyExists):
        write_key(file, new_key(LOG), WORDS)
    assert file.read_bytes() == before


def test_a_key_never_lies_in_a_case(file: Path, tmp_path: Path) -> None:
    Case.create_or_open(tmp_path / "case").close()
    inside = tmp_path / "case" / "cache" / "key.pem"
    with pytest.raises(KeyInCase):
        write_key(inside, new_key(LOG), WORDS)
    assert not inside.exists()
    file.rename(inside)
    with pytest.raises(KeyInCase):
        read_key(inside, WORDS)


def test_each_thing_that_can_be_wrong_with_a_key_has_its_own_name(file: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        read_key(file, WORDS.upper())
    with pytest.raises(LostKey):
        read_key(tmp_path / "none.pem", WORDS)
    with pytest.raises(WeakPassphrase):
        write_key(tmp_path / "weak.pem", new_key(LOG), "swordfish")
    with pytest.raises(BadNote):
        new_key("two words")
    key = read_key(file, WORDS)
    assert key_of_log(key, LOG) is key
    with pytest.raises(OtherKey):
        key_of_log(key, "fairwitness/another")
    with pytest.raises(OtherKey):
        key_of_log(new_key(LOG, witness=True), LOG)
    with pytest.raises(OtherKey):
        key_of_witness(key)


@pytest.mark.parametrize("at", [0.1, 0.3, 0.6, 0.95])
def test_a_damaged_key_file_is_refused(file: Path, at: float) -> None:
    data = bytearray(file.read_bytes())
    data[int(len(data) * at)] ^= 0x04
    file.write_bytes(data)
    if at == 0.1:  # the title, which says nothing
        assert read_key(file, WORDS)
    else:
        with pytest.raises(BadKeyFile):
            read_key(file, WORDS)


def test_the_public_line_cannot_be_that_of_another_key(file: Path) -> None:
    title, _, rest = file.read_text().split("\n", 2)
    from fairwitness.custody.note import encode_key

    file.write_text(f"{title}\n{encode_key(new_key(LOG).public)}\n{rest}")
    with pytest.raises(BadKeyFile, match="not that of the private"):
        read_key(file, WORDS)
