"""Withheld strings in all their forms, and the search for them in bytes, in text and in what was read of pixels.

A string is looked for as it is, in the four normal forms of Unicode, as the names that it may be in every script
(`fairwitness.names.variants`), from right to left, with and without spaces, in the codes in which a PDF may hold it.
What was read of pixels may hold errors of the recognition: there one wrong letter in six passes for the same.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from fairwitness.core.errors import FairwitnessError
from fairwitness.names.compare import Level
from fairwitness.names.variants import variants
from fairwitness.text.fold import fold_text

LETTERS_PER_ERROR = 6
"""One wrong, missing or added letter is passed over for so many letters of the string; none in shorter ones."""

LEAST_LETTERS, LEAST_HAN = 8, 2
"""From how many letters on a string is looked for inside others; shorter ones begin and end where words do."""

_WORDS_AT_ONCE = 4  # that a short string may be spread over: L i N a

SHORT_BYTES = 6
"""Shorter codes are not looked for in packed images, where chance makes them."""

_SQUEEZED = re.compile(r"[\W_]+")
_TOKEN = re.compile(r"\w+")
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_NORMAL_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
_CODE_PAGES = ("utf-8", "utf-16-be", "utf-16-le", "latin-1", "cp1251", "cp1254", "gb18030")

Word = tuple[str, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Withheld:
    """One string to be looked for: `spellings` as they may be written, `squeezed` folded and without spaces.

    Those in `squeezed` are long enough to be looked for inside of others; `words` are the shorter ones.
    """

    spellings: tuple[str, ...]
    squeezed: tuple[str, ...]
    words: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]


def squeeze(text: str) -> str:
    """The text folded, without spaces and punctuation."""
    return _SQUEEZED.sub("", fold_text(unicodedata.normalize("NFC", text)))


def withheld(text: str, level: Level = "likely") -> Withheld:
    """What to look for so that `text` is found in every form."""
    spellings = dict.fromkeys([text, *(unicodedata.normalize(form, text) for form in _NORMAL_FORMS)])
    if len(text) <= 100 and not any(char.isdigit() for char in text):
        with contextlib.suppress(FairwitnessError):  # it is no name
            spellings |= dict.fromkeys(variant.text for variant in variants(text, level))
    squeezed = dict.fromkeys(squeeze(one) for one in spellings)
    long = [one for one in squeezed if _is_long(one)]
    chains = dict.fromkeys(tuple(_TOKEN.findall(fold_text(one))) for one in spellings)
    return Withheld(
        tuple(spellings),
        tuple(dict.fromkeys([*long, *(one[::-1] for one in long)])),
        tuple(dict.fromkeys(each for one in squeezed if one and not _is_long(one) for each in (one, one[::-1]))),
        tuple(one for one in chains if 2 <= len(one) <= 4),
    )


def _is_long(squeezed: str) -> bool:
    return len(squeezed) >= (LEAST_HAN if _HAN.search(squeezed) else LEAST_LETTERS)


# --- bytes --------------------------------------------------------------------------------------------------------


def codes_of(sought: Withheld) -> Iterator[bytes]:
    """Yield every way in which a file may hold the string: encodings, hexadecimal, escapes, from right to left."""
    for spelling in sought.spellings:
        for text in dict.fromkeys((spelling, spelling[::-1], spelling.lower(), spelling.upper())):
            for page in _CODE_PAGES:
                try:
                    code = text.encode(page)
                except UnicodeEncodeError:
                    continue
                if len(code) < 3:
                    continue
                yield code
                yield code.hex().encode()
                yield code.hex().upper().encode()
                if page in ("latin-1", "utf-16-be"):
                    yield b"".join(b"\\%03o" % byte for byte in code)


def in_bytes(sought: Sequence[Withheld], plain: Sequence[bytes], packed: Sequence[bytes]) -> set[int]:
    """Which of the strings the bytes hold, by their number.

    In `plain` ones every spelling is looked for in every code; in `packed` ones, where chance makes what is short, the
    string itself in codes that are long.
    """
    found = set()
    joined = b"\n".join(plain)
    for number, one in enumerate(sought):
        itself = Withheld(one.spellings[:1], (), (), ())
        if any(code in joined for code in dict.fromkeys(codes_of(one))) or any(
            code in data for code in dict.fromkeys(codes_of(itself)) if len(code) >= SHORT_BYTES for data in packed
        ):
            found.add(number)
    return found


# --- text ---------------------------------------------------------------------------------------------------------


def in_text(sought: Sequence[Withheld], texts: Iterable[str]) -> set[int]:
    """Which of the strings the texts hold, folded, with spaces or without, from either side."""
    each = list(texts)
    run = "\n".join(squeeze(text) for text in each)
    words = {word for text in each for word in _whole_words(text)}
    return {
        number
        for number, one in enumerate(sought)
        if any(form in run for form in one.squeezed) or any(word in words for word in one.words)
    }


def _whole_words(text: str) -> set[str]:
    """The words of a text, and those that stand beside one another put together."""
    tokens = [squeezed for token in _TOKEN.findall(fold_text(text)) if (squeezed := squeeze(token))]
    return {
        "".join(tokens[at : at + count])
        for count in range(1, _WORDS_AT_ONCE + 1)
        for at in range(max(0, len(tokens) - count + 1))
    }


def in_pixels(sought: Sequence[Withheld], words: Sequence[Word]) -> set[int]:
    """Which of the strings was read of a page, some letters wrong, or parted over lines of a column.

    `words` are those of one page with their boxes, in reading order.
    """
    text = " ".join(text for text, _ in words)
    run, plain = squeeze(text), _whole_words(text)
    folded = [(squeeze(text), box) for text, box in words]
    return {
        number
        for number, one in enumerate(sought)
        if any(is_near(form, run) for form in one.squeezed)
        or any(_is_a_word(word, plain) for word in one.words)
        or any(_is_chained(chain, folded) for chain in one.chains)
    }


def _is_a_word(wanted: str, words: set[str]) -> bool:
    return wanted in words or (errors_allowed(wanted) > 0 and any(_same(wanted, word) for word in words))


def errors_allowed(form: str) -> int:
    """How many letters of the form may be wrong."""
    return len(form) // (4 if _HAN.search(form) else LETTERS_PER_ERROR)


def is_near(form: str, run: str) -> bool:
    """Whether `run` holds the form with no more letters wrong than `errors_allowed` says."""
    if form in run:
        return True
    errors = errors_allowed(form)
    if not errors:
        return False
    # with so many errors, one of errors + 1 pieces is without any (Navarro 2001, section 8)
    size = len(form) // (errors + 1)
    for at in range(0, size * (errors + 1), size):
        piece = form[at : at + size] if at + 2 * size <= len(form) else form[at:]
        place = run.find(piece)
        while place >= 0:
            start = max(0, place - at - errors)
            window = run[start : place - at + len(form) + errors]
            if _least_distance(form, window, errors) <= errors:
                return True
            place = run.find(piece, place + 1)
    return False


def _least_distance(form: str, window: str, errors: int) -> int:
    return min(
        (
            Levenshtein.distance(form, window[start : start + length], score_cutoff=errors)
            for start in range(2 * errors + 1)
            for length in range(len(form) - errors, len(form) + errors + 1)
        ),
        default=errors + 1,
    )


def _is_chained(chain: tuple[str, ...], words: Sequence[Word]) -> bool:
    """Whether the words of the chain follow one another to the side or below, whatever stands between them."""
    return any(_follows(chain[1:], box, words) for text, box in words if _same(chain[0], text))


def _follows(chain: tuple[str, ...], box: tuple[int, int, int, int], words: Sequence[Word]) -> bool:
    if not chain:
        return True
    return any(
        _is_beside(box, other) and _same(chain[0], text) and _follows(chain[1:], other, words) for text, other in words
    )


def _is_beside(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether the second place is on the same line near by, or in the lines just below, about under the first."""
    high = max(1, one[3] - one[1])
    middle = (other[1] + other[3]) / 2
    if one[1] <= middle <= one[3]:
        return 0 <= other[0] - one[2] <= 2 * high or 0 <= one[0] - other[2] <= 2 * high
    below = one[3] - high / 2 <= middle <= one[3] + 2.5 * high
    return below and other[0] <= one[2] + 2 * high and other[2] >= one[0] - 6 * high


def _same(wanted: str, text: str) -> bool:
    errors = errors_allowed(wanted)
    return text == wanted or (errors > 0 and Levenshtein.distance(wanted, text, score_cutoff=errors) <= errors)
