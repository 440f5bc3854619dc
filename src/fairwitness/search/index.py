"""The index over pages, on tantivy. Derived from the records: it may be deleted and made again at any time.

It holds tokens, never the text itself. One process writes; any number may read meanwhile and see the last commit.
What tantivy gets silently wrong is kept away from it: see `_plan` for queries, and here for ids, which are text
because deleting by a number deletes nothing, and for the tokenizer, which must be registered after every opening.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Self

import tantivy

from fairwitness.core.cite import parse_cite
from fairwitness.core.errors import CaseBusy, FairwitnessError, NotFound
from fairwitness.names.keys import keys_version
from fairwitness.search._documents import DocumentPages, Value, pages_by_document
from fairwitness.search._grouped import VALUES, Grouping
from fairwitness.search._hits import Answer, DocumentHit, GroupedAnswer, PageHit
from fairwitness.search._nodes import OF_DOCUMENTS, And, BadQuery, Boost, Like, Node, Not, Or
from fairwitness.search._order import ORDERS, Cursor, InOrder, Order, Placed, cursor_of
from fairwitness.search._plan import Planner, Query, SearchContext
from fairwitness.search._telling import telling
from fairwitness.search._view import HAN_MARK, View, is_single_han, sequence_of
from fairwitness.search._walk import (
    all_of,
    between,
    count_of,
    counted,
    name_at,
    page_id,
    parts_of,
    places_of,
    prefix_of,
    tail_of,
    walk,
)
from fairwitness.search.analyser import ANALYSER_VERSION, INDEX_FIELDS, RUN_BREAK
from fairwitness.search.explain import Explainer
from fairwitness.search.facets import Facet, IndexFacet, facets_of
from fairwitness.text.language_codes import LANGUAGE_VERSION, with_general, without_general
from fairwitness.text.quality import QUALITY_VERSION

__all__ = [
    "ORDERS",
    "Answer",
    "DocumentHit",
    "DocumentPages",
    "GroupedAnswer",
    "IndexOutdated",
    "IndexUnusable",
    "IndexedPage",
    "Order",
    "PageHit",
    "SearchContext",
    "TantivyIndex",
]

SCHEMA_VERSION = "5"
HEAP_BYTES = 128_000_000
_MARK = "made-by"  # a file of ours beside those of tantivy
_PLANS = 16
_ANSWERS = 4  # whose documents are kept
_LETTERS = 3  # whose words are kept for the next fuzzy word: up to some 10 MB each where there are a million words


class IndexUnusable(FairwitnessError):
    """The index cannot be opened."""

    code = "index"
    advice = "Run: fairwitness open CASE; it makes the index anew from what was read, and nothing is lost."


class IndexOutdated(IndexUnusable):
    """The index was made by another version of the analyser, so its tokens are not those of a query."""

    code = "index_outdated"


@dataclass(frozen=True, slots=True)
class IndexedPage:
    """One page for the index.

    `document` is a SHA-256 in hex, `date` is yyyymmdd, `fields` is from `index_fields`, `trust` in thousandths.
    """

    document: str
    number: int
    type: str
    languages: tuple[str, ...]
    date: int | None
    fields: tuple[tuple[str, str], ...]
    trust: int = 1000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("doc", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("tok", tokenizer_name="blank", index_option="position")
    builder.add_text_field("word", tokenizer_name="blank", index_option="basic")
    builder.add_text_field("han", tokenizer_name="blank", index_option="basic")
    builder.add_text_field("loose", tokenizer_name="blank", index_option="position")
    builder.add_text_field("seg", tokenizer_name="blank", index_option="basic")
    builder.add_text_field("stem", tokenizer_name="blank", index_option="basic")
    builder.add_text_field("name", tokenizer_name="blank", index_option="basic")
    builder.add_text_field("type", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("lang", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("date", indexed=True, fast=True)
    builder.add_integer_field("trust", indexed=True, fast=True)
    builder.add_integer_field("prefix", indexed=True, fast=True)
    builder.add_integer_field("tail", indexed=True, fast=True)
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_bytes_field("sequence", stored=True, indexed=False)
    return builder.build()


class TantivyIndex:
    """One index in one folder. Made by `create_or_open` for writing, by `open_reading` for searching only."""

    def __init__(self, index: tantivy.Index, writer: tantivy.IndexWriter | None) -> None:
        index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        index.config_reader("manual")
        self._index = index
        self._schema = index.schema
        self._writer = writer
        self._plans: OrderedDict[Node, tuple[SearchContext, object, Query]] = OrderedDict()
        self._documents: OrderedDict[tuple[Node, Value], tuple[SearchContext, object, DocumentPages]] = OrderedDict()
        self.reload()

    @classmethod
    def create_or_open(cls, folder: Path, *, heap_bytes: int = HEAP_BYTES) -> Self:
        """The index in `folder`, open for writing and searching; made if there is none. The folder may be missing.

        Raises:
            CaseBusy: if another process writes to it.
            IndexOutdated: if another version made it.
            IndexUnusable: if it is damaged.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if not tantivy.Index.exists(str(folder)):
            (folder / _MARK).write_text(_made_by(), encoding="ascii")
            index = tantivy.Index(_schema(), str(folder))
        else:
            index = _open(folder)
        try:
            writer = index.writer(heap_bytes, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise CaseBusy("Another process is writing to the search index.") from None
            raise IndexUnusable("The search index cannot be written to.") from None
        return cls(index, writer)

    @classmethod
    def open_reading(cls, folder: Path) -> Self:
        """The index in `folder`, open for searching.

        Raises:
            IndexOutdated: if another version made it.
            IndexUnusable: if there is none, or it is damaged.
        """
        if not folder.is_dir() or not tantivy.Index.exists(str(folder)):
            raise IndexUnusable("There is no search index.")
        return cls(_open(folder), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise ValueError("the index is open for reading only")
        return self._writer

    def add(self, pages: Iterable[IndexedPage]) -> None:
        """The pages are in the index after the next commit, in place of what was there under the same numbers."""
        writer = self._writing()
        for page in pages:
            name = page_id(page.document, page.number)
            tokens = dict(page.fields)
            if tuple(tokens) != INDEX_FIELDS:
                raise ValueError(f"the fields of a page are {', '.join(INDEX_FIELDS)}")
            record = tantivy.Document()
            record.add_text("id", name)
            record.add_text("doc", page.document)
            record.add_text("type", page.type)
            for language in with_general(page.languages):
                record.add_text("lang", language)
            for field, value in page.fields:
                if value:
                    record.add_text(field, f"{value} {HAN_MARK}" if field == "han" else value)
            record.add_bytes("sequence", sequence_of(tokens["tok"]).encode())
            if page.date is not None:
                record.add_integer("date", page.date)
            record.add_integer("trust", page.trust)
            record.add_integer("prefix", prefix_of(page.document))
            record.add_integer("tail", tail_of(page.document))
            record.add_integer("number", page.number)
            writer.delete_documents_by_term("id", name)
            writer.add_document(record)

    def delete_document(self, digest: str) -> None:
        """After the next commit no page of the document is found.

        Its words can stay in the files until segments are merged; to remove them for certain, make the index again.
        """
        self._writing().delete_documents_by_term("doc", digest)

    def commit(self) -> None:
        """Everything added and deleted so far is on disk and is found; only now may pages count as indexed."""
        self._writing().commit()
        self.reload()

    def close(self) -> None:
        """The index takes no more pages, and others may write. What was not committed is dropped."""
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        writer.rollback()
        writer.wait_merging_threads()

    # Reading

    def reload(self) -> None:
        """Searches see the last commit of whichever process made it."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._plans.clear()
        self._documents.clear()
        self._words = lru_cache(maxsize=_LETTERS)(partial(_words_from, self._searcher))

    def page_count(self) -> int:
        """Number of pages that can be found."""
        return int(self._searcher.num_docs)

    def pages_trusted_less(self, trust: float) -> int:
        """Number of pages with less trust than that, which is in [0, 1]."""
        return count_of(self._searcher, between(self._schema, "trust", 0, round(1000 * trust) - 1))

    def search(
        self,
        node: Node,
        context: SearchContext,
        *,
        limit: int,
        offset: int = 0,
        order: Order = "relevance",
        after: str = "",
    ) -> Answer:
        """How many pages match, exactly, and those from `offset` on, behind the page that the cursor `after` names.

        Pages of equal relevance may change places when the index changes; the other orders never change.

        Raises:
            BadCursor: if `after` is no cursor of this order.
            BadQuery: for what can be known only now: a page that is not there, a pattern that asks for too much.
        """
        last = cursor_of(after, order)
        query = self._plan(node, context)
        wanted = min(limit, self.page_count() - offset)  # the engine reserves memory for all that it is asked for
        if wanted <= 0:
            return Answer(count_of(self._searcher, query), ())
        if order == "relevance":
            found = self._searcher.search(query, limit=wanted, offset=offset)
            return Answer(counted(found), tuple(self._hit(place, score) for score, place in found.hits))
        total = count_of(self._searcher, query)
        placed = self._ordered(query, context, order, last, offset, limit)
        hits = tuple(PageHit(page.document, page.number, 0.0) for _, page in placed)
        if len(hits) < limit:
            return Answer(total, hits)
        value, page = placed[-1]
        return Answer(total, hits, str(Cursor(order, value, page.document, page.number)))

    def _ordered(
        self, query: Query, context: SearchContext, order: Order, last: Cursor | None, offset: int, limit: int
    ) -> list[Placed]:
        pages = InOrder(self._schema, self._searcher, query)
        end = offset + limit
        if order == "document":
            return list(islice(pages.by_document(last), offset, end))
        if order != "path":
            return pages.first(order, end, last)[offset:]
        path = lru_cache(maxsize=None)(context.path_of)

        def key(document: str, number: int) -> tuple[str, str, int]:
            return path(document), document, number

        behind = key(last.document, last.number) if last else None
        every = (page for page in pages.by_document(None) if not behind or key(*page.found[:2]) > behind)
        return nsmallest(end, every, key=lambda page: key(*page.found[:2]))[offset:]

    def facets(self, node: Node, context: SearchContext, names: Iterable[IndexFacet]) -> list[Facet]:
        """The facets over all pages that match."""
        query = self._plan(node, context)
        return facets_of(names, self._searcher, query, count_of(self._searcher, query))

    def documents(self, node: Node, context: SearchContext, value: Value = "") -> DocumentPages:
        """The documents with pages that match; kept for the next page of the same answer."""
        key = (node, value)
        kept = self._documents.get(key)
        if kept is not None and kept[0] is context and kept[1] is _state(node, context):
            return kept[2]
        query = self._plan(node, context)
        found = pages_by_document(self._schema, self._searcher, query, context.twins(), value)
        self._documents[key] = (context, _state(node, context), found)
        while len(self._documents) > _ANSWERS:
            self._documents.popitem(last=False)
        return found

    def by_document(
        self,
        node: Node,
        context: SearchContext,
        *,
        limit: int,
        offset: int = 0,
        order: Order = "relevance",
        after: str = "",
    ) -> GroupedAnswer:
        """How many pages and documents match, exactly, and some documents with the first of their pages.

        By relevance they are those from `offset` on, in every other order those behind the one that `after` names.

        Raises:
            BadCursor: if `after` is no cursor of this order.
            BadQuery: as `search` does.
        """
        last = cursor_of(after, order)
        query = self._plan(node, context)
        documents = self.documents(node, context, VALUES.get(order, ""))
        grouping = Grouping(self._schema, self._searcher, query, documents)
        if order == "relevance":
            shown, cursor = grouping.by_relevance(offset, limit), ""
        else:
            shown, cursor = grouping.in_order(order, last, limit, context)
        return GroupedAnswer(documents.total, documents.count, tuple(shown), cursor)

    def explainer(self, context: SearchContext) -> Explainer:
        """Explains answers of this snapshot of the index."""
        return Explainer(self._schema, self._searcher, lambda node: self._plan(node, context), self._sequences)

    def resolved(self, node: Node, context: SearchContext) -> Node:
        """The same query, with the words in place of every cite whose like is looked for.

        Raises:
            BadQuery: if a cite names no page of the index.
        """
        if isinstance(node, (And, Or)):
            return type(node)(tuple(self.resolved(part, context) for part in node.parts))
        if isinstance(node, Not):
            return Not(self.resolved(node.part, context))
        if isinstance(node, Boost):
            return Boost(self.resolved(node.part, context), node.factor)
        return self._telling(node, context) if isinstance(node, Like) and not node.document else node

    def _telling(self, node: Like, context: SearchContext) -> Like:
        cite = parse_cite(node.cite)
        try:
            document = context.document_starting(cite.document)
        except NotFound:
            raise BadQuery("like: names a document that is not in this case", 0) from None
        named = Query.term_query(self._schema, "id", page_id(document, cite.page))
        page = next(self._sequences(named), None)
        if page is None:
            raise BadQuery("like: names a page that was not read", 0)
        tokens = [token for token in View.of_sequence(page[1]).tokens if token != RUN_BREAK]
        words, least = telling(tokens, self._pages_with, self.page_count())
        return Like(node.cite, document, cite.page, words, least)

    def _pages_with(self, token: str) -> int:
        return int(self._searcher.doc_freq("han" if is_single_han(token) else "tok", token))

    def all_hits(self, node: Node, context: SearchContext) -> Iterator[PageHit]:
        """Yields every page that matches, by document and page number, from one snapshot of the index."""
        query = self._plan(node, context)
        for found in walk(self._schema, self._searcher, query):
            yield PageHit(found.document, found.number, 0.0)

    def numbers_in(self, node: Node, context: SearchContext, document: str) -> list[int]:
        """Numbers of the pages of one document that match, ascending."""
        own = Query.term_query(self._schema, "doc", document)
        query = all_of([Query.const_score_query(self._plan(node, context), 0.0), own])
        return [found.number for found in walk(self._schema, self._searcher, query)]

    def held(self, document: str, number: int) -> tuple[list[str], int]:
        """The languages that the page can be found by, the most used first, and its trust in thousandths.

        A page that is not there has no language and no trust.
        """
        query = Query.term_query(self._schema, "id", page_id(document, number))
        found = self._searcher.search(query, limit=1, count=False).hits
        if not found:
            return [], 0
        (trust,) = self._searcher.fast_field_values("trust", [found[0][1]])
        return without_general(map(str, self._searcher.doc(found[0][1])["lang"])), int(trust or 0)

    def _hit(self, place: tantivy.DocAddress, score: float) -> PageHit:
        return PageHit(*parts_of(name_at(self._searcher, place)), score)

    def _sequences(self, query: Query) -> Iterator[tuple[str, str]]:
        """Yields name and sequence of all pages that match."""
        for place in places_of(self._schema, self._searcher, query):
            page = self._searcher.doc(place)
            yield str(page["id"][0]), bytes(page["sequence"][0]).decode()

    def _plan(self, node: Node, context: SearchContext) -> Query:
        """The engine query, kept for the next page of the same answer while what it rests on is the same."""
        kept = self._plans.get(node)
        if kept is not None and kept[0] is context and kept[1] is _state(node, context):
            return kept[2]
        whole = self.resolved(node, context)
        query = Planner(self._schema, self._searcher, context, self._sequences, self._words).plan(whole)
        self._plans[node] = (context, _state(node, context), query)
        while len(self._plans) > _PLANS:
            self._plans.popitem(last=False)
        return query


def _words_from(searcher: tantivy.Searcher, letter: str) -> list[str]:
    return [word for word, _ in searcher.terms_with_prefix("word", letter)]


def _made_by() -> str:
    versions = (
        f"analyser {ANALYSER_VERSION} languages {LANGUAGE_VERSION} quality {QUALITY_VERSION} names {keys_version()}"
    )
    return f"schema {SCHEMA_VERSION} {versions}\n"


def _open(folder: Path) -> tantivy.Index:
    mark = folder / _MARK
    if not mark.is_file() or mark.read_text(encoding="ascii", errors="replace") != _made_by():
        raise IndexOutdated("The search index was made by another version of fairwitness.")
    try:
        return tantivy.Index.open(str(folder))
    except ValueError:
        raise IndexUnusable("The search index cannot be opened.") from None


def _state(node: Node, context: SearchContext) -> object:
    """What the answer depends on beside the index: the state of the records, if it asks for what only they know."""
    return context.state() if _asks_for_documents(node) else None


def _asks_for_documents(node: Node) -> bool:
    if isinstance(node, (And, Or)):
        return any(map(_asks_for_documents, node.parts))
    if isinstance(node, (Not, Boost)):
        return _asks_for_documents(node.part)
    return isinstance(node, OF_DOCUMENTS)
