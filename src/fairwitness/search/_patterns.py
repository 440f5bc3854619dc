r"""Wildcards and regular expressions over tokens: a small language of our own, the same in every engine.

Known: literals, `.`, classes such as [a-zә] and [^0-9], \d, groups, `|`, `*`, `+`, `?`, {n}, {n,}, {n,m}. Not
known, and refused: anchors, look-around, back references, and repetitions of repetitions, which could run for ever.
Literals are folded as the analyser folds. A pattern without Han characters must match a whole word; one with Han
characters must match a part of a run of them, since Chinese marks no ends of words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import re2

from fairwitness.search._nodes import Fuzzy, Regex, Wildcard
from fairwitness.search.analyser import analyse, fold_for_pattern, han_runs, has_han, is_han, word_classes

MAX_REPEAT = 255
MAX_STATES = 2_000
_SIMPLE = 1  # choices that Python's own engine is trusted with; it is five times faster on short words
_MAX_STATES_BYTES = 64 << 20
_MAX_GROUPS = 30


class PatternError(ValueError):
    """The pattern cannot be used; `offset` is the code point in its source."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """Folded characters, one after the other."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of `ranges`, or outside of them when `negated`; no ranges and negated is any character."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """The parts one after the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part `low` to `high` times; None is no upper limit."""

    part: Pattern
    low: int
    high: int | None


Pattern = Literal | Chars | Sequence | Choice | Repeat
ANY = Chars((), True)


@lru_cache(maxsize=1)
def _word_char() -> re.Pattern[str]:
    return re.compile(f"[{word_classes()[1]}]")


def _check_literal(text: str, offset: int) -> str:
    for char in text:
        if not is_han(char) and not _word_char().match(char):
            raise PatternError("a pattern is held against single words, and this sign is in no word", offset)
    return text


@lru_cache(maxsize=256)
def pattern_of(node: Wildcard | Regex) -> Pattern:
    """The parsed pattern.

    Raises:
        PatternError: with the offset in `node.source`.
    """
    pattern = _parse_wildcard(node.source) if isinstance(node, Wildcard) else _RegexParser(node.source).parse()
    if _states(pattern) > MAX_STATES:
        raise PatternError("this pattern is too large", 0)
    kinds = {is_han(char) for char in _characters(pattern)}
    if len(kinds) > 1:
        raise PatternError("a pattern cannot mix Han characters with others", 0)
    return pattern


def _states(pattern: Pattern) -> int:
    """About how many states a machine for the pattern has."""
    if isinstance(pattern, Repeat):
        return _states(pattern.part) * max(1, pattern.high or pattern.low)
    if isinstance(pattern, (Sequence, Choice)):
        return 1 + sum(map(_states, pattern.parts))
    return len(pattern.text) if isinstance(pattern, Literal) else 1


def is_han_pattern(pattern: Pattern) -> bool:
    """Whether the pattern is held against parts of Han runs, not against words."""
    return any(is_han(char) for char in _characters(pattern))


def _characters(pattern: Pattern) -> str:
    if isinstance(pattern, Literal):
        return pattern.text
    if isinstance(pattern, Chars):
        return "".join(low + high for low, high in pattern.ranges)
    if isinstance(pattern, Repeat):
        return _characters(pattern.part)
    return "".join(map(_characters, pattern.parts))


def _parse_wildcard(source: str) -> Pattern:
    parts: list[Pattern] = []
    literal = ""
    index = 0

    def end_literal() -> None:
        if literal:
            parts.append(Literal(_check_literal(fold_for_pattern(literal), index - len(literal))))

    while index < len(source):
        char = source[index]
        if char in "*?":
            end_literal()
            literal = ""
            parts.append(ANY if char == "?" else Repeat(ANY, 0, None))
        else:
            if char == "\\" and index + 1 < len(source):
                index += 1
            literal += source[index]
        index += 1
    end_literal()
    if not parts:
        raise PatternError("an empty pattern", 0)
    star = Repeat(ANY, 0, None)
    parts = [part for i, part in enumerate(parts) if i == 0 or part != star or parts[i - 1] != star]
    if any(isinstance(part, Literal) and has_han(part.text) for part in parts):
        parts = _without_outer(parts, star)
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _without_outer(parts: list[Pattern], outer: Pattern) -> list[Pattern]:
    """A part of a run may have anything around it anyway."""
    start = 1 if parts[0] == outer else 0
    end = len(parts) - 1 if parts[-1] == outer else len(parts)
    return parts[start:end]


