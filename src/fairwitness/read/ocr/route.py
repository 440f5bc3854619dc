"""Which recogniser reads a line: the smallest network reads every line, and how sure it is tells the script.

Measured on degraded pages, per line, from the tenth to the ninetieth percentile: Latin and Han .92 to 1, Cyrillic .69
to .87 (its letters are read as Latin ones that look alike), Arabic script .37 to .55. What the page is mostly in
decides where a line is in doubt: a short line tells too little by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fairwitness.read.ocr.scan import Image, LineText, Recogniser
from fairwitness.read.ocr.script import KAZAKH, UYGHUR, script_of

_SURE = 0.90
_FOREIGN = 0.60
_HOME = 0.30  # share of the page from which a script is at home on it
_DOUBT = 0.97  # on a page that is at home in another script, a line must be this sure not to be tried in it
_HOME_BONUS = 0.04
_AGAIN = 0.995  # below this the larger network reads the line too
_MIXED_CASE = re.compile(r"[a-zà-ÿ][A-ZÀ-ß]|[A-Z][a-z][A-Z]")
_WORD = re.compile(r"[^\W\d_]{3,}")

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

    def ask(self, recogniser: Recogniser | None) -> LineText | None:
        """What it reads; None if there is no such recogniser or it has been asked before."""
        if recogniser is None or any(name == recogniser.name for name, _ in self.readings):
            return None
        read = _normal(recogniser.read([self.line])[0])
        self.readings.append((recogniser.name, read))
        return read

    def best(self, home: frozenset[str]) -> Reading:
        longest = max(_weight(read.text) for _, read in self.readings)

        def worth(reading: Reading) -> float:
            text = reading[1].text
            whole = min(1.0, 2 * _weight(text) / longest) if longest else 0.0
            odd = 0.2 if is_odd(text) else 0.0
            return (reading[1].confidence - odd + (_HOME_BONUS if script_of(text) in home else 0.0)) * whole

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
    again: float = field(default=_AGAIN)

    @property
    def all(self) -> tuple[Recogniser, ...]:
        """All recognisers that there are."""
        found = (self.first, self.second, self.russian, self.kazakh, self.uyghur, self.arabic)
        return tuple(item for item in found if item)

    @property
    def models(self) -> dict[str, str]:
        """All models of all recognisers."""
        return {file: digest for item in self.all for file, digest in item.models.items()}

    def read(self, lines: Sequence[Image]) -> list[Answer]:
        """One answer for each line image; all lines of one page together, since they tell about each other."""
        page = [_Tried(line, [(self.first.name, _normal(self.first.read([line])[0]))]) for line in lines]
        seen: Counter[str] = Counter()
        for tried in page:
            self._ask_scripts(tried, seen)
        home = _home(page)
        for tried in page:
            self._ask_at_home(tried, home, seen)
            self._ask_larger(tried, home)
        return [_answer(tried, home) for tried in page]

    def _ask_scripts(self, tried: _Tried, seen: Counter[str]) -> None:
        read = tried.readings[0][1]
        if read.confidence >= _SURE and not is_odd(read.text):
            return
        scripts = ["Cyrl", "Arab"] if read.confidence >= _FOREIGN or is_odd(read.text) else ["Arab", "Cyrl"]
        for script in scripts:
            if self._ask_script(tried, script, seen) >= 0.6:
                return

    def _ask_script(self, tried: _Tried, script: str, seen: Counter[str]) -> float:
        """How sure the best answer in that script is; `seen` counts the lines of each language on this page."""
        got = 0.0
        for language in self._languages(script, seen):
            read = tried.ask(getattr(self, language))
            if read is None:
                continue
            got = max(got, read.confidence)
            own = {"kazakh": KAZAKH, "uyghur": UYGHUR}.get(language)
            if own is not None and own & set(read.text) and read.confidence >= 0.6:
                seen[language] += 1
                break
            if own is None and read.confidence >= 0.93:
                seen[language] += 1
                break
        return got

    @staticmethod
    def _languages(script: str, seen: Counter[str]) -> Iterator[str]:
        own, common = ("kazakh", "russian") if script == "Cyrl" else ("uyghur", "arabic")
        yield from (common, own) if seen[common] > 2 and not seen[own] else (own, common)

    def _ask_at_home(self, tried: _Tried, home: frozenset[str], seen: Counter[str]) -> None:
        read = tried.readings[0][1]
        if read.confidence < _DOUBT and any(letter.isalpha() for letter in read.text):
            for script in home & {"Cyrl", "Arab"}:
                self._ask_script(tried, script, seen)

    def _ask_larger(self, tried: _Tried, home: frozenset[str]) -> None:
        name, best = tried.best(home)
        if name == self.first.name and best.confidence < self.again:
            tried.ask(self.second)


def _home(page: Sequence[_Tried]) -> frozenset[str]:
    letters: Counter[str] = Counter()
    for tried in page:
        text = tried.best(frozenset())[1].text
        letters[script_of(text)] += _weight(text)
    letters.pop("Zyyy", None)
    return frozenset(script for script, count in letters.items() if count >= _HOME * letters.total())


def _answer(tried: _Tried, home: frozenset[str]) -> Answer:
    name, best = tried.best(home)
    others = tuple(one for one in tried.readings if one[0] != name and one[1].text and one[1].text != best.text)
    return Answer(best, name, script_of(best.text), tried.line.shape[1], others)


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
    return read if text == read.text else LineText(text, read.confidence)
