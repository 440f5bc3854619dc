"""Near-duplicates among made-up pages: how many of those planted are found, how many found are right.

    python -m bench.bench_duplicates [--pages 100000] [--seed 20170301]

The pages are made by a process of their own and lie in a file; ours makes the sketches, finds the candidates, looks at
each pair, and groups. A pair counts as found if both pages are in one group. Pages that stand alone share sentences of
the Declaration of Human Rights by chance, as pages of an office share phrases; forms share their printed text. Both
are no duplicates, and grouping them counts against the precision.

Pairs are counted twice over: all together, and by what was done to the variant, each against the page that it is of.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from bench._measure import SEED, Stopwatch, describe_machine, mib, peak_of, pin_to_one_core, print_table
from bench._variants import PlantedPages
from fairwitness.compare.finding import find_duplicates, sketch_of_text
from fairwitness.compare.groups import Grouping

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted, page by page: 0 for no family, no form."""

    families: list[int]
    forms: list[int]
    changes: list[str]


class PagesInFile:
    """Texts of pages by number, read when they are asked for."""

    def __init__(self, path: Path, bounds: Sequence[int]) -> None:
        self._file = path.open("rb")
        self._bounds = bounds

    def __iter__(self) -> Iterator[str]:
        return map(self.text_of, range(len(self._bounds) - 1))

    def text_of(self, number: int) -> str:
        """The text of that page."""
        self._file.seek(self._bounds[number])
        return self._file.read(self._bounds[number + 1] - self._bounds[number]).decode()


def make_pages(folder: Path, count: int, seed: int) -> tuple[PagesInFile, Truth]:
    """The pages lie in the folder; made in a process of its own, so that its memory is not counted as ours."""
    child = os.fork()
    if child == 0:
        truth, bounds = Truth([], [], []), [0]
        with (folder / "pages").open("wb") as out:
            for page in PlantedPages(seed, count).pages:
                bounds.append(bounds[-1] + out.write(page.text.encode()))
                truth.families.append(page.family or 0)
                truth.forms.append(page.form or 0)
                truth.changes.append(page.change)
        (folder / "truth").write_text(json.dumps([asdict(truth), bounds]))
        os._exit(0)
    os.waitpid(child, 0)
    truth, bounds = json.loads((folder / "truth").read_bytes())
    return PagesInFile(folder / "pages", bounds), Truth(**truth)


def pairs_within(groups: Iterable[Sequence[int]]) -> set[Pair]:
    """All pairs of pages that are in one group."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def families_of(numbers: Sequence[int]) -> list[list[int]]:
    """The pages of each family or form."""
    found = defaultdict(list)
    for page, number in enumerate(numbers):
        if number:
            found[number].append(page)
    return list(found.values())


def report(found: Grouping, truth: Truth) -> None:
    """Prints recall and precision, and recall by what was done."""
    planted = pairs_within(families_of(truth.families))
    got = pairs_within([[member.page for member in group] for group in found.duplicates])
    right = len(planted & got)
    print(f"planted pairs {len(planted):,}, found {len(got):,}, both {right:,}")
    print(f"recall {right / len(planted):.4f}, precision {right / max(1, len(got)):.4f}\n")
    print_table(["variant", "pairs with its relatives", "found"], by_change(planted, got, truth))
    wrong = Counter(
        " / ".join(
            sorted("form" if truth.forms[p] else "alone" if not truth.families[p] else "of a family" for p in pair)
        )
        for pair in got - planted
    )
    print("wrong pairs:", ", ".join(f"{kind} {count:,}" for kind, count in wrong.most_common()) or "none")
    report_forms(found, truth)


def by_change(planted: set[Pair], got: set[Pair], truth: Truth) -> Iterator[list[str]]:
    """Yields for each change how many of the pairs with such a page are found."""
    all_of, found_of = Counter[str](), Counter[str]()
    for pair in planted:
        for change in {truth.changes[page] for page in pair}:
            all_of[change] += 1
            found_of[change] += pair in got
    for change in sorted(all_of):
        yield [change, f"{all_of[change]:,}", f"{found_of[change] / all_of[change]:.4f}"]


def report_forms(found: Grouping, truth: Truth) -> None:
    """Prints how well pages of one form are told to be that."""
    planted = families_of(truth.forms)
    groups = [[member.page for member in group] for group in found.forms]
    listed = {page for group in groups for page in group}
    copies = {member.page for group in found.duplicates for member in group[1:]}
    of_forms = {page for pages in planted for page in pages} - copies
    mixed = sum(len({truth.forms[page] for page in group if truth.forms[page]}) > 1 for group in groups)
    print(
        f"forms {len(planted)} with {len(of_forms):,} fillings; listed as the same form {len(of_forms & listed):,} of"
    )
    print(f"them and {len(listed - of_forms - copies):,} other pages; groups that mix two forms {mixed}")


def main() -> None:
    """Makes pages, finds duplicates, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    core = pin_to_one_core(random.choice(sorted(os.sched_getaffinity(0))))
    print(describe_machine(core))
    with tempfile.TemporaryDirectory() as folder:
        pages, truth = make_pages(Path(folder), options.pages, options.seed)
        before = peak_of(0)
        whole = Stopwatch()
        with whole:
            found = find_duplicates(map(sketch_of_text, pages), pages.text_of)
        count, usage = len(truth.families), whole.usage
        print(f"{count:,} pages in {usage.cpu_s:.0f} s of CPU, {usage.wall_s:.0f} s on the wall,", end=" ")
        print(f"{count / usage.cpu_s:,.0f} pages/s of CPU")
        print(f"peak memory {mib(peak_of(0))}, of which {mib(before)} before the first page")
        report(found, truth)


if __name__ == "__main__":
    main()
