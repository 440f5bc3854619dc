"""Scanned lists: cells exactly right, TEDS, rows, identity numbers and CPU seconds, beside two rivals, alternating.

The pages are made up (examples/synthetic_lists), so that every cell is known. Clean is 300 dpi; degraded is 200 dpi,
0.7 to 1.9 degrees askew, blurred, noisy, shaded, stamped, JPEG 45. How it is counted: bench/_tables.py. The rivals run
in processes of their own, as they come and once more on pages that our deskewing has made level, which costs them
nothing here. Ours runs without knowing anything of the list, and once more told its columns, as a set-up tells them.

    python -m bench.bench_lists --pages 6 --rival-pages 3 --sets clean,degraded
    python -m bench.bench_lists --alone --pages 0 --sets clean,degraded      # all 137 pages
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from examples.synthetic_lists import SETS, MadeSet, NoFont, TrueList, TruePage, TrueTable, write_scan_pdf
from numpy.typing import NDArray
from PIL import Image

from bench import _ocr_material
from bench._measure import SEED, describe_machine, in_random_order, pin_to_one_core, print_table, spread_of
from bench._tables import CellScore, FoundCell, comparable, score_cells, teds
from bench._whole_lists import HEAD as LIST_HEAD
from bench._whole_lists import WholeScore, score_list
from fairwitness.core.lists import Column
from fairwitness.core.parts import Source, Tables
from fairwitness.core.tables import PageTables
from fairwitness.read.ocr.detect import Detector
from fairwitness.tables.cells import page_tables
from fairwitness.tables.finding import find_grids
from fairwitness.tables.flat import level_page
from fairwitness.tables.options import columns_to_json
from fairwitness.tables.read_tables import ENGINE, ReadTables, cell_reader, warm_tables

Found = list[list[FoundCell]]

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "clean": (("whole_list",), "clean"),
    "degraded": (("whole_list",), "degraded"),
    "worn": (("whole_list",), "worn"),
    "dense": (("dense",), "degraded"),
    "typefaces": (("song", "ming"), "clean"),
    "typefaces-degraded": (("song", "ming"), "degraded"),
    "borderless": (("borderless",), "clean"),
    "borderless-degraded": (("borderless",), "degraded"),
    "partly": (("horizontals", "frame"), "clean"),
    "partly-degraded": (("horizontals", "frame"), "degraded"),
    "torn": (("torn", "torn_bare", "torn_open"), "clean"),
    "torn-degraded": (("torn", "torn_bare", "torn_open"), "degraded"),
    "merged": (("two_level_header", "households"), "clean"),
    "odd": (("two_tables", "split_column", "rotated", "handwritten"), "clean"),
    "scripts": (("uyghur", "two_scripts", "cyrillic", "turkish"), "clean"),
    "scripts-degraded": (("uyghur", "two_scripts", "cyrillic", "turkish"), "degraded"),
}
"""The sets of pages and their quality, by the name under which they are asked for."""
RIVALS = ("img2table", "wired")
LEVELLED = ", levelled by ours"
OVERLAP = 0.8


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, the set it is of, its number from 0, and whether its tables have no rulings or few."""

    page: TruePage
    made: MadeSet
    number: int
    is_loose: bool

    @property
    def list(self) -> TrueList:
        """The list that the page is of."""
        return self.made.list


Contender = Callable[[Asked], tuple[Found, float]]


