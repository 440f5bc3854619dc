"""An answer by documents: each with its number of pages that match and the best of them.

By relevance, a document stands where its best page stands. In the other orders it stands where the first of its pages
does, and a cursor names the last document shown, so that what comes and goes meanwhile shifts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import tantivy

from fairwitness.search._documents import NO_VALUE, DocumentPages, Value
from fairwitness.search._hits import DocumentHit, PageHit
from fairwitness.search._order import Cursor, Order
from fairwitness.search._walk import Query, all_of, between, name_at, parts_of, prefix_of, tail_of

if TYPE_CHECKING:
    from fairwitness.search._documents import IntArray

BEST = 3  # pages shown of one document
VALUES: dict[Order, Value] = {"date": "date", "newest": "date", "trust": "trust"}
_MORE = 4  # times as many pages are looked at if there were too few documents among them
_MOST_PAGES = 2_000  # of the documents shown, that are looked at for the best
_Key = tuple[int, int, int]  # value, first and last bits of the digest


class Ranks(Protocol):
    """The order of documents by their paths."""

    def path_ranks(self, prefixes: IntArray) -> IntArray:
        """Their places in the order of paths, given the first 60 bits of the digests of documents."""
        ...

    def path_rank(self, document: str) -> int:
        """The place of one document in that order."""
        ...


class Grouping:
    """The documents of one answer, from one snapshot of the index."""

    def __init__(
        self, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, documents: DocumentPages
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._query = query
        self._documents = documents

    def by_relevance(self, offset: int, limit: int) -> list[DocumentHit]:
        """The documents from the one numbered `offset` on."""
        wanted = min(offset + limit, self._documents.count)
        if wanted <= offset:
            return []
        size = 2 * BEST * wanted
        while True:
            size = min(size, self._searcher.num_docs)
            found = self._searcher.search(self._query, limit=size, count=False).hits
            order = self._first_seen([place for _, place in found])
            if len(order) >= wanted or len(found) < size:
                break
            size *= _MORE
        chosen = [parts_of(name_at(self._searcher, found[at][1]))[0] for at in order[offset:wanted]]
        return self._with_pages(chosen, "relevance")

    def in_order(self, order: Order, last: Cursor | None, limit: int, ranks: Ranks) -> tuple[list[DocumentHit], str]:
        """The documents behind the one that the cursor names, and the cursor of the last.

        `ranks` knows the order of paths.
        """
        import numpy as np

        found = self._documents
        places = _places(order, found, ranks)
        keys = [
            (_place(order, digest, value, ranks), prefix_of(digest), tail_of(digest))
            for digest, _, value in found.twins
        ]
        behind = _behind(order, last, ranks)
        kept = (places > behind[0]) | ((places == behind[0]) & (found.prefixes > behind[1]))
        rows = np.flatnonzero(kept)
        rows = rows[np.lexsort((found.prefixes[rows], places[rows]))][:limit]
        keys = [key for key in keys if key > behind]
        keys += [(int(places[row]), int(found.prefixes[row]), -1) for row in rows]
        chosen = sorted(keys)[:limit]
        documents = [self._digest(prefix, tail) for _, prefix, tail in chosen]
        shown = self._with_pages(documents, order)
        if len(chosen) < limit or not chosen:
            return shown, ""
        value = abs(chosen[-1][0]) if order in VALUES and chosen[-1][0] != NO_VALUE else None
        return shown, str(Cursor(order, value, documents[-1], 0))

    def _digest(self, prefix: int, tail: int) -> str:
        """The digest that begins so; `tail` is -1 where there is but one."""
        wanted = [between(self._schema, "prefix", prefix, prefix)]
        if tail >= 0:
            wanted.append(between(self._schema, "tail", tail, tail))
        (_, place), *_ = self._searcher.search(all_of(wanted), limit=1, count=False).hits
        return parts_of(name_at(self._searcher, place))[0]

    def _first_seen(self, places: Sequence[tantivy.DocAddress]) -> list[int]:
        """Of each document among the pages, where its first page stands."""
        columns = [self._searcher.fast_field_values(field, list(places)) for field in ("prefix", "tail")]
        seen: dict[tuple[object, ...], int] = {}
        for at, key in enumerate(zip(*columns, strict=True)):
            seen.setdefault(key, at)
        return list(seen.values())

    def _with_pages(self, documents: list[str], order: Order) -> list[DocumentHit]:
        """The documents with their first pages; those of a document with thousands may leave another but one of its."""
        total = sum(map(self._pages_of, documents))
        found = self._first_pages(documents, order, min(total, _MOST_PAGES)) if documents else {}
        shown = []
        for document in documents:
            hits = found.get(document) or self._first_pages([document], order, BEST)[document]
            shown.append(DocumentHit(document, self._pages_of(document), tuple(hits)))
        return shown

    def _pages_of(self, document: str) -> int:
        import numpy as np

        for digest, pages, _ in self._documents.twins:
            if digest == document:
                return pages
        row = int(np.searchsorted(self._documents.prefixes, prefix_of(document)))
        return int(self._documents.pages[row])

    def _first_pages(self, documents: list[str], order: Order, limit: int) -> dict[str, list[PageHit]]:
        among = Query.const_score_query(Query.term_set_query(self._schema, "doc", documents), 0.0)
        query = all_of([self._query, among])
        if order == "relevance":
            hits = self._searcher.search(query, limit=limit, count=False).hits
        else:
            field = "trust" if order == "trust" else "number"
            rising = tantivy.Order.Asc
            hits = self._searcher.search(query, limit=limit, count=False, order_by_field=field, order=rising).hits
        places = [place for _, place in hits]
        columns = [self._searcher.fast_field_values(field, places) for field in ("prefix", "tail", "number")]
        named = {(prefix_of(document), tail_of(document)): document for document in documents}
        rows = [
            PageHit(named[int(prefix or 0), int(tail or 0)], int(number or 0), score if order == "relevance" else 0.0)
            for (score, _), prefix, tail, number in zip(hits, *columns, strict=True)
        ]
        found: dict[str, list[PageHit]] = {}
        for row in rows:
            kept = found.setdefault(row.document, [])
            if len(kept) < BEST:
                kept.append(row)
        return found


def _places(order: Order, found: DocumentPages, ranks: Ranks) -> IntArray:
    """Where the documents stand, but for those that stand in the same place."""
    import numpy as np

    if order == "path":
        return ranks.path_ranks(found.prefixes)
    if order == "newest":
        return np.where(found.values == NO_VALUE, NO_VALUE, -found.values)
    return found.values if order in VALUES else np.zeros_like(found.prefixes)


def _place(order: Order, document: str, value: int, ranks: Ranks) -> int:
    if order == "path":
        return ranks.path_rank(document)
    if order == "newest":
        return value if value == NO_VALUE else -value
    return value if order in VALUES else 0


def _behind(order: Order, last: Cursor | None, ranks: Ranks) -> _Key:
    if last is None:
        return (-NO_VALUE, -1, -1)
    value = NO_VALUE if last.value is None else last.value
    return (_place(order, last.document, value, ranks), prefix_of(last.document), tail_of(last.document))
