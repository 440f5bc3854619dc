"""Setting a list up in a browser: by forms, as TOML, and on the grid by keyboard; and making its rows."""

from __future__ import annotations

import html
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from fairwitness.case.case import Case
from fairwitness.core.tables import PageTables, Table, TableCell
from fairwitness.lists.setup import Setup, parse_setup
from fairwitness.work.cell_places import found_edges
from fairwitness.work.kept_lists import kept_list, lists_of
from tests.web.conftest import watched
from tests.web.desk_case import Known
from tests.web.pages.test_desk import known as known
from tests.web.pages.test_desk import made_desk as made_desk
from tests.web.pages.test_desk import sign
from tests.web.serving import Client, serving
from tests.work.support import open_quietly


@pytest.fixture(scope="module")
def folder(made_desk: tuple[Path, dict[str, Known]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(made_desk[0], tmp_path_factory.mktemp("setup") / "case"))


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with serving(folder) as opened:
        sign(opened, "heron")
        yield opened


def setup_in(folder: Path, name: str) -> Setup:
    with Case.open(folder) as case:
        return parse_setup(kept_list(case, name).setup)


def version(client: Client, path: str) -> str:
    text = client.ask(path).text
    return text.partition('name="version" value="')[2].partition('"')[0]


def test_columns_are_named_by_a_form_and_stand_in_the_toml(
    client: Client, folder: Path, known: dict[str, Known]
) -> None:
    path = f"/desk/{known['Hani'].id}/setup"
    csrf = client.ask(path).csrf
    fields = {"name-0": "serial", "title-0": "序号", "kind-0": "number", "script-0": "digits"}
    fields |= {"name-1": "place", "kind-1": "code", "codes-1": "东\r\n西", "keying-1": "review", "personal-1": "yes"}
    pages = "\n".join(str(one) for one in setup_in(folder, known["Hani"].id).pages)
    sent = client.send(path, csrf, do="columns", version=version(client, path), keying="double", pages=pages, **fields)
    assert sent.status == 303
    setup = setup_in(folder, known["Hani"].id)
    assert [(one.name, one.kind, one.codes, one.personal) for one in setup.columns] == [
        ("serial", "number", (), False),
        ("place", "code", ("东", "西"), True),
    ]
    assert setup.keyed == (("place", "review"),)
    assert 'name = "place"' in html.unescape(client.ask(path).text)
    assert client.ask(f"{path}.toml").text.startswith("[list]")
    stale = client.send(path, csrf, do="toml", toml="[list]\n", version="0" * 64)
    assert stale.status == 400 and "changed" in stale.text


def test_what_is_wrong_with_a_set_up_is_said_with_its_line_and_nothing_typed_is_lost(
    client: Client, folder: Path, known: dict[str, Known]
) -> None:
    path = f"/desk/{known['Read'].id}/setup"
    csrf = client.ask(path).csrf
    wrong = '[list]\nname = "x"\n[[column]]\nname = "No Good"\n'
    sent = client.send(path, csrf, do="toml", toml=wrong, version=version(client, path))
    assert sent.status == 400
    text = html.unescape(sent.text)
    assert "line 4" in text and 'name = "No Good"' in text
    assert setup_in(folder, known["Read"].id).keying == "review"


def test_corrections_are_added_and_taken_back(client: Client, folder: Path, known: dict[str, Known]) -> None:
    path = f"/desk/{known['Read'].id}/setup"
    csrf = client.ask(path).csrf
    one, two = list(known["Read"].truth)[:2]
    sent = client.send(path, csrf, do="correct", kind="merge", places=f"{one} {two}", version=version(client, path))
    assert sent.status == 303
    assert setup_in(folder, known["Read"].id).corrections[0].places == (one, two)
    assert one in client.ask(path).text
    client.send(path, csrf, do="uncorrect", at="0", version=version(client, path))
    assert setup_in(folder, known["Read"].id).corrections == ()


def test_edges_are_moved_taken_away_and_added_by_keyboard(
    browser: Browser, client: Client, folder: Path, known: dict[str, Known]
) -> None:
    opened = watched(browser, client)
    page = opened.go(f"/desk/{known['Arab'].id}/setup")
    page.wait_for_load_state("networkidle")
    page.locator("#edges").fill("100, 300, 500, 900")
    page.keyboard.press("Shift+Tab")
    page.locator("g.edge").nth(3).focus()
    page.locator("g.edge").nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#edges")).to_have_value("100, 309, 500, 900")
    page.keyboard.press("+")
    expect(page.locator("#edges")).to_have_value("100, 309, 405, 500, 900")
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    expect(page.locator("#edges")).to_have_value("100, 309, 405, 900")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuenow')") == "900"
    paper = page.locator(".sheet").bounding_box()
    grip = page.locator("g.edge").nth(0).locator("line").first.bounding_box()
    assert paper is not None and grip is not None
    page.locator("g.edge").nth(0).scroll_into_view_if_needed()
    box = page.locator("svg[role=group]").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.1 * box["width"], max(box["y"], 60) + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], y, steps=4)
    page.mouse.up()
    first = int(page.locator("#edges").input_value().split(",")[0])
    assert abs(first - 200) <= 2
    page.locator("#edges").press("Enter")
    page.wait_for_load_state("networkidle")
    layout = setup_in(folder, known["Arab"].id).layout
    assert layout is not None and layout.columns == (first, 309, 405, 900)
    page.context.close()
    opened.check()


def test_edges_that_were_found_count_on_the_level_page() -> None:
    """A page that must be turned by 270 degrees: its upper edge comes to the left, and its right edge to the top."""
    cells = (TableCell(0, 0, box=(100, 0, 200, 100)), TableCell(0, 1, box=(100, 100, 200, 400)))
    page = PageTables(1, (Table("ruled", (100, 0, 200, 400), 1, 2, cells),), (), 1000, 500, 200, 270)
    assert found_edges(page) == ((0, 200, 800), (800, 900))
    assert found_edges(PageTables(1)) == ((), ())


@pytest.mark.slow
def test_a_list_is_made_of_a_document_with_one_button(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    rows = "".join(f"{n},Harbour {n % 3},2017-03-{n:02}\n" for n in range(1, 13))
    (tmp_path / "leak" / "register.csv").write_text(rows, "utf-8")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case") as case:
        digest = next(found.document for found in case.queries.finds() if found.name == b"register.csv")
    with serving(tmp_path / "case") as client:
        csrf = sign(client, "heron")
        assert "Make a list of its tables" in client.ask(f"/documents/{digest}").text
        made = client.send(f"/desk/from/{digest}", csrf)
        assert made.status == 303
        path = made.headers["location"]
        for _ in range(600):
            text = client.ask(f"{path}/run").text
            if "hx-trigger" not in text:
                break
            time.sleep(0.1)
        assert "The rows are made" in text
        assert "<b>12</b> rows" in client.ask(path).text
        again = client.send(f"/desk/from/{digest}", csrf)
        assert again.headers["location"] != path
    with Case.open(tmp_path / "case") as case:
        assert {one.name for one in lists_of(case)} == {"register.csv", "register.csv 2"}
