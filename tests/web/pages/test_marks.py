"""Marks, cites, findings and the log in a browser: by forms alone, by keyboard, and with who signed."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from fairwitness.case.case import Case
from fairwitness.web.app import PAGES
from fairwitness.work.findings import Finding, add_finding, change_finding, comment_on, findings_of
from fairwitness.work.marking import all_marks, mark, marks_of
from fairwitness.work.progress import Progress
from fairwitness.work.searching import CaseSearch
from fairwitness.work.verifying import verify
from tests.web.conftest import Watched, still, watched
from tests.web.serving import Answer, Client, serving

RUN = "<script>window.ran=1</script><img src=x onerror=window.ran=2>\u202e"


@pytest.fixture(scope="module")
def folder(sample_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("marks") / "case"
    shutil.copytree(sample_case, copied)
    return copied


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Client]:
    with serving(folder) as client:
        yield client


@pytest.fixture(scope="module")
def hit(folder: Path) -> dict[str, Any]:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        answer, node = searching.ask("环境保护 type:pdf")
        return searching.hit(node, answer.hits[0]).as_json()


def token(client: Client) -> str:
    return client.ask("/findings").csrf


def hidden(answer: Answer) -> dict[str, str]:
    """The fields that the page which asks for a signature carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    return {name: html.unescape(value) for name, value in found if name != "csrf"}


def findings_in(folder: Path) -> list[Finding]:
    with Case.open(folder) as case:
        return findings_of(case)


def test_who_has_not_signed_is_asked_once_and_the_act_is_done_then(folder: Path) -> None:
    with Case.open(folder) as case:
        document = next(r.document for r in case.queries.readings() if r.media_type == "message/rfc822")
    with serving(folder) as client:
        csrf = token(client)
        asked = client.send(f"/marks/{document}", csrf, star="yes", back="/marked")
        assert asked.status == 200
        assert hidden(asked) == {"star": "yes", "back": "/marked"}
        with Case.open(folder) as case:
            assert not marks_of(case, document).starred, "nothing is done unsigned"
        refused = client.send(f"/marks/{document}", csrf, by="\u202e", **hidden(asked))
        assert "cannot be a pseudonym" in refused.text
        done = client.send(f"/marks/{document}", csrf, by="heron", **hidden(asked))
        assert (done.status, done.headers["location"]) == (303, "/marked")
        again = client.send(f"/marks/{document}", csrf, tag="water")
        assert again.status == 303
    with Case.open(folder) as case:
        found = marks_of(case, document)
        assert (found.starred, found.tags) == (True, ("water",))
        assert {act.by for act in found.history} == {"heron"}
        assert verify(case, Progress(None)).is_sound


def test_every_mark_can_be_made_and_taken_back_with_forms_alone(
    server: Client, folder: Path, hit: dict[str, Any]
) -> None:
    document, csrf = hit["document"], token(server)
    path = f"/marks/{document}"
    for fields in (
        {"reviewed": "yes"},
        {"note": "Ask.\r\nTwice."},
        {"tag": " су "},
        {"tag": "gone"},
        {"untag": "gone"},
    ):
        assert server.send(path, csrf, by="tern", **fields).status == 303
    with Case.open(folder) as case:
        found = marks_of(case, document)
    assert (found.reviewed, found.note) == (True, "Ask.\nTwice.")
    assert "су" in found.tags and "gone" not in found.tags
    text = server.ask(path).text
    assert 'aria-pressed="true"' in text
    assert "Ask.\nTwice." in text
    assert "су" in server.ask("/marked").text
    assert server.ask("/marked?tag=nothing").status == 200
    assert document in server.ask("/marked?kind=reviewed").text


def test_a_fragment_comes_back_to_who_asks_for_one_and_says_what_is_wrong(server: Client, hit: dict[str, Any]) -> None:
    csrf = token(server)
    body = urlencode({"csrf": csrf, "by": "tern", "tag": "\u200b", "back": "/documents/x"}).encode()
    answer = server.ask(f"/marks/{hit['document']}", "POST", body, hx_request="true", hx_target="section#marks",
                        Content_Type="application/x-www-form-urlencoded", Origin=server.base,
                        Sec_Fetch_Site="same-origin")  # fmt: skip
    assert answer.status == 200
    assert "<html" not in answer.text
    assert 'id="marks"' in answer.text
    assert "cannot be the name of a tag" in answer.text
    assert 'name="back" value="/documents/x"' in answer.text


