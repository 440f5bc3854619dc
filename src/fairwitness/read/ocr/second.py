"""A second opinion on a page: which engine can give one, and how far the two agree.

Whole-page Tesseract knows one language at a time. Asked in the wrong one, it reads nonsense, and the agreement would
say nothing about the page. So the language follows from what was read, and a page in a script or a mixture for which
there is no second reader gets no second opinion.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import cache

from fairwitness.core.errors import NotFound
from fairwitness.read.ocr.engines import engine_named, warm
from fairwitness.read.ocr.models import ModelMissing
from fairwitness.read.ocr.scan import Engine, Image, Scan
from fairwitness.read.ocr.script import KAZAKH, TURKISH, UYGHUR
from fairwitness.read.ocr.tessdata import find_data
from fairwitness.text.quality import likeness

BY_LANGUAGE = "tesseract"  # the language is chosen for each page
_READERS = {
    "Latn": (("tur", TURKISH), ("eng", frozenset[str]())),
    "Cyrl": (("kaz", KAZAKH), ("rus", frozenset[str]())),
    "Arab": (("uig", UYGHUR), ("ara", frozenset[str]())),
}
_MAIN_SHARE = 0.8  # of the letters in one script, else one language is no second reader of the page
_TELLING_SHARE = 0.01  # of the letters only one of the languages has


@cache
def _can_read(language: str) -> bool:
    return find_data(language) is not None


def warm_second(name: str) -> None:
    """Whatever can be asked for a second opinion is in memory."""
    languages = [language for readers in _READERS.values() for language, _ in readers if _can_read(language)]
    for one in [f"{BY_LANGUAGE}-{language}" for language in languages] if name == BY_LANGUAGE else [name]:
        with suppress(ModelMissing, NotFound):
            warm(one)


def language_for(scan: Scan) -> str:
    """The language of Tesseract that can read the page a second time; empty if none can or its data are missing."""
    scripts: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for line in scan.lines:
        read = [char for char in line.text if char.isalpha()]
        scripts[line.script] += len(read)
        letters.update(read)
    total = scripts.total()
    main = scripts.most_common(1)[0] if total else ("", 0)
    if main[1] < _MAIN_SHARE * max(1, total):
        return ""
    for language, telling in _READERS.get(main[0], ()):
        if not telling or sum(letters[char] for char in telling) >= _TELLING_SHARE * total:
            return language if _can_read(language) else ""
    return ""


def agreement_of(name: str, first: Scan, page: Image, dpi: int) -> float | None:
    """How far the engine `name` reads the same on the page, in [0, 1]; None if there is nobody to ask.

    Raises:
        NotFound: if there is no engine of that name.
    """
    engine = _engine(name, first)
    if engine is None:
        return None
    try:
        other = engine.read(page, dpi)
    except ModelMissing:  # of the second engine: no reason to lose what the first has read
        return None
    return likeness("\n".join(line.text for line in first.lines), "\n".join(line.text for line in other.lines))


def _engine(name: str, first: Scan) -> Engine | None:
    if name != BY_LANGUAGE:
        return engine_named(name) if name else None
    language = language_for(first)
    return engine_named(f"{BY_LANGUAGE}-{language}") if language else None
