"""CPU milliseconds of whole answers on a case of real pages, beside bare tantivy and SQLite FTS5.

    python -m bench.bench_search [--pages 100000] [--keep FOLDER]

The case is made by `fairwitness open` of text files: documentation in a dozen languages, the corpus, and made-up lists
(bench/_real_pages.py). Ours is measured twice: the whole answer that a person gets (parse, plan, search, and for ten
hits snippet, marks, cite, trust), and the count with ten hits alone, which is what the rivals give. The rivals are
tantivy on the same index, with the query built directly by somebody who knows the fields, and FTS5 on the same tokens.
All take the same question one after the other, in an order drawn anew, in one process on one core; three rounds, the
best of each counts. What ours keeps from one question to the next is thrown away before each. Then: names by the
thousand, exports, and the first answer of a cold process.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tantivy

from bench._measure import (
    SEED,
    Stopwatch,
    describe_machine,
    in_random_order,
    mib,
    peak_of,
    percentile,
    pin_to_one_core,
    print_table,
    ratio,
    spread_of,
)
from bench._questions import Drawer, Question, classes, large, names
from bench._real_pages import RealPages
from bench._search_case import prepare
from fairwitness.case.case import Case
from fairwitness.search.query import parse
from fairwitness.work.batch import Entry, ask_all
from fairwitness.work.searching import CaseSearch

ROUNDS = 3
NAMES = 1_000
COLD_STARTS = 7
HITS = 10


class Ours:
    """The whole path; `shown` is what a person gets, `count` what the rivals give."""

    def __init__(self, case: Case) -> None:
        self.search = CaseSearch(case)

    def shown(self, question: Question) -> int:
        answer, node = self.search.ask(question.typed, limit=HITS)
        assert len(list(self.search.hits(node, answer.hits))) == len(answer.hits)
        return answer.total

    def count(self, question: Question) -> int:
        return self.search.ask(question.typed, limit=HITS)[0].total

    def batch(self, questions: list[Question]) -> int:
        entries = (Entry(line, q.typed, parse(q.typed)) for line, q in enumerate(questions, 1))
        return sum(answered.pages or 0 for answered in ask_all(self.search, entries))

    def export(self, question: Question) -> int:
        return sum(1 for _ in self.search.pages_of(parse(question.typed)))

    def forget(self) -> None:
        self.search.refresh()


class Tantivy:
    """The engine with nothing around it."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        index.reload()
        self.searcher = index.searcher()
        self.schema = index.schema

    def count(self, question: Question) -> int:
        assert question.direct is not None
        found = self.searcher.search(question.direct(self.schema), limit=HITS)
        for _, place in found.hits:
            self.searcher.doc(place)["id"]
        return int(found.count)

    def batch(self, questions: list[Question]) -> int:
        return sum(
            int(self.searcher.search(q.direct(self.schema), limit=1).count) for q in questions if q.direct is not None
        )


