"""The query language: what a reporter types, to a tree and back.

    word  "a phrase"  "some words"~5  prefix*  wild?card  /regex[a-z]+/  fuzzy~  fuzzy~1  fuzzy~1!
    near(a "b c" d*, 5)  near(a b, 5, ordered)  onear(a b, 5)
    a b (both)  a AND b  a OR b  NOT a  -a  +a  a && b  a || b  !a  (a OR b) c  a^2  (a OR b)^0.5
    type:pdf  lang:ug  path:minutes  path:"*/2017/*.doc"  type:(pdf OR docx)
    folder:"a/b"  from:office  sender:"Office <office@example.org>"  tag:urgent  starred:yes  reviewed:no  noted:yes
    date:2017  date:2017-03  date:[2017-01 TO 2018-12-31]  date:{2017 TO *]
    trust<.6  trust>=0.9  trust:[0.2 TO 0.6]  like:CITE

A space means AND. NOT binds more tightly than AND, and AND more tightly than OR: `a OR b c` is `a OR (b AND c)`. (In
classic Lucene it is not so; brackets make it clear to everybody.) `fuzzy~` alone is `fuzzy~2`; the first letter must be
right unless `!` stands behind the number. A word that the analyser takes apart, such as state-owned or 环境保护, is the
exact phrase of its parts. What input methods produce is understood too: “ ” „ « » 「 」 『 』 as quotes, （ ） as
brackets, ： after the name of a field, ＊, ～ after a word, ？ between two letters, ， between the parts of near.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from fairwitness.core.cite import parse_cite
from fairwitness.core.errors import BadCite
from fairwitness.names import LEVELS, BadName, Level
from fairwitness.search._names import asked
from fairwitness.search._near import MAX_ITEMS
from fairwitness.search._nodes import (
    MARKS,
    And,
    BadQuery,
    Boost,
    DateRange,
    DocumentLeaf,
    FilterLeaf,
    FromSender,
    Fuzzy,
    HanWord,
    InFolder,
    LanguageIs,
    Like,
    Loose,
    Marked,
    Named,
    Near,
    NearItem,
    Node,
    Not,
    OnPath,
    Or,
    PathPattern,
    Phrase,
    Regex,
    Stemmed,
    Tagged,
    Term,
    TextLeaf,
    TrustRange,
    TypeIs,
    Wildcard,
    loosened,
    positive_text_leaves,
    unparse,
)
from fairwitness.search._patterns import PatternError, fixed_size, fuzzy_of, is_han_pattern, pattern_of
from fairwitness.search._values import RANGE, date_range, date_within, trust_range, trust_within
from fairwitness.search.analyser import analyse, han_runs, is_han

__all__ = [
    "And",
    "BadQuery",
    "Boost",
    "DateRange",
    "DocumentLeaf",
    "FilterLeaf",
    "FromSender",
    "Fuzzy",
    "HanWord",
    "InFolder",
    "LanguageIs",
    "Like",
    "Loose",
    "Marked",
    "Named",
    "Near",
    "NearItem",
    "Node",
    "Not",
    "OnPath",
    "Or",
    "PathPattern",
    "Phrase",
    "Regex",
    "Stemmed",
    "Tagged",
    "Term",
    "TextLeaf",
    "TrustRange",
    "TypeIs",
    "Wildcard",
    "loosened",
    "parse",
    "positive_text_leaves",
    "unparse",
]

MAX_QUERY_CHARS = 200_000
MAX_DEPTH = 50
MAX_CLAUSES = 5_000
MAX_PATTERNS = 200  # each may look at every word of the index
MAX_SLOP = 10_000
MAX_FUZZY = 2
MAX_BOOST = 1_000
DEFAULT_NEAR = 10  # other words, where near says no number

_DOUBLE = '"“”„‟＂〝〞'
_QUOTES = {**dict.fromkeys(_DOUBLE, _DOUBLE), "«": "»", "»": "«", "「": "」", "『": "』"}
_OPEN = "(（"
_CLOSE = ")）"
_READINGS = ("loose", "word", "stem")
_COMMA = ",，"
_OF_DOCUMENTS = ("path", "folder", "from", "sender", "tag", *MARKS)
_FIELDS = ("type", "lang", *_OF_DOCUMENTS, "date", "trust", "like", "loose", "word", "stem", "name")
_FIELD = re.compile(rf"([a-z]{{2,}})[:：](?=[^\s/:：])|({'|'.join(_FIELDS)})[:：]|(trust)(?=[<>＜＞])")
_UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks of direction, which come along when text of both directions is copied; between parts they are blanks."""
_OPERATOR = re.compile(
    rf"(AND|OR|NOT|&&|\|\||＆＆|｜｜)(?=[\s{_UNSEEN}{re.escape(_OPEN + _CLOSE)}]|$)|(&&|\|\||＆＆|｜｜)"
)
_MEANING = {"AND": "AND", "&&": "AND", "＆＆": "AND", "OR": "OR", "||": "OR", "｜｜": "OR", "NOT": "NOT"}
_PREFIX = re.compile(r"[-+!！](?=\S)")
_TILDE = re.compile(r"[~～]([0-9]*)([!！]?)(?=[\s()（）^,，]|$)")
_BOOST = re.compile(r"\^([0-9]{1,4}(?:\.[0-9]{1,3})?|\.[0-9]{1,3})(?=[\s()（）]|$)")
_NEAR = re.compile(r"(o?near)[(（]")
_NAME_LEVEL = re.compile(r"name[~～]([a-z]*)[:：]")
_NEAR_END = re.compile(r"[,，]\s*([0-9]+)\s*(?:[,，]\s*(ordered)\s*)?(?=[)）])")


