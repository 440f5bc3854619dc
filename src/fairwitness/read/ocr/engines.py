"""The engines by name, what they lack on this machine, and warming them up before a fork."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import cv2
import numpy as np

from fairwitness.core.errors import NotFound
from fairwitness.read.ocr.hybrid import Hybrid
from fairwitness.read.ocr.models import INSTALL_MODELS, MODELS_PACKAGE, models_folder
from fairwitness.read.ocr.recognise_ppocr import ReadPpocr
from fairwitness.read.ocr.recognise_tesseract import ReadTesseract
from fairwitness.read.ocr.recognise_uyghur import INSTALL_UYGHUR, ReadUyghur, is_installed
from fairwitness.read.ocr.recognise_uyghur import PACKAGE as UYGHUR_PACKAGE
from fairwitness.read.ocr.route import Router
from fairwitness.read.ocr.scan import Engine, Image, Scan
from fairwitness.read.ocr.tessdata import LANGUAGES, find_data, install
from fairwitness.read.ocr.whole_page import WholePage

_WANTED = ("rus", "kaz", "ara", "eng", "tur")
NAMES = ("hybrid", "tesseract", "ppocr", "bad")


@cache
def engine_named(name: str) -> Engine:
    """The engine: "hybrid" (ours), "tesseract" or "tesseract-LANGUAGE" (whole page), "ppocr" (PP-OCRv6 small), "bad".

    Raises:
        NotFound: if there is no such engine.
        ModelMissing: when it reads, if the models it cannot do without are not installed.
    """
    if name == "hybrid":
        russian, kazakh, arabic, english, turkish = map(_tesseract, _WANTED)
        uyghur = ReadUyghur() if is_installed() else _tesseract("uig")
        small, larger = ReadPpocr("tiny"), ReadPpocr("small")
        return Hybrid(Router(small, larger, russian, kazakh, uyghur, arabic, english, turkish))
    if name == "ppocr":
        return Hybrid(Router(ReadPpocr("small"), ReadPpocr("small")), name="ppocr")
    language = name.removeprefix("tesseract").removeprefix("-") or "eng"
    if name.startswith("tesseract") and language in LANGUAGES:
        return WholePage(language, name)
    if name == "bad":
        return Bad()
    raise NotFound(f"There is no OCR engine of that name; there are: {', '.join(NAMES)}.")


def _tesseract(language: str) -> ReadTesseract | None:
    return ReadTesseract(language) if find_data(language) else None


def missing() -> list[tuple[str, str]]:
    """Models that "hybrid" wants and this machine lacks: the name of each and the command that installs it."""
    lacking = [] if models_folder() else [(MODELS_PACKAGE, INSTALL_MODELS)]
    lacking += [] if is_installed() else [(UYGHUR_PACKAGE, INSTALL_UYGHUR)]
    wanted = _WANTED if is_installed() else (*_WANTED, "uig")
    return lacking + [(f"tesseract {name}", install(name)) for name in wanted if not find_data(name)]


def warm(name: str = "hybrid") -> None:
    """All models are in memory and have read once: nothing is opened and no thread starts afterwards.

    Raises:
        ModelMissing: if a model that the engine cannot do without is not installed.
    """
    cv2.setNumThreads(0)
    engine = engine_named(name)
    engine.read(_benign_page(), 150)
    if isinstance(engine, Hybrid):
        line = _benign_line()
        for item in engine.router.all:
            item.read([line])


def _benign_page() -> Image:
    page = np.full((640, 480, 3), 245, np.uint8)
    for row in range(60, 600, 60):
        cv2.putText(page, "warm up 2017", (30, row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    return page


def _benign_line() -> Image:
    line = np.full((48, 360, 3), 245, np.uint8)
    cv2.putText(line, "warm up 2017", (10, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    return line


@dataclass(frozen=True)
class Bad:
    """An engine for tests of whatever ranks engines: right places, garbled text, and as sure as can be."""

    name: str = "bad"
    version: str = "1"
    models: dict[str, str] = field(default_factory=dict)

    def read(self, page: Image, dpi: int, /) -> Scan:
        """What "hybrid" reads, every third letter replaced."""
        scan = engine_named("hybrid").read(page, dpi)
        lines = tuple(
            replace(
                line,
                text="".join("#" if n % 3 == 2 else c for n, c in enumerate(line.text)),
                confidence=0.99,
                engine="bad",
            )
            for line in scan.lines
        )
        return replace(scan, lines=lines)
