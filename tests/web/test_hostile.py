"""What a hostile leak can do to who looks at it in a browser: nothing. And every kind of page can be used by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.web.conftest import Watched, watched
from tests.web.hostile_leak import ATTACKS, WORD, make_case
from tests.web.serving import Client, serving
from tests.web.test_pages import violations

MAX_PAGES = 150
RUN = "<script>window.ran=21</script><img src=x onerror=window.ran=22>\u202e"
_SKIPPED = re.compile(r"[?&]ui=|/export|/copy|\.csv|\.svg")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_case(tmp_path_factory.mktemp("hostile"))) as client:
        yield client


def _kind(url: str) -> str:
    """Addresses that differ in what they name alone are of one kind."""
    parts = urlsplit(url)
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&"))
    return re.sub(r"[0-9a-f]{16,}|\d+", "N", parts.path) + "?" + "&".join(names)


def _crawl(opened: Watched, starts: list[str], each: int, wrong: list[str]) -> set[str]:
    """The kinds of pages that were visited, up to `each` of one; on each, nothing of the leak has become an element.

    `wrong` gets what axe-core finds on the first of each kind, if more than one is looked at.
    """
    waiting, seen, kinds = list(starts), set(starts), {}  # type: ignore[var-annotated]
    while waiting and sum(kinds.values()) < MAX_PAGES:
        path = waiting.pop(0)
        if path not in starts and kinds.get(_kind(path), 0) >= each:
            continue
        kinds[_kind(path)] = kinds.get(_kind(path), 0) + 1
        page = opened.go(path)
        page.mouse.move(300, 300)
        page.wait_for_timeout(60)
        assert page.evaluate("window.ran") is None, path
        grown = page.evaluate(
            "() => document.querySelectorAll('[src=x],[onload],[onerror],[onfocus],[onmouseover],iframe,base,"
            '[href^="javascript:"],[srcdoc],form[action*=evil],[hx-on\\\\:load]\').length'
        )
        assert grown == 0, path
        if each > 1 and kinds[_kind(path)] == 1:
            page.wait_for_load_state("networkidle")
            wrong += [f"{_kind(path)}: {one}" for one in violations(page)]
        for href in page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.href)"):
            url = urldefrag(urljoin(page.url, href)).url
            assert url.startswith(opened.client.base), url
            own = url[len(opened.client.base) :]
            if own not in seen and not _SKIPPED.search(own):
                seen.add(own)
                waiting.append(own)
    return set(kinds)


@pytest.mark.parametrize("each", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_nothing_planted_in_any_field_runs_on_any_page(browser: Browser, hostile: Client, each: int) -> None:
    opened = watched(browser, hostile)
    searches = [f"/search?q={quote(query)}" for query in (WORD, f"path:{WORD}", *ATTACKS, RUN, f'"{RUN}"')]
    wrong: list[str] = []
    starts = ["/", f"/search?q={WORD}", "/folders", "/account", "/failures", "/log", "/findings", *searches]
    kinds = _crawl(opened, starts, each, wrong)
    opened.page.context.close()
    refused = [said for said in opened.complaints if "400 (Bad Request)" not in said]  # queries that are none
    assert refused == []
    assert wrong == []
    assert [url for url in opened.asked if not url.startswith((hostile.base, "blob:"))] == []
    assert {re.sub(r"\?.*", "", kind) for kind in kinds} >= {"/", "/search", "/documents/N", "/folders", "/account"}


def test_headers_cannot_be_added_by_what_is_asked_for(hostile: Client) -> None:
    for path in ("/search?q=a%0d%0aX-Injected:%20yes", "/machine?ui=a%0d%0aSet-Cookie:%20x=y"):
        answer = hostile.ask(path)
        assert "x-injected" not in answer.headers
        assert "x=y" not in answer.headers.get("set-cookie", "")
