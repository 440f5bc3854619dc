"""Marks in a text: characters that nobody sees, letters that look like others, blanks that vary.

Joiners belong to Arabic script, Mongolian and the scripts of India, and to emoji; direction marks to lines with
right-to-left letters; ideographic spaces to Han. There they are no sign of anything; elsewhere they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from fairwitness.publish.source_marks import Sureness
from fairwitness.text.scripts import NUMBERS, SCRIPTS, codes_of, scripts_of

_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = frozenset({"Arab", "Mong", "Deva", "Tibt"})
_RIGHT_TO_LEFT = frozenset({"Arab", "Hebr"})
_WIDE_SCRIPTS = frozenset({"Hani", "Kana", "Hang"})
# Letters of Arabic script that never join the next one: a joiner behind them changes nothing that can be seen.
_NEVER_JOINING = frozenset("اآأإٱدذرزژڑڈوؤۇۆۈۋۅۉەةء")
_MARKS_OF_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_OVERRIDES = frozenset("\u202d\u202e")
# Not of the category Cf, and yet nothing to see: fillers of Hangul, Khmer vowels, the grapheme joiner, blank Braille.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0\u2800")
_ORDINARY_BLANKS = frozenset(" \t\n\r\f\v")
_SOFT_HYPHEN = "\u00ad"
_FLAG = "\U0001f3f4"
_TAG_END = "\U000e007f"
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[IVXLCDM]+|[ivxlcdm]+")
_BLANKS_INSIDE = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_BLANKS_AT_END = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)
_MIN_LINES = 3  # with blanks behind them, before their lengths can be called a pattern
_ODD_SHARE = 0.1  # of the letters that have two forms, below which the rarer form is odd

# Letters that look the same, by script. Own list, after Unicode confusables: what a reader of a printed page mixes up.
_CYRILLIC_AS_LATIN = dict(zip("аеорсухіјѕһԁԛԝвАВЕКМНОРСТХІЈЅУҺԌԚԜ", "aeopcyxijshdqwbABEKMHOPCTXIJSYHGQW", strict=True))
_GREEK_AS_LATIN = dict(zip("οαινυρκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaivupkxABEZHIKMNOPTYX", strict=True))
_ARMENIAN_AS_LATIN = dict(zip("օսհոցզյ", "oshngqj", strict=True))
LOOKS_LIKE_LATIN = {**_CYRILLIC_AS_LATIN, **_GREEK_AS_LATIN, **_ARMENIAN_AS_LATIN}
"""The Latin letter that a letter of another alphabet looks like."""
_LOOKS = {
    frozenset({"Latn", "Cyrl"}): frozenset(_CYRILLIC_AS_LATIN) | frozenset(_CYRILLIC_AS_LATIN.values()),
    frozenset({"Latn", "Grek"}): frozenset(_GREEK_AS_LATIN) | frozenset(_GREEK_AS_LATIN.values()),
    frozenset({"Latn", "Armn"}): frozenset(_ARMENIAN_AS_LATIN) | frozenset(_ARMENIAN_AS_LATIN.values()),
    frozenset({"Cyrl", "Grek"}): frozenset("оаіурхкАВЕЗНІКМОРТУХοαιυρχκΑΒΕΗΙΚΜΟΡΤΥΧ"),
}
_ALPHABET_NUMBERS = frozenset(NUMBERS[script] for script in ("Latn", "Cyrl", "Grek", "Armn"))
_TWO_FORMS = (("ك", "ک"), ("ي", "ی"), ("ە", "ه"))  # Uyghur keyboards write the first, others the second


@dataclass(frozen=True, slots=True)
class TextMark:
    """A mark at the code points `start` to `end` of a text; `what` never repeats a letter of it."""

    kind: str
    sureness: Sureness
    start: int
    end: int
    what: str


def text_marks(text: str) -> list[TextMark]:
    """Every mark in the text, in the order in which they stand."""
    found = [*_unseen(text), *_look_alikes(text), *_blanks(text), *_letter_forms(text)]
    return sorted(found, key=lambda mark: (mark.start, mark.end, mark.kind))


def _named(text: str) -> str:
    """The code points, by number and name: what they are, not what they spell."""
    names = [f"U+{ord(char):04X} {unicodedata.name(char, 'without a name')}" for char in text[:3]]
    return ", ".join(names) + (f" and {len(text) - 3} more" if len(text) > 3 else "")


def _script(char: str) -> str:
    return SCRIPTS[int(scripts_of(codes_of(char))[0])] if char else ""


# --- characters that nobody sees ---------------------------------------------------------------------------------


def _is_unseen(char: str) -> bool:
    return (
        unicodedata.category(char) == "Cf"
        or char in _UNSEEN
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or (char.isspace() and char not in _ORDINARY_BLANKS)
    )


@cache
def _unseen_runs() -> re.Pattern[str]:
    """Runs of them; they lie in these blocks of Unicode."""
    blocks = ((0x80, 0x3200), (0xFE00, 0x10000), (0x11000, 0x14000), (0x1BC00, 0x1BD00), (0x1D100, 0x1D200))
    chars = [chr(code) for block in (*blocks, (0xE0000, 0xE0200)) for code in range(*block) if _is_unseen(chr(code))]
    return re.compile(f"[{''.join(map(re.escape, chars))}]+")


def _unseen(text: str) -> Iterator[TextMark]:
    for match in () if text.isascii() else _unseen_runs().finditer(text):
        at = match.start()
        for _, group in groupby(match.group(), key=_family):
            end = at + len(list(group))
            mark = _judged(text, at, end)
            if mark is not None:
                yield mark
            at = end


def _family(char: str) -> str:
    if char in _JOINERS:
        return "joiner"
    if "\U000e0000" <= char <= "\U000e007f":
        return "tag_character"
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return "variation_selector"
    if char in _MARKS_OF_DIRECTION or char in _OVERRIDES:
        return "bidi_control"
    return "odd_space" if char.isspace() else "zero_width"


def _judged(text: str, start: int, end: int) -> TextMark | None:
    """The mark that a run of unseen characters of one family is; None where it belongs."""
    run, family = text[start:end], _family(text[start])
    before, after = _neighbour(text, start - 1, -1), _neighbour(text, end, 1)
    if family == "joiner":
        return _judged_joiner(run, start, end, before, after)
    if family == "tag_character":
        is_flag = text[start - 1 : start] == _FLAG and run.endswith(_TAG_END) and len(run) <= 7
        return None if is_flag else TextMark(family, "likely", start, end, _named(run))
    if family == "variation_selector":
        return _judged_selector(run, start, end, text[start - 1 : start])
    if family == "bidi_control":
        return _judged_direction(text, run, start, end)
    if family == "odd_space":
        return _judged_space(run, start, end, before, after)
    if run == _SOFT_HYPHEN and before.isalpha() and after.isalpha():
        return TextMark("zero_width", "possible", start, end, _named(run))
    if run == "\ufeff" and start == 0:
        return None
    if _script(before) == "Mong" and "\u180b" <= run[0] <= "\u180f":
        return None
    return TextMark("zero_width", "likely", start, end, _named(run))


def _neighbour(text: str, at: int, step: int) -> str:
    """The next character that is neither unseen nor a mark on another; empty at the end of the text or at a blank."""
    while 0 <= at < len(text):
        char = text[at]
        if char.isspace():
            return ""
        if not _is_unseen(char) and unicodedata.category(char) not in ("Mn", "Me"):
            return char
        at += step
    return ""


def _judged_joiner(run: str, start: int, end: int, before: str, after: str) -> TextMark | None:
    if len(run) == 1 and {_script(before), _script(after)} & _JOINING_SCRIPTS:
        if run == "\u200c" and before in _NEVER_JOINING:
            return TextMark("joiner_without_effect", "possible", start, end, _named(run))
        return None
    if run == "\u200d" and _is_pictograph(before) and _is_pictograph(after):
        return None
    return TextMark("zero_width", "likely", start, end, _named(run))


def _is_pictograph(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in ("So", "Sk") or char in "♀♂⚕⚖❤➡↔↕")


def _judged_selector(run: str, start: int, end: int, base: str) -> TextMark | None:
    if len(run) == 1 and base:
        if run in "\ufe0e\ufe0f" and (_is_pictograph(base) or base in "0123456789#*©®‼⁉™ℹ" or "←" <= base <= "⯿"):
            return None
        if _script(base) == "Hani":  # forms of one character, which some fonts of names need
            return TextMark("variation_selector", "possible", start, end, _named(run))
    return TextMark("variation_selector", "likely", start, end, _named(run))


def _judged_direction(text: str, run: str, start: int, end: int) -> TextMark | None:
    if _OVERRIDES & set(run):
        return TextMark("bidi_control", "likely", start, end, _named(run))
    line = text[text.rfind("\n", 0, start) + 1 : _end_of_line(text, end)]
    scripts = {SCRIPTS[number] for number in set(scripts_of(codes_of(line)).tolist())}
    if scripts & _RIGHT_TO_LEFT and len(run) <= 2:
        return None
    return TextMark("bidi_control", "likely", start, end, _named(run))


def _judged_space(run: str, start: int, end: int, before: str, after: str) -> TextMark | None:
    if set(run) == {"\u3000"}:
        is_wide = {_script(before), _script(after)} & _WIDE_SCRIPTS or not before
        return None if is_wide else TextMark("odd_space", "possible", start, end, _named(run))
    if set(run) <= {"\x85", "\u2028", "\u2029"} or "\x1c" <= run[0] <= "\x1f":
        return TextMark("odd_space", "possible", start, end, _named(run[0]))
    sure: Sureness = "possible" if run[0] in "\u00a0\u202f\u2009" and len(run) == 1 else "likely"
    return TextMark("odd_space", sure, start, end, _named(run))


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


# --- letters that look like others --------------------------------------------------------------------------------


def _look_alikes(text: str) -> Iterator[TextMark]:
    """Yields words of two alphabets, and words of look-alikes alone among words of the other alphabet."""
    line_start = 0
    for line in text.split("\n"):
        found = () if line.isascii() else scripts_of(codes_of(line)).tolist()
        if len(_ALPHABET_NUMBERS & set(found)) > 1:
            words = [match.span() for match in _LETTERS_ONLY.finditer(line)]
            alphabets = [
                Counter(SCRIPTS[one] for one in found[start:end] if one in _ALPHABET_NUMBERS) for start, end in words
            ]
            for at, ((start, end), own) in enumerate(zip(words, alphabets, strict=True)):
                mark = _judged_word(line[start:end], own, alphabets[max(0, at - 1) : at] + alphabets[at + 1 : at + 2])
                if mark is not None:
                    kind, sureness, what = mark
                    yield TextMark(kind, sureness, line_start + start, line_start + end, what)
        line_start += len(line) + 1


def _judged_word(
    word: str, alphabets: Counter[str], around: Sequence[Counter[str]]
) -> tuple[str, Sureness, str] | None:
    if len(alphabets) > 1:
        ranked = alphabets.most_common()
        few = {script for script, _ in ranked[1:]}
        looks = frozenset().union(*(_LOOKS.get(frozenset({ranked[0][0], script}), frozenset()) for script in few))
        strange = [char for char in word if _script(char) in few]
        sure: Sureness = "likely" if all(char in looks for char in strange) else "possible"
        return "mixed_script_word", sure, f"a word of {' and '.join(sorted(alphabets))} letters: {_named_set(strange)}"
    if len(alphabets) != 1 or _ROMAN.fullmatch(word):
        return None
    ((own, count),) = alphabets.items()
    neighbours = {script for found in around for script in found}
    if len(neighbours) == 1 and len(around) == 2 and own not in neighbours and count == len(word):
        (other,) = neighbours
        if set(word) <= _LOOKS.get(frozenset({own, other}), frozenset()):
            return "foreign_look_alike", "possible", f"a {own} word among {other} ones that looks like one of them"
    return None


def _named_set(chars: Sequence[str]) -> str:
    return ", ".join(f"U+{ord(char):04X}" for char in sorted(set(chars))[:4])


def _letter_forms(text: str) -> Iterator[TextMark]:
    """Yields the letters that are written in the rarer of two forms that look nearly alike."""
    for pair in _TWO_FORMS:
        counts = [text.count(form) for form in pair]
        rare = pair[counts[0] > counts[1]]
        if 0 < min(counts) < _ODD_SHARE * sum(counts):
            for match in re.finditer(rare, text):
                what = f"{_named(rare)}, where the rest of the text has another letter that looks like it"
                yield TextMark("mixed_letter_forms", "possible", match.start(), match.end(), what)


# --- blanks -------------------------------------------------------------------------------------------------------


def _blanks(text: str) -> Iterator[TextMark]:
    yield from _pattern("trailing_blanks", "blanks at the ends of lines", list(_BLANKS_AT_END.finditer(text)))
    inside = [match for match in _BLANKS_INSIDE.finditer(text) if text[match.start() - 1] not in ".!?:;,。、|"]
    gaps = sum(1 for _ in re.finditer(r"(?<=\S) (?=\S)", text))
    if len(inside) < max(_MIN_LINES, gaps):  # else it is a table, or set in columns
        yield from _pattern("spacing_pattern", "several blanks between words", inside)


def _pattern(kind: str, what: str, found: list[re.Match[str]]) -> Iterator[TextMark]:
    """Yields one mark for all: what counts is that they vary, and that is one thing."""
    if not found:
        return
    lengths = Counter(match.group() for match in found)
    varies = len(found) >= _MIN_LINES and len(lengths) > 1
    told = f"{what}: {len(found)} times, of {len(lengths)} sorts"
    yield TextMark(kind, "likely" if varies else "possible", found[0].start(), found[-1].end(), told)
