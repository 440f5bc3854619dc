"""Cites as footnote, BibTeX, Markdown and CSL-JSON: read back by the parsers of others, whatever the leak says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from examples.sample_leak.pdf import Text, write_pdf
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from fairwitness.case.case import Case
from fairwitness.work.citing import (
    FORMATS,
    CitedPlace,
    bibtex,
    cited_place,
    csl_item,
    footnote,
    markdown,
    written_cites,
    written_findings,
)
from fairwitness.work.findings import add_finding, change_finding
from fairwitness.work.searching import CaseSearch
from tests.work.support import open_quietly

# What a data item of CSL 1.0.2 may have, of what we use, with the type (schema csl-data.json of that version).
CSL = {"id": str, "type": str, "title": str, "genre": str, "page": str, "note": str, "annote": str, "issued": dict,
       "custom": dict}  # fmt: skip
DIGEST = "3fa9c1d2e4b5a697" * 4
HOSTILE = (
    "{", "}", "a}}, note={x", "\\input{/etc/passwd}", "%", "100 % & $5 #1 _x^2~", "*a* _b_ `c` [x](http://evil.example)",
    "<script>alert(1)</script>", "![x](y)", "&lt;", "# head", "- a", "1. a", "a|b", "www.evil.example", "me@evil.example",
    "\u202eabc", "a\n\n    code\n```\nx", "سۇ قانىلى 2017", "环境保护", '"', "@misc{x,", "[^1]: x", "$$x$$", "a\\",
)  # fmt: skip


def place(**fields: Any) -> CitedPlace:
    given_fields = {"quote": "", "title": "", "day": "", "day_is": ""} | fields
    return CitedPlace(f"{DIGEST[:16]}:p3:c120-131:1a2b3c4d", DIGEST, "pdf", 3, "", (), **given_fields)


def plain(text: str) -> str:
    """What of a text remains on one line, without what controls its surroundings."""
    return " ".join(text.split())


readable = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=60).map(plain)
texts = st.one_of(readable, st.sampled_from([text for text in HOSTILE if text.isprintable()]))


@given(texts, texts)
@example("a}}, note={x", "\\input{/etc/passwd}")
def test_bibtex_is_read_back_as_it_was_meant(title: str, quote: str) -> None:
    written = bibtex(place(title=title, quote=quote, day="2017-03-01", day_is="created"))
    entries = parse_string(written, "bibtex").entries
    (entry,) = entries.values()
    fields = entry.fields
    decoded = {name: plain(LatexNodes2Text().latex_to_text(fields[name])) for name in fields}
    # LaTeX sets rows of these signs as others, on purpose; nothing is lost by it
    assert decoded["title"] == _ligatures(plain(title)) or not title
    assert decoded.get("annote", "“”") == f"“{_ligatures(plain(quote))}”"
    assert (fields["year"], fields["month"], fields["day"]) == ("2017", "March", "01")
    assert DIGEST in fields["note"]


def _ligatures(text: str) -> str:
    return plain(LatexNodes2Text().latex_to_text(re.sub(r"([\\{}~^%$&#_])", _escaped, text)))


def _escaped(found: re.Match[str]) -> str:
    names = {"\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}"}
    names |= {"~": "\\textasciitilde{}", "^": "\\textasciicircum{}"}
    return names.get(found[0], f"\\{found[0]}")


@given(texts, texts)
def test_markdown_shows_the_text_of_the_leak_and_obeys_none_of_it(title: str, quote: str) -> None:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(markdown(place(title=title, quote=quote)))
    kinds = {token.type for token in tokens}
    assert kinds <= {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}
    inner = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inner} <= {"text", "softbreak", "text_special"}
    shown = "".join(child.content for child in inner)
    assert plain(quote) in plain(shown)
    assert plain(title) in plain(shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_reader_of_markdown_makes_a_link_of_what_a_document_says(text: str) -> None:
    written = markdown(place(title=text, quote=text))
    assert not re.search(r"(?<!\\)[<`\[]|[^\\]://|www\.|[^\\]@", written)
    assert "\u202e" not in written


@given(texts, texts)
def test_csl_data_items_have_what_the_schema_knows_and_are_read(title: str, quote: str) -> None:
    (item,) = json.loads(written_cites([place(title=title, quote=quote, day="2017-03", day_is="sent")], "csl-json"))
    assert set(item) <= set(CSL)
    assert all(isinstance(value, CSL[name]) for name, value in item.items())
    assert item["issued"] == {"date-parts": [[2017, 3]]}
    if title:
        assert plain(item["title"]) == plain(title)


@pytest.mark.filterwarnings("ignore:The following arguments for Reference")  # custom, which it passes over
def test_a_processor_of_csl_makes_a_bibliography_of_the_items() -> None:
    items = [csl_item(place(title="Minutes of the canal", quote="closed", day="2017-03-01", day_is="created"))]
    source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(items[0]["id"])]))
    told = "".join(map(str, bibliography.bibliography()))
    assert "Minutes of the canal" in told
    assert "2017" in told


@pytest.mark.parametrize("text", HOSTILE)
def test_a_footnote_is_one_line_and_turns_nothing_around(text: str) -> None:
    told = footnote(place(title=text, quote=text))
    assert "\n" not in told
    assert told.isprintable()
    assert DIGEST in told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("citing")
    (made / "leak" / "private of a clerk").mkdir(parents=True)
    pdf = write_pdf([[Text("The canal was closed")]], title="Minutes")
    (made / "leak" / "private of a clerk" / "a.pdf").write_bytes(pdf)
    (made / "leak" / "b.csv").write_text("name,days\ncanal,17\n", "utf-8")
    open_quietly(made / "leak", made / "case")
    return made / "case"


def cite_of(case: Case, query: str) -> str:
    searching = CaseSearch(case)
    answer, node = searching.ask(query)
    return searching.hit(node, answer.hits[0]).cite


def test_the_path_in_the_leak_is_given_only_when_asked_for(folder: Path) -> None:
    with Case.open(folder) as case:
        cite = cite_of(case, "canal type:pdf")
        quiet, asked = cited_place(case, cite), cited_place(case, cite, with_path=True)
    assert (quiet.quote, quiet.title, quiet.page, quiet.type) == ("canal", "Minutes", 1, "pdf")
    for form in FORMATS:
        assert "clerk" not in written_cites([quiet], form)
        assert "private of a clerk" in written_cites([asked], form)
        assert quiet.document in written_cites([quiet], form)
        assert cite in written_cites([quiet], form).replace("\\", "")


def test_a_page_and_a_title_are_told_as_what_the_document_says(folder: Path) -> None:
    with Case.open(folder) as case:
        told = footnote(cited_place(case, cite_of(case, "canal type:pdf")))
    assert told.startswith("“canal”, p. 1 of a document (pdf) that says of itself: titled “Minutes”")


def test_findings_are_written_with_numbered_notes_and_without_names(folder: Path) -> None:
    with Case.open(folder) as case:
        cites = [cite_of(case, "canal type:pdf"), cite_of(case, "17")]
        one = change_finding(case, add_finding(case, "1. *The* canal.", "heron", cites).id, "tern", status="checked")
        two = add_finding(case, "Not sure.", "tern", cites[:1])
        told = [(each, [cited_place(case, cite) for cite in each.cites]) for each in (one, two)]
    text, source = written_findings(told, "footnote"), written_findings(told, "markdown")
    assert text.startswith("1. *The* canal. [1][2]\n\nNot sure. (draft) [3]\n\n[1] “canal”")
    assert source.startswith("1\\. \\*The\\* canal.[^1][^2]\n\nNot sure. (draft)[^3]\n\n[^1]: “canal”")
    assert "\n\n[^3]: " in source
    for form in FORMATS:
        assert "heron" not in written_findings(told, form)
        assert "tern" not in written_findings(told, form)
    assert len(json.loads(written_findings(told, "csl-json"))) == 2, "each cite once"
