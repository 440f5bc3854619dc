"""The questions of `bench_search`: for each, what a person types and what an expert would give the engines directly.

Drawn from the pages and the vocabulary of the index, the same in every run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import tantivy

from bench._real_pages import RealPages

Query = tantivy.Query
Occur = tantivy.Occur
Direct = Callable[[tantivy.Schema], Query]
_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile("[\u4e00-\u9fff]{4,}")
_ALL_HAN = re.compile("[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Question:
    """`typed` goes through our whole path; `direct` makes tantivy's query for the same, `fts` is that of FTS5.

    None and "" where an engine has nothing of the kind.
    """

    typed: str
    direct: Direct | None
    fts: str = ""


class Drawer:
    """Draws words, neighbours and Han strings."""

    def __init__(self, maker: RealPages, pages: int, searcher: tantivy.Searcher, seed: int) -> None:
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

    def name(self) -> str:
        """The second column of some row of some list."""
        while True:
            rows = [row.split("\t") for row in self._text().split("\n")]
            listed = [row[1] for row in rows if len(row) == 5 and row[0].isdigit()]
            if listed:
                return self.chance.choice(listed)

    def _text(self) -> str:
        return self._maker.page(self.chance.randrange(self._pages)).text


def _term(word: str) -> Direct:
    return lambda schema: Query.term_query(schema, "tok", word)


def _phrase(words: list[str], slop: int = 0) -> Direct:
    return lambda schema: Query.phrase_query(schema, "tok", words, slop)


def _han(chars: str) -> Question:
    pairs = [one + two for one, two in pairwise(chars)]
    direct = _term(pairs[0]) if len(pairs) == 1 else _phrase(pairs)
    return Question(chars, direct, f'"{" ".join(pairs)}"')


def _pattern(expression: str) -> Direct:
    return lambda schema: Query.regex_query(schema, "word", expression)


def _all_of(*parts: Direct) -> Direct:
    return lambda schema: Query.boolean_query([(Occur.Must, part(schema)) for part in parts])


def _any_of(*parts: Direct) -> Direct:
    return lambda schema: Query.boolean_query([(Occur.Should, part(schema)) for part in parts])


def _terms(words: list[str]) -> Question:
    direct = _term(words[0]) if len(words) == 1 else _all_of(*map(_term, words))
    return Question(" ".join(words), direct, " AND ".join(f'"{word}"' for word in words))


def _nested(draw: Drawer) -> Question:
    one, two, unwanted, other = draw.chance.sample(draw.common, 4)
    pair = draw.neighbours(2)
    wanted = _all_of(_any_of(_term(one), _term(two)), _any_of(_phrase(pair), _term(other)))
    return Question(
        f'({one} OR {two}) AND ("{" ".join(pair)}" OR {other}) AND NOT {unwanted}',
        lambda schema: Query.boolean_query([(Occur.Must, wanted(schema)), (Occur.MustNot, _term(unwanted)(schema))]),
        f'(("{one}" OR "{two}") AND ("{" ".join(pair)}" OR "{other}")) NOT "{unwanted}"',
    )


def _filtered(draw: Drawer) -> Question:
    """A number in a range, a language and a term; as a day, a leak and a term are."""
    word = draw.chance.choice(draw.common)

    def trusted(schema: tantivy.Schema) -> Query:
        return Query.range_query(schema, "trust", tantivy.FieldType.Integer, lower_bound=600, upper_bound=1000)

    def english(schema: tantivy.Schema) -> Query:
        return Query.term_query(schema, "lang", "en")

    return Question(f"trust>=.6 lang:en {word}", _all_of(_term(word), trusted, english))


def _regex(draw: Drawer, number: int) -> Question:
    word = draw.long_word(7)
    if number % 5 == 4:
        source = f".*{word[2:6]}.*"
    elif number % 2:
        source = f"{word[:3]}.+{word[-2:]}"
    else:
        source = f"({word}|{draw.long_word(6)})[a-zа-я]?"
    return Question(f"/{source}/", _pattern(source))


def _quoted(words: list[str]) -> Question:
    direct = _phrase(words) if len(words) > 1 else _term(words[0])
    return Question(f'"{" ".join(words)}"', direct, f'"{" ".join(words)}"')


def _sloppy(words: list[str], slop: int) -> Question:
    """FTS5 counts otherwise: NEAR takes any order and counts the words in between."""
    fts = f"NEAR({' '.join(words)}, {slop + len(words) - 2})"
    return Question(f'"{" ".join(words)}"~{slop}', _phrase(words, slop), fts)


def _near(words: list[str], slop: int) -> Question:
    return Question(f"near({' '.join(words)}, {slop})", None, f"NEAR({' '.join(words)}, {slop})")


def _fuzzy(word: str, distance: int) -> Question:
    return Question(
        f"{word}~{distance}!", lambda schema: Query.fuzzy_term_query(schema, "word", word, distance, True, False)
    )


def _wild(word: str) -> Question:
    return Question(f"{word[:2]}*{word[-3:]}", _pattern(f"{word[:2]}.*{word[-3:]}"))


def _prefix(word: str) -> Question:
    return Question(f"{word[:4]}*", _pattern(f"{word[:4]}.*"), f'"{word[:4]}" *')


def classes(draw: Drawer) -> Iterator[tuple[str, list[Question]]]:
    """Yields the name of every class with its questions."""

    def many(count: int, make: Callable[[], Question]) -> list[Question]:
        return [make() for _ in range(count)]

    yield "common term", many(30, lambda: _terms([draw.chance.choice(draw.common)]))
    yield "rare term", many(30, lambda: _terms([draw.chance.choice(draw.rare)]))
    yield "AND of 3", many(30, lambda: _terms(draw.neighbours(3, 2)))
    yield "phrase of 3", many(30, lambda: _quoted(draw.neighbours(3)))
    yield "phrase of 3, slop 2", many(30, lambda: _sloppy(draw.neighbours(3, 2), 2))
    yield "near, 3 words in any order", many(30, lambda: _near(draw.neighbours(3, 2), 5))
    yield "prefix", many(30, lambda: _prefix(draw.long_word(6)))
    yield "wildcard ab*xyz", many(20, lambda: _wild(draw.long_word(7)))
    yield "regex, one in five unanchored", [_regex(draw, number) for number in range(20)]
    yield "fuzzy 1, first letter fixed", many(20, lambda: Question(f"{draw.long_word(6)}~1", None))
    yield "fuzzy 2, first letter fixed", many(20, lambda: Question(f"{draw.long_word(6)}~2", None))
    yield "fuzzy 1, any letter", many(20, lambda: _fuzzy(draw.long_word(6), 1))
    yield "nested, phrase, NOT", many(20, lambda: _nested(draw))
    for size in (2, 3, 4):
        yield f"Chinese, {size} characters", many(20, lambda size=size: _han(draw.han(size)))  # type: ignore[misc]
    yield "Chinese, wildcard", many(20, lambda: Question("{0}?{2}*".format(*draw.han(3)), None))
    yield "Chinese, fuzzy 1", many(20, lambda: Question(f"{draw.han(4)}~1", None))
    yield "number range, language, term", many(30, lambda: _filtered(draw))
    yield "loose:", many(20, lambda: Question(f"loose:{draw.long_word(5)}", None))
    yield "stem:", many(20, lambda: Question(f"stem:{draw.long_word(5)}", None))
    yield "word: of Chinese", many(20, lambda: Question(f"word:{draw.han(2)}", None))


def names(draw: Drawer, count: int) -> list[Question]:
    """Names of a list as they stand in the made-up registers, and as many that stand in none."""
    found: list[Question] = []
    while len(found) < count:
        name = draw.name()
        found.append(_han(name) if _ALL_HAN.fullmatch(name) else _quoted(name.split()))
        one, _, two = name.partition(" ")
        if two:
            found.append(_quoted([two, one]))
    return found[:count]


def large(draw: Drawer) -> list[Question]:
    """Questions with many hits, for an export."""
    return [
        Question(
            f"{one} OR {two} OR {three}", _any_of(_term(one), _term(two), _term(three)), f"{one} OR {two} OR {three}"
        )
        for one, two, three in (draw.chance.sample(draw.common[:20], 3) for _ in range(5))
    ]
