"""Makes an exact tantivy query of a query tree.

What the engine answers exactly is left to it. What it does not (proximity of several words, patterns and fuzzy words
in Han runs) is narrowed to candidates, and every candidate is verified on its sequence by our own code; the result is
put into the query as a set of ids. So negations and nested brackets are exact, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from fairwitness.search._match import matcher, plain_words
from fairwitness.search._name_plan import NamePlan
from fairwitness.search._names import asked
from fairwitness.search._nodes import (
    FILTERS,
    OF_DOCUMENTS,
    And,
    Boost,
    DocumentLeaf,
    FilterLeaf,
    Fuzzy,
    HanWord,
    LanguageIs,
    Like,
    Loose,
    Marked,
    Named,
    Near,
    NearItem,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Stemmed,
    Term,
    TextLeaf,
    TrustRange,
    TypeIs,
    Wildcard,
    glob_pattern,
)
from fairwitness.search._patterns import (
    Choice,
    FuzzyWord,
    Literal,
    Pattern,
    Repeat,
    Sequence,
    characters,
    compiled,
    expression,
    fixed_size,
    fuzzy_of,
    is_han_pattern,
    literal_start,
    pattern_of,
)
from fairwitness.search._sequence import MAX_VARIED, Variant, variants
from fairwitness.search._view import (
    HAN_MARK,
    Unit,
    View,
    han_word_of,
    is_doubled_han,
    is_single_han,
    loose_unit_of,
    unit_of,
    units_of,
)
from fairwitness.search._walk import all_of, any_of, between, but_not, count_of, page_id, prefix_of
from fairwitness.search.stems import STEMMED, stem_terms
from fairwitness.text.loose import with_same_key

_FEW_DOCUMENTS = 100
_MANY = 3_000  # pages; to look at so many takes longer than to ask the engine for places of pairs
_MAX_PAIRS = 40  # of first tokens of neighbours in `near`; with more, pages with both are looked at
_MAX_TRIED = 2_000  # words of the index that are tried for them
_MAX_VARIED_TWICE = 5  # characters of a fuzzy Chinese word with two changes whose spellings the engine is asked for
if TYPE_CHECKING:
    from fairwitness.search._documents import IntArray

Query = tantivy.Query
Occur = tantivy.Occur


class SearchContext(Protocol):
    """What the index does not hold and a search may need."""

    def path_of(self, document: str) -> str:
        """The path of the document by which it is sorted."""
        ...

    def document_starting(self, beginning: str) -> str:
        """Digest of the one document that starts so. Raises NotFound."""
        ...

    def documents_with(self, leaf: DocumentLeaf) -> Collection[str]:
        """Digests of the documents for which it is true."""
        ...

    def state(self) -> object:
        """An object that is another one whenever `documents_with` may answer otherwise."""
        ...

    def path_ranks(self, prefixes: IntArray) -> IntArray:
        """The places of documents in the order of their paths, given the first 60 bits of their digests."""
        ...

    def path_rank(self, document: str) -> int:
        """The place of one document in that order."""
        ...

    def twins(self) -> Collection[str]:
        """Digests of documents whose first 60 bits are those of another document too."""
        ...


def all_but(query: Query) -> Query:
    """Pages that do not match."""
    return but_not(_silent(Query.all_query()), query)


def _silent(query: Query) -> Query:
    """The same pages, without a part in the score."""
    return Query.const_score_query(query, 0.0)


def _units_of_item(item: NearItem) -> int:
    """How many words and Han characters an item of `near` is."""
    if isinstance(item, Term | Phrase):
        return View.of_text(item.text).size
    if isinstance(item, Fuzzy):
        return 1
    pattern = pattern_of(item)
    return (fixed_size(pattern) or 1) if is_han_pattern(pattern) else 1


class Planner:
    """Plans queries against one snapshot of the index.

    `candidates` yields the ids and the sequences of all hits of an engine query, `words` gives the words of the index
    that begin with a letter.
    """

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        context: SearchContext,
        candidates: Callable[[Query], Iterator[tuple[str, str]]],
        words: Callable[[str], list[str]],
    ) -> None:
        self.schema = schema
        self.searcher = searcher
        self.context = context
        self.candidates = candidates
        self.words = words
        self._known: dict[TextLeaf, tuple[bool, Query]] = {}
        self._otherwise: dict[TextLeaf, Query] = {}

    def plan(self, node: Node, within: Query | None = None) -> Query:
        """An engine query for exactly the pages that match, as far as they match `within` too."""
        if isinstance(node, And):
            return self._and(node, within)
        if isinstance(node, Or):
            return any_of(self.plan(part, within) for part in node.parts)
        if isinstance(node, Not):
            return all_but(self.plan(node.part, within))
        if isinstance(node, FILTERS):
            return _silent(self._filter(node))
        if isinstance(node, Boost):
            return Query.boost_query(self.plan(node.part, within), node.factor)
        if isinstance(node, Like):
            return self._like(node)
        exact, candidates = self._leaf(node)
        if exact:
            return candidates
        words = plain_words(node) if isinstance(node, Near) and not node.ordered else None
        if words is None or len(words) > 2:
            return self._verified(node, candidates, within)
        with_han = Query.term_query(self.schema, "han", HAN_MARK)  # elsewhere tokens are units: the engine is exact
        mixed = self._verified(node, all_of([candidates, _silent(with_han)]), within)
        return any_of([but_not(candidates, with_han), mixed])

    def _and(self, node: And, within: Query | None) -> Query:
        """Parts that must be verified are verified only on pages that the other parts leave."""
        quick = [part for part in node.parts if not self._needs_text(part)]
        slow = [part for part in node.parts if self._needs_text(part)]
        planned = [self.plan(part, within) for part in quick]
        narrowed = [query for query in (within, *planned) if query is not None]
        for part in slow:
            query = self.plan(part, all_of(narrowed) if narrowed else None)
            planned.append(query)
            narrowed.append(query)
        return all_of(planned)

    def _needs_text(self, node: Node) -> bool:
        if isinstance(node, (And, Or)):
            return any(map(self._needs_text, node.parts))
        if isinstance(node, (Not, Boost)):
            return self._needs_text(node.part)
        if isinstance(node, (*FILTERS, Like)):
            return False
        return not self._leaf(node)[0]

    def _filter(self, leaf: FilterLeaf) -> Query:
        if isinstance(leaf, TypeIs):
            return self._glob("type", leaf.value)
        if isinstance(leaf, LanguageIs):
            return self._glob("lang", leaf.value)
        if isinstance(leaf, OF_DOCUMENTS):
            return self._of_documents(leaf)
        if isinstance(leaf, TrustRange):
            if leaf.low > leaf.high:
                return Query.empty_query()
            return between(self.schema, "trust", leaf.low, leaf.high)
        return between(self.schema, "date", leaf.low or 0, leaf.high)

    def _of_documents(self, leaf: DocumentLeaf) -> Query:
        """Pages of the documents that the case names; the first bits of a digest are sought 7 times as fast as all."""
        if isinstance(leaf, Marked) and not leaf.is_set:
            return all_but(self._of_documents(replace(leaf, is_set=True)))
        documents = set(self.context.documents_with(leaf))
        if len(documents) < _FEW_DOCUMENTS:
            return self._any_term("doc", documents)
        twins = documents & set(self.context.twins())
        beginnings = sorted(map(prefix_of, documents - twins))
        return any_of([Query.term_set_query(self.schema, "prefix", beginnings), self._any_term("doc", twins)])

    def _glob(self, field: str, value: str) -> Query:
        wanted = glob_pattern(value.lower())
        known = self.searcher.terms_with_prefix(field, "")
        return self._any_term(field, [term for term, _ in known if wanted.fullmatch(term.lower())])

    def _any_term(self, field: str, terms: Collection[str]) -> Query:
        return Query.term_set_query(self.schema, field, list(terms)) if terms else Query.empty_query()

    def _leaf(self, leaf: TextLeaf) -> tuple[bool, Query]:
        """Whether the query is exact or only gives candidates, and the query."""
        if leaf not in self._known:
            self._known[leaf] = self._planned(leaf)
        return self._known[leaf]

    def _planned(self, leaf: TextLeaf) -> tuple[bool, Query]:
        if isinstance(leaf, Term) or (isinstance(leaf, Phrase) and not leaf.slop):
            return self._unit(unit_of(leaf.text))
        if isinstance(leaf, Phrase):
            return self._near(units_of(leaf.text), leaf.slop)
        if isinstance(leaf, Fuzzy):
            return self._fuzzy(fuzzy_of(leaf))
        if isinstance(leaf, Loose):
            return self._loose(loose_unit_of(leaf.text))
        if isinstance(leaf, HanWord):
            return True, Query.term_query(self.schema, "seg", han_word_of(leaf.text))
        if isinstance(leaf, Stemmed):
            (word,) = unit_of(leaf.text)
            stems = list(itertools.chain.from_iterable(stem_terms([word], [language]) for language in sorted(STEMMED)))
            return True, any_of([self._term(word), self._any_term("stem", stems)])
        if isinstance(leaf, Near):
            return self._near_items(leaf)
        if isinstance(leaf, Named):
            return False, NamePlan(self.schema, self.searcher).candidates(asked(leaf))
        return self._pattern(leaf)

    def _loose(self, unit: Unit) -> tuple[bool, Query]:
        """Loose keys. A page all of whose tokens are their own keys has them in "tok" alone."""
        if len(unit) == 1 and is_single_han(unit[0]):
            return True, self._any_term("han", with_same_key(unit[0]))
        (exact, query), (exact_tok, query_tok) = self._unit(unit, "loose"), self._unit(unit)
        return exact and exact_tok, any_of([query, query_tok])

    def _term(self, token: str, field: str = "tok") -> Query:
        if is_single_han(token):
            if field == "loose":
                return self._any_term("han", with_same_key(token))
            field = "han"
        return Query.term_query(self.schema, field, token)

    def _unit(self, unit: Unit, field: str = "tok") -> tuple[bool, Query]:
        if len(unit) == 1:
            return True, self._term(unit[0], field)
        first, *middle, last = unit
        if not is_single_han(first) and not is_single_han(last):
            return True, Query.phrase_query(self.schema, field, list(unit))
        # Tokens hold letters, digits and marks only, so they mean themselves in a regular expression.
        words: list[str | tuple[int, str]] = [
            f".?{first}" if is_single_han(first) else first,
            *middle,
            f"{last}.?" if is_single_han(last) else last,
        ]
        query = Query.regex_phrase_query(self.schema, field, words)
        if self._is_answered(query):
            return not is_doubled_han(unit), query
        return False, all_of(self._term(token, field) for token in unit)

    def _is_answered(self, query: Query) -> bool:
        """Whether the engine takes the query: an expansion can exceed its limits."""
        try:
            self.searcher.search(query, limit=1, count=False)
        except ValueError:
            return False
        return True

    def _near(self, units: list[Unit], slop: int) -> tuple[bool, Query]:
        if len(units) == 1:
            return self._unit(units[0])
        pairs = [
            Query.phrase_query(self.schema, "tok", [one[0], two[0]], slop)
            for one, two in pairwise(units)
            if len(one) == len(two) == 1 and one != two and not is_single_han(one[0]) and not is_single_han(two[0])
        ]
        if len(units) == 2 and pairs:
            return True, pairs[0]  # tantivy loses hits of three words and more, and of repeated words
        return False, all_of([*pairs, *(self._unit(unit)[1] for unit in dict.fromkeys(units))])

    def _near_items(self, leaf: Near) -> tuple[bool, Query]:
        """All items, and neighbours of which the first tokens are known no farther apart than the window is long.

        Tokens between two places are never more than units.
        """
        parts = [self._leaf(item)[1] for item in leaf.items]
        apart = leaf.slop + sum(map(_units_of_item, leaf.items)) - 1
        beginnings = [known for known in map(self._first_tokens, leaf.items) if known]
        narrowed = [
            self._no_farther(ones, twos, apart, ordered=leaf.ordered)
            for ones, twos in pairwise(beginnings)
            if len(ones) * len(twos) <= _MAX_PAIRS and not set(ones) & set(twos)
        ]
        return False, all_of(narrowed if plain_words(leaf) else [*parts, *narrowed])

    def _no_farther(self, ones: list[str], twos: list[str], apart: int, *, ordered: bool) -> Query:
        pairs = [(one, two) for one in ones for two in twos]
        if not ordered:
            pairs += [(two, one) for one, two in pairs]
        return any_of(Query.phrase_query(self.schema, "tok", list(pair), apart - 1) for pair in pairs)

    def _first_tokens(self, item: NearItem) -> list[str]:
        """The tokens with which the item can begin; none where they are not known, or are too many."""
        if isinstance(item, Term | Phrase):
            first = unit_of(item.text)[0]
            return [] if is_single_han(first) else [first]
        if isinstance(item, Fuzzy):
            fuzzy = fuzzy_of(item)
            return [] if fuzzy.han or fuzzy.free else self._alike(fuzzy)[: _MAX_PAIRS + 1]
        pattern, fitting = pattern_of(item), compiled(item)
        start = literal_start(pattern)
        if is_han_pattern(pattern) or not start:
            return []
        known = self.searcher.terms_with_prefix("word", start, limit=_MAX_TRIED + 1)
        if len(known) > _MAX_TRIED:
            return []
        return [term for term, _ in known if fitting.fullmatch(term)]

    def _like(self, node: Like) -> Query:
        """Pages with so many of the words, but for the page itself."""
        parts = [(Occur.Should, self._term(token)) for token in node.tokens]
        if not parts:
            return Query.empty_query()
        alike = Query.boolean_query(parts, minimum_number_should_match=node.least)
        itself = Query.term_query(self.schema, "id", page_id(node.document, node.page))
        return but_not(alike, itself)

    def _pattern(self, leaf: Wildcard | Regex) -> tuple[bool, Query]:
        pattern = pattern_of(leaf)
        if is_han_pattern(pattern):
            if isinstance(pattern, Literal):
                return self._unit(unit_of(pattern.text))
            required = self._required(pattern)
            at_places = self._at_places(pattern)
            if at_places is None or count_of(self.searcher, required) < _MANY:
                return False, required
            self._otherwise[leaf] = required
            return False, at_places
        try:
            return True, Query.regex_query(self.schema, "word", expression(pattern))
        except ValueError:  # too large for the engine
            wanted = compiled(leaf)
            known = self.searcher.terms_with_prefix("word", literal_start(pattern))
            return True, self._any_term("word", [term for term, _ in known if wanted.fullmatch(term)])

    def _at_places(self, pattern: Pattern) -> Query | None:
        """Pages with the pairs of a pattern of fixed size in their places; None where only one place is known."""
        chars = characters(pattern)
        if chars is None:
            return None
        pairs = [(at, one, two) for at, (one, two) in enumerate(pairwise(chars)) if one or two]
        if not any(one and not two for _, one, two in pairs) or len(pairs) < 2:
            return None
        words: list[str | tuple[int, str]] = [(at - pairs[0][0], f"{one or '.'}{two or '.'}") for at, one, two in pairs]
        return Query.regex_phrase_query(self.schema, "tok", words)

    def _required(self, pattern: Pattern) -> Query:
        """Pages with the characters that every match of a pattern over Han runs has."""
        if isinstance(pattern, Literal):
            pairs = [pattern.text[i : i + 2] for i in range(len(pattern.text) - 1)]
            return all_of(self._term(token) for token in pairs or [pattern.text])
        if isinstance(pattern, Sequence) and pattern.parts:
            return all_of(self._required(part) for part in pattern.parts)
        if isinstance(pattern, Choice):
            return any_of(self._required(part) for part in pattern.parts)
        if isinstance(pattern, Repeat) and pattern.low:
            return self._required(pattern.part)
        return _silent(Query.all_query())

    def _fuzzy(self, wanted: FuzzyWord) -> tuple[bool, Query]:
        if not wanted.han:
            if wanted.free:
                return True, Query.fuzzy_term_query(self.schema, "word", wanted.text, wanted.distance, True, False)
            return True, self._any_term("word", self._alike(wanted))
        if len(wanted.text) <= (MAX_VARIED if wanted.distance == 1 else _MAX_VARIED_TWICE):
            return False, any_of(self._spelled(variant) for variant in dict.fromkeys(variants(wanted)))
        distinct = list(dict.fromkeys(wanted.text))
        needed = len(distinct) - wanted.distance  # one change can cost one character
        if needed <= 0:
            return False, _silent(Query.all_query())
        parts = [(Occur.Should, self._term(char)) for char in distinct]
        return False, Query.boolean_query(parts, minimum_number_should_match=needed)

    def _spelled(self, variant: Variant) -> Query:
        """Pages with the pairs of a spelling, and the characters that stand between unknown ones."""
        parts = "".join(char or " " for char in variant).split()
        tokens = [part[i : i + 2] for part in parts for i in range(max(1, len(part) - 1))]
        return all_of(map(self._term, dict.fromkeys(tokens))) if tokens else _silent(Query.all_query())

    def _alike(self, wanted: FuzzyWord) -> list[str]:
        """The words of the index that a fuzzy query with a fixed first letter means."""
        known = self.words(wanted.text[0])
        near = process.extract_iter(wanted.text, known, scorer=OSA.distance, score_cutoff=wanted.distance)
        return [term for term, _, _ in near]

    def _verified(self, leaf: TextLeaf, candidates: Query, within: Query | None) -> Query:
        narrowed = candidates if within is None else all_of([candidates, within])
        right: list[str] = []
        wrong: list[str] = []
        matches = matcher(leaf)
        try:
            for found, sequence in self.candidates(narrowed):
                (right if matches(sequence) else wrong).append(found)
        except ValueError:  # there are more pairs of characters than the engine takes
            if leaf not in self._otherwise:
                raise
            return self._verified(leaf, self._otherwise.pop(leaf), within)
        if leaf in self._otherwise:
            return self._any_term("id", right)  # the engine would look for the pairs once more
        if not wrong:
            return narrowed
        if len(wrong) < len(right):
            return but_not(narrowed, self._any_term("id", wrong))
        return all_of([narrowed, _silent(self._any_term("id", right))]) if right else Query.empty_query()
