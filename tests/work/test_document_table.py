"""Folders, senders and marks as filters and facets of a real case, against the names and headers as they stand there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.search.query import BadQuery
from fairwitness.work.account import names_of
from fairwitness.work.marking import mark
from fairwitness.work.searching import CaseSearch
from tests.read.documents import zipped
from tests.work.support import open_quietly

BUREAU = "Water Bureau <office@bureau.example>"
MAILS = {"m1.eml": BUREAU, "m2.eml": BUREAU, "m3.eml": "=?utf-8?b?5rC05Yip5bGA?= <sl@bureau.example>"}


def mail(sender: str, text: str) -> str:
    return f"From: {sender}\nTo: all@bureau.example\nSubject: weir {text}\nDate: Wed, 1 Mar 2017 10:00:00 +0800\n\nwater {text}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    leak = folder / "leak"
    for path, text in {
        "top.txt": "water at the top",
        "box/one.txt": "water one",
        "box/two.txt": "water two, water twice",
        "box/deep/three.txt": "water three",
        "Box/four.txt": "water four",
        "水利局/五.txt": "water five",
        "水利局/copy of one.txt": "water one",
        "other/none.txt": "nothing here",
    }.items():
        (leak / path).parent.mkdir(parents=True, exist_ok=True)
        (leak / path).write_text(text, "utf-8")
    odd = bytes(leak / "box") + b"/\xff\xfe"
    Path(odd.decode("utf-8", "surrogateescape")).mkdir()
    Path((odd + b"/six.txt").decode("utf-8", "surrogateescape")).write_text("water six", "utf-8")
    (leak / "box" / "in.zip").write_bytes(zipped({"inner/seven.txt": "water seven", "eight.txt": "water eight"}))
    for name, sender in MAILS.items():
        (leak / "box" / name).write_text(mail(sender, name), "utf-8")
    open_quietly(leak, folder / "case")
    return folder / "case"


@pytest.fixture
def searching(folder: Path) -> CaseSearch:
    return CaseSearch(Case.open(folder))


def pages(searching: CaseSearch, query: str) -> set[tuple[str, int]]:
    node = searching.understood(query)
    hits = {(hit.document, hit.number) for hit in searching.pages_of(node)}
    assert searching.by_document(node).total == len(hits)
    return hits


def test_folders_are_counted_as_they_stand_in_the_names_of_documents(folder: Path, searching: CaseSearch) -> None:
    with Case.open(folder) as case:
        expected: Counter[str] = Counter()
        top = 0
        for document, _ in pages(searching, "water"):
            names = names_of(case, document)
            tops = {name.split(" > ")[0].split("/")[0] for name in names if "/" in name}
            expected.update(tops)
            top += not tops
    (facet,) = searching.facets(searching.understood("water"), ["folder"])
    assert dict(facet.values) == expected
    assert facet.none == top == 1
    assert dict(zip((name for name, _ in facet.values), facet.documents, strict=True)) == expected


@pytest.mark.parametrize("below", ["", "box", "box/in.zip", "box/deep", "水利局"])
def test_a_folder_of_the_facet_finds_as_many_pages_as_it_counts(searching: CaseSearch, below: str) -> None:
    query = f'water folder:"{below}"' if below else "water"
    (facet,) = searching.facets(searching.understood(query), ["folder"])
    assert bool(facet.values) == (below not in ("box/deep", "水利局"))
    for value, count in facet.values:
        quoted = value.replace("\\", "\\\\")
        assert len(pages(searching, f'water folder:"{quoted}"')) == count, value


def test_an_archive_is_a_folder_and_a_name_in_no_encoding_is_decoded(searching: CaseSearch) -> None:
    (facet,) = searching.facets(searching.understood("water folder:box"), ["folder"])
    assert dict(facet.values) == {"box/in.zip": 2, "box/deep": 1, "box/яю": 1}
    (facet,) = searching.facets(searching.understood("water folder:box/in.zip"), ["folder"])
    assert dict(facet.values) == {"box/in.zip > inner": 1}


def test_case_tells_folders_apart_only_where_both_are_there(searching: CaseSearch) -> None:
    assert len(pages(searching, "water folder:Box")) == 1
    assert len(pages(searching, "water folder:bOX")) == 1 + len(pages(searching, "water folder:box"))
    assert not pages(searching, "water folder:bo")


def test_senders_are_counted_as_they_are_written_and_found_by_a_part(searching: CaseSearch) -> None:
    (facet,) = searching.facets(searching.understood("water"), ["sender"])
    assert dict(facet.values) == {BUREAU: 2, "水利局 <sl@bureau.example>": 1}
    assert facet.none == len(pages(searching, "water")) - 3
    for value, count in facet.values:
        assert len(pages(searching, f'water sender:"{value}"')) == count
    assert len(pages(searching, "from:BUREAU.example")) == 3
    assert len(pages(searching, "from:水利")) == 1
    assert not pages(searching, "sender:bureau.example")


def test_marks_are_seen_by_the_next_search_and_by_no_other_document(folder: Path) -> None:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        ((one, _),) = pages(searching, '"at the top"')
        before = len(pages(searching, "water"))
        mark(case, one, "heron", starred=True, tags=("канал",), note="ask")
        searching.refresh()
        for query in (
            "starred:yes",
            "tag:канал",
            "noted:yes",
            "water -starred:no",
            "reviewed:no folder:nowhere OR tag:канал",
        ):
            assert pages(searching, query) == {(one, 1)}, query
        assert len(pages(searching, "water reviewed:no")) == before
        facets = {
            facet.name: facet
            for facet in searching.facets(searching.understood("water"), ["tag", "starred", "reviewed"])
        }
        assert dict(facets["tag"].values) == {"канал": 1}
        assert dict(facets["starred"].values) == {"yes": 1, "no": before - 1}
        assert dict(facets["reviewed"].values) == {"no": before}
        mark(case, one, "heron", starred=False, untags=("канал",), note="")
        searching.refresh()
        assert not pages(searching, "starred:yes OR tag:канал OR noted:yes")


def test_documents_stand_in_the_order_of_their_paths(folder: Path, searching: CaseSearch) -> None:
    answer = searching.by_document(searching.understood("water"), order="path", limit=100)
    with Case.open(folder) as case:
        names = [names_of(case, hit.document)[0] for hit in answer.hits]
    assert names == sorted(names)
    assert len(names) == answer.documents


@pytest.mark.parametrize("query", ["starred:maybe", "noted:1", "folder:", 'tag:""'])
def test_a_filter_without_a_sensible_value_is_refused(searching: CaseSearch, query: str) -> None:
    with pytest.raises(BadQuery):
        searching.understood(query)
