"""The pages of the account: every number adds up, every failure is there with what can be done, every file has a place."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

from fairwitness.case.case import Case
from fairwitness.core.outcome import READ, Cause
from fairwitness.web.causes import CAUSES
from tests.web.serving import Client, serving
from tests.work.support import open_quietly, run_json


def table(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.ask(path)
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_every_cause_of_failure_has_a_name_and_an_advice() -> None:
    assert set(CAUSES) == set(Cause) - READ
    assert all(told.name and told.meaning and told.advice for told in CAUSES.values())


def test_the_account_page_has_every_type_and_container(room: Client, sample_case: Path) -> None:
    told, text = run_json("account", sample_case), room.ask("/account").text
    for name, counts in told["by_type"].items():
        assert f">{name}<" in text
        assert f'<td class="number">{counts["expected"]}</td>' in text
    for container in told["containers"]:
        assert f'href="/folders?container={container["document"]}"' in text
    rows = table(room, "/account.csv")
    assert sum(int(row["expected"]) for row in rows if row["kind"] == "type") == told["expected"]
    assert all(int(row["expected"]) == int(row["read"]) + int(row["failed"]) for row in rows)


def test_the_failures_are_those_of_the_command(room: Client, sample_case: Path) -> None:
    told = run_json("failures", sample_case)["failures"]
    rows = table(room, "/failures.csv")
    assert [(row["document"], row["cause"]) for row in rows] == [(one["item"], one["cause"]) for one in told]
    causes = {one["cause"] for one in told}
    for cause in causes:
        some = table(room, f"/failures.csv?cause={cause}")
        assert {row["cause"] for row in some} == {cause}
        text = room.ask(f"/failures?cause={cause}").text
        assert unescape(text).count(CAUSES[Cause(cause)].advice) == 1
    assert room.ask("/failures?cause=nonsense&from=99999999999999").status == 200


def test_every_folder_and_container_can_be_walked_to(room: Client, sample_case: Path) -> None:
    waiting, seen, documents = ["/folders"], set[str](), set[str]()
    while waiting:
        path = waiting.pop()
        answer = room.ask(path)
        assert answer.status == 200, path
        documents |= set(re.findall(r"/documents/([0-9a-f]{64})", answer.text))
        for link in re.findall(r'href="(/folders[^"]*)"', answer.text):
            if unescape(link) not in seen:
                seen.add(unescape(link))
                waiting.append(unescape(link))
    with Case.open(sample_case) as case:
        assert documents == {digest for digest, _ in case.queries.sizes()}
    assert room.ask("/folders?path=nowhere").status == 404


def test_a_long_folder_has_pages_and_a_name_that_is_no_text_leads_somewhere(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    many = leak / "many"
    many.mkdir(parents=True)
    for number in range(230):
        (many / f"{number:03}.txt").write_text("same")
    raw = bytes(leak) + b"/\xff\xfe=1"
    Path(raw.decode("utf-8", "surrogateescape")).mkdir()
    Path(raw.decode("utf-8", "surrogateescape") + "/=formula.xyz").write_bytes(b"\0\1\2" * 99)
    open_quietly(leak, tmp_path / "case")
    with serving(tmp_path / "case") as client:
        first = client.ask("/folders?path=many/").text
        assert "1 to 200 of 230" in first
        (after,) = set(re.findall(r'rel="next" href="([^"]*)"', first))
        assert "201 to 230 of 230" in client.ask(unescape(after)).text
        strange = client.ask("/folders?path=" + quote(b"\xff\xfe=1/"))
        assert "=formula.xyz" in strange.text
        (row,) = table(client, "/failures.csv")
        assert row["found_as"].endswith("=1/=formula.xyz")


def test_a_case_with_nothing_in_it_has_pages_too(tmp_path: Path) -> None:
    Case.create_or_open(tmp_path / "case").close()
    with serving(tmp_path / "case") as client:
        for path in ("/account", "/failures", "/folders"):
            answer = client.ask(path)
            assert answer.status == 200
            assert "nothing" in answer.text.lower()
