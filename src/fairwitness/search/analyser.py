"""Turns the text of a page into tokens with exact source ranges. Pure, versioned, the same for pages and queries.

The rules, in the order in which they are applied:

1. Folding (`text.fold`): NFKC, case folding (ß becomes ss, final sigma becomes sigma), ё becomes е, ı and İ become i,
   digits of every script become ASCII digits, Arabic vowel signs, tatweel, joiners, bidirectional marks and soft
   hyphens vanish, Persian kaf and yeh become Arabic ones, presentation forms become letters. Latin accents stay.
2. Han and kana form runs. A run goes on over one line break with nothing but blanks (U+0020) around it, because PDF
   lines wrap; not over an empty line, a tab or an ideographic space. A run becomes overlapping pairs of characters; a
   run of one character becomes that character.
3. Everything else that consists of letters, digits and marks and begins with a letter or digit is a word. Underscores,
   hyphens and apostrophes separate: `don't` and `don’t` are both [don, t], and Türkiye finds Türkiye'nin.
4. A word longer than `MAX_TOKEN_CHARS` is cut into consecutive tokens; nothing is dropped.
5. Where one run ends in the character with which the next begins, in either way of writing it, `RUN_BREAK` stands
   between them, so that "讨论、论证" is no hit for 讨论证.

Beside these exact tokens there are three looser readings of the same page, each asked for by name: the loose key of
every token (`text.loose`), the words in Han runs (`search.han_words`) and the stems (`search.stems`). docs/analyser.md
shows all of them.
"""

from __future__ import annotations

import operator
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from fairwitness.names.keys import NAME_KEYS, keys_of_run
from fairwitness.search.han_words import cut_han, distinct_han_words
from fairwitness.search.stems import stem_of, stem_terms
from fairwitness.text.fold import Folded, fold, fold_text
from fairwitness.text.loose import LOOSE_KEYS, simplify

ANALYSER_VERSION = f"3-unicode{unicodedata.unidata_version}"
"""Raised whenever tokens may differ; an index made by another version must be made again."""

MAX_TOKEN_CHARS = 255
RUN_BREAK = "¦"

_ASCII_WORD = re.compile("[a-z0-9]+")
_ASCII_BLANKED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_HAN_RANGES = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303C),
    (0x3041, 0x3096),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)
HAN_CLASS = "".join(f"{chr(low)}-{chr(high)}" for low, high in _HAN_RANGES)
"""Inside of a regular-expression class: Han characters and kana."""

_BASIC_END = 0x10000
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BASIC_HAN_CLASS = "".join(f"{chr(low)}-{chr(high)}" for low, high in _HAN_RANGES if high < _BASIC_END)
_JOINT = r"(?: *\r?\n *|\u200b)"
_RUN = f"[{HAN_CLASS}]+(?:{_JOINT}[{HAN_CLASS}]+)*"
_HAN = re.compile(f"[{HAN_CLASS}]")
_FIRST_HAN = chr(_HAN_RANGES[0][0])
_NO_HAN = re.compile("[ \r\n\u200b]+")
_LAST_LETTER = 0x323AF  # no letter, digit or spacing mark is assigned above it; the marks there are dropped


