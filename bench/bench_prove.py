"""What pages that prove themselves cost: time to commit and to verify, and bytes of a proof against its picture.

    python -m bench.bench_prove ../shared/corpus/files

A sample of the PDFs and images of a folder is opened into a case. Each page is committed to; then words of it, chosen
at random, are covered by boxes two inches wide, and the rest is proved. Bytes of the file that leaves are held against
the PNG of the painted page in its exact colours, and in 16 levels of grey. Seconds are of the CPU of this process;
pages are drawn before.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.custody.merkle import inclusion_proof, leaf_hash, root_of
from fairwitness.publish.commitments import (
    PageContent,
    Rendition,
    batch_tree,
    commit_page,
    open_page,
    packed,
    proof_of,
    rendered,
)
from fairwitness.publish.lossless import png_of
from fairwitness.publish.painting import Rectangle, paint, snap
from fairwitness.publish.static.verify_page import read_png, read_proof, verify_page
from fairwitness.work.committing import PixelReceiver, as_array, content_of, dpi_of, task_to_draw
from fairwitness.work.looking import Looking
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress
from fairwitness.work.proving import sandbox_to_draw

SEED = 20170301
BOXES = (0, 3, 10, 25)
BOX_PX = 400  # two inches
KINDS = {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}
LEAST_WORDS = 60  # a page with fewer is none that names are covered on


@dataclass
class Sums:
    """What was measured for one number of boxes and one rendition."""

    proof: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    open_s: float = 0.0
    read_s: float = 0.0
    verify_s: float = 0.0


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("leak", type=Path)
    told.add_argument("--files", type=int, default=60)
    told.add_argument("--pages", type=int, default=40)
    arguments = told.parse_args()
    with tempfile.TemporaryDirectory() as place:
        leak = Path(place) / "leak"
        leak.mkdir()
        found = sorted(path for path in arguments.leak.rglob("*") if path.suffix.lower() in KINDS)
        random.Random(SEED).shuffle(found)
        for number, path in enumerate(found[: arguments.files]):
            shutil.copyfile(path, leak / f"{number}{path.suffix}")
        with Case.create_or_open(Path(place) / "case") as case:
            open_leak(case, leak, Progress(None))
            measure(contents(case, arguments.pages))


def contents(case: Case, count: int) -> list[PageContent]:
    """Pages with words, drawn in the sandbox."""
    looking = Looking(case)
    pages = [
        (reading.document, number, reading.media_type)
        for reading in case.queries.readings()
        if looking.document(reading.document).has_images
        for number in looking.document(reading.document).numbers[:3]
    ]
    random.Random(SEED).shuffle(pages)
    made: list[PageContent] = []
    with sandbox_to_draw() as sandbox:
        for document, number, media_type in pages:
            page = looking.page(document, number)
            if len(page.words) // 6 < LEAST_WORDS if hasattr(page, "words") else True:
                continue
            task = task_to_draw(case, document, number, media_type)
            attempt, receiver = sandbox.run_one(task, lambda _: PixelReceiver())
            if attempt.outcome is Cause.OK and receiver.pixels is not None:
                dpi = dpi_of(page, media_type, receiver.pixels.width_px)
                made.append(content_of(as_array(receiver.pixels), dpi, page, document))
            if len(made) == count:
                break
    print(f"{len(made)} pages with {LEAST_WORDS} words or more")
    return made


def boxes_on(page: PageContent, count: int) -> tuple[Rectangle, ...]:
    """Boxes over words chosen at random, as wide as names are covered, snapped as on a scan."""
    chosen = random.Random(SEED + count).sample(page.words, min(count, len(page.words)))
    wide = [(word.x0, word.y0, min(page.width_px, word.x0 + BOX_PX), word.y1) for word in chosen]
    return snap(wide, page.width_px, page.height_px) if wide else ()


def measure(pages: Sequence[PageContent]) -> None:
    started = time.process_time()
    for page in pages:
        commit_page(page, b"k" * 32)
    committed_s = (time.process_time() - started) / len(pages)
    tiles = statistics.mean(-(-page.width_px // 16) * -(-page.height_px // 16) for page in pages)
    words = statistics.mean(len(page.words) for page in pages)
    print(f"{tiles:,.0f} tiles and {words:.0f} words a page; committing {committed_s:.2f} s a page")
    for rendition in ("colour", "plain"):
        print(f"\n{rendition:8} {'boxes':>6} {'seeds':>6} {'hashes':>6} {'words kB':>8} {'proof kB':>8}", end="")
        print(f" {'of the PNG: half':>16} {'90 %':>8} {'in all':>8} {'open s':>7} {'read':>6} {'verify':>6}")
        for count in BOXES:
            tell(count, sums_of(pages, count, "colour" if rendition == "colour" else "plain"), len(pages))


def sums_of(pages: Sequence[PageContent], count: int, rendition: Rendition) -> tuple[Sums, int]:
    sums, pictures = Sums(), 0
    for page in pages:
        rectangles = boxes_on(page, count)
        started = time.process_time()
        opened = open_page(page, b"k" * 32, rendition, rectangles)
        sums.open_s += time.process_time() - started
        leaves = batch_tree([opened.commitment], b"filler")
        hashes, index = [leaf_hash(leaf) for leaf in leaves], leaves.index(opened.commitment)
        event = json.dumps(
            {"type": "commit-pages", "at": 1, "root": root_of(hashes).hex(), "nonce": "0" * 32, "pages": "0" * 64}
        )
        proof = proof_of(page, opened, rendition, (index, inclusion_proof(index, hashes)), event.encode())
        raw = packed(proof)
        png = png_of(paint(np.ascontiguousarray(rendered(page.pixels, rendition)), rectangles))
        started = time.process_time()
        picture = read_png(png)
        middle = time.process_time()
        told = verify_page(read_proof(raw), picture)
        sums.read_s += middle - started
        sums.verify_s += time.process_time() - middle
        assert told["verified"] > 0
        sums.proof.append(len(raw))
        sums.words.append(len(raw) - len(packed(proof | {"words": {"x": [], "text": []}})))
        sums.seeds.append(opened.shape.count("s"))
        sums.hashes.append(opened.shape.count("h"))
        sums.shares.append(len(raw) / len(png))
        pictures += len(png)
    return sums, pictures


def tell(count: int, measured: tuple[Sums, int], pages: int) -> None:
    sums, pictures = measured
    shares = sorted(sums.shares)
    high = shares[min(len(shares) - 1, int(0.9 * len(shares)))]
    counts = [statistics.median(each) for each in (sums.seeds, sums.hashes)]
    sizes = [statistics.median(each) / 1000 for each in (sums.words, sums.proof)]
    parts = [100 * share for share in (statistics.median(shares), high, sum(sums.proof) / pictures)]
    print(f"{'':8} {count:6} {counts[0]:6.0f} {counts[1]:6.0f} {sizes[0]:8.1f} {sizes[1]:8.1f} ", end="")
    print(f"{parts[0]:14.1f} % {parts[1]:6.1f} % {parts[2]:6.1f} % ", end="")
    print(f"{sums.open_s / pages:7.2f} {sums.read_s / pages:6.2f} {sums.verify_s / pages:6.2f}")


if __name__ == "__main__":
    main()
