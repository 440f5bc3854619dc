"""A question with filters, and its answer by documents: what a page of the reading room shows of a search.

Filters are short queries of one field (`type:pdf`). Those of one field are joined by OR, so that a second type adds
pages; a second tag or folder narrows. A facet counts what each of its values would give in place of those chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.search.facets import Facet, FacetName
from fairwitness.search.index import Answer, DocumentHit, Order
from fairwitness.search.query import (
    And,
    BadQuery,
    DateRange,
    FilterLeaf,
    FromSender,
    InFolder,
    LanguageIs,
    Marked,
    Node,
    Not,
    OnPath,
    Or,
    Tagged,
    TrustRange,
    TypeIs,
    parse,
    unparse,
)
from fairwitness.work.answering import head_of
from fairwitness.work.marking import AllMarks
from fairwitness.work.searching import CaseSearch, Hit

DOCUMENTS = 10  # of one page of an answer
MAX_FILTERS = 40
EVERYTHING: Node = TrustRange(0, 1000)  # every page has a trust
SIDE: tuple[FacetName, ...] = ("type", "lang", "folder", "sender", "tag", "starred", "reviewed", "trust")
"""The facets that stand beside an answer, in this order; dates stand apart."""

_FIELDS: dict[type[Any], str] = {
    TypeIs: "type",
    LanguageIs: "lang",
    InFolder: "folder",
    OnPath: "path",
    FromSender: "sender",
    Tagged: "tag",
    DateRange: "date",
    TrustRange: "trust",
}
_NARROWING = frozenset({"folder", "path", "tag"})
_OF_FACET: dict[FacetName, str] = {"year": "date", "month": "date"}


class BadFilter(BadQuery):
    """A filter of an address is none."""

    advice = "Take the filter away, or choose one beside the answer."


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: as it stands in an address, the field that it is about, and what it means."""

    text: str
    field: str
    node: Node


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the query as typed, the filters, and which part of the answer."""

    query: str
    filters: tuple[Filter, ...] = ()
    order: Order = "relevance"
    after: str = ""
    offset: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked at all."""
        return not self.query.strip() and not self.filters

    def node(self, without: str = "") -> Node:
        """The query with all filters but those of the field `without`; every page if nothing is left.

        Raises:
            BadQuery: if the query cannot be understood.
        """
        parts = [parse(self.query)] if self.query.strip() else []
        fields = dict.fromkeys(one.field for one in self.filters if one.field != without)
        for field in fields:
            nodes = tuple(one.node for one in self.filters if one.field == field)
            parts += nodes if field in _NARROWING or len(nodes) == 1 else (Or(nodes),)
        return parts[0] if len(parts) == 1 else And(_flat(parts)) if parts else EVERYTHING

    @property
    def whole(self) -> str:
        """The query and the filters as one query."""
        return unparse(self.node())


