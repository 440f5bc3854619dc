"""What the benchmarks share: one core, clocks of processes, order at random, ratios with their spread.

A ratio here is always time of the rival / time of ours: above 1, ours is faster.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 20170301
_TICKS = os.sysconf("SC_CLK_TCK")


def pin_to_one_core(core: int | None = None) -> int:
    """The core on which this process and all that it starts run from now on; the last one unless told."""
    chosen = max(os.sched_getaffinity(0)) if core is None else core
    os.sched_setaffinity(0, {chosen})
    return chosen


def describe_machine(core: int | None) -> str:
    """Kind of processor, number of cores, load just now; nothing that names the machine."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    python = platform.python_version()
    pinned = "" if core is None else f" pinned to core {core},"
    return f"{model}, {os.cpu_count()} cores,{pinned} Python {python}, load average {load}"


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of wall clock and of CPU."""

    wall_s: float
    cpu_s: float

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)


NO_USAGE = Usage(0.0, 0.0)


class Stopwatch:
    """Measures what passes on the wall and on a CPU clock while its `with` block runs."""

    def __init__(self, cpu_s: Callable[[], float] = time.process_time) -> None:
        self._cpu_s = cpu_s
        self.usage = NO_USAGE

    def __enter__(self) -> Stopwatch:
        self._cpu = self._cpu_s()
        self._wall = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        wall = time.perf_counter() - self._wall
        self.usage = Usage(wall, max(0.0, self._cpu_s() - self._cpu))


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and its threads, exact; 0 if it is gone. Reaped children are not in it."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3)
    except OSError:
        return 0.0


def cpu_of_reaped(pid: int) -> float:
    """CPU seconds of the children that the process has waited for; in steps of a tick, mostly 10 ms."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / _TICKS


def peak_of(pid: int) -> int:
    """Largest resident size that the process has had, in bytes; 0 if it is gone. Process 0 is this one."""
    try:
        lines = Path(f"/proc/{pid or 'self'}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def children_of(pid: int) -> set[int]:
    """Processes whose parent is `pid`."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.add(int(entry.name))
    return found


def in_random_order(items: Iterable[str], chance: random.Random) -> list[str]:
    """The contenders in an order drawn anew, so that none always profits from what the other left in the caches."""
    order = list(items)
    chance.shuffle(order)
    return order


@dataclass(frozen=True, slots=True)
class Spread:
    """Median with quartiles."""

    low: float
    middle: float
    high: float

    def __str__(self) -> str:
        return f"{_short(self.middle)} ({_short(self.low)} to {_short(self.high)})"


def spread_of(values: Sequence[float]) -> Spread:
    """Median and quartiles; with fewer than four values, median, least and greatest."""
    if not values:
        return Spread(float("nan"), float("nan"), float("nan"))
    if len(values) < 4:
        return Spread(min(values), statistics.median(values), max(values))
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def ratio(rival: float, ours: float) -> float:
    """How many times faster ours is."""
    return rival / ours if ours > 0 else float("nan")


def _short(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table on standard output."""
    kept = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *kept]) for i in range(len(head))]
    for row in [list(head), ["-" * width for width in widths], *kept]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
    print(flush=True)


def mib(size_bytes: int) -> str:
    """Mebibytes, rounded."""
    return f"{size_bytes / (1 << 20):.0f} MiB"


def batches(items: Sequence[object], size: int) -> Iterator[Sequence[object]]:
    """Yields consecutive pieces of `items`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
