"""The documents of an answer: how many pages each has in it, and a value to order them by, in columns.

A document is known in the index by the first 60 bits of its digest. Two documents may share them only if somebody took
pains to make it so: those that do, in the case at hand, are counted one by one (`SearchContext.twins`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import tantivy

from fairwitness.search._walk import Query, all_of, between, count_of, prefix_of

if TYPE_CHECKING:  # most searches can do without numpy
    import numpy as np
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]

MOST_BUCKETS = 65_000  # of one aggregation of the engine
NO_VALUE = 1 << 62  # behind every date and trust
_TOP = 1 << 60
Value = Literal["", "date", "trust"]


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """Columns of equal length, by rising `prefixes`: each document with its number of pages that match.

    `values` is the least of the pages of a document, NO_VALUE where no page has one; empty if none was asked for.
    `twins` are the documents that share their first bits with another, as (digest, pages, value); they have no row.
    """

    prefixes: IntArray
    pages: IntArray
    values: IntArray
    twins: tuple[tuple[str, int, int], ...]

    @property
    def total(self) -> int:
        """Number of pages, exactly."""
        return int(self.pages.sum()) + sum(pages for _, pages, _ in self.twins)

    @property
    def count(self) -> int:
        """Number of documents, exactly."""
        return len(self.prefixes) + len(self.twins)


def pages_by_document(
    schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, twins: Collection[str], value: Value = ""
) -> DocumentPages:
    """The documents with pages that match."""
    import numpy as np

    counted = _Counting(schema, searcher, value)
    rows = counted.rows(query, 0, _TOP - 1)
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    table = table[np.argsort(table[:, 0], kind="stable")]
    told: list[tuple[str, int, int]] = []
    if twins:
        shared = np.array(sorted(set(map(prefix_of, twins))), dtype=np.int64)
        present = set(table[np.isin(table[:, 0], shared), 0].tolist())
        table = table[~np.isin(table[:, 0], shared)]
        for digest in sorted(twins):
            if prefix_of(digest) in present:
                told += counted.one(query, digest)
    return DocumentPages(table[:, 0], table[:, 1], table[:, 2], tuple(told))


class _Counting:
    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, value: Value) -> None:
        self._schema = schema
        self._searcher = searcher
        self._value = value

    def rows(self, query: Query, low: int, high: int) -> list[tuple[int, int, int]]:
        """First bits, pages and value of each document of which the first bits are in the range."""
        whole = low == 0 and high == _TOP - 1
        narrowed = query if whole else all_of([query, between(self._schema, "prefix", low, high)])
        asked: dict[str, Any] = {"terms": {"field": "prefix", "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}}
        if self._value:
            asked["aggs"] = {"value": {"min": {"field": self._value}}}
        found = self._searcher.aggregate(narrowed, {"documents": asked})["documents"]
        if found["sum_other_doc_count"] or len(found["buckets"]) >= MOST_BUCKETS:
            middle = (low + high) // 2
            return self.rows(query, low, middle) + self.rows(query, middle + 1, high)
        return [(int(b["key"]), int(b["doc_count"]), self._told(b)) for b in found["buckets"]]

    def one(self, query: Query, digest: str) -> list[tuple[str, int, int]]:
        """The same of one document by its whole digest; nothing if no page of it matches."""
        narrowed = all_of([query, Query.term_query(self._schema, "doc", digest)])
        pages = count_of(self._searcher, narrowed)
        if not pages:
            return []
        asked = {"value": {"min": {"field": self._value}}} if self._value else {}
        return [(digest, pages, self._told(self._searcher.aggregate(narrowed, asked) if asked else {}))]

    def _told(self, bucket: dict[str, Any]) -> int:
        value = bucket["value"]["value"] if self._value else None
        return NO_VALUE if value is None else int(value)
