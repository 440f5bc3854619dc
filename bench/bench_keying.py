"""From a scanned list to reviewed rows: machine time, and keys a perfect reviewer presses, through the real commands.

The pages are those of the made-up list (examples/synthetic_lists) as one PDF of images. It is opened into a case, its
tables are found and put together as a set-up says, and a scripted reviewer who knows every cell goes through the queue
of the desk (`fairwitness.work.keying`), by rows: one key accepts what is right; a cell that is wrong takes one key to
open it, the keys to change it, and one to keep it. Counted are characters put in and taken out (a character in
another's place counts two); the keys of an input method for Han characters and those that move the cursor are left out.
"By row" is a desk that shows a row at a time: one key for a row, and the same for each cell of it that is wrong.

    python -m bench.bench_keying --pages 6 --qualities clean,degraded
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from examples.synthetic_lists import TrueCell, TrueList, TruePage, draw_page, make_list, write_scan_pdf
from rapidfuzz.distance import Indel

from bench._measure import describe_machine, pin_to_one_core, print_table
from bench._tables import comparable
from bench.bench_lists import columns_of
from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.lists.setup import PageRange, Setup, write_setup
from fairwitness.work.finding_tables import find_tables_of
from fairwitness.work.kept_lists import begin_list
from fairwitness.work.keying import Desk, enter
from fairwitness.work.making_lists import make_rows
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress

REVIEWER = "perfect reviewer"


@dataclass(slots=True)
class Review:
    """What one run took: CPU seconds and seconds by the clock by part, and keys."""

    pages: int
    true_rows: int
    rows: int = 0
    cells: int = 0
    wrong: int = 0
    unknown: int = 0
    keys_by_cell: int = 0
    keys_by_row: int = 0
    retyped: int = 0
    left_wrong: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)
    wall_s: dict[str, float] = field(default_factory=dict)

    def line(self, quality: str) -> list[str]:
        """A line of the table that is printed."""
        machine = sum(self.cpu_s.values())
        return [
            *(quality, str(self.pages), f"{self.rows} of {self.true_rows}", str(self.cells), str(self.wrong)),
            *(f"{keys / max(1, self.rows):.2f}" for keys in (self.keys_by_cell, self.keys_by_row, self.retyped)),
            f"{machine / 60:.2f} ({machine / self.pages:.1f} s a page)",
            ", ".join(f"{part} {seconds:.1f}" for part, seconds in self.cpu_s.items()),
            f"{self.left_wrong} wrong, {self.unknown} not of the list",
        ]


HEAD = (
    *("quality", "pages", "rows", "cells", "proposals wrong", "keys a row, by cell", "keys a row, by row"),
    *("retyping all", "CPU minutes", "CPU s of each part", "after the review"),
)


def main() -> None:
    """Print a line for each quality."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=6, help="0 for all 137")
    parser.add_argument("--qualities", default="clean,degraded")
    asked = parser.parse_args()
    print(describe_machine(pin_to_one_core()))
    one = make_list()
    count = asked.pages or len(one.pages)
    print_table(HEAD, [review(one, count, quality).line(quality) for quality in asked.qualities.split(",")])


def review(one: TrueList, count: int, quality: str) -> Review:
    """The first `count` pages from PDF to reviewed rows."""
    done = Review(count, one.pages[count - 1][1])
    with tempfile.TemporaryDirectory() as folder:
        leak, case_folder = Path(folder, "leak"), Path(folder, "case")
        leak.mkdir()
        truth: list[TruePage] = []

        def drawn() -> Iterator[TruePage]:
            for number in range(count):
                truth.append(draw_page(one, number, quality=quality))
                yield truth[-1]

        with (leak / "list.pdf").open("wb") as file:
            write_scan_pdf(drawn(), file, title=one.title)
        with measured(done, "open"), Case.create_or_open(case_folder) as case:
            open_leak(case, leak, Progress(None))
        with Case.open(case_folder, writing=True) as case:
            document = case.queries.documents(0)[0].digest
            setup = Setup(one.title, "review", (PageRange(document[:16], 1, count),), columns=columns_of(one))
            kept = begin_list(case, "Register", write_setup(setup), REVIEWER)
            with measured(done, "find and read"):
                find_tables_of(case, Progress(None), setup)
            with measured(done, "put together"):
                kept = make_rows(case, kept.id, REVIEWER)
            with measured(done, "keep what is entered"):
                desk = Desk(case, kept)
                _review(case, desk, Truth(one, truth), done)
    return done


class Truth:
    """Every cell of the list by its place on a page."""

    def __init__(self, one: TrueList, pages: list[TruePage]) -> None:
        self._one, self._pages = one, pages

    def text_at(self, cite: RegionCite) -> str | None:
        """What the list holds in the cell in whose place the middle of the rectangle lies; None for no cell."""
        page = self._pages[cite.page - 1]
        scale = page.dpi / cite.dpi if cite.dpi else 1.0
        x, y = (cite.x0 + cite.x1) / 2 * scale, (cite.y0 + cite.y1) / 2 * scale
        for table in page.tables:
            for cell in table.cells:
                if cell.list_row >= 0 and _is_inside(x, y, cell):
                    return self._one.rows[cell.list_row][cell.list_column]
        return None


def _is_inside(x: float, y: float, cell: TrueCell) -> bool:
    x0, y0, x1, y1 = cell.box
    return x0 <= x < x1 and y0 <= y < y1


def _review(case: Case, desk: Desk, truth: Truth, done: Review) -> None:
    """The reviewer goes through the queue, and looks at the list once more behind it."""
    rows: dict[str, int] = {}
    known: dict[str, str] = {}
    for name in desk.queue(REVIEWER, "review", order="rows"):
        shown = desk.shown_to(REVIEWER, "review", name)
        proposal, cite = shown.proposal, parse_any_cite(name)
        assert proposal is not None and isinstance(cite, RegionCite)
        text = truth.text_at(cite)
        done.cells += 1
        done.unknown += text is None
        known[name] = text or ""
        is_right = comparable(proposal.text) == comparable(text or "")
        keys = 0 if is_right else 2 + Indel.distance(comparable(proposal.text), comparable(text or ""))
        done.wrong += not is_right
        done.keys_by_cell += keys or 1
        done.retyped += 1 + len(text or "")
        row = desk.cells[name].row.id
        rows[row] = rows.get(row, 1) + keys
        said = proposal.text if is_right else text or ""
        state = "text" if said.strip() else "blank"
        enter(case, desk.kept, name, REVIEWER, "review", state, said, proposal.engine or "none", shown.replaces)  # type: ignore[arg-type]
    desk.refresh()
    done.rows, done.keys_by_row = len(rows), sum(rows.values())
    held = desk.decided()
    done.left_wrong = sum(comparable(held[name].text) != comparable(text) for name, text in known.items())


@contextmanager
def measured(done: Review, part: str) -> Iterator[None]:
    """What passes meanwhile, in this process and those it waited for, is kept under that name."""
    wall, before = time.monotonic(), os.times()
    yield
    now = os.times()
    done.cpu_s[part] = sum(now[:4]) - sum(before[:4])
    done.wall_s[part] = time.monotonic() - wall


if __name__ == "__main__":
    main()
