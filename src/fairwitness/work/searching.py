"""Searches a case and says what was not searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from fairwitness.case.case import Case
from fairwitness.core.cite import cite_of
from fairwitness.core.errors import NotFound
from fairwitness.core.parts import PageText
from fairwitness.core.records import SheetCell, TextRange
from fairwitness.intake.identify import family_of
from fairwitness.names import Aliases, read_aliases
from fairwitness.search._names import NameOnPage, names_asked, names_on_page, with_aliases
from fairwitness.search.explain import Explainer
from fairwitness.search.facets import DOCUMENT_FACETS, INDEX_FACETS, Facet, FacetName
from fairwitness.search.highlight import matches, snippet
from fairwitness.search.index import Answer, GroupedAnswer, Order, PageHit, TantivyIndex
from fairwitness.search.query import (
    And,
    DocumentLeaf,
    Node,
    OnPath,
    PathPattern,
    Phrase,
    Term,
    TrustRange,
    parse,
    positive_text_leaves,
)
from fairwitness.text.quality import LOW_TRUST, Trust, signs_of, trust_of
from fairwitness.work.account import account_for_search, found_names
from fairwitness.work.deciding import decided_languages
from fairwitness.work.held import HeldDocuments
from fairwitness.work.scans import DocumentPages, choose, waiting_pages

if TYPE_CHECKING:
    from fairwitness.search._documents import IntArray
    from fairwitness.work.document_table import DocumentTable
    from fairwitness.work.marking import AllMarks

MAX_ALMOST = 100  # pages that one search may wish for
_AT_ONCE = 100  # documents of hits that are looked up together
ALIASES = "names.csv"  # in the folder of the case; whoever works on the case writes it
MAX_NAMES = 20  # forms of names listed for one hit
MAX_BOXES = 200  # boxes listed for one hit; the page itself may hold more matches


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that matches. `boxes` are x0, y0, x1, y1 in pixels of the page image; empty where there is none.

    `recognised_by` is the engine that read the pixels, empty where the text is that of the file; `trust` and `doubts`
    are in docs/quality.md. `language_decided` is True where a person said which language the document is in.
    """

    document: str
    found_as: str
    also_found_as: tuple[str, ...]
    type: str
    page: int
    label: str
    cite: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    boxes: tuple[tuple[int, int, int, int], ...]
    cells: tuple[str, ...]
    dpi: int
    score: float
    recognised_by: str
    trust: float
    doubts: tuple[str, ...]
    names: tuple[NameOnPage, ...]
    languages: tuple[str, ...]
    language_decided: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "document": self.document,
            "found_as": self.found_as,
            "also_found_as": list(self.also_found_as),
            "type": self.type,
            "page": self.page,
            "label": self.label,
            "cite": self.cite,
            "snippet": self.snippet,
            "marks": [list(mark) for mark in self.marks],
            "boxes": [list(box) for box in self.boxes],
            "cells": list(self.cells),
            "dpi": self.dpi,
            "score": round(self.score, 4),
            "recognised_by": self.recognised_by or None,
            "trust": self.trust,
            "doubts": list(self.doubts),
            "names": [asdict(name) for name in self.names],
            "languages": list(self.languages),
            "language_decided": self.language_decided,
        }


