"""The search page: by address alone, by keyboard, and while somebody types."""

from __future__ import annotations

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, expect

from fairwitness.case.case import Case
from fairwitness.search.query import parse
from fairwitness.web.pages._query_help import HELP
from fairwitness.work.wanted import wishes
from tests.web.conftest import Watched, watched
from tests.web.serving import Client
from tests.web.test_pages import violations


def shown(body: str) -> list[str]:
    """Names of the documents of an answer, in order."""
    return [
        html.unescape(re.sub(r"<[^>]+>", "", name)) for name in re.findall(r'class="to-document"[^>]*>(.*?)</a>', body)
    ]


def total(body: str) -> int:
    found = re.search(r'class="count"><strong>([\d,]+) page', body)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("query", [query for _, examples in HELP for query, _ in examples])
def test_every_example_of_the_help_is_answered(room: Client, query: str) -> None:
    parse(query)
    assert room.ask(f"/search?{urlencode({'q': query})}").status == 200


def test_an_answer_names_its_documents_with_hits_marked_and_what_was_not_searched(room: Client) -> None:
    body = room.ask("/search?q=su").text
    assert shown(body)
    assert "<mark>" in body
    assert re.search(r"Searched .*pages", body)
    assert 'href="/failures"' in body


def test_filters_in_the_address_narrow_and_can_be_taken_away(room: Client) -> None:
    whole = room.ask("/search").text
    types = re.findall(r'href="(/search\?f=type%3A[^"]+)"', whole)
    assert types
    answer = room.ask(html.unescape(types[0])).text
    assert total(answer) > 0
    chips = re.findall(r'class="chip" href="([^"]+)"', answer)
    assert chips == ["/search"]


def test_each_count_beside_an_answer_is_that_of_the_answer_behind_it(room: Client) -> None:
    body = room.ask("/search?q=" + quote("su OR вода OR 环境 OR report")).text
    links = re.findall(
        r'<a id="[^"]*" href="([^"]+)"[^>]*class="choice"[^>]*>.*?class="pages soft">([\d,]+)<', body, re.DOTALL
    )
    assert len(links) > 8
    for href, pages in links:
        assert total(room.ask(html.unescape(href)).text) == int(pages.replace(",", "")), href


def test_the_place_of_a_mistake_is_shown(room: Client) -> None:
    answer = room.ask("/search?q=" + quote('отчёт OR "вода'))
    assert answer.status == 400
    assert "this quote is not closed" in answer.text
    assert re.search(r'data-position="9">отчёт OR <mark>&#34;</mark>вода</code>', answer.text)


def test_a_filter_that_is_none_says_so(room: Client) -> None:
    answer = room.ask("/search?q=su&f=nothing")
    assert answer.status == 400
    assert "a filter is one field with its value" in answer.text


def test_nothing_found_is_explained(room: Client) -> None:
    body = room.ask("/search?q=" + quote("zzzqqq su")).text
    assert "No page matches." in body
    assert "zzzqqq" in body and "Each part of the query alone" in body


def test_somebody_who_types_keeps_the_answer_until_the_query_can_be_understood(reader: Watched) -> None:
    page = reader.go("/search?q=su")
    before = page.locator(".to-document").count()
    page.locator("#q").press_sequentially(' "unfini')
    page.wait_for_selector("#problem .note")
    assert page.locator(".to-document").count() == before > 0
    page.locator("#q").fill("report")
    expect(page).to_have_url(re.compile("q=report"))
    expect(page.locator("#problem .note")).to_have_count(0)
    expect(page.locator("mark").first).to_have_text(re.compile("report", re.IGNORECASE))
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_a_hit_is_reached_and_opened_by_keys_alone(reader: Watched) -> None:
    page = reader.go("/search")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("report OR 环境")
    page.keyboard.press("Enter")
    page.wait_for_selector(".to-document")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.closest('.document').dataset.document")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.document').dataset.document") == first
    href = page.evaluate("document.activeElement.getAttribute('href')")
    assert first in href


def test_a_filter_is_chosen_without_a_new_page_and_back_undoes_it(reader: Watched) -> None:
    page = reader.go("/search?q=su+OR+report")
    before = page.locator(".count").inner_text()
    page.evaluate("window.same = true")
    page.locator(".choice").nth(1).focus()
    chosen = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    expect(page.locator(f"#{chosen}")).to_be_focused()
    assert page.evaluate("window.same") is True
    assert "f=" in page.url
    page.locator("#q").fill("su OR вода")
    page.locator("#q").press("Enter")
    expect(page).to_have_url(re.compile("%D0"))
    assert "f=" in page.url
    page.go_back()
    page.go_back()
    expect(page).not_to_have_url(re.compile("f="))
    expect(page.locator(".count")).to_have_text(before)


