"""The questions of `bench_search`: for each, what a person types and what an expert would give the engine directly.

Drawn from the made-up pages and the vocabulary of the index, the same in every run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import tantivy

from bench._pages import PageMaker

Query = tantivy.Query
Occur = tantivy.Occur
Direct = Callable[[tantivy.Schema], Query]
_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile("[\u4e00-\u9fff]{4,}")


@dataclass(frozen=True, slots=True)
class Question:
    """`typed` goes through our whole path; `direct` makes the engine's query for the same."""

    typed: str
    direct: Direct


class Drawer:
    """Draws words, neighbours and Han strings."""

    def __init__(self, maker: PageMaker, pages: int, searcher: tantivy.Searcher, seed: int) -> None:
        self.chance = random.Random(seed)
        self._maker = maker
        self._pages = pages
        known = [(word, df) for word, df in searcher.terms_with_prefix("word", "") if _WORD.fullmatch(word)]
        self.vocabulary = len(searcher.terms_with_prefix("tok", ""))
        self.common = [word for word, df in known if 0.01 * pages <= df <= 0.25 * pages]
        self.usual = {word for word, df in known if df >= max(3, 0.001 * pages)}
        self.rare = [word for word, df in known if df <= 5][:200_000]
        self._usual_list = sorted(self.usual)

    def long_word(self, least: int) -> str:
        """A usual word of at least so many letters."""
        while True:
            word = self.chance.choice(self._usual_list)
            if len(word) >= least:
                return word

    def neighbours(self, count: int, step: int = 1) -> list[str]:
        """Usual words that stand `step` words apart on some page, all different."""
        while True:
            text = self._text().lower()
            line = self.chance.choice(text.split("\n"))
            words = line.rstrip(".").split(" ")
            if len(words) < 1 + step * (count - 1):
                continue
            start = self.chance.randrange(len(words) - step * (count - 1))
            found = words[start : start + step * count : step]
            if len(set(found)) == count and self.usual.issuperset(found):
                return found

    def han(self, size: int) -> str:
        """So many Han characters that stand together on some page."""
        while True:
            runs = _HAN.findall(self._text())
            if runs:
                run = self.chance.choice(runs)
                start = self.chance.randrange(len(run) - size + 1)
                return str(run[start : start + size])

    def _text(self) -> str:
        return self._maker.page(self.chance.randrange(self._pages)).text


def _term(word: str) -> Direct:
    return lambda schema: Query.term_query(schema, "tok", word)


def _phrase(words: list[str], slop: int = 0) -> Direct:
    return lambda schema: Query.phrase_query(schema, "tok", words, slop)


def _han(chars: str) -> Direct:
    pairs = [one + two for one, two in pairwise(chars)]
    return _term(pairs[0]) if len(pairs) == 1 else _phrase(pairs)


def _pattern(expression: str) -> Direct:
    return lambda schema: Query.regex_query(schema, "word", expression)


def _all_of(*parts: Direct) -> Direct:
    return lambda schema: Query.boolean_query([(Occur.Must, part(schema)) for part in parts])


def _any_of(*parts: Direct) -> Direct:
    return lambda schema: Query.boolean_query([(Occur.Should, part(schema)) for part in parts])


def _nested(draw: Drawer) -> Question:
    one, two, unwanted, other = draw.chance.sample(draw.common, 4)
    pair = draw.neighbours(2)
    wanted = _all_of(_any_of(_term(one), _term(two)), _any_of(_phrase(pair), _term(other)))
    return Question(
        f'({one} OR {two}) AND ("{" ".join(pair)}" OR {other}) AND NOT {unwanted}',
        lambda schema: Query.boolean_query([(Occur.Must, wanted(schema)), (Occur.MustNot, _term(unwanted)(schema))]),
    )


def _dated(draw: Drawer) -> Question:
    year, word = draw.chance.randint(2014, 2017), draw.chance.choice(draw.common)
    low, high = year * 10_000 + 301, (year + 1) * 10_000 + 930

    def days(schema: tantivy.Schema) -> Query:
        return Query.range_query(schema, "date", tantivy.FieldType.Integer, lower_bound=low, upper_bound=high)

    return Question(f"date:[{year}-03 TO {year + 1}-09] {word}", _all_of(_term(word), days))


def _regex(draw: Drawer, number: int) -> Question:
    word = draw.long_word(7)
    if number % 5 == 4:
        source = f".*{word[2:6]}.*"
    elif number % 2:
        source = f"{word[:3]}.+{word[-2:]}"
    else:
        source = f"({word}|{draw.long_word(6)})[a-zа-я]?"
    return Question(f"/{source}/", _pattern(source))


def _quoted(words: list[str], slop: int = 0) -> Question:
    return Question(f'"{" ".join(words)}"' + (f"~{slop}" if slop else ""), _phrase(words, slop))


def _fuzzy(word: str) -> Question:
    return Question(f"{word}~1", lambda schema: Query.fuzzy_term_query(schema, "word", word, 1, True, False))


def _wild(word: str) -> Question:
    return Question(f"{word[:2]}*{word[-3:]}", _pattern(f"{word[:2]}.*{word[-3:]}"))


def classes(draw: Drawer) -> Iterator[tuple[str, list[Question]]]:
    """Yields the name of every class with its questions."""

    def many(count: int, make: Callable[[], Question]) -> list[Question]:
        return [make() for _ in range(count)]

    def term(words: list[str]) -> Question:
        return Question(" ".join(words), _term(words[0]) if len(words) == 1 else _all_of(*map(_term, words)))

    yield "common term, count and top 10", many(30, lambda: term([draw.chance.choice(draw.common)]))
    yield "rare term", many(30, lambda: term([draw.chance.choice(draw.rare)]))
    yield "AND of 3", many(30, lambda: term(draw.neighbours(3, 2)))
    yield "phrase of 3", many(30, lambda: _quoted(draw.neighbours(3)))
    yield "phrase of 2, slop 2", many(30, lambda: _quoted(draw.neighbours(2, 2), 2))
    yield "phrase of 3, slop 2", many(30, lambda: _quoted(draw.neighbours(3, 2), 2))
    yield "prefix", [Question(f"{w[:4]}*", _pattern(f"{w[:4]}.*")) for w in (draw.long_word(6) for _ in range(30))]
    yield "wildcard ab*xyz", many(20, lambda: _wild(draw.long_word(7)))
    yield "regex, one in five unanchored", [_regex(draw, number) for number in range(10)]
    yield "fuzzy, distance 1", many(20, lambda: _fuzzy(draw.long_word(6)))
    yield "nested, phrase, NOT", many(20, lambda: _nested(draw))
    for size in (2, 3, 4):
        chars = [draw.han(size) for _ in range(20)]
        yield f"Chinese, {size} characters", [Question(text, _han(text)) for text in chars]
    yield "date range and term", many(30, lambda: _dated(draw))


def names(draw: Drawer, count: int) -> list[Question]:
    """Names of a list: a third Han, the others two words."""
    found = []
    for number in range(count):
        if number % 3:
            found.append(_quoted(draw.neighbours(2)))
        else:
            chars = draw.han(3)
            found.append(Question(chars, _han(chars)))
    return found


def large(draw: Drawer) -> list[Question]:
    """Questions with many hits, for an export."""
    return [
        Question(f"{one} OR {two} OR {three}", _any_of(_term(one), _term(two), _term(three)))
        for one, two, three in (draw.chance.sample(draw.common[:20], 3) for _ in range(5))
    ]
