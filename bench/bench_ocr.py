"""Letters wrong, lines missed and CPU seconds of text recognition, beside Tesseract and rapidocr, alternating.

The pages are drawn, so that every letter is known: seven languages, three fonts each, clean at 300 dpi, and as from a
bad scanner (150 dpi, 1 to 3 degrees askew, blur, noise, shading, watermark, stamp, JPEG 40): tests/read/ocr/pages.py.

    python -m bench.bench_ocr --pages 3 --rival-python .venv/rival-rapidocr/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from tests.read.ocr.pages import LANGUAGES, QUALITIES, DrawnPage, draw_page
from tests.read.ocr.score import comparable, distance, missed_lines

from bench import _ocr_material
from bench._measure import SEED, describe_machine, in_random_order, peak_of, pin_to_one_core, spread_of
from fairwitness.read.ocr.engines import engine_named, missing, warm
from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.scan import Line, Scan
from fairwitness.read.ocr.whole_page import WholePage

TESSERACT = {"zh-Hans": "chi_sim", "zh-Hant": "chi_tra"}


@dataclass(slots=True)
class Sum:
    """What one contender did on the pages of one kind."""

    wrong: int = 0
    letters: int = 0
    missed: int = 0
    lines: int = 0
    cpu_s: list[float] = field(default_factory=list)
    ink_outside: list[float] = field(default_factory=list)

    def add(self, page: DrawnPage, scan: Scan, cpu_s: float) -> None:
        true = comparable(page.text)
        self.wrong += distance(true, comparable("".join(line.text for line in scan.lines)))
        self.letters += len(true)
        self.missed += missed_lines(page, scan)
        self.lines += len(page.lines)
        self.cpu_s.append(cpu_s)
        self.ink_outside.append(scan.ink_outside)

    @property
    def error_rate(self) -> float:
        return self.wrong / max(1, self.letters)


Contender = Callable[[DrawnPage, str], tuple[Scan, float]]


def ours(page: DrawnPage, language: str) -> tuple[Scan, float]:
    start = time.process_time()
    scan = engine_named("hybrid").read(page.image, page.dpi)
    return scan, time.process_time() - start


def tesseract(page: DrawnPage, language: str) -> tuple[Scan, float]:
    """Told the language, which ours finds out."""
    engine = WholePage(TESSERACT.get(language, language))
    start = time.process_time()
    scan = engine.read(page.image, page.dpi)
    return scan, time.process_time() - start


class Rapidocr:
    """rapidocr in a process of its own."""

    def __init__(self, python: Path, folder: Path, *options: str) -> None:
        script = Path(__file__).with_name("_rival_rapidocr.py")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([python, script, *options], stdin=pipe, stdout=pipe, text=True)
        self._file = folder / f"page-{'-'.join(options)}.png"
        self.ready = bool(json.loads(self._answer() or "{}").get("ready"))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def __call__(self, page: DrawnPage, language: str) -> tuple[Scan, float]:
        assert self._process.stdin is not None
        Image.fromarray(page.image).save(self._file, compress_level=1)
        self._process.stdin.write(json.dumps(str(self._file)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._answer())
        lines = [Line(text, tuple(box), quad_of(tuple(box)), 1.0, "rapidocr", "") for text, box in answer["lines"]]
        return Scan(tuple(lines), 0, 0.0, 0.0), answer["cpu_s"]


def pages_of(
    languages: list[str], qualities: list[str], first: int, count: int
) -> Iterator[tuple[str, str, str, DrawnPage]]:
    """Language, quality, font and page; the fonts by turns, another part of the text each time."""
    for language in languages:
        for quality in qualities:
            for number in range(first, first + count):
                font = LANGUAGES[language][1][number % 3]
                yield language, quality, font, draw_page(language, font=font, number=number, quality=quality)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3, help="of each language and quality")
    parser.add_argument("--first", type=int, default=0, help="number of the first page; 200 and on tuned nothing")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--qualities", default=",".join(QUALITIES))
    parser.add_argument("--alone", action="store_true", help="no rivals")
    parser.add_argument("--without", default="", help='rivals to leave out, such as "rapidocr straight"')
    parser.add_argument("--rival-python", type=Path, help="the Python that has rapidocr")
    options = parser.parse_args()
    os.environ.setdefault("FAIRWITNESS_TEST_FONTS", str(_ocr_material.fetch_fonts()))
    if not options.alone:
        os.environ["FAIRWITNESS_TESSDATA"] = str(_ocr_material.fetch_tessdata())
    for name, install in missing():
        print(f"missing: {name}   {install}")
    core = pin_to_one_core()
    warm()
    contenders: dict[str, Contender] = {"ours": ours}
    with tempfile.TemporaryDirectory() as folder:
        left_out = options.without.split(",")
        if not options.alone and "tesseract" not in left_out:
            contenders["tesseract"] = tesseract
        if options.rival_python and not options.alone:
            for name, how in (("rapidocr", []), ("rapidocr straight", ["straight"])):
                if name in left_out:
                    continue
                rival = Rapidocr(options.rival_python, Path(folder), *how)
                if rival.ready:
                    contenders[name] = rival
        print(describe_machine(core))
        pages = pages_of(options.languages.split(","), options.qualities.split(","), options.first, options.pages)
        run(contenders, pages)
    print(f"most memory of ours, with all models: {peak_of(0) >> 20} MiB")


def run(contenders: dict[str, Contender], pages: Iterator[tuple[str, str, str, DrawnPage]]) -> None:
    chance = random.Random(SEED)
    sums: dict[tuple[str, str], dict[str, Sum]] = defaultdict(lambda: defaultdict(Sum))
    fonts: dict[tuple[str, str], Sum] = defaultdict(Sum)
    shown = None
    for language, quality, font, page in pages:
        if shown not in (None, (language, quality)):
            show(*shown, sums[shown])
        shown = language, quality
        for name in in_random_order(contenders, chance):
            scan, cpu_s = contenders[name](page, language)
            sums[shown][name].add(page, scan, cpu_s)
            if name == "ours":
                fonts[f"{language} {font}", quality].add(page, scan, cpu_s)
    if shown:
        show(*shown, sums[shown])
    print("\nours, by font, % of letters wrong")
    for (font, quality), total in fonts.items():
        print(f"  {font} {quality}: {100 * total.error_rate:.2f}")
    whole = [one["ours"] for one in sums.values()]
    spent = [value for one in whole for value in one.cpu_s]
    lines = sum(one.lines for one in whole)
    print(f"\nours: {sum(spent) / len(spent):.2f} CPU s a page over {len(spent)} pages, {spread_of(spent)}")
    print(f"ours: {sum(one.missed for one in whole)} of {lines} lines missed")
    for name in contenders:
        if name != "ours":
            ratios = [b / a for one in sums.values() for a, b in zip(one["ours"].cpu_s, one[name].cpu_s, strict=True)]
            print(f"CPU of {name} / ours, by page: {spread_of(ratios)}")


def show(language: str, quality: str, by_name: dict[str, Sum]) -> None:
    for name, total in by_name.items():
        ink = f", ink outside at most {100 * max(total.ink_outside):.1f} %" if name in ("ours", "tesseract") else ""
        print(
            f"{language:8}{quality:9}{name:18}{100 * total.error_rate:6.2f} % wrong, "
            f"{total.missed} of {total.lines} lines missed, {spread_of(total.cpu_s)} CPU s a page{ink}",
            flush=True,
        )


if __name__ == "__main__":
    main()
