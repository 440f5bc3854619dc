"""The page of the log says who vouches for it, and what does not hold."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from fairwitness.case.case import Case
from fairwitness.custody.keys import new_key
from fairwitness.custody.witness import WitnessState, decode_request
from fairwitness.work.signing import sign_log
from fairwitness.work.witnessing import add_cosigned, add_stamp, checkpoint_request, stamp_request
from tests.custody.authority import new_authority
from tests.web.conftest import watched
from tests.web.serving import serving


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def vouched(folder: Path) -> int:
    """A copy of the case is signed, cosigned and stamped; at how many events."""
    with Case.open(folder / "case") as case:
        key, witness = new_key(case.log_name), new_key("tern.example", witness=True)
        size = sign_log(case, key, "heron").checkpoint.size
        _, request = checkpoint_request(case)
        seen = WitnessState(folder / "seen")
        note = seen.cosign(decode_request(request), witness, int(time.time()), [key.public]).note
        add_cosigned(case, note, witness.public, "heron")
        authority = new_authority(folder / "tsa", "<b>Heron Time")
        _, asked = stamp_request(case)
        add_stamp(case, authority.answer(asked), authority.root.read_bytes())
    return size


def test_the_log_says_who_signed_cosigned_and_stamped_it(sample_case: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_case, tmp_path / "case")
    with serving(tmp_path / "case") as client:
        assert "Nobody yet" in words_of(client.ask("/log").text)
        size = vouched(tmp_path)
        text = client.ask("/log").text
        said = words_of(text)
        assert "Signed with the key fairwitness/" in said
        assert "Cosigned by tern.example" in said and "Stamped by CN=" in said
        assert f"That covers the first {size} events." in said and "came later." in said
        assert "heron took a key for the log" in said and 'href="/documents/log' not in text
        assert r"\&lt;b\&gt;Heron Time" in text
        (tmp_path / "case" / "log" / "signed" / f"{size:012d}").write_text("no note\n")
        assert "signed checkpoint of" in words_of(client.ask("/log").text)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_vouches_for_the_log_can_be_read_by_everybody_on_a_narrow_screen(
    sample_case: Path, tmp_path: Path, browser: Browser, scheme: str
) -> None:
    shutil.copytree(sample_case, tmp_path / "case")
    vouched(tmp_path)
    with serving(tmp_path / "case") as client:
        page = watched(browser, client, viewport={"width": 380, "height": 800}, color_scheme=scheme)
        page.go("/log")
        assert Axe().run(page.page).response["violations"] == []
        assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.check()
