"""How well and how fast likeness in meaning is found across languages.

    python -m bench.bench_meaning

Recall: a sentence is the question, the sentences in another language are the pages; how often its translation comes
first, or among the first five. Then CPU time for each passage of invented pages, in one thread, and memory.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable

import numpy as np

from bench._measure import SEED, describe_machine, mib, peak_of, pin_to_one_core, print_table
from bench._pages import PageMaker
from bench._parallel import LANGUAGES, parallel
from fairwitness.search.meaning import MeaningUnusable, model_fingerprint, nano_e5, passages_of
from fairwitness.text.language import languages_of
from fairwitness.text.standard_script import in_standard_script

PAIRS = (("en", "zh"), ("en", "ru"), ("en", "tr"), ("en", "ug"), ("zh", "ug"), ("ug", "zh"), ("ru", "zh"), ("zh", "en"))
TIMED_PAGES = 6


_LETTERS = "ا a ب b پ p ت t ج j خ x د d ر r ز z س s ف f ق q ك k گ g ل l م m ن n ھ h و o ۇ u ۆ ö ۈ ü ۋ w ې é ى i ي y ە e"
_PAIRS_OF_LETTERS = "غ gh ش sh چ ch ڭ ng ژ zh"
_LATIN = dict(zip(*[iter(f"{_LETTERS} {_PAIRS_OF_LETTERS}".split())] * 2, strict=True)) | {"ئ": ""}


def latin_uyghur(text: str) -> str:
    """The sentence in Latin letters; the hamza between a consonant and a vowel as an apostrophe."""
    text = re.sub(r"(?<=[بپتجخدرزسفقكگلمنھۋيغشچڭژ])ئ", "'", text)
    return "".join(_LATIN.get(char, char) for char in text)


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
    latin = [latin_uyghur(text) for text in sentences["ug"]]
    for name, texts in (("as it is", latin), ("rewritten", [in_standard_script(text, "ug-Latn") for text in latin])):
        alike = queries["en"] @ np.stack([encode(text, False) for text in texts]).T
        rank = (alike > alike.diagonal()[:, None]).sum(axis=1)
        share = [f"{(rank < 1).mean():.2f}", f"{(rank < 5).mean():.2f}"]
        rows.append([f"en -> ug in Latin letters, {name}", str(len(rank)), *share])
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
