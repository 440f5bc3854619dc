"""A release as a folder of pages: it opens from a disk, without a server, and for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from fairwitness.publish.site import (
    Site,
    SiteCite,
    SiteDocument,
    SiteFinding,
    SiteList,
    SitePage,
    SiteReport,
    folded,
    release_files,
    texts_of,
)
from tests.web.test_pages import violations

LINES = ("The canal was closed in 2017.", "关闭运河", "قانال تاقالدى", "Канал закрыт", "Kanal kapatıldı: İstanbul’da")
RUN = "<script>window.ran=1</script><img src=x onerror=window.ran=2>\u202e\"'"
VIEWS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1100, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1100, "height": 800}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 360, "height": 700}},
}
PAGES = ("index.html", "documents/d1.html", "lists/l1.html", "method.html", "check.html", "search.html")


def drawn(width: int, height: int) -> bytes:
    picture = Image.new("L", (width, height), 255)
    ImageDraw.Draw(picture).rectangle((30, 20, 200, 60), fill=0)
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def made(text: str = "ordinary") -> Site:
    pages = tuple(
        SitePage(n, drawn(600, 800), 600, 800, (*LINES, text), n - 1, b"{}" if n == 1 else b"") for n in (1, 2)
    )
    cites = (SiteCite("d1", 2, drawn(600, 120), 600, 120), SiteCite("d2", 4, why_none="This page is not released."))
    return Site(
        title=f"A canal {text}",
        dated="2026-11-01",
        language="ug",
        summary=(f"What the office ordered. {text}", "قانال تاقالدى"),
        method=(f"Two people read each page. {text}",),
        stated=(("Not read", f"3 pages of 412. {text}"),),
        findings=(SiteFinding("f1", f"The office closed the canal. {text}", cites),),
        documents=(SiteDocument("d1", f"Notice {text}", "zh", pages, b"%PDF-1.7", (f"Told. {text}",)),),
        lists=(SiteList("l1", text, ("office", text), (("east", "一"), ("west", text)), (text,), {"rows.csv": b"a"}),),
        reports=(SiteReport("r1", text, {"report.html": b"<p>Counted</p>", "claims.json": b"{}"}),),
    )


def write(site: Site, folder: Path) -> Path:
    for path, data in release_files(site).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder / "site"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield write(made(RUN), tmp_path_factory.mktemp("site"))


def test_the_same_release_has_the_same_bytes() -> None:
    assert release_files(made()) == release_files(made())


def test_every_link_and_picture_of_a_page_is_a_file_of_the_site_and_a_place_in_it() -> None:
    files = release_files(made())
    ids = {path: set(re.findall(r' id="([^"]+)"', data.decode())) for path, data in files.items() if ".html" in path}
    seen = 0
    for path, data in files.items():
        if not path.endswith(".html") or "/reports/" in path:
            continue
        for address in re.findall(r'(?:href|src)="([^"]+)"', data.decode()):
            target, fragment = urldefrag(unquote(address))
            parts: list[str] = []
            for part in (PurePosixPath(path).parent / target).parts if target else PurePosixPath(path).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in files, (path, address)
            assert not fragment or fragment in ids["/".join(parts)], (path, address)
            seen += 1
    assert seen > 50


def test_every_text_of_the_site_is_one_that_the_gate_gets() -> None:
    told = {where for where, text in texts_of(made("MARKED")) if "MARKED" in text}
    shown = {path for path, data in release_files(made("MARKED")).items() if b"MARKED" in data}
    assert {"the title", "the summary", "the method", "what is stated", "finding f1", "d1, page 2", "list l1"} <= told
    assert not any(path.endswith((".css", "search.js")) for path in shown)
    site = replace(made(), reports=(SiteReport("r1", "R", {"report.html": b"<p>a &amp; MARKED</p>"}),))
    assert any("a & MARKED" in text for _, text in texts_of(site))


@pytest.mark.parametrize("view", VIEWS)
def test_pages_opened_from_a_disk_without_a_network_are_for_everybody(
    browser: Browser, folder: Path, view: str
) -> None:
    context = browser.new_context(offline=True, **VIEWS[view])  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((folder / name).as_uri())
        assert page.evaluate("window.ran") is None, name
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert page.evaluate("[...document.images].every((one) => one.loading == 'lazy' || one.naturalWidth)"), name
        assert page.evaluate("getComputedStyle(document.body).maxInlineSize") != "none", "the style sheet was not taken"
        assert violations(page) == [], name
    assert {url.split(":")[0] for url in asked} == {"file"}
    context.close()


def test_without_scripts_everything_but_the_search_is_there(browser: Browser, folder: Path) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="Document d1, page 2").click()
    assert page.url.endswith("documents/d1.html#p2")
    page.get_by_text("Text of page 2").click()
    assert page.get_by_text("关闭运河").nth(1).is_visible()
    page.goto((folder / "search.html").as_uri())
    assert page.get_by_text("the one page that needs scripts").is_visible()
    context.close()


@pytest.mark.parametrize(
    ("typed", "count", "marked"),
    [
        ("CANAL 2017", 2, "canal"),
        ("运河", 2, "运河"),
        ("قانال", 2, "قانال"),
        ("istanbul", 2, "İstanbul"),
        ("zebra", 0, ""),
    ],
)
def test_a_search_by_keyboard_finds_words_in_every_script(
    browser: Browser, folder: Path, typed: str, count: int, marked: str
) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((folder / "search.html").as_uri())
    page.keyboard.type(typed)
    assert page.locator("#count").inner_text() == f"{count} places"
    if count:
        assert page.locator("mark").first.inner_text() == marked
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/documents/d1.html#p1")
    context.close()


def test_folding_makes_what_people_type_equal_to_what_is_written() -> None:
    assert folded("İSTANBUL’DA Straße") == folded("istanbul’da strasse")
    assert folded("Ё ﻗﺎﻧﺎل") == folded("ё قانال")
