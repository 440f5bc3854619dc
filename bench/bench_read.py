"""Files per second and memory of reading, locked in the sandbox, against iscc-tika (Apache Tika as native code).

    python -m bench.bench_read FOLDER [--files N] [--repeat 3] [--rival-python PYTHON]

Three contenders take the same file one after the other, in an order drawn anew for each file, all on one core:

  ours      SandboxRunner(workers=1) with the step that reads a leak, lock included, one child for each file; what it
            finds inside is read as well, file by file, to the depth of MAX_DEPTH; parts are received and dropped
  unlocked  the same without the lock: what the lock costs
  rival     iscc-tika in one lasting process with empty PATH and HOME; it reads what is inside by itself

The wall clock of ours holds everything; its CPU time is that of this process, of the warmed parent and of the
children. The rival is timed inside its own process: handing its text to us is not counted, starting again after a
death or a hang neither. A hang counts as the time limit.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from bench._contenders import LIMIT_S, Ours, Result, Rival
from bench._measure import (
    SEED,
    describe_machine,
    in_random_order,
    mib,
    peak_of,
    pin_to_one_core,
    print_table,
    ratio,
    spread_of,
)

OFFICE = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "doc", "xls", "ppt"})
WITH_TEXT = frozenset({"ok", "partial"})  # outcomes of ours, and "ok" of the rival, that can have text
Clock = str  # "wall_s" or "cpu_s"


class Results:
    """Results by contender and file, one for each repetition."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Path, list[Result]]] = defaultdict(lambda: defaultdict(list))

    def add(self, who: str, file: Path, result: Result) -> None:
        self._kept[who][file].append(result)

    def per_file(self, who: str, files: Iterable[Path], clock: Clock) -> list[float]:
        """For each file, the median over the repetitions."""
        return [statistics.median(getattr(r.usage, clock) for r in self._kept[who][file]) for file in files]

    def totals(self, who: str, files: Iterable[Path], clock: Clock) -> list[float]:
        """For each repetition, the sum over the files."""
        rounds = zip(*(self._kept[who][file] for file in files), strict=True)
        return [sum(getattr(result.usage, clock) for result in one) for one in rounds]

    def last(self, who: str, file: Path) -> Result:
        return self._kept[who][file][-1]

    def has_text(self, who: str, file: Path) -> bool:
        """Whether it got some text of it every time."""
        return all(result.outcome in WITH_TEXT and result.chars for result in self._kept[who][file])

    def outcomes(self, who: str, files: Iterable[Path]) -> Counter[str]:
        return Counter(self.last(who, file).outcome for file in files)


def groups_of(files: list[Path], results: Results) -> dict[str, list[Path]]:
    """Files by what they are called, and of each group those of which both got text."""
    groups = {
        "pdf": [file for file in files if _extension(file) == "pdf"],
        "office": [file for file in files if _extension(file) in OFFICE],
        "everything": files,
    }
    found: dict[str, list[Path]] = {}
    for name, members in groups.items():
        found[name] = members
        found[f"{name}, text by both"] = [
            file for file in members if results.has_text("ours", file) and results.has_text("rival", file)
        ]
    return {name: members for name, members in found.items() if members}


def _extension(file: Path) -> str:
    return file.suffix.lower().lstrip(".")


def measure(files: list[Path], contenders: dict[str, Ours | Rival], repeat: int) -> Results:
    """Every contender has read every file `repeat` times."""
    chance = random.Random(SEED)
    results = Results()
    for number in range(repeat):
        chance.shuffle(files)
        for contender in contenders.values():
            contender.renew()
        for done, file in enumerate(files):
            file.read_bytes()  # nobody pays for a cold disk
            for who in in_random_order(contenders, chance):
                results.add(who, file, contenders[who].read(file))
            if sys.stderr.isatty():
                print(f"\rround {number + 1}: {done + 1} of {len(files)}", end="", file=sys.stderr)
    return results


