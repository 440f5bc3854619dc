"""The script and the language of every line of a page, and the languages of the page.

The script is a fact about the letters. The language of scripts that several of our languages share is what a small
table of letter runs says (`_ngrams`, docs/decisions/075), weighed by what the rest of the page says: a heading of one
word between lines in Kazakh is likelier Kazakh than Kyrgyz. Below a margin it is "und". Meant for filters such as
`lang:kk` and for choosing tools, not as a statement about anybody.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fairwitness.text._ngrams import Floats, Model, models
from fairwitness.text.language_codes import EXPECTED, UND
from fairwitness.text.scripts import NUMBERS, SCRIPTS, Codes, codes_of, scripts_of

MIN_MARGIN = 0.05  # in probability; of labels for themselves, nearly as many are below as are told wrong above
MAX_LINE_CHARS = 600  # longer lines are looked at in pieces: paragraphs without line breaks
_REAL_SHARE = 0.15  # of the letters: a letterhead or a quoted name makes no second language
_HAN_WEIGHT = 3  # a Han character says about as much as three letters
_ONE_LANGUAGE = {
    "Hang": "ko",
    "Tibt": "bo",
    "Grek": "el",
    "Hebr": "he",
    "Armn": "hy",
    "Geor": "ka",
    "Thai": "th",
    "Mong": "mn",
}
_SURE = 3  # times as many characters of one Chinese script as of the other
_PRIOR_RUNS = 40  # what we believe of a page before its first line, in runs of letters, spread over all languages
_ROUNDS = 2  # the second time, what the page says has been weighed too
_NEAR = 2  # lines above and below count once more
_EAST_ASIAN = [NUMBERS["Hani"], NUMBERS["Kana"]]
_LOAN_RUNS = 20  # a line of so few runs may be a loan word as well; what the rest of the page says is believed rather
_EXPECTED = 5  # times as likely as another language, before the first line is read
_MIN_RUNS = 8  # what a word of two letters has
_PAGE_CHARS, _LINE_CHARS = 600, 40  # for a page as a whole the beginnings of its lines say enough
_MAX_RUNS = 400  # of one line, so that one paragraph does not speak for the page
_FORMS = (0xFB50, 0xFEFC)  # Arabic presentation forms, as old files have them
_WIDE = (0xFF21, 0xFF5A)
_ACCENTS = (0x300, 0x36F)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line, a cell, or a piece of a long line: code points `start` to `end` (excluded) of the page.

    `script` is the ISO 15924 code of most of its letters, "Zyyy" where there are none. `language` is a code such as
    "kk", "zh-Hans", or "und"; `margin`, 0 to 1, is by how much it is likelier than the next one.
    """

    start: int
    end: int
    script: str
    language: str
    margin: float


def languages_of(text: str) -> tuple[str, ...]:
    """Language codes of the page, the most used first, or und; several where each has a real share; never empty.

    Chinese is "zh-Hans" or "zh-Hant" where that is sure, else "zh".
    """
    shares = _Page(text, budget=_PAGE_CHARS).shares()
    found = [code for code, share in shares.most_common() if code != UND and share >= _REAL_SHARE]
    return tuple(found) or (UND,)


def languages_by_line(text: str) -> list[Stretch]:
    """Every line, cell or piece of a long line that has a letter, with its script and its language."""
    return list(_Page(text).stretches())


