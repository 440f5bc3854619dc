"""Finds the lines of text on an upright page, in whatever script: PP-OCRv6 text detection (DBNet, Liao et al. 2020)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.geometry import ordered
from fairwitness.read.ocr.models import TINY_DETECTOR, Weights, session_of
from fairwitness.read.ocr.scan import Image, Quad

_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_SPREAD = np.array((0.229, 0.224, 0.225), np.float32)
_STEP = 32  # the network halves the page five times


@dataclass(frozen=True, slots=True)
class Detector:
    """Finds lines on the page made `long_side_px` long: larger, and whole lines were missed on clean pages."""

    weights: Weights = TINY_DETECTOR
    long_side_px: int = 1760
    threshold: float = 0.2
    box_threshold: float = 0.4
    unclip: float = 1.4

    def find(self, page: Image) -> list[Quad]:
        """The quads of the lines, from top to bottom, in pixels of `page`."""
        height, width = page.shape[:2]
        scale = min(2.0, self.long_side_px / max(height, width))
        wide, high = (max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(page, (wide, high), interpolation=how)
        if small.ndim == 2:
            small = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB)
        pixels = (small[..., ::-1].astype(np.float32) / 255.0 - _MEAN) / _SPREAD
        session = session_of(self.weights)
        likely = session.run(None, {"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})[0][0, 0]
        return self._quads(likely, np.array((width / wide, height / high), np.float32))

    def _quads(self, likely: NDArray[np.float32], scale: NDArray[np.float32]) -> list[Quad]:
        mask = (likely > self.threshold).astype(np.uint8)
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        quads = []
        for contour in contours:
            middle, size, turn = cv2.minAreaRect(contour)
            if min(size) < 3 or self._score(likely, np.asarray(contour, np.int32)) < self.box_threshold:
                continue
            grow = 2 * size[0] * size[1] * self.unclip / (2 * (size[0] + size[1]))
            corners = cv2.boxPoints((middle, (size[0] + grow, size[1] + grow), turn))
            quads.append(ordered(np.asarray(corners, np.float32) * scale))
        return sorted(quads, key=lambda quad: (quad[0][1] + quad[3][1], quad[0][0]))

    @staticmethod
    def _score(likely: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
        x, y, wide, high = cv2.boundingRect(contour)
        inside = np.zeros((high, wide), np.uint8)
        cv2.drawContours(inside, [contour], -1, 1, -1, offset=(-x, -y))
        return float(cv2.mean(likely[y : y + high, x : x + wide], inside)[0])
