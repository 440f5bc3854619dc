"""What a reporter does from the first search to a finding that can be printed: by mouse, and by keyboard alone."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Watched, still, until, watched
from tests.web.serving import serving
from tests.work.support import CORPUS, open_quietly, run_cli, run_json

FILES = CORPUS / "files"
ASKED = {"sample": "环境", "corpus": "test"}  # in PDF files of both, on more than one page


@pytest.fixture(scope="module")
def corpus_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not FILES.is_dir():
        pytest.skip("no corpus here")
    case = tmp_path_factory.mktemp("corpus") / "corpus.case"
    open_quietly(FILES, case)
    return case


@pytest.fixture(scope="module", params=["sample", pytest.param("corpus", marks=pytest.mark.slow)])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that may be written to, named for what it is a case of."""
    original = request.getfixturevalue(f"{request.param}_case")
    copy = tmp_path_factory.mktemp("journey") / f"{request.param}.case"
    shutil.copytree(original, copy)
    return copy


@pytest.fixture
def reporter(browser: Browser, case: Path) -> Iterator[Watched]:
    with serving(case) as client:
        opened = watched(browser, client, accept_downloads=True)
        yield opened
        opened.page.context.close()
        opened.check()


def word_of(case: Path) -> str:
    return ASKED[case.stem]


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    until(page, "!document.querySelector('page-text') || document.querySelector('page-text').leaf")


def test_by_mouse(reporter: Watched, case: Path, tmp_path: Path) -> None:
    page = reporter.go("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.locator("#q").fill(word_of(case))
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".document").first).to_be_visible()
    page.get_by_role("checkbox", name="pdf").or_(page.get_by_role("link", name="pdf")).first.click()
    page.wait_for_url("**f=type*pdf*")
    expect(page.locator(".chips .chip")).to_contain_text("pdf")
    total = run_json("search", case, f"{word_of(case)} AND type:pdf", "--limit", "0")["total"]
    expect(page.locator(".count")).to_contain_text(str(total))
    rows = _exported(page, tmp_path)
    assert len(rows) == total
    assert all(row["type"] == "pdf" and row["cite"] for row in rows)
    page.locator(".document .to-document").first.click()
    settled(page)
    _look_closer_by_mouse(page)
    page.locator("#mark-tag").fill("seen by mouse")
    page.get_by_role("button", name="Add", exact=True).first.click()
    _sign(page, "plover", "seen by mouse")
    settled(page)
    page.locator("mark.now").wait_for()
    page.get_by_role("button", name="Cite the first hit").or_(page.locator("form#cite button")).first.click()
    page.locator("#cited-sentence").wait_for()
    still(page)
    page.locator("#cited-sentence").fill("Found by mouse.")
    page.locator("#cited form.add-to button.main").click()
    page.locator("#cited [role=status] a").click()
    expect(page.locator("h1")).to_have_text("Found by mouse.")
    expect(page.locator(".cite-list li")).to_have_count(1)
    page.goto(reporter.client.base + "/lists")
    page.locator("#text").fill(f"{word_of(case)}\nnowhere in any of them\n")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("#list:not([hx-get])", state="attached")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    _check_written(case, "seen by mouse", "Found by mouse.")


def _exported(page: Page, folder: Path) -> list[dict[str, str]]:
    page.locator("#export summary").click()
    with page.expect_download() as started:
        page.locator("#export").get_by_role("link", name="CSV").first.click()
    target = folder / "hits.csv"
    started.value.save_as(target)
    page.keyboard.press("Escape")
    return list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))


def _look_closer_by_mouse(page: Page) -> None:
    paper = page.locator(".sheet-of-paper")
    wide = paper.evaluate("paper => paper.getBoundingClientRect().width")
    page.get_by_role("button", name="larger").or_(page.locator("[data-zoom='in'], button:text-is('+')")).first.click()
    page.wait_for_timeout(400)
    assert paper.evaluate("paper => paper.getBoundingClientRect().width") > wide * 1.1


def _sign(page: Page, name: str, tag: str) -> None:
    """Says once how acts are signed, where that is asked; the tag is there then."""
    tags = f"[...document.querySelectorAll('.tag')].some((tag) => tag.textContent.includes('{tag}'))"
    until(page, f"document.querySelector('#sign-by') !== null || {tags}")
    if page.locator("#sign-by").count():
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.wait_for_selector(f".tag >> text={tag}")


def _check_written(case: Path, tag: str, sentence: str) -> None:
    """The case, its log and another reader know of it."""
    marks = run_json("marks", case)
    assert tag in str(marks)
    findings = run_json("findings", case)["findings"]
    (one,) = [found for found in findings if found["sentence"] == sentence]
    assert one["cites"]
    assert run_cli("verify", case).returncode == 0


def test_by_keyboard_alone(reporter: Watched, case: Path, tmp_path: Path) -> None:
    page = reporter.go("/")
    press, kind = page.keyboard.press, page.keyboard.type
    page.wait_for_load_state("networkidle")
    press("g")
    press("s")
    page.wait_for_url("**/search")
    page.wait_for_load_state("networkidle")
    kind(word_of(case))
    press("Enter")
    expect(page.locator(".document").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    _tab_to(page, "pdf")
    press("Enter" if page.evaluate("document.activeElement.tagName") == "A" else "Space")
    page.wait_for_url("**f=type*pdf*")
    page.wait_for_load_state("networkidle")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    press("e")
    with page.expect_download() as started:
        press("Enter")
    started.value.save_as(tmp_path / "hits")
    assert (tmp_path / "hits").stat().st_size > 50
    press("Escape")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    press("j")
    press("Enter")
    page.wait_for_url("**/documents/**")
    settled(page)
    wide = page.locator(".sheet-of-paper").evaluate("paper => paper.getBoundingClientRect().width")
    press("+")
    page.wait_for_timeout(400)
    assert page.locator(".sheet-of-paper").evaluate("paper => paper.getBoundingClientRect().width") > wide * 1.1
    press("n")
    press("t")
    kind("seen by keyboard")
    press("Enter")
    _sign(page, "dunlin", "seen by keyboard")
    settled(page)
    press("Escape")
    page.locator("mark.now").wait_for()
    press("c")
    page.locator("#cited-sentence").wait_for()
    _tab_to(page, "", "cited-sentence")
    kind("Found by keyboard.")
    press("Tab")
    press("Enter")
    page.locator("#cited [role=status]").wait_for()
    press("Escape")
    press("g")
    press("f")
    page.wait_for_url("**/findings")
    expect(page.locator(".finding")).to_contain_text(["Found by keyboard."])
    page.wait_for_load_state("networkidle")
    press("g")
    press("l")
    page.wait_for_url("**/lists")
    page.wait_for_load_state("networkidle")
    _tab_to(page, "", "text")
    kind(word_of(case))
    _tab_to(page, "Ask")
    press("Enter")
    page.wait_for_selector("#list:not([hx-get])", state="attached")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    _check_written(case, "seen by keyboard", "Found by keyboard.")


def _tab_to(page: Page, text: str, name: str = "") -> None:
    """Presses Tab until what has the focus is called so; everything there is can be reached."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const a = document.activeElement; return [a.id, (a.labels?.[0] ?? a).textContent.trim()]; }"
        )
        if (name and found[0] == name) or (text and found[1].split("\n")[0].split(" ")[0] == text):
            return
    raise AssertionError(f"Tab never comes to {text or name}")
