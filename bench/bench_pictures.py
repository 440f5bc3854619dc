"""How long a page image takes, cold and warm, what it weighs, and what the server takes, on a case of real files.

    python -m bench.bench_pictures ../shared/corpus/files

Cold is drawn in the sandbox and encoded; warm comes from the cache of the case. Each page is asked for cold and then at
once warm, so that both see the same machine.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.work.looking import PDF
from fairwitness.work.opening import open_leak
from fairwitness.work.picturing import SIDES_PX, PageImages, Picture
from fairwitness.work.progress import Progress

PAGES_A_FILE = 3


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("leak", type=Path)
    told.add_argument("--pages", type=int, default=150)
    arguments = told.parse_args()
    with tempfile.TemporaryDirectory() as place, Case.create_or_open(Path(place) / "case") as case:
        open_leak(case, arguments.leak, Progress(None))
        measure(case, arguments.pages)


def measure(case: Case, count: int) -> None:
    pages = [
        (reading.document, number)
        for reading in case.queries.readings()
        if reading.pages and (reading.media_type == PDF or reading.media_type.startswith("image/"))
        for number in range(1, 1 + min(reading.pages_expected, PAGES_A_FILE))
    ]
    random.Random(1).shuffle(pages)
    with PageImages(case) as images:
        images.image(*pages[0], SIDES_PX[0])  # the parent is warm from here on
        print(f"{'longest side':>12} {'cold ms':>18} {'warm ms':>14} {'kB':>14} {'not drawn':>9} {'memory MB':>9}")
        print(f"{'':>12} {'half':>5} {'95 %':>6} {'most':>5} {'half':>6} {'95 %':>7} {'half':>6} {'95 %':>7}")
        for side in SIDES_PX:
            _measure_side(images, pages[:count], side)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, opening the leak included")


def _measure_side(images: PageImages, pages: list[tuple[str, int]], side: int) -> None:
    cold: list[float] = []
    warm: list[float] = []
    sizes: list[float] = []
    for page in pages:
        try:
            picture, first = _timed(lambda page=page: images.image(*page, side))
        except FairwitnessError:
            continue
        cold.append(first)
        warm.append(_timed(lambda page=page: images.image(*page, side))[1])
        sizes.append(len(picture.data) / 1000)
    told = [_at(cold, 0.5), _at(cold, 0.95), max(cold), _at(warm, 0.5), _at(warm, 0.95), _at(sizes, 0.5)]
    now = (
        int(
            next(
                line.split()[1]
                for line in Path("/proc/self/status").read_text().splitlines()
                if line.startswith("VmRSS")
            )
        )
        // 1024
    )
    line = "{:5.0f} {:6.0f} {:5.0f} {:6.1f} {:7.1f} {:6.0f}".format(*told)
    print(f"{side:>12} {line} {_at(sizes, 0.95):7.0f} {len(pages) - len(cold):9} {now:9}")


def _timed(make: Callable[[], Picture]) -> tuple[Picture, float]:
    started = time.perf_counter()
    picture = make()
    return picture, (time.perf_counter() - started) * 1000


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    main()
