"""Programs of others accept a bag as it was made, and refuse it with one byte changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.custody.test_foreign_verifiers import DSSE_IN_NODE
from tests.judges import log_judge
from tests.publish.bags import LOG_NAME, SignedBag, make_signed_bag
from tests.work.support import ROOT


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> SignedBag:
    """Only to be read; a test that changes something makes a copy."""
    return make_signed_bag(tmp_path_factory.mktemp("bag"))


@pytest.fixture
def bag(good: SignedBag, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good.folder, tmp_path / "bag"))


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here")


def run(command: list[str], folder: Path, stdin: bytes = b"") -> int:
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False).returncode


def change(path: Path, at: int = -2) -> None:
    data = bytearray(path.read_bytes())
    data[at] = ord("B") if data[at] == ord("A") else ord("A")
    path.write_bytes(data)


def documented(beginning: str) -> list[str]:
    """The lines of the block in the documentation that a reader is told to type, from the one that begins so."""
    text = (ROOT / "docs" / "bags.md").read_text("utf-8")
    lines = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    first = next(at for at, line in enumerate(lines) if line.startswith(beginning))
    return lines[first:]


def test_sha256sum_takes_both_manifests(bag: Path) -> None:
    needs("sha256sum")
    command = ["sha256sum", "-c", "--strict", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
    assert run(command, bag) == 0
    change(bag / "data/findings/findings.md")
    assert run(command, bag) == 1


def test_bagit_validates_the_bag(bag: Path) -> None:
    command = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bag)]
    assert run(command, bag) == 0
    change(bag / "data/originals/d1.original")
    assert run(command, bag) == 1
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(f"{'0' * 64}  data/../../x\n")
    assert run(command, bag) == 1


def test_openssl_accepts_checkpoint_and_time_stamp_by_the_commands_in_the_documentation(bag: Path) -> None:
    needs("bash", "openssl", "sed", "base64")
    cut, grep, signature = documented("sed '/^$/,$d'")[:3]
    stamp = documented("openssl ts -verify")[0].replace("NAME", "authority")
    assert signature.startswith("openssl pkeyutl")
    assert run(["bash", "-c", f"{cut} && {grep}"], bag) == 0
    assert run(["bash", "-c", signature], bag) == 0
    assert run(["bash", "-c", stamp], bag) == 0
    change(bag / "text", 3)
    assert run(["bash", "-c", signature], bag) == 1
    assert run(["bash", "-c", stamp], bag) == 1


def test_ssh_keygen_accepts_the_checkpoint_by_the_command_in_the_documentation(bag: Path) -> None:
    needs("bash", "sed", "ssh-keygen")
    cut = documented("sed '/^$/,$d'")[0]
    verify = documented("ssh-keygen -Y verify")[0].replace("NAME", LOG_NAME)
    assert run(["bash", "-c", f"{cut} && {verify}"], bag) == 0
    change(bag / "text", 3)
    assert run(["bash", "-c", verify], bag) != 0


def test_node_verifies_a_statement_of_a_bag(bag: Path) -> None:
    needs("node")
    file = bag / "data/log/statements/000001.dsse.json"
    command = ["node", "-e", DSSE_IN_NODE, str(file), str(bag / "data/log/key-1.pem")]
    assert run(command, bag) == 0
    file.write_bytes(file.read_bytes().replace(b"in-toto", b"in-tots"))
    assert run(command, bag) == 1


@pytest.mark.slow
def test_the_encoding_of_sigstore_is_what_was_signed(bag: Path) -> None:
    needs("node", "npm")
    folder = bag.parent / "npm"
    folder.mkdir()
    if run(["npm", "install", "--silent", "--no-audit", "--no-fund", "@sigstore/core@4.0.1"], folder) != 0:
        pytest.skip("@sigstore/core cannot be fetched here")
    file = bag / "data/log/statements/000001.dsse.json"
    judge = DSSE_IN_NODE.replace(
        DSSE_IN_NODE.split("\n")[5],
        'const encoded = require("@sigstore/core").dsse.preAuthEncoding(envelope.payloadType, body);',
    )
    command = ["node", "-e", judge, str(file), str(bag / "data/log/key-1.pem")]
    assert run(command, folder) == 0
    file.write_bytes(file.read_bytes().replace(b"in-toto", b"in-tots"))
    assert run(command, folder) == 1


def test_an_independent_verifier_of_logs_accepts_checkpoint_witness_and_proofs(good: SignedBag, bag: Path) -> None:
    """aics-tlog knows nothing of ours."""
    judge = f"""
import sys
sys.path.insert(0, {log_judge()!r})
from pathlib import Path
from aics_tlog import parse_note, parse_vkey, verify_checkpoint, verify_leaf_inclusion, parse_checkpoint
from base64 import b64decode
log = Path("data/log")
keys = [parse_vkey(word) for word in (log / "keys.txt").read_text().split()]
note = parse_note((log / "checkpoint").read_text("utf-8"))
found = verify_checkpoint(note, keys[0], [keys[1]], quorum=1)
assert found.log_ok and found.error is None, found
checkpoint = parse_checkpoint(note.text)
for file in sorted((log / "events").glob("*.json")):
    head = file.with_suffix(".tlog-proof").read_text("utf-8").split("\\n\\n")[0].split("\\n")
    path = [b64decode(line) for line in head[2:]]
    index = int(head[1].split()[1])
    assert verify_leaf_inclusion(file.read_bytes(), index, checkpoint.size, path, checkpoint.root), file
"""
    command = [sys.executable, "-c", judge]
    assert run(command, bag) == 0
    for name, at in (("data/log/checkpoint", -8), ("data/log/events/000001.json", 5)):
        before = (bag / name).read_bytes()
        change(bag / name, at)
        assert run(command, bag) != 0
        (bag / name).write_bytes(before)
    assert run(command, bag) == 0


def test_the_documentation_names_no_command_that_is_not_tried() -> None:
    tried = ("sha256sum", "bagit.py", "sed", "grep", "openssl pkeyutl", "openssl ts", "ssh-keygen", "#", "fairwitness")
    assert all(line.startswith(tried) for line in documented("sha256sum") if line and not re.match(r"\s", line))
