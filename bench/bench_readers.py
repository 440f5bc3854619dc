"""How long ten readers wait for an answer while a process adds documents to their case.

    python -m bench.bench_readers [--readers 10] [--files 3000] [--pages 20]

A case of made-up documents is opened; then as many again are laid beside them and opened, while the readers search
without a pause but twenty times a second each (words, phrases, prefixes, patterns, Chinese), through the whole path:
the last commit is looked for, the query parsed, the index asked, and five hits shown with snippets and cites. Printed
are wall-clock milliseconds, since a reader waits by the clock, with nothing written and while documents are added.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.work.readers import Readers, check_account

from bench._measure import SEED, describe_machine, percentile, print_table
from bench._pages import PageMaker

QUIET_S = 10


def lay(leak: Path, maker: PageMaker, first: int, files: int, pages: int) -> None:
    """So many text files of so many pages, each of 4,000 characters at most."""
    made = maker.pages((first + files) * pages)
    texts: dict[int, list[str]] = {}
    for number, page in enumerate(made):
        if number >= first * pages:
            texts.setdefault(number // pages, []).append(page.text)
    for number, parts in texts.items():
        (leak / f"{number:06d}.txt").write_text("\n\n".join(parts), "utf-8")


def open_leak(leak: Path, case: Path) -> float:
    """Seconds that it took."""
    start = time.monotonic()
    command = [sys.executable, "-m", "fairwitness", "open", str(leak), "--case", str(case), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def row_of(name: str, told: list[dict[str, object]]) -> list[str]:
    """A row of the table."""
    times: list[list[float]] = [reader["took_ms"] for reader in told]  # type: ignore[misc]
    wrong = sum(len(reader["wrong"]) for reader in told)  # type: ignore[arg-type]
    together = [value for one in times for value in one]
    worst = max(percentile(one, 0.95) for one in times)
    return [
        name,
        str(len(together)),
        f"{percentile(together, 0.5):.1f} / {percentile(together, 0.95):.1f}",
        f"{worst:.1f}",
        f"{max(together):.0f}",
        str(wrong),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--files", type=int, default=3000, help="before, and as many are added")
    parser.add_argument("--pages", type=int, default=10, help="made-up pages in each file")
    chosen = parser.parse_args()
    print(describe_machine(None))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        leak, case = folder / "leak", folder / "case"
        leak.mkdir()
        lay(leak, PageMaker(SEED), 0, chosen.files, chosen.pages)
        open_leak(leak, case)
        rows = []
        for what in ("nothing is written", "documents are added"):
            (folder / what).mkdir()
            if what == "documents are added":
                lay(leak, PageMaker(SEED), chosen.files, chosen.files, chosen.pages)
            readers = Readers(case, folder / what, chosen.readers)
            if what == "documents are added":
                took_s = open_leak(leak, case)
            else:
                time.sleep(QUIET_S)
            rows.append(row_of(what, readers.stop()))
        print_table(["while", "answers", "p50 / p95 ms", "p95 of the slowest reader", "longest", "errors"], rows)
        print(f"{chosen.readers} readers; {took_s:.0f} s to add; {check_account(case)} pages wait for the index")


if __name__ == "__main__":
    main()
