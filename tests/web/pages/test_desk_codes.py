"""Coding free texts in a browser: by keyboard, each coder alone, with proposals only where somebody asks for them."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from fairwitness.case.case import Case
from fairwitness.work.coding import Coding, codebook_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk, enter
from tests.web.conftest import watched
from tests.web.desk_case import Known
from tests.web.pages.test_desk import known as known
from tests.web.pages.test_desk import made_desk as made_desk
from tests.web.pages.test_desk import sign
from tests.web.pages.test_desk_pages import BOOK
from tests.web.serving import Client, serving

TEXTS = ("前往外地探亲", "前往外地经商", "在邻村务工")


@pytest.fixture(scope="module")
def folder(
    made_desk: tuple[Path, dict[str, Known]], known: dict[str, Known], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    copied = Path(shutil.copytree(made_desk[0], tmp_path_factory.mktemp("codes") / "case"))
    with Case.open(copied) as case:
        kept = kept_list(case, known["Read"].id)
        for cell, text in zip(reasons(case, known["Read"]), TEXTS, strict=False):
            enter(case, kept, cell, "heron", "review", "text", text, "made-up")
    return copied


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with serving(folder) as opened:
        yield opened


def reasons(case: Case, one: Known) -> list[str]:
    desk = Desk(case, kept_list(case, one.id))
    return [cell for cell, placed in desk.cells.items() if placed.column.name == "reason"]


def test_texts_are_coded_by_keyboard_and_proposals_are_marked(
    browser: Browser, client: Client, folder: Path, known: dict[str, Known]
) -> None:
    one = known["Read"]
    csrf = sign(client, "tern")
    bad = client.send(f"/desk/{one.id}/codes", csrf, toml='[codebook]\nid = "reasons"\n')
    assert bad.status == 400 and 'id = "reasons"' in html.unescape(bad.text)
    assert client.send(f"/desk/{one.id}/codes", csrf, toml=BOOK).status == 303
    opened = watched(browser, client)
    page = opened.go(f"/desk/{one.id}/codes/reasons@1")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".coded-text")).to_have_text(TEXTS[0])
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".coded-text")).to_have_text(TEXTS[1])
    page.wait_for_load_state("networkidle")
    assert TEXTS[0] not in page.content(), "what was coded before is shown only to who asks"
    page.keyboard.press("p")
    page.wait_for_url("**proposals=yes")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".proposed")).to_contain_text(TEXTS[0])
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.insert_text("两者")
    page.keyboard.press("Enter")
    expect(page.locator(".coded-text")).to_have_text(TEXTS[2])
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    expect(page.locator(".nothing-left")).to_be_visible()
    page.context.close()
    opened.check()
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        coding = Coding(case, Desk(case, kept), codebook_of(case, kept, "reasons@1"))
        cells = reasons(case, one)
    said = [coding.by_coder["tern"][cell] for cell in cells[:3]]
    assert [coded.codes for coded in said] == [("far",), ("far", "near"), ()]
    assert [coded.proposed for coded in said] == [False, True, False]
    assert said[1].note == "两者"


def test_a_coder_sees_nothing_of_what_another_coded(client: Client, known: dict[str, Known]) -> None:
    one = known["Read"]
    client.send(f"/desk/{one.id}/codes", sign(client, "plover"), toml=BOOK)
    text = html.unescape(client.ask(f"/desk/{one.id}/codes/reasons@1?proposals=yes").text)
    assert TEXTS[0] in text and "checked" not in text and "tern" not in text
    assert client.ask(f"/desk/{one.id}/codes/nothing@9").status == 404
