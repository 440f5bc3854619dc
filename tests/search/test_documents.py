"""Answers by documents, and filters that only the records of a case know, against plain Python over the pages."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest

from fairwitness.search import _documents
from fairwitness.search._grouped import BEST
from fairwitness.search._order import BadCursor
from fairwitness.search.analyser import index_fields
from fairwitness.search.index import IndexedPage, Order, TantivyIndex
from fairwitness.search.query import And, FromSender, InFolder, Marked, Node, Not, Tagged, Term, parse

from .oracle import Key, OraclePage, brute_force
from .support import Texts, digest, found

WORD = Term("отчёт")
ORDERS: list[Order] = [order for order in get_args(Order) if order != "relevance"]


def twin_of(document: str) -> str:
    """Another digest that begins with the same 60 bits; what the index orders by is its end."""
    return document[:49] + document[49:][::-1]


class Made:
    """Documents of up to nine pages, some of which share the beginnings of their digests."""

    def __init__(self, folder: Path, documents: int, seed: int) -> None:
        chance = random.Random(seed)
        self.trust: dict[Key, int] = {}
        self.pages: list[OraclePage] = []
        for i in range(documents):
            name = twin_of(digest(i - 1)) if i % 17 == 1 else digest(i)
            sender = chance.choice(["", "Bureau <b@c.d>", "b@c.d"])
            marks = tuple(chance.sample(["starred", "reviewed", "noted", "tag:t", "tag:u"], chance.randint(0, 2)))
            date = chance.choice([None, 20160229, 20170131, 20181231])
            for number in range(1, chance.randint(2, 10)):
                text = chance.choice(["отчёт", "отчёт отчёт b", "b c", "b отчёт c d"])
                page = OraclePage(name, number, text, "pdf", ("ru",), date, f"box/{i % 5}/f", sender, marks)
                self.pages.append(page)
                self.trust[name, number] = chance.choice([0, 99, 600, 1000])
        self.context = Texts(self.pages)
        self.index = TantivyIndex.create_or_open(folder, heap_bytes=30_000_000)
        for part in range(3):
            self.index.add(map(self._indexed, self.pages[part::3]))
            self.index.commit()

    def _indexed(self, page: OraclePage) -> IndexedPage:
        fields = index_fields(page.text, page.languages)
        trust = self.trust[page.document, page.number]
        return IndexedPage(page.document, page.number, page.type, page.languages, page.date, fields, trust)

    def expected(self, node: Node, order: str) -> list[tuple[str, list[int]]]:
        """Documents with the numbers of their pages, in order."""
        found: dict[str, list[OraclePage]] = {}
        for page in self.pages:
            if brute_force(node, page):
                found.setdefault(page.document, []).append(page)

        def place(document: str) -> tuple[object, ...]:
            first = found[document][0]
            if order == "path":
                return (first.path, document)
            if order == "trust":
                return (min(self.trust[page.document, page.number] for page in found[document]), document)
            sign = -1 if order == "newest" else 1
            by_date = order in ("date", "newest")
            return (by_date and first.date is None, sign * (first.date or 0) if by_date else 0, document)

        return [(document, [page.number for page in found[document]]) for document in sorted(found, key=place)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("index"), 150, 3)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("step", [7, 50, 1000])
def test_documents_by_cursor_are_the_whole_answer_in_its_order(made: Made, order: Order, step: int) -> None:
    expected = made.expected(WORD, order)
    shown: list[tuple[str, int]] = []
    after = ""
    while True:
        answer = made.index.by_document(WORD, made.context, limit=step, order=order, after=after)
        assert answer.documents == len(expected)
        assert answer.total == sum(len(numbers) for _, numbers in expected)
        shown += [(hit.document, hit.pages) for hit in answer.hits]
        after = answer.after
        if not after:
            break
    assert shown == [(document, len(numbers)) for document, numbers in expected]


@pytest.mark.parametrize("step", [1, 10, 1000])
def test_documents_by_relevance_stand_where_their_best_pages_stand(made: Made, step: int) -> None:
    pages = made.index.search(WORD, made.context, limit=10_000).hits
    expected = list(dict.fromkeys(hit.document for hit in pages))[: 30 if step == 1 else None]
    shown = []
    for offset in range(0, len(expected), step):
        answer = made.index.by_document(WORD, made.context, limit=step, offset=offset)
        shown += [hit.document for hit in answer.hits]
        for hit in answer.hits:
            best = [page for page in pages if page.document == hit.document]
            assert hit.pages == len(best)
            assert [page.score for page in hit.hits] == pytest.approx([page.score for page in best[:BEST]])
    assert shown[: len(expected)] == expected


@pytest.mark.parametrize("order", ["document", "date", "path"])
def test_a_document_shows_the_first_of_its_pages(made: Made, order: Order) -> None:
    answer = made.index.by_document(WORD, made.context, limit=1000, order=order)
    shown = [(hit.document, [page.number for page in hit.hits]) for hit in answer.hits]
    assert shown == [(document, numbers[:BEST]) for document, numbers in made.expected(WORD, order)]


def test_a_document_shows_its_least_trusted_pages_where_trust_is_the_order(made: Made) -> None:
    for hit in made.index.by_document(WORD, made.context, limit=1000, order="trust").hits:
        matching = [p for p in made.pages if p.document == hit.document and brute_force(WORD, p)]
        least = sorted(made.trust[hit.document, page.number] for page in matching)[:BEST]
        assert [made.trust[hit.document, page.number] for page in hit.hits] == least


def test_documents_are_counted_in_parts_where_there_are_too_many(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made.index.by_document(parse("b OR отчёт"), made.context, limit=1000, order="date")
    monkeypatch.setattr(_documents, "MOST_BUCKETS", 20)
    monkeypatch.setattr(_documents, "MOST_VALUES", 50)
    made.index.reload()
    assert made.index.by_document(parse("b OR отчёт"), made.context, limit=1000, order="date") == whole


@pytest.mark.parametrize(
    "leaf",
    [
        InFolder("box/1"),
        InFolder("box"),
        FromSender("B@C"),
        FromSender("b@c.d", whole=True),
        Tagged("t"),
        Tagged("nowhere"),
        Marked("starred"),
        Marked("reviewed", False),
        Marked("noted"),
    ],
)
def test_what_only_the_records_know_filters_few_and_many_documents(made: Made, leaf: Node) -> None:
    for node in (leaf, And((WORD, leaf)), And((WORD, Not(leaf)))):
        expected = {(page.document, page.number) for page in made.pages if brute_force(node, page)}
        assert found(made.index, node, made.context) == expected


def test_no_document_of_nothing(made: Made) -> None:
    for order in get_args(Order):
        answer = made.index.by_document(Term("nowhere"), made.context, limit=5, order=order)
        assert (answer.total, answer.documents, answer.hits, answer.after) == (0, 0, (), "")


def test_a_cursor_of_another_order_is_refused(made: Made) -> None:
    with pytest.raises(BadCursor):
        made.index.by_document(WORD, made.context, limit=5, order="date", after="trust.1." + "a" * 64 + ".0")
