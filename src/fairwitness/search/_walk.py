"""Names of pages in the index, and ways through all pages that match an engine query, in a fixed order.

A page is named by the digest of its document and its number. The digest is in the index as two numbers, its first and
its last 60 bits, because ordering by a text is 35 times slower (bench/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import tantivy

Query = tantivy.Query
Occur = tantivy.Occur

MAX_PAGE_NUMBER = 99_999_999
FIRST_BATCH = 5_000  # so that the first hits of an export come at once
_MAX_BATCH = 320_000  # a step looks at all hits, so later steps are larger
_DIGEST = re.compile("[0-9a-f]{64}")
_DIGITS = 15


class Found(NamedTuple):
    """One page that matches, and where the engine keeps it."""

    document: str
    number: int
    place: tantivy.DocAddress


def page_id(document: str, number: int) -> str:
    """The name of a page in the index."""
    if not _DIGEST.fullmatch(document):
        raise ValueError("a document is named by its SHA-256 in lower-case hex")
    if not 0 <= number <= MAX_PAGE_NUMBER:
        raise ValueError(f"a page number is between 0 and {MAX_PAGE_NUMBER}")
    return f"{document}:{number:08d}"


def parts_of(name: str) -> tuple[str, int]:
    """Document and number of a page, given its name."""
    document, _, number = name.partition(":")
    return document, int(number)


def prefix_of(document: str) -> int:
    """The first 60 bits of a digest."""
    return int(document[:_DIGITS], 16)


def tail_of(document: str) -> int:
    """The last 60 bits of a digest."""
    return int(document[-_DIGITS:], 16)


def count_of(searcher: tantivy.Searcher, query: Query) -> int:
    """How many pages match."""
    return counted(searcher.search(query, limit=1))


def counted(found: tantivy.SearchResult) -> int:
    """How many pages match, of those shown and those not."""
    return int(found.count)  # type: ignore[attr-defined]  # it is there, but not in the stubs


def all_of(queries: Iterable[Query]) -> Query:
    """Pages that match every query; the score is the sum."""
    parts = list(queries)
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])


def any_of(queries: Iterable[Query]) -> Query:
    """Pages that match one of the queries at least."""
    parts = list(queries)
    if not parts:
        return Query.empty_query()
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Should, part) for part in parts])


def but_not(query: Query, unwanted: Query) -> Query:
    """Pages that match the first and not the second."""
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, unwanted)])


def between(schema: tantivy.Schema, field: str, low: int | None, high: int | None) -> Query:
    """Pages with a number in the range, both ends included."""
    return Query.range_query(schema, field, tantivy.FieldType.Integer, lower_bound=low, upper_bound=high)


def name_at(searcher: tantivy.Searcher, place: tantivy.DocAddress) -> str:
    """The name of the page that the engine keeps there."""
    return str(searcher.doc(place)["id"][0])


def walk(schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, batch: int = FIRST_BATCH) -> Iterator[Found]:
    """Yields all pages that match, by document and number."""
    step = query
    while True:
        hits = searcher.search(step, limit=batch, count=False, order_by_field="prefix", order=tantivy.Order.Asc).hits
        last = hits[-1][0] if len(hits) == batch else None
        places = [place for prefix, place in hits if prefix != last]
        yield from in_order(searcher, places)
        if last is None:
            return
        batch = min(4 * batch, _MAX_BATCH) if places else 4 * batch  # one document can have more pages than a batch
        step = all_of([query, between(schema, "prefix", last, None)])


def in_order(searcher: tantivy.Searcher, places: list[tantivy.DocAddress]) -> Iterator[Found]:
    """Yields the pages that the engine keeps there, by document and number."""
    columns = [searcher.fast_field_values(field, places) for field in ("prefix", "tail", "number")]
    rows = sorted(zip(*columns, range(len(places)), strict=True))
    held: tuple[object, object] | None = None
    document = ""
    for prefix, tail, number, at in rows:
        if (prefix, tail) != held:
            document, held = parts_of(name_at(searcher, places[at]))[0], (prefix, tail)
        yield Found(document, int(number or 0), places[at])


def places_of(
    schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, batch: int = 4 * FIRST_BATCH
) -> Iterator[tantivy.DocAddress]:
    """Yields where the engine keeps the pages that match, each once, such that they are quickly fetched."""
    silent = Query.const_score_query(query, 0.0)
    hits = searcher.search(silent, limit=batch, count=False).hits
    if len(hits) < batch:
        yield from sorted((place for _, place in hits), key=lambda place: (place.segment_ord, place.doc))
    else:
        yield from (found.place for found in walk(schema, searcher, query, batch))


def after(schema: tantivy.Schema, document: str, number: int) -> Query:
    """Pages that come after the one given, in the order of `walk`."""
    prefix, tail = prefix_of(document), tail_of(document)
    same_prefix = between(schema, "prefix", prefix, prefix)
    same = all_of([same_prefix, between(schema, "tail", tail, tail)])
    return any_of(
        [
            between(schema, "prefix", prefix + 1, None),
            all_of([same_prefix, between(schema, "tail", tail + 1, None)]),
            all_of([same, between(schema, "number", number + 1, None)]),
        ]
    )
