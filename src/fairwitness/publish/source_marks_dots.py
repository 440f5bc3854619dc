"""Dots that colour printers put on every sheet: tiny, yellow, in a pattern that repeats over the whole page.

Not what they say is looked for, but that they are there: small spots that are yellow and not dark, on bare paper, which
stand again and again at one distance from one another. Single yellow specks, a highlighter, a stamp or the noise of
JPEG have no such distance. Patterns differ by maker (Richter, Escher, Schönfeld, Strufe: Forensic Analysis and
Anonymisation of Printed Documents, IH&MMSec 2018); this search knows none of them and so needs none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Verdict = Literal["found", "none", "no_colour", "too_coarse", "no_paper"]

MIN_DPI = 100  # below, a dot of 0.1 mm is less than half a pixel
_CELL_MM = 0.25  # of the map in which distances are counted
_NEAREST_MM, _FARTHEST_MM = 2.5, 45.0  # between a pattern and its next repetition: known ones lie between 4 and 30
_MAX_DOTS = 6000  # the strongest; a page has a few thousand
_MIN_DOTS = 30
_SIGMAS = 4.0
_MIN_YELLOW = 2.0  # of 255, above what is around it
_MIN_SHARE = 0.16  # of the spots that have a partner at the one distance, beyond chance
_MIN_SCORE = 25.0  # standard deviations beyond chance; a million distances are tried
_MIN_PARTS = 0.3  # of the parts of the page with paper in which such spots stand
_EDGE = 16  # cells
_PARTS = 6  # in each direction


@dataclass(frozen=True, slots=True)
class Dots:
    """What was found on a page; `repeats_mm` is the way from a spot to its repetition, right and down.

    `share` of the `spots` have such a partner, beyond chance, by `score` standard deviations.
    """

    verdict: Verdict
    spots: int = 0
    share: float = 0.0
    score: float = 0.0
    repeats_mm: tuple[float, float] = (0.0, 0.0)


def printer_dots(pixels: NDArray[np.uint8], dpi: int) -> Dots:
    """Whether there are dots of a printer on the page; `pixels` (height, width, 3) are RGB, scanned at `dpi`.

    An image that was made grey holds none, whatever is on the paper: that is said, and not taken for "none".
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or _is_grey(pixels):
        return Dots("no_colour")
    if dpi < MIN_DPI:
        return Dots("too_coarse")
    red, green, blue = (pixels[..., at].astype(np.float32) for at in range(3))
    light, yellow = np.minimum(red, green), (red + green) / np.float32(2) - blue
    paper = _bare_paper(light, yellow, dpi)
    if paper.mean() < 0.02:
        return Dots("no_paper")
    at_y, at_x = _spots(yellow, light, paper, dpi)
    if len(at_y) < _MIN_DOTS:
        return Dots("none", len(at_y))
    return _repetition(at_y, at_x, paper, dpi)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    part = pixels[:: max(1, pixels.shape[0] // 1200)].astype(np.int16)
    return int(np.abs(part[..., 0] - part[..., 2]).max(initial=0)) <= 1


def _bare_paper(light: Floats, yellow: Floats, dpi: int) -> Bools:
    """Where nothing is printed and nothing is painted over, with some room around what is."""
    white = float(np.percentile(light[::4, ::4], 90))
    ink = (light < 0.8 * white).astype(np.uint8)
    wide = 2 * (int(2.0 * dpi / 25.4) // 2) + 1
    tint = cv2.boxFilter(yellow, -1, (wide, wide))
    painted = (np.abs(tint - float(np.median(tint[::8, ::8]))) > 12).astype(np.uint8)
    room = max(16, round(1.0 * dpi / 25.4))  # JPEG smears colour over blocks of 16 pixels
    kernel = np.ones((2 * room // 2 + 1, 2 * room // 2 + 1), np.uint8)
    covered = cv2.dilate(ink | painted, kernel)
    return np.asarray(covered == 0)


def _spots(yellow: Floats, light: Floats, paper: Bools, dpi: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the yellow spots on bare paper, the strongest first."""
    wide = 2 * (int(1.2 * dpi / 25.4) // 2) + 1
    rises = cv2.GaussianBlur(yellow, (3, 3), 0) - cv2.boxFilter(yellow, -1, (wide, wide))
    falls = cv2.boxFilter(light, -1, (wide, wide)) - cv2.GaussianBlur(light, (3, 3), 0)
    near = 2 * max(1, round(0.2 * dpi / 25.4)) + 1
    highest = cv2.dilate(rises, np.ones((near, near), np.uint8))
    sample = rises[::3, ::3][paper[::3, ::3]]
    noise = 1.4826 * float(np.median(np.abs(sample - np.median(sample)))) if sample.size else 0.0
    least = max(_MIN_YELLOW, _SIGMAS * noise)
    spots = (rises >= highest) & (rises > least) & (falls < 0.8 * rises) & paper
    at_y, at_x = np.nonzero(spots)
    strongest = np.argsort(-rises[at_y, at_x], kind="stable")[:_MAX_DOTS]
    return at_y[strongest], at_x[strongest]


def _repetition(at_y: NDArray[np.intp], at_x: NDArray[np.intp], paper: Bools, dpi: int) -> Dots:
    """The distance at which most spots stand again, by autocorrelation of their map."""
    scale = 25.4 / dpi / _CELL_MM
    rows, columns = (int(side * scale) + 1 for side in paper.shape)
    cells = np.zeros((rows, columns), np.float32)
    cells[(at_y * scale).astype(int), (at_x * scale).astype(int)] = 1.0
    count = float(cells.sum())
    far = int(_FARTHEST_MM / _CELL_MM)
    pairs = _pairs_by_distance(cells, far)
    met = cv2.boxFilter(pairs, -1, (3, 3), normalize=False)  # a scan is never quite straight
    chance = 9 * cv2.boxFilter(pairs, -1, (33, 33))
    score = (met - chance) / np.sqrt(chance + 1)
    near = int(_NEAREST_MM / _CELL_MM)
    score[: near + 1, far - near : far + near + 1] = 0
    score[:, :_EDGE] = score[:, -_EDGE:] = 0  # the mean of what is around is not that of all sides here
    down, right = np.unravel_index(int(np.argmax(score)), score.shape)
    best, share = float(score[down, right]), float((met - chance)[down, right]) / count
    moved = (int(down), int(right) - far)
    parts = _parts_with(cells, moved, paper)
    found = best >= _MIN_SCORE and share >= _MIN_SHARE and parts >= _MIN_PARTS
    way = (round(moved[1] * _CELL_MM, 2), round(moved[0] * _CELL_MM, 2))
    return Dots("found" if found else "none", int(count), round(share, 3), round(best, 1), way)


def _pairs_by_distance(cells: Floats, far: int) -> Floats:
    """How many pairs of spots lie how far apart: (down 0..far, right -far..far)."""
    shape = tuple(cv2.getOptimalDFTSize(side + far) for side in cells.shape)
    spectrum = np.fft.rfft2(cells, shape)
    pairs = np.fft.irfft2(np.abs(spectrum) ** 2, shape)
    return np.concatenate([pairs[: far + 1, -far:], pairs[: far + 1, : far + 1]], axis=1).astype(np.float32)


def _parts_with(cells: Floats, moved: tuple[int, int], paper: Bools) -> float:
    """In how many parts of the page stand spots that have a partner; the share of the parts that show paper."""
    thick = cv2.dilate(cells, np.ones((3, 3), np.uint8))
    down, right = moved
    partner = np.zeros_like(cells)
    height, width = cells.shape
    left, end = max(0, -right), min(width, width - right)
    partner[: height - down, left:end] = thick[down:, left + right : end + right]
    met = cells * partner
    parts = cv2.resize(met, (_PARTS, _PARTS), interpolation=cv2.INTER_AREA) > 0
    bare = cv2.resize(paper.astype(np.float32), (_PARTS, _PARTS), interpolation=cv2.INTER_AREA) > 0.1
    return float((parts & bare).sum() / max(1, bare.sum()))
