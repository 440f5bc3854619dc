"""CPU seconds and memory of the heavier statistics, on public tables and made-up ones.

python -m bench.bench_analyse
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from random import Random

from fairwitness.analyse.dga import dga
from fairwitness.analyse.loglinear import loglinear
from fairwitness.analyse.overlap import Overlap
from fairwitness.analyse.stepwise import stepwise
from fairwitness.analyse.suppression import CountTable, attack, suppress

KOSOVO = Overlap.of(  # Ball et al. 2002
    ["EXH", "ABA", "OSCE", "HRW"],
    {
        "1000": 1131, "0100": 845, "1100": 177, "0010": 936, "1010": 228, "0110": 217, "1110": 181, "0001": 306,
        "1001": 106, "0101": 31, "1101": 18, "0011": 123, "1011": 42, "0111": 32, "1111": 27,
    },
)  # fmt: skip
_CELLS = (27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30, 5, 23, 8, 0, 3, 0, 2)
FIVE = Overlap.of(list("ABCDE"), {format(at, "05b"): count for at, count in enumerate(_CELLS, start=1)})


def release() -> object:
    """Ten offices by six verdicts, many counts small: chosen and attacked."""
    random = Random(4)
    rows, columns = tuple(f"o{at}" for at in range(10)), tuple(f"v{at}" for at in range(6))
    counts = {(row, column): random.choice((0, 1, 3, 6, 9, 14, 25, 60)) for row in rows for column in columns}
    return attack(suppress([CountTable("t", {"office": rows, "verdict": columns}, counts)]))


WORK: dict[str, tuple[str, Callable[[], object]]] = {
    "dga": ("average over the 821 graphs of 5 lists, grid found", lambda: dga(FIVE, 0.5)),
    "loglinear": ("113 log-linear models of 4 lists", lambda: loglinear(KOSOVO)),
    "stepwise": ("stepwise search, 200 bootstrap samples", lambda: stepwise(KOSOVO, bootstrap=200, seed=1)),
    "suppression": ("suppression of a 10 x 6 table, and the attack", release),
}


_ALONE = """
import resource
from bench.bench_analyse import main
before = resource.getrusage(resource.RUSAGE_SELF)
main()
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024)
"""


def main() -> None:
    """Print one line for each, each in a process of its own, so that memory is its own."""
    if len(sys.argv) > 1:
        WORK[sys.argv[1]][1]()
        return
    print(f"{'':52} CPU s   MB")
    for name, (what, _) in WORK.items():
        done = subprocess.run([sys.executable, "-c", _ALONE, name], capture_output=True, text=True, check=True)
        seconds, megabytes = map(float, done.stdout.split()[-2:])
        print(f"{what:52} {seconds:5.2f} {megabytes:4.0f}")


if __name__ == "__main__":
    main()
