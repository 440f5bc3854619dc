"""The plain engine: Tesseract finds the lines of the page and reads them, in one or several languages."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import tesserocr

from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.ink import ink_outside
from fairwitness.read.ocr.recognise_tesseract import Read, api_of, lines_of, set_image
from fairwitness.read.ocr.scan import Image, Line, Scan, Word
from fairwitness.read.ocr.script import script_of
from fairwitness.read.ocr.tessdata import hash_of


@dataclass(frozen=True)
class WholePage:
    """Tesseract alone, with its own layout analysis, for one language."""

    language: str = "eng"
    name: str = "tesseract"
    version: str = "1"

    @property
    def models(self) -> dict[str, str]:
        """The language data and its SHA-256."""
        return {f"{self.language}.traineddata": hash_of(self.language)}

    def read(self, page: Image, dpi: int, /) -> Scan:
        """All text of the page, as Tesseract orders it."""
        grey = page if page.ndim == 2 else np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), np.uint8)
        api = api_of(self.language)
        api.SetPageSegMode(tesserocr.PSM.AUTO)
        set_image(api, grey, dpi or 300)
        lines = [self._line(words) for words in lines_of(api)] if api.Recognize() else []
        api.Clear()
        return Scan(tuple(lines), 0, 0.0, ink_outside(page, [line.quad for line in lines]))

    def _line(self, read: list[Read]) -> Line:
        words, at = [], 0
        for text, _, box in read:
            words.append(Word(at, at + len(text), box))
            at += len(text) + 1
        boxes = [box for _, _, box in read]
        around = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
        sure = sum(confidence * len(text) for text, confidence, _ in read) / sum(len(text) for text, _, _ in read)
        text = " ".join(text for text, _, _ in read)
        return Line(text, around, quad_of(around), sure, f"tesseract-{self.language}", script_of(text), tuple(words))
