"""tantivy, SQLite FTS5 and brute force find the same pages, for random corpora and random queries."""

from __future__ import annotations

import random
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairwitness.search import query as q
from fairwitness.search.highlight import matches
from fairwitness.search.query import parse, unparse
from fairwitness.text.language import languages_of
from tests.thorough import examples

from .oracle import Fts5, OraclePage, brute_force, keys
from .support import Texts, digest, found, make

WORDS = ["a", "b", "ab", "ba", "abc", "acb", "есеп", "отчёт", "отчет", "بەلگە", "ئۇيغۇر", "kış", "KIŞ", "2017", "état"]
SPELLINGS = [
    "etat",
    "État",
    "қағаз",
    "кагаз",
    "қaғаз",
    "ھەيكەل",
    "ەيكەل",
    "ئۇيغۇر",
    "ويغور",
    "runs",
    "running",
    "run",
    "отчёты",
]
HAN = "环境保护年人"
BOTH_HAN = "环環境保护護"
han_text = st.text(HAN, min_size=1, max_size=7)
both_han = st.text(BOTH_HAN, min_size=1, max_size=5)
piece = st.one_of(st.sampled_from(WORDS), han_text, st.sampled_from(SPELLINGS), both_han)
joint = st.sampled_from([" ", " ", " ", "", "，", ", ", "-", "\t"])
page_text = st.lists(st.tuples(piece, joint), max_size=14).map(lambda parts: "".join(p + j for p, j in parts))


@st.composite
def corpora(draw: st.DrawFn) -> list[OraclePage]:
    texts = draw(st.lists(page_text, min_size=1, max_size=25))
    return [
        OraclePage(
            digest(i // 3),
            i % 3,
            text,
            draw(st.sampled_from(["pdf", "docx", "eml"])),
            tuple(draw(st.sets(st.sampled_from(["zh", "ug", "ru", "tr", "en", "fr"]), max_size=2))),
            draw(st.sampled_from([None, 20170131, 20170201, 20181231])),
            f"box/{i // 3}/file",
            ["", "A <a@b.c>", "b@c"][i // 3 % 3],
            [(), ("starred", "tag:t"), ("reviewed", "noted"), ("tag:t",)][i // 3 % 4],
        )
        for i, text in enumerate(texts)
    ]


word = st.sampled_from(WORDS)
long_han = st.text(HAN, min_size=2, max_size=4)
plain = st.one_of(word, han_text)
proximity_word = st.one_of(word, word, word, long_han, st.just("a-b"), st.just("环境2017"))
wild = st.one_of(
    st.sampled_from(["a*", "?b", "*", "a?c", "*б*", "о*т", "ئۇ*", "20?7", "??", "k*"]),
    st.tuples(st.sampled_from(HAN), st.sampled_from("?*"), st.sampled_from(HAN)).map("".join),
    st.tuples(st.sampled_from("*?"), long_han, st.sampled_from("?*")).map("".join),
)
regexes = st.sampled_from(
    [
        "a|b",
        "a(b|c)+",
        "[^a].*",
        ".*с.*|[а-о]+т",
        "a?b{1,2}",
        "20[0-9]{2}",
        "[一-龥]保|年.",
        "环.{0,2}护",
        "(环|保)[护人]",
    ]
)
near_item = st.one_of(
    st.sampled_from(WORDS).map(q.Term),
    st.text(HAN, min_size=1, max_size=3).map(q.Term),
    st.sampled_from([q.Term("a-b"), q.Term("环境2017"), q.Phrase("a ab"), q.Phrase("есеп b")]),
    st.sampled_from([q.Wildcard("a*"), q.Wildcard("?b"), q.Wildcard("环?护"), q.Regex("a|b"), q.Fuzzy("abc", 1)]),
)
near = st.builds(
    lambda items, slop, ordered: q.Near(tuple(items), slop, ordered),
    st.lists(near_item, min_size=2, max_size=4),
    st.integers(0, 6),
    st.booleans(),
)
leaf = st.one_of(
    near,
    plain.map(q.Term),
    st.lists(word, min_size=1, max_size=4).map(" ".join).map(q.Phrase),
    st.builds(q.Phrase, st.lists(proximity_word, min_size=2, max_size=4).map(" ".join), st.integers(1, 5)),
    wild.map(q.Wildcard),
    regexes.map(q.Regex),
    st.one_of(word, both_han, st.sampled_from(SPELLINGS)).map(q.Loose),
    st.lists(st.sampled_from([*SPELLINGS, *WORDS]), min_size=2, max_size=3).map(" ".join).map(q.Loose),
    st.one_of(han_text, st.sampled_from(["环境", "保护", "环境保护", "保护环境"])).map(q.HanWord),
    st.sampled_from([*SPELLINGS, *WORDS]).map(q.Stemmed),
    st.builds(q.Fuzzy, word, st.integers(1, 2), st.booleans()),
    st.builds(q.Fuzzy, st.text(HAN, min_size=3, max_size=5), st.integers(1, 2)),
    st.sampled_from([q.TypeIs("pdf"), q.TypeIs("*o*"), q.LanguageIs("zh"), q.LanguageIs("?u")]),
    st.sampled_from([q.OnPath(q.PathPattern("box/1")), q.OnPath(q.PathPattern("none"))]),
    st.sampled_from([q.InFolder("box"), q.FromSender("B@"), q.FromSender("b@c", whole=True), q.Tagged("t")]),
    st.builds(q.Marked, st.sampled_from(q.MARKS), st.booleans()),
    st.sampled_from([parse("date:2017"), parse("date:[2017-02 TO *]"), parse("date:{2017-01 TO 2018-12-31}")]),
)
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        inner.map(q.Not),
        st.builds(q.Boost, inner, st.sampled_from([0.5, 2.0])),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: q.And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: q.Or(tuple(parts))),
    ),
    max_leaves=6,
)


