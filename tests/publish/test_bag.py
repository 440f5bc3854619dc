"""A bag is accepted as it was made, by ours and by foreign verifiers, and refused with one byte changed anywhere."""

from __future__ import annotations

import ast
import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.custody.keys import new_key
from fairwitness.custody.note import encode_key
from fairwitness.publish.bag import BadBag, unpack_bag, write_bag
from fairwitness.publish.static import verify as verifier
from tests.publish.bags import SignedBag, make_signed_bag, reseal

STATIC = Path(verifier.__file__).parent


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> SignedBag:
    """Only to be read; a test that changes something makes a copy."""
    return make_signed_bag(tmp_path_factory.mktemp("bag"))


@pytest.fixture
def bag(good: SignedBag, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good.folder, tmp_path / "bag", symlinks=True))


def refused(folder: Path, key: str = "") -> dict[str, str]:
    """The first reason by file."""
    return dict(reversed(verifier.verify(str(folder), key).refused))


def flip(path: Path, at: int = -2) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def told_by_script(folder: Path, *arguments: str) -> tuple[int, str]:
    """Status and output of the verify.py in the bag, run by Python without any package."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_bag_as_it_was_made_is_accepted_by_the_script_in_it(good: SignedBag) -> None:
    status, said = told_by_script(good.folder, "--key", good.key)
    assert status == 0, said
    assert good.key in said and good.witness in said
    assert "Events that are here: 2," in said and "Withheld: 12." in said
    assert "NOT CHECKED" not in said and "NOT PROVEN BY ANY BAG" in said


def test_the_script_is_short_and_written_for_python_3_8() -> None:
    text = (STATIC / "verify.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    assert len(text.splitlines()) < 400
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)
    later = {"removeprefix", "removesuffix", "bit_count", "is_relative_to", "zip_longest"}  # 3.9 and newer, or unused
    assert not later & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def every_file(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def test_one_changed_byte_in_any_file_is_refused_by_its_name(good: SignedBag, bag: Path) -> None:
    for path in every_file(bag):
        before = path.read_bytes()
        flip(path, len(before) // 2)
        name = path.relative_to(bag).as_posix()
        found = refused(bag)
        assert name in found or (name == "tagmanifest-sha256.txt" and found), (name, found)
        path.write_bytes(before)
    assert refused(bag) == {}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("data/findings/findings.json", "is not the file that event 13 of the log names"),
        ("data/originals/d1.original", "is not the file that event 13 of the log names"),
        ("data/log/events/000001.json", "is not the event that the log has in this place"),
        ("data/log/events/000013.tlog-proof", "does not lead to the root in the checkpoint"),
        ("data/log/leaf-hashes.txt", "does not give the root that the checkpoint names"),
        ("data/log/checkpoint", "the signature of witness.example/egret does not fit"),
        ("data/log/earlier/000007", "is of another history: the log was forked, or rewritten after it"),
        ("data/log/stamps/authority.tsr", "is not a time stamp of this checkpoint by that authority"),
    ],
)
def test_a_change_with_new_manifests_is_refused_all_the_same(bag: Path, name: str, reason: str) -> None:
    path = bag / name
    if name.endswith("checkpoint"):
        data = bytearray(path.read_bytes())
        data[-8] = ord("B") if data[-8] == ord("A") else ord("A")  # another letter of base64
        path.write_bytes(data)
    elif name.endswith("tsr"):
        flip(path, -8)
    elif name.endswith("hashes.txt"):
        path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    elif name.endswith("000007"):
        text = path.read_text("utf-8").split("\n")
        path.write_text("\n".join([*text[:2], "A" * 43 + "=", ""]), "utf-8")
    else:
        flip(path, path.read_bytes().rfind(b"\n\n") - 4 if name.endswith("proof") else 5)
    reseal(bag)
    assert refused(bag).get(name) == reason


def test_proofs_of_pages_in_any_other_form_are_refused_and_not_passed_over(bag: Path) -> None:
    proofs = bag / "data" / "proofs"
    proof = json.loads(gzip.decompress((proofs / "1.json.gz").read_bytes())) | {"format": "fairwitness/page-proof/1"}
    (proofs / "1.json").write_text(json.dumps(proof), "utf-8")
    reseal(bag)
    assert "data/proofs/1.json: this is no proof of a page, or not one of format 2." in told_by_script(bag)[1]


def test_a_log_that_was_rewritten_whole_fits_no_key_that_one_has(good: SignedBag, tmp_path: Path) -> None:
    forged = make_signed_bag(tmp_path, stamp=False)
    assert refused(forged.folder) == {}  # it fits in itself: so the key must come from elsewhere
    assert refused(forged.folder, good.key) == {"data/log/checkpoint": "is not signed with the key that you gave"}
    other = encode_key(new_key("fairwitness/2c1f09d8a3b47e65").public)
    assert refused(good.folder, other) == {"data/log/checkpoint": "is not signed with the key that you gave"}


def test_a_checkpoint_without_signatures_is_told_and_not_called_good(bag: Path) -> None:
    path = bag / "data/log/checkpoint"
    path.write_bytes(path.read_bytes().partition(b"\n\n")[0] + b"\n")
    for proof in (bag / "data/log/events").glob("*.tlog-proof"):
        proof.write_bytes(proof.read_bytes().partition(b"\n\n")[0] + b"\n\n" + path.read_bytes())
    reseal(bag)
    status, said = told_by_script(bag)
    assert status == 2 and "Who vouches for the log" in said, said


@pytest.mark.parametrize(
    "path", ["../secret.txt", "data/../../secret.txt", "/etc/passwd", "data\\x", "data//x", "data/a b"]
)
def test_a_manifest_that_leads_out_of_the_bag_is_refused_before_anything_is_read(bag: Path, path: str) -> None:
    (bag.parent / "secret.txt").write_text("secret")
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(f"{'0' * 64}  {path}\n")
    assert refused(bag).get("manifest-sha256.txt", "").endswith("has an unsafe path")


def test_links_missing_files_and_files_too_many_are_refused(bag: Path) -> None:
    (bag / "data/link").symlink_to("/etc/hostname")
    (bag / "data/folder").symlink_to("/etc")
    (bag / "data/more.txt").write_text("x")
    (bag / "data/findings/findings.md").unlink()
    os.mkfifo(bag / "data/pipe")
    assert refused(bag).items() >= {
        ("data/link", "is a link or a device; a bag has plain files only"),
        ("data/folder", "is a link or a device; a bag has plain files only"),
        ("data/pipe", "is a link or a device; a bag has plain files only"),
        ("data/more.txt", "is in no manifest"),
        ("data/findings/findings.md", "is missing"),
    }


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"documents": 3}', '{"documents": [{"document": [], "event": "1"}]}', "[" * 9999, "\udcff"]
)
def test_what_is_not_in_the_form_of_its_kind_is_refused_and_nothing_breaks(bag: Path, text: str) -> None:
    (bag / "data/documents.json").write_text(text, "utf-8", errors="surrogateescape")
    reseal(bag)
    found = refused(bag)
    assert found["data/documents.json"]
    assert told_by_script(bag)[0] == 1


def test_the_same_files_give_the_same_bag_and_the_same_zip(tmp_path: Path) -> None:
    payload = {"a.txt": b"a", "b/c.json": b"{}"}
    (tmp_path / "one").mkdir()
    for name in ("x.zip", "one/x.zip"):
        write_bag(tmp_path / name, payload, [])
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "one/x.zip").read_bytes()
    write_bag(tmp_path / "y", payload, [])
    unpacked = unpack_bag(tmp_path / "x.zip", tmp_path / "one")
    files = {path.relative_to(unpacked): path.read_bytes() for path in every_file(unpacked)}
    assert files == {path.relative_to(tmp_path / "y"): path.read_bytes() for path in every_file(tmp_path / "y")}


@pytest.mark.parametrize("path", ["../a", "/a", "a\\b", "A", "con", "aux.txt", "a b", "a/", "", ".a", "ü", "a" * 121])
def test_a_bag_is_not_made_with_a_path_that_is_not_safe(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadBag):
        write_bag(tmp_path / "bag", {path: b""}, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "bag/../../out.txt", "out.txt", "bag\\out.txt"])
def test_a_zip_file_that_leads_out_of_its_folder_is_not_unpacked(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("bag/bagit.txt", "x")
        archive.writestr(zipfile.ZipInfo(name), "x")
    (tmp_path / "in").mkdir()
    with pytest.raises(BadBag):
        unpack_bag(tmp_path / "bad.zip", tmp_path / "in")
    assert list((tmp_path / "in").rglob("*.txt")) == []
    assert not (tmp_path / "out.txt").exists()


def test_the_metadata_names_every_file_of_the_payload(good: SignedBag) -> None:
    data = good.folder / "data"
    graph = json.loads((data / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    by_id = {one["@id"]: one for one in graph}
    named = {part["@id"] for part in by_id["./"]["hasPart"]}
    assert named == {path.relative_to(data).as_posix() for path in every_file(data)} - {"ro-crate-metadata.json"}
    assert all(by_id[name]["@type"] == "File" for name in named)
    action = by_id[by_id["./"]["mentions"][0]["@id"]]
    assert action["@type"] == "CreateAction" and by_id[action["instrument"]["@id"]]["@type"] == "SoftwareApplication"