class Fts5:
    """SQLite on the same tokens; the ten best by its own rank."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)

    def count(self, question: Question) -> int:
        ask = self._database.execute
        ask("SELECT rowid FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?", (question.fts, HITS)).fetchall()
        return int(ask("SELECT count(*) FROM page WHERE page MATCH ?", (question.fts,)).fetchone()[0])

    def batch(self, questions: list[Question]) -> int:
        ask = self._database.execute
        counts = (ask("SELECT count(*) FROM page WHERE page MATCH ?", (q.fts,)).fetchone()[0] for q in questions)
        return sum(map(int, counts))


Asked = dict[str, Callable[[], int]]


def measure(asked: Asked, forget: Callable[[], None], chance: random.Random) -> tuple[dict[str, float], dict[str, int]]:
    """The least CPU milliseconds of each in so many rounds, and what each counted."""
    best = dict.fromkeys(asked, float("inf"))
    counted: dict[str, int] = {}
    for _ in range(ROUNDS):
        for who in in_random_order(asked, chance):
            forget()
            with Stopwatch() as watch:
                counted[who] = asked[who]()
            best[who] = min(best[who], watch.usage.cpu_s * 1000)
    return best, counted


def row_of(name: str, asked: list[Asked], forget: Callable[[], None], chance: random.Random) -> list[str]:
    """One class of questions as a row."""
    measured = [measure(one, forget, chance) for one in asked]
    row = [name, str(len(asked))]
    for who in ("shown", "count"):
        values = [best[who] for best, _ in measured if who in best]
        row.append(f"{percentile(values, 0.5):.2f} / {percentile(values, 0.95):.2f}" if values else "")
    for rival in ("tantivy", "FTS5"):
        ratios = [ratio(best[rival], best["count"]) for best, _ in measured if rival in best]
        row.append(str(spread_of(ratios)) if ratios else "–")
    totals = [sum(counted["count"] for _, counted in measured)]
    told = f"{totals[0]}"
    for rival in ("tantivy", "FTS5"):
        theirs = [(counted["count"], counted[rival]) for _, counted in measured if rival in counted]
        if theirs:
            equal = sum(one == two for one, two in theirs)
            told += f"; {rival} {'the same' if equal == len(theirs) else f'{sum(two for _, two in theirs)}'}"
    return [*row, told]


def asked_of(question: Question, ours: Ours, tan: Tantivy, fts: Fts5) -> Asked:
    """Whom one question is put to."""
    asked: Asked = {"shown": lambda: ours.shown(question), "count": lambda: ours.count(question)}
    if question.direct is not None:
        asked["tantivy"] = lambda: tan.count(question)
    if question.fts:
        asked["FTS5"] = lambda: fts.count(question)
    return asked


_COLD = """
import sys
from fairwitness.cli import main
main(sys.argv[1:], standalone_mode=False)
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(line.split()[1], file=sys.stderr)
"""


def cold(case: Path, query: str) -> None:
    """What the first answer of a new process costs, with Python and all imports."""
    walls, cpus, peaks = [], [], []
    for _ in range(COLD_STARTS):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-c", _COLD, "search", str(case), query, "--limit", "10"]
        done = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.perf_counter() - start)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        peaks.append(int(done.stderr.split()[-1]) << 10)
    print(f"\nfirst answer of a cold process: {spread_of(cpus)} s of CPU, {spread_of(walls)} s by the clock; ", end="")
    print(f"its peak {mib(max(peaks))}")


def run(folder: Path, pages: int) -> None:
    """The tables are printed."""
    told = prepare(folder, pages)
    print_told(told)
    with Case.open(folder / "case") as case:
        start = time.process_time()
        ours, tan, fts = Ours(case), Tantivy(folder / "case" / "index"), Fts5(folder / "fts.db")
        print(f"opening it took {1000 * (time.process_time() - start):.0f} ms of CPU\n", flush=True)
        draw = Drawer(RealPages(), pages, tan.searcher, SEED)
        chance = random.Random(SEED)
        rows = []
        for name, questions in classes(draw):
            rows.append(row_of(name, [asked_of(q, ours, tan, fts) for q in questions], ours.forget, chance))
            print(f"{name}: {rows[-1][2]}", file=sys.stderr, flush=True)
        listed = names(draw, NAMES)
        batch: Asked = {
            "count": lambda: ours.batch(listed),
            "tantivy": lambda: tan.batch(listed),
            "FTS5": lambda: fts.batch(listed),
        }
        rows.append(row_of(f"batch of {NAMES} names, counts", [batch], ours.forget, chance))
        exports: list[Asked] = [{"count": lambda q=q: ours.export(q)} for q in large(draw)]  # type: ignore[misc]
        rows.append(row_of("export of all ids", exports, ours.forget, chance))
    head = ["class", "n", "answer shown", "ten hits", "tantivy / ours", "FTS5 / ours", "pages found"]
    print_table(head, rows)
    print("CPU ms, p50 / p95; ratios to ours with ten hits (median, quartiles), above 1 ours is faster")
    print(f"peak of this process, with the rivals: {mib(peak_of(0))}")
    cold(folder / "case", draw.chance.choice(draw.common))


def print_told(told: dict[str, object]) -> None:
    """What the case is made of and what it cost."""
    number = {name: float(value) for name, value in told.items() if isinstance(value, int | float)}
    pages = number["case_pages"]
    print(
        f"{pages:,.0f} pages, {mib(int(number['text_bytes']))} of text, {number['terms']:,.0f} distinct terms: ", end=""
    )
    print(", ".join(f"{name} {count}" for name, count in told["sources"].items()))  # type: ignore[attr-defined]
    print(
        f"open: {pages / number['open_cpu_s']:.0f} pages/CPU s with reading, of which indexing "
        f"{pages / number['index_cpu_s']:.0f} pages/CPU s ({pages / number['index_wall_s']:.0f} by the clock); "
        f"index {number['index_bytes'] / pages:.0f} bytes a page, FTS5 {number['fts_bytes'] / pages:.0f}"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep what is built in this folder, and use what is there")
    chosen = parser.parse_args()
    if chosen.keep:
        prepare(chosen.keep, chosen.pages)  # on all cores
    core = pin_to_one_core()
    print(describe_machine(core))
    if chosen.keep:
        run(chosen.keep, chosen.pages)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), chosen.pages)
    print(describe_machine(core))


if __name__ == "__main__":
    main()
