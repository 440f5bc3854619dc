"""Dots of printers on drawn pages: how many of the dotted pages are found, and how many others are called so.

    python -m bench.bench_printer_dots [PAGES]

Four patterns and five kinds of pages without dots, at three resolutions, as they come and after JPEG.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

import cv2
from tests.publish.drawn_dots import PATTERNS, as_jpeg, page

from fairwitness.publish.source_marks_dots import printer_dots

QUALITIES = (0, 90, 75, 60)
CLEAN = ("", "highlight", "stamp", "specks", "halftone")


def main() -> None:
    """Print a table."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    cv2.setNumThreads(1)
    found: Counter[tuple[int, int, bool]] = Counter()
    tried: Counter[tuple[int, int, bool]] = Counter()
    spent = 0.0
    for dpi in (300, 200, 150):
        for seed in range(1, pages + 1):
            noise = (0.3, 1.5, 3.0)[seed % 3]
            drawn = [(True, page(seed, pattern, dpi, noise=noise)) for pattern in PATTERNS.values()]
            drawn += [(False, page(100 + seed, None, dpi, extra=extra, noise=noise)) for extra in CLEAN]
            for is_dotted, image in drawn:
                for quality in QUALITIES:
                    picture = as_jpeg(image, quality) if quality else image
                    began = time.process_time()
                    verdict = printer_dots(picture, dpi).verdict
                    spent += time.process_time() - began
                    tried[dpi, quality, is_dotted] += 1
                    found[dpi, quality, is_dotted] += verdict == "found"
    print(f"{'dpi':>5} {'JPEG':>6} {'dotted, found':>15} {'clean, called dotted':>22}")
    for dpi in (300, 200, 150):
        for quality in QUALITIES:
            counts = [
                f"{found[dpi, quality, is_dotted]}/{tried[dpi, quality, is_dotted]}" for is_dotted in (True, False)
            ]
            print(f"{dpi:>5} {quality or 'none':>6} {counts[0]:>15} {counts[1]:>22}")
    print(f"CPU seconds a page of A5: {spent / tried.total():.3f}")


if __name__ == "__main__":
    main()