class Token(NamedTuple):
    """One token and the range of the original text it came from, in code points.

    A named tuple and not a dataclass, because a page has hundreds and they are made on every look at a hit.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HanRun:
    """An unbroken run of Han characters and kana, line breaks taken out; `places[i]` is where character i stands."""

    chars: str
    places: tuple[tuple[int, int], ...]


def is_han(char: str) -> bool:
    """Whether the character takes part in runs of Han and kana."""
    return _HAN.match(char) is not None


def has_han(text: str) -> bool:
    """Whether `text`, once folded, holds a Han character or kana."""
    return _HAN.search(text) is not None


def fold_for_pattern(text: str) -> str:
    """`text` as it would stand inside a token; for the literal parts of patterns."""
    return fold_text(text)


def _ranges(codes: list[int]) -> str:
    parts: list[str] = []
    start = previous = codes[0]
    for code in [*codes[1:], sys.maxunicode + 2]:
        if code != previous + 1:
            parts.append(f"{re.escape(chr(start))}-{re.escape(chr(previous))}")
            start = code
        previous = code
    return "".join(parts)


@cache
def word_classes(end: int = 0x20000) -> tuple[str, str]:
    """Insides of two regular-expression classes: what begins a word, and what goes on in it, up to a code point."""
    first: list[int] = []
    rest: list[int] = []
    han = {code for low, high in _HAN_RANGES[:-1] for code in range(low, high + 1)}
    for code in range(end):
        kind = unicodedata.category(chr(code))[0]
        if kind not in "LNM" or code in han:
            continue
        rest.append(code)
        if kind != "M":
            first.append(code)
    assert rest[-1] < _LAST_LETTER
    return _ranges(first), _ranges(rest)


def _token_pattern(text: str) -> re.Pattern[str]:
    return _token_patterns(_ASTRAL.search(text) is not None)


@cache
def _token_patterns(astral: bool) -> re.Pattern[str]:
    """The engine looks up a class by its bits, but one beyond the basic plane range by range: ten times slower."""
    if astral:
        first, rest = word_classes()
        return re.compile(f"{_RUN}|[{first}][{rest}]*")
    first, rest = word_classes(_BASIC_END)
    return re.compile(f"{_RUN.replace(HAN_CLASS, _BASIC_HAN_CLASS)}|[{first}][{rest}]*")


def analyse(text: str) -> list[Token]:
    """Tokens of `text` in order; the index in the list is the position that phrases count by."""
    if text.isascii():
        return _analyse_ascii(text)
    folded = fold(text)
    tokens: list[Token] = []
    last_han = ""  # last character of the run that the previous token ended, if it was a pair
    last_end = 0
    for found in _token_pattern(folded.text).finditer(folded.text):
        word = found.group()
        if word < _FIRST_HAN or not is_han(word):
            if len(word) <= MAX_TOKEN_CHARS:
                tokens.append(Token(word, *folded.source(*found.span())))
            else:
                tokens.extend(_cut(word, found.start(), folded.source))
            last_han = ""
            continue
        run = _run_of(found, folded)
        chars, places = run.chars, run.places
        if len(chars) == 1:
            tokens.append(Token(chars, *places[0]))
            last_han = ""
            continue
        if simplify(chars[0]) == last_han:
            tokens.append(Token(RUN_BREAK, last_end, max(last_end, places[0][0])))
        tokens.extend(Token(chars[i : i + 2], places[i][0], places[i + 1][1]) for i in range(len(chars) - 1))
        last_han, last_end = simplify(chars[-1]), places[-1][1]
    return tokens


def loosened(tokens: list[Token]) -> list[Token]:
    """The same tokens with their loose keys, place by place."""
    return [Token(LOOSE_KEYS[text], start, end) for text, start, end in tokens]


def words_in_han(text: str) -> Iterator[Token]:
    """Yields the words in the Han runs of `text`; the parts of a longer word follow it."""
    for run in han_runs(text):
        for low, high in cut_han(run.chars):
            yield Token(run.chars[low:high], run.places[low][0], run.places[high - 1][1])


def same_stem(word: str, other: str, languages: Iterable[str]) -> bool:
    """Whether the two tokens are one word, or have one stem in one of the languages."""
    if word == other:
        return True
    stems = ((stem_of(word, language), stem_of(other, language)) for language in languages)
    return any(one == two != "" for one, two in stems)


def _analyse_ascii(text: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _ASCII_WORD.finditer(text.lower()):
        start, end = found.span()
        if end - start <= MAX_TOKEN_CHARS:
            tokens.append(Token(found.group(), start, end))
        else:
            tokens.extend(_cut(found.group(), start, lambda low, high: (low, high)))
    return tokens


def _cut(word: str, start: int, source: Callable[[int, int], tuple[int, int]]) -> Iterator[Token]:
    for low in range(0, len(word), MAX_TOKEN_CHARS):
        part = word[low : low + MAX_TOKEN_CHARS]
        yield Token(part, *source(start + low, start + low + len(part)))


def _run_of(found: re.Match[str], folded: Folded) -> HanRun:
    chars = found.group()
    places = folded.sources(*found.span())
    if _NO_HAN.search(chars) is None:
        return HanRun(chars, tuple(places))
    kept = [i for i, char in enumerate(chars) if char not in " \r\n\u200b"]
    return HanRun("".join([chars[i] for i in kept]), tuple([places[i] for i in kept]))


def parts_of(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words and whole Han runs of `text` in order, `RUN_BREAK` where it parts runs, and the ranges of all units.

    A unit is a word or one Han character; `RUN_BREAK` is none. What `analyse` gives, without the pairs.
    """
    if text.isascii():
        tokens = _analyse_ascii(text)
        return [token.text for token in tokens], [(token.start, token.end) for token in tokens]
    folded = fold(text)
    stayed = folded.starts is None  # every character is where it was, so a list of texts in Chinese is read quickly
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    last_han = ""
    for found in _token_pattern(folded.text).finditer(folded.text):
        word = found.group()
        if word >= _FIRST_HAN and is_han(word):
            if stayed and _NO_HAN.search(word) is None:
                start, end = found.span()
                places.extend(zip(range(start, end), range(start + 1, end + 1), strict=True))
            else:
                run = _run_of(found, folded)
                word = run.chars
                places.extend(run.places)
            if len(word) > 1 and last_han and simplify(word[0]) == last_han:
                parts.append(RUN_BREAK)
            parts.append(word)
            last_han = simplify(word[-1]) if len(word) > 1 else ""
            continue
        last_han = ""
        if len(word) <= MAX_TOKEN_CHARS:
            parts.append(word)
            places.append(folded.source(*found.span()))
        else:
            cut = list(_cut(word, found.start(), folded.source))
            parts += [token.text for token in cut]
            places += [(token.start, token.end) for token in cut]
    return parts, places


