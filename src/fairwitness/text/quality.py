"""How far the text of a page can be trusted, from what can be seen without knowing the truth.

The signs are: how sure the engine was, how much of the page it was unsure of, the ink that no line covers, lines that
were found and not read, how far a second engine read the same, and whether the words look like words of any language.
Trust is an estimate in [0, 1]; what went into the formula and how well it ranks is in docs/quality.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise

from fairwitness.core.parts import PageText
from fairwitness.core.recognition import LINE_NUMBERS, Recognition

QUALITY_VERSION = "4"
LOW_TRUST = 0.6  # below, a page counts as one that cannot be trusted
UNSURE = 800  # a line below this confidence, in thousandths, counts as unsure
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[#^~|¤§*<>{}]+(?=[^\W\d_])")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # with kana: written without spaces, mixed with anything
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")

# What an engine calls its confidence says different things. For each engine, by the beginning of its name: the
# confidence of lines that are right, how many of the letters are wrong for each hundredth below it, and how many are
# wrong above it. Fitted on the lines of 42 drawn pages that no other number of ours was measured on (docs/quality.md).
_CALIBRATION = {"tesseract": (963, 0.5, 0.001), "ppocr": (999, 0.9, 0.0005), "uyghur": (985, 0.6, 0.004)}
_OTHER_ENGINE = (990, 0.7, 0.01)  # nobody has measured what it means by it
_AGREEING = 900  # thousandths: two engines that agree so far give no reason for doubt
_MOST_BY_SECOND = 0.3  # a page of the sample is not to be trusted much less than its neighbour outside of it
_FEW_LETTERS = 20  # of a page with fewer letters the statistics say nothing


@dataclass(frozen=True, slots=True)
class Signs:
    """What trust rests on, in thousandths, except `letters` (a count) and `unread` (lines).

    `confidence` is the mean over the letters, `expected` the share of wrong letters that the confidence of each line
    lets expect of its engine (in ten-thousandths), `unsure` the share of letters in lines below `UNSURE`, `outside` the
    share of ink outside all lines, `odd` that of letters in words that look like no word, `agreement` with a second
    engine and `layer` that with the text which the file itself holds, -1 for none. `recognised` is 0 where the text
    is that of the file, and then only `letters` and `odd` say anything.
    """

    recognised: int = 0
    letters: int = 0
    confidence: int = 1000
    expected: int = 0
    unsure: int = 0
    outside: int = 0
    unread: int = 0
    odd: int = 0
    agreement: int = -1
    layer: int = -1

    def as_pairs(self) -> tuple[tuple[str, int], ...]:
        """For a record."""
        return tuple(asdict(self).items())


@dataclass(frozen=True, slots=True)
class Trust:
    """A value in [0, 1], and the reasons that lowered it, the weightiest first, in plain words."""

    value: float
    reasons: tuple[str, ...]

    @property
    def is_low(self) -> bool:
        """Whether the page counts as one that cannot be trusted."""
        return self.value < LOW_TRUST


def signs_of(page: PageText) -> Signs:
    """The signs of one page."""
    letters, odd = _oddness(page.text, is_drawn=page.width_px > 0)
    how = page.recognition
    if how is None:
        return Signs(letters=letters, odd=odd)
    confidence, expected, unsure = _confidence(page.text, how)
    return Signs(1, letters, confidence, expected, unsure, how.outside, how.unread, odd, how.agreement, how.layer)


def signs_from(pairs: tuple[tuple[str, int], ...]) -> Signs:
    """The signs that a record holds; those of a later version are passed over."""
    return Signs(**{name: value for name, value in pairs if name in Signs.__dataclass_fields__})


def trust_of(signs: Signs) -> Trust:
    """How far a page with these signs can be trusted, and why not further."""
    doubts = sorted(_doubts(signs), reverse=True)
    value = 1.0
    for weight, _ in doubts:
        value *= 1.0 - weight
    return Trust(round(max(0.0, value), 3), tuple(why for weight, why in doubts if weight >= 0.02))


def likeness(left: str, right: str) -> float:
    """How far two texts are the same, in [0, 1]: Dice's coefficient over pairs of letters, whatever their order.

    Blanks, punctuation and capitals do not count. One wrong letter in a hundred gives about 0.98.
    """
    a, b = _pairs(left), _pairs(right)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def coverage(part: str, whole: str) -> float:
    """The share of the pairs of letters of `part` that are in `whole` too, in [0, 1]."""
    pairs = _pairs(part)
    return (pairs & _pairs(whole)).total() / pairs.total() if pairs else 1.0


def _pairs(text: str) -> Counter[str]:
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    return Counter(map("".join, pairwise(plain))) if len(plain) > 1 else Counter([plain] if plain else [])


def _doubts(signs: Signs) -> Iterator[tuple[float, str]]:
    """Weights in [0, 1] with what they stand for."""
    if signs.letters >= _FEW_LETTERS:
        yield _capped(2.5 * signs.odd / 1000), f"{signs.odd / 10:.0f} % of the letters are in words that look like none"
    if not signs.recognised:
        return
    if signs.letters:
        share = f"about {signs.expected / 100:.1f} % of the letters may be wrong"
        yield _capped(5 * signs.expected / 10_000), f"{share} (mean confidence {signs.confidence / 10:.0f} %)"
        yield _capped(signs.unsure / 1500), f"{signs.unsure / 10:.0f} % of the letters are in unsure lines"
    yield _capped(signs.outside / 500), f"{signs.outside / 10:.0f} % of the ink lies outside all lines"
    yield _capped(0.2 * signs.unread), f"{signs.unread} lines were found and not read"
    if 0 <= signs.layer < 800:
        yield 0.05, f"the text layer of the file is only {signs.layer / 10:.0f} % like it"
    if signs.agreement >= 0:
        doubt = (_AGREEING - signs.agreement) / 1500  # the second engine is the worse one, most of all on bad scans
        yield min(_MOST_BY_SECOND, _capped(doubt)), f"a second engine agrees in {signs.agreement / 10:.0f} %"


def _capped(weight: float) -> float:
    return min(0.98, max(0.0, weight))


def _confidence(text: str, how: Recognition) -> tuple[int, int, int]:
    """Mean confidence over the letters, the share of letters that is expected to be wrong, and that in unsure lines."""
    total = weighted = unsure = 0
    wrong = 0.0
    for at in range(0, len(how.lines), LINE_NUMBERS):
        start, end, confidence, engine = how.lines[at : at + 4]
        letters = sum(map(str.isalnum, text[start:end]))
        total += letters
        weighted += letters * confidence
        unsure += letters * (confidence < UNSURE)
        wrong += letters * _wrong_share(how.engines[engine], confidence)
    if not total:
        return 0, 10_000, 1000
    return weighted // total, round(10_000 * wrong / total), 1000 * unsure // total


@lru_cache(maxsize=1 << 14)
def _wrong_share(engine: str, confidence: int) -> float:
    """Share of the letters of a line with that confidence, in thousandths, that may be wrong."""
    names = (name for name in _CALIBRATION if engine.startswith(name))
    right, slope, least = _CALIBRATION.get(next(names, ""), _OTHER_ENGINE)
    return min(1.0, least + slope * max(0, right - confidence) / 1000)


# --- words that look like none ------------------------------------------------------------------------------------


def _oddness(text: str, *, is_drawn: bool) -> tuple[int, int]:
    """Number of letters and digits, and the share of them in odd words, in thousandths.

    What a page with a place for every word says was read from pixels or from glyphs, and may be misread. What other
    files hold is what was written: code, addresses and lists of numbers look odd and are right, and only what decoding
    leaves behind counts, which is scripts mixed in one word and signs that are no characters.
    """
    letters = odd = 0
    looks_odd = _is_odd if is_drawn else _is_garbled
    for found in _TOKEN.finditer(text):
        token = found[0]
        letters += len(token)
        if looks_odd(token):
            odd += len(token)
    if is_drawn:
        odd = min(letters, odd + 3 * sum(1 for _ in _SIGN_IN_WORD.finditer(text)))
    strange = 0 if text.isascii() else sum(text.count(char) for char in set(text) if _is_strange(char))
    letters += strange
    return letters, (1000 * (odd + strange)) // letters if letters else 0


@lru_cache(maxsize=1 << 14)
def _is_strange(char: str) -> bool:
    """Whether the sign stands for what could not be decoded, or for nothing that is known."""
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn")


@lru_cache(maxsize=1 << 14)
def _is_mixed(token: str) -> bool:
    """Whether letters of several scripts stand in the word, which no language does but Japanese and Korean."""
    scripts = {_script(char) for char in token} - {""}
    return len(scripts) > 1 and not scripts <= {"HAN", "KANA", "HANGUL"}


def _has_capitals_inside(letters: str) -> bool:
    if letters.isupper() or not any(a.islower() and b.isupper() for a, b in pairwise(letters)):
        return False
    return len(letters) < 4 or sum(map(str.isupper, letters[1:])) > 1


@lru_cache(maxsize=1 << 14)
def _is_garbled(token: str) -> bool:
    """Whether the word looks as if it had been decoded with the wrong table."""
    return _is_mixed(token) or (not token.isascii() and _has_capitals_inside("".join(filter(str.isalpha, token))))


@lru_cache(maxsize=1 << 14)
def _is_odd(token: str) -> bool:
    """Whether no word of any language looks like this: scripts mixed, digits inside, capitals inside, no vowel."""
    if _is_mixed(token):
        return True
    scripts = {_script(char) for char in token}
    letters = "".join(filter(str.isalpha, token))
    if not scripts & {"LATIN", "CYRILLIC"}:
        return False
    if len(token) > 2 and (re.search(r"[^\W\d]\d+[^\W\d]", token) or _has_capitals_inside(letters)):
        return True
    return len(letters) >= 5 and not _VOWELS.search(letters)


_VOWELS = re.compile("[aeiouyäöüıæøåàáâãèéêëìíîïòóôõùúûаеёиоуыэюяәіөұүє]", re.IGNORECASE)
_BLOCKS = ("LATIN", "CYRILLIC", "ARABIC", "GREEK", "HEBREW", "HANGUL")


@lru_cache(maxsize=1 << 14)
def _script(char: str) -> str:
    """The script of a letter as far as mixing it is odd; nothing for digits and marks."""
    if not char.isalpha():
        return ""
    name = unicodedata.name(char, "")
    if name.startswith("CJK"):
        return "HAN"
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return "KANA"
    return next((block for block in _BLOCKS if name.startswith(block)), "")