class _Page:
    """The letters of a page by stretch and script, and what is thought of their language."""

    def __init__(self, text: str, budget: int = 0) -> None:
        self.codes, self.places = _composed(_plain(codes_of(text)))
        scripts = scripts_of(self.codes)
        self.owners, since = _owners(self.codes)
        self.count = int(self.owners[-1]) + 1 if len(self.owners) else 0
        self.looked_at = (self.codes, self.owners)
        if 0 < budget < len(self.codes):
            most = max(_LINE_CHARS, budget // self.count)
            kept = since <= most
            self.looked_at = (np.where(since == most, np.uint32(0), self.codes)[kept], self.owners[kept])
        width = len(SCRIPTS)
        counted = np.bincount(self.owners * width + scripts, minlength=self.count * width)
        self.letters = counted.reshape(self.count, width)
        self.letters[:, 0] = 0

    def told(self, script: str) -> tuple[list[str], Floats]:
        """The language and the margin of the letters of that script, for each stretch."""
        if script in ("Hani", "Kana"):
            return self._east_asian()
        if script in models():
            return _judge(models()[script], *self.looked_at, self.count)
        code = _ONE_LANGUAGE.get(script, UND)
        return [code] * self.count, np.full(self.count, code != UND, dtype=np.float32)

    def shares(self) -> Counter[str]:
        """The share of each language in the letters; scripts with too few to matter are not asked."""
        weighed = self.letters.copy()
        weighed[:, _EAST_ASIAN] *= _HAN_WEIGHT
        totals = weighed.sum(axis=0)
        whole = int(totals.sum())
        found: Counter[str] = Counter()
        for number in np.flatnonzero(totals).tolist():
            group = totals[_EAST_ASIAN].sum() if number in _EAST_ASIAN else totals[number]
            if group >= _REAL_SHARE * whole:
                languages, _ = self.told(SCRIPTS[number])
                for language, letters in zip(languages, weighed[:, number].tolist(), strict=True):
                    found[language] += letters / whole
        return found

    def stretches(self) -> Iterator[Stretch]:
        """Yield the stretches that have letters."""
        weighed = self.letters.copy()
        weighed[:, _EAST_ASIAN] *= _HAN_WEIGHT
        main = weighed.argmax(axis=1)
        told = {number: self.told(SCRIPTS[number]) for number in np.unique(main).tolist() if number}
        starts = np.searchsorted(self.owners, np.arange(self.count))
        ends = np.append(starts[1:], len(self.codes))
        for at, number in enumerate(main.tolist()):
            if number:
                languages, margins = told[number]
                start, end = int(starts[at]), int(ends[at])
                end -= int(_are_separators(self.codes[end - 1 : end]).any())
                if self.places is not None:
                    start, end = int(self.places[start]), int(self.places[end])
                yield Stretch(start, end, SCRIPTS[number], languages[at], round(float(margins[at]), 3))

    def _east_asian(self) -> tuple[list[str], Floats]:
        """Japanese where kana stand, or on a page with many; else Chinese, simplified or traditional where sure."""
        kana, han = self.letters[:, NUMBERS["Kana"]], self.letters[:, NUMBERS["Hani"]]
        kinds = _kinds_of_han()[np.minimum(self.codes, len(_kinds_of_han()) - 1)]
        simplified = np.bincount(self.owners, kinds == 1, minlength=self.count)
        traditional = np.bincount(self.owners, kinds == 2, minlength=self.count)
        is_japanese = kana.sum() >= _REAL_SHARE * (kana.sum() + han.sum())
        of_page = _chinese(float(simplified.sum()), float(traditional.sum()), "zh")
        told = [
            "ja" if (k and k >= _REAL_SHARE * (k + h)) or (is_japanese and not s) else _chinese(s, t, of_page)
            for k, h, s, t in zip(kana.tolist(), han.tolist(), simplified.tolist(), traditional.tolist(), strict=True)
        ]
        return told, np.ones(self.count, dtype=np.float32)


def _plain(codes: Codes) -> Codes:
    """The same letters without forms for joining and for width; a ligature is its first letter."""
    formed = ((codes >= _FORMS[0]) & (codes <= _FORMS[1])) | ((codes >= _WIDE[0]) & (codes <= _WIDE[1]))
    if not formed.any():
        return codes
    plain = codes.copy()
    for code in np.unique(codes[formed]).tolist():
        plain[codes == code] = ord(unicodedata.normalize("NFKC", chr(code)).lstrip()[:1] or " ")
    return plain


def _composed(codes: Codes) -> tuple[Codes, NDArray[np.int64] | None]:
    """The same with letters and accents in one where there is such a letter, and where each code point came from.

    No places where nothing was composed; else one more than there are code points, for the end.
    """
    marks = np.flatnonzero((codes >= _ACCENTS[0]) & (codes <= _ACCENTS[1]))
    marks = marks[marks > 0]
    if not len(marks):
        return codes, None
    whole, keep = codes.copy(), np.ones(len(codes), dtype=bool)
    for at in marks.tolist():
        one = unicodedata.normalize("NFC", chr(codes[at - 1]) + chr(codes[at]))
        if len(one) == 1:
            whole[at - 1] = ord(one)
        keep[at] = False
    return whole[keep], np.append(np.flatnonzero(keep), len(codes))


def _are_separators(codes: Codes) -> NDArray[np.bool_]:
    """Where a line or a cell ends."""
    low = (codes >= 0x09) & (codes <= 0x0D)
    ends: NDArray[np.bool_] = low | (codes == 0x85) | (codes == 0x2028) | (codes == 0x2029)
    return ends


def _owners(codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of the stretch of each code point, and its place in it; a separator belongs to what it ends."""
    starts = np.concatenate(([0], np.flatnonzero(_are_separators(codes[:-1])) + 1))
    lengths = np.diff(starts, append=len(codes))
    if lengths.max() > MAX_LINE_CHARS:
        cuts = [np.arange(starts[at], starts[at] + lengths[at], MAX_LINE_CHARS) for at in range(len(starts))]
        starts = np.concatenate(cuts)
        lengths = np.diff(starts, append=len(codes))
    return np.repeat(np.arange(len(starts)), lengths), np.arange(len(codes)) - np.repeat(starts, lengths)


def _judge(model: Model, codes: Codes, owners: NDArray[np.int64], count: int) -> tuple[list[str], Floats]:
    """The language and the margin of each stretch, weighed by the rest of the page and by the lines near it."""
    chances, runs = model.chances(codes, owners, count)
    weight = np.minimum(runs, _MAX_RUNS).astype(np.float32)[:, None]
    expected = np.array([_EXPECTED if code in EXPECTED else 1 for code in model.languages], dtype=np.float32)
    unseen = _PRIOR_RUNS * expected / expected.sum()
    rest = weight.sum() - weight
    doubt = _LOAN_RUNS / (_LOAN_RUNS + weight) * rest / (rest + _MAX_RUNS)
    chances = (1 - doubt) * chances + doubt / len(model.languages)
    believed = chances
    for _ in range(_ROUNDS):
        said = believed * weight
        near = np.zeros_like(said)
        for step in range(1, _NEAR + 1):
            near[step:] += said[:-step]
            near[:-step] += said[step:]
        believed = chances * (said.sum(axis=0) - said + near + unseen)
        believed /= believed.sum(axis=1, keepdims=True)
    best = believed.argmax(axis=1)
    two = np.partition(believed, -2, axis=1)[:, -2:]
    margins = (two[:, 1] - two[:, 0]) * (runs >= _MIN_RUNS)
    names = [
        model.languages[number] if margin >= MIN_MARGIN else UND
        for number, margin in zip(best.tolist(), margins.tolist(), strict=True)
    ]
    return names, margins


def _chinese(simplified: float, traditional: float, otherwise: str) -> str:
    if simplified > _SURE * traditional:
        return "zh-Hans"
    return "zh-Hant" if traditional > _SURE * simplified else otherwise


@cache
def _kinds_of_han() -> NDArray[np.uint8]:
    """By code point: 1 for characters of simplified Chinese alone, 2 for common ones of traditional Chinese alone.

    That is: what stands in GB 2312 and not in Big5, and what stands in the common level of Big5 and not in GB 2312.
    """
    kinds = np.zeros(0xA000, dtype=np.uint8)
    for code in range(0x4E00, 0x9FA6):
        char = chr(code)
        big, simple = char.encode("big5", "ignore"), char.encode("gb2312", "ignore")
        if simple and not big:
            kinds[code] = 1
        elif not simple and b"\xa4\x40" <= big <= b"\xc6\x7e":
            kinds[code] = 2
    return kinds