def _flat(parts: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(one for part in parts for one in (part.parts if isinstance(part, And) else (part,)))


def filters_of(texts: Iterable[str]) -> tuple[Filter, ...]:
    """The filters that these texts spell, each once.

    Raises:
        BadFilter: if one is none, or there are too many.
    """
    found = [filter_of(text) for text in dict.fromkeys(texts)]
    if len(found) > MAX_FILTERS:
        raise BadFilter(f"there are at most {MAX_FILTERS} filters", 0)
    return tuple(found)


def filter_of(text: str) -> Filter:
    """The filter that the text spells.

    Raises:
        BadFilter: if it is none.
    """
    try:
        node = parse(text)
    except BadQuery as error:
        raise BadFilter(f"a filter is wrong: {error.reason}", 0) from None
    inner = node.part if isinstance(node, Not) else node
    field = inner.mark if isinstance(inner, Marked) else _FIELDS.get(type(inner))
    if field is None:
        raise BadFilter("a filter is one field with its value, such as type:pdf", 0)
    return Filter(text, field, node)


def filter_text(facet: FacetName, value: str) -> str:
    """The filter that a value of a facet stands for."""
    leaf: FilterLeaf
    if facet == "type":
        leaf = TypeIs(value)
    elif facet == "lang":
        leaf = LanguageIs(value)
    elif facet == "folder":
        leaf = InFolder(value)
    elif facet == "sender":
        leaf = FromSender(value, whole=True)
    elif facet == "tag":
        leaf = Tagged(value)
    elif facet == "starred" or facet == "reviewed":
        leaf = Marked(facet, value == "yes")
    else:
        return f"{_OF_FACET.get(facet, facet)}:{value}"
    field, colon, _ = (text := unparse(leaf)).partition(":")
    is_plain = value.isascii() and value.replace("-", "").isalnum() and value[0] != "-"
    return f"{field}{colon}{value}" if is_plain else text


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """A document of an answer: how many of its pages match, and the first of them."""

    document: str
    pages: int
    hits: tuple[Hit, ...]
    starred: bool
    reviewed: bool
    tags: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = {name: getattr(self, name) for name in ("document", "pages", "starred", "reviewed")}
        return plain | {"tags": list(self.tags), "hits": [hit.as_json() for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its `head` as docs/json.md names the fields, its documents, facets, and how it goes on.

    `after` is the cursor behind the last document, empty at the end and where the order has none.
    """

    question: Question
    node: Node
    head: dict[str, Any]
    documents: int
    hits: tuple[DocumentHits, ...]
    facets: tuple[Facet, ...]
    dates: Facet
    after: str

    @property
    def total(self) -> int:
        """Number of pages that match, exactly."""
        return int(self.head["total"])


def reply(case: Case, searching: CaseSearch, question: Question, *, limit: int = DOCUMENTS) -> Reply:
    """The answer to the question.

    Raises:
        BadQuery: with the position and the reason.
        BadCursor: if the question goes on behind what is no cursor of its order.
    """
    node = searching.resolved(question.node())
    order, after, offset = question.order, question.after, question.offset
    found = searching.by_document(node, limit=limit, offset=offset, order=order, after=after)
    head = head_of(case, searching, question.query, Answer(found.total, (), found.after), node)
    documents = with_hits(searching, node, found.hits)
    facets = {facet.name: facet for facet in _facets(searching, question, node)}
    beside = tuple(facets[name] for name in SIDE)
    dates = facets["month"] if "month" in facets else facets["year"]
    return Reply(question, node, head, found.documents, documents, beside, dates, found.after)


def with_hits(searching: CaseSearch, node: Node, found: Iterable[DocumentHit]) -> tuple[DocumentHits, ...]:
    """The documents with what the records and their pages say; asked for all of them at once."""
    documents, marks = list(found), searching.marks()
    hits = iter(list(searching.hits(node, [page for one in documents for page in one.hits])))
    return tuple(_marked(one, tuple(next(hits) for _ in one.hits), marks) for one in documents)


def _marked(found: DocumentHit, hits: tuple[Hit, ...], marks: AllMarks) -> DocumentHits:
    tags = tuple(tag for tag, documents in marks.tags.items() if found.document in documents)
    starred, reviewed = found.document in marks.starred, found.document in marks.reviewed
    return DocumentHits(found.document, found.pages, hits, starred, reviewed, tags)


def _facets(searching: CaseSearch, question: Question, node: Node) -> Iterator[Facet]:
    """Each facet over the answer without the filters of its own field, but for those that narrow."""
    wanted: list[FacetName] = [*SIDE, "month" if _is_one_year(question) else "year"]
    chosen = {one.field for one in question.filters} - _NARROWING
    alone = [name for name in wanted if _OF_FACET.get(name, name) in chosen and name != "month"]
    yield from searching.facets(node, [name for name in wanted if name not in alone])
    for name in alone:
        without = searching.resolved(question.node(_OF_FACET.get(name, name)))
        yield from searching.facets(without, [name])


def _is_one_year(question: Question) -> bool:
    """Whether the dates are narrowed to days of one year, so that its months are of interest."""
    dates = [one.node for one in question.filters if one.field == "date"]
    return len(dates) == 1 and isinstance(dates[0], DateRange) and _year(dates[0].low) == _year(dates[0].high) != 0


def _year(day: int | None) -> int:
    return (day or 0) // 10_000
