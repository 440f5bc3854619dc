"""Finds the forms of a name on one page: decides about the candidates of `name:`, marks hits and explains them.

A Chinese name is looked for as it is written in characters, pinyin, Wade-Giles and Palladius; only at `wide` by sounds.
The words of a name stand together, in any order: next to one another, whatever signs are between; words that say whose
child somebody is and articles may stand between, at the level `wide` any one word, too. In runs of Han characters a
Turkic name is looked for in every part that can be read, each of its words in two characters at least; its consonants
must agree there at every level. `fairwitness.names.compare` has the last word on every form.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fairwitness.names import Aliases, BadName, Match, Name, Word, is_within, parse_name, shipped_aliases
from fairwitness.names.chinese import characters_of, forms_in_letters, surnames_read
from fairwitness.names.compare import Level, compare_names, compare_words, is_passed_over, join_words, one_apart
from fairwitness.names.edges import Edges
from fairwitness.names.keys import NAME_KEYS, keys_from, keys_of, parts_of
from fairwitness.search._nodes import And, Boost, Named, Node, Not, Or, positive_text_leaves
from fairwitness.search._view import Range, View
from fairwitness.search.analyser import analyse, is_han
from fairwitness.text.loose import simplify

_STEPS = {"exact": 0, "likely": 1, "wide": 2}
_ENDINGS = frozenset(("v", "p", "n", "vc"))  # the consonants of -ov, -of, -in, -ovich
_JOINED_LEAST = 4  # consonants of a name that is written as one word: fewer are those of many a word
_MAX_FORMS = 600


@dataclass(frozen=True, slots=True)
class Mention:
    """A form of a name on a page: its range in units, as it is compared, and how it matches."""

    start: int
    end: int
    form: str
    match: Match


@dataclass(frozen=True, slots=True)
class CharacterSets:
    """What a Chinese name may be in characters: surnames, and for each character of the given name the choices."""

    surnames: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        """All such names, overlapping ones too, in simplified characters."""
        given = "".join(f"[{chars}]" for chars in self.given)
        return re.compile(f"(?=((?:{'|'.join(self.surnames)}){given}))")


@lru_cache(maxsize=64)
def asked(leaf: Named) -> AskedName:
    """What a `name:` looks for."""
    return AskedName(parse_name(leaf.text), leaf.level, leaf.aliases or shipped_aliases())


class AskedName:
    """A name that is looked for: its words, their keys, and its forms that can be listed."""

    def __init__(self, name: Name, level: Level, aliases: Aliases) -> None:
        self.name = name
        self.level = level
        self.aliases = aliases
        is_chinese = len(name.words) > 1 or name.script == "han"
        is_chinese &= any(way.chinese is not None and not way.chinese.is_turned for way in name.ways)
        by_sound = () if is_chinese and level != "wide" else name.ways  # such a name is looked for as it is written
        self.ways: list[tuple[Word, ...]] = list(dict.fromkeys(way.words for way in by_sound))
        self._words = list(dict.fromkeys(itertools.chain.from_iterable(self.ways)))
        self._joined = [join_words(order) for way in self.ways if len(way) > 1 for order in (way, way[::-1])]
        self._fits: dict[str, frozenset[int]] = {}
        self._alike: dict[str, Match | None] = {}

    @cached_property
    def forms(self) -> dict[tuple[str, ...], str]:
        """Whole forms in letters, as tokens, and as they are written."""
        written = [self.name.text, *self.aliases.forms(self.name.text, whole=True)]
        for way in self.name.ways:
            if way.chinese is not None:
                written += forms_in_letters(way.chinese)
        found = {tuple(token.text for token in analyse(form)): form for form in written[:_MAX_FORMS]}
        return {tokens: form for tokens, form in found.items() if tokens and not any(map(is_han, tokens))}

    @cached_property
    def han_forms(self) -> tuple[str, ...]:
        """Whole forms in Han characters, simplified, without the signs between them."""
        written = [self.name.text, *self.aliases.forms(self.name.text, whole=True)]
        return tuple(dict.fromkeys(filter(None, map(_han_of, written))))

    @cached_property
    def characters(self) -> list[CharacterSets]:
        """What the name may be in Han characters if it is Chinese."""
        found = []
        for way in self.name.ways:
            if way.chinese is not None and (not way.chinese.chars or self.level == "wide"):
                given = tuple(characters_of(syllable) for syllable in way.chinese.given)
                surnames = surnames_read(way.chinese.surname)
                if surnames and all(given):
                    found.append(CharacterSets(surnames, given))
        return found

    def keys(self, word: Word) -> tuple[str, ...]:
        """The keys of a word of the name."""
        return keys_of(word)

    def alias_words(self, word: Word) -> tuple[str, ...]:
        """Other forms of one word, of one token each, folded; Han forms simplified."""
        if self.level == "exact":
            return ()
        forms = self.aliases.forms(word.written or word.text, whole=False)
        tokens = [[token.text for token in analyse(form)] for form in forms]
        han = [_han_of(form) for form in forms]
        letters = [one[0] for one in tokens if len(one) == 1 and not is_han(one[0])]
        return tuple(dict.fromkeys([*letters, *filter(None, han)]))

    @cached_property
    def joined_keys(self) -> tuple[str, ...]:
        """The keys of the name written as one word."""
        keys = dict.fromkeys(itertools.chain.from_iterable(map(keys_of, self._joined)))
        return tuple(key for key in keys if len(key) >= _JOINED_LEAST)

    def takes_key(self, word: Word, key: str) -> bool:
        """Whether a word with this key can be a form of the word; for the level `wide`."""
        other = key.strip("_")
        for skeleton in _skeletons(word):
            if skeleton == other or one_apart(skeleton, other):
                return True
            if other.startswith(skeleton) and other[len(skeleton) :] in _ENDINGS:
                return True
        return False

    # On a page

    def mentions(self, page: View) -> list[Mention]:
        """All forms of the name on the page, in order."""
        found = {
            (mention.start, mention.end): mention
            for mention in itertools.chain(self._in_letters(page), self._in_characters(page))
        }
        return [found[place] for place in sorted(found)]

    def _in_letters(self, page: View) -> Iterator[Mention]:
        pieces = page.pieces
        fits = [frozenset() if han else self._words_that_fit(text) for _, text, han in pieces]
        for at, (_, text, han) in enumerate(pieces):
            if han:
                continue
            ends = set(self._windows(pieces, fits, at)) if fits[at] else set()
            if -1 in fits[at]:
                ends.add(at + 1)
            for end in sorted(ends):
                form = " ".join(piece[1] for piece in pieces[at:end])
                yield from self._mention(pieces[at][0], pieces[end - 1][0] + 1, form, form)
            for tokens, form in self._forms_by_token.get(text, ()):
                end = at + len(tokens)
                if tuple(piece[1] for piece in pieces[at:end]) == tokens:
                    yield from self._mention(pieces[at][0], pieces[end - 1][0] + 1, form, form)

    @cached_property
    def _forms_by_token(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for tokens, form in self.forms.items():
            found.setdefault(tokens[0], []).append((tokens, form))
        return found

    def _words_that_fit(self, token: str) -> frozenset[int]:
        """The words of the name that this word can be a form of, by number; -1 for the whole name as one word."""
        known = self._fits.get(token)
        if known is None:
            self._fits[token] = known = frozenset(self._fitting(token))
        return known

    @cached_property
    def _edges(self) -> Edges:
        """With what letters a word of the name begins and ends."""
        skeletons = {reading.skeleton for word in (*self._words, *self._joined) for reading in word.readings}
        return Edges.of(frozenset(skeletons), any_end=self.level == "wide")

    def _fitting(self, token: str) -> Iterator[int]:
        if not self._edges.take(token) and not any(token in aliases for aliases in self._aliases_of):
            return
        keys = NAME_KEYS[token].split()
        candidates = [
            number
            for number, word in enumerate(self._words)
            if token in self._aliases_of[number]
            or not self._key_sets[number].isdisjoint(keys)
            or (self.level == "wide" and any(self.takes_key(word, key) for key in keys))
        ]
        joined = any(key in self.joined_keys for key in keys)
        if not candidates and not joined:
            return
        if joined:
            yield -1
        try:
            other = parse_name(token)
        except BadName:
            return
        for number in candidates:
            words = [way.words[0] for way in other.ways if len(way.words) == 1]
            best = min((compare_words(self._words[number], word, self.aliases).step for word in words), default=3)
            if best <= _STEPS[self.level]:
                yield number

    @cached_property
    def _key_sets(self) -> list[frozenset[str]]:
        return [frozenset(self.keys(word)) for word in self._words]

    @cached_property
    def _aliases_of(self) -> list[frozenset[str]]:
        return [frozenset(self.alias_words(word)) for word in self._words]

    def _windows(self, pieces: list[tuple[int, str, bool]], fits: list[frozenset[int]], start: int) -> Iterator[int]:
        """Yields the ends of windows of pieces that begin at `start` and hold the words of a way, each once."""
        for way in self.ways:
            wanted = [self._words.index(word) for word in way]
            least = len(way) - 1 if self.level == "wide" and len(way) > 2 else len(way)
            yield from self._along(pieces, fits, start, wanted, len(way) - least, self.level == "wide")

    def _along(
        self,
        pieces: list[tuple[int, str, bool]],
        fits: list[frozenset[int]],
        at: int,
        wanted: list[int],
        spare: int,
        may_skip: bool,
    ) -> Iterator[int]:
        if at >= len(pieces) or pieces[at][2]:
            return
        for index, number in enumerate(wanted):
            if number in fits[at] and number not in wanted[:index]:
                rest = wanted[:index] + wanted[index + 1 :]
                if len(rest) <= spare:
                    yield at + 1
                if rest:
                    yield from self._next(pieces, fits, at + 1, rest, spare, may_skip)

    def _next(
        self,
        pieces: list[tuple[int, str, bool]],
        fits: list[frozenset[int]],
        at: int,
        wanted: list[int],
        spare: int,
        may_skip: bool,
    ) -> Iterator[int]:
        yield from self._along(pieces, fits, at, wanted, spare, may_skip)
        if at >= len(pieces) or pieces[at][2]:
            return
        if is_passed_over(pieces[at][1]):
            yield from self._next(pieces, fits, at + 1, wanted, spare, may_skip)
        elif may_skip:
            yield from self._next(pieces, fits, at + 1, wanted, spare, False)

    def _mention(self, start: int, end: int, form: str, compared: str, level: Level | None = None) -> Iterator[Mention]:
        if compared not in self._alike:
            try:
                self._alike[compared] = compare_names(self.name, parse_name(compared), self.aliases)
            except BadName:
                self._alike[compared] = None
        match = self._alike[compared]
        if match is not None and is_within(match.level, level or self.level):
            yield Mention(start, end, form, match)

    def _in_characters(self, page: View) -> Iterator[Mention]:
        for start, runs in _groups(page.runs):
            simple = [simplify(run) for run in runs]
            whole = "".join(simple)
            for form in self.han_forms:
                for found in re.finditer(f"(?={form})", whole):
                    low = start + found.start()
                    yield from self._mention(low, low + len(form), form, self._written[form])
            at = start
            for run in simple:
                for sets in self.characters:
                    for found in sets.pattern.finditer(run):
                        low = at + found.start()
                        yield from self._mention(low, low + len(found[1]), found[1], found[1])
                at += len(run)
            for low, words in self._spelled(simple):
                form = "·".join(words)
                end = start + low + sum(map(len, words))
                yield from self._mention(start + low, end, form, form, "exact" if self.level == "exact" else "likely")

    @cached_property
    def _written(self) -> dict[str, str]:
        """The whole forms in characters as they are written, with their signs."""
        written = [self.name.text, *self.aliases.forms(self.name.text, whole=True)]
        return {han: form for form in written if (han := _han_of(form))}

    @property
    def spelled(self) -> list[tuple[Word, ...]]:
        """The ways that can be looked for in characters which write sounds; none that one consonant could be."""
        ways = [way.words for way in self.name.ways if way.chinese is None and way.words in self.ways]
        return [way for way in ways if len(way) > 1 or any(len(key.strip("_")) > 1 for key in keys_of(way[0]))]

    def _spelled(self, runs: list[str]) -> Iterator[tuple[int, list[str]]]:
        """Yields where a name spelled in characters begins in the joined runs, and its words."""
        ways = self.spelled
        if not ways:
            return
        numbers = {number for way in ways for number in map(self._words.index, way)}
        whole = "".join(runs)
        steps: dict[int, list[tuple[int, int]]] = {}  # where a word begins: where it ends, and its number
        for low, high, number in self._spelled_words(runs, whole, numbers):
            steps.setdefault(low, []).append((high, number))
        for low in sorted(steps):
            for way in ways:
                for cuts in self._chain(steps, low, list(map(self._words.index, way))):
                    yield low, [whole[one:two] for one, two in itertools.pairwise([low, *cuts])]

    def _spelled_words(self, runs: list[str], whole: str, numbers: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        at = 0
        for run in runs:
            for part in parts_of(run):
                for start in range(len(part[0]) - 1):
                    for end, keys in keys_from(part[0], start):
                        for number in numbers:
                            if self._key_sets[number] & keys:
                                low = at + part.start()
                                yield low + start, low + end, number
            at += len(run)
        for number in numbers:
            for form in self._aliases_of[number]:
                if is_han(form):
                    for found in re.finditer(f"(?={form})", whole):
                        yield found.start(), found.start() + len(form), number

    def _chain(self, steps: dict[int, list[tuple[int, int]]], at: int, wanted: list[int]) -> Iterator[list[int]]:
        for end, number in steps.get(at, ()):
            if number not in wanted:
                continue
            rest = list(wanted)
            rest.remove(number)
            if not rest:
                yield [end]
            else:
                yield from ([end, *more] for more in self._chain(steps, end, rest))


@lru_cache(maxsize=1024)
def _skeletons(word: Word) -> frozenset[str]:
    return frozenset(reading.skeleton for reading in word.readings)


def _groups(runs: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Runs of Han characters that follow one another with no word between, and where they begin."""
    group: list[str] = []
    start = end = -1
    for unit, run in runs:
        if group and unit == end:
            group.append(run)
        else:
            if group:
                yield start, group
            start, group = unit, [run]
        end = unit + len(run)
    if group:
        yield start, group


