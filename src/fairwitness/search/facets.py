"""Counts the pages of a whole answer by type, language, year, month or trust, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import tantivy

from fairwitness.search._walk import Query, but_not, count_of

IndexFacet = Literal["type", "lang", "year", "month", "trust"]
DocumentFacet = Literal["folder", "sender", "tag", "starred", "reviewed"]
FacetName = IndexFacet | DocumentFacet
INDEX_FACETS: tuple[IndexFacet, ...] = ("type", "lang", "year", "month", "trust")
DOCUMENT_FACETS: tuple[DocumentFacet, ...] = ("folder", "sender", "tag", "starred", "reviewed")
FACETS: tuple[FacetName, ...] = (*INDEX_FACETS, *DOCUMENT_FACETS)
_MOST = 65_000  # values of one facet; tantivy allows as many buckets
_BAND = 100  # thousandths of trust
_STEPS = {"year": 10_000, "month": 100}  # days are yyyymmdd


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the pages have which value, and how many have none.

    A page in several languages counts for each of them, one that was found in several folders too; otherwise the
    numbers add up to the pages of the answer. Years and months come in their order, trust from the least, the others
    from the most frequent. The values of trust are as one types them behind `trust:`. `documents` says how many
    documents have each value, in the same order, where that is known.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    none: int
    documents: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        values: list[dict[str, Any]] = [{"value": value, "pages": pages} for value, pages in self.values]
        for value, documents in zip(values, self.documents, strict=False):
            value["documents"] = documents
        return {"facet": self.name, "values": values, "none": self.none}


def facets_of(names: Iterable[IndexFacet], searcher: tantivy.Searcher, query: Query, total: int) -> list[Facet]:
    """The facets over all pages that match, looked at once; `total` is their number."""
    asked = {name: _asked(name) for name in names}
    found = searcher.aggregate(query, asked) if asked else {}
    return [_facet(name, found[name], searcher, query, total) for name in asked]


def _asked(name: IndexFacet) -> dict[str, Any]:
    if name in ("type", "lang"):
        return {"terms": {"field": name, "size": _MOST, "segment_size": _MOST}}
    field, step = ("trust", _BAND) if name == "trust" else ("date", _STEPS[name])
    return {"histogram": {"field": field, "interval": step, "min_doc_count": 1}}


def _facet(name: IndexFacet, found: dict[str, Any], searcher: tantivy.Searcher, query: Query, total: int) -> Facet:
    buckets = [(bucket["key"], int(bucket["doc_count"])) for bucket in found["buckets"]]
    if name in ("type", "lang"):
        assert not found["sum_other_doc_count"]
        values = tuple(sorted(((str(key), pages) for key, pages in buckets), key=lambda v: (-v[1], v[0])))
        none = total - sum(pages for _, pages in values)
        if name == "lang":  # a page may have several
            none = count_of(searcher, but_not(query, Query.exists_query(name)))
        return Facet(name, values, none)
    ordered = sorted((int(key), pages) for key, pages in buckets)
    if name == "trust":
        ordered = _in_bands(ordered)
    values = tuple((_band(key) if name == "trust" else _period(key, name), pages) for key, pages in ordered)
    return Facet(name, values, total - sum(pages for _, pages in values))


def _in_bands(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    bands: dict[int, int] = {}
    for key, pages in found:
        band = min(key, 1000 - _BAND)  # whoever is trusted wholly is in the last band
        bands[band] = bands.get(band, 0) + pages
    return list(bands.items())


def _band(low: int) -> str:
    return f"[{low / 1000:.1f} TO {(low + _BAND) / 1000:.1f}{']' if low + _BAND == 1000 else '}'}"


def _period(key: int, name: str) -> str:
    return f"{key // 10_000:04d}" if name == "year" else f"{key // 10_000:04d}-{key // 100 % 100:02d}"
