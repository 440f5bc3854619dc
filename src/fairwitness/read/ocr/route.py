"""Which recogniser reads a line: the smallest network reads every line, and how sure it is tells the script.

Measured on degraded pages, per line, from the tenth to the ninetieth percentile: Latin and Han .92 to 1, Cyrillic .69
to .87 (its letters are read as Latin ones that look alike), Arabic script .37 to .55. What the page is mostly in
decides where a line is in doubt: a short line tells too little by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fairwitness.read.ocr.scan import Image, LineText, Recogniser
from fairwitness.read.ocr.script import KAZAKH, TRADITIONAL, TURKISH, UYGHUR, script_of
from fairwitness.read.ocr.spans import is_han
from fairwitness.read.ocr.vote import bare, vote

_SURE = 0.90
_FOREIGN = 0.60
_HOME = 0.30  # share of the page from which a script is at home on it
_CLEAR = 0.88  # of Russian or Arabic text; text in the other languages of these scripts lies below
_OURS = 0.85  # our own network, which knows Arabic too, is right more often from here on
_CERTAIN = 0.94  # of Kazakh text: below that the Kazakh letter may be a Russian one misread
_NO_OWN_LETTER = 0.05  # how much less is believed a Kazakh reading without a Kazakh letter where there is a Russian one
_ALIEN = 0.12  # how much less is believed a short reading in a script that the page is not in: COD (mg/L) as СОО (та/1)
_SHORT = 12
_HOME_BONUS = 0.04  # twice that where Latin is not at home: networks are surer of Latin, even where it is Cyrillic
_TURKISH_MARKS = 2  # letters that only Turkish has, on a line; four times as many make a Turkish page
_PLAIN, _PLAIN_LETTER = 0.97, 0.80  # of a simplified line, of each letter in it: as right as the larger network
_BETTER = 0.03  # by which the small network must be surer than the larger one to be believed instead
_MIXED_CASE = re.compile(r"[a-zà-ÿ][A-ZÀ-ß]|[A-Z][a-z][A-Z]")
_WORD = re.compile(r"[^\W\d_]{3,}")

_OWN = {"kazakh": KAZAKH, "uyghur": UYGHUR}

VOTE = "vote"
"""Engine of a line on which two recognisers agreed against a third; the readings themselves are its alternatives."""

Reading = tuple[str, LineText]
"""The name of a recogniser, and what it read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line image of `width_px` columns says: the best reading, its engine and script, and other readings."""

    best: LineText
    engine: str
    script: str
    width_px: int
    others: tuple[Reading, ...] = ()


@dataclass(slots=True)
class _Tried:
    """A line image and the readings of it so far."""

    line: Image
    readings: list[Reading]
    scripts: set[str] = field(default_factory=set)  # in which it has been read, beside what the first network knows
    without_own_letters: set[str] = field(default_factory=set)  # recognisers of a language of which no letter was seen

    def ask(self, recogniser: Recogniser | None) -> LineText | None:
        """What it reads; None if there is no such recogniser or it has been asked before."""
        if recogniser is None or any(name == recogniser.name for name, _ in self.readings):
            return None
        read = _normal(recogniser.read([self.line])[0])
        self.readings.append((recogniser.name, read))
        return read

    def best(self, home: frozenset[str]) -> Reading:
        bonus = _HOME_BONUS if "Latn" in home else 2 * _HOME_BONUS
        longest = max(_weight(read.text) for _, read in self.readings)

        def worth(reading: Reading) -> float:
            text = reading[1].text
            whole = min(1.0, 2 * _weight(text) / longest) if longest else 0.0
            less = 0.2 if is_odd(text) else 0.0
            less += _NO_OWN_LETTER if reading[0] in self.without_own_letters else 0.0
            less += _ALIEN if _is_alien(text, home) else 0.0
            return (reading[1].confidence - less + (bonus if script_of(text) in home else 0.0)) * whole

        return max(self.readings, key=worth)


@dataclass(frozen=True)
class Router:
    """Recognisers by task. Those of a language that is not installed are None."""

    first: Recogniser
    second: Recogniser
    russian: Recogniser | None = None
    kazakh: Recogniser | None = None
    uyghur: Recogniser | None = None
    arabic: Recogniser | None = None
    english: Recogniser | None = None
    turkish: Recogniser | None = None

    @property
    def all(self) -> tuple[Recogniser, ...]:
        """All recognisers that there are."""
        cyrillic, arabic = (self.russian, self.kazakh), (self.uyghur, self.arabic)
        found = (self.first, self.second, *cyrillic, *arabic, self.english, self.turkish)
        return tuple(item for item in found if item)

    @property
    def models(self) -> dict[str, str]:
        """All models of all recognisers."""
        return {file: digest for item in self.all for file, digest in item.models.items()}

    def sureness(self, line: Image) -> float:
        """How sure the surest recogniser is that this is a line of text the right way up, in [0, 1]."""
        sure = self.first.read([line])[0].confidence
        if sure >= _SURE:
            return sure
        other = self.russian if sure >= _FOREIGN else self.uyghur
        return max(sure, other.read([line])[0].confidence) if other else sure

    def read(self, lines: Sequence[Image]) -> list[Answer]:
        """One answer for each line image; all lines of one page together, since they tell about each other."""
        page = [_Tried(line, [(self.first.name, _normal(self.first.read([line])[0]))]) for line in lines]
        seen: Counter[str] = Counter()
        for tried in page:
            self._ask_scripts(tried, seen)
        home = _home(page)
        is_turkish = _count(TURKISH, (tried.readings[0][1].text for tried in page)) >= 4 * _TURKISH_MARKS
        is_traditional = _count(TRADITIONAL, (tried.readings[0][1].text for tried in page)) > len(page) / 5
        for tried in page:
            self._ask_at_home(tried, home, seen)
        return [self._settle(tried, home, is_turkish, is_traditional) for tried in page]

    def _ask_scripts(self, tried: _Tried, seen: Counter[str]) -> None:
        read = tried.readings[0][1]
        if read.confidence >= _SURE and not is_odd(read.text):
            return
        scripts = ["Cyrl", "Arab"] if read.confidence >= _FOREIGN else ["Arab", "Cyrl"]
        for script in scripts:
            if self._ask_script(tried, script, seen) >= 0.6:
                return

    def _ask_script(self, tried: _Tried, script: str, seen: Counter[str]) -> float:
        """How sure the best answer in that script is; `seen` counts the lines of each language on this page."""
        if script in tried.scripts:
            return 0.0
        tried.scripts.add(script)
        got = 0.0
        for language in self._languages(script, seen):
            read = tried.ask(getattr(self, language))
            if read is None:
                continue
            got = max(got, read.confidence)
            own = _OWN.get(language)
            if language == "uyghur" and read.confidence >= _OURS:
                seen[language] += 1
                break
            if own is not None and own & set(read.text) and read.confidence >= _FOREIGN:
                seen[language] += 1
                if read.confidence >= _CERTAIN:
                    break
            elif own is not None:
                tried.without_own_letters.add(tried.readings[-1][0])
            if own is None and read.confidence >= _CLEAR:
                seen[language] += 1
                break
        return got

    @staticmethod
    def _languages(script: str, seen: Counter[str]) -> Iterator[str]:
        own, common = ("kazakh", "russian") if script == "Cyrl" else ("uyghur", "arabic")
        yield from (common, own) if seen[common] > 2 * seen[own] + 2 else (own, common)

    def _ask_at_home(self, tried: _Tried, home: frozenset[str], seen: Counter[str]) -> None:
        read = tried.readings[0][1]
        if any(letter.isalpha() for letter in read.text):
            for script in home & {"Cyrl", "Arab"}:
                self._ask_script(tried, script, seen)

    def _settle(self, tried: _Tried, home: frozenset[str], is_turkish: bool, is_traditional: bool) -> Answer:
        """The answer; where the smallest network was best, a second one reads a Latin line, the larger a Han line."""
        name, first = tried.best(home)
        if name != self.first.name or not first.text:
            return _answer(tried, name, first)
        is_turkish = is_turkish or _count(TURKISH, [first.text]) >= _TURKISH_MARKS
        other = self.turkish if is_turkish else self.english
        if any(is_han(letter) for letter in first.text) or ("Hani" in home and "Latn" not in home) or other is None:
            if not is_traditional and _is_plain(first):
                return _answer(tried, name, first)
            second = tried.ask(self.second) or first
            is_first = first.confidence > second.confidence + _BETTER or not second.text
            return _answer(tried, *((name, first) if is_first else (self.second.name, second)))
        second = tried.ask(other) or first
        if _letters(second.text, is_turkish) == _letters(first.text, is_turkish):
            return _answer(tried, other.name, second)
        larger = tried.ask(self.second) or first
        voted = vote(larger, second, first, trust_marks_of_second=is_turkish)
        return _answer(tried, self.second.name if voted.text == larger.text else VOTE, voted)


def _is_alien(text: str, home: frozenset[str]) -> bool:
    return bool(home) and _weight(text) <= _SHORT and script_of(text) in {"Cyrl", "Arab"} - home


def _home(page: Sequence[_Tried]) -> frozenset[str]:
    letters: Counter[str] = Counter()
    for tried in page:
        text = tried.best(frozenset())[1].text
        letters[script_of(text)] += _weight(text)
    letters.pop("Zyyy", None)
    return frozenset(script for script, count in letters.items() if count >= _HOME * letters.total())


def _answer(tried: _Tried, name: str, best: LineText) -> Answer:
    others = tuple(one for one in tried.readings if one[0] != name and one[1].text and one[1].text != best.text)
    return Answer(best, name, script_of(best.text), tried.line.shape[1], others)


def _letters(text: str, without_marks: bool) -> str:
    letters = "".join(text.split())
    return bare(letters) if without_marks else letters


def _count(letters: frozenset[str], texts: Iterable[str]) -> int:
    return sum(letter in letters for text in texts for letter in text)


def _is_plain(read: LineText) -> bool:
    """Whether the smallest network is enough for a line of Han letters: it knows a third of them, common ones."""
    return read.confidence >= _PLAIN and read.least >= _PLAIN_LETTER and not _count(TRADITIONAL, [read.text])


def _weight(text: str) -> int:
    """Letters, one that is written wide counted twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text if not letter.isspace())


def is_odd(text: str) -> bool:
    """Whether capitals stand inside many words, as when Cyrillic is read as Latin."""
    words = _WORD.findall(text)
    return bool(words) and sum(bool(_MIXED_CASE.search(word)) for word in words) > 0.3 * len(words)


def _normal(read: LineText) -> LineText:
    """The reading in NFC; spans hold only while nothing moves."""
    text = unicodedata.normalize("NFC", read.text)
    return read if text == read.text else LineText(text, read.confidence, least=read.least)
