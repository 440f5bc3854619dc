"""Does trust find the pages that were read worst? Draws the OCR test set, reads it, and compares trust with the truth.

    python -m bench.bench_quality [--engine hybrid] [--pages 3] [--keep FILE] [--from FILE]

Every page of the set is drawn from text that is known, so its character error rate is known too. Clean and degraded
pages are read with fewer than two wrong letters in a hundred, and a ranking among them is mostly chance. So copies of
copies stand beside them ("ruined", in three strengths, as lists that were photographed and faxed), which nothing reads
well, and both are reported: the whole set, and the clean and degraded pages alone. The pages are ranked
by that rate and by trust; printed is how many of the worst fifth are in the least trusted fifth, over all pages and
for each half of them (odd and even page numbers), the rank correlation, and what a person sees: the rates of the pages
below the line that `fairwitness quality` draws, and above it. `--keep` writes the signs of each page as JSON lines,
`--from` judges those again without reading anything.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from tests.read.ocr.pages import LANGUAGES, QUALITIES, DrawnPage, draw_page
from tests.read.ocr.score import error_rate

from fairwitness.core.parts import Pixels
from fairwitness.read.ocr.engines import engine_named, warm
from fairwitness.read.ocr.second import agreement_of
from fairwitness.read.read_scan import page_of_scan
from fairwitness.text.quality import LOW_TRUST, Signs, signs_of, trust_of

FIFTH = 0.2
RUINED = {"ruined-1": 0.6, "ruined-2": 0.48, "ruined-3": 0.38}  # of the resolution of a degraded page


@dataclass(frozen=True, slots=True)
class Judged:
    """One page: what it is, its error rate in [0, 1], and the signs."""

    language: str
    quality: str
    number: int
    rate: float
    signs: Signs

    @property
    def trust(self) -> float:
        return trust_of(self.signs).value


def read_set(engine_name: str, pages: int, second: str) -> Iterator[Judged]:
    warm(engine_name)
    engine = engine_named(engine_name)
    for number in range(pages):
        for language in LANGUAGES:
            for quality in (*QUALITIES, *RUINED):
                page = draw_page(language, number=number, quality=quality if quality in QUALITIES else "degraded")
                if quality in RUINED:
                    page = ruin(page, RUINED[quality], number)
                scan = engine.read(page.image, page.dpi)
                height, width = page.image.shape[:2]
                made = page_of_scan(1, Pixels(width, height, 3, b""), page.dpi, scan, engine)
                signs = signs_of(made)
                if second:
                    same = agreement_of(second, scan, page.image, page.dpi)
                    signs = signs if same is None else replace(signs, agreement=round(1000 * same))
                yield Judged(language, quality, number, error_rate(page, scan), signs)


def ruin(page: DrawnPage, scale: float, seed: int) -> DrawnPage:
    """A copy of the page at a lower resolution, blurred, grainy, and with toner too dark or too light."""
    rng = np.random.default_rng(seed)
    height, width = page.image.shape[:2]
    small = Image.fromarray(page.image).convert("L").filter(ImageFilter.GaussianBlur(0.8))
    small = small.resize((round(width * scale), round(height * scale)), Image.Resampling.BILINEAR)
    grey = np.asarray(small, np.float32) + rng.normal(0, 22, (small.height, small.width))
    grey = 255 / (1 + np.exp(-(grey - rng.uniform(120, 165)) / 28))
    large = Image.fromarray(grey.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return replace(page, image=np.repeat(np.asarray(large)[..., None], 3, axis=2))


def recall_of_worst(pages: list[Judged]) -> float:
    """Share of the fifth with the highest error rates that is in the fifth with the lowest trust.

    Pages as bad as the last of the worst fifth do not count against the ranking, whichever of them it names.
    """
    count = max(1, round(FIFTH * len(pages)))
    worst = sorted(pages, key=lambda page: -page.rate)[:count]
    named = sorted(pages, key=lambda page: page.trust)[:count]
    last = worst[-1].rate
    surely = [page for page in worst if page.rate > last]
    hits = sum(page in named for page in surely)
    ties = min(count - len(surely), sum(page.rate == last for page in named))
    return (hits + ties) / count


def rank_correlation(pages: list[Judged]) -> float:
    """Spearman's rho between error rate and distrust, ties averaged."""

    def ranks(values: list[float]) -> list[float]:
        order = sorted(values)
        return [(order.index(value) + len(order) - 1 - order[::-1].index(value)) / 2 for value in values]

    left, right = ranks([page.rate for page in pages]), ranks([-page.trust for page in pages])
    mean = (len(pages) - 1) / 2
    top = sum((a - mean) * (b - mean) for a, b in zip(left, right, strict=True))
    bottom = (sum((a - mean) ** 2 for a in left) * sum((b - mean) ** 2 for b in right)) ** 0.5
    return top / bottom if bottom else 1.0


def report(pages: list[Judged]) -> None:
    print(f"{len(pages)} pages; the least trusted fifth holds {recall_of_worst(pages):.0%} of the worst fifth;")
    for name, parity in (("even", 0), ("odd", 1)):
        half = [page for page in pages if page.number % 2 == parity]
        if half:
            print(f"  {name} pages alone ({len(half)}): {recall_of_worst(half):.0%}")
    ordinary = [page for page in pages if page.quality in QUALITIES]
    print(f"  clean and degraded pages alone ({len(ordinary)}): {recall_of_worst(ordinary):.0%}")
    print(f"rank correlation of error rate and distrust {rank_correlation(pages):.2f}")
    low = [page.rate for page in pages if page.trust < LOW_TRUST]
    rest = [page.rate for page in pages if page.trust >= LOW_TRUST]
    for name, rates in ((f"below {LOW_TRUST}", low), ("the rest", rest)):
        if rates:
            print(f"{name}: {len(rates)} pages, error rate mean {sum(rates) / len(rates):.2%}, worst {max(rates):.2%}")
    for language in LANGUAGES:
        for quality in (*QUALITIES, *RUINED):
            some = [page for page in pages if (page.language, page.quality) == (language, quality)]
            if some:
                rate, trust = (sum(v) / len(some) for v in zip(*((p.rate, p.trust) for p in some), strict=True))
                print(f"  {language:8} {quality:9} error rate {rate:7.2%}  trust {trust:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="hybrid")
    parser.add_argument("--second", default="", help="a second engine, asked on every page")
    parser.add_argument("--pages", type=int, default=3, help="of each language and quality")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--from", dest="source", type=Path)
    given = parser.parse_args()
    if given.source:
        plain = [json.loads(line) for line in given.source.read_text("utf-8").splitlines()]
        pages = [Judged(**one | {"signs": Signs(**one["signs"])}) for one in plain]
    else:
        pages = []
        for page in read_set(given.engine, given.pages, given.second):
            pages.append(page)
            if given.keep:
                with given.keep.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(page)) + "\n")
    report(pages)


if __name__ == "__main__":
    main()
