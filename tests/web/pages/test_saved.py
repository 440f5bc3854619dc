"""Searches that are kept: by a form, run again, forgotten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import watched
from tests.web.serving import Client, serving
from tests.work.support import open_quietly, run_json


@pytest.fixture
def own(sample_case: Path, tmp_path: Path) -> Iterator[Client]:
    shutil.copytree(sample_case, tmp_path / "case")
    with serving(tmp_path / "case") as client:
        yield client


def test_a_search_is_kept_with_its_filters_and_says_what_is_new(own: Client, tmp_path: Path) -> None:
    body = own.ask(f"/search?q={quote('环境 OR reservoir')}&f=type:text").text
    query = re.search(r'name="query" value="([^"]+)"', body)
    assert query is not None
    given = query[1].replace("&#34;", '"')
    assert own.send("/searches", own.ask("/search?q=su").csrf, name="水库 <b>", query=given).status == 303
    page = own.ask("/searches")
    assert "水库 &lt;b&gt;" in page.text and "<b>" not in page.text
    (saved,) = run_json("saved", tmp_path / "case")["saved"]
    assert saved["name"] == "水库 <b>"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "new.txt").write_text("a new reservoir", "utf-8")
    open_quietly(tmp_path / "more", tmp_path / "case")
    own.send("/searches/run", page.csrf, name="")
    again = own.ask("/searches").text
    assert "1 new page" in again and "<mark>reservoir</mark>" in again
    own.send("/searches/forget", page.csrf, name="水库 <b>")
    assert "None yet" in own.ask("/searches").text


@pytest.mark.parametrize(("name", "query"), [("", "su"), ("a\u202e", "su"), ("x", '"open')])
def test_what_cannot_be_kept_is_refused_with_the_reason(own: Client, name: str, query: str) -> None:
    answer = own.send("/searches", own.ask("/search?q=su").csrf, name=name, query=query)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert own.ask("/searches").text.count('class="card"') == 0


def test_a_document_is_marked_as_reviewed_by_a_key_and_the_answer_knows(own: Client, browser: Browser) -> None:
    opened = watched(browser, own)
    page = opened.go("/search?q=" + quote("环境"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    document = page.evaluate("document.activeElement.closest('.document').dataset.document")
    page.keyboard.press("x")
    page.locator("[name=by]").fill("heron")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-document='{document}'] [data-review]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"[data-document='{document}'] .to-document")).to_be_focused()
    page.get_by_role("link", name=re.compile("not reviewed")).click()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(f"[data-document='{document}']")).to_have_count(0)
    opened.check()
