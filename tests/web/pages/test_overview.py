"""The first page says what the overview says, each number leads to what it counts, and work is followed live."""

from __future__ import annotations

import re
import shutil
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from fairwitness.case.case import Case
from fairwitness.work.progress import Progress
from fairwitness.work.running import told_to_others
from tests.web.conftest import watched
from tests.web.serving import Client, serving
from tests.work.support import run_json


def ready(client: Client, path: str = "/") -> str:
    """The page, once the sums are made."""
    until = time.monotonic() + 30
    while "summed up for the first time" in (text := client.ask(path).text) and time.monotonic() < until:
        time.sleep(0.1)
    return text


@pytest.fixture
def own(sample_case: Path, tmp_path: Path) -> Iterator[Client]:
    """A server of a case that the test may change."""
    shutil.copytree(sample_case, tmp_path / "case")
    with serving(tmp_path / "case") as client:
        yield client


def test_the_page_has_the_numbers_of_the_overview(room: Client, sample_case: Path) -> None:
    told, text = run_json("overview", sample_case), ready(room)
    assert f">{told['account']['documents']}</dd>" in text
    for one in told["types"]:
        assert f">{one['type']}<" in text
    assert f"/search?q=type%3A{told['types'][0]['type']}" in text


def test_every_link_of_the_page_leads_somewhere(room: Client) -> None:
    links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)', ready(room))}
    assert {link.partition("?")[0] for link in links} >= {"/account", "/failures", "/folders", "/duplicates", "/search"}
    known = [link for link in links if link.startswith(("/overview/", "/?"))]
    assert len(known) > 8
    assert {room.ask(link).status for link in known} == {200}


def test_each_chart_is_saved_as_a_picture_and_as_a_table(room: Client) -> None:
    ready(room)
    for name in ("files", "pages", "types", "languages", "engines", "folders", "dates-own", "dates-file-time"):
        picture = room.ask(f"/overview/{name}.svg")
        assert picture.headers["content-disposition"] == f'attachment; filename="{name}.svg"'
        root = ET.fromstring(picture.body)
        assert root.tag.endswith("svg")
        assert not [node for node in root.iter() if node.tag.rpartition("}")[2] in ("script", "style", "a")]
        table = room.ask(f"/overview/{name}.csv").text
        assert table.count("\r\n") >= 1
        assert not re.search(r"^[=+@-]", table, re.MULTILINE)
    assert room.ask("/overview/nothing.svg").status == 404


def test_each_kind_of_date_has_its_own_picture(room: Client) -> None:
    ready(room)
    assert "says the disk</strong>" in room.ask("/?dates=file-time").text
    assert room.ask("/?dates=nonsense").status == 200


def test_work_that_goes_on_is_shown_and_work_that_was_killed_too(own: Client, tmp_path: Path) -> None:
    assert "hx-get" not in own.ask("/overview/running").text
    with Case.open(tmp_path / "case") as case:
        progress = Progress(None)
        with told_to_others(case, "open", progress):
            progress.begin("Reading, level 1", 118_000)
            shown = own.ask("/overview/running").text
            assert "Reading" in shown
            assert "118,000" in shown
            assert 'hx-trigger="every 2s"' in shown
            kept = case.cache_path("progress.json").read_bytes()
        case.cache_path("progress.json").write_bytes(kept)  # what a process that was killed leaves
        left = own.ask("/overview/running").text
    assert "Stopped before it was done" in left
    assert "hx-trigger" not in left


def test_the_page_follows_the_work_by_itself(own: Client, tmp_path: Path, browser: Browser) -> None:
    opened = watched(browser, own)
    with Case.open(tmp_path / "case") as case:
        progress = Progress(None)
        with told_to_others(case, "ocr", progress):
            progress.begin("Recognising", 10)
            page = opened.go("/")
            assert page.locator("#running").inner_text().startswith("Recognising text")
            progress.begin("Indexing", 77)
            page.get_by_text("0 of 77").wait_for(timeout=6000)
        page.get_by_text("Show the new sums").wait_for(timeout=6000)
        assert page.locator("#running[hx-get]").count() == 0
    opened.check()
    opened.page.context.close()


def test_an_empty_case_says_what_to_do(tmp_path: Path) -> None:
    Case.create_or_open(tmp_path / "case").close()
    with serving(tmp_path / "case") as client:
        assert "Nothing is in this case yet" in ready(client)
