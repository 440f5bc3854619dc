"""What is known of each document of a case beside its text: folders, sender, marks. For filters and facets.

Held in columns, made of the records once, and kept for all who search the same open case until the records change. A
sender is what the header of a mail says, in its words: a fact about the mail, not a record of a person.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from fairwitness.case.case import Case
from fairwitness.search._documents import DocumentPages
from fairwitness.search._nodes import PathPattern, fold_path
from fairwitness.search._walk import prefix_of
from fairwitness.search.facets import DocumentFacet, Facet
from fairwitness.search.query import And, FromSender, InFolder, Marked, Node, Tagged
from fairwitness.work._folders import ROOT, Folders
from fairwitness.work.account import found_names
from fairwitness.work.marking import AllMarks, all_marks, marks_version
from fairwitness.work.running import is_at_work

IntArray = NDArray[np.int64]
_FROM = "from"  # the name of the statement, docs/metadata.md
_KEPT = 16  # folders whose insides are remembered
_REST = 20  # times as long as it took to make it, a table is good while the case grows


@dataclass(frozen=True, slots=True)
class _Column:
    """Documents (by row) and their values (by number), each pair once; a document may have any number of values."""

    names: list[str]
    rows: IntArray
    values: IntArray

    @staticmethod
    def of(names: list[str], pairs: Iterable[tuple[int, int]]) -> _Column:
        found = np.unique(np.array(list(pairs), dtype=np.int64).reshape(-1, 2), axis=0)
        return _Column(names, found[:, 0], found[:, 1])


class DocumentTable:
    """One state of the finds and readings. Rows are documents by rising digest."""

    def __init__(self, case: Case) -> None:
        finds = list(case.queries.places())
        self.digests = sorted({document for _, _, document in finds if document})
        self._rows = {digest: row for row, digest in enumerate(self.digests)}
        self._prefixes = np.array([prefix_of(digest) for digest in self.digests], dtype=np.int64)
        same = np.flatnonzero(self._prefixes[1:] == self._prefixes[:-1])
        self.twins = frozenset(self.digests[row] for at in same for row in (at, at + 1))
        self._folders = Folders()
        places = [(document, self._folders.place(parent, name, document)) for parent, name, document in finds]
        lying = ((self._rows[document], folder) for document, folder in places if document)
        self._lying = _Column.of(self._folders.names, lying)
        self._senders = self._read_senders(case)
        self._paths: list[tuple[str, str]] | None = None
        self._inside: OrderedDict[frozenset[int], _Column] = OrderedDict()

    def _read_senders(self, case: Case) -> _Column:
        numbers: dict[str, int] = {}
        pairs = [
            (self._rows[document], numbers.setdefault(value, len(numbers)))
            for document, value in case.queries.statements_named(_FROM)
            if document in self._rows
        ]
        return _Column.of(list(numbers), pairs)

    # Filters

    def in_folder(self, path: str) -> Collection[str]:
        """Documents found in that folder, or anywhere below it."""
        below = np.array(self._folders.below(self._folders.named(path)), dtype=np.int64)
        rows = np.unique(self._lying.rows[below[self._lying.values] >= 0])
        return [self.digests[row] for row in rows]

    def on_path(self, case: Case, pattern: PathPattern) -> Collection[str]:
        """Documents that were found in at least one place that the pattern matches."""
        if self._paths is None:
            self._paths = [(fold_path(name), found.document) for found, name in found_names(case) if found.document]
        matches = pattern.folded_test()
        return {document for path, document in self._paths if matches(path)}

    def from_sender(self, text: str, *, whole: bool) -> Collection[str]:
        """Documents whose sender has that text in it, whatever its case; or is exactly that."""
        wanted = fold_path(text)
        chosen = [
            number
            for number, name in enumerate(self._senders.names)
            if (name == text if whole else wanted in fold_path(name))
        ]
        rows = np.unique(self._senders.rows[np.isin(self._senders.values, chosen)])
        return [self.digests[row] for row in rows]

    def path_ranks(self, prefixes: IntArray) -> IntArray:
        """The places of documents in the order of their first paths, given the first bits of their digests."""
        rows, known = self._rows_of(prefixes)
        return np.where(known, self._path_ranks[rows], len(self.digests))

    def path_rank(self, document: str) -> int:
        """The place of one document in that order, behind all others if it is not known."""
        row = self._rows.get(document)
        return len(self.digests) if row is None else int(self._path_ranks[row])

    @cached_property
    def _path_ranks(self) -> IntArray:
        first = self._folders.first_names()
        names = [first[digest] for digest in self.digests]
        ranks = np.empty(len(names) + 1, dtype=np.int64)
        ranks[sorted(range(len(names)), key=lambda row: (names[row], self.digests[row]))] = np.arange(len(names))
        return ranks

    def _rows_of(self, prefixes: IntArray) -> tuple[IntArray, NDArray[np.bool_]]:
        rows = np.searchsorted(self._prefixes, prefixes)
        inside = rows < len(self._prefixes)
        known = np.zeros(len(prefixes), dtype=bool)
        known[inside] = self._prefixes[rows[inside]] == prefixes[inside]
        return np.where(known, rows, 0), known

    # Facets

    def facet(self, name: DocumentFacet, found: DocumentPages, node: Node, marks: AllMarks) -> Facet:
        """How many pages and documents of an answer have which value; `node` says which folder it is about."""
        pages = self._pages_of_rows(found)
        if name == "folder":
            return _counted(name, self._folder_column(node), pages, found)
        if name == "sender":
            return _counted(name, self._senders, pages, found)
        if name == "tag":
            return _counted(name, self._column_of(marks.tags), pages, found)
        chosen = marks.starred if name == "starred" else marks.reviewed
        facet = _counted(name, self._column_of({"yes": chosen}), pages, found)
        if not facet.none:
            return facet
        others = found.count - sum(facet.documents)
        return Facet(name, (*facet.values, ("no", facet.none)), 0, (*facet.documents, others))

    def _pages_of_rows(self, found: DocumentPages) -> IntArray:
        pages = np.zeros(len(self.digests), dtype=np.int64)
        rows, known = self._rows_of(found.prefixes)
        pages[rows[known]] = found.pages[known]
        for digest, count, _ in found.twins:
            pages[self._rows[digest]] = count
        return pages

    def _folder_column(self, node: Node) -> _Column:
        """Documents by the folders just inside the one that the query narrows to; the leak folder if to none."""
        asked = [part for part in (node.parts if isinstance(node, And) else (node,)) if isinstance(part, InFolder)]
        within = [self._folders.named(part.path) for part in asked]
        return self._column_inside(frozenset(max(within, key=self._folders.depth_of, default=frozenset({ROOT}))))

    def _column_inside(self, within: frozenset[int]) -> _Column:
        if within not in self._inside:
            below = np.array(self._folders.below(self._folders.inside(within)), dtype=np.int64)
            folders = below[self._lying.values]
            pairs = zip(self._lying.rows[folders >= 0].tolist(), folders[folders >= 0].tolist(), strict=True)
            self._inside[within] = _Column.of(self._folders.names, pairs)
            while len(self._inside) > _KEPT:
                self._inside.popitem(last=False)
        return self._inside[within]

    def _column_of(self, sets: dict[str, frozenset[str]]) -> _Column:
        pairs = (
            (self._rows[digest], number)
            for number, digests in enumerate(sets.values())
            for digest in digests
            if digest in self._rows
        )
        return _Column.of(list(sets), pairs)


def _counted(name: str, column: _Column, pages: IntArray, found: DocumentPages) -> Facet:
    there = pages[column.rows] > 0
    rows, values = column.rows[there], column.values[there]
    size = len(column.names)
    by_pages = np.bincount(values, weights=pages[rows], minlength=size).astype(np.int64)
    by_documents = np.bincount(values, minlength=size)
    counts = [(column.names[at], int(by_pages[at]), int(by_documents[at])) for at in np.flatnonzero(by_documents)]
    counts.sort(key=lambda value: (-value[1], value[0]))
    with_value = int(pages[np.unique(rows)].sum())
    values_shown = tuple((value, count) for value, count, _ in counts)
    return Facet(name, values_shown, found.total - with_value, tuple(documents for _, _, documents in counts))


class Tables:
    """The table and the marks of one open case, each made anew once the records have changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._table: tuple[tuple[int, ...], DocumentTable] | None = None
        self._marks: tuple[int, AllMarks] | None = None
        self._good_until = 0.0

    def now(self, case: Case) -> tuple[DocumentTable, AllMarks]:
        """What the records say now; of finds and readings some seconds ago while another process adds to them."""
        with self._lock:
            state = case.queries.table_sizes()
            if self._table is None or (self._table[0] != state and not self._is_young(case)):
                started = time.monotonic()
                self._table = (state, DocumentTable(case))
                self._good_until = time.monotonic() + _REST * (time.monotonic() - started)
            version = marks_version(case)
            if self._marks is None or self._marks[0] != version:
                self._marks = (version, all_marks(case))
            return self._table[1], self._marks[1]

    def _is_young(self, case: Case) -> bool:
        return time.monotonic() < self._good_until and is_at_work(case)


_OF_CASE: WeakKeyDictionary[Case, Tables] = WeakKeyDictionary()
_LOCK = threading.Lock()


def tables_of(case: Case) -> Tables:
    """Those of this open case, the same for everybody who searches it."""
    with _LOCK:
        return _OF_CASE.setdefault(case, Tables())


def documents_with(
    leaf: InFolder | FromSender | Tagged | Marked, table: DocumentTable, marks: AllMarks
) -> Collection[str]:
    """Documents for which the leaf is true; of marks those that are set."""
    if isinstance(leaf, InFolder):
        return table.in_folder(leaf.path)
    if isinstance(leaf, FromSender):
        return table.from_sender(leaf.text, whole=leaf.whole)
    if isinstance(leaf, Tagged):
        wanted = unicodedata.normalize("NFC", leaf.tag)
        return marks.tags.get(wanted, frozenset())
    return {"starred": marks.starred, "reviewed": marks.reviewed, "noted": marks.noted}[leaf.mark]
