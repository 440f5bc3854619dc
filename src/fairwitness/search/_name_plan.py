"""The pages that can hold a form of a name, by the keys and tokens of the index; never fewer than do hold one."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable

import tantivy

from fairwitness.names import Word
from fairwitness.search._names import AskedName, CharacterSets
from fairwitness.search._walk import all_of, any_of
from fairwitness.search.analyser import is_han
from fairwitness.text.loose import with_same_key

Query = tantivy.Query


class NamePlan:
    """Candidates for names against one snapshot of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self.schema = schema
        self.searcher = searcher

    def candidates(self, asked: AskedName) -> Query:
        """Every page on which `asked` has a mention, and some more."""
        parts = [self._way(asked, way) for way in asked.ways]
        parts.append(self._any("name", asked.joined_keys))
        parts += [self._tokens(tokens) for tokens in asked.forms]
        parts += [self._characters(form) for form in asked.han_forms]
        parts += [self._chinese(sets) for sets in asked.characters]
        return any_of(parts)

    def _any(self, field: str, terms: Collection[str]) -> Query:
        return Query.term_set_query(self.schema, field, list(terms)) if terms else Query.empty_query()

    def _tokens(self, tokens: tuple[str, ...]) -> Query:
        if len(tokens) == 1:
            return Query.term_query(self.schema, "tok", tokens[0])
        return Query.phrase_query(self.schema, "tok", list(tokens))

    def _way(self, asked: AskedName, way: tuple[Word, ...]) -> Query:
        words = [self._word(asked, word) for word in way]
        if asked.level != "wide" or len(words) < 3:
            return all_of(words)
        return any_of(all_of(some) for some in itertools.combinations(words, len(words) - 1))

    def _word(self, asked: AskedName, word: Word) -> Query:
        keys = set(asked.keys(word))
        if asked.level == "wide":
            keys.update(self._wide_keys(asked, word))
        aliases = asked.alias_words(word)
        letters = [alias for alias in aliases if not is_han(alias)]
        parts = [self._any("name", sorted(keys)), self._any("tok", letters)]
        parts += [self._characters(alias) for alias in aliases if is_han(alias)]
        return any_of(parts)

    def _wide_keys(self, asked: AskedName, word: Word) -> Iterable[str]:
        """The keys of the index that the level takes for the word, by their first consonant."""
        for first in {reading.skeleton[:1] for reading in word.readings}:
            for prefix in (first, f"_{first}"):
                known = self.searcher.terms_with_prefix("name", prefix)
                yield from (key for key, _ in known if asked.takes_key(word, key))

    def _characters(self, form: str) -> Query:
        """Pages that hold the characters of a form, simplified or not, whatever signs stand between them."""
        return all_of(self._any("han", with_same_key(char)) for char in dict.fromkeys(form))

    def _chinese(self, sets: CharacterSets) -> Query:
        """Pages with pairs of characters that such a name consists of."""
        steps = [sets.surnames, *sets.given]
        parts = []
        for one, two in itertools.pairwise(steps):
            lasts = dict.fromkeys(choice[-1] for choice in one)
            parts.append(self._pairs("".join(lasts), "".join(two)))
        return all_of(parts)

    def _pairs(self, ones: str, twos: str) -> Query:
        first = "".join(map(with_same_key, ones))
        second = set("".join(map(with_same_key, twos)))
        terms = [one + two for one in first for two in second]
        return self._any("tok", terms)
