"""The page of a document and what stands beside it, by a client without scripts, on the real server."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from examples.sample_leak.pdf import Text, write_pdf

from fairwitness.case.case import Case
from fairwitness.work.duplicates import duplicates_of
from fairwitness.work.progress import Progress
from tests.read.test_read_sheet import cell, xlsx
from tests.web.serving import Client, serving
from tests.work.support import open_quietly

ROWS = (
    '<row r="1">' + cell("A1", "place", "text") + cell("C1", "litres", "text") + "</row>"
    '<row r="7">' + cell("A7", "total", "text") + '<c r="C7"><f>SUM(C2:C6)</f><v>42</v></c></row>'
)
WORDS = "the committee met about water"
PARAGRAPH = [
    Text(f"The {n}th paragraph of these minutes says that all were there, and what was decided.") for n in range(9)
]
NASTY = "<script>alert(1)</script>\u202egnp"


def written_mail(lines: str = "") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "<b>water</b>"
    made["Date"], made["Message-ID"] = "Mon, 01 May 2017 10:00:00 +0800", f"<{len(lines)}@example.org>"
    made.set_content(lines or f"body with <i>signs</i>\r\nand {WORDS}")
    made.add_attachment("attached text", filename="attached.txt")
    return made.as_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("documents")
    leak = place / "leak"
    leak.mkdir()
    pages = [
        [Text(f"page number {number}"), Text(WORDS if number % 3 == 0 else "nothing"), *PARAGRAPH]
        for number in range(1, 10)
    ]
    (leak / "a.pdf").write_bytes(write_pdf(pages, title="t"))
    (leak / "copy of a.pdf").write_bytes(write_pdf(pages, title="t"))
    (leak / "b.pdf").write_bytes(write_pdf([*pages, [Text("one more page of it")]], title="u"))
    (leak / "locked.pdf").write_bytes(write_pdf([[Text("x")]], title="t", password="p"))
    (leak / "mail.eml").write_bytes(written_mail())
    lines = "".join(f"line {n}: {WORDS if n == 2900 else 'nothing here'}\n" for n in range(4000))
    (leak / "long.eml").write_bytes(written_mail(lines))
    (leak / "nasty.txt").write_bytes(f"before {NASTY} behind\r\nnext line".encode())
    (leak / "data.bin").write_bytes(bytes(range(256)) * 40)
    (leak / "sheet.xlsx").write_bytes(xlsx(("water", ROWS), ("second", "")))
    open_quietly(leak, place / "case")
    return place / "case"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with serving(folder) as made:
        yield made


def digest_of(folder: Path, name: str) -> str:
    with Case.open(folder) as case:
        return next(found.document for found in case.queries.finds() if found.name == name.encode())


def text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


def test_a_page_shows_its_hits_in_image_and_text(client: Client, folder: Path) -> None:
    body = client.ask(f"/documents/{digest_of(folder, 'a.pdf')}?q=water").text
    assert 'data-page="3"' in body  # the first page that matches
    assert re.findall(r'<mark data-s="\d+" data-hit="1">([^<]*)</mark>', body) == ["water"]
    assert len(re.findall(r'<rect class="hit" data-hit="1"', body)) == 1
    assert "3 pages match" in body
    assert re.search(r'data-go="hit-behind"[^>]*>', body)
    assert "found in 2 places" in body


def test_the_pieces_of_a_text_add_up_to_it(client: Client, folder: Path) -> None:
    """What stands between two pieces' first code points is as long as the first of them."""
    digest = digest_of(folder, "nasty.txt")
    body = client.ask(f"/documents/{digest}?find=behind").text
    assert "<script>alert" not in body
    found = re.findall(r'<(?:mark|span) data-s="(\d+)"(?: data-hit="\d+")?( data-spelled)?>([^<]*)</', body)
    with Case.open(folder) as case:
        from fairwitness.work.looking import Looking

        text = Looking(case).page(digest, 1).text  # type: ignore[union-attr]
    starts = [int(start) for start, _, _ in found] + [len(text)]
    for (start, spelled, shown), end in zip(found, starts[1:], strict=True):
        plain = shown.replace("&lt;", "<").replace("&gt;", ">")
        if spelled:
            assert end - int(start) in (1, 2)
        else:
            assert text[int(start) : end] == plain
    assert any("\\u202e" in shown for _, spelled, shown in found if spelled)


def test_words_are_told_with_their_boxes_on_the_turned_image(client: Client, folder: Path) -> None:
    digest = digest_of(folder, "a.pdf")
    plain, turned = (json.loads(client.ask(f"/documents/{digest}/pages/3/words?turn={turn}").body) for turn in (0, 90))
    assert len(plain) % 6 == 0
    assert [plain[at : at + 2] for at in range(0, len(plain), 6)] == [
        turned[at : at + 2] for at in range(0, len(turned), 6)
    ]
    x0, y0, x1, y1 = plain[2:6]
    assert turned[2:6] == [2339 - y1, x0, 2339 - y0, x1]


def test_a_long_text_comes_in_windows_and_hits_lead_through_them(client: Client, folder: Path) -> None:
    digest = digest_of(folder, "long.eml")
    answer = client.ask(f"/documents/{digest}?q=committee")
    assert len(answer.body) < 200_000
    assert "0 hits here" in answer.text
    link = re.search(r'href="([^"]*/hit[^"]*go=next[^"]*)"', answer.text)
    assert link is not None
    went = client.ask(link[1].replace("&amp;", "&"))
    assert went.status == 303
    assert "<mark data-s=" in client.ask(went.headers["location"]).text


