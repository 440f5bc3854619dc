"""Readers of a case that another process writes to: they search without a pause and check every answer."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from multiprocessing.context import ForkProcess
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.work.searching import CaseSearch, not_searched

QUERIES = ["water", "环境保护", "вода", '"of the" water', "wat*", "water~1", "report OR доклад", "type:text -water"]
PAUSE_S = 0.05  # a person thinks longer


def read_until(case: Path, stop: Path, out: Path, seed: int) -> None:
    """Searches until `stop` exists; writes milliseconds of each search, with its first hits, and what was wrong."""
    chance = random.Random(seed)
    took_ms: list[float] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    with Case.open(case) as opened:
        searching = CaseSearch(opened)
        while not stop.exists():
            query = chance.choice(QUERIES)
            start = time.perf_counter()
            try:
                searching.refresh()
                answer, node = searching.ask(query, limit=5)
                hits = list(searching.hits(node, answer.hits))
            except Exception as error:
                wrong.append(f"{type(error).__name__}: {error}")
                continue
            took_ms.append((time.perf_counter() - start) * 1000)
            if answer.total < seen.get(query, 0):
                wrong.append("a page that was found is not found any more")
            seen[query] = answer.total
            if "type:" not in query and not all(hit.marks for hit in hits):
                wrong.append("a hit shows no match")
            time.sleep(PAUSE_S)
    out.write_text(json.dumps({"took_ms": took_ms, "wrong": wrong, "seen": seen}))


class Readers:
    """So many readers, each a process."""

    def __init__(self, case: Path, folder: Path, count: int) -> None:
        self._stop = folder / "stop"
        self._outs = [folder / f"reader-{number}.json" for number in range(count)]
        context = multiprocessing.get_context("fork")
        self._processes: list[ForkProcess] = [
            context.Process(target=read_until, args=(case, self._stop, out, seed))
            for seed, out in enumerate(self._outs)
        ]
        for process in self._processes:
            process.start()

    def stop(self) -> list[dict[str, object]]:
        """What each has to say."""
        self._stop.touch()
        for process in self._processes:
            process.join(60)
        return [json.loads(out.read_text()) for out in self._outs]


def check_account(case: Path) -> int:
    """Number of pages with text that wait for the index; every other page that has text is found."""
    with Case.open(case) as opened:
        searched = CaseSearch(opened).searched()
        told = not_searched(opened, searched)
        with_text = sum(reading.pages_with_text for reading in opened.queries.readings())
        waiting = int(told["pages"].get("not_indexed", 0))
        assert searched + waiting == with_text
    return waiting
