"""The documents of an answer: how many pages each has in it, and a value to order them by, in columns.

A document is known in the index by the first 60 bits of its digest. Two documents may share them only if somebody took
pains to make it so: those that do, in the case at hand, are counted one by one (`SearchContext.twins`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import tantivy

from fairwitness.search._walk import Query, all_of, between, count_of, counted, prefix_of

if TYPE_CHECKING:  # most searches can do without numpy
    import numpy as np
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]

MOST_BUCKETS = 65_000  # of one aggregation of the engine
MOST_VALUES = 200_000  # that are asked for at once; some 30 MB of memory
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

    counting = _Counting(schema, searcher, value)
    table = np.array(counting.rows(query, 0, _TOP - 1), dtype=np.int64).reshape(-1, 2)
    table = table[np.argsort(table[:, 0], kind="stable")]
    prefixes, pages = table[:, 0], table[:, 1]
    values = np.full(len(prefixes), NO_VALUE, dtype=np.int64)
    if value:
        for beginnings, found in counting.values(query, 0, _TOP - 1):
            np.minimum.at(values, np.searchsorted(prefixes, beginnings), found)
    told: list[tuple[str, int, int]] = []
    if twins:
        shared = np.array(sorted(set(map(prefix_of, twins))), dtype=np.int64)
        alone = ~np.isin(prefixes, shared)
        present = set(prefixes[~alone].tolist())
        prefixes, pages, values = prefixes[alone], pages[alone], values[alone]
        for digest in sorted(twins):
            if prefix_of(digest) in present:
                told += counting.one(query, digest)
    return DocumentPages(prefixes, pages, values, tuple(told))


class _Counting:
    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, value: Value) -> None:
        self._schema = schema
        self._searcher = searcher
        self._value = value

    def rows(self, query: Query, low: int, high: int) -> list[tuple[int, int]]:
        """First bits and pages of each document of which the first bits are in the range."""
        asked = {"terms": {"field": "prefix", "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}}
        narrowed = self._narrowed(query, low, high)
        found = self._searcher.aggregate(narrowed, {"documents": asked})["documents"]
        if found["sum_other_doc_count"] or len(found["buckets"]) >= MOST_BUCKETS:
            middle = (low + high) // 2
            return self.rows(query, low, middle) + self.rows(query, middle + 1, high)
        return [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"]]

    def values(self, query: Query, low: int, high: int) -> Iterator[tuple[IntArray, IntArray]]:
        """Yields first bits and values of pages that have one, some at a time; quicker than the engine's own least."""
        import numpy as np

        with_value = all_of([self._narrowed(query, low, high), between(self._schema, self._value, 0, None)])
        field, rising = self._value, tantivy.Order.Asc
        found = self._searcher.search(
            with_value, limit=min(MOST_VALUES, self._searcher.num_docs), order_by_field=field, order=rising
        )
        if counted(found) > MOST_VALUES:
            middle = (low + high) // 2
            yield from self.values(query, low, middle)
            yield from self.values(query, middle + 1, high)
        elif found.hits:
            places = [place for _, place in found.hits]
            beginnings = self._searcher.fast_field_values("prefix", places)
            yield np.array(beginnings, dtype=np.int64), np.array([value for value, _ in found.hits], dtype=np.int64)

    def _narrowed(self, query: Query, low: int, high: int) -> Query:
        whole = low == 0 and high == _TOP - 1
        return query if whole else all_of([query, between(self._schema, "prefix", low, high)])

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
