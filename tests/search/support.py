"""A small case held in memory, and an index over it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import NotFound
from fairwitness.search.analyser import index_fields
from fairwitness.search.index import IndexedPage, TantivyIndex
from fairwitness.search.query import DocumentLeaf, Node, OnPath, parse

from .oracle import Key, OraclePage, is_true_of


def digest(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


class Texts:
    """The context of a search."""

    def __init__(self, pages: Iterable[OraclePage]) -> None:
        self.pages = {(page.document, page.number): page for page in pages}

    def path_of(self, document: str) -> str:
        return next(page.path for page in self.pages.values() if page.document == document)

    def document_starting(self, beginning: str) -> str:
        found = {page.document for page in self.pages.values() if page.document.startswith(beginning)}
        if len(found) != 1:
            raise NotFound("No such document.")
        return found.pop()

    def documents_with(self, leaf: DocumentLeaf) -> Collection[str]:
        if isinstance(leaf, OnPath):
            return {page.document for page in self.pages.values() if leaf.pattern.matches(page.path)}
        return {page.document for page in self.pages.values() if is_true_of(leaf, page)}

    def state(self) -> object:
        return object()  # the tests change the pages as they like

    def twins(self) -> Collection[str]:
        beginnings = Counter(document[:15] for document in {page.document for page in self.pages.values()})
        return {page.document for page in self.pages.values() if beginnings[page.document[:15]] > 1}

    def path_rank(self, document: str) -> int:
        paths = sorted({(page.path, page.document) for page in self.pages.values()})
        return [document for _, document in paths].index(document)

    def path_ranks(self, prefixes: NDArray[np.int64]) -> NDArray[np.int64]:
        paths = sorted({(page.path, page.document) for page in self.pages.values()})
        ranks = {int(document[:15], 16): rank for rank, (_, document) in reversed(list(enumerate(paths)))}
        return np.array([ranks[int(prefix)] for prefix in prefixes], dtype=np.int64)


def indexed(page: OraclePage) -> IndexedPage:
    fields = index_fields(page.text, page.languages)
    return IndexedPage(page.document, page.number, page.type, page.languages, page.date, fields)


def pages_of(*texts: str) -> list[OraclePage]:
    return [OraclePage(digest(i), 1, text) for i, text in enumerate(texts)]


def make(folder: Path, pages: list[OraclePage], commits: int = 1) -> TantivyIndex:
    index = TantivyIndex.create_or_open(folder, heap_bytes=30_000_000)
    for part in range(commits):
        index.add(indexed(page) for page in pages[part::commits])
        index.commit()
    return index


def found(index: TantivyIndex, node: Node | str, context: Texts) -> set[Key]:
    """Keys of all hits; checks on the way that all ways to ask agree."""
    tree = parse(node) if isinstance(node, str) else node
    hits = [(hit.document, hit.number) for hit in index.all_hits(tree, context)]
    assert hits == sorted(set(hits))
    answer = index.search(tree, context, limit=100_000)
    assert answer.total == len(hits)
    assert {(hit.document, hit.number) for hit in answer.hits} == set(hits)
    return set(hits)


def found_texts(folder: Path, query: str, *texts: str) -> list[int]:
    """Which of the texts the query finds, by their numbers."""
    pages = pages_of(*texts)
    with make(folder, pages) as index:
        hits = found(index, query, Texts(pages))
    return [i for i, page in enumerate(pages) if (page.document, page.number) in hits]
