"""Reads lines, and whole pages, with Tesseract (LSTM, tessdata_fast), one loaded language each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
import tesserocr

from fairwitness.read.ocr.scan import Box, Image, LineText
from fairwitness.read.ocr.tessdata import hash_of, need_data

SCRIPT_OF = {"rus": "Cyrl", "kaz": "Cyrl", "uig": "Arab", "ara": "Arab", "eng": "Latn", "tur": "Latn"}
LINE_PX = 48
_BORDER_PX = 12  # Tesseract wants paper around the line
_DPI = 300
_GOOD = 0.60  # below this a line is read again as a raw line (OCR-D/ocrd_tesserocr#101)


@cache
def api_of(language: str) -> tesserocr.PyTessBaseAPI:
    """Tesseract with that language loaded, for this process and those forked from it.

    Raises:
        ModelMissing: if the data are not installed.
    """
    folder = need_data(language).parent
    api = tesserocr.PyTessBaseAPI(path=str(folder), lang=language, oem=tesserocr.OEM.LSTM_ONLY)
    api.SetVariable("tessedit_do_invert", "0")
    # Its messages go to /dev/null, which it opens at the first one; behind the lock that fails, and it crashes.
    api.SetVariable("debug_file", "")
    return api


@dataclass(frozen=True)
class ReadTesseract:
    """Tesseract for one language, one line at a time."""

    language: str
    name: str = field(init=False)
    scripts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"tesseract-{self.language}")
        object.__setattr__(self, "scripts", frozenset((SCRIPT_OF[self.language],)))

    @property
    def models(self) -> dict[str, str]:
        """The language data and its SHA-256."""
        return {f"{self.language}.traineddata": hash_of(self.language)}

    def read(self, lines: Sequence[Image], /) -> list[LineText]:
        """One answer for each line image."""
        return [self._read_line(line) for line in lines]

    def _read_line(self, line: Image) -> LineText:
        grey = prepare(line)
        scale = line.shape[1] / max(1, grey.shape[1] - 2 * _BORDER_PX)
        first = self._read_as(grey, tesserocr.PSM.SINGLE_LINE, scale)
        expected = line.shape[1] / line.shape[0] / 1.2  # letters that would fit if each were as wide as high
        if first.confidence >= _GOOD and len(first.text) >= expected:
            return first
        raw = self._read_as(grey, tesserocr.PSM.RAW_LINE, scale)
        return max((first, raw), key=_worth)

    def _read_as(self, grey: Image, mode: int, scale: float) -> LineText:
        api = api_of(self.language)
        api.SetPageSegMode(mode)
        set_image(api, grey, _DPI)
        if not api.Recognize():
            return LineText("", 0.0)
        words = [word for line in lines_of(api) for word in line]
        api.Clear()
        return _joined(words, scale)


def _worth(read: LineText) -> float:
    return float(read.confidence * min(len(read.text), 200) ** 0.5)


def set_image(api: tesserocr.PyTessBaseAPI, grey: Image, dpi: int) -> None:
    """Give the grey image to Tesseract."""
    height, width = grey.shape
    api.SetImageBytes(grey.tobytes(), width, height, 1, width)
    api.SetSourceResolution(dpi)


Read = tuple[str, float, Box]
"""A word: its text, how sure it is, its box."""


def lines_of(api: tesserocr.PyTessBaseAPI) -> list[list[Read]]:
    """The words that were recognised, line by line in reading order.

    Taken from the table, since the binding's iterator gives the letters of Arabic words in visual order.
    """
    lines: dict[tuple[str, ...], list[Read]] = {}
    for row in api.GetTSVText(0).split("\n"):
        level, *rest = row.split("\t", 11)
        if level != "5" or len(rest) != 11:
            continue
        left, top, width, height = map(int, rest[5:9])
        text = clean_text(rest[10])
        if text:
            sure = max(0.0, min(1.0, float(rest[9]) / 100))
            lines.setdefault(tuple(rest[:4]), []).append((text, sure, (left, top, left + width, top + height)))
    return list(lines.values())


def clean_text(text: str) -> str:
    """The text in NFC without the marks of direction that Tesseract puts around numbers.

    The Uyghur data say "›" where an Arabic comma stands.
    """
    plain = "".join(
        letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc") or letter in "\u200c\u200d"
    )
    return unicodedata.normalize("NFC", plain.replace("›", "،") if has_arabic(plain) else plain).strip()


def has_arabic(text: str) -> bool:
    """Whether a letter of it is in Arabic script."""
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def _joined(words: list[Read], scale: float) -> LineText:
    if not words:
        return LineText("", 0.0)
    spans, parts, at = [], [], 0
    for text, _, box in words:
        spans.append((at, at + len(text), round((box[0] - _BORDER_PX) * scale), round((box[2] - _BORDER_PX) * scale)))
        parts.append(text)
        at += len(text) + 1
    letters = sum(len(text) for text, _, _ in words)
    confidence = sum(sure * len(text) for text, sure, _ in words) / letters
    return LineText(" ".join(parts), confidence, tuple(spans))


def prepare(line: Image) -> Image:
    """The line in grey, black on white, at the height that Tesseract reads best, with paper around it."""
    grey = line if line.ndim == 2 else np.asarray(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY), np.uint8)
    if grey.shape[0] != LINE_PX:
        width = max(4, round(grey.shape[1] * LINE_PX / grey.shape[0]))
        grey = np.asarray(cv2.resize(grey, (width, LINE_PX), interpolation=cv2.INTER_CUBIC), np.uint8)
    dark, light = np.percentile(grey, (2, 90))
    if light - dark > 20:
        stretched = (grey.astype(np.float32) - dark) * (255.0 / (light - dark))
        grey = np.clip(stretched, 0, 255).astype(np.uint8)
    bordered = cv2.copyMakeBorder(
        grey, _BORDER_PX, _BORDER_PX, _BORDER_PX, _BORDER_PX, cv2.BORDER_CONSTANT, value=(255.0,)
    )
    return np.asarray(bordered, np.uint8)
