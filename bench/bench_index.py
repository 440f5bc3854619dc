"""Pages per second of indexing, against the engine alone.

    python -m bench.bench_index [--pages 20000] [--repeat 3]

Each contender builds its whole index in a forked process of its own, one after the other on one core, in an order
drawn anew for each round. The pages are made before. CPU time is that of all threads of the process, those of the
engine included; the peak is what the process grew by.

  ours            analysis, language, TantivyIndex.add, a commit every COMMIT_PAGES pages: what `open` does
  ours, analysed  the same with analysis and language made before: our writing alone
  engine, tokens  tantivy with our tokens made before, blank-separated, six fields; no look-up of what is replaced
  engine, default tantivy with its own default tokenizer on the text, one field; it drops what is longer than 40 bytes,
                  so most Chinese clauses are not in its index: fast, but no rival for these languages

A second table sets what a page costs by the language it is in (pages in one language only): analysis (all six fields),
telling its language, and writing. Analysis should cost no more than writing does. Words of these pages are mostly made
up and met for the first time, which stems feel; on real text they come back.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import statistics
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import tantivy

from bench._measure import (
    SEED,
    Stopwatch,
    describe_machine,
    in_random_order,
    mib,
    pin_to_one_core,
    print_table,
    ratio,
    spread_of,
)
from bench._pages import MadePage, PageMaker
from fairwitness.search.analyser import INDEX_FIELDS, index_fields
from fairwitness.search.index import HEAP_BYTES, IndexedPage, TantivyIndex
from fairwitness.text.language import languages_of
from fairwitness.work.indexing import COMMIT_PAGES

LANGUAGES = ("en", "tr", "ru", "kk", "ug", "zh")

Build = Callable[[list[MadePage], list[IndexedPage], Path], None]


def analysed(page: MadePage) -> IndexedPage:
    """The page as the indexing step of a case makes it."""
    languages = languages_of(page.text)
    return _page(page, languages, index_fields(page.text, languages))


def _page(page: MadePage, languages: tuple[str, ...], fields: tuple[tuple[str, str], ...]) -> IndexedPage:
    document = hashlib.sha256(str(page.document).encode()).hexdigest()
    return IndexedPage(document, page.number, "pdf", languages, page.date, fields)


def build_ours(folder: Path, pages: Iterable[IndexedPage]) -> None:
    """The index of the pages is in the folder."""
    with TantivyIndex.create_or_open(folder) as index:
        waiting = []
        for page in pages:
            waiting.append(page)
            if len(waiting) == COMMIT_PAGES:
                index.add(waiting)
                index.commit()
                waiting.clear()
        index.add(waiting)
        index.commit()


def _ours(made: list[MadePage], _: list[IndexedPage], folder: Path) -> None:
    build_ours(folder, map(analysed, made))


def _ours_analysed(_: list[MadePage], ready: list[IndexedPage], folder: Path) -> None:
    build_ours(folder, ready)


def _engine_tokens(_: list[MadePage], ready: list[IndexedPage], folder: Path) -> None:
    records = (
        [("id", f"{page.document}:{page.number:08d}"), ("type", page.type), *page.fields, ("date", page.date)]
        for page in ready
    )
    _write(
        folder, {name: "position" if name in {"tok", "loose"} else "basic" for name in INDEX_FIELDS}, "blank", records
    )


def _engine_default(made: list[MadePage], _: list[IndexedPage], folder: Path) -> None:
    records = (
        [("id", f"{page.document}:{page.number:08d}"), ("text", page.text), ("date", page.date)] for page in made
    )
    _write(folder, {"text": "position"}, "default", records)


def _write(
    folder: Path, fields: dict[str, str], tokenizer: str, records: Iterable[list[tuple[str, str | int]]]
) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("type", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("date", indexed=True, fast=True)
    for name, option in fields.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=option)
    folder.mkdir()
    index = tantivy.Index(builder.build(), str(folder))
    index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(HEAP_BYTES, 1)
    for count, record in enumerate(records, 1):
        document = tantivy.Document()
        for name, value in record:
            if isinstance(value, int):
                document.add_integer(name, value)
            else:
                document.add_text(name, value)
        writer.add_document(document)
        if count % COMMIT_PAGES == 0:
            writer.commit()
    writer.commit()
    writer.wait_merging_threads()


CONTENDERS: dict[str, Build] = {
    "ours": _ours,
    "ours, analysed": _ours_analysed,
    "engine, tokens": _engine_tokens,
    "engine, default": _engine_default,
}


def print_costs_by_language(made: list[MadePage], repeat: int) -> None:
    """Print CPU milliseconds a page, the median of the rounds."""
    by_language: dict[str, list[MadePage]] = defaultdict(list)
    for page in made:
        by_language[" ".join({code.partition("-")[0] for code in languages_of(page.text)})].append(page)
    rows = []
    for language in LANGUAGES:
        pages = by_language[language]
        if not pages:
            continue
        told: dict[str, list[float]] = defaultdict(list)
        for _ in range(repeat):
            with Stopwatch() as watch:
                fields = [index_fields(page.text, [language]) for page in pages]
            told["analysis"].append(watch.usage.cpu_s)
            with Stopwatch() as watch:
                for page in pages:
                    languages_of(page.text)
            told["language"].append(watch.usage.cpu_s)
            ready = [_page(page, (language,), of) for page, of in zip(pages, fields, strict=True)]
            told["writing"].append(build_apart(_ours_analysed, pages, ready)["cpu_s"])
        per_page = [f"{1000 * statistics.median(seconds) / len(pages):.2f} ms" for seconds in told.values()]
        ratios = [a / b for a, b in zip(told["analysis"], told["writing"], strict=True)]
        rows.append([language, str(len(pages)), *per_page, str(spread_of(ratios))])
    print_table(["language", "pages", *told, "analysis / writing"], rows)


def build_apart(build: Build, made: list[MadePage], ready: list[IndexedPage]) -> dict[str, float]:
    """Seconds, bytes grown and bytes on disk of one build, in a process that is gone afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.close(reading)
                before = _resident_kib()
                with Stopwatch() as watch:
                    build(made, ready, Path(temporary, "index"))
                grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
                told = {"cpu_s": watch.usage.cpu_s, "wall_s": watch.usage.wall_s, "grown": max(0, grown) << 10}
                os.write(writing, json.dumps(told).encode())
                status = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(writing)
        raw = os.read(reading, 1 << 16)  # one short message, or the end
        os.close(reading)
        os.waitpid(pid, 0)
        if not raw:
            raise SystemExit("a build failed; see above")
        disk = sum(file.stat().st_size for file in Path(temporary, "index").iterdir())
        return {**json.loads(raw), "disk": disk}


