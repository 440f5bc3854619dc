"""Draws pages with and without the dots of a colour printer, as a scanner and JPEG give them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
PAPER = (249, 247, 242)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A tile of `columns` x `rows` places, `pitch_mm` apart, of which `share` hold a dot; tiles lie `gap_mm` apart.

    Each next column of tiles is moved down by `shift_mm`.
    """

    columns: int
    rows: int
    pitch_mm: float
    share: float
    gap_mm: tuple[float, float] = (0.0, 0.0)
    shift_mm: float = 0.0
    dot_mm: float = 0.11


PATTERNS = {
    "15x8": Pattern(15, 8, 1.69, 0.3, gap_mm=(1.7, 1.7), shift_mm=3.4),
    "fine": Pattern(16, 18, 0.6, 0.15),
    "wide": Pattern(24, 32, 1.0, 0.1),
    "long": Pattern(18, 24, 0.85, 0.12, gap_mm=(0.4, 0.4)),
}


def page(
    seed: int,
    pattern: Pattern | None,
    dpi: int,
    *,
    size_mm: tuple[float, float] = (148, 210),
    strength: float = 0.45,
    extra: str = "",
    noise: float = 1.5,
) -> Picture:
    """A scanned page of lines of ink; `extra` may be "highlight", "stamp", "specks" or "halftone".

    Drawn four times as fine, turned by up to 0.4 degrees, made small as a scanner does, with noise.
    """
    random = np.random.default_rng(seed)
    by_mm = 4 * dpi / 25.4
    width, height = (round(side * by_mm) for side in size_mm)
    image = np.full((height, width, 3), PAPER, np.uint8)
    if extra == "highlight":
        for _ in range(4):
            x, y = random.uniform(0.1, 0.5) * width, random.uniform(0.1, 0.8) * height
            cv2.rectangle(image, (int(x), int(y)), (int(x + 0.4 * width), int(y + 5 * by_mm)), (252, 240, 90), -1)
    if extra == "specks":
        for _ in range(600):
            _dot(image, random.uniform(0, width), random.uniform(0, height), 0.12 * by_mm, 0.6)
    if extra == "halftone":  # a tinted box as a colour printer makes it: a screen of 0.17 mm
        for y in np.arange(0.55 * height, 0.8 * height, 0.17 * by_mm):
            for x in np.arange(0.2 * width, 0.7 * width, 0.17 * by_mm):
                _dot(image, x, y, 0.08 * by_mm, 0.9)
    if pattern is not None:
        _print(image, pattern, by_mm, strength, random)
    _write(image, by_mm, random)
    if extra == "stamp":
        cv2.circle(image, (int(0.7 * width), int(0.75 * height)), int(18 * by_mm), (190, 40, 40), int(1.2 * by_mm))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-0.4, 0.4)), 1)
    image = cv2.warpAffine(image, turn, (width, height), borderValue=PAPER)
    small = cv2.resize(image, (width // 4, height // 4), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (3, 3), 0.5) + random.normal(0, noise, small.shape).astype(np.float32)
    return np.clip(small, 0, 255).astype(np.uint8)


def as_jpeg(image: Picture, quality: int) -> Picture:
    """The page as it is after JPEG of that quality, with colour at half the resolution."""
    out = BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(out).convert("RGB"))


def _dot(image: Picture, x: float, y: float, radius: float, strength: float) -> None:
    colour = (250, 246, int(PAPER[2] * (1 - strength)))
    cv2.circle(image, (round(x), round(y)), max(1, round(radius)), colour, -1)


def _print(image: Picture, pattern: Pattern, by_mm: float, strength: float, random: np.random.Generator) -> None:
    tile = random.random((pattern.rows, pattern.columns)) < pattern.share
    wide = (pattern.columns * pattern.pitch_mm + pattern.gap_mm[0]) * by_mm
    tall = (pattern.rows * pattern.pitch_mm + pattern.gap_mm[1]) * by_mm
    height, width = image.shape[:2]
    for column in range(int(width / wide) + 2):
        for row in range(-2, int(height / tall) + 2):
            x0, y0 = column * wide - 3, row * tall + column * pattern.shift_mm * by_mm % tall
            for at_y, at_x in np.argwhere(tile):
                x, y = x0 + at_x * pattern.pitch_mm * by_mm, y0 + at_y * pattern.pitch_mm * by_mm
                if 0 <= x < width and 0 <= y < height:
                    _dot(image, x, y, pattern.dot_mm * by_mm / 2, strength)


def _write(image: Picture, by_mm: float, random: np.random.Generator) -> None:
    """Lines of strokes as wide as words."""
    height, width = image.shape[:2]
    for y in np.arange(20 * by_mm, height - 25 * by_mm, 7 * by_mm):
        x = 15 * by_mm
        while x < width - 20 * by_mm:
            for _ in range(int(random.integers(2, 8))):
                top, end = y - random.uniform(1.5, 2.6) * by_mm, x + random.uniform(0.3, 1.6) * by_mm
                cv2.line(image, (int(x), int(y)), (int(end), int(top)), (30, 30, 34), max(1, int(0.3 * by_mm)))
                x += 1.9 * by_mm
            x += 2.2 * by_mm
