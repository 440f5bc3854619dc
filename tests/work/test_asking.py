"""Questions with filters: how filters join, what facets count, and what an answer by documents holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.search.query import And, LanguageIs, Or, Tagged, Term, TypeIs, parse
from fairwitness.work.asking import EVERYTHING, MAX_FILTERS, BadFilter, Question, filter_text, filters_of, reply
from fairwitness.work.searching import CaseSearch
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asking")
    (folder / "leak" / "in").mkdir(parents=True)
    for i in range(12):
        (folder / "leak" / f"{i:02}.txt").write_text(f"water and river number {i}", "utf-8")
    (folder / "leak" / "in" / "page.html").write_text("<p>water on the web</p>", "utf-8")
    (folder / "leak" / "in" / "mail.eml").write_text(
        "From: a@b.example\nDate: Wed, 1 Mar 2017 10:00:00 +0800\nSubject: x\n\nwater in a mail\n", "utf-8"
    )
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def test_filters_of_one_field_add_and_tags_and_folders_narrow() -> None:
    filters = filters_of(["type:pdf", "type:docx", "lang:ug", "tag:a", "tag:b", "type:pdf"])
    types = Or((TypeIs("pdf"), TypeIs("docx")))
    assert Question("a b", filters).node() == And(
        (Term("a"), Term("b"), types, LanguageIs("ug"), Tagged("a"), Tagged("b"))
    )
    assert Question("a OR b", filters[:1]).node() == And((Or((Term("a"), Term("b"))), TypeIs("pdf")))
    assert Question("a", filters).node("type") == And((Term("a"), LanguageIs("ug"), Tagged("a"), Tagged("b")))
    assert Question("  ").node() == EVERYTHING
    assert parse(Question("a OR b", filters).whole) == Question("a OR b", filters).node()


@pytest.mark.parametrize("texts", [["water"], ["type:pdf lang:ug"], ["name:ali"], ["type:"], ["x:y"]])
def test_what_is_no_filter_is_refused(texts: list[str]) -> None:
    with pytest.raises(BadFilter):
        filters_of(texts)


def test_there_is_a_most_of_filters() -> None:
    with pytest.raises(BadFilter):
        filters_of([f"tag:{i}" for i in range(MAX_FILTERS + 1)])


def test_every_value_of_every_facet_gives_as_many_pages_as_it_says(folder: Path) -> None:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        whole = reply(case, searching, Question("water", filters_of(["type:text"])))
        assert whole.total == whole.documents == 12
        assert len(whole.hits) == 10
        checked = set()
        for facet in (*whole.facets, whole.dates):
            for value, pages in facet.values:
                kept = [] if facet.name == "type" else ["type:text"]
                text = filter_text(facet.name, value)  # type: ignore[arg-type]
                assert reply(case, searching, Question("water", filters_of([*kept, text]))).total == pages, text
                checked.add(facet.name)
        assert dict(next(f for f in whole.facets if f.name == "type").values) == {"text": 12, "html": 1, "mail": 1}
        assert checked >= {"type", "lang", "starred", "reviewed", "trust"}


def test_dates_narrowed_to_a_year_are_counted_by_month(folder: Path) -> None:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        assert reply(case, searching, Question("water")).dates.name == "year"
        narrowed = reply(case, searching, Question("water", filters_of(["date:2017"])))
        assert (narrowed.dates.name, narrowed.dates.values) == ("month", (("2017-03", 1),))


def test_pages_of_an_answer_are_the_whole_answer(folder: Path) -> None:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        shown = [
            one.document
            for offset in (0, 10, 20)
            for one in reply(case, searching, Question("water", offset=offset)).hits
        ]
        assert len(shown) == len(set(shown)) == 14
        first = reply(case, searching, Question("water", order="path"))
        rest = reply(case, searching, Question("water", order="path", after=first.after))
        assert sorted(one.document for one in (*first.hits, *rest.hits)) == sorted(shown)
        assert rest.after == ""


def test_the_command_line_gives_the_same_documents(folder: Path) -> None:
    told = run_json("search", folder, "water", "--documents", "--limit", 5, "--offset", 3, "--facet", "folder")
    with Case.open(folder) as case:
        expected = reply(case, CaseSearch(case), Question("water", offset=3), limit=5)
    assert told["documents"] == expected.documents == 14
    assert told["by_document"] == [one.as_json() for one in expected.hits]
    assert told["facets"][0]["values"] == [{"value": "in", "pages": 2, "documents": 2}]
    assert "In 14 documents." in run_cli("search", folder, "water", "--documents").stdout
    assert run_cli("search", folder, "water", "--documents", "--all", check=False).returncode == 2
