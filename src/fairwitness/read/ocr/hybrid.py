"""The engine of this project: one detector for all scripts, and for each line the recogniser that knows its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from fairwitness.read.ocr.cut import cut_lines
from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.geometry import box_of, place_on_page
from fairwitness.read.ocr.ink import ink_outside
from fairwitness.read.ocr.models import PAGE_TURN, TINY_DETECTOR, hashes_of
from fairwitness.read.ocr.order import reading_order
from fairwitness.read.ocr.route import Answer, Router
from fairwitness.read.ocr.scan import Alternative, Image, Line, Quad, Scan, Word
from fairwitness.read.ocr.stamps import without_stamps
from fairwitness.read.ocr.turn import skew_of, turn_scores, turned, turned_back

_SURE_TURN = 0.85  # of the four directions; a page is not turned on a guess


@dataclass(frozen=True)
class Hybrid:
    """Finds lines, asks `router` to read them, puts them in order."""

    router: Router
    name: str = "hybrid"
    version: str = "1"
    detector: Detector = field(default_factory=Detector)

    @property
    def models(self) -> dict[str, str]:
        """All models that a page may meet."""
        return hashes_of(TINY_DETECTOR, PAGE_TURN) | self.router.models

    def read(self, page: Image, dpi: int, /) -> Scan:
        """All text of the page; a page without text gives no lines."""
        height, width = page.shape[:2]
        turn = _turn_of(page)
        upright = turned(without_stamps(page), turn)
        skew = skew_of(upright)
        quads = find_level(self.detector, upright, skew)
        cuts = cut_lines(upright, quads, [level(quad, skew, upright) for quad in quads])
        quads = [quad for quad, _ in cuts]
        answers = self.router.read([line for _, line in cuts])
        read = [(quad, answer) for quad, answer in zip(quads, answers, strict=True) if answer.best.text]
        order = reading_order([level(quad, skew, upright) for quad, _ in read], is_right_to_left(answers))
        lines = tuple(_line(*read[number], turn, width, height) for number in order)
        return Scan(lines, turn, skew, ink_outside(upright, [quad for quad, _ in read]))


def is_right_to_left(answers: Sequence[Answer]) -> bool:
    """Whether most of the text runs from right to left."""
    right = sum(len(answer.best.text) for answer in answers if answer.script == "Arab")
    return 2 * right > sum(len(answer.best.text) for answer in answers)


def _turn_of(page: Image) -> int:
    shares = turn_scores(page)
    best = int(shares.argmax())
    return 90 * best if shares[best] >= _SURE_TURN else 0


def _turning(skew_deg: float, page: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    height, width = page.shape[:2]
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0), np.float64)


def find_level(detector: Detector, page: Image, skew_deg: float) -> list[Quad]:
    """The lines of an upright page, found on the page made level, in pixels of the page as it is."""
    if abs(skew_deg) < 0.15:
        return detector.find(page)
    height, width = page.shape[:2]
    paper = tuple(
        float(value)
        for value in np.median(
            page[:: max(1, height // 200), :: max(1, width // 200)].reshape(-1, page.shape[2] if page.ndim == 3 else 1),
            axis=0,
        )
    )
    flat = cv2.warpAffine(page, _turning(skew_deg, page), (width, height), flags=cv2.INTER_LINEAR, borderValue=paper)
    return [level(quad, -skew_deg, page) for quad in detector.find(np.asarray(flat, np.uint8))]


def level(quad: Quad, skew_deg: float, page: Image) -> Quad:
    """The quad after the page was turned clockwise by `skew_deg` about its middle."""
    points = np.array(quad, np.float64) @ _turning(skew_deg, page)[:, :2].T + _turning(skew_deg, page)[:, 2]
    corners = [(float(x), float(y)) for x, y in points]
    return corners[0], corners[1], corners[2], corners[3]


def _line(quad: Quad, answer: Answer, turn_deg: int, width: int, height: int) -> Line:
    """The line on the page as it was given."""
    best = answer.best
    words = tuple(
        Word(
            start,
            end,
            box_of(turned_back(place_on_page(quad, answer.width_px, x0, x1), turn_deg, width, height), width, height),
        )
        for start, end, x0, x1 in best.spans
    )
    placed = turned_back(quad, turn_deg, width, height)
    others = tuple(Alternative(other.text, other.confidence, engine) for engine, other in answer.others)
    return Line(
        best.text, box_of(placed, width, height), placed, best.confidence, answer.engine, answer.script, words, others
    )
