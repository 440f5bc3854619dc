"""Lists: uploaded or pasted, answered line by line, kept in memory alone."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from pathlib import Path

import pytest

from tests.web.conftest import Watched
from tests.web.serving import Answer, Client
from tests.web.test_pages import violations
from tests.work.support import run_cli

LINES = "环境\nreport\n(\nnot anywhere\n=cmd|'/c calc'\nsu"


def upload(room: Client, name: str = "", data: bytes = b"", **fields: str) -> Answer:
    """The form, sent with a file as a browser without JavaScript sends it."""
    csrf = room.ask("/lists").csrf
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    parts.append(f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n'.encode())
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join(parts) + head + data + b"\r\n--x--\r\n"
    sent = {"Content_Type": "multipart/form-data; boundary=x", "Origin": room.base, "Sec_Fetch_Site": "same-origin"}
    return room.ask("/lists", "POST", body, **sent)


def done(room: Client, answer: Answer) -> str:
    """The address of the table once all lines are answered."""
    assert answer.status == 303, answer.text
    where = answer.headers["location"]
    for _ in range(600):
        if "every 2s" not in room.ask(where).text:
            return where
        time.sleep(0.1)
    raise AssertionError("it does not end")


def rows(body: str) -> list[tuple[str, str]]:
    """Text and pages of each line of the table."""
    found = re.findall(r'<th scope="row">(.*?)</th><td class="number">(.*?)</td>', body)
    return [(html.unescape(re.sub("<[^>]+>", "", text)), pages) for text, pages in found]


@pytest.mark.parametrize("pasted", [True, False])
def test_a_list_is_answered_as_the_command_line_answers_it(
    room: Client, sample_case: Path, tmp_path: Path, pasted: bool
) -> None:
    answer = upload(room, text=LINES, kind="query") if pasted else upload(room, "q.txt", LINES.encode(), kind="query")
    where = done(room, answer)
    (tmp_path / "q.txt").write_text(LINES, "utf-8")
    written = run_cli("batch", sample_case, tmp_path / "q.txt", "--as", "query", "--csv", "-", check=False).stdout
    table = room.ask(f"{where}.csv").text
    assert table.replace("\r\n", "\n") == written.replace("\r\n", "\n")
    assert [row["line"] for row in csv.DictReader(io.StringIO(table)) if row["problem"]] == ["3"]


def test_each_line_leads_to_its_search(room: Client) -> None:
    where = done(room, upload(room, text="环境\nreport", kind="phrase"))
    links = re.findall(r'<th scope="row"><a href="(/search[^"]+)"', room.ask(where).text)
    counts = [pages for _, pages in rows(room.ask(where).text)]
    assert len(links) == 2
    for link, pages in zip(links, counts, strict=True):
        assert f"<strong>{pages} page" in room.ask(html.unescape(link)).text


def test_the_table_can_be_sorted_and_cut_down(room: Client) -> None:
    where = done(room, upload(room, text=LINES, kind="query"))
    pages = [int(pages) for _, pages in rows(room.ask(f"{where}?sort=-pages").text) if pages]
    assert pages == sorted(pages, reverse=True) and len(pages) == 5
    assert [text for text, _ in rows(room.ask(f"{where}?show=bad").text)] == ["("]
    assert [text for text, _ in rows(room.ask(f"{where}?show=none").text)] == ["not anywhere", "=cmd|'/c calc'"]


def test_a_column_of_a_table_is_chosen_by_its_name(room: Client) -> None:
    where = done(room, upload(room, "names.csv", "id;Wort\n1;环境\n2;su\n".encode("utf-16"), column="Wort"))
    assert [text for text, _ in rows(room.ask(where).text)] == ["环境", "su"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \n# nothing\n"}, "There is no entry in this list."),
        ({"text": "a;b\n1;2", "column": "c"}, "The list has no column of that name."),
        ({"text": "x\n" * 100_001}, "more than 100,000 entries"),
    ],
)
def test_a_list_that_cannot_be_asked_says_why(room: Client, fields: dict[str, str], told: str) -> None:
    answer = upload(room, **fields)
    assert (answer.status, told in answer.text) == (400, True)


def test_a_list_can_be_forgotten_and_belongs_to_its_session(room: Client) -> None:
    where = done(room, upload(room, text="report"))
    assert room.ask(where, Cookie="").status == 403
    room.send(f"{where}/forget", room.ask("/lists").csrf)
    assert room.ask(where).status == 404


def test_a_file_is_chosen_and_asked_in_the_browser(reader: Watched, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("环境\nnot anywhere\n", "utf-8")
    page = reader.go("/lists")
    page.locator("#file").set_input_files(tmp_path / "list.txt")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("#list tbody tr:nth-child(2)")
    page.wait_for_selector("#list:not([hx-get])", state="attached")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.get_by_role("link", name="环境").click()
    assert page.locator("mark").first.inner_text() == "环境"
