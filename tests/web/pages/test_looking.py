"""Looking at a document by mouse and by keyboard, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Watched, until, watched
from tests.web.pages.test_documents import client as client
from tests.web.pages.test_documents import digest_of
from tests.web.pages.test_documents import folder as folder
from tests.web.serving import Client


@pytest.fixture
def looker(browser: Browser, client: Client) -> Iterator[Watched]:
    opened = watched(browser, client)
    yield opened
    opened.page.context.close()
    opened.check()


def at_page(page: Page, number: int) -> None:
    expect(page.locator("#leaf")).to_have_attribute("data-page", str(number))
    expect(page.locator('#strip a[aria-current="page"]')).to_have_text(str(number))


def ready(page: Page) -> Page:
    page.wait_for_load_state("networkidle")
    until(page, "document.querySelector('page-text')?.leaf?.words.length > 0")
    return page


def test_pages_are_turned_by_key_strip_and_back(looker: Watched, folder: Path) -> None:
    page = ready(looker.go(f"/documents/{digest_of(folder, 'a.pdf')}"))
    at_page(page, 1)
    page.keyboard.press("j")
    at_page(page, 2)
    page.keyboard.press("j")
    at_page(page, 3)
    page.keyboard.press("k")
    at_page(page, 2)
    page.locator("#strip a", has_text="5").click()
    at_page(page, 5)
    assert page.url.endswith("page=5")
    page.go_back()
    at_page(page, 2)
    page.keyboard.press("#")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    at_page(page, 9)


def test_hits_are_walked_through_across_pages(looker: Watched, folder: Path) -> None:
    page = ready(looker.go(f"/documents/{digest_of(folder, 'a.pdf')}?q=water+OR+committee"))
    at_page(page, 3)
    now = page.locator("mark.now")
    expect(now).to_have_text("committee")
    page.keyboard.press("n")
    expect(now).to_have_text("water")
    assert page.locator(".places .hit.now").count() == 1
    page.keyboard.press("n")
    at_page(page, 6)
    expect(now).to_have_text("committee")
    page.keyboard.press("p")
    at_page(page, 3)
    expect(now).to_have_text("water")  # the last of that page


def test_a_closer_look_loads_an_image_with_more_pixels(looker: Watched, folder: Path) -> None:
    page = ready(looker.go(f"/documents/{digest_of(folder, 'a.pdf')}"))
    paper = page.locator(".sheet-of-paper")
    wide = paper.evaluate("paper => paper.offsetWidth")
    for _ in range(4):
        page.keyboard.press("+")
        page.wait_for_timeout(180)
    assert paper.evaluate("paper => paper.offsetWidth") > 2.5 * wide
    expect(page.locator(".page-image")).to_have_attribute("src", re.compile("side=(2560|5120)$"))
    assert page.locator(".page-image").evaluate("image => image.naturalHeight") > 2000
    page.keyboard.press("0")
    page.wait_for_timeout(250)
    assert paper.evaluate("paper => paper.offsetWidth") == wide


def test_a_word_is_shown_in_both_and_cited(looker: Watched, folder: Path) -> None:
    page = ready(looker.go(f"/documents/{digest_of(folder, 'a.pdf')}?page=3"))
    box = page.evaluate(
        """() => { const leaf = document.querySelector('page-text').leaf;
        const at = [...Array(leaf.words.length / 6).keys()].find(n => leaf.text.slice(...leaf.span(n)) === 'committee');
        const [x0, y0, x1, y1] = leaf.box(at), paper = leaf.viewer.paper.getBoundingClientRect();
        const scale = paper.width / leaf.viewer.width;
        return [paper.left + (x0 + x1) / 2 * scale, paper.top + (y0 + y1) / 2 * scale]; }"""
    )
    page.mouse.move(*box)
    expect(page.locator(".places .word")).to_have_attribute("visibility", "visible")
    shown = page.evaluate("[...CSS.highlights.get('room-word')].map(String)")
    assert shown == ["committee"]
    page.mouse.click(*box)
    expect(page.locator("[data-cite-quote]")).to_have_text("“committee”")
    page.keyboard.press("c")
    expect(page.locator("section#cited")).to_contain_text("committee")


def test_words_are_selected_and_cited_by_keyboard_alone(looker: Watched, folder: Path) -> None:
    page = ready(looker.go(f"/documents/{digest_of(folder, 'a.pdf')}?page=3"))
    page.keyboard.press("w")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("[data-cite-quote]")).to_have_text("“the committee met”")
    assert page.locator(".places .selected").count() == 3
    page.keyboard.press("c")
    expect(page.locator("section#cited")).to_contain_text("the committee met")


def test_a_rectangle_is_drawn_by_mouse_or_arrows_and_cited(looker: Watched, folder: Path) -> None:
    digest = digest_of(folder, "a.pdf")
    for turn in (0, 90):
        page = ready(looker.go(f"/documents/{digest}?page=3&turn={turn}"))
        page.keyboard.press("x")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        region = page.locator('#cite input[name="region"]')
        x0, y0, x1, y1 = map(int, region.input_value().split(","))
        assert 0 <= x0 < x1 <= 1653 and 0 <= y0 < y1 <= 2339
        view = page.locator("page-viewer").bounding_box()
        assert view is not None
        page.mouse.move(view["x"] + 100, view["y"] + 100)
        page.mouse.down()
        page.mouse.move(view["x"] + 300, view["y"] + 180, steps=4)
        page.mouse.up()
        scale = page.evaluate("(v => v.width / v.paper.offsetWidth)(document.querySelector('page-viewer'))")
        x0, y0, x1, y1 = map(int, region.input_value().split(","))
        sides = (round(200 * scale), round(80 * scale))
        assert (x1 - x0, y1 - y0) == pytest.approx(sides if turn == 0 else sides[::-1], abs=3)
        page.keyboard.press("c")
        expect(page.locator("section#cited code").first).to_contain_text(f"{digest[:16]}:p3:r{x0},{y0},{x1},{y1}@200")


def test_cells_are_walked_through_and_show_their_formulas(looker: Watched, folder: Path) -> None:
    page = looker.go(f"/documents/{digest_of(folder, 'sheet.xlsx')}")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-address]")).to_have_text("C7")
    expect(page.locator("[data-value]")).to_have_text("42")
    expect(page.locator("[data-formula]")).to_contain_text("=SUM(C2:C6)")
    page.keyboard.press("c")
    expect(page.locator("section#cited")).to_contain_text("42")


def test_leaked_signs_do_not_move_what_is_cited(looker: Watched, folder: Path) -> None:
    """Spelled-out characters and line ends of two signs count as they do on the page, not as they are shown."""
    page = ready(looker.go(f"/documents/{digest_of(folder, 'nasty.txt')}"))
    place = page.evaluate(
        """() => { const text = document.querySelector('page-text'), walker = document.createTreeWalker(text, 4);
        while (walker.nextNode()) { const at = walker.currentNode.data.indexOf('next'); if (at >= 0)
        return text.offsetOf(walker.currentNode, at); } }"""
    )
    from fairwitness.case.case import Case
    from fairwitness.work.looking import Looking

    with Case.open(folder) as case:
        text = Looking(case).page(digest_of(folder, "nasty.txt"), 1).text  # type: ignore[union-attr]
    assert place == text.index("next")
    assert page.evaluate(f"document.querySelector('page-text').slice({place}, {place + 4})") == "next"


def test_without_scripts_pages_hits_and_what_lies_beside_are_links(
    browser: Browser, client: Client, folder: Path
) -> None:
    opened = watched(browser, client, java_script_enabled=False)
    page = opened.go(f"/documents/{digest_of(folder, 'a.pdf')}?q=water")
    assert page.locator("mark").all_text_contents() == ["water"]
    assert page.locator(".places .hit").count() == 1
    box, image = page.locator(".places .hit").bounding_box(), page.locator(".page-image").bounding_box()
    assert box is not None and image is not None
    assert image["x"] < box["x"] < image["x"] + image["width"]
    assert page.locator("#strip a").count() == 9
    page.get_by_role("link", name="Next hit").click()
    expect(page.locator("#leaf")).to_have_attribute("data-page", "6")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("#leaf")).to_have_attribute("data-page", "7")
    page.locator("#find").fill("paragraph")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_count(9)
    page.get_by_role("link", name="Show what lies beside it").click()
    expect(page.get_by_role("link", name="mail.eml")).to_be_visible()
    page.context.close()
    opened.check()