def test_documents_that_are_not_there_are_not_marked(server: Client) -> None:
    csrf = token(server)
    assert server.send("/marks/" + "0" * 64, csrf, by="tern", star="yes").status == 404
    assert server.ask("/marks/" + "0" * 64).status == 404
    assert server.ask("/marks/..%2f..").status == 404


def test_a_place_that_is_pointed_at_becomes_a_cite_that_can_be_copied(server: Client, hit: dict[str, Any]) -> None:
    csrf = token(server)
    x0, y0, x1, y1 = hit["boxes"][0]
    fields = {"document": hit["document"], "page": str(hit["page"])}
    made = server.send("/cites", csrf, region=f"{x0},{y0},{x1},{y1}", dpi=str(hit["dpi"]), **fields)
    assert made.status == 303
    shown = server.ask(made.headers["location"])
    assert "环境保护" in shown.text
    assert f"r{x0},{y0},{x1},{y1}@{hit['dpi']}" in shown.text
    start, end = re.search(r":c(\d+)-(\d+):", hit["cite"]).groups()  # type: ignore[union-attr]
    words = server.send("/cites", csrf, start=start, end=end, made_by=hit["cite"].rpartition(":")[2], **fields)
    assert words.headers["location"] == f"/cites/{hit['cite']}"
    page = server.ask(words.headers["location"]).text
    for form in ("footnote", "bibtex", "markdown", "csl-json"):
        saved = server.ask(f"/cites/{hit['cite']}/copy?form={form}")
        assert saved.headers["content-disposition"].startswith("attachment")
        assert hit["document"] in saved.text
        assert html.escape(saved.text.strip(), quote=True).replace("&#x27;", "&#39;")[:60].splitlines()[0] in page
    assert "found as" not in server.ask(f"/cites/{hit['cite']}/copy").text
    assert "found as" in server.ask(f"/cites/{hit['cite']}/copy?paths=1").text


@pytest.mark.parametrize(
    "fields", [{}, {"region": "1,2,3"}, {"region": "9,9,1,1", "dpi": "200"}, {"start": "5", "end": "1"}, {"start": "x"}]
)
def test_what_is_no_place_is_no_cite(server: Client, hit: dict[str, Any], fields: dict[str, str]) -> None:
    answer = server.send("/cites", token(server), document=hit["document"], page="1", **fields)
    assert answer.status == 400
    assert "Select words" in answer.text


def test_the_next_cite_is_offered_for_the_finding_that_the_last_one_went_to(folder: Path, hit: dict[str, Any]) -> None:
    with serving(folder) as client:
        csrf = token(client)
        assert "selected" not in client.ask(f"/cites/{hit['cite']}").text
        made = client.send("/findings", csrf, by="heron", sentence="Remembered.", cite=hit["cite"])
        name = made.headers["location"].rpartition("/")[2]
        assert f'value="{name}" selected' in client.ask(f"/cites/{hit['cite']}").text
        both = client.send("/findings", csrf, sentence="New words.", finding=name, cite=hit["cite"])
        assert (both.status, "Do one of the two" in both.text) == (400, True)


def test_a_cite_from_elsewhere_is_said_to_be_unknown(server: Client) -> None:
    assert server.ask("/cites/" + "ab" * 8 + ":p1:c0-3:" + "cd" * 4).status == 404
    assert server.ask("/cites/x").status == 404


