"""PDF: words with their boxes, in the sandbox, against Tika (text alone) and pdfplumber (words with boxes).

    python -m bench.bench_pdf FOLDER [--tika-python PYTHON] [--pdfplumber-python PYTHON] [--repeat 1]

Every PDF of the folder, in random order, each contender in a random order for each file, all on one core. Printed:
pages a CPU second of ours, with all that the sandbox costs, and what the rivals need of the CPU and of the wall clock
for the files in which both find text, as a ratio to ours (totals, and the median over files). Files that are attached
to a PDF are not read here by anybody. A rival's hang counts as 20 s.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from pathlib import Path

from bench._contenders import Ours, Result, Rival
from bench._measure import describe_machine, in_random_order, pin_to_one_core, ratio

SEED = 7
MANY = 5  # pages, from which on the start of a child for the file weighs little


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tika-python", default=sys.executable)
    parser.add_argument("--pdfplumber-python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=1)
    chosen = parser.parse_args()
    files = sorted(
        path for path in chosen.folder.resolve().rglob("*.pdf") if path.read_bytes()[:1024].find(b"%PDF") >= 0
    )
    core, chance = pin_to_one_core(), random.Random(SEED)
    print(describe_machine(core))
    with tempfile.TemporaryDirectory() as folder:
        first = files[0]
        ours = Ours(Path(folder), unlocked=False, inside=False)
        contenders: dict[str, Ours | Rival] = {
            "ours": ours,
            "tika": Rival(chosen.tika_python, first),
            "pdfplumber": Rival(chosen.pdfplumber_python, first, "_rival_pdfplumber.py"),
        }
        results: dict[str, dict[Path, list[Result]]] = {who: {} for who in contenders}
        try:
            ours.warm_up(first)
            for _ in range(chosen.repeat):
                chance.shuffle(files)
                for file in files:
                    file.read_bytes()
                    for who in in_random_order(contenders, chance):
                        results[who].setdefault(file, []).append(contenders[who].read(file))
        finally:
            for contender in contenders.values():
                contender.close()
    report(files, results)
    print(describe_machine(core))


def report(files: list[Path], results: dict[str, dict[Path, list[Result]]]) -> None:
    mine = results["ours"]
    pages = sum(mine[file][0].pages for file in files)
    cpu = sum(min(r.usage.cpu_s for r in mine[file]) for file in files)
    print(f"{len(files)} files, {pages} pages; ours: {pages / cpu:.0f} pages a CPU second, sandbox and all")
    for who, answers in results.items():
        outcomes = [answers[file][0].outcome for file in files]
        told = {name: outcomes.count(name) for name in sorted(set(outcomes))}
        print(f"{who}: {told}")
    for who in ("tika", "pdfplumber"):
        both = [file for file in files if mine[file][0].chars and results[who][file][0].chars]
        few = [file for file in both if mine[file][0].pages < MANY]
        compare(who, "fewer than", few, mine, results[who])
        compare(who, "at least", [file for file in both if file not in few], mine, results[who])


def compare(
    who: str, size: str, both: list[Path], mine: dict[Path, list[Result]], his: dict[Path, list[Result]]
) -> None:
    """The ratios for these files, in all of which both found text."""
    if both:
        pages = sum(mine[file][0].pages for file in both)
        line = f"{who}, {len(both)} files of {size} {MANY} pages ({pages} pages), rival / ours:"
        for name in ("cpu_s", "wall_s"):
            left = [min(getattr(r.usage, name) for r in his[file]) for file in both]
            right = [min(getattr(r.usage, name) for r in mine[file]) for file in both]
            if name == "cpu_s":
                line += f" (ours {pages / sum(right):.0f} pages a CPU second)"
            line += f" {name} totals {ratio(sum(left), sum(right)):.2f}"
            if name == "wall_s":  # the CPU of children comes in ticks of 10 ms, too coarse for one file
                middle = statistics.median(a / b for a, b in zip(left, right, strict=True))
                line += f", by file {middle:.2f}"
        print(line)


if __name__ == "__main__":
    main()
