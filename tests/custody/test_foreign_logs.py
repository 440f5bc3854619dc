"""Two other implementations of such logs, by other people, find in ours what we say: pymerkle (GPL) and aics-tlog.

They are judges only, fetched into folders of their own, and never something that we depend on; pymerkle for the slow tests.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.keys import new_key
from fairwitness.custody.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from fairwitness.custody.note import Note, cosign, encode_key, encode_note, sign
from fairwitness.custody.tiles import tiles_to_write
from tests.judges import log_judge

SIZES = (1, 2, 7, 255, 256, 700, 1000)
EVENTS = [b'{"number":%d}' % number for number in range(max(SIZES))]
LEAVES = [leaf_hash(event) for event in EVENTS]


def fetched(folder: Path, *packages: str) -> str:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-requires-python", "--target"]
    if subprocess.run([*pip, str(folder), *packages], capture_output=True, check=False).returncode:
        pytest.skip(f"{packages[0]} cannot be fetched here")
    return str(folder)


def asked(folder: str, code: str) -> list[str]:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {folder!r})\n{code}"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()


@pytest.mark.slow
def test_pymerkle_finds_the_same_roots(tmp_path: Path) -> None:
    code = f"""
from pymerkle import InmemoryTree
tree = InmemoryTree(algorithm="sha256")
for number in range({max(SIZES)}):
    tree.append_entry(b'{{"number":%d}}' % number)
for size in {SIZES}:
    print(tree.get_state(size).hex())
"""
    found = asked(fetched(tmp_path / "judge", "pymerkle==7.0.0", "cachetools"), code)
    assert found == [root_of(LEAVES[:size]).hex() for size in SIZES]


def test_another_log_reads_our_tiles_and_makes_the_same_proofs(tmp_path: Path) -> None:
    for size in SIZES:
        for path, data in tiles_to_write(0, size, LEAVES[:size]):
            (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "log" / path).write_bytes(data)
    code = f"""
from aics_tlog import FileSystemTileReader, consistency_proof_from_tiles, inclusion_proof_from_tiles, tree_root_from_tiles
reader = FileSystemTileReader({str(tmp_path / "log")!r})
for size in {SIZES}:
    print(tree_root_from_tiles(reader, size).hex())
    print(b"".join(inclusion_proof_from_tiles(reader, size // 2, size)).hex() or "-")
    print(b"".join(consistency_proof_from_tiles(reader, (size + 1) // 2, size)).hex() or "-")
"""
    expected = []
    for size in SIZES:
        leaves = LEAVES[:size]
        proofs = inclusion_proof(size // 2, leaves), consistency_proof((size + 1) // 2, leaves)
        expected += [root_of(leaves).hex(), *(b"".join(proof).hex() or "-" for proof in proofs)]
    assert asked(log_judge(), code) == expected


def test_another_log_believes_a_cosigned_checkpoint_and_not_a_changed_one(tmp_path: Path) -> None:
    key, witness = new_key("fairwitness/2c1f09d8a3b47e65"), new_key("tern.example", witness=True)
    text = encode(Checkpoint(key.public.name, 1000, root_of(LEAVES)))
    lines = (
        sign(text, key.public.name, key.private),
        cosign(text, witness.public.name, witness.private, 1_790_000_000),
    )
    note = encode_note(Note(text, lines))
    (tmp_path / "good").write_text(note, "utf-8")
    (tmp_path / "bad").write_text(note.replace("\n1000\n", "\n1001\n"), "utf-8")
    code = f"""
from pathlib import Path
from aics_tlog import parse_note, parse_vkey, verify_checkpoint
keys = [parse_vkey(word) for word in {[encode_key(one.public) for one in (key, witness)]!r}]
for name in ("good", "bad"):
    note = parse_note((Path({str(tmp_path)!r}) / name).read_text("utf-8"))
    found = verify_checkpoint(note, keys[0], [keys[1]], quorum=1)
    print(found.log_ok and found.error is None)
"""
    assert asked(log_judge(), code) == ["True", "False"]
