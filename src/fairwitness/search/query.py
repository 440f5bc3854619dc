"""The query language: what a reporter types, to a tree and back.

    word  "a phrase"  "some words"~5  prefix*  wild?card  /regex[a-z]+/  fuzzy~  fuzzy~1
    a b (both)  a AND b  a OR b  NOT a  -a  +a  a && b  a || b  !a  (a OR b) c
    type:pdf  lang:ug  path:minutes  path:"*/2017/*.doc"  type:(pdf OR docx)
    date:2017  date:2017-03  date:[2017-01 TO 2018-12-31]  date:{2017 TO *]
    trust<.6  trust>=0.9  trust:[0.2 TO 0.6]

A space means AND. NOT binds more tightly than AND, and AND more tightly than OR: `a OR b c` is `a OR (b AND c)`. (In
classic Lucene it is not so; brackets make it clear to everybody.) `fuzzy~` alone is `fuzzy~2`. A word that the
analyser takes apart, such as state-owned or 环境保护, is the exact phrase of its parts. What input methods produce
is understood too: “ ” „ « » 「 」 『 』 as quotes, （ ） as brackets, ： after the name of a field, ＊, ～ after a
word, ？ between two letters.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable

from fairwitness.search._nodes import (
    And,
    BadQuery,
    DateRange,
    FilterLeaf,
    Fuzzy,
    HanWord,
    LanguageIs,
    Loose,
    Node,
    Not,
    OnPath,
    Or,
    PathPattern,
    Phrase,
    Regex,
    Stemmed,
    Term,
    TextLeaf,
    TrustRange,
    TypeIs,
    Wildcard,
    loosened,
    positive_text_leaves,
    unparse,
)
from fairwitness.search._patterns import PatternError, fuzzy_of, pattern_of
from fairwitness.search.analyser import analyse, han_runs, is_han

__all__ = [
    "And",
    "BadQuery",
    "DateRange",
    "FilterLeaf",
    "Fuzzy",
    "HanWord",
    "LanguageIs",
    "Loose",
    "Node",
    "Not",
    "OnPath",
    "Or",
    "PathPattern",
    "Phrase",
    "Regex",
    "Stemmed",
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
MAX_SLOP = 10_000
MAX_FUZZY = 2

_DOUBLE = '"“”„‟＂〝〞'
_QUOTES = {**dict.fromkeys(_DOUBLE, _DOUBLE), "«": "»", "»": "«", "「": "」", "『": "』"}
_OPEN = "(（"
_CLOSE = ")）"
_FIELD = re.compile(
    r"([a-z]{2,})[:：](?=[^\s/:：])|(type|lang|path|date|trust|loose|word|stem)[:：]|(trust)(?=[<>＜＞])"
)
_FIELDS = ("type", "lang", "path", "date", "trust", "loose", "word", "stem")
_READINGS = ("loose", "word", "stem")
_OPERATOR = re.compile(rf"(AND|OR|NOT|&&|\|\||＆＆|｜｜)(?=[\s{re.escape(_OPEN + _CLOSE)}]|$)|(&&|\|\||＆＆|｜｜)")
_MEANING = {"AND": "AND", "&&": "AND", "＆＆": "AND", "OR": "OR", "||": "OR", "｜｜": "OR", "NOT": "NOT"}
_PREFIX = re.compile(r"[-+!！](?=\S)")
_TILDE = re.compile(r"[~～]([0-9]*)(?=[\s()（）]|$)")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_COMPARED = re.compile(r"[<>＜＞][=＝]?")
_SHARE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{0,6})?|\.[0-9]{1,6}")
_RANGE = re.compile(r"([\[{［｛])\s*(\S+?)\s+TO\s+(\S+?)\s*([\]}］｝])")


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


class _Parser:
    """Recursive descent over the text; `at` is the next code point, `field` the field whose group we are in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.field = ""

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
        while not self._ended() and self.text[self.at].isspace():
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
        found = _FIELD.match(self.text, self.at)
        if found:
            return self._field(found[1] or found[2] or found[3], found.end())
        if char in _QUOTES:
            return self._phrase()
        return self._regex() if char == "/" else self._word()

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
        if name == "path":
            return OnPath(PathPattern(value))
        return TypeIs(value.lower()) if name == "type" else LanguageIs(value.lower())

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

    def _bare(self) -> str:
        """Everything up to a blank or a bracket, backslashes taken away."""
        value = ""
        while not self._ended() and not self.text[self.at].isspace() and self.text[self.at] not in _OPEN + _CLOSE:
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

    def _phrase(self) -> Node:
        start = self.at
        text = self._quoted()
        if not analyse(text):
            raise BadQuery("there is no letter or digit between these quotes", start)
        found = _TILDE.match(self.text, self.at)
        if found is None:
            return Phrase(text)
        if not found[1]:
            raise BadQuery("a number must follow ~ after a phrase, such as ~5", self.at)
        if len(found[1]) > 5 or int(found[1]) > MAX_SLOP:
            raise BadQuery(f"words may be at most {MAX_SLOP} apart", self.at)
        self.at = found.end()
        return Phrase(text, int(found[1]))

    def _regex(self) -> Node:
        start = self.at
        end = start + 1
        while end < len(self.text) and self.text[end] != "/":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise BadQuery("this regular expression is not closed with /", start)
        if end + 1 < len(self.text) and not (self.text[end + 1].isspace() or self.text[end + 1] in _CLOSE):
            raise BadQuery("a space must follow a regular expression", end + 1)
        self.at = end + 1
        return self._checked(Regex(self.text[start + 1 : end]), start + 1)

    def _word(self) -> Node:
        start = self.at
        plain = ""  # the word with its backslashes taken away
        source = ""  # the word as a wildcard pattern
        is_wild = False
        distance = -1
        while not self._ended() and not self._ends_word():
            char = self.text[self.at]
            tilde = _TILDE.match(self.text, self.at)
            if tilde and plain:
                distance = self._distance(tilde)
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
        return self._checked(Fuzzy(plain, distance), start) if distance > 0 else Term(plain)

    def _ends_word(self) -> bool:
        char = self.text[self.at]
        return char.isspace() or char in _OPEN + _CLOSE or char in _QUOTES or char in "」』"

    def _is_wild(self, char: str) -> bool:
        if char in "*?＊":
            return True
        return char == "？" and self.text[self.at + 1 : self.at + 2].isalnum()  # else it ends a Chinese question

    def _distance(self, tilde: re.Match[str]) -> int:
        if tilde[1] not in ("", "0", "1", "2"):
            raise BadQuery(f"a word may differ in at most {MAX_FUZZY} places", self.at)
        self.at = tilde.end()
        return int(tilde[1] or MAX_FUZZY)

    def _checked(self, node: Wildcard | Regex | Fuzzy, start: int) -> Node:
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
        found = _RANGE.match(self.text, self.at)
        if found:
            self.at = found.end()
            low = self._bound(found[2], found.start(2), first=True, included=found[1] in "[［")
            high = self._bound(found[3], found.start(3), first=False, included=found[4] in "]］")
        elif self.text[start] in "[{［｛":
            raise BadQuery("a range looks like [2017-01 TO 2018-12-31]", start)
        else:
            value = self._bare()
            low = self._bound(value, start, first=True, included=True)
            high = self._bound(value, start, first=False, included=True)
        if low is not None and high is not None and low > high:
            raise BadQuery("this range ends before it begins", start)
        return DateRange(low, high)

    def _trust(self) -> Node:
        start = self.at
        found = _RANGE.match(self.text, self.at)
        if found:
            self.at = found.end()
            low = 0 if found[2] == "*" else self._thousandths(found[2], found.start(2)) + (found[1] not in "[［")
            high = 1000 if found[3] == "*" else self._thousandths(found[3], found.start(3)) - (found[4] not in "]］")
            return TrustRange(low, high)
        value = self._bare()
        sign = _COMPARED.match(value)
        if sign is None:
            exactly = self._thousandths(value, start)
            return TrustRange(exactly, exactly)
        at = self._thousandths(value[sign.end() :], start + sign.end())
        if sign[0][0] in "<＜":
            return TrustRange(0, at - (len(sign[0]) == 1))
        return TrustRange(at + (len(sign[0]) == 1), 1000)

    def _thousandths(self, value: str, position: int) -> int:
        if not _SHARE.fullmatch(value) or float(value) > 1:
            raise BadQuery("trust is a number between 0 and 1, such as trust<.6", position)
        return round(1000 * float(value))

    def _bound(self, value: str, position: int, *, first: bool, included: bool) -> int | None:
        """The first or last day of a range as yyyymmdd, given a year, a month or a day."""
        if value == "*":
            return None
        found = _DAY.fullmatch(value)
        if found is None:
            raise BadQuery("a date looks like 2017, 2017-03 or 2017-03-01", position)
        try:
            at_start = first == included  # an excluded month begins after its last day
            day = _edge(found, at_start=at_start)
            if not included:
                day += datetime.timedelta(days=1 if first else -1)
        except (ValueError, OverflowError):
            raise BadQuery("there is no such day", position) from None
        return day.year * 10_000 + day.month * 100 + day.day


def _edge(found: re.Match[str], *, at_start: bool) -> datetime.date:
    year = int(found[1])
    month = int(found[2] or (1 if at_start else 12))
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return datetime.date(year, month, int(found[3] or (1 if at_start else last)))
