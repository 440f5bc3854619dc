"""Finds the text lines of pages that are much longer than wide, such as a roll of paper: tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.scan import Image, Quad

_LONG = 2.0  # times the short side: on a page made so small text is not found any more
_TILE = 1.42  # times the short side, as A4 is
_OVERLAP = 0.1  # of the short side: a line is found whole in one of two tiles


@dataclass(frozen=True, slots=True)
class TileDetector(Detector):
    """Looks at a long page in tiles as high as wide pages are; at any other page as a whole."""

    def find(self, page: Image) -> list[Quad]:
        """The quads of the lines, from top to bottom, in pixels of `page`."""
        height, width = page.shape[:2]
        if max(height, width) <= _LONG * min(height, width):
            return Detector.find(self, page)
        lies = width > height
        found = []
        for start, end, first, last in _tiles(max(height, width), min(height, width)):
            tile = page[:, start:end] if lies else page[start:end]
            x, y = (start, 0) if lies else (0, start)
            for quad in Detector.find(self, tile):
                middle = start + sum(point[0] if lies else point[1] for point in quad) / 4
                if first <= middle < last:
                    found.append(_shifted(quad, x, y))
        return sorted(found, key=lambda quad: (quad[0][1] + quad[3][1], quad[0][0]))


def _tiles(long: int, short: int) -> list[tuple[int, int, float, float]]:
    """Start and end of each tile, and the range in which the middle of a line must lie to count as its own."""
    overlap = max(2, round(_OVERLAP * short))
    step = max(1, round(_TILE * short) - overlap)
    starts = list(range(0, max(1, long - overlap), step))
    made = []
    for start in starts:
        end = min(long, start + step + overlap)
        first = 0.0 if start == 0 else start + overlap / 2
        made.append((start, end, first, float(long) if start == starts[-1] else end - overlap / 2))
    return made


def _shifted(quad: Quad, x: int, y: int) -> Quad:
    a, b, c, d = ((one + x, two + y) for one, two in quad)
    return a, b, c, d
