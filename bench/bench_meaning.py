"""How well and how fast likeness in meaning is found across languages.

    python -m bench.bench_meaning

Recall: a sentence is the question, the sentences in another language are the pages; how often its translation comes
first, or among the first five. Then CPU time for each passage of invented pages, in one thread, and memory.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

from bench._measure import SEED, describe_machine, mib, peak_of, pin_to_one_core, print_table
from bench._pages import PageMaker
from bench._parallel import LANGUAGES, parallel
from fairwitness.search.meaning import MeaningUnusable, model_fingerprint, nano_e5, passages_of
from fairwitness.text.language import languages_of

PAIRS = (("en", "zh"), ("en", "ru"), ("en", "tr"), ("en", "ug"), ("zh", "ug"), ("ug", "zh"), ("ru", "zh"), ("zh", "en"))
TIMED_PAGES = 6


def recalls(encode: Callable[[str, bool], np.ndarray], sentences: dict[str, list[str]]) -> list[list[str]]:
    """A row for each pair of languages, and one for all languages in one pool."""
    passages = {code: np.stack([encode(text, False) for text in sentences[code]]) for code in LANGUAGES}
    queries = {code: np.stack([encode(text, True) for text in sentences[code]]) for code in LANGUAGES}
    rows = []
    for asked, held in PAIRS:
        alike = queries[asked] @ passages[held].T
        rank = (alike > alike.diagonal()[:, None]).sum(axis=1)
        count = len(rank)
        rows.append([f"{asked} -> {held}", str(count), f"{(rank < 1).mean():.2f}", f"{(rank < 5).mean():.2f}"])
    others = [code for code in LANGUAGES if code != "en"]
    alike = np.concatenate([queries["en"] @ passages[code].T for code in others], axis=1)
    size = len(sentences["en"])
    found = [
        np.isin([at + size * k for k in range(len(others))], np.argsort(-alike[at])[:10]).mean() for at in range(size)
    ]
    rows.append(["en -> all four, one pool: translations in the first 10", str(size * 4), "", f"{np.mean(found):.2f}"])
    return rows


def main() -> None:
    """Print the tables."""
    try:
        print(model_fingerprint())
    except MeaningUnusable as error:
        print(f"not run: {error}")
        return
    core = pin_to_one_core()
    print(describe_machine(core))
    before = peak_of(os.getpid())
    model = nano_e5()

    def encode(text: str, is_query: bool) -> np.ndarray:
        return model.encode_query(text) if is_query else model.encode_passages([text])[0]

    print_table(["question -> pages", "pairs", "recall@1", "recall@5"], recalls(encode, parallel()))
    rows = []
    pages: dict[str, list[str]] = {}
    for page in PageMaker(SEED).pages(400):
        pages.setdefault(" ".join(languages_of(page.text)), []).append(page.text)
    for code in LANGUAGES:
        told, passages = [], 0
        for text in pages[code][:TIMED_PAGES]:
            ranges = passages_of(text)
            passages += len(ranges)
            for low, high in ranges:
                started = time.process_time()
                model.encode_passages([text[low:high]])
                told.append(time.process_time() - started)
        mean = statistics.mean(told)
        rows.append(
            [code, f"{passages / TIMED_PAGES:.1f}", f"{1000 * mean:.0f} ms", f"{mean * passages / TIMED_PAGES:.2f} s"]
        )
    print_table(["language", "passages a page", "CPU a passage", "CPU a page"], rows)
    print(f"memory: the process grew by {mib(peak_of(os.getpid()) - before)}, the weights (68 MiB) among them")


if __name__ == "__main__":
    main()