def han_runs(text: str) -> Iterator[HanRun]:
    """Yields the runs of Han characters and kana in order, folded, each with the places of its characters."""
    if text.isascii():
        return
    folded = fold(text)
    for found in re.finditer(_RUN, folded.text):
        yield _run_of(found, folded)


INDEX_FIELDS = ("tok", "word", "han", "loose", "seg", "stem", "name")


def index_fields(text: str, languages: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """The fields of the index, each as tokens joined by single blanks. `languages` are those of the page.

    "tok": all tokens in order. "word": the distinct tokens that are words, for patterns over the vocabulary. "han":
    the distinct Han characters and kana, for queries of one character. "loose": the loose keys of all tokens in order,
    empty where they are the tokens. "seg": the distinct words in Han runs. "stem": the distinct stems, each behind its
    language. "name": the distinct keys under which names are looked for (`fairwitness.names.keys`).
    """
    folded = fold_text(text)
    words = _quick_words(folded)
    if words is None:
        return _fields_with_han(folded, languages)
    distinct = dict.fromkeys(words)
    if distinct and len(max(distinct, key=len)) > MAX_TOKEN_CHARS:
        words = [part for word in words for part in _parts(word)]
        distinct = dict.fromkeys(words)
    keys = [LOOSE_KEYS[word] for word in words] if any(not word.isascii() for word in distinct) else words
    loose = () if keys == words else keys
    return _joined(words, distinct, (), loose, (), stem_terms(distinct, languages), _name_keys(distinct, ()))


class _Kinds(dict[str, bool]):
    """Whether a character that begins no word ends one; else it is part of one, or of a Han run."""

    def __missing__(self, char: str) -> bool:
        self[char] = ends = not is_han(char) and re.match(f"[{word_classes()[1]}]", char) is None
        return ends


_ENDS_WORD = _Kinds()


@cache
def _gap(astral: bool) -> re.Pattern[str]:
    return re.compile(f"[^{word_classes()[0] if astral else word_classes(_BASIC_END)[0]}]")


def _quick_words(folded: str) -> list[str] | None:
    """The words of folded text without Han characters and without marks; None if it has such."""
    if folded.isascii():
        return folded.translate(_ASCII_BLANKED).split()
    if _HAN.search(folded):
        return None
    gaps = []
    for char in set(_gap(_ASTRAL.search(folded) is not None).findall(folded)):
        if not _ENDS_WORD[char]:
            return None
        gaps.append(char)
    for char in gaps:
        folded = folded.replace(char, " ")
    return folded.split()


def _fields_with_han(folded: str, languages: Iterable[str]) -> tuple[tuple[str, str], ...]:
    tokens: list[str] = []
    loose: list[str] = []
    words: list[str] = []
    han: list[str] = []
    last_han = ""
    for found in _token_pattern(folded).findall(folded):
        if found < _FIRST_HAN or not is_han(found):
            parts = [found] if len(found) <= MAX_TOKEN_CHARS else _parts(found)
            tokens += parts
            words += parts
            loose += [LOOSE_KEYS[part] for part in parts]
            last_han = ""
            continue
        chars = _NO_HAN.sub("", found)
        simple = simplify(chars)
        han.append(chars)
        if len(chars) == 1:
            tokens.append(chars)
            loose.append(simple)
            last_han = ""
            continue
        if simple[0] == last_han:
            tokens.append(RUN_BREAK)
            loose.append(RUN_BREAK)
        tokens += map(operator.add, chars, chars[1:])
        loose += map(operator.add, simple, simple[1:])
        last_han = simple[-1]
    distinct = dict.fromkeys(words)
    return _joined(
        tokens,
        distinct,
        dict.fromkeys("".join(han)),
        () if loose == tokens else loose,
        distinct_han_words(han) if han else (),
        stem_terms(distinct, languages),
        _name_keys(distinct, han),
    )


def _name_keys(words: Iterable[str], han: Iterable[str]) -> Iterable[str]:
    keys = dict.fromkeys(NAME_KEYS[word] for word in words)
    for chars in han:
        keys.update(dict.fromkeys(keys_of_run(chars)))
    keys.pop("", None)
    return keys


def _joined(*fields: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, " ".join(of)) for name, of in zip(INDEX_FIELDS, fields, strict=True))


def _parts(word: str) -> list[str]:
    return [word[low : low + MAX_TOKEN_CHARS] for low in range(0, len(word), MAX_TOKEN_CHARS)]
