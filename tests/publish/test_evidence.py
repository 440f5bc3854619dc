"""Pages of the evidence folder: they warn, show each cell that was counted, and load nothing but pictures beside them."""

from __future__ import annotations

import base64
import hashlib

from lxml import html

from fairwitness.publish.evidence import WARNING, EvidenceCell, EvidenceRow, evidence_index, evidence_page
from tests.publish.reports import HOSTILE, SHARE, a_report

CITE = "3fa9c1d2e4b5a697:p3:r120,80,640,410@200"
ROWS = (
    EvidenceRow("Register, row 12, page 3", (EvidenceCell(CITE, "评估意见", "继续培训", "cells/ab.png", 300, 90),)),
    EvidenceRow("Register, row 13, page 3", (EvidenceCell("x", HOSTILE, HOSTILE, missing="It is locked."),)),
    EvidenceRow("Register, row 14, page 3", (EvidenceCell("y", around=("before ", "the cell", " behind")),)),
)


def test_the_page_of_a_claim_warns_and_shows_each_cell_with_its_cite() -> None:
    page = html.document_fromstring(evidence_page(SHARE, ROWS))
    assert page.xpath("//body/*[1]")[0].text_content() == WARNING
    (picture,) = page.xpath("//img")
    assert (picture.get("src"), picture.get("width"), picture.get("height")) == ("cells/ab.png", "300", "90")
    assert CITE in page.xpath("//figcaption")[0].text_content()
    assert "继续培训" in page.xpath("//figcaption")[0].text_content()
    assert "No picture: It is locked." in page.text_content()
    assert page.xpath("//mark")[0].text_content() == "the cell"
    assert "1 cells have no picture" in page.text_content()
    assert page.xpath("//header//a/@href") == ["../report.html#c1", "index.html"]


def test_it_loads_nothing_but_pictures_beside_it_and_runs_nothing() -> None:
    text = evidence_page(SHARE, ROWS)
    page = html.document_fromstring(text)
    assert not page.xpath("//script | //link | //iframe | //@style | //@onload")
    (style,) = page.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' file:;")
    assert "http:" not in text.replace(HOSTILE, "")
    assert "<script" not in text


def test_a_claim_without_rows_says_so() -> None:
    assert "No single rows are behind this number" in evidence_page(SHARE, ())


def test_the_index_leads_to_every_claim() -> None:
    page = html.document_fromstring(evidence_index(a_report(), [312, 155, 0]))
    assert page.xpath("//tbody//a/@href") == ["c1.html", "c2.html", "c3.html"]
    assert [row[3].text for row in page.xpath("//tbody/tr")] == ["312", "155", "0"]