def test_a_sheet_is_a_grid_with_its_addresses(client: Client, folder: Path) -> None:
    body = client.ask(f"/documents/{digest_of(folder, 'sheet.xlsx')}?view=formulas").text
    assert '<th scope="col">A</th>' in body
    assert re.search(r'<td data-a="A1" data-s="0" data-e="5"><bdi dir="auto">place</bdi></td><td></td>', body)
    assert re.search(r'<th scope="row">7</th>.*data-a="C7"[^>]*data-f="[^"]*=SUM\(C2:C6\)', body)
    assert '<code class="formula"><bdi dir="auto">=SUM(C2:C6)</bdi></code>' in body
    assert "second" in text_of(body)


def test_a_mail_shows_headers_body_and_attachments(client: Client, folder: Path) -> None:
    body = client.ask(f"/documents/{digest_of(folder, 'mail.eml')}").text
    assert "Subject: &lt;b&gt;water&lt;/b&gt;" in text_of(body)
    assert "body with &lt;i&gt;signs&lt;/i&gt;" in text_of(body)
    assert f"/documents/{digest_of(folder, 'attached.txt')}" in body


def test_what_nobody_could_read_says_why_and_shows_its_bytes(client: Client, folder: Path) -> None:
    locked = client.ask(f"/documents/{digest_of(folder, 'locked.pdf')}").text
    assert "<code>encrypted</code>" in locked
    assert "Try passwords with" in locked
    unknown = digest_of(folder, "data.bin")
    assert f"/documents/{unknown}/bytes" in client.ask(f"/documents/{unknown}").text
    shown = client.ask(f"/documents/{unknown}/bytes?at=0x123").text
    assert "<code>00000120</code>" in shown
    assert "20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f" in shown
    assert len(shown) < 200_000


@pytest.mark.parametrize(
    "part", ["about", "alike", "thread", "holds", "beside", "bytes", "download", "pages/1/readings"]
)
def test_what_stands_beside_is_a_page_and_a_fragment(client: Client, folder: Path, part: str) -> None:
    path = f"/documents/{digest_of(folder, 'mail.eml')}/{part}"
    whole, fragment = client.ask(path), client.ask(path, hx_request="true")
    assert (whole.status, fragment.status) == (200, 200)
    assert "<h1>" in whole.text
    assert "<html" not in fragment.text


def test_a_leaf_alone_is_sent_when_a_page_is_turned(client: Client, folder: Path) -> None:
    path = f"/documents/{digest_of(folder, 'a.pdf')}?page=2"
    leaf = client.ask(path, hx_request="true", hx_target="section#leaf")
    assert leaf.text.lstrip().startswith('<section id="leaf"')
    assert 3 * len(leaf.body) < 2 * len(client.ask(path).body)


def test_likes_are_told_once_duplicates_were_looked_for(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "case")
    a, b = (digest_of(folder, name) for name in ("a.pdf", "b.pdf"))
    with serving(tmp_path / "case") as client:
        assert "Nobody has looked for duplicates" in client.ask(f"/documents/{a}/alike").text
        with Case.open(tmp_path / "case") as case:
            duplicates_of(case, Progress(None))
        told = client.ask(f"/documents/{a}/alike").text
        assert f"/documents/{a}/compare/{b}" in told
        compared = client.ask(f"/documents/{a}/compare/{b}").text
        assert "one more page of it" in compared
        assert "style=" not in compared


def test_an_original_is_handed_out_after_the_log_says_so(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "case")
    digest = digest_of(folder, "mail.eml")
    with serving(tmp_path / "case") as client:
        path = f"/documents/{digest}/download"
        refused = client.ask(path, "POST", b"", content_type="application/x-www-form-urlencoded")
        assert refused.status == 403
        token = client.ask(path).csrf
        answer = client.ask(
            path, "POST", f"csrf={token}&by=heron".encode(), content_type="application/x-www-form-urlencoded"
        )
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{digest[:16]}.eml.original"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.body == written_mail_in(folder, digest)
    with Case.open(tmp_path / "case") as case:
        told = [json.loads(body) for body in case.queries.events()]
    assert [(event["document"], event["by"]) for event in told if event["type"] == "hand-out"] == [(digest, "heron")]


def written_mail_in(folder: Path, digest: str) -> bytes:
    with Case.open(folder) as case, case.objects.open(digest) as file:
        return file.read()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/documents/" + "0" * 64, 404),
        ("/documents/xyz", 404),
        ("/documents/{a}?page=99", 404),
        ("/documents/{a}?page=x&at=-3&turn=17&column=z&view=all&cite=nonsense&q=(", 200),
        ("/documents/{a}/pages/99/words", 404),
        ("/documents/{a}/compare/xyz", 404),
    ],
)
def test_a_wrong_address_is_told_calmly(client: Client, folder: Path, path: str, status: int) -> None:
    assert client.ask(path.format(a=digest_of(folder, "a.pdf"))).status == status


def test_the_beginning_of_a_digest_leads_to_the_document(client: Client, folder: Path) -> None:
    digest = digest_of(folder, "a.pdf")
    answer = client.ask(f"/documents/{digest[:16]}?page=2")
    assert (answer.status, answer.headers["location"]) == (307, f"/documents/{digest}?page=2")