class _RegexParser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    def parse(self) -> Pattern:
        if not self.source:
            raise PatternError("an empty pattern", 0)
        pattern = self._choice()
        if self.at < len(self.source):
            raise PatternError("a bracket is closed that was not opened", self.at)
        return pattern

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _choice(self) -> Pattern:
        parts = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Pattern:
        parts: list[Pattern] = []
        while self._peek() not in ("", "|", ")"):
            part = self._repeat(self._single())
            if isinstance(part, Literal) and parts and isinstance(parts[-1], Literal):
                parts[-1] = Literal(fold_for_pattern(parts[-1].text + part.text))
            else:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _single(self) -> Pattern:
        char, start = self._peek(), self.at
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._class(start)
        if char == ".":
            return ANY
        if char in "*+?{":
            raise PatternError("nothing stands here that could be repeated", start)
        if char in "^$":
            raise PatternError("a pattern is held against whole words; anchors are not known", start)
        if char == "\\":
            escaped = self._peek()
            self.at += 1
            if escaped == "d":
                return Chars((("0", "9"),), False)
            if not escaped or (escaped.isascii() and escaped.isalnum()):
                raise PatternError("this escape is not known", start)
            char = escaped
        return Literal(_check_literal(fold_for_pattern(char), start))

    def _group(self) -> Pattern:
        start = self.at - 1
        self.depth += 1
        if self.depth > _MAX_GROUPS:
            raise PatternError("brackets are nested too deeply", start)
        if self._peek() == "?":
            raise PatternError("special groups are not known", start)
        inner = self._choice()
        if self._peek() != ")":
            raise PatternError("this bracket is not closed", start)
        self.at += 1
        self.depth -= 1
        return inner

    def _class(self, start: int) -> Pattern:
        negated = self._peek() == "^"
        if negated:
            self.at += 1
        ranges: list[tuple[str, str]] = []
        while self._peek() != "]":
            low = self._member(start)
            high = low
            if self._peek() == "-" and self.source[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self._member(start)
            if high < low:
                raise PatternError("this range runs backwards", self.at - 1)
            ranges.append((low, high))
        self.at += 1
        if not ranges:
            raise PatternError("an empty class", start)
        return Chars(tuple(ranges), negated)

    def _member(self, start: int) -> str:
        char = self._peek()
        if not char:
            raise PatternError("this class is not closed", start)
        self.at += 1
        if char == "\\":
            char = self._peek()
            self.at += 1
            if not char or (char.isascii() and char.isalnum()):
                raise PatternError("this escape is not known", self.at - 1)
        folded = _check_literal(fold_for_pattern(char), self.at - 1)
        if len(folded) != 1:
            raise PatternError("this sign is no single letter in the index", self.at - 1)
        return folded

    def _repeat(self, part: Pattern) -> Pattern:
        start = self.at
        char = self._peek()
        if char not in ("*", "+", "?", "{"):
            return part
        self.at += 1
        if char == "{":
            low, high = self._counts(start)
        else:
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if self._peek() in ("*", "+", "?", "{"):
            raise PatternError("two repetitions in a row", self.at)
        if high != 1 and _repeats(part):
            raise PatternError("a repetition inside a repetition", start)
        return Repeat(part, low, high)

    def _counts(self, start: int) -> tuple[int, int | None]:
        found = re.compile(r"([0-9]{1,3})(?:(,)([0-9]{1,3})?)?\}").match(self.source, self.at)
        if found is None:
            raise PatternError("a count looks like {2}, {2,} or {2,5}", start)
        self.at = found.end()
        low = int(found[1])
        high = low if found[2] is None else (None if found[3] is None else int(found[3]))
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise PatternError(f"counts go up to {MAX_REPEAT}, the smaller first", start)
        return low, high


def _repeats(pattern: Pattern) -> bool:
    if isinstance(pattern, Repeat):
        return pattern.high != 1 or _repeats(pattern.part)
    if isinstance(pattern, (Sequence, Choice)):
        return any(map(_repeats, pattern.parts))
    return False


def characters(pattern: Pattern) -> list[str] | None:
    """The characters of a pattern of literals and single unknown characters, these empty; None for other patterns."""
    if isinstance(pattern, Literal):
        return list(pattern.text)
    if pattern == ANY:
        return [""]
    if isinstance(pattern, Repeat) and pattern.low == pattern.high:
        part = characters(pattern.part)
        return None if part is None else part * pattern.low
    if not isinstance(pattern, Sequence):
        return None
    found: list[str] = []
    for one in pattern.parts:
        of_part = characters(one)
        if of_part is None:
            return None
        found += of_part
    return found


def fixed_size(pattern: Pattern) -> int | None:
    """The number of characters that every match has; None if matches differ."""
    if isinstance(pattern, Literal):
        return len(pattern.text)
    if isinstance(pattern, Chars):
        return 1
    if isinstance(pattern, Repeat):
        size = fixed_size(pattern.part)
        return size * pattern.low if size is not None and pattern.low == pattern.high else None
    sizes = [fixed_size(part) for part in pattern.parts]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return None
    if isinstance(pattern, Choice):
        return known[0] if len(set(known)) == 1 else None
    return sum(known)


def literal_start(pattern: Pattern) -> str:
    """The characters with which every match begins, as far as they are seen at once."""
    if isinstance(pattern, Literal):
        return pattern.text
    if isinstance(pattern, Sequence) and pattern.parts:
        return literal_start(pattern.parts[0])
    if isinstance(pattern, Repeat) and pattern.low:
        return literal_start(pattern.part)
    return ""


def expression(pattern: Pattern) -> str:
    """The pattern as a regular expression that Python and tantivy understand alike; literals need no escapes."""
    if isinstance(pattern, Literal):
        return pattern.text
    if isinstance(pattern, Chars):
        if not pattern.ranges:
            return "."
        inner = "".join(low if low == high else f"{low}-{high}" for low, high in pattern.ranges)
        return f"[{'^' if pattern.negated else ''}{inner}]"
    if isinstance(pattern, Sequence):
        return "".join(map(expression, pattern.parts)) if pattern.parts else "(?:)"
    if isinstance(pattern, Choice):
        return f"(?:{'|'.join(map(expression, pattern.parts))})"
    count = f"{{{pattern.low},{'' if pattern.high is None else pattern.high}}}"
    return f"(?:{expression(pattern.part)}){count}"


def compiled(node: Wildcard | Regex) -> re.Pattern[str]:
    """The pattern, such that looking for it takes time in proportion to the text at most (to its square, if simple)."""
    return compile_bounded(pattern_of(node))


def compile_bounded(pattern: Pattern) -> re.Pattern[str]:
    """The pattern, compiled in the same way."""
    return _compiled(expression(pattern), _choices(pattern) <= _SIMPLE)


@lru_cache(maxsize=256)
def _compiled(source: str, is_simple: bool) -> re.Pattern[str]:
    if is_simple:
        return re.compile(f"(?:{source})")
    options = re2.Options()
    options.max_mem = _MAX_STATES_BYTES
    options.log_errors = False
    linear: re.Pattern[str] = re2.compile(f"(?:{source})", options)
    return linear


def _choices(pattern: Pattern) -> int:
    """Places where a match can go on in more than one way; with many, Python would try all combinations."""
    if isinstance(pattern, Repeat):
        return _choices(pattern.part) + (pattern.low != pattern.high)
    if isinstance(pattern, (Sequence, Choice)):
        return sum(map(_choices, pattern.parts)) + isinstance(pattern, Choice)
    return 0


@dataclass(frozen=True, slots=True)
class FuzzyWord:
    """What a fuzzy query looks for: the folded word or the characters of a Han run.

    Unless `free`, the first letter of a word must be the same.
    """

    text: str
    han: bool
    distance: int
    free: bool


def fuzzy_of(node: Fuzzy) -> FuzzyWord:
    """The folded word of a fuzzy query.

    Raises:
        PatternError: when it is not one word, or one run of more Han characters than may differ.
    """
    tokens = analyse(node.text)
    runs = list(han_runs(node.text))
    if not runs and len(tokens) == 1:
        return FuzzyWord(tokens[0].text, False, node.distance, node.free)
    if len(runs) == 1 and all(is_han(token.text) for token in tokens):
        if len(runs[0].chars) <= node.distance:
            raise PatternError("so few characters may not differ in so many places", 0)
        return FuzzyWord(runs[0].chars, True, node.distance, True)
    raise PatternError("~ after a word takes one word; quote several words for their distance", 0)
