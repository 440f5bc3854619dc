"""Redaction in a browser: boxes drawn by keys and by mouse, found, and gone through by a second person; without scripts too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from fairwitness.case.case import Case
from fairwitness.work import redacting
from fairwitness.work.redaction_finding import find_name, find_text
from fairwitness.work.redaction_kept import Redaction
from tests.web.conftest import watched
from tests.web.pages.test_marks import violations
from tests.web.serving import Client, serving
from tests.work.redaction_case import NAME, case_to_redact, named


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("redaction")
    case_to_redact(place).close()
    return place / "case"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    """Signs as tern; heron began everything."""
    with serving(folder) as opened:
        opened.send("/signature", opened.ask("/signature").csrf, by="tern")
        yield opened


@pytest.fixture
def letter(folder: Path) -> Redaction:
    with Case.open(folder) as case:
        one = redacting.begin_redaction(case, named(case, "letter.pdf"), "Letter", "heron")
        return find_name(case, one, NAME, "heron").redaction


def _now(folder: Path, one: Redaction) -> Redaction:
    with Case.open(folder) as case:
        return redacting.redaction(case, one.id)


def test_a_redaction_begins_on_the_page_of_a_document_and_boxes_are_typed(client: Client, folder: Path) -> None:
    with Case.open(folder) as case:
        document = named(case, "letter.pdf")
    page = client.ask(f"/documents/{document}")
    begun = client.send(f"/redactions/new/{document}", page.csrf)
    path = begun.headers["location"]
    assert begun.status == 303 and path.startswith("/redactions/")
    csrf = client.ask(path).csrf
    sides = {"x0": "100", "y0": "200", "x1": "300", "y1": "240"}
    sent = client.send(f"{path}/box", csrf, page="1", reason="mark", width="exact", **sides)
    assert sent.status == 303
    with Case.open(folder) as case:
        (box,) = redacting.redaction(case, path.rpartition("/")[2]).boxes
    assert box.box.place == f"{document[:16]}:p1:r100,200,300,240@200" and box.by == "tern"
    for wrong in ({"x1": "100"}, {"x0": "5000", "x1": "5100"}, {"y0": ""}):
        refused = client.send(f"{path}/box", csrf, page="1", reason="mark", width="exact", **(sides | wrong))
        assert refused.status == 400 and 'role="alert"' in refused.text
    assert path in client.ask("/redactions").text


def test_a_name_is_found_on_every_page_without_a_script(client: Client, folder: Path) -> None:
    with Case.open(folder) as case:
        one = redacting.begin_redaction(case, named(case, "letter.pdf"), "Empty", "heron")
    path = f"/redactions/{one.id}"
    sent = client.send(f"{path}/find", client.ask(path).csrf, page="1", what="name", wanted=NAME, width="line")
    assert sent.status == 200 and "1 stands over the end of a line" in sent.text
    assert {box.page for box in _now(folder, one).boxes} == {1, 2}
    empty = client.send(f"{path}/find", client.ask(path).csrf, page="1", what="name", wanted=" ")
    assert empty.status == 400


def test_the_page_as_it_will_leave_is_black_where_the_boxes_are(client: Client, letter: Redaction) -> None:
    picture = client.ask(f"/redactions/{letter.id}/pages/1/painted")
    pixels = np.asarray(Image.open(BytesIO(picture.body)).convert("L"))
    for kept in letter.on_page(1):
        x0, y0, x1, y1 = map(int, re.findall(r":r(\d+),(\d+),(\d+),(\d+)@", kept.box.place)[0])
        assert not pixels[y0:y1, x0:x1].any()
    assert pixels[100:110].min() == 255  # white paper above
    assert client.ask(f"/redactions/{letter.id}/pages/9/painted").status == 404


def test_a_second_person_goes_through_all_of_it_by_keys(browser: Browser, client: Client, folder: Path) -> None:
    with Case.open(folder) as case:
        letter = redacting.begin_redaction(case, named(case, "letter.pdf"), "Two pages", "heron")
        letter = find_text(case, letter, "water OR noon", "heron", width="line", reason="other").redaction
    assert [box.page for box in letter.boxes] == [1, 2]
    opened = watched(browser, client)
    page = opened.go(f"/redactions/{letter.id}?page=1")
    page.locator("[data-next]").click()
    for _ in range(len(letter.boxes) + 2):  # each box, then each of the two pages
        page.wait_for_load_state("load")
        before = page.url
        page.keyboard.press("a")
        page.wait_for_url(lambda url, was=before: url != was)
    done = _now(folder, letter)
    assert {box.verdict for box in done.boxes} == {"accept"} and set(done.page_reviews) == {1, 2}
    with Case.open(folder) as case:
        assert redacting.obstacles(case, done) == ()
    expect(page.locator("code", has_text="fairwitness redact make")).to_be_visible()
    opened.check()


@pytest.mark.slow
def test_a_box_is_drawn_by_keys_and_by_mouse(browser: Browser, client: Client, folder: Path, letter: Redaction) -> None:
    opened = watched(browser, client)
    page = opened.go(f"/redactions/{letter.id}?page=1")
    page.keyboard.press("x")
    expect(page.locator(".sheet .drawn")).to_be_visible()
    left = int(page.locator("#x0").input_value())
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert int(page.locator("#x0").input_value()) == left - 16 + 1
    page.keyboard.press("Enter")
    page.wait_for_url("**box=**")
    drawn = next(box for box in _now(folder, letter).boxes if box.box.found_by == "hand")
    assert f":r{left - 15}," in drawn.box.place and drawn.by == "tern"
    expect(page.locator(".current")).to_contain_text("You added it")
    page.locator("[data-draw]").click()
    place = page.locator(".sheet").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 20, place["y"] + 300)
    page.mouse.down()
    page.mouse.move(place["x"] + 120, place["y"] + 330, steps=3)
    page.mouse.up()
    assert abs(int(page.locator("#x1").input_value()) - 120 * 1653 / place["width"]) < 4
    page.keyboard.press("Escape")
    opened.check()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, marks=pytest.mark.slow),
        pytest.param({"color_scheme": "dark"}, marks=pytest.mark.slow),
        {"viewport": {"width": 380, "height": 800}},
    ],
)
def test_the_pages_are_accessible_and_fit(
    browser: Browser, client: Client, letter: Redaction, options: dict[str, object]
) -> None:
    opened = watched(browser, client, **options)
    for path in (f"/redactions/{letter.id}?page=1&box={letter.boxes[0].id}", "/redactions"):
        page = opened.go(path)
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.check()
