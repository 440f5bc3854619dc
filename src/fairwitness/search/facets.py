"""Counts the pages of a whole answer by type, language, year, month or trust, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import tantivy

from fairwitness.search._walk import Query, between, but_not, count_of

FacetName = Literal["type", "lang", "year", "month", "trust"]
FACETS: tuple[FacetName, ...] = ("type", "lang", "year", "month", "trust")
_MOST = 65_000  # values of one facet; tantivy allows as many buckets
_BAND = 100  # thousandths of trust


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the pages have which value, and how many have none.

    A page in several languages counts for each of them; otherwise the numbers add up to the pages of the answer. Years
    and months come in their order, trust from the least, the others from the most frequent. The values of trust are as
    one types them behind `trust:`.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    none: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "facet": self.name,
            "values": [{"value": value, "pages": pages} for value, pages in self.values],
            "none": self.none,
        }


def facet_of(name: FacetName, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, total: int) -> Facet:
    """The facet over all pages that match; `total` is their number."""
    if name in ("type", "lang"):
        return _by_keyword(name, searcher, query)
    if name == "trust":
        return _by_trust(searcher, query, total)
    step = 10_000 if name == "year" else 100  # days are yyyymmdd
    values = tuple((_period(int(key), name), pages) for key, pages in _histogram(searcher, query, "date", step))
    dated = sum(pages for _, pages in values)
    assert dated + count_of(searcher, but_not(query, between(schema, "date", 0, None))) == total
    return Facet(name, values, total - dated)


def _by_keyword(name: str, searcher: tantivy.Searcher, query: Query) -> Facet:
    asked = {"values": {"terms": {"field": name, "size": _MOST, "segment_size": _MOST}}}
    found = searcher.aggregate(query, asked)["values"]
    assert not found["sum_other_doc_count"]
    values = sorted(((str(b["key"]), int(b["doc_count"])) for b in found["buckets"]), key=lambda v: (-v[1], v[0]))
    return Facet(name, tuple(values), count_of(searcher, but_not(query, Query.exists_query(name))))


def _by_trust(searcher: tantivy.Searcher, query: Query, total: int) -> Facet:
    bands: dict[int, int] = {}
    for key, pages in _histogram(searcher, query, "trust", _BAND):
        band = min(int(key), 1000 - _BAND)  # whoever is trusted wholly is in the last band
        bands[band] = bands.get(band, 0) + pages
    values = tuple((_band(low), pages) for low, pages in bands.items())
    return Facet("trust", values, total - sum(bands.values()))


def _band(low: int) -> str:
    return f"[{low / 1000:.1f} TO {(low + _BAND) / 1000:.1f}{']' if low + _BAND == 1000 else '}'}"


def _period(key: int, name: str) -> str:
    return f"{key // 10_000:04d}" if name == "year" else f"{key // 10_000:04d}-{key // 100 % 100:02d}"


def _histogram(searcher: tantivy.Searcher, query: Query, field: str, step: int) -> list[tuple[float, int]]:
    asked = {"values": {"histogram": {"field": field, "interval": step, "min_doc_count": 1}}}
    buckets = searcher.aggregate(query, asked)["values"]["buckets"]
    return sorted((float(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