class CaseSearch:
    """Searches one case as its last `open` left it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._index = TantivyIndex.open_reading(case.index_folder)
        self._held = HeldDocuments(case)
        self._aliases = self._read_aliases()
        self._forget()

    def _forget(self) -> None:
        self._held.forget()
        self._table: tuple[DocumentTable, AllMarks] | None = None
        self._decided = {about for about, judgement in decided_languages(self._case).items() if judgement.value}
        self._pages = lru_cache(maxsize=64)(self._open_pages)

    def refresh(self) -> None:
        """Searches see what another process has added to the case since; cheap enough to be asked before each."""
        self._index.reload()
        self._forget()

    def ask(
        self, query: str, *, limit: int = 20, offset: int = 0, order: Order = "relevance", after: str = ""
    ) -> tuple[Answer, Node]:
        """How many pages match, and which ones from `offset` on, behind the page that the cursor `after` names.

        Raises:
            BadQuery: with the position and the reason.
            BadCursor: if `after` is no cursor of this order.
        """
        node = self.understood(query)
        return self.ask_node(node, limit=limit, offset=offset, order=order, after=after), node

    def _own(self, node: Node) -> Node:
        """The query, its names with the aliases of this case if there is a table of them."""
        return node if self._aliases is None else with_aliases(node, self._aliases)

    def _read_aliases(self) -> Aliases | None:
        path = self._case.folder / ALIASES
        return read_aliases(path.read_text("utf-8", errors="replace")) if path.is_file() else None

    def by_document(
        self, node: Node, *, limit: int = 20, offset: int = 0, order: Order = "relevance", after: str = ""
    ) -> GroupedAnswer:
        """How many pages and documents match, and some documents with the first of their pages that match.

        By relevance they are those from `offset` on, in every other order those behind the one that `after` names.

        Raises:
            BadQuery: with the position and the reason.
            BadCursor: if `after` is no cursor of this order.
        """
        self._known()  # first, so that all of the answer rests on one state of the records
        return self._index.by_document(self._own(node), self, limit=limit, offset=offset, order=order, after=after)

    def understood(self, query: str) -> Node:
        """The query as it is asked of this case.

        Raises:
            BadQuery: with the position and the reason.
        """
        return self.resolved(parse(query))

    def resolved(self, node: Node) -> Node:
        """The same for a query that was parsed before."""
        return self._own(self._index.resolved(node, self))

    def ask_node(
        self, node: Node, *, limit: int = 20, offset: int = 0, order: Order = "relevance", after: str = ""
    ) -> Answer:
        """The same for a query that was parsed before."""
        return self._index.search(self._own(node), self, limit=limit, offset=offset, order=order, after=after)

    def facets(self, node: Node, names: Iterable[FacetName]) -> list[Facet]:
        """How many of all pages that match have which type, language, folder, sender and so on."""
        own = self._own(node)
        asked = list(names)
        found = {facet.name: facet for facet in self._index.facets(own, self, [n for n in INDEX_FACETS if n in asked])}
        for name in DOCUMENT_FACETS:
            if name in asked:
                table, marks = self._known()
                found[name] = table.facet(name, self._index.documents(own, self), node, marks)
        return [found[name] for name in asked]

    def explainer(self) -> Explainer:
        """Says which spellings were found, and why nothing was."""
        return self._index.explainer(self)

    def all_hits(self, node: Node) -> Iterator[Hit]:
        """Every hit, in the order of document and page, one at a time."""
        yield from self.hits(node, self._index.all_hits(self._own(node), self))

    def pages_of(self, node: Node) -> Iterator[PageHit]:
        """Every page that matches, in the same order, without looking at its text."""
        yield from self._index.all_hits(self._own(node), self)

    def numbers_in(self, node: Node, document: str) -> list[int]:
        """Numbers of the pages of one document that match, ascending."""
        return self._index.numbers_in(self._own(node), self, document)

    def languages_of(self, document: str, number: int) -> list[str]:
        """The languages that the page can be found by, the most used first."""
        return self._index.held(document, number)[0]

    def hits(self, node: Node, found: Iterable[PageHit]) -> Iterator[Hit]:
        """The hits of an answer, in its order; what the records say of their documents is asked for many at once."""
        left = iter(found)
        while some := list(islice(left, _AT_ONCE)):
            self._held.fetch(one.document for one in some)
            for one in some:
                yield self.hit(node, one)

    def hit(self, node: Node, found: PageHit, place: tuple[int, int] | None = None) -> Hit:
        """The hit with its snippet, its cite and its places; of `place` in the text alone, nothing marked, if given."""
        node = self._own(node)
        held = self._held[found.document]
        page = self.page(found.document, found.number)
        made_by = self._pages(found.document).made_by(found.number)
        languages, held_trust = self._index.held(found.document, found.number)
        # No reason is named for less than a fiftieth, so the signs need not be looked for again.
        trust = Trust(held_trust / 1000, ()) if held_trust > 980 else trust_of(signs_of(page))
        ranges = [place] if place else matches(node, page.text)
        shown = snippet(page.text, ranges)
        first = ranges[0] if ranges else (0, max(1, min(80, len(page.text))))
        return Hit(
            document=found.document,
            found_as=held.names[0],
            also_found_as=held.names[1:],
            type=family_of(held.reading.media_type),
            page=found.number,
            label=page.label,
            cite=str(cite_of(TextRange(found.document, found.number, *first, made_by))),
            snippet=shown.text,
            marks=() if place else tuple(shown.marks),
            boxes=tuple(box for span in ranges for box in boxes_of(page, *span))[:MAX_BOXES],
            cells=tuple(cell for span in ranges for cell in cells_of(page, *span, found.document))[:MAX_BOXES],
            dpi=page.dpi,
            score=found.score,
            recognised_by=page.recognition.engine if page.recognition is not None else "",
            trust=trust.value,
            doubts=trust.reasons,
            names=tuple(names_on_page(names_asked(node), page.text)[:MAX_NAMES]),
            languages=tuple(languages),
            language_decided=found.document in self._decided,
        )

    def almost(self, node: Node, found: Iterable[str]) -> list[tuple[str, int]]:
        """Pages that wait for text recognition where a hit is likely: beside a hit, or under a name that matches."""
        documents = dict.fromkeys(found)
        for leaf in positive_text_leaves(node):
            if isinstance(leaf, Term | Phrase):
                documents.update(dict.fromkeys(self.documents_on_path(PathPattern(leaf.text))))
        scans = {document: choose(self._case.queries.scans(document)) for document in documents}
        return [
            (document, page)
            for document in documents
            for reading in self._case.queries.readings_of(document)[-1:]
            for page in sorted(waiting_pages(reading) - set(scans[document]))
        ][:MAX_ALMOST]

    def not_trusted(self, node: Node) -> int:
        """How many of the pages that match have text that cannot be trusted."""
        low = TrustRange(0, round(1000 * LOW_TRUST) - 1)
        return self._index.search(And((low, self._own(node))), self, limit=0).total

    def searched(self) -> int:
        """Number of pages in the index."""
        return self._index.page_count()

    def path_of(self, document: str) -> str:
        """The first name that the document was found under."""
        return self._held[document].names[0]

    def document_starting(self, beginning: str) -> str:
        """Digest of the one document that starts so."""
        return self._case.queries.document_starting(beginning)

    def documents_with(self, leaf: DocumentLeaf) -> Collection[str]:
        """Documents for which the leaf is true; of marks those that are set."""
        if isinstance(leaf, OnPath):
            return self.documents_on_path(leaf.pattern)
        from fairwitness.work.document_table import documents_with

        return documents_with(leaf, *self._known())

    def state(self) -> object:
        """Another object whenever `documents_with` may answer otherwise."""
        return object() if self._table is None else self._table

    def twins(self) -> Collection[str]:
        """Documents whose first 60 bits are those of another document too."""
        return self._known()[0].twins

    def path_ranks(self, prefixes: IntArray) -> IntArray:
        """The places of documents in the order of paths, given the first bits of their digests."""
        return self._known()[0].path_ranks(prefixes)

    def path_rank(self, document: str) -> int:
        """The place of one document in that order."""
        return self._known()[0].path_rank(document)

    def marks(self) -> AllMarks:
        """The marks of all documents."""
        return self._known()[1]

    def _known(self) -> tuple[DocumentTable, AllMarks]:
        """What the records said of the documents when they were first asked after the last refresh."""
        if self._table is None:
            from fairwitness.work.document_table import tables_of  # with numpy, which most searches can do without

            self._table = tables_of(self._case).now(self._case)
        return self._table

    def documents_on_path(self, pattern: PathPattern) -> Collection[str]:
        """Documents that were found in at least one place that the pattern matches."""
        if self._table is not None:
            return self._table[0].on_path(self._case, pattern)
        return {found.document for found, name in found_names(self._case) if found.document and pattern.matches(name)}

    def page(self, document: str, number: int) -> PageText:
        """One page that was read.

        Raises:
            NotFound: if it is not there.
        """
        page = self._pages(document).page(number)
        if not isinstance(page, PageText):
            raise NotFound("That page was not read.")
        return page

    def _open_pages(self, document: str) -> DocumentPages:
        held = self._held[document]
        return DocumentPages(self._case, held.reading, held.upto, held.scans)


def boxes_of(page: PageText, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of the words that share a code point with `start` to `end`, joined where they touch on one line."""
    boxes: list[tuple[int, int, int, int]] = []
    words = page.words
    for at in range(0, len(words), 6):
        if words[at] >= end:
            break
        if words[at + 1] > start:
            box = (words[at + 2], words[at + 3], words[at + 4], words[at + 5])
            if boxes and _same_line(boxes[-1], box):
                box = _union(boxes.pop(), box)
            boxes.append(box)
    yield from boxes


