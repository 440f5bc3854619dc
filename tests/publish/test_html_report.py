"""The HTML of a report: one file that loads and runs nothing, in which every figure leads to its claim."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import replace

import pytest
from lxml import html

from fairwitness.publish.html_report import write_html
from fairwitness.publish.report import BadReport, ChartPart, Figure, Prose, Report, TablePart
from tests.publish.reports import BARS, HOSTILE, SHARE, a_report

_SVG = "http://www.w3.org/2000/svg"  # the name of a format: nothing is fetched


@pytest.fixture(scope="module")
def page() -> str:
    return write_html(a_report())


@pytest.fixture(scope="module")
def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def test_the_page_loads_and_runs_nothing(page: str, tree: html.HtmlElement) -> None:
    assert not tree.xpath("//script | //iframe | //img | //link | //object | //form | //@style")
    assert not [
        name for name in tree.xpath("//@*") if name != _SVG and re.match(r"\s*(https?:|//|javascript:|data:)", name)
    ]
    assert set(re.findall(r"url\(\"([^;]+);", page)) == {"data:font/sfnt"}
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = tree.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (
        policy
        == f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    )


def test_every_figure_leads_to_its_claim_and_back(tree: html.HtmlElement) -> None:
    figures = tree.xpath("//a[@class='figure']")
    assert [figure.text for figure in figures if figure.get("href") == "#c1"] == ["62.4\u00a0%"] * 3
    for figure in figures:
        (claim,) = tree.xpath(f"//article[@id='{figure.get('href')[1:]}']")
        assert f"#{figure.get('id')}" in claim.xpath(".//p[@class='ways']/a/@href")
    places = tree.xpath("//@id")
    assert len(places) == len(set(places))
    assert {href[1:] for href in tree.xpath("//@href")} <= set(places)


def test_a_claim_says_how_it_was_counted(tree: html.HtmlElement) -> None:
    (claim,) = tree.xpath("//article[@id='c1']")
    lines = {line[0].text_content(): line[1].text_content() for line in claim.xpath(".//dl/div")}
    assert lines == {
        "Counted": "312 of 500",
        "Unit": "row",
        "Missing": "23",
        "95\u00a0% interval": "58.1\u202f–\u202f66.5\u00a0% (Wilson)",
        "Bounds, whatever the missing say": "59.7\u202f–\u202f64.0\u00a0%",
        "Method": "as two coders agreed",
        "List": "Register",
        "Digest of its rows": "ab" * 32,
        "Codebook": "reasons@1",
        "Digest of the codebook": "cd" * 32,
        "Digest of the table": "ef" * 32,
    }
    assert "Whether a law was applied" in claim.text_content()
    (third,) = tree.xpath("//article[@id='c3']//dl")
    assert "at least 2,800" in third.text_content()
    assert "Seed7" in third.text_content()


def test_hostile_words_are_words(page: str, tree: html.HtmlElement) -> None:
    assert "<script" not in page
    (cell,) = [
        cell
        for cell in tree.xpath("//tbody//th")
        if "panic" in cell.text_content() and "Recipe" not in cell.text_content()
    ][:1]
    assert cell.text_content() == HOSTILE


def test_tables_can_be_heard(tree: html.HtmlElement) -> None:
    for table in tree.xpath("//table"):
        assert table.xpath("./caption")[0].text_content()
        assert {head.get("scope") for head in table.xpath(".//th")} == {"col", "row"}
    assert all(
        svg.get("role") in ("img", "group") and svg.get("aria-label") for svg in tree.xpath("//*[local-name()='svg']")
    )


def test_without_an_evidence_folder_nothing_leads_to_one(page: str) -> None:
    assert "evidence" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert "desk only" not in page


def test_with_an_evidence_folder_each_claim_leads_there_and_the_page_warns() -> None:
    made = html.document_fromstring(write_html(_small(), "evidence"))
    assert made.xpath("//a[@class='evidence']/@href") == ["evidence/c1.html"]
    assert "may leave" in made.xpath("//p[@class='warning']")[0].text_content()


@pytest.mark.parametrize("folder", ["../x", "https://example.org", "/etc", "a b", "javascript:alert(1)"])
def test_an_evidence_folder_elsewhere_is_refused(folder: str) -> None:
    with pytest.raises(BadReport, match="elsewhere"):
        write_html(_small(), folder)


def test_a_report_in_uyghur_is_read_from_the_right() -> None:
    made = html.document_fromstring(write_html(_small(language="ug")))
    assert (made.get("dir"), made.get("lang")) == ("rtl", "ug")
    assert made.xpath("//dt/bdi[@lang='en']")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Prose((Figure("1", "c9"),)), "c9"),
        (TablePart("t", ("a", "b"), (("1",),), (False, True)), "unlike length"),
        (replace(BARS, rows=({"label": "a", "value": math.nan},)), "something else than a number"),
        (replace(BARS, rows=({"label": "a", "value": "nan"},)), "something else than a number"),
    ],
)
def test_what_cannot_be_set_says_so(part: Prose | TablePart | ChartPart, said: str) -> None:
    with pytest.raises(BadReport, match=said):
        write_html(_small(parts=(part,)))


def test_a_claim_without_a_number_is_refused() -> None:
    with pytest.raises(BadReport, match="no number"):
        write_html(_small(claims=(replace(SHARE, value=math.nan),)))
    with pytest.raises(BadReport, match="same id"):
        write_html(_small(claims=(SHARE, SHARE)))
    with pytest.raises(BadReport, match="has the id"):
        write_html(_small(claims=(replace(SHARE, id="c1' onload="),)))


def _small(**changes: object) -> Report:
    parts = (Prose(("Of 500 rows ", Figure("62.4 %", "c1"), " name no provision.")),)
    return a_report(**{"parts": parts, "claims": (SHARE,), **changes})