@dataclass(slots=True)
class Sum:
    """What one contender did on the pages of one kind."""

    cells: CellScore = field(default_factory=CellScore)
    teds: list[float] = field(default_factory=list)
    structure: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    extra_tables: int = 0

    def add(self, asked: Asked, found: Found, cpu_s: float) -> None:
        """Lay the found tables beside the true ones, each beside the one with which most cells agree."""
        left = list(found)
        number = next((n for n, column in enumerate(asked.list.columns) if column.kind == "identity"), -1)
        for table in asked.page.tables:
            true = cells_of(table)
            at = next((cell.column for cell in table.cells if cell.list_column == number >= 0), -1)
            best = max(left, key=lambda one: score_cells(one, true).exact, default=[])
            if best:
                left.remove(best)
            self.cells += score_cells(best, true, number_column=at)
            self.teds.append(teds(best, true))
            self.structure.append(teds(best, true, structure_only=True))
        self.extra_tables += len(left)
        self.cpu_s.append(cpu_s)

    def line(self, kind: str, name: str) -> list[str]:
        """A line of the table that is printed."""
        cells = self.cells
        numbers = f"{cells.numbers_exact} + {cells.numbers_flagged} of {cells.numbers}" if cells.numbers else "-"
        return [
            *(kind, name, str(len(self.cpu_s)), f"{cells.exact / max(1, cells.cells):.4f}"),
            f"{sum(self.teds) / len(self.teds):.4f}",
            f"{sum(self.structure) / len(self.structure):.4f}",
            f"{cells.rows_found} of {cells.rows}" + (f" (+{cells.rows_invented})" if cells.rows_invented else ""),
            *(numbers, f"{100 * cells.letters_wrong / max(1, cells.letters):.2f} %", str(self.extra_tables)),
            str(spread_of(self.cpu_s)),
        ]


HEAD = (
    *("set", "by", "pages", "cells exact", "TEDS", "structure", "rows", "numbers exact + flagged", "letters wrong"),
    *("tables invented", "CPU s a page"),
)


def cells_of(table: TrueTable) -> list[FoundCell]:
    """The cells of a true table as what is compared."""
    return [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in table.cells]