def _resident_kib() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 10


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    core = pin_to_one_core()
    print(describe_machine(core))
    maker = PageMaker(SEED)
    made = list(maker.pages(chosen.pages))
    ready = [analysed(page) for page in made]
    terms = len({term for page in ready for term in dict(page.fields)["tok"].split()})
    text_bytes = sum(len(page.text.encode()) for page in made)
    sentences = "with" if maker.has_sentences else "without"
    print(f"{chosen.pages} pages, {mib(text_bytes)}, {terms} distinct terms, {sentences} sentences")
    chance = random.Random(SEED)
    told: dict[str, list[dict[str, float]]] = defaultdict(list)
    for _ in range(chosen.repeat):
        for who in in_random_order(CONTENDERS, chance):
            told[who].append(build_apart(CONTENDERS[who], made, ready))
    rows = []
    for who in CONTENDERS:
        row = [who, *(f"{chosen.pages / statistics.median(r[c] for r in told[who]):.0f}" for c in ("cpu_s", "wall_s"))]
        for clock in ("cpu_s", "wall_s"):
            ratios = [ratio(b[clock], a[clock]) for a, b in zip(told["ours"], told[who], strict=True)]
            row.append("" if who == "ours" else str(spread_of(ratios)))
        rows.append([*row, *(mib(int(max(r[key] for r in told[who]))) for key in ("grown", "disk"))])
    head = [
        "contender",
        "pages/CPU s",
        "pages/wall s",
        "CPU: its time / ours",
        "wall: its time / ours",
        "grew by",
        "disk",
    ]
    print_table(head, rows)
    print("above 1 ours is faster; the median, and least to greatest of the rounds")
    print_costs_by_language(made, chosen.repeat)
    print(describe_machine(core))


if __name__ == "__main__":
    main()