def test_a_finding_is_written_checked_and_withdrawn_with_forms_alone(
    server: Client, folder: Path, hit: dict[str, Any]
) -> None:
    csrf = token(server)
    made = server.send("/findings", csrf, by="heron", sentence="Two registers.", cite=hit["cite"])
    path = made.headers["location"]
    assert (made.status, path[:10]) == (303, "/findings/")
    name = path.rpartition("/")[2]

    def one() -> Finding:
        return next(found for found in findings_in(folder) if found.id == name)

    server.send(path, csrf, by="tern", do="status", status="checked")
    assert (one().status, one().status_by) == ("checked", "tern")
    text = server.ask(path).text
    assert "checked by" in text and "tern" in text and "环境保护" in text
    stale = server.send(path, csrf, do="sentence", sentence="Three.", version="0" * 64)
    assert "in the meantime" in stale.text
    server.send(path, csrf, do="sentence", sentence="Three.", version=one().version)
    assert (one().status, one().sentence) == ("draft", "Three.")
    assert "changed since it was checked" in server.ask("/findings").text
    server.send(path, csrf, do="comment", comment="Sure?")
    server.send(path, csrf, do="take-back", comment=one().comments[0].id)
    server.send(path, csrf, do="remove", cite=hit["cite"])
    assert (one().comments, one().cites) == ((), ())
    assert server.send(path, csrf, do="add", cite="x").status == 400
    assert server.send(path, csrf, do="fly").status == 400
    server.send(path, csrf, do="status", status="withdrawn")
    assert one().status == "withdrawn"
    assert "Three." in server.ask("/findings?status=withdrawn").text
    assert "Three." not in server.ask("/findings/export?form=markdown").text
    assert server.ask("/findings/nothing").status == 404


def test_the_log_says_who_did_what_and_the_latest_first(server: Client, folder: Path, hit: dict[str, Any]) -> None:
    server.send(f"/marks/{hit['document']}", token(server), by="avocet", tag="log")
    acts = re.sub(r"<[^>]+>", " ", server.ask("/log").text)
    assert re.search(r"avocet\s+added the tag\s+log", acts)
    assert acts.index("avocet") == min(acts.find(name) for name in ("avocet", "heron", "tern") if name in acts)
    everything = server.ask("/log?show=all").text
    assert "judge" in everything and "intake" in everything
    with Case.open(folder) as case:
        assert case.queries.event_count() > 0
    assert server.ask("/log?before=x").status == 200
    assert server.ask("/log?show=all&before=5").text.count("<tr>") == 5


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.fixture(scope="module")
def written(folder: Path, hit: dict[str, Any]) -> str:
    """A finding with everything that a finding can have, some of it hostile."""
    with Case.open(folder) as case:
        one = add_finding(case, f"The canal {RUN}", RUN[:90].replace("\u202e", ""), [hit["cite"]])
        comment_on(case, one.id, RUN.replace("\u202e", ""), "tern")
        change_finding(case, one.id, "heron", status="checked")
        change_finding(case, one.id, "heron", sentence=f"The canal was closed. {RUN}")
        mark(case, hit["document"], "tern", tags=("<b>bold</b>",), note=RUN, starred=True)
    return one.id


@pytest.fixture
def person(browser: Browser, server: Client, written: str) -> Iterator[Watched]:
    opened = watched(browser, server)
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.base)
    yield opened
    opened.page.context.close()
    opened.check()


@pytest.mark.parametrize("direction", ["en", "ar-XB"])
def test_pages_with_marks_and_findings_are_for_everybody_and_run_nothing(
    person: Watched, hit: dict[str, Any], written: str, direction: str
) -> None:
    person.go(f"/machine?ui={direction}")
    paths = [f"/findings/{written}", f"/marks/{hit['document']}"]
    if direction == "en":
        paths += ["/findings", "/marked", "/log", "/log?show=all", f"/cites/{hit['cite']}?paths=1"]
    for path in paths:
        page = person.go(path)
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], path
        assert page.evaluate("window.ran") is None
        assert page.locator("h1").count() == 1
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    person.go("/machine?ui=en")


