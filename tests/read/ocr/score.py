"""How far a reading is from the truth: the character error rate, spaces ignored, quotes and dashes unified."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from fairwitness.read.ocr.scan import Scan
from tests.read.ocr.pages import DrawnPage

_SAME = {
    **dict.fromkeys("“”„«»‟〝〞", '"'),
    **dict.fromkeys("‘’‚‛`´‹›", "'"),
    **dict.fromkeys("‐‑‒–—―−~", "-"),
    "،": ",",
    "؛": ";",
    "؟": "?",
    "、": ",",
}


def comparable(text: str) -> str:
    """The text as it is compared."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", "", "".join(_SAME.get(letter, letter) for letter in folded))


def distance(left: str, right: str) -> int:
    """Letters to be changed, added or left out to make `right` of `left` (Levenshtein)."""
    letters = np.array([ord(letter) for letter in right])
    at = np.arange(len(right) + 1)
    row = at.copy()
    for letter in left:
        new = np.empty_like(row)
        new[0] = row[0] + 1
        new[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(new - at) + at
    return int(row[-1])


def error_rate(page: DrawnPage, scan: Scan) -> float:
    """Share of the letters of the page, in [0, 1] and beyond, that are wrong. Reading order counts."""
    true = comparable(page.text)
    return distance(true, comparable("".join(line.text for line in scan.lines))) / len(true)


def missed_lines(page: DrawnPage, scan: Scan) -> int:
    """Lines of the page of which less than half is covered by boxes of lines that were read."""
    height, width = page.image.shape[:2]
    covered = np.zeros((height, width), bool)
    for line in scan.lines:
        x0, y0, x1, y1 = line.box
        covered[y0:y1, x0:x1] = True
    return sum(_share(covered, line.quad) < 0.5 for line in page.lines)


def _share(covered: np.ndarray, quad: Iterable[tuple[float, float]]) -> float:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    steps = np.linspace(0.02, 0.98, 60)
    xs = (ax + dx) / 2 + steps * ((bx + cx) / 2 - (ax + dx) / 2)
    ys = (ay + dy) / 2 + steps * ((by + cy) / 2 - (ay + dy) / 2)
    height, width = covered.shape
    inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    return float(covered[ys[inside].astype(int), xs[inside].astype(int)].mean()) if inside.any() else 0.0
