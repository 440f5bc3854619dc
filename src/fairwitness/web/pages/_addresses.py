"""Addresses of searches: everything that a search page shows is in its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from fairwitness.search.index import ORDERS, Order
from fairwitness.work.asking import Question, filters_of

MAX_OFFSET = 100_000  # documents by relevance; all before them are looked at, 0.1 s of work for each 20,000


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of the address of a search: `f` are filters, `start` and `after` say where a page of it begins."""

    q: str = ""
    f: tuple[str, ...] = ()
    sort: Order = "relevance"
    after: str = ""
    start: int = 0

    def __str__(self) -> str:
        return self.to("/search")

    def to(self, path: str, **more: str) -> str:
        """The address of the same search under another path."""
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += [("f", one) for one in self.f]
        if self.sort != "relevance":
            parts.append(("sort", self.sort))
        parts += [("after", self.after)] if self.after else []
        parts += [("start", str(self.start))] if self.start else []
        parts += list(more.items())
        return f"{path}?{urlencode(parts)}" if parts else path

    def first(self) -> Address:
        """The first page of the same search."""
        return replace(self, after="", start=0)

    def with_filters(self, texts: Iterable[str]) -> Address:
        """The first page with these filters."""
        return replace(self.first(), f=tuple(dict.fromkeys(texts)))

    def question(self) -> Question:
        """What is asked.

        Raises:
            BadFilter: if a filter is none.
        """
        return Question(self.q, filters_of(self.f), self.sort, self.after, self.start)


def address_of(params: QueryParams) -> Address:
    """The search that an address names; what cannot be understood of it but the query and filters is left out."""
    (sort, *_) = [order for order in ORDERS if order == params.get("sort")] or ["relevance"]
    start = params.get("start", "")
    known: Order = sort
    return Address(
        q=params.get("q", ""),
        f=tuple(text for text in params.getlist("f") if text.strip()),
        sort=known,
        after=params.get("after", "") if known != "relevance" else "",
        start=min(int(start), MAX_OFFSET) if start.isascii() and start.isdigit() and len(start) < 9 else 0,
    )