@pytest.mark.parametrize("place", ["/marks", "/documents"])
def test_a_document_is_marked_by_keyboard_alone(person: Watched, folder: Path, place: str) -> None:
    kind = "sheet" if place == "/marks" else "pdf"
    with Case.open(folder) as case:
        document = next(r.document for r in case.queries.readings() if r.media_type.endswith(kind))
        mark(case, document, "dunlin", starred=False, reviewed=False)  # whatever another test left
    page = person.go(f"{place}/{document}")
    page.keyboard.press("s")
    page.wait_for_selector("#sign-by, #mark-star[aria-pressed=true]")
    if page.locator("#sign-by").count():
        page.keyboard.type("plover")
        page.keyboard.press("Enter")
    page.wait_for_selector("#mark-star[aria-pressed=true]")
    page.keyboard.press("r")
    page.wait_for_selector("#mark-reviewed[aria-pressed=true]")
    page.keyboard.press("t")
    page.keyboard.type("by keyboard")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tag >> text=by keyboard")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type("A note.")
    page.keyboard.press("Control+Enter")
    page.locator(".acts", has_text="A note.").wait_for(state="attached")
    with Case.open(folder) as case:
        found = marks_of(case, document)
        assert (found.starred, found.reviewed, found.note) == (True, True, "A note.")
        assert "by keyboard" in found.tags
        assert document in all_marks(case).starred


def test_a_hit_is_cited_by_a_key_beside_its_page_and_added_to_a_finding(
    person: Watched, folder: Path, hit: dict[str, Any]
) -> None:
    with Case.open(folder) as case:
        add_finding(case, "Another finding, which is offered too.", "dunlin", ())
    page = person.go(f"/documents/{hit['document']}?page={hit['page']}&q=环境保护")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("c")
    page.wait_for_selector("#cited blockquote")
    assert page.locator("#cited blockquote").inner_text() == "环境保护"
    assert violations(page) == []
    still(page)
    page.locator("#cited-finding").evaluate("(offered) => offered.selectedIndex = offered.options.length - 1")
    page.locator("#cited-sentence").fill("Cited from its page.")
    page.locator("#cited form.add-to button.main").click()
    page.wait_for_selector("#sign-by, #cited [role=status]")
    if page.locator("#sign-by").count():
        page.keyboard.type("plover")
        page.keyboard.press("Enter")
    page.wait_for_selector("#cited [role=status]")
    one = next(found for found in findings_in(folder) if found.sentence == "Cited from its page.")
    assert one.cites == (hit["cite"],)
    page.keyboard.press("Escape")
    page.wait_for_selector(".cited", state="detached")
    page.locator("form#cite").evaluate("(form) => { form.elements.region.value = '1,2,3'; form.requestSubmit(); }")
    page.wait_for_selector("#cited [role=alert]")


def test_a_finding_is_written_and_copied_by_keyboard(person: Watched, folder: Path, hit: dict[str, Any]) -> None:
    page = person.go("/findings")
    page.keyboard.press("w")
    page.keyboard.type("Written by keyboard.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#sign-by, .one-finding")
    if page.locator("#sign-by").count():
        page.keyboard.type("plover")
        page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=Written by keyboard.")
    page.locator("#add-cite").fill(hit["cite"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".cite-list img")
    page.locator("copy-forms [data-copy]").first.click()
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Written by keyboard. (draft) [1]")
    assert hit["document"] in copied
    assert any(one.sentence == "Written by keyboard." for one in findings_in(folder))


def test_without_scripts_a_browser_writes_and_marks_all_the_same(
    browser: Browser, folder: Path, hit: dict[str, Any]
) -> None:
    with serving(folder) as client:
        opened = watched(browser, client, java_script_enabled=False)
        page = opened.go("/findings")
        page.locator("#new-sentence").fill("Written without scripts.")
        page.get_by_role("button", name="Write it down").click()
        page.locator("#sign-by").fill("dunlin")
        page.get_by_role("button", name="Sign and go on").click()
        assert page.locator("h1").inner_text() == "Written without scripts."
        page = opened.go(f"/marks/{hit['document']}")
        page.locator("#mark-tag").fill("no script")
        page.get_by_role("button", name="Add", exact=True).click()
        assert "no script" in page.locator(".tags").inner_text()
        opened.page.context.close()
        assert opened.complaints == []


def test_these_pages_are_part_of_the_server() -> None:
    paths = {route.path for module in PAGES for route in module.routes()}
    assert paths >= {"/findings", "/findings/{id}", "/cites", "/marks/{digest}", "/marked", "/log", "/signature"}