class Ours:
    """Reads a page as the step `read-tables` does, in this process; with `is_pdf` by that step, out of a PDF."""

    def __init__(self, *, is_told: bool, is_pdf: bool = False) -> None:
        self._is_told, self._is_pdf = is_told, is_pdf
        self._reader = cell_reader(ENGINE)
        self.placed = self.cells = 0
        self._pages: dict[str, tuple[MadeSet, dict[int, PageTables]]] = {}

    def __call__(self, asked: Asked) -> tuple[Found, float]:
        """The tables of the page and the CPU seconds they took."""
        columns = columns_of(asked.list) if self._is_told else ()
        page, spent = (self._from_pdf if self._is_pdf else self._from_image)(asked, columns)
        placed, cells = places_of(asked.page, page)
        self.placed, self.cells = self.placed + placed, self.cells + cells
        self._pages.setdefault(asked.made.name, (asked.made, {}))[1][asked.number + 1] = page
        found = [[(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] for table in page.tables]
        return found, spent

    def _from_image(self, asked: Asked, columns: tuple[Column, ...]) -> tuple[PageTables, float]:
        start = time.process_time()
        flat = find_grids(asked.page.image, asked.page.dpi, sureness=self._reader.router.sureness)
        page = page_tables(asked.number + 1, flat, asked.page.dpi, self._reader.read(flat, columns))
        return page, time.process_time() - start

    def _from_pdf(self, asked: Asked, columns: tuple[Column, ...]) -> tuple[PageTables, float]:
        file = BytesIO()
        write_scan_pdf([asked.page], file, title=asked.list.title)
        source = Source(file, len(file.getvalue()), "pdf", "application/pdf")
        start = time.process_time()
        parts = list(ReadTables(columns=columns_to_json(columns))(source))
        spent = time.process_time() - start
        page = next(part.page for part in parts if isinstance(part, Tables))
        return replace(page, number=asked.number + 1), spent

    def lists(self) -> Iterator[tuple[str, WholeScore]]:
        """Yields how right the lists are of which all pages were read since the last time, and forgets them."""
        for name, (made, pages) in self._pages.items():
            if len(pages) == len(made.sheets):
                columns = columns_of(made.list) if self._is_told else ()
                yield name, score_list(made, pages, columns[::-1] if made.list.right_to_left else columns)
        self._pages = {}


def places_of(true: TruePage, page: PageTables) -> tuple[int, int]:
    """How many true cells have a found one in their row and column that covers their place, and how many there are.

    It covers the place if both rectangles together are at most 1 / `OVERLAP` times as large as what they share.
    """
    scale = page.width_px / true.image.shape[1]
    placed = 0
    cells = [(at, cell) for at, table in enumerate(true.tables) for cell in table.cells]
    found = {(at, cell.row, cell.column): cell.box for at, table in enumerate(page.tables) for cell in table.cells}
    for at, cell in cells:
        box = found.get((at, cell.row, cell.column))
        if box is not None:
            ours, theirs = np.array(box), np.array(cell.box) * scale
            shared = np.clip(np.minimum(ours[2:], theirs[2:]) - np.maximum(ours[:2], theirs[:2]), 0, None).prod()
            both = (ours[2:] - ours[:2]).prod() + (theirs[2:] - theirs[:2]).prod() - shared
            placed += bool(shared >= OVERLAP * both)
    return placed, len(cells)


def columns_of(one: TrueList) -> tuple[Column, ...]:
    """The columns as a set-up names them, from left to right."""
    columns = [
        Column(column.name, column.title, column.kind, column.script, column.codes, column.scheme)  # type: ignore[arg-type]
        for column in one.columns
    ]
    return tuple(columns[::-1] if one.right_to_left else columns)


class Rival:
    """A rival in a process of its own; with `is_levelled` it gets pages that ours has turned upright and level."""

    def __init__(self, process: subprocess.Popen[str], file: Path, *, is_levelled: bool) -> None:
        self._process, self._file, self._is_levelled = process, file, is_levelled

    def __call__(self, asked: Asked) -> tuple[Found, float]:
        """The tables of the page and the CPU seconds of the rival alone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        image = levelled(asked.page.image) if self._is_levelled else asked.page.image
        Image.fromarray(image).save(self._file, compress_level=1)
        question = {"path": str(self._file), "borderless": asked.is_loose}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        found = [[(int(r), int(c), int(rs), int(cs), str(text)) for r, c, rs, cs, text in t] for t in answer["tables"]]
        return found, float(answer["cpu_s"])


def levelled(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page upright and level, as ours makes it."""
    return level_page(image, Detector()).image


def start_rival(name: str, folder: Path) -> subprocess.Popen[str] | None:
    """The rival, ready to answer; None if its environment is not there."""
    python = folder / f"rival-{name}" / "bin" / "python"
    if not python.exists():
        print(f"missing: {name} (make bench sets it up)")
        return None
    script = Path(__file__).with_name(f"_rival_{name}.py")
    process = subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process if json.loads(process.stdout.readline() or "{}").get("ready") else None


def pages_of(kind: str, count: int, first: int, seed: int) -> Iterator[Asked]:
    """Yields `count` pages of that kind, spread evenly over its sets; all of them if `count` is 0."""
    names, quality = KINDS[kind]
    for name in names:
        try:
            made = SETS[name](seed)
        except NoFont as error:
            print(f"left out: {name}, no {error}")
            continue
        whole = len(made.sheets)
        wanted = whole if not count else min(whole, -(-count // len(names)))
        for at in range(wanted):
            number = (at * whole // wanted + first) % whole
            yield Asked(made.page(number, quality, seed), made, number, name in ("borderless", "horizontals", "frame"))


def wrong_cells(asked: Asked, found: Found) -> Iterator[str]:
    """Yields what was read where something else stands; the lists are made up, so it may be shown."""
    for table in asked.page.tables:
        true = cells_of(table)
        best = max(found, key=lambda one: score_cells(one, true).exact, default=[])
        read = {(row, column): comparable(text) for row, column, _, _, text in best}
        for row, column, _, _, text in true:
            if read.get((row, column), "") != comparable(text):
                yield f"    {row},{column}: {comparable(text)} | {read.get((row, column), '(no cell)')}"


def run(kind: str, contenders: dict[str, Contender], options: argparse.Namespace) -> dict[str, Sum]:
    """What each contender did on the pages of a kind; the rivals on fewer of them."""
    chance = random.Random(SEED)
    sums = {name: Sum() for name in contenders}
    pages = list(range(options.pages)) if options.pages else []
    few = set(pages[:: max(1, len(pages) // max(1, options.rival_pages))][: options.rival_pages])
    for number, asked in enumerate(pages_of(kind, options.pages, options.first, options.seed)):
        for name in in_random_order(contenders, chance):
            if not name.startswith("ours") and few and number not in few:
                continue
            if name.endswith(LEVELLED) and KINDS[kind][1] == "clean":
                continue  # it is level
            found, cpu_s = contenders[name](asked)
            sums[name].add(asked, found, cpu_s)
            if options.show_wrong and name.startswith("ours"):
                print(f"  page {number}, {name}, {cpu_s:.1f} CPU s", *wrong_cells(asked, found), sep="\n", flush=True)
    return {name: total for name, total in sums.items() if total.cpu_s}


def show(kind: str, sums: dict[str, Sum]) -> Sequence[list[str]]:
    """The lines of the table, and the ratios of time on standard output."""
    for name, total in sums.items():
        if not name.startswith("ours") and "ours" in sums:
            ratio = spread_of(total.cpu_s).middle / spread_of(sums["ours"].cpu_s).middle
            print(f"{kind}: CPU of {name} / ours, medians: {ratio:.2f}", flush=True)
    return [total.line(kind, name) for name, total in sums.items()]


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="clean,degraded,borderless,partly,torn", help=", ".join(KINDS))
    parser.add_argument("--pages", type=int, default=6, help="of each set; 0 for all")
    parser.add_argument("--rival-pages", type=int, default=3, help="how many of them the rivals get")
    parser.add_argument("--first", type=int, default=0, help="number of the first page")
    parser.add_argument("--seed", type=int, default=2020, help="of the lists; 2019 is what others tune and test on")
    parser.add_argument("--alone", action="store_true", help="no rivals")
    parser.add_argument("--told", choices=("no", "yes", "both"), default="both", help="whether ours knows the columns")
    parser.add_argument("--rivals", type=Path, default=Path(".venv"), help="folder with their environments")
    parser.add_argument("--from-pdf", action="store_true", help="ours reads pages out of a PDF, as the program does")
    parser.add_argument("--anywhere", action="store_true", help="do not stay on one core, where others are on it too")
    parser.add_argument("--show-wrong", action="store_true", help="print the cells that ours reads wrongly")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "typefaces" in options.sets and "FAIRWITNESS_TEST_FONTS" not in os.environ:
        os.environ["FAIRWITNESS_TEST_FONTS"] = str(_ocr_material.fetch_fonts())
    core = None if options.anywhere else pin_to_one_core()
    warm_tables()
    contenders: dict[str, Contender] = {}
    if options.told != "yes":
        contenders["ours"] = Ours(is_told=False, is_pdf=options.from_pdf)
    if options.told != "no":
        contenders["ours, told the columns"] = Ours(is_told=True, is_pdf=options.from_pdf)
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        for name in () if options.alone else RIVALS:
            process = start_rival(name, options.rivals)
            if process is not None:
                processes.append(process)
                contenders[name] = Rival(process, Path(folder) / f"{name}.png", is_levelled=False)
                contenders[name + LEVELLED] = Rival(process, Path(folder) / "l.png", is_levelled=True)
        print(describe_machine(core))
        lines: list[list[str]] = []
        for kind in options.sets.split(","):
            lines += show(kind, run(kind, contenders, options))
            print_table(HEAD, lines)
            for name, by in contenders.items():
                if isinstance(by, Ours):
                    print(f"{name}: {by.placed} of {by.cells} cells so far lie where they should\n", flush=True)
            whole = [(name, *one) for name, by in contenders.items() if isinstance(by, Ours) for one in by.lists()]
            if whole:
                print_table(LIST_HEAD, (score.line(f"{kind}: {one}, {name}") for name, one, score in whole))
    for process in processes:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