Pattern = TypeVar("Pattern", Wildcard, Regex, Fuzzy)


def parse(text: str) -> Node:
    """The tree of the query.

    Raises:
        BadQuery: for anything that is not a query; nothing else is ever raised.
    """
    if len(text) > MAX_QUERY_CHARS:
        raise BadQuery(f"a query has at most {MAX_QUERY_CHARS} characters", MAX_QUERY_CHARS)
    return _Parser(text).parse()


def _joined(kind: Callable[[tuple[Node, ...]], And | Or], parts: list[Node]) -> Node:
    """One node for the parts, with parts of the same kind drawn up into it."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, (And, Or)) and part.__class__ is kind else (part,))
    return kind(tuple(flat))


def _of_documents(name: str, value: str, start: int) -> DocumentLeaf:
    if name == "path":
        return OnPath(PathPattern(value))
    if name == "folder":
        return InFolder(value.rstrip("/") or value)
    if name in ("from", "sender"):
        return FromSender(value, whole=name == "sender")
    if name == "tag":
        return Tagged(value)
    if value.lower() not in ("yes", "no"):
        raise BadQuery(f"{name}: takes yes or no", start)
    (mark,) = (mark for mark in MARKS if mark == name)
    return Marked(mark, value.lower() == "yes")


class _Parser:
    """Recursive descent over the text; `at` is the next code point, `field` the field whose group we are in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.patterns = 0
        self.field = ""
        self.in_near = False
        self.level: Level = "likely"

    def parse(self) -> Node:
        self._skip_blanks()
        if self._ended():
            raise BadQuery("there is nothing to search for", 0)
        node = self._or()
        if not self._ended():
            raise BadQuery("a bracket is closed that was not opened", self.at)
        return node

    def _ended(self) -> bool:
        return self.at >= len(self.text)

    def _skip_blanks(self) -> None:
        while not self._ended() and (self.text[self.at].isspace() or self.text[self.at] in _UNSEEN):
            self.at += 1

    def _operator(self) -> str:
        """The operator that stands here, not taken, or nothing."""
        self._skip_blanks()
        found = _OPERATOR.match(self.text, self.at)
        return _MEANING[found[0]] if found else ""

    def _take_operator(self) -> None:
        found = _OPERATOR.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def _or(self) -> Node:
        parts = [self._and()]
        while self._operator() == "OR":
            self._take_operator()
            parts.append(self._and())
        return _joined(Or, parts)

    def _and(self) -> Node:
        parts = [self._not()]
        while True:
            operator = self._operator()
            if operator == "OR" or self._ended() or self.text[self.at] in _CLOSE:
                return _joined(And, parts)
            if operator == "AND":
                self._take_operator()
            parts.append(self._not())

    def _not(self) -> Node:
        operator = self._operator()
        if operator == "NOT":
            self._take_operator()
            return Not(self._deeper(self._not))
        if operator:
            raise BadQuery("something to search for is missing before this operator", self.at)
        prefix = _PREFIX.match(self.text, self.at)
        if prefix is None:
            return self._primary()
        self.at = prefix.end()
        inner = self._deeper(self._not)
        return inner if prefix[0] == "+" else Not(inner)

    def _deeper(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadQuery(f"brackets and NOT are nested more than {MAX_DEPTH} deep", self.at)
        node = inner()
        self.depth -= 1
        return node

    def _primary(self) -> Node:
        node = self._unboosted()
        found = _BOOST.match(self.text, self.at)
        if found is None:
            return node
        factor = float(found[1])
        if not 0 < factor <= MAX_BOOST:
            raise BadQuery(f"a weight is above 0 and at most {MAX_BOOST}", self.at)
        self.at = found.end()
        return Boost(node, factor)

    def _unboosted(self) -> Node:
        self._skip_blanks()
        if self._ended():
            raise BadQuery("something to search for is missing at the end", len(self.text))
        char = self.text[self.at]
        if char in _CLOSE:
            raise BadQuery("something to search for is missing before this bracket", self.at)
        if char in _OPEN:
            return self._brackets()
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            raise BadQuery(f"a query has at most {MAX_CLAUSES} parts", self.at)
        if self.field:
            return self._value(self.field)
        near = _NEAR.match(self.text, self.at)
        if near:
            return self._near(near)
        level = _NAME_LEVEL.match(self.text, self.at)
        if level:
            return self._name_level(level)
        found = _FIELD.match(self.text, self.at)
        if found:
            return self._field(found[1] or found[2] or found[3], found.end())
        if char in _QUOTES:
            return self._phrase()
        return self._regex() if char == "/" else self._word()

    def _near(self, head: re.Match[str]) -> Node:
        start = self.at
        self.at = head.end()
        items: list[NearItem] = []
        slop, ordered = DEFAULT_NEAR, head[1] == "onear"
        self.in_near = True
        while True:
            self._skip_blanks()
            if self._ended():
                raise BadQuery("this bracket is not closed", start)
            end = _NEAR_END.match(self.text, self.at)
            if end:
                slop = int(end[1][:6])
                ordered = ordered or end[2] is not None
                self.at = end.end()
            if self.text[self.at] in _CLOSE:
                break
            if self.text[self.at] in _COMMA:
                self.at += 1
                continue
            items.append(self._near_item())
        self.in_near = False
        self.at += 1
        if not 2 <= len(items) <= MAX_ITEMS:
            raise BadQuery(f"near takes between 2 and {MAX_ITEMS} words or phrases, as in near(a b, 5)", start)
        if slop > MAX_SLOP:
            raise BadQuery(f"there may be at most {MAX_SLOP} other words between", start)
        return Near(tuple(items), slop, ordered)

    def _near_item(self) -> NearItem:
        start = self.at
        char = self.text[start]
        if char in _OPEN or self._operator() or _PREFIX.match(self.text, start) or _FIELD.match(self.text, start):
            raise BadQuery("near takes words, phrases and patterns only", start)
        read = self._phrase if char in _QUOTES else self._regex if char == "/" else self._word
        item: NearItem = read()
        if isinstance(item, Phrase) and item.slop:
            raise BadQuery("a phrase within near has no ~", start)
        if isinstance(item, Fuzzy) and fuzzy_of(item).han:
            raise BadQuery("near takes no ~ after Chinese characters", start)
        if isinstance(item, Wildcard | Regex):
            pattern = pattern_of(item)
            if is_han_pattern(pattern) and not fixed_size(pattern):
                raise BadQuery("within near, a pattern over Chinese characters has a fixed length: ? but not *", start)
        return item

    def _brackets(self) -> Node:
        start = self.at
        self.at += 1
        node = self._deeper(self._or)
        if self._ended():
            raise BadQuery("this bracket is not closed", start)
        self.at += 1
        return node

    def _field(self, name: str, end: int) -> Node:
        if name not in _FIELDS:
            raise BadQuery(f"there is no field of this name; there are {', '.join(_FIELDS)}", self.at)
        self.at = end
        if self._ended() or self.text[self.at].isspace():
            raise BadQuery("a value must follow the name of a field without a space", self.at)
        if self.text[self.at] not in _OPEN:
            return self._value(name)
        self.field = name
        node = self._brackets()
        self.field = ""
        return node

    def _value(self, name: str) -> Node:
        start = self.at
        if name == "date":
            return self._date()
        if name == "trust":
            return self._trust()
        char = self.text[start]
        value = self._quoted() if char in _QUOTES else self._bare()
        if not value.strip():
            raise BadQuery("a value is missing", start)
        if name in _READINGS:
            if char == "/" or (char not in _QUOTES and any(sign in value for sign in "*?＊~～")):
                raise BadQuery(f"patterns and ~ do not go with {name}:, quote what is meant as it stands", start)
            return self._reading(name, value, start)
        if name == "name":
            return self._name(value, start)
        if name == "like":
            return self._like(value, start)
        if name in _OF_DOCUMENTS:
            return _of_documents(name, value, start)
        return TypeIs(value.lower()) if name == "type" else LanguageIs(value.lower())

    def _name_level(self, found: re.Match[str]) -> Node:
        """A name behind a level, as in name~wide:"Memet Tursun"."""
        levels: dict[str, Level] = {level: level for level in LEVELS}
        if found[1] not in levels:
            raise BadQuery(f"the levels of a name are {', '.join(LEVELS)}", self.at)
        self.level = levels[found[1]]
        node = self._field("name", found.end())
        self.level = "likely"
        return node

    def _reading(self, name: str, value: str, start: int) -> Node:
        tokens = analyse(value)
        if not tokens:
            raise BadQuery("there is no letter or digit in this", start)
        if name == "loose":
            return Loose(value)
        if name == "stem":
            if len(tokens) > 1 or is_han(tokens[0].text):
                raise BadQuery("stem: takes one word of a language with endings", start)
            return Stemmed(value)
        if len(list(han_runs(value))) != 1 or not all(is_han(token.text) for token in tokens):
            raise BadQuery("word: takes one word in Chinese characters; other words are words anyway", start)
        return HanWord(value)

    def _name(self, value: str, start: int) -> Node:
        node = Named(value, self.level)
        try:
            asked(node)
        except BadName as error:
            raise BadQuery(f"this is no name that can be looked for: {error.reason}", start) from None
        return node

    def _like(self, value: str, start: int) -> Node:
        try:
            return Like(str(parse_cite(value)))
        except BadCite:
            raise BadQuery("like: takes the cite of a page, as a hit names it", start) from None

    def _bare(self) -> str:
        """Everything up to a blank or a bracket, backslashes taken away."""
        value = ""
        while not self._ended() and not self.text[self.at].isspace() and self.text[self.at] not in _OPEN + _CLOSE:
            if self._is_boost():
                break
            if self.text[self.at] == "\\":
                self.at += 1
                if self._ended():
                    raise BadQuery("nothing follows this backslash", self.at - 1)
            value += self.text[self.at]
            self.at += 1
        return value

    def _quoted(self) -> str:
        start = self.at
        closers = _QUOTES[self.text[start]]
        value: list[str] = []
        self.at += 1
        while not self._ended() and self.text[self.at] not in closers:
            if self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            value.append(self.text[self.at])
            self.at += 1
        if self._ended():
            raise BadQuery("this quote is not closed", start)
        self.at += 1
        return "".join(value)

    def _phrase(self) -> Phrase:
        start = self.at
        text = self._quoted()
        if not analyse(text):
            raise BadQuery("there is no letter or digit between these quotes", start)
        found = _TILDE.match(self.text, self.at)
        if found is None:
            return Phrase(text)
        if not found[1] or found[2]:
            raise BadQuery("a number must follow ~ after a phrase, such as ~5", self.at)
        if len(found[1]) > 5 or int(found[1]) > MAX_SLOP:
            raise BadQuery(f"words may be at most {MAX_SLOP} apart", self.at)
        self.at = found.end()
        return Phrase(text, int(found[1]))

    def _regex(self) -> Regex:
        start = self.at
        end = start + 1
        while end < len(self.text) and self.text[end] != "/":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise BadQuery("this regular expression is not closed with /", start)
        self.at = end + 1
        if not self._ended() and not self._ends_regex():
            raise BadQuery("a space must follow a regular expression", end + 1)
        return self._checked(Regex(self.text[start + 1 : end]), start + 1)

    def _ends_regex(self) -> bool:
        char = self.text[self.at]
        return char.isspace() or char in _CLOSE or (self.in_near and char in _COMMA) or self._is_boost()

    def _is_boost(self) -> bool:
        return self.text[self.at] == "^" and _BOOST.match(self.text, self.at) is not None

    def _word(self) -> Term | Wildcard | Fuzzy:
        start = self.at
        plain = ""  # the word with its backslashes taken away
        source = ""  # the word as a wildcard pattern
        is_wild = False
        distance, free = -1, False
        while not self._ended() and not self._ends_word():
            char = self.text[self.at]
            tilde = _TILDE.match(self.text, self.at)
            if tilde and plain:
                distance, free = self._distance(tilde), bool(tilde[2])
                break
            if self._is_wild(char):
                is_wild = True
                source += "*" if char in "*＊" else "?"
                plain += char
            else:
                if char == "\\":
                    self.at += 1
                    if self._ended():
                        raise BadQuery("nothing follows this backslash", self.at - 1)
                    char = self.text[self.at]
                source += "\\" + char if char in "*?\\" else char
                plain += char
            self.at += 1
        if distance > 0 and is_wild:
            raise BadQuery("~ and wildcards cannot be used in the same word", start)
        if is_wild:
            return self._checked(Wildcard(source), start)
        if not analyse(plain):
            raise BadQuery("there is no letter or digit in this word", start)
        return self._checked(Fuzzy(plain, distance, free), start) if distance > 0 else Term(plain)

    def _ends_word(self) -> bool:
        char = self.text[self.at]
        if self.in_near and char in _COMMA:
            return True
        return char.isspace() or char in _OPEN + _CLOSE or char in _QUOTES or char in "」』" or self._is_boost()

    def _is_wild(self, char: str) -> bool:
        if char in "*?＊":
            return True
        return char == "？" and self.text[self.at + 1 : self.at + 2].isalnum()  # else it ends a Chinese question

    def _distance(self, tilde: re.Match[str]) -> int:
        if tilde[1] not in ("", "0", "1", "2"):
            raise BadQuery(f"a word may differ in at most {MAX_FUZZY} places", self.at)
        self.at = tilde.end()
        return int(tilde[1] or MAX_FUZZY)

    def _checked(self, node: Pattern, start: int) -> Pattern:
        self.patterns += 1
        if self.patterns > MAX_PATTERNS:
            raise BadQuery(f"a query has at most {MAX_PATTERNS} wildcards, regular expressions and fuzzy words", start)
        try:
            if isinstance(node, Fuzzy):
                fuzzy_of(node)
            else:
                pattern_of(node)
        except PatternError as error:
            raise BadQuery(error.reason, min(start + error.offset, len(self.text))) from None
        return node

    def _date(self) -> Node:
        start = self.at
        found = RANGE.match(self.text, start)
        if found:
            self.at = found.end()
            return date_within(found)
        if self.text[start] in "[{［｛":
            raise BadQuery("a range looks like [2017-01 TO 2018-12-31]", start)
        return date_range(self._bare(), start)

    def _trust(self) -> Node:
        start = self.at
        found = RANGE.match(self.text, start)
        if found:
            self.at = found.end()
            return trust_within(found)
        return trust_range(self._bare(), start)
