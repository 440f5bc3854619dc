"""How often the right form of a name in another script comes first, beside plain romanisation.

    python -m bench.bench_names ../shared/corpus/names/gold.tsv [--rival-python PYTHON] [--distractors 2500]

A line of the file is a person, its tab-separated fields forms of one name. Each form asks for each form of the same
person in another script, among all other forms in that script and invented names of the same parts, `--distractors`
of them in each script. A name that scores as high as the right one counts as before it. The rivals compare by the
ratio of rapidfuzz what anyascii and ICU (Any-Latin; Latin-ASCII) make of the forms; they run in an environment of
their own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz

from bench._measure import SEED, print_table
from fairwitness.names import BadName, compare, parse_name, shipped_aliases
from fairwitness.names._letters import script_of
from fairwitness.names._tables import rows
from fairwitness.names.compare import compare_names

Score = Callable[[str, str], float]
_RIVAL = """
import json, sys
names = json.load(sys.stdin)
import anyascii, icu
latin = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII")
json.dump([[anyascii.anyascii(n).lower(), latin.transliterate(n).lower()] for n in names], sys.stdout)
"""
_ARABIC = {
    "sh": "ش", "ch": "چ", "gh": "غ", "ng": "ڭ", "a": "ا", "e": "ە", "b": "ب", "p": "پ", "t": "ت", "j": "ج", "d": "د",
    "r": "ر", "z": "ز", "s": "س", "f": "ف", "q": "ق", "k": "ك", "g": "گ", "l": "ل", "m": "م", "n": "ن", "h": "ھ",
    "o": "و", "u": "ۇ", "w": "ۋ", "v": "ۋ", "i": "ى", "y": "ي", "x": "خ",
}  # fmt: skip
_CYRILLIC = {
    "sh": "ш", "ch": "ч", "gh": "г", "ng": "нг", "ya": "я", "yu": "ю", "a": "а", "e": "е", "b": "б", "p": "п", "t": "т",
    "j": "дж", "d": "д", "r": "р", "z": "з", "s": "с", "f": "ф", "q": "к", "k": "к", "g": "г", "l": "л", "m": "м",
    "n": "н", "h": "х", "o": "о", "u": "у", "w": "в", "v": "в", "i": "и", "y": "й", "x": "х",
}  # fmt: skip


def people(path: Path) -> list[list[str]]:
    """The forms of each person."""
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _script(name: str) -> str:
    return next(found for char in name if (found := script_of(char)))


def _written(name: str, table: dict[str, str]) -> str:
    out = ""
    at = 0
    while at < len(name):
        step = 2 if name[at : at + 2] in table else 1
        out += table.get(name[at : at + step], "")
        at += step
    return out


def distractors(persons: list[list[str]], count: int) -> dict[str, list[str]]:
    """Invented names in each script, of the words of the real ones and of the common names of the package."""
    words: dict[str, set[str]] = defaultdict(set)
    for form in itertools.chain.from_iterable(persons):
        words[_script(form)].update(form.replace("·", " ").split() if _script(form) != "han" or "·" in form else [])
    surnames = {
        form[0] for form in itertools.chain.from_iterable(persons) if _script(form) == "han" and "·" not in form
    }
    given = {form[1:] for form in itertools.chain.from_iterable(persons) if _script(form) == "han" and "·" not in form}
    for row in rows("common"):
        for form in row["forms"].split("|"):
            if row["tradition"] == "chinese":
                given.add(form)
                continue
            words[_script(form)].add(form)
            if row["tradition"] in ("uyghur", "kazakh") and _script(form) == "latin":
                words["arabic"].add(("ئ" if form[0] in "AEIOU" else "") + _written(form.lower(), _ARABIC))
                words["cyrillic"].add(_written(form.lower(), _CYRILLIC).capitalize())
    surnames |= set("".join(row["characters"] for row in rows("surnames")[:2]))
    real = set(itertools.chain.from_iterable(persons))
    drawn = random.Random(SEED)
    made: dict[str, list[str]] = {}
    for script, of in words.items():
        parts = sorted(of)
        found: set[str] = set()
        while len(found) < count:
            if script == "han" and drawn.random() < 0.5:
                name = drawn.choice(sorted(surnames)) + drawn.choice(sorted(given))
            else:
                name = ("·" if script == "han" else " ").join(drawn.sample(parts, 2))
            if name not in real:
                found.add(name)
        made[script] = sorted(found)
    return made


def ranks(persons: list[list[str]], invented: dict[str, list[str]], score: Score) -> dict[tuple[str, str], list[int]]:
    """For each pair of scripts the places of the right forms; ties count against us."""
    pool: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, forms in enumerate(persons):
        for form in forms:
            pool[_script(form)].append((number, form))
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, forms in enumerate(persons):
        for asked in forms:
            targets = defaultdict(list)
            for form in forms:
                if _script(form) != _script(asked):
                    targets[_script(form)].append(form)
            for script, right in targets.items():
                others = [score(asked, form) for of, form in pool[script] if of != number]
                others += [score(asked, form) for form in invented[script]]
                for form in right:
                    own = score(asked, form)
                    found[_script(asked), script].append(1 + sum(other >= own for other in others))
    return found


def _recall(places: list[int], top: int) -> str:
    return f"{sum(place <= top for place in places) / len(places):.3f}"


def main() -> None:
    """Prints recall at 1, 5 and 10 for each method and each pair of scripts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=Path)
    parser.add_argument("--distractors", type=int, default=2_500)
    parser.add_argument("--rival-python", type=Path)
    parser.add_argument("--misses", action="store_true", help="print the forms that did not come first")
    options = parser.parse_args()
    persons = people(options.people)
    invented = distractors(persons, options.distractors)
    aliases = shipped_aliases()

    def ours(one: str, other: str) -> float:
        try:
            return compare_names(parse_name(one), parse_name(other), aliases).score
        except BadName:
            return 0.0  # a miss: what cannot be read cannot be found

    methods: dict[str, Score] = {"ours": ours}
    if options.rival_python:
        names = sorted({*itertools.chain.from_iterable(persons), *itertools.chain.from_iterable(invented.values())})
        answer = subprocess.run(
            [options.rival_python, "-c", _RIVAL], input=json.dumps(names), capture_output=True, text=True, check=True
        )
        made = dict(zip(names, json.loads(answer.stdout), strict=True))
        methods["anyascii"] = lambda one, other: fuzz.ratio(made[one][0], made[other][0])
        methods["ICU"] = lambda one, other: fuzz.ratio(made[one][1], made[other][1])
    table: list[list[str]] = []
    for name, score in methods.items():
        started = time.process_time()
        found = ranks(persons, invented, score)
        spent = time.process_time() - started
        everything = list(itertools.chain.from_iterable(found.values()))
        compared = sum(len(invented[script]) * len(places) for (_, script), places in found.items())
        for (one, other), places in [(("all", "all"), everything), *sorted(found.items())]:
            table.append([name, one, other, str(len(places)), *(_recall(places, top) for top in (1, 5, 10))])
        print(f"{name}: {1e6 * spent / compared:.0f} microseconds of CPU a comparison", file=sys.stderr)
    print_table(["method", "from", "to", "pairs", "@1", "@5", "@10"], table)
    if options.misses:
        _print_misses(persons, invented, ours)


def _print_misses(persons: list[list[str]], invented: dict[str, list[str]], score: Score) -> None:
    for number, forms in enumerate(persons):
        for asked, right in itertools.permutations(forms, 2):
            script = _script(right)
            if script == _script(asked):
                continue
            own = score(asked, right)
            others = [
                *invented[script],
                *(f for n, of in enumerate(persons) if n != number for f in of if _script(f) == script),
            ]
            before = [form for form in others if score(asked, form) >= own]
            if before:
                print(asked, "->", right, own, len(before), before[:3], compare(asked, before[0]).why)


if __name__ == "__main__":
    main()
