"""Explains an answer: which spellings a pattern found, and why nothing was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import tantivy

from fairwitness.search._match import is_like, ranges_of
from fairwitness.search._nodes import (
    And,
    Boost,
    Fuzzy,
    Loose,
    Named,
    Node,
    Or,
    Phrase,
    Regex,
    Term,
    TextLeaf,
    Wildcard,
    positive_text_leaves,
    unparse,
)
from fairwitness.search._patterns import compiled, fuzzy_of, is_han_pattern, literal_start, pattern_of
from fairwitness.search._view import View, unit_of
from fairwitness.search._walk import Query, count_of
from fairwitness.search.analyser import han_runs, has_han, is_han

MAX_SHOWN = 30  # spellings
MAX_PARTS = 30  # parts of a query that are counted one by one
_MAX_TERMS = 10_000  # words of the index that are tried against a pattern
_MAX_PAGES = 300  # pages that are looked at where there would be too many words
_MAX_COUNTED = 200  # words whose pages are counted; the counts of the engine hold pages that were taken away
_MAX_MEANT = 3


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling, and the pages of the index that it is on."""

    form: str
    pages: int


@dataclass(frozen=True, slots=True)
class Spellings:
    """What a fuzzy word, a wildcard or a regular expression found, the most frequent first.

    `others` is the number of further spellings, perhaps of pages that were taken away; None where only the first pages
    were looked at.
    """

    part: str
    forms: tuple[Spelling, ...]
    others: int | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        forms = [{"form": spelling.form, "pages": spelling.pages} for spelling in self.forms]
        return {"part": self.part, "forms": forms, "others": self.others}


@dataclass(frozen=True, slots=True)
class PartCount:
    """A part of a query, how many pages it has alone, and for none what might have been meant."""

    part: str
    pages: int
    meant: tuple[Spelling, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        meant = [{"form": spelling.form, "pages": spelling.pages} for spelling in self.meant]
        return {"part": self.part, "pages": self.pages, "meant": meant}


class Explainer:
    """Explains answers from one snapshot of the index.

    `plan` makes an engine query, `sequences` yields names and sequences of the pages that match one.
    """

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        plan: Callable[[Node], Query],
        sequences: Callable[[Query], Iterator[tuple[str, str]]],
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._plan = plan
        self._sequences = sequences

    def spellings(self, node: Node) -> list[Spellings]:
        """What each fuzzy word, pattern and name of the query found, as far as it is not negated."""
        leaves = dict.fromkeys(
            leaf for leaf in positive_text_leaves(node) if isinstance(leaf, Fuzzy | Wildcard | Regex | Named)
        )
        return [self._spellings(leaf) for leaf in islice(leaves, MAX_PARTS)]

    def parts(self, node: Node) -> list[PartCount]:
        """How many pages each part of the query has alone; for words that have none, words that are near."""
        leaves = dict.fromkeys(_leaves(node))
        return [self._part(leaf) for leaf in islice(leaves, MAX_PARTS)]

    def _part(self, leaf: Node) -> PartCount:
        pages = count_of(self._searcher, self._plan(leaf))
        return PartCount(unparse(leaf), pages, () if pages else tuple(self._meant(leaf)))

    def _meant(self, leaf: Node) -> list[Spelling]:
        if not isinstance(leaf, Term | Phrase) or (isinstance(leaf, Phrase) and leaf.slop):
            return []
        looser = Loose(leaf.text)
        pages = count_of(self._searcher, self._plan(looser))
        found = [Spelling(unparse(looser), pages)] if pages else []
        unit = unit_of(leaf.text)
        if len(unit) == 1 and not is_han(unit[0]) and len(unit[0]) > 2:
            found += self._spellings(Fuzzy(unit[0], 1 if len(unit[0]) < 6 else 2)).forms
        elif len(unit) > 1 and all(map(is_han, unit)) and len(list(han_runs(leaf.text))) == 1:
            found += self._spellings(Fuzzy(leaf.text, 1)).forms
        return found[:_MAX_MEANT]

    def _spellings(self, leaf: Fuzzy | Wildcard | Regex | Named) -> Spellings:
        start, fits = ("", None) if isinstance(leaf, Named) else _word_test(leaf)
        if fits is None:
            return self._on_pages(leaf)
        known = self._searcher.terms_with_prefix("word", start, limit=_MAX_TERMS + 1) if start else []
        if 0 < len(known) <= _MAX_TERMS:
            known.sort(key=lambda word: -word[1])
            words, is_whole = [word for word, _ in known if fits(word)], True
        else:
            words, is_whole = self._words_on_pages(leaf, fits)
        counted = [
            (word, count_of(self._searcher, Query.term_query(self._schema, "word", word)))
            for word in words[:_MAX_COUNTED]
        ]
        forms = sorted(((word, pages) for word, pages in counted if pages), key=lambda form: (-form[1], form[0]))
        others = max(0, len(forms) - MAX_SHOWN) + len(words[_MAX_COUNTED:])
        return _shown(leaf, forms, others if is_whole else None)

    def _words_on_pages(self, leaf: TextLeaf, fits: Callable[[str], bool]) -> tuple[list[str], bool]:
        """The words that fit on the first pages that match, frequent ones first, and whether those are all pages."""
        counted: Counter[str] = Counter()
        pages = self._sequences(self._plan(leaf))
        for _, sequence in islice(pages, _MAX_PAGES):
            counted.update(set(sequence.split(" ")))
        fitting = [(word, count) for word, count in counted.items() if word and not has_han(word) and fits(word)]
        fitting.sort(key=lambda word: (-word[1], word[0]))
        return [word for word, _ in fitting], next(pages, None) is None

    def _on_pages(self, leaf: TextLeaf) -> Spellings:
        counted: Counter[str] = Counter()
        pages = self._sequences(self._plan(leaf))
        for _, sequence in islice(pages, _MAX_PAGES):
            view = View.of_sequence(sequence)
            counted.update({view.written(units) for units in ranges_of(leaf, view)})
        forms = sorted(counted.items(), key=lambda form: (-form[1], form[0]))
        is_whole = next(pages, None) is None
        return _shown(leaf, forms, max(0, len(forms) - MAX_SHOWN) if is_whole else None)


def _word_test(leaf: Fuzzy | Wildcard | Regex) -> tuple[str, Callable[[str], bool] | None]:
    """How the words that the leaf means begin, and whether a word is one; no test for leaves over Han characters."""
    if isinstance(leaf, Fuzzy):
        wanted = fuzzy_of(leaf)
        start = "" if wanted.free else wanted.text[0]
        return start, None if wanted.han else lambda word: is_like(wanted, word)
    pattern, fitting = pattern_of(leaf), compiled(leaf)
    if is_han_pattern(pattern):
        return "", None
    return literal_start(pattern), lambda word: fitting.fullmatch(word) is not None


def _shown(leaf: TextLeaf, forms: Iterable[tuple[str, int]], others: int | None) -> Spellings:
    return Spellings(unparse(leaf), tuple(Spelling(*form) for form in islice(forms, MAX_SHOWN)), others)


def _leaves(node: Node) -> Iterator[Node]:
    """The parts of a query between its operators; what is negated comes with its NOT."""
    if isinstance(node, (And, Or)):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Boost):
        yield from _leaves(node.part)
    else:
        yield node
