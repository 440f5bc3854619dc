"""The release of the sample leak: made by one command, read by keyboard from a disk, verified without fairwitness."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from examples.release import SENTENCE, release
from playwright.sync_api import Browser

from tests.web.test_pages import violations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("release") / "made")


def verified(bag: Path) -> subprocess.CompletedProcess[str]:
    """What the script in the bag says, in a Python without any installed package and from another folder."""
    command = [sys.executable, "-I", "-S", str(bag / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def test_the_bag_is_verified_by_its_own_script_and_refused_with_one_byte_changed(bag: Path) -> None:
    done = verified(bag)
    assert done.returncode == 0, done.stdout
    assert "REFUSED" not in done.stdout
    for name in ("data/site/index.html", "data/proofs/d1-p1.png"):
        path = bag / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        done = verified(bag)
        assert done.returncode == 1 and name in done.stdout
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert verified(bag).returncode == 0


def test_the_site_is_read_by_keyboard_alone_without_a_network(browser: Browser, bag: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((bag / "data" / "site" / "index.html").as_uri())
    assert page.get_by_text(SENTENCE).is_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Document d1, page 1":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/d1.html#p1")
    page.wait_for_function("document.images[0].naturalWidth > 1000")
    assert violations(page) == []
    page.goto((bag / "data" / "site" / "search.html").as_uri())
    page.keyboard.type("outlet 2")
    assert page.locator("#count").inner_text() != "0 places"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/site/*.html#*")
    context.close()
