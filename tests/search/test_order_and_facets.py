"""Orders, cursors, facets and similar pages, against plain Python over the pages."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from fairwitness.search._order import BadCursor
from fairwitness.search.analyser import analyse, index_fields
from fairwitness.search.facets import INDEX_FACETS
from fairwitness.search.index import IndexedPage, Order, TantivyIndex
from fairwitness.search.query import BadQuery, Boost, Like, Node, Term, parse

from .oracle import OraclePage
from .support import Texts, digest, found, make, pages_of

Key = tuple[str, int]
DATES = [None, None, 20160229, 20170131, 20170131, 20170201, 20181231, 18990101]


class Made:
    """Random pages with a trust, which an `OraclePage` has not."""

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        chance = random.Random(seed)
        self.pages: dict[Key, OraclePage] = {}
        self.trust: dict[Key, int] = {}
        for i in range(count):
            page = OraclePage(
                digest(i // 7),
                i % 7,
                chance.choice(["отчёт", "отчёт b", "b"]),
                chance.choice(["pdf", "docx", "eml"]),
                tuple(chance.sample(["zh", "ug", "ru"], chance.randint(0, 2))),
                chance.choice(DATES),
                f"box {i // 7 % 5}/file",
            )
            self.pages[page.document, page.number] = page
            self.trust[page.document, page.number] = chance.choice([0, 99, 100, 599, 600, 1000, 1000])
        self.context = Texts(self.pages.values())
        self.index = TantivyIndex.create_or_open(folder, heap_bytes=30_000_000)
        keys = list(self.pages)
        for part in range(3):
            self.add(keys[part::3])

    def add(self, keys: list[Key]) -> None:
        pages = [self.pages[key] for key in keys]
        self.index.add(
            IndexedPage(
                p.document,
                p.number,
                p.type,
                p.languages,
                p.date,
                index_fields(p.text, p.languages),
                self.trust[p.document, p.number],
            )
            for p in pages
        )
        self.index.commit()

    def matching(self) -> list[Key]:
        return sorted(key for key, page in self.pages.items() if "отчёт" in page.text)

    def expected(self, order: str) -> list[Key]:
        keys = self.matching()
        if order == "path":
            keys.sort(key=lambda key: self.pages[key].path)
        if order == "trust":
            keys.sort(key=lambda key: self.trust[key])
        if order in ("date", "newest"):
            sign = 1 if order == "date" else -1
            dated = sorted((k for k in keys if self.pages[k].date), key=lambda k: sign * (self.pages[k].date or 0))
            keys = dated + [key for key in keys if not self.pages[key].date]
        return keys


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("index"), 400, 5)


ORDERS: list[Order] = ["document", "date", "newest", "path", "trust"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("step", [1, 7, 50, 1000])
def test_pages_by_offset_and_by_cursor_are_the_whole_answer_in_its_order(made: Made, order: Order, step: int) -> None:
    expected = made.expected(order)
    if step == 1:
        expected = expected[:40]
    by_offset: list[Key] = []
    by_cursor: list[Key] = []
    after = ""
    for at in range(0, len(expected), step):
        answer = made.index.search(Term("отчёт"), made.context, limit=step, offset=at, order=order)
        by_offset += [(hit.document, hit.number) for hit in answer.hits]
        answer = made.index.search(Term("отчёт"), made.context, limit=step, order=order, after=after)
        by_cursor += [(hit.document, hit.number) for hit in answer.hits]
        after = answer.after
        assert answer.total == len(made.matching())
    assert by_offset == expected
    assert by_cursor == expected


@pytest.mark.parametrize("order", ORDERS)
def test_a_cursor_does_not_shift_when_pages_come_and_go(tmp_path: Path, order: Order) -> None:
    made = Made(tmp_path, 140, 9)
    before = made.expected(order)
    first = made.index.search(Term("отчёт"), made.context, limit=20, order=order)
    assert [(hit.document, hit.number) for hit in first.hits] == before[:20]
    made.index.delete_document(before[0][0])
    old = {key for key in made.pages if key[0] == before[0][0]}
    new = Made(tmp_path / "other", 210, 10)
    made.pages |= {key: page for key, page in new.pages.items() if key not in made.pages}
    made.trust = new.trust | made.trust
    made.context = Texts(made.pages.values())
    made.add([key for key in made.pages if key not in old])
    rest = made.index.search(Term("отчёт"), made.context, limit=1000, order=order, after=first.after)
    everything = [key for key in made.expected(order) if key not in old or key == before[19]]
    place = made.expected(order).index(before[19])
    behind = [key for key in made.expected(order)[place + 1 :] if key in everything]
    assert [(hit.document, hit.number) for hit in rest.hits] == behind


@pytest.mark.parametrize(
    ("after", "order"), [("x", "date"), ("trust.1." + "a" * 64 + ".1", "date"), ("x", "relevance")]
)
def test_a_cursor_of_another_order_is_refused(made: Made, after: str, order: Order) -> None:
    with pytest.raises(BadCursor):
        made.index.search(Term("отчёт"), made.context, limit=5, order=order, after=after)


def test_facets_count_the_whole_answer_exactly(made: Made) -> None:
    pages = [made.pages[key] for key in made.matching()]
    facets = {facet.name: facet for facet in made.index.facets(Term("отчёт"), made.context, INDEX_FACETS)}
    assert dict(facets["type"].values) == Counter(page.type for page in pages)
    assert dict(facets["lang"].values) == Counter(language for page in pages for language in page.languages)
    assert facets["lang"].none == sum(not page.languages for page in pages)
    days = [str(page.date) for page in pages if page.date]
    assert facets["year"].values == tuple(sorted(Counter(day[:4] for day in days).items()))
    assert facets["month"].values == tuple(sorted(Counter(f"{day[:4]}-{day[4:6]}" for day in days).items()))
    assert facets["year"].none == facets["month"].none == len(pages) - len(days)
    assert sum(count for _, count in facets["trust"].values) == len(pages)
    for value, count in [*facets["trust"].values, ("<.6", None)]:
        answer = made.index.search(parse(f"отчёт trust:{value}"), made.context, limit=0)
        least = sum(made.trust[key] < 600 for key in made.matching())
        assert answer.total == (least if count is None else count)


def test_a_facet_of_nothing_is_empty(made: Made) -> None:
    assert all(not f.values and not f.none for f in made.index.facets(Term("nowhere"), made.context, INDEX_FACETS))


def test_a_weight_changes_the_order_and_not_the_pages(tmp_path: Path) -> None:
    pages = pages_of("a x y z", "b x y z", "c x y z")
    with make(tmp_path, pages) as index:
        context = Texts(pages)
        for first, query in enumerate(["a^9 OR b", "a OR b^9", "c^9 OR (a OR b)^0.5"]):
            answer = index.search(parse(query), context, limit=5)
            assert answer.hits[0].document == pages[first].document
            assert found(index, query, context) == {(p.document, 1) for p in pages[: 2 if first < 2 else 3]}


def similar(pages: list[OraclePage], node: Like) -> set[Key]:
    wanted = set(node.tokens)
    return {
        (p.document, p.number)
        for p in pages
        if len(wanted & {t.text for t in analyse(p.text)}) >= node.least and p.document != node.document
    }


def test_similar_pages_share_the_words_that_set_a_page_apart(tmp_path: Path) -> None:
    common = "отчёт за год по округу"
    pages = pages_of(
        f"{common} мазут разлив река",
        f"{common} мазут река берег",
        f"{common} школа ремонт",
        f"{common} школа крыша",
        "环境保护 мазут 河流",
        "环境保护 河流 污染",
    )
    with make(tmp_path, pages) as index:
        context = Texts(pages)
        for at, expected in ((0, {1, 4}), (2, {3}), (5, {4})):
            cite = f"{pages[at].document[:16]}:p1:c0-3:{'0' * 8}"
            node = index.resolved(parse(f"like:{cite}"), context)
            assert isinstance(node, Like) and node.tokens
            assert (
                found(index, f"like:{cite}", context)
                == similar(pages, node)
                == {(pages[n].document, 1) for n in expected}
            )
            assert found(index, f"мазут like:{cite}", context) <= similar(pages, node)


@pytest.mark.parametrize("cite", ["0" * 16 + ":p1:c0-3:00000000", digest(0)[:16] + ":p9:c0-3:00000000"])
def test_similar_to_a_page_that_is_not_there_is_a_bad_query(tmp_path: Path, cite: str) -> None:
    pages = pages_of("a")
    with make(tmp_path, pages) as index, pytest.raises(BadQuery):
        index.search(parse(f"like:{cite}"), Texts(pages), limit=1)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a^2", Boost(Term("a"), 2)),
        ("(a)^.5", Boost(Term("a"), 0.5)),
        (r"a\^2", Term("a^2")),
        ("a^b", Term("a^b")),
    ],
)
def test_a_weight_is_a_number_behind_a_circumflex(query: str, tree: Node) -> None:
    assert parse(query) == tree


def test_the_orders_are_really_different(made: Made) -> None:
    orders = [made.expected(order) for order in ORDERS]
    assert all(one != two for one, two in pairwise(orders))