def print_speed(results: Results, groups: dict[str, list[Path]], who: str, against: str) -> None:
    """Files per second, ratios of totals (over rounds) and of files (over files); above 1, `who` is faster.

    The CPU of children comes in ticks of 10 ms, so there is no CPU ratio of single files.
    """
    for clock, called in (("cpu_s", "CPU"), ("wall_s", "wall clock")):
        head = ["group", "files", f"{who} s", f"{against} s", f"{who} files/s", f"{against} files/s", "ratio of totals"]
        rows = []
        for name, files in groups.items():
            mine, theirs = results.totals(who, files, clock), results.totals(against, files, clock)
            middle = [statistics.median(sums) for sums in (mine, theirs)]
            row = [name, str(len(files)), *(f"{s:.2f}" for s in middle), *(f"{len(files) / s:.1f}" for s in middle)]
            row.append(str(spread_of([ratio(b, a) for a, b in zip(mine, theirs, strict=True)])))
            if clock == "wall_s":
                each = [results.per_file(one, files, clock) for one in (who, against)]
                row.append(f"{ratio(statistics.median(each[1]), statistics.median(each[0])):.2f}")
                row.append(str(spread_of([ratio(b, a) for a, b in zip(*each, strict=True)])))
            rows.append(row)
        print(f"{called}: {against} / {who}, above 1 {who} is faster; spread of totals over rounds, of files quartiles")
        print_table(head if clock == "cpu_s" else [*head, "ratio of medians", "ratio by file"], rows)


def print_outcomes(results: Results, groups: dict[str, list[Path]]) -> None:
    """What each could not read, in the last round."""
    rows = []
    for name, files in groups.items():
        if "," in name:
            chars = [sum(results.last(who, file).chars for file in files) for who in ("ours", "rival")]
            rows.append([name, f"{chars[0]} characters", f"{chars[1]} characters"])
        else:
            told = [results.outcomes(who, files).most_common() for who in ("ours", "rival")]
            rows.append([name, *(", ".join(f"{cause} {count}" for cause, count in one) for one in told)])
    print_table(["group", "ours", "rival"], rows)
    missing = Counter(
        _extension(file) or "(none)"
        for file in groups["everything"]
        if results.has_text("rival", file) and not results.has_text("ours", file)
    )
    ahead = Counter(
        _extension(file) or "(none)"
        for file in groups["everything"]
        if results.has_text("ours", file) and not results.has_text("rival", file)
    )
    print("text by the rival only:", ", ".join(f"{name} {count}" for name, count in missing.most_common()) or "none")
    print("text by ours only:", ", ".join(f"{name} {count}" for name, count in ahead.most_common()) or "none")


def print_slowest(results: Results, files: list[Path], count: int = 8) -> None:
    """Where the time went: files without their names, since a leak may be measured too."""
    for who in ("ours", "rival"):
        slow = sorted(zip(results.per_file(who, files, "wall_s"), files, strict=True), reverse=True)[:count]
        told = ", ".join(f"{_extension(file) or '(none)'} {seconds:.2f}" for seconds, file in slow)
        print(f"slowest files, {who}, wall s: {told}")


def print_memory(ours: Ours, rival: Rival) -> None:
    """Peaks of resident memory."""
    print(f"peak memory: this process {mib(peak_of(0))}, warmed parent {mib(ours.peak_parent_bytes())}, ", end="")
    print(f"largest child {mib(ours.peak_child_bytes)}; rival {mib(rival.peak_bytes)}")
    inner = ", ".join(f"{cause} {count}" for cause, count in ours.inner_outcomes.most_common())
    print(f"files inside of files, all rounds: {inner or 'none'}")
    print(f"the rival was started {rival.starts} times, once for each round; a hang is {LIMIT_S:.0f} s")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=0, help="a sample of so many files, drawn with a fixed seed")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rival-python", default=sys.executable, help="the Python that has iscc-tika")
    chosen = parser.parse_args()
    files = sorted(path for path in chosen.folder.resolve().rglob("*") if path.is_file())
    if not files:
        sys.exit("there is no file in that folder")
    if 0 < chosen.files < len(files):
        files = random.Random(SEED).sample(files, chosen.files)
    core = pin_to_one_core()
    print(describe_machine(core))
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "first.txt")
        first.write_text("工作会议 يىغىن жиналыс совещание toplantı meeting\n", "utf-8")
        locked, unlocked = Ours(Path(folder), unlocked=False), Ours(Path(folder), unlocked=True)
        rival = Rival(chosen.rival_python, first)
        try:
            locked.warm_up(first)
            unlocked.warm_up(first)
            contenders = {"ours": locked, "unlocked": unlocked, "rival": rival}
            results = measure(files, contenders, chosen.repeat)
            groups = groups_of(files, results)
            print(f"{len(files)} files, {chosen.repeat} rounds\n")
            print_speed(results, groups, "ours", "rival")
            print_speed(results, {"everything": files}, "ours", "unlocked")
            print_outcomes(results, groups)
            print_slowest(results, files)
            print_memory(locked, rival)
        finally:
            locked.close()
            unlocked.close()
            rival.close()
    print(describe_machine(core))


if __name__ == "__main__":
    main()