def cells_of(page: PageText, start: int, end: int, document: str) -> Iterator[str]:
    """Addresses of the cells that share a code point with `start` to `end`."""
    cells = page.cells
    for at in range(0, len(cells), 4):
        if cells[at] >= end:
            break
        if cells[at + 1] > start:
            yield SheetCell(document, page.label, cells[at + 2], cells[at + 3]).address


def _same_line(left: tuple[int, int, int, int], right: tuple[int, int, int, int]) -> bool:
    overlap = min(left[3], right[3]) - max(left[1], right[1])
    height = max(1, min(left[3] - left[1], right[3] - right[1]))
    gap = max(left[0], right[0]) - min(left[2], right[2])
    return overlap * 2 > height and gap <= 2 * height


def _union(left: tuple[int, int, int, int], right: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return min(left[0], right[0]), min(left[1], right[1]), max(left[2], right[2]), max(left[3], right[3])


def not_searched(case: Case, searched: int) -> dict[str, Any]:
    """What the answer does not cover: pages by cause, and files of which not even the pages are known."""
    account = account_for_search(case)
    pages, files = Counter(account["pages"]), Counter(account["files"])
    waiting = account["pages_with_text"] - searched
    if waiting > 0:
        pages["not_indexed"] += waiting
    total = pages.total() + files.total()
    return {"total": total, "pages": dict(sorted(pages.items())), "files": dict(sorted(files.items()))}