def _han_of(form: str) -> str:
    """The characters of a form in Han characters, simplified; empty if it holds others."""
    tokens = analyse(form)
    if not tokens or not all(is_han(token.text) for token in tokens):
        return ""
    return simplify("".join(char for char in form if is_han(char)))


@dataclass(frozen=True, slots=True)
class NameOnPage:
    """A form of a name of a query as it stands on a page, at which level it matched, and why."""

    name: str
    form: str
    level: Level
    score: float
    why: str


def names_on_page(leaves: Iterable[Named], text: str) -> list[NameOnPage]:
    """The different forms of the names that stand in a text, in order, each once."""
    found: dict[tuple[str, str], NameOnPage] = {}
    names = list(leaves)
    if not names:
        return []
    page = View.of_text(text)
    for leaf in names:
        for mention in asked(leaf).mentions(page):
            low, high = page.source((mention.start, mention.end))
            match = mention.match
            if match.level is not None:
                form = NameOnPage(leaf.text, text[low:high], match.level, match.score, match.why)
                found.setdefault((leaf.text, form.form), form)
    return list(found.values())


def names_asked(node: Node) -> list[Named]:
    """The names of a query that make a page a hit."""
    return list(dict.fromkeys(leaf for leaf in positive_text_leaves(node) if isinstance(leaf, Named)))


def with_aliases(node: Node, aliases: Aliases) -> Node:
    """The same query, with the aliases of a case for its names."""
    if isinstance(node, (And, Or)):
        return type(node)(tuple(with_aliases(part, aliases) for part in node.parts))
    if isinstance(node, Not):
        return Not(with_aliases(node.part, aliases))
    if isinstance(node, Boost):
        return Boost(with_aliases(node.part, aliases), node.factor)
    return Named(node.text, node.level, aliases) if isinstance(node, Named) else node


def name_ranges(leaf: Named, page: View) -> list[Range]:
    """Ranges of units of all forms of the name on the page."""
    return [(mention.start, mention.end) for mention in asked(leaf).mentions(page)]
