"""Reads lines in Han and Latin script with PP-OCRv6, small or tiny. It knows no Cyrillic and no Arabic letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.ctc import LineScores
from fairwitness.read.ocr.models import (
    SMALL_LETTERS,
    SMALL_READER,
    TINY_LETTERS,
    TINY_READER,
    Weights,
    hashes_of,
    read_weights,
    session_of,
)
from fairwitness.read.ocr.scan import Image, LineText
from fairwitness.read.ocr.spans import spans_of

LINE_PX = 48
_SHORTEST_PX = 320  # shorter lines are filled up to this: the network saw nothing shorter
_LONGEST_PX = 3200
_STEP_PX = 32  # widths are rounded up, so that fewer sizes have to be planned


@cache
def _letters(weights: Weights) -> tuple[str, ...]:
    """What each output stands for; number 0 is "no letter here"."""
    lines = read_weights(weights).decode("utf-8").split("\n")[:-1]
    return ("", *(line.rstrip("\r") for line in lines), " ")


@cache
def _numbers(weights: Weights) -> dict[str, int]:
    """The first output for each letter."""
    return {letter: number for number, letter in reversed(list(enumerate(_letters(weights)))) if letter}


@dataclass(frozen=True)
class ReadPpocr:
    """PP-OCRv6 "tiny" or "small"."""

    size: str = "tiny"
    scripts: frozenset[str] = frozenset(("Hani", "Latn"))
    name: str = field(init=False)
    models: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"ppocrv6-{self.size}")
        object.__setattr__(self, "models", hashes_of(*self._files))

    @property
    def _files(self) -> tuple[Weights, Weights]:
        return (SMALL_READER, SMALL_LETTERS) if self.size == "small" else (TINY_READER, TINY_LETTERS)

    def read(self, lines: Sequence[Image], /) -> list[LineText]:
        """One answer for each line image."""
        return [self._read_line(line) for line in lines]

    def scores(self, line: Image) -> LineScores:
        """What the network says of each step of the line image."""
        reader, letters = self._files
        pixels, used = _prepare(line)
        scores = session_of(reader).run(None, {"x": pixels})[0][0]
        scale = line.shape[1] / used * pixels.shape[3] / scores.shape[0]
        return LineScores(scores, _letters(letters), _numbers(letters), scale, line.shape[1])

    def _read_line(self, line: Image) -> LineText:
        made = self.scores(line)
        return decode(made.scores, made.letters, made.step_px, made.width_px)


def _prepare(line: Image) -> tuple[NDArray[np.float32], int]:
    """The line as the network wants it, and how many columns of it are the line."""
    height, width = line.shape[:2]
    used = min(_LONGEST_PX, max(8, round(width * LINE_PX / height)))
    if (height, width) != (LINE_PX, used):
        line = np.asarray(cv2.resize(line, (used, LINE_PX), interpolation=cv2.INTER_LINEAR), np.uint8)
    if line.ndim == 2:
        line = np.asarray(cv2.cvtColor(line, cv2.COLOR_GRAY2RGB), np.uint8)
    filled = max(_SHORTEST_PX, -(-used // _STEP_PX) * _STEP_PX)
    pixels = np.zeros((1, 3, LINE_PX, filled), np.float32)
    pixels[0, :, :, :used] = line[..., ::-1].astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0
    return pixels, used


def decode(scores: NDArray[np.float32], letters: Sequence[str], step_px: float, width_px: int) -> LineText:
    """The best path through the scores, (steps, letters): letters that change, "no letter" left out (CTC)."""
    best = scores.argmax(axis=1)
    starts = np.flatnonzero((best != 0) & (best != np.concatenate(((0,), best[:-1]))))
    if not len(starts):
        return LineText("", 0.0)
    sure = scores[starts, best[starts]]
    text = [letters[index] for index in best[starts]]
    middles = (starts + 0.5) * step_px
    spans = spans_of(text, [float(x) for x in middles], width_px)
    return LineText("".join(text), float(sure.mean()), spans, float(sure.min()))
