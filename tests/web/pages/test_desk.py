"""The list desk in a browser: reviewing, entering blind and adjudicating by keyboard, and by forms alone."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.work.agreeing import agreement_of
from fairwitness.work.auditing import audit_of
from fairwitness.work.cell_entries import CellState
from fairwitness.work.checking_lists import check_list
from fairwitness.work.kept_lists import kept_list, list_data
from fairwitness.work.keying import Desk, enter
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.web.conftest import Watched, until, watched
from tests.web.desk_case import Known, desk_case
from tests.web.serving import Client, serving


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Known]]:
    return desk_case(tmp_path_factory.mktemp("desk"), rows=6)


@pytest.fixture
def folder(made_desk: tuple[Path, dict[str, Known]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_desk[0], tmp_path / "case"))


@pytest.fixture(scope="session")
def known(made_desk: tuple[Path, dict[str, Known]]) -> dict[str, Known]:
    return made_desk[1]


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with serving(folder) as opened:
        yield opened


@pytest.fixture
def worker(browser: Browser, client: Client) -> Iterator[Watched]:
    sign(client, "tern")
    opened = watched(browser, client)
    yield opened
    opened.page.context.close()
    opened.check()


def sign(client: Client, name: str) -> str:
    """The token of the session, which signs so from now on."""
    csrf = client.ask("/signature").csrf
    client.send("/signature", csrf, by=name)
    return csrf


def state_in(folder: Path, known: Known, cell: str) -> CellState:
    with Case.open(folder) as case:
        return Desk(case, kept_list(case, known.id)).state(cell)


def at_card(page: Page) -> str:
    """The cell of the card that is seen."""
    return page.locator("form.work-card:not([hidden])").get_attribute("data-cells") or ""


def saved(page: Page) -> None:
    until(page, "document.querySelector('desk-work').waiting === 0")


def ready(page: Page) -> Page:
    until(
        page, "document.querySelectorAll('form.work-card').length > 1 && !!document.querySelector('desk-work').saving"
    )
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.slow
def test_the_picture_of_a_cell_holds_its_pixels(client: Client, known: dict[str, Known], folder: Path) -> None:
    for one in known.values():
        for cell in list(one.truth)[::11]:
            answer = client.ask(f"/desk/crop/{quote(cell, safe=':,@')}?close=1")
            assert answer.status == 200 and answer.headers["content-type"].startswith("image/")
            picture = np.asarray(Image.open(io.BytesIO(answer.body)).convert("RGB")).astype(int)
            rows, columns = np.where(np.abs(picture - (181, 84, 26)).sum(axis=2) < 12)  # the line around the cell
            inside = picture[rows.min() + 3 : rows.max() - 2, columns.min() + 3 : columns.max() - 2, 1]
            cite = parse_any_cite(cell)
            assert isinstance(cite, RegionCite)
            with Case.open(folder) as case, case.objects.open(case.queries.document_starting(cite.document)) as file:
                page = Image.open(io.BytesIO(file.read())).convert("RGB")
            wanted = np.asarray(page.crop((cite.x0, cite.y0, cite.x1, cite.y1))).astype(int)[..., 1]
            assert inside.shape == wanted.shape
            assert np.abs(inside - wanted).mean() < 2, "the picture holds the cell, pixel by pixel"


def test_whoever_enters_blind_gets_nothing_that_anybody_read(
    client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Hani"]
    secret = {text for text in one.read.values() if len(text) >= 4} | {"口"}
    other = next(iter(one.truth))
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        enter(case, kept, other, "heron", "key", "text", "写入的密文")
        secret -= {code for column in list_data(case, kept).columns for code in column.codes}  # whoever enters chooses
    secret.add("写入的密文")
    sign(client, "tern")
    base = f"/desk/{one.id}"
    paths = [f"{base}/key", f"{base}/key?view=row", f"{base}/key?order=rows", f"{base}/key/cards?n=10", base]
    paths += [f"{base}/key/cards?cell={quote(cell, safe=':,@')}" for cell in list(one.truth)[:3]]
    paths += [f"{base}/rows", "/desk", "/log", "/log?show=all"]
    linked: set[str] = set()
    for path in paths:
        answer = client.ask(path)
        assert answer.status == 200
        text = html.unescape(answer.text)
        assert not [word for word in secret if word in text or word in text.replace("\n", "")], path
        if "/key" in path:
            linked |= {
                html.unescape(found) for found in re.findall(r'(?:href|src|action|data-\w+)="(/[^"]+)"', answer.text)
            }
    reached = {path for path in linked if not path.startswith(("/static", "/documents/", "/desk/crop/"))}
    assert reached, "links of the page itself are followed too"
    for path in reached - {"/", "/search"}:
        text = html.unescape(client.ask(path).text)
        assert not [word for word in secret if word in text], path
    images = [path for path in linked if path.startswith(("/documents/", "/desk/crop/"))]
    assert images and all(client.ask(path).headers["content-type"].startswith("image/") for path in images)


def test_a_review_by_keyboard_accepts_corrects_says_and_takes_back(
    worker: Watched, known: dict[str, Known], folder: Path
) -> None:
    one = known["Read"]
    page = ready(worker.go(f"/desk/{one.id}/review"))
    first = at_card(page)
    assert one.read[first] != one.truth[first], "doubtful cells come first"
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(one.truth[first])
    page.keyboard.press("Enter")
    second = at_card(page)
    assert second != first
    page.keyboard.press("i")
    third = at_card(page)
    assert one.read[third] != one.truth[third]
    page.keyboard.press("1")  # what else it may say
    fourth = at_card(page)
    page.keyboard.press("Enter")
    fifth = at_card(page)
    page.keyboard.press("x")
    page.keyboard.press("u")
    saved(page)
    until(page, f"document.querySelector('form.work-card:not([hidden])').dataset.cells === '{fifth}'")
    page.keyboard.press("Alt+b")
    saved(page)
    expect(page.locator("[data-left-count]")).to_have_text(str(len(one.truth) - 5))
    states = {cell: state_in(folder, one, cell) for cell in (first, second, third, fourth, fifth)}
    assert [state.status for state in states.values()] == ["reviewed"] * 5
    values = [state.value for state in states.values()]
    told = [(value.state, value.text) for value in values if value is not None]
    assert told == [
        ("text", one.truth[first]),
        ("illegible", ""),
        ("text", one.truth[third]),
        ("text", one.read[fourth]),
        ("blank", ""),
    ]
    assert {value.prefilled for value in values if value is not None} == {"made-up"}, "what was shown is marked"
    with Case.open(folder) as case:
        assert verify(case, Progress(None)).is_sound


def test_the_next_card_is_there_at_once_with_its_picture(worker: Watched, known: dict[str, Known]) -> None:
    page = ready(worker.go(f"/desk/{known['Read'].id}/review"))
    until(page, "[...document.querySelectorAll('.work-card img')].every((image) => image.complete)")
    took = page.evaluate(
        """() => { const start = performance.now();
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        const card = document.querySelector('form.work-card:not([hidden])'), image = card.querySelector('img');
        const height = image.getBoundingClientRect().height;
        return [performance.now() - start, image.complete && image.naturalHeight > 0 && height > 10]; }"""
    )
    assert took[1] is True
    assert took[0] < 50
    saved(page)


@pytest.mark.slow
def test_cells_are_moved_through_enlarged_and_gone_to_by_key(worker: Watched, known: dict[str, Known]) -> None:
    page = ready(worker.go(f"/desk/{known['Read'].id}/review?order=rows"))
    first = at_card(page)
    page.keyboard.press("j")
    second = at_card(page)
    assert second != first
    page.keyboard.press("ArrowUp")
    assert at_card(page) == first
    page.keyboard.press("z")
    expect(page.locator("form.work-card:not([hidden]) img")).to_have_attribute("src", re.compile("close=1$"))
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**row=3**")
    expect(page.locator("form.work-card:not([hidden]) h2")).to_contain_text("Row 3")
    ready(page)
    page.keyboard.press("r")
    page.wait_for_url("**view=row**")
    ready(page)
    expect(page.locator("form.work-card:not([hidden]) textarea")).to_have_count(12)
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()


@pytest.mark.slow
def test_a_row_is_reviewed_with_one_key(worker: Watched, known: dict[str, Known], folder: Path) -> None:
    one = known["Read"]
    page = ready(worker.go(f"/desk/{one.id}/review?order=rows&view=row"))
    cells = at_card(page).split(" ")
    assert len(cells) == 12
    page.keyboard.press("Enter")
    saved(page)
    for cell in cells:
        value = state_in(folder, one, cell).value
        assert value is not None and value.text == one.read[cell]


def test_nothing_typed_is_lost_while_the_server_cannot_be_reached(
    browser: Browser, client: Client, known: dict[str, Known], folder: Path
) -> None:
    sign(client, "tern")
    opened = watched(browser, client)
    page = ready(opened.go(f"/desk/{known['Hani'].id}/key"))
    fails = [2]

    def refuse(route: Route) -> None:
        fails[0] -= 1
        if fails[0] >= 0:
            route.abort()
        else:
            route.continue_()

    page.route("**/enter", refuse)
    first = at_card(page)
    page.keyboard.insert_text("第一")
    page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_be_visible()
    second = at_card(page)
    assert second not in ("", first), "one goes on meanwhile"
    page.keyboard.insert_text("第二")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    for cell, text in ((first, "第一"), (second, "第二")):
        assert [entry.text for entry in state_in(folder, known["Hani"], cell).entries] == [text]
    page.context.close()
    assert all("ERR_FAILED" in said for said in opened.complaints)


@pytest.mark.slow
def test_what_the_server_refuses_comes_back_with_what_was_typed(
    worker: Watched, known: dict[str, Known], folder: Path
) -> None:
    one = known["Hani"]
    page = ready(worker.go(f"/desk/{one.id}/key"))
    first = at_card(page)
    with Case.open(folder) as case:  # in another window
        enter(case, kept_list(case, one.id), first, "tern", "key", "text", "一")
    page.keyboard.insert_text("二")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("in the meantime")
    assert at_card(page) == first
    expect(page.locator("form.work-card:not([hidden]) textarea")).to_have_value("二")
    page.locator("form.work-card:not([hidden]) textarea").fill("")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("field is empty")
    assert at_card(page) == first


def test_keys_of_an_input_method_are_left_alone(worker: Watched, known: dict[str, Known], folder: Path) -> None:
    """A real composition: Enter and Escape end it and neither saves nor leaves the field."""
    one = known["Hani"]
    page = ready(worker.go(f"/desk/{one.id}/key"))
    first = at_card(page)
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "zhang", "selectionStart": 5, "selectionEnd": 5})
    assert page.evaluate("document.activeElement.value") == "zhang"
    for key, code in (("Enter", 13), ("Escape", 27), ("b", 66)):
        event = {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": code}
        session.send("Input.dispatchKeyEvent", event)
    assert at_card(page) == first
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    session.send("Input.insertText", {"text": "张"})
    assert page.evaluate("document.activeElement.value") == "张"
    page.keyboard.press("Enter")
    saved(page)
    assert [entry.text for entry in state_in(folder, one, first).entries] == ["张"]


def test_an_adjudicator_sees_the_picture_first_and_no_names(
    browser: Browser, client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Arab"]
    cells = [cell for cell, text in one.truth.items() if len(text) > 5][:2]
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        for cell in cells:
            enter(case, kept, cell, "heron", "key", "text", one.truth[cell])
            enter(case, kept, cell, "plover", "key", "text", one.truth[cell][:-2])
    sign(client, "gull")
    opened = watched(browser, client)
    page = opened.go(f"/desk/{one.id}/adjudicate")
    page.wait_for_load_state("networkidle")
    first = at_card(page)
    assert first in cells
    content = page.content()
    assert not [text for text in (one.truth[cells[0]][:-2], one.truth[cells[1]][:-2]) if text in content]
    page.keyboard.press("Space")
    until(page, "document.querySelectorAll('form.work-card:not([hidden]) .picks button').length === 2")
    content = page.content()
    assert one.truth[first] in content and "heron" not in content and "plover" not in content
    right = page.locator("form.work-card:not([hidden]) .picks button").all_inner_texts()
    number = next(at for at, text in enumerate(right, 1) if text.strip().endswith(one.truth[first]))
    page.keyboard.press(f"Alt+{number}")
    saved(page)
    state = state_in(folder, one, first)
    assert state.status == "adjudicated" and state.value is not None and state.value.text == one.truth[first]
    page.context.close()
    opened.check()


def test_without_scripts_a_card_is_a_form(
    browser: Browser, client: Client, known: dict[str, Known], folder: Path
) -> None:
    opened = watched(browser, client, java_script_enabled=False)
    page = opened.go(f"/desk/{known['Arab'].id}/key")
    page.locator("#sign-by").fill("tern")
    page.get_by_role("button", name="Sign and go on").click()
    first = at_card(page)
    card = page.locator("form.work-card:not([hidden])")
    card.locator("textarea").fill("ئالىم")
    card.get_by_role("button", name="Keep").click()
    second = at_card(page)
    assert second != first
    assert [entry.text for entry in state_in(folder, known["Arab"], first).entries] == ["ئالىم"]
    card.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert").filter(has_text="empty")).to_be_visible()
    assert at_card(page) == second
    page.get_by_role("button", name="Undo").click()
    assert at_card(page) == first
    assert not state_in(folder, known["Arab"], first).entries
    page.context.close()
    opened.complaints.clear()


@pytest.mark.slow
def test_who_saw_a_proposal_cannot_enter_blind_any_more(client: Client, known: dict[str, Known], folder: Path) -> None:
    one = known["Read"]
    cell = next(iter(one.truth))
    csrf = sign(client, "tern")
    path = f"/desk/{one.id}/enter"
    sent = client.send(path, csrf, mode="review", cell=cell, state="accept", text=one.read[cell], replaces="")
    assert sent.status == 303
    again = client.send(path, csrf, mode="key", cell=cell, state="accept", text="x", replaces="")
    assert again.status >= 400 and "seen" in again.text
    body = json.dumps([entry.mode for entry in state_in(folder, one, cell).entries])
    assert body == '["review"]'
    assert client.send(path, csrf, mode="fly", cell=cell, state="accept", text="x", replaces="").status == 404
    assert client.send(path, csrf, mode="review", state="accept").status == 400


def test_the_log_leads_from_an_entry_to_its_list_and_does_not_say_what_was_entered(
    client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Hani"]
    with Case.open(folder) as case:
        enter(case, kept_list(case, one.id), next(iter(one.truth)), "heron", "key", "text", "写入的密文")
    for path in ("/log", "/log?show=all"):
        text = html.unescape(client.ask(path).text)
        assert "heron" in text and "写入的密文" not in text
    first = client.ask("/log").text.split("</li>")[0]
    assert f'href="/desk/{one.id}"' in first and "entered a cell" in first


def test_two_groups_share_the_rows_and_stay_with_their_part(client: Client, known: dict[str, Known]) -> None:
    base = f"/desk/{known['Hani'].id}/key"
    sign(client, "tern")
    left = []
    for part in ("", "1/2", "2/2", "9/2"):
        text = client.ask(f"{base}?part={part}").text
        found = re.search(r"data-left-count>([0-9,]+)<", text)
        assert found is not None
        left.append(int(found[1].replace(",", "")))
        assert (f'name="part" value="{part}"' in text) == (part in ("1/2", "2/2"))  # other forms keep it
    assert 0 < left[1] < left[0] and left[1] + left[2] == left[0] == left[3]


@pytest.mark.slow
def test_rows_lead_to_their_pixels_and_hide_what_is_to_be_entered(
    client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Hani"]
    cell = next(cell for cell, text in one.truth.items() if len(text) > 6)
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        for person in ("heron", "plover"):
            enter(case, kept, cell, person, "key", "text", one.truth[cell])
    text = html.unescape(client.ask(f"/desk/{one.id}/rows").text)
    assert one.truth[cell].replace("\n", "") in text.replace("\n", "")
    assert text.count("two agree</span>") == 1
    assert f"cite={cell}" in text
    for address in re.findall(r'href="(/documents/[^"]+cite=[^"]+)"', text)[:3]:
        assert 'class="region"' in client.ask(address).text
    assert "0 rows" in client.ask(f"/desk/{one.id}/rows?status=conflict").text
    assert client.ask("/desk/nothing").status == 404


def test_an_audit_is_drawn_entered_and_made_part_of_the_list(
    client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Read"]
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        for cell, text in one.truth.items():
            enter(case, kept, cell, "heron", "review", "text" if text else "blank", text, "made-up")
    csrf = sign(client, "tern")
    assert "Draw a new sample" in client.ask(f"/desk/{one.id}/quality").text
    assert client.send(f"/desk/{one.id}/audits", csrf, do="begin", cells="12").status == 303
    page = f"/desk/{one.id}/audit"
    wrong = 0
    for at in range(100):
        text = html.unescape(client.ask(page).text)
        assert not [word for word in one.truth.values() if len(word) > 8 and word in text], "an audit is blind too"
        found = re.search(r'data-cells="([^"]+)"', text)
        if found is None:
            break
        truth = one.truth[found[1]]
        said = {"state": "accept", "text": truth} if truth else {"state": "blank", "text": ""}
        if at == 3:
            said, wrong = {"state": "illegible", "text": ""}, wrong + 1
        sent = client.send(f"/desk/{one.id}/enter", csrf, mode="audit", cell=found[1], replaces="", **said)
        assert sent.status == 303
    with Case.open(folder) as case:
        audit = audit_of(case, kept_list(case, one.id))
    assert audit.is_done and audit.overall.wrong == wrong == 1
    assert client.send(f"/desk/{one.id}/audits", csrf, do="attach").status == 303
    assert "part of the list" in client.ask(f"/desk/{one.id}/quality").text
    with Case.open(folder) as case:
        assert audit_of(case, kept_list(case, one.id)).attached


@pytest.mark.slow
def test_contradictions_and_agreement_are_shown_with_their_cells(
    client: Client, known: dict[str, Known], folder: Path
) -> None:
    one = known["Hani"]
    cells = [cell for cell, text in one.truth.items() if text in ("男", "女")]
    with Case.open(folder) as case:
        kept = kept_list(case, one.id)
        for at, cell in enumerate(cells):
            enter(case, kept, cell, "heron", "key", "text", one.truth[cell])
            enter(case, kept, cell, "plover", "key", "text", one.truth[cell] if at else "x")
        percent = next(found for found in agreement_of(Desk(case, kept)) if found.cells).percent.value
        broken = check_list(Desk(case, kept)).violations
    assert percent == pytest.approx((len(cells) - 1) / len(cells))
    text = html.unescape(client.ask(f"/desk/{one.id}/quality").text)
    assert f"{percent:.3f}" in text
    assert broken and "to be entered blind" in text
    assert broken[0].cells[0] not in text, "what the machine read is nothing for who enters the cell"
    with Case.open(folder) as case:
        seen = check_list(Desk(case, kept_list(case, known["Read"].id))).violations
    text = html.unescape(client.ask(f"/desk/{known['Read'].id}/quality").text)
    assert f"{len(seen)} contradiction" in text and "to be entered blind" not in text
    assert seen[0].cells[0] in text


def test_the_order_in_which_cells_are_entered_blind_does_not_say_what_the_machine_doubts(
    client: Client, known: dict[str, Known]
) -> None:
    sign(client, "tern")
    page = client.ask(f"/desk/{known['Hani'].id}/key?order=doubtful").text
    shown = [found.split()[0] for found in re.findall(r'data-cells="([^"]+)"', page)]
    inside = [cell for cell in known["Hani"].truth if cell in shown]
    assert len(shown) > 1 and shown == inside
    assert 'id="order"' not in page and 'id="order"' in client.ask(f"/desk/{known['Hani'].id}/review").text


def test_the_page_of_a_list_leads_first_to_what_its_set_up_wants(client: Client, known: dict[str, Known]) -> None:
    for name, mode in (("Hani", "key"), ("Read", "review")):
        page = client.ask(f"/desk/{known[name].id}").text
        assert re.findall(r'class="button main" href="/desk/[0-9a-f]+/(\w+)"', page) == [mode]
