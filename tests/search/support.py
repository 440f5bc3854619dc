"""A small case held in memory, and an index over it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

from fairwitness.core.errors import NotFound
from fairwitness.search.analyser import index_fields
from fairwitness.search.index import IndexedPage, TantivyIndex
from fairwitness.search.query import Node, PathPattern, parse

from .oracle import Key, OraclePage


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

    def documents_on_path(self, pattern: PathPattern) -> Collection[str]:
        return {page.document for page in self.pages.values() if pattern.matches(page.path)}


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
