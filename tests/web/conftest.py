"""A case made of the sample leak, a server of it, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from examples.sample_leak import build
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.web.serving import Client, serving
from tests.work.support import open_quietly


@pytest.fixture(scope="session")
def sample_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only to be read; a test that writes makes a copy (`copied`)."""
    folder = tmp_path_factory.mktemp("web")
    build(folder / "leak")
    open_quietly(folder / "leak", folder / "leak.case")
    return folder / "leak.case"


@pytest.fixture(scope="session")
def room(sample_case: Path) -> Iterator[Client]:
    """A server that tests share; none of them changes the case."""
    with serving(sample_case) as client:
        yield client


class Watched:
    """A browser page and all that it complained about."""

    def __init__(self, context: BrowserContext, client: Client) -> None:
        self.page: Page = context.new_page()
        self.client = client
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self._console(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def go(self, path: str) -> Page:
        """The page at that address of the server."""
        self.page.goto(self.client.base + path)
        return self.page

    def check(self) -> None:
        """Nothing was complained about, and nobody but the server was asked."""
        assert self.complaints == []
        assert [url for url in self.asked if not url.startswith((self.client.base, "blob:"))] == []


def watched(browser: Browser, client: Client, **options: object) -> Watched:
    """A page of a new browser context that is in the session of `client`."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})  # type: ignore[arg-type]
    name, _, value = client.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": client.base}])
    return Watched(context, client)


@pytest.fixture
def reader(browser: Browser, room: Client) -> Iterator[Watched]:
    """Somebody who reads; the test fails if the browser complained about anything."""
    opened = watched(browser, room)
    yield opened
    opened.page.context.close()
    opened.check()


def until(page: Page, said: str) -> None:
    """The expression is true on the page. The browser itself may not wait for it: our policy forbids to run a string."""
    for _ in range(600):
        with suppress(Error):  # the page went on to another one meanwhile
            if page.evaluate(said):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {said}")


def still(page: Page) -> None:
    """The image of a cite has come, so that nothing moves away from under the pointer."""
    until(page, "[...document.querySelectorAll('#cited img')].every((image) => image.complete)")