@settings(max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck))
@given(corpora(), st.lists(trees, min_size=1, max_size=12), st.integers(1, 3))
def test_tantivy_fts5_and_brute_force_find_the_same_pages(
    pages: list[OraclePage], nodes: list[q.Node], commits: int
) -> None:
    context = Texts(pages)
    oracle = Fts5(pages)
    with tempfile.TemporaryDirectory() as folder, make(Path(folder), pages, commits) as index:
        for node in nodes:
            expected = keys(pages, lambda page, node=node: brute_force(node, page))  # type: ignore[misc]
            rows = oracle.rows(node)
            assert {(pages[row].document, pages[row].number) for row in rows} == expected, node
            assert found(index, node, context) == expected, node


near_texts = st.lists(st.sampled_from("abcx"), min_size=3, max_size=14).map(" ".join)
near_words = st.lists(st.sampled_from(["a", "b", "c", "a-b"]), min_size=2, max_size=4).map(" ".join)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(near_texts, min_size=15, max_size=40),
    st.lists(st.builds(q.Phrase, near_words, st.integers(1, 6)), min_size=8, max_size=8),
)
def test_words_near_each_other_are_found_exactly(texts: list[str], phrases: list[q.Phrase]) -> None:
    pages = [OraclePage(digest(i), 1, text) for i, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder, make(Path(folder), pages) as index:
        for phrase in phrases:
            expected = keys(pages, lambda page, phrase=phrase: brute_force(phrase, page))  # type: ignore[misc]
            assert found(index, phrase, Texts(pages)) == expected, phrase


def check_near(seed: int, queries: int) -> None:
    """Random pages of few words, so that many of the queries have hits, and random `near` over them."""
    chance = random.Random(seed)
    parts = ["a", "b", "c", "ab", "x", "y", "x", "y", "环境保护", "保护", "环", "есеп"]
    texts = [
        "".join(
            chance.choice(parts) + chance.choice([" ", " ", " ", "", "，", "-"]) for _ in range(chance.randint(0, 25))
        )
        for _ in range(30)
    ]
    pages = [OraclePage(digest(i), 1, text) for i, text in enumerate(texts)]
    items = [
        *map(q.Term, ["a", "b", "c", "ab", "环境", "境", "保护环", "есеп", "a-b"]),
        q.Phrase("b c"),
        q.Wildcard("a*"),
    ]
    hits = 0
    with tempfile.TemporaryDirectory() as folder, make(Path(folder), pages) as index:
        context = Texts(pages)
        for _ in range(queries):
            chosen = tuple(chance.choice(items) for _ in range(chance.choice([2, 2, 3, 3, 4])))
            node = q.Near(chosen, chance.randint(0, 9), chance.random() < 0.4)
            expected = keys(pages, lambda page, node=node: brute_force(node, page))  # type: ignore[misc]
            answer = index.search(node, context, limit=100)
            assert {(hit.document, hit.number) for hit in answer.hits} == expected, node
            hits += answer.total
    assert 2 * hits > queries


def test_near_equals_trying_every_choice_of_places_on_random_queries() -> None:
    for seed in range(4):
        check_near(seed, 100)


@pytest.mark.slow
def test_near_equals_trying_every_choice_of_places_on_ten_thousand_random_queries() -> None:
    for seed in range(100, 200):
        check_near(seed, 100)


@settings(max_examples=examples(300), deadline=None)
@given(page_text, leaf)
def test_a_page_has_highlights_exactly_if_a_word_of_the_query_is_on_it(text: str, node: q.Node) -> None:
    if isinstance(node, q.FilterLeaf):
        assert matches(node, text) == []
        return
    ranges = matches(node, text)
    assert bool(ranges) == brute_force(node, OraclePage("", 1, text, languages=languages_of(text)))
    assert ranges == sorted(ranges) and all(0 <= low < high <= len(text) for low, high in ranges)
    assert all(one[1] <= two[0] for one, two in pairwise(ranges))


@settings(max_examples=examples(300), deadline=None)
@given(trees)
def test_a_tree_of_a_query_survives_being_written_and_read(node: q.Node) -> None:
    once = parse(unparse(node))
    assert parse(unparse(once)) == once
