"""Language by line: ours beside py3langid and CLD2, on invented sentences and labels and on the Universal Declaration.

    python -m bench.bench_language ../shared/corpus/udhr [--rival-python .venv/rival-language/bin/python] [--wrong]

Every line is asked for by itself; "as a page" gives ours the lines of one text together. py3langid and CLD2 are given
the same lines, py3langid also with only the languages of the test to choose from; for them Chinese counts as right in
either kind. `--wrong` prints the lines that ours tells wrong.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

from bench._measure import Stopwatch, describe_machine, pin_to_one_core, print_table
from fairwitness.text.language import languages_by_line

LINES = Path(__file__).parents[1] / "tests" / "text" / "languages.tsv"
TEXTS = {
    "arb": ("ar", "Arab"), "bod": ("bo", "Tibt"), "cmn_hans": ("zh-Hans", "Hani"), "cmn_hant": ("zh-Hant", "Hani"),
    "eng": ("en", "Latn"), "fra": ("fr", "Latn"), "kaz": ("kk", "Cyrl"), "kir": ("ky", "Cyrl"), "rus": ("ru", "Cyrl"),
    "spa": ("es", "Latn"), "tur": ("tr", "Latn"), "uig_arab": ("ug", "Arab"), "uig_latn": ("ug", "Latn"),
    "uzn_cyrl": ("uz", "Cyrl"), "uzn_latn": ("uz", "Latn"),
}  # fmt: skip
Row = tuple[str, str, str, str]


def invented() -> list[Row]:
    """Kind, language, script and text of the lines of the tests."""
    rows = [line.split("\t") for line in LINES.read_text("utf-8").splitlines()]
    return [(kind, language, script, text) for kind, language, script, text in rows]


def declaration(folder: Path) -> list[Row]:
    """The paragraphs of the Declaration, without the English name of the language that stands first."""
    rows: list[Row] = []
    for name, (language, script) in TEXTS.items():
        plain = html.unescape(re.sub(r"<[^>]+>", "\n", (folder / f"{name}.html").read_text("utf-8")))
        lines = [line for line in map(str.strip, plain.split("\n")) if line][1:]
        rows += [("declaration", language, script, line) for line in lines if re.search(r"[^\W\d_]", line)]
    return rows


def ours_alone(rows: list[Row]) -> list[str]:
    return [languages_by_line(text)[0].language for *_, text in rows]


def ours_as_pages(rows: list[Row]) -> list[str]:
    """All lines of one kind, language and script together."""
    pages: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        pages[row[:3]].append(number)
    told = [""] * len(rows)
    for numbers in pages.values():
        text = "\n".join(rows[number][3].replace("\t", " ")[:600] for number in numbers)
        for number, line in zip(numbers, languages_by_line(text), strict=True):
            told[number] = line.language
    return told


def rivals(python: Path | None, rows: list[Row]) -> dict[str, tuple[list[str], float]]:
    """What the rivals say and the CPU seconds that they need, loading left out."""
    if python is None:
        return {}
    asked = {"languages": sorted({row[1].partition("-")[0] for row in rows}), "lines": [row[3] for row in rows]}
    done = subprocess.run(
        [python, Path(__file__).with_name("_rival_language.py")],
        input=json.dumps(asked).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return {name: (told, seconds) for name, (told, seconds) in json.loads(done.stdout).items()}


def is_right(language: str, told: str) -> bool:
    return told == language or told == language.partition("-")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("udhr", type=Path)
    parser.add_argument("--rival-python", type=Path)
    parser.add_argument("--wrong", action="store_true")
    chosen = parser.parse_args()
    print(describe_machine(pin_to_one_core()))
    rows = invented() + declaration(chosen.udhr)
    ours_alone(rows[:50])
    with Stopwatch() as watch:
        alone = ours_alone(rows)
    seconds = watch.usage.cpu_s
    told = {"ours": (alone, seconds), "as a page": (ours_as_pages(rows), 0.0), **rivals(chosen.rival_python, rows)}
    table: dict[tuple[str, str, str], list[int]] = {}
    for number, (kind, language, script, _) in enumerate(rows):
        counts = table.setdefault((kind, language, script), [0] * (len(told) + 1))
        counts[0] += 1
        for at, (answers, _) in enumerate(told.values(), 1):
            counts[at] += is_right(language, answers[number])
    for kind in dict.fromkeys(row[0] for row in rows):
        table[kind, "all", ""] = [sum(c) for c in zip(*(v for k, v in table.items() if k[0] == kind), strict=True)]
    print_table(["", "lines", *told], [[" ".join(name), *map(str, counts)] for name, counts in sorted(table.items())])
    for name, (_, taken) in told.items():
        if taken:
            print(f"{name}: {len(rows) / taken:,.0f} lines a CPU second, one by one")
    if chosen.wrong:
        for row, answer in zip(rows, alone, strict=True):
            if not is_right(row[1], answer):
                print(*row, "->", answer)


if __name__ == "__main__":
    main()
