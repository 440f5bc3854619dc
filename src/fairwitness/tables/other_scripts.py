"""Reads cells in Arabic, Cyrillic and Latin script, and cells of which nobody knows the script.

A cell is short, and a short line tells little of its language: "Үшқұдық" is read as Russian, a Uyghur name as Arabic.
So the language in which most of the cells in that script are counts for those that could be either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fairwitness.core.tables import Alternative
from fairwitness.read.ocr.route import Router
from fairwitness.read.ocr.scan import Image, Recogniser
from fairwitness.read.ocr.script import KAZAKH, UYGHUR, script_of
from fairwitness.tables.choosing import Chosen

_USUAL = 0.2  # share of the lines in a script with a letter that only one language has, from which on it is usual
_LESS_SURE = 0.15  # by so much less sure may the recogniser of the usual language be
_CERTAIN = 0.97  # of a line: it needs no other reader
_NOT_READ = 0.6  # of a line: what was read is in no script that it could be in
_HOME = 0.4  # share of the lines from which a script is that of the page
_TOO_SURE = 1.0  # of what it is unsure of: the network for Uyghur is right less often than it says
_OWN_LETTER = 0.05  # bonus for a reading in Kazakh with a letter that Russian lacks

Part = tuple[str, str, float]  # engine, text, confidence


@dataclass(slots=True)
class _Line:
    """A line with all readings of it."""

    image: Image
    readings: list[Part] = field(default_factory=list)

    @property
    def script(self) -> str:
        """Of the reading that counts."""
        return script_of(self.readings[0][1]) if self.readings else ""

    @property
    def sure(self) -> float:
        """How sure the surest reading is."""
        return max((sure for _, text, sure in self.readings if text.strip()), default=0.0)


def read_other_scripts(router: Router, cells: Sequence[tuple[Sequence[Image], str]]) -> list[tuple[Chosen, str]]:
    """For each cell, its line images and the script of its column or "", what it says and in which script."""
    made = [[_Line(image) for image in images] for images, _ in cells]
    told = {"Arab": (router.uyghur, router.arabic), "Cyrl": (router.kazakh, router.russian)}
    routed = [line for lines, (_, script) in zip(made, cells, strict=True) if script not in told for line in lines]
    for line, answer in zip(routed, router.read([line.image for line in routed]), strict=True):
        line.readings.append((answer.engine, answer.best.text, answer.best.confidence))
        line.readings += [(name, one.text, one.confidence) for name, one in answer.others]
    for lines, (_, script) in zip(made, cells, strict=True):
        for line in lines:
            for recogniser in told.get(script, ()):
                _ask(line, recogniser)
    _settle([line for lines in made for line in lines], router)
    return [_put_together(lines) for lines in made]


def _ask(line: _Line, recogniser: Recogniser | None) -> None:
    if recogniser is not None and all(name != recogniser.name for name, _, _ in line.readings):
        (read,) = recogniser.read([line.image])
        line.readings.append((recogniser.name, read.text, read.confidence))


def _settle(every: Sequence[_Line], router: Router) -> None:
    """The best reading of each line comes first, the language that is usual in its script counting for it."""
    for line in every:
        line.readings.sort(key=lambda part: not part[1].strip())
    for script, own, letters in (("Arab", router.uyghur, UYGHUR), ("Cyrl", router.kazakh, KAZAKH)):
        lines = [line for line in every if line.script == script]
        if own is None or not lines:
            continue
        if len(lines) > _HOME * len(every):
            lines += [line for line in every if line.script != script and line.sure < _NOT_READ]
        for line in lines:
            if line.sure < _CERTAIN:
                _ask(line, own)
        is_usual = sum(_has(line, own.name, letters) for line in lines) >= _USUAL * len(lines)
        for line in lines:
            line.readings.sort(key=lambda part: -_worth(part, script, own.name, letters, is_usual=is_usual))


def _has(line: _Line, engine: str, letters: frozenset[str]) -> bool:
    return any(name == engine and letters & set(text) for name, text, _ in line.readings)


def _worth(part: Part, script: str, own: str, letters: frozenset[str], *, is_usual: bool) -> float:
    engine, text, sure = part
    if script_of(text) not in (script, "Zyyy"):
        return sure - 1.0  # letters that look alike
    if engine != own:
        return sure
    has_own = bool(letters & set(text))
    if script == "Arab":
        return sure + (_LESS_SURE if is_usual else 0.0)
    return sure + (_OWN_LETTER if has_own else 0.0) + (_LESS_SURE if is_usual and has_own else 0.0)


def _put_together(lines: Sequence[_Line]) -> tuple[Chosen, str]:
    best = [line.readings[0] for line in lines if line.readings and line.readings[0][1].strip()]
    if not best:
        return Chosen("", 0, ""), ""
    text = "\n".join(part[1].strip() for part in best)
    others = lines[0].readings[1:] if len(lines) == 1 else []
    alternatives = tuple(
        Alternative(other, _thousandths(sure), name) for name, other, sure in others if other.strip() and other != text
    )
    engine = max(best, key=lambda part: len(part[1]))[0]
    sure = min(part[2] - (_TOO_SURE * (1 - part[2]) if part[0] == "uyghur" else 0.0) for part in best)
    return Chosen(text, _thousandths(sure), engine, alternatives), script_of(text)


def _thousandths(share: float) -> int:
    return min(1000, max(0, round(1000 * share)))
