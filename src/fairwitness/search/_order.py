"""Pages of an answer in an order that does not depend on when one asks, and cursors to go on from a page of it.

A cursor names the last page shown by its place in the order: its value (a date, a trust), its document and its
number. What is added to or taken from the index meanwhile shifts nothing: the next page begins behind that place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, get_args

import tantivy

from fairwitness.core.errors import FairwitnessError
from fairwitness.search._walk import Found, Query, after, all_of, any_of, between, but_not, in_order, walk

Order = Literal["relevance", "document", "date", "newest", "path", "trust"]
"""`date` begins with the oldest, `newest` with the youngest, pages without a date last; `trust` with the least."""

ORDERS = get_args(Order)

COLUMNS: dict[str, tuple[str, tantivy.Order]] = {
    "date": ("date", tantivy.Order.Asc),
    "newest": ("date", tantivy.Order.Desc),
    "trust": ("trust", tantivy.Order.Asc),
}
_CURSOR = re.compile(r"([a-z]+)\.([0-9]*)\.([0-9a-f]{64})\.([0-9]{1,8})")


class BadCursor(FairwitnessError):
    """The cursor is not one of this order."""

    code = "bad_cursor"
    advice = "Take the cursor from the answer before, and ask with the same order."


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a page in an order; `value` is None for a page that has none, and in orders without values."""

    order: str
    value: int | None
    document: str
    number: int

    def __str__(self) -> str:
        return f"{self.order}.{'' if self.value is None else self.value}.{self.document}.{self.number}"


def cursor_of(text: str, order: str) -> Cursor | None:
    """The cursor that `text` spells; None for the beginning.

    Raises:
        BadCursor: if it is not one, or of another order.
    """
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if order == "relevance":
        raise BadCursor("An order by relevance changes with the index, so it has no cursors: use --offset.")
    if found is None or found[1] != order:
        raise BadCursor("This is no cursor of this order.")
    return Cursor(order, int(found[2]) if found[2] else None, found[3], int(found[4]))


class Placed(NamedTuple):
    """A page with its value in the order."""

    value: int | None
    found: Found


class InOrder:
    """The pages that match a query, ordered by a column, those of one value by document and number."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query) -> None:
        self._schema = schema
        self._searcher = searcher
        self._query = query

    def by_document(self, last: Cursor | None) -> Iterator[Placed]:
        """Yields the pages behind the cursor by document and number."""
        behind = [after(self._schema, last.document, last.number)] if last else []
        for found in walk(self._schema, self._searcher, all_of([self._query, *behind])):
            yield Placed(None, found)

    def first(self, order: str, count: int, last: Cursor | None) -> list[Placed]:
        """The first so many pages behind the cursor, by a column; those without a value come last."""
        field, direction = COLUMNS[order]
        with_value = between(self._schema, field, 0, None)
        found: list[Placed] = []
        if last is None or last.value is not None:
            behind = [self._behind(field, direction, last.value, last)] if last and last.value is not None else []
            found = self._with_value(all_of([self._query, with_value, *behind]), field, direction, count)
        if len(found) < count:
            rest = but_not(self._query, with_value)
            if last and last.value is None:
                rest = all_of([rest, after(self._schema, last.document, last.number)])
            pages = walk(self._schema, self._searcher, rest)
            found += [Placed(None, page) for page in islice(pages, count - len(found))]
        return found

    def _behind(self, field: str, direction: tantivy.Order, value: int, last: Cursor) -> Query:
        rising = direction == tantivy.Order.Asc
        farther = between(self._schema, field, value + 1 if rising else 0, None if rising else value - 1)
        same = all_of([between(self._schema, field, value, value), after(self._schema, last.document, last.number)])
        return any_of([farther, same])

    def _with_value(self, query: Query, field: str, direction: tantivy.Order, count: int) -> list[Placed]:
        limit = min(count, self._searcher.num_docs)
        if limit <= 0:
            return []
        hits = self._searcher.search(query, limit=limit, count=False, order_by_field=field, order=direction).hits
        # The engine may have left out any of the pages that share the last value.
        cut = hits[-1][0] if len(hits) == limit else None
        groups: dict[int, list[tantivy.DocAddress]] = {}
        for value, place in hits:
            groups.setdefault(value, []).append(place)
        found: list[Placed] = []
        for value, places in groups.items():
            if value == cut:
                ties = walk(self._schema, self._searcher, all_of([query, between(self._schema, field, value, value)]))
                found += [Placed(value, page) for page in islice(ties, limit - len(found))]
            else:
                found += [Placed(value, page) for page in in_order(self._searcher, places)]
        return found
