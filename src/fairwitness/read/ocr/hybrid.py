"""The engine of this project: one detector for all scripts, and for each line the recogniser that knows its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fairwitness.read.ocr.cut import cut_lines
from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.geometry import box_of, place_on_page
from fairwitness.read.ocr.ink import ink_outside
from fairwitness.read.ocr.layout import find_layout, level
from fairwitness.read.ocr.models import PAGE_TURN, TINY_DETECTOR, hashes_of
from fairwitness.read.ocr.order import reading_order
from fairwitness.read.ocr.route import Answer, Router
from fairwitness.read.ocr.scan import Alternative, Image, Line, Quad, Scan, Word
from fairwitness.read.ocr.stamps import without_stamps
from fairwitness.read.ocr.turn import turned_back


@dataclass(frozen=True)
class Hybrid:
    """Finds lines, asks `router` to read them, puts them in order."""

    router: Router
    name: str = "hybrid"
    version: str = "3"
    detector: Detector = field(default_factory=Detector)

    @property
    def models(self) -> dict[str, str]:
        """All models that a page may meet."""
        return hashes_of(TINY_DETECTOR, PAGE_TURN) | self.router.models

    def read(self, page: Image, dpi: int, /) -> Scan:
        """All text of the page; a page without text gives no lines."""
        height, width = page.shape[:2]
        found = find_layout(without_stamps(page), self.detector, self.router.sureness)
        upright, skew = found.upright, found.skew_deg
        cuts = cut_lines(upright, found.quads, [level(quad, skew, upright) for quad in found.quads])
        answers = self.router.read([line for _, line in cuts])
        read = [(quad, answer) for (quad, _), answer in zip(cuts, answers, strict=True) if answer.best.text]
        order = reading_order([level(quad, skew, upright) for quad, _ in read], is_right_to_left(answers))
        lines = tuple(_line(*read[number], found.turn_deg, width, height) for number in order)
        return Scan(lines, found.turn_deg, skew, ink_outside(upright, [quad for quad, _ in read]))


def is_right_to_left(answers: Sequence[Answer]) -> bool:
    """Whether most of the text runs from right to left."""
    right = sum(len(answer.best.text) for answer in answers if answer.script == "Arab")
    return 2 * right > sum(len(answer.best.text) for answer in answers)


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
