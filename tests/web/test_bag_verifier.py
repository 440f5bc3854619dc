"""The page that checks a bag says in a browser what the script says, opened from a file, with the network off."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from fairwitness.publish.bag import write_bag
from fairwitness.publish.static import verify as verifier
from tests.publish.bags import SignedBag, make_signed_bag, reseal

FOUND = """() => {
  const lines = (id) => [...document.querySelectorAll(`#${id} > li`)].map((one) => one.textContent);
  const cells = (row) => [...row.children].map((one) => one.textContent);
  return {
    verdict: document.getElementById("verdict").className,
    refused: [...document.querySelectorAll("#refused > tr")].map(cells),
    unchecked: lines("unchecked"),
    proven: lines("proven"),
  };
}"""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> SignedBag:
    return make_signed_bag(tmp_path_factory.mktemp("bag"))


@pytest.fixture(scope="module")
def page(browser: Browser, good: SignedBag) -> Iterator[Page]:
    """The verify.html that lies in the bag; whatever it asks for or complains of is an error."""
    context = browser.new_context(offline=True)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("request", lambda asked: complaints.append(asked.url))
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto((good.folder / "verify.html").as_uri())
    complaints.clear()  # that it was opened
    yield opened
    assert complaints == []
    context.close()


def found_by(page: Page, bag: Path, key: str = "") -> dict[str, Any]:
    page.fill("#key", key)
    page.evaluate("document.getElementById('verdict').className = 'waiting'")
    page.set_input_files("#folder" if bag.is_dir() else "#zip", bag)
    page.wait_for_selector("#verdict:not(.waiting)")
    told: dict[str, Any] = page.evaluate(FOUND)
    return told


def check_alike(page: Page, bag: Path, key: str = "") -> dict[str, Any]:
    """What the page says, which is what the script says."""
    ours, script = found_by(page, bag, key), verifier.verify(str(bag), key)
    assert sorted(map(tuple, ours["refused"])) == sorted(script.refused)
    assert ours["proven"] == script.proven
    assert ours["verdict"] == ("false" if script.refused else "open" if script.unchecked else "true")
    return ours


def test_the_page_accepts_a_good_bag_in_the_words_of_the_script(page: Page, good: SignedBag) -> None:
    told = check_alike(page, good.folder, good.key)
    assert told["verdict"] == "true" and told["unchecked"] == []
    assert any("says the authority" in line for line in told["proven"])
    assert any(good.witness in line for line in told["proven"])
    assert page.inner_text("#findings") == "The canal was closed in 2017."
    other = good.key.replace("2c1f", "2c1e")
    assert check_alike(page, good.folder, other)["verdict"] == "false"


KINDS = (
    "data/findings/findings.json",
    "data/log/checkpoint",
    "data/log/events/000013.tlog-proof",
    "data/log/leaf-hashes.txt",
    "data/log/stamps/authority.tsr",
)


def change(path: Path) -> bytes:
    """One byte of the file is another; gives what it was."""
    before = path.read_bytes()
    after = bytearray(before)
    at = before.rfind(b"\n\n") - 4 if path.suffix == ".tlog-proof" else len(before) - 8
    after[at] = ord("B") if before[at] == ord("A") else ord("A")
    path.write_bytes(after)
    return before


@pytest.mark.parametrize("name", KINDS)
def test_the_page_refuses_one_changed_byte_though_the_manifests_fit(
    page: Page, good: SignedBag, tmp_path: Path, name: str
) -> None:
    bag = Path(shutil.copytree(good.folder, tmp_path / "bag"))
    change(bag / name)
    reseal(bag)
    assert name in [file for file, _ in check_alike(page, bag)["refused"]]


@pytest.mark.parametrize("content", [b'{"format": "fairwitness/page-proof/1"}', b"{", b"\x1f\x8b\x08"])
def test_the_page_refuses_proofs_of_pages_in_any_other_form_in_the_same_words(
    page: Page, good: SignedBag, tmp_path: Path, content: bytes
) -> None:
    bag = Path(shutil.copytree(good.folder, tmp_path / "bag"))
    (bag / "data" / "proofs" / "1.json").write_bytes(content)
    reseal(bag)
    assert "data/proofs/1.json" in [file for file, _ in check_alike(page, bag)["refused"]]


@pytest.mark.slow
def test_the_page_refuses_one_changed_byte_in_every_file(page: Page, good: SignedBag, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(good.folder, tmp_path / "bag"))
    for path in sorted(path for path in bag.rglob("*") if path.is_file()):
        before = change(path)
        assert check_alike(page, bag)["verdict"] == "false", path
        path.write_bytes(before)


def test_the_page_refuses_unsafe_paths_missing_files_and_files_too_many(
    page: Page, good: SignedBag, tmp_path: Path
) -> None:
    bag = Path(shutil.copytree(good.folder, tmp_path / "bag"))
    (bag / "data/findings/findings.md").unlink()
    (bag / "data/more.txt").write_text("x")
    assert ["data/more.txt", "is in no manifest"] in check_alike(page, bag)["refused"]
    (bag / "manifest-sha256.txt").write_text(f"{'0' * 64}  ../secret.txt\n")
    assert check_alike(page, bag)["refused"] == [["manifest-sha256.txt", "line 1 has an unsafe path"]]
    (bag / "manifest-sha256.txt").unlink()
    assert check_alike(page, bag)["refused"] == [["manifest-sha256.txt", "is missing"]]


def test_the_page_reads_a_zip_file_and_refuses_a_bad_one(page: Page, good: SignedBag, tmp_path: Path) -> None:
    for name, method in (("stored", zipfile.ZIP_STORED), ("packed", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", method) as archive:
            for path in sorted(good.folder.rglob("*")):
                archive.write(path, f"bag/{path.relative_to(good.folder)}")
        assert found_by(page, tmp_path / f"{name}.zip")["verdict"] == "true"
    data = bytearray((tmp_path / "stored.zip").read_bytes())
    data[data.index(b"The canal")] ^= 1
    (tmp_path / "changed.zip").write_bytes(data)
    assert ["data/findings/findings.json", "its SHA-256 is not in manifest-sha256.txt"] in found_by(
        page, tmp_path / "changed.zip"
    )["refused"]
    (tmp_path / "cut.zip").write_bytes(data[:-30])
    assert found_by(page, tmp_path / "cut.zip")["verdict"] == "false"
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("bag/../../out.txt", "x")
    assert found_by(page, tmp_path / "out.zip")["verdict"] == "false"
    write_bag(tmp_path / "empty.zip", {"a.txt": b"a"}, [])
    refused = found_by(page, tmp_path / "empty.zip")["refused"]
    assert refused == [["data/log/checkpoint", "is missing"]]


def test_the_page_is_accessible_and_holds_hostile_text_as_text(page: Page, good: SignedBag, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(good.folder, tmp_path / "bag"))
    bad = {"findings": [{"sentence": "<img src=x onerror=alert(1)>\u202eabc", "cites": [{"cite": "<b>d1</b>"}]}]}
    (bag / "data/findings/findings.json").write_text(json.dumps(bad))
    (bag / "manifest-sha256.txt").write_text(f"{'0' * 64}  <img src=x>\n")
    assert found_by(page, bag)["verdict"] == "false"
    assert page.locator("img").count() == 0
    assert Axe().run(page).response["violations"] == []
