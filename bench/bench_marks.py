"""How long a person waits for a mark: alone, while a leak is read into the case, and in a log of a million events.

    .venv/bin/python bench/bench_marks.py LEAK

Prints medians and the longest wait; times are of this machine, the ratio is what to look at. The leak is opened into a
temporary case; then another process adds the entries of a large archive, which is one transaction.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.work.findings import add_finding, finding, findings_of
from fairwitness.work.marking import all_marks, mark

ENTRIES = 100_000
EVENTS = 1_000_000
ADD = """
import hashlib, sys
from pathlib import Path
from fairwitness.case.case import Case
from fairwitness.core.records import Document, Find
with Case.open(Path(sys.argv[1]), writing=True) as case:
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(int(sys.argv[2]))]
    with case.changes() as changes:
        changes.add_finds(
            (Find("aa" * 32, number, b"x", document=digest), Document(digest, 5, 1, 1000))
            for number, digest in enumerate(digests)
        )
"""


def waits(case: Case, document: str, name: str, going_on: Callable[[int], bool]) -> list[float]:
    """Seconds that each mark took, made every 20 ms as long as something goes on."""
    took = []
    while going_on(len(took)):
        begun = time.perf_counter()
        mark(case, document, "bench", tags=(f"{name} {len(took)}",))
        took.append(time.perf_counter() - begun)
        time.sleep(0.02)
    return took


def tell(name: str, took: list[float]) -> None:
    """One line."""
    took.sort()
    at95 = took[int(len(took) * 0.95)]
    print(
        f"{name:<28}{len(took):>6} marks  median {1000 * statistics.median(took):7.1f} ms  "
        f"p95 {1000 * at95:7.1f} ms  longest {1000 * took[-1]:8.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    leak = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "case"
        small = Path(made) / "small"
        small.mkdir()
        (small / "a.txt").write_text("Something to mark.")
        command = [sys.executable, "-m", "fairwitness", "open", "--case", str(folder), "--quiet"]
        subprocess.run([*command, str(small)], check=True, stdout=subprocess.DEVNULL)
        with Case.open(folder) as case:
            document = case.queries.documents(0)[0].digest
            tell("alone", waits(case, document, "alone", lambda n: n < 200))
            opening = subprocess.Popen([*command, str(leak)], stdout=subprocess.DEVNULL)
            tell("while a leak is read", waits(case, document, "leak", lambda _: opening.poll() is None))
            adding = subprocess.Popen([sys.executable, "-c", ADD, str(folder), str(ENTRIES)])
            tell(f"and {ENTRIES:,} entries", waits(case, document, "zip", lambda _: adding.poll() is None))
        with Case.open(folder, writing=True) as case:
            begun = time.perf_counter()
            for _ in range(EVENTS // 100_000):
                with case.changes() as changes:
                    for number in range(100_000):
                        changes.add_event("bench", {"number": number})
            print(f"{'(events made in':<28}{time.perf_counter() - begun:.0f} s)")
            mark(case, document, "bench", starred=True)  # closes the log over all of them
            tell("in a log of a million", waits(case, document, "log", lambda n: n < 100))
            begun = time.perf_counter()
            marks = all_marks(case)
            print(f"{'all marks':<28}{len(marks.tags):>6} tags   {1000 * (time.perf_counter() - begun):7.1f} ms")
            made_one = add_finding(case, "A sentence.", "bench")
            begun = time.perf_counter()
            finding(case, made_one.id)
            findings_of(case)
            print(f"{'a finding, and all':<28}{1000 * (time.perf_counter() - begun):20.1f} ms")


if __name__ == "__main__":
    main()