@pytest.mark.parametrize("text", ["type:pdf", 'type:"pdf"', "type:PDF"])
def test_a_filter_is_seen_as_chosen_however_it_is_written(room: Client, text: str) -> None:
    body = room.ask(f"/search?f={quote(text)}").text
    chosen = re.findall(r'<a id="[^"]*" href="([^"]+)"[^>]*class="choice chosen"', body)
    assert chosen == ["/search"]


def test_without_javascript_one_searches_filters_pages_through_and_exports(browser: Browser, room: Client) -> None:
    opened = watched(browser, room, java_script_enabled=False)
    page = opened.go("/search")
    page.locator("#q").fill("环境 OR вода OR report OR su")
    page.get_by_role("button", name="Search").click()
    whole = page.locator(".count").inner_text()
    page.locator(".choice").first.click()
    page.locator(".chip").wait_for()
    assert page.locator(".chip").count() == 1
    assert page.locator(".count").inner_text() != whole
    page.locator(".chip").click()
    assert page.locator(".count").inner_text() == whole
    page.locator("#sort").select_option("path")
    page.get_by_role("button", name="Search").click()
    assert "sort=path" in page.url
    page.locator("#export > summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    assert download.value.suggested_filename == "hits.jsonl"
    page.locator("#export > summary").click()
    page.locator(".to-document").first.click()
    assert "/documents/" in page.url
    opened.page.context.close()


def test_many_questions_at_once_are_all_answered(room: Client) -> None:
    with ThreadPoolExecutor(40) as pool:
        asked = [f"/search?q={quote(f'环境 OR report OR {i}')}" for i in range(80)]
        assert {answer.status for answer in pool.map(room.ask, asked)} == {200}


def test_pages_of_an_answer_follow_one_another_in_each_order(room: Client) -> None:
    for sort in ("relevance", "path", "date", "newest", "trust", "document"):
        names: list[str] = []
        where = f"/search?f={quote('trust:[0 TO 1]')}&sort={sort}"
        while where:
            body = room.ask(where).text
            names += re.findall(r'data-document="([0-9a-f]{64})"', body)
            more = re.search(r'rel="next" href="([^"]+)"', body)
            where = html.unescape(more[1]) if more else ""
        assert len(names) == len(set(names)) > 10


@pytest.mark.parametrize("query", ["name:Yashil", "zzzz OR loose:ответ", "report* OR 环*护", "环境 trust<1"])
def test_what_explains_an_answer_can_be_used_by_everybody(reader: Watched, query: str) -> None:
    page = reader.go(f"/search?q={quote(query)}&f=date:2019")
    assert page.locator(".count").count() == 1
    assert violations(page) == []


def test_a_query_too_long_for_an_address_is_not_cut_but_refused(reader: Watched) -> None:
    page = reader.go("/search")
    page.locator("#q").fill("环境 " * 6000)
    page.locator("#q").press("Enter")
    assert page.evaluate("document.getElementById('q').validationMessage").startswith("This is too long")
    assert page.url.endswith("/search")


@pytest.mark.parametrize("start", ["999999", "-1", "x", "٣", "1" * 30])
def test_a_place_behind_the_answer_or_none_at_all_is_no_error(room: Client, start: str) -> None:
    answer = room.ask(f"/search?q=report&start={quote(start)}&sort=nothing&after=nothing")
    assert answer.status == 200
    assert bool(shown(answer.text)) == (start != "999999")


def test_a_cursor_that_is_none_is_told(room: Client) -> None:
    answer = room.ask("/search?q=report&sort=date&after=nothing")
    assert (answer.status, "This is no cursor of this order." in answer.text) == (400, True)


def test_pages_that_were_almost_hit_are_wished_for_once_the_reader_stays(room: Client, sample_case: Path) -> None:
    with Case.open(sample_case) as case:
        assert room.ask("/search?q=scan0017").status == 200
        until = time.monotonic() + 20
        while not wishes(case) and time.monotonic() < until:
            time.sleep(0.1)
        assert [page for _, page in wishes(case)] == [1]
