"""Every page: nothing that a screen reader or a keyboard cannot use, in light, dark, from right to left, and narrow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from fairwitness.case.case import Case
from tests.web.conftest import Watched, watched
from tests.web.serving import Client

PAGES = {
    "overview": "/",
    "document": "/documents/{pdf}?q=2019",
    "sheet": "/documents/{sheet}?find=2019&view=formulas",
    "mail": "/documents/{mail}",
    "account": "/account",
    "failures": "/failures",
    "failures-of-a-cause": "/failures?cause=needs_ocr",
    "folders": "/folders",
    "duplicates": "/duplicates",
    "duplicates-not-yet": "/duplicates?of=groups",
    "statements": "/documents/{mail}/about",
    "bytes": "/documents/{archive}/bytes",
    "machine": "/machine",
    "findings": "/findings",
    "marked": "/marked",
    "signature": "/signature",
    "log": "/log",
    "log-all": "/log?show=all",
    "missing": "/no-such-page",
    "search": "/search?q=report+OR+%E7%8E%AF%E5%A2%83+OR+%D0%B2%D0%BE%D0%B4%D0%B0",
    "search-start": "/search",
    "lists": "/lists",
    "desk": "/desk",
    "searches": "/searches",
    "search-nothing": "/search?q=zzzqqq+su&f=type%3Apdf",
}
"""Name of the picture, and address; `{pdf}`, `{sheet}`, `{mail}`, `{text}` are documents of the sample leak."""

VIEWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "rtl": {"color_scheme": "light"},
    "narrow": {"color_scheme": "light", "viewport": {"width": 380, "height": 800}},
}
PICTURES = os.environ.get("FAIRWITNESS_PICTURES", "")  # a folder for screenshots; `make pictures` gives docs/pictures


@pytest.fixture(scope="module", params=VIEWS)
def viewer(request: pytest.FixtureRequest, browser: Browser, room: Client) -> Iterator[tuple[str, Watched]]:
    opened = watched(browser, room, **VIEWS[request.param])
    if request.param == "rtl":
        opened.go("/machine?ui=ar-XB")
    yield request.param, opened
    opened.page.context.close()


@pytest.fixture(scope="module")
def documents(sample_case: Path) -> dict[str, str]:
    """Digest of one document of each kind."""
    wanted = {
        "pdf": "application/pdf",
        "sheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "mail": "message/rfc822",
        "text": "text/plain",
        "archive": "application/zip",
    }
    with Case.open(sample_case) as case:
        readings = sorted(case.queries.readings(), key=lambda reading: -reading.pages_expected)
    return {name: next(r.document for r in readings if r.media_type == kind) for name, kind in wanted.items()}


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, in short."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(viewer: tuple[str, Watched], documents: dict[str, str], name: str) -> None:
    view, opened = viewer
    page = opened.go(PAGES[name].format(**documents))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png")
    assert violations(page) == []
    assert page.locator("h1").count() == 1
    assert page.title().endswith("· fairwitness")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page is wider than the window"
    direction = page.evaluate("document.documentElement.dir")
    assert direction == ("rtl" if view == "rtl" else "ltr")
    expected = ["error: Failed to load resource: the server responded with a status of 404 (Not Found)"]
    assert opened.complaints == (expected if name == "missing" else [])
    opened.complaints.clear()


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_can_be_translated(
    room: Client, documents: dict[str, str], name: str, browser: Browser
) -> None:
    """In the pseudo-locale each word of ours has a bracket before it, and what is of the leak stands in its own place."""
    opened = watched(browser, room)
    page = opened.go(PAGES[name].format(**documents) + ("&" if "?" in PAGES[name] else "?") + "ui=en-XA")
    left = page.evaluate(UNTRANSLATED)
    opened.page.context.close()
    assert left == []


UNTRANSLATED = r"""() => {
  const ours = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (parent.closest("bdi, code, kbd, script, time, output, .brand, .foot span, [data-untranslated], [translate=no]")) continue;
    const text = node.textContent.replace(/\[[^\[\]]*~*\]/g, "").trim();
    if (/[A-Za-z]{3,}/.test(text)) ours.push(text.slice(0, 80));
  }
  return ours;
}"""
