"""CPU milliseconds of questions through our whole path, against the engine alone on the same index.

    python -m bench.bench_search [--pages 100000] [--keep FOLDER]

Ours is what a person types: parse, plan, search, and where the engine's answer is not exact, a look at the text of
every candidate, read from page blobs on disk as in a case. The rival is tantivy with the query built directly, by
somebody who knows the fields; it also fetches the ids of the ten pages that it shows. Both take the same question one
after the other, in an order drawn anew, in the same process, on one core; three rounds, the best of each side counts.
What our index keeps from one question to the next (its plans) is thrown away before each question.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path

import tantivy

from bench._measure import (
    SEED,
    Stopwatch,
    describe_machine,
    in_random_order,
    mib,
    percentile,
    pin_to_one_core,
    print_table,
    ratio,
    spread_of,
)
from bench._pages import MadePage, PageMaker
from bench._questions import Drawer, Question, classes, large, names
from bench.bench_index import analysed, build_ours
from fairwitness.case.pages import PageReader, PageWriter
from fairwitness.core.parts import PageText
from fairwitness.search.analyser import ANALYSER_VERSION, index_fields
from fairwitness.search.index import IndexedPage, TantivyIndex
from fairwitness.search.query import PathPattern, Phrase, parse

ROUNDS = 3
NAMES = 1_000


class Texts:
    """The texts of the pages, from blobs like those of a case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.reader = lru_cache(maxsize=64)(self._open)

    def _open(self, document: str) -> PageReader:
        return PageReader((self._folder / document).open("rb"))

    def text_of(self, document: str, page: int) -> str:
        found = self.reader(document).page(page)
        assert isinstance(found, PageText)
        return found.text


class Context:
    """What a search asks for; a new one for each question, so that no plan is used again."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def path_of(self, document: str) -> str:
        return document

    def document_starting(self, beginning: str) -> str:
        return beginning

    def documents_on_path(self, _: PathPattern) -> Collection[str]:
        return ()


class Ours:
    """The whole path."""

    def __init__(self, folder: Path) -> None:
        self._index = TantivyIndex.open_reading(folder / "index")
        self.texts = Texts(folder / "pages")

    def top(self, question: Question) -> int:
        return self._index.search(parse(question.typed), Context(self.texts), limit=10).total

    def batch(self, questions: list[Question]) -> int:
        context = Context(self.texts)
        return sum(self._index.search(parse(q.typed), context, limit=0).total for q in questions)

    def export(self, question: Question) -> int:
        return len(list(self._index.all_hits(parse(question.typed), Context(self.texts))))

    def forget(self) -> None:
        self._index.reload()


class Engine:
    """tantivy with nothing around it."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder / "index"))
        index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        index.reload()
        self.searcher = index.searcher()
        self._schema = index.schema

    def top(self, question: Question) -> int:
        found = self.searcher.search(question.direct(self._schema), limit=10)
        for _, place in found.hits:
            self.searcher.doc(place)["id"]
        return int(found.count)

    def batch(self, questions: list[Question]) -> int:
        return sum(int(self.searcher.search(q.direct(self._schema), limit=1).count) for q in questions)

    def export(self, question: Question) -> int:
        """By the numeric columns; a stored id is fetched once for each document, since ordering by text is slow."""
        query = question.direct(self._schema)
        found = self.searcher.search(query, limit=self.searcher.num_docs, count=False, order_by_field="prefix")
        places = [place for _, place in found.hits]
        digests: dict[int, str] = {}
        ids = []
        numbers = self.searcher.fast_field_values("number", places)
        for (prefix, place), number in zip(found.hits, numbers, strict=True):
            if prefix not in digests:
                digests[prefix] = self.searcher.doc(place)["id"][0].partition(":")[0]
            ids.append((digests[prefix], number))
        ids.sort()
        return len(ids)

    def pages_with(self, words: list[str]) -> list[tuple[str, int]]:
        """Pages that have all of the words."""
        parts = [(tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "tok", word)) for word in words]
        found = self.searcher.search(tantivy.Query.boolean_query(parts), limit=self.searcher.num_docs)
        ids = [self.searcher.doc(place)["id"][0].partition(":") for _, place in found.hits]
        return [(document, int(number)) for document, _, number in ids]

    def forget(self) -> None:
        pass


def build(folder: Path, pages: int, maker: PageMaker) -> None:
    """The folder holds the index and the page blobs; what was built before with the same numbers is kept."""
    stamp = folder / "built.json"
    wanted = {"pages": pages, "seed": SEED, "analyser": ANALYSER_VERSION}
    if stamp.is_file():
        if json.loads(stamp.read_text("utf-8")) != wanted:
            sys.exit("the folder holds an index of other pages or of another version")
        return
    (folder / "pages").mkdir(parents=True)
    build_ours(folder / "index", _written(folder / "pages", maker.pages(pages)))
    stamp.write_text(json.dumps(wanted), "utf-8")


def _written(folder: Path, pages: Iterator[MadePage]) -> Iterator[IndexedPage]:
    for number, group in itertools.groupby(pages, lambda page: page.document):
        with (folder / hashlib.sha256(str(number).encode()).hexdigest()).open("xb") as file:
            writer = PageWriter(file)
            for page in group:
                writer.add(PageText(page.number, "page", page.text))
                yield analysed(page)
            writer.finish()


def count_near(phrase: Phrase, engine: Engine, texts: Texts) -> int:
    """Pages with the words so near, by trying all their positions on every page that has all of them."""
    words = phrase.text.split()
    count = 0
    for document, number in engine.pages_with(words):
        tokens = dict(index_fields(texts.text_of(document, number)))["tok"].split()
        places = [[at - shift for at, token in enumerate(tokens) if token == word] for shift, word in enumerate(words)]
        count += any(max(chosen) - min(chosen) <= phrase.slop for chosen in itertools.product(*places))
    return count


Ask = Callable[[Ours | Engine], int]


def compare(
    sides: dict[str, Ours | Engine], ask: Ask, chance: random.Random
) -> tuple[dict[str, float], dict[str, int]]:
    """The least CPU milliseconds of each side in so many rounds, and what each counted."""
    best = dict.fromkeys(sides, float("inf"))
    counted: dict[str, int] = {}
    for _ in range(ROUNDS):
        for who in in_random_order(sides, chance):
            sides[who].forget()
            with Stopwatch() as watch:
                counted[who] = ask(sides[who])
            best[who] = min(best[who], watch.usage.cpu_s * 1000)
    return best, counted


def row_of(name: str, sides: dict[str, Ours | Engine], asks: list[Ask], chance: random.Random) -> list[str]:
    """One class of questions as a row."""
    compared = [compare(sides, ask, chance) for ask in asks]
    ours, engine = ([best[who] for best, _ in compared] for who in ("ours", "engine"))
    ratios = spread_of([ratio(b, a) for a, b in zip(ours, engine, strict=True)])
    equal = sum(counted["ours"] == counted["engine"] for _, counted in compared)
    sums = [sum(counted[who] for _, counted in compared) for who in ("ours", "engine")]
    told = f"{equal} of {len(asks)} equal"
    if equal < len(asks):
        told += f": ours {sums[0]}, engine {sums[1]}"
    times = [f"{percentile(side, 0.5):.2f} / {percentile(side, 0.95):.2f}" for side in (ours, engine)]
    return [name, str(len(asks)), *times, str(ratios), str(sums[0]), told]


def rows_of(ours: Ours, engine: Engine, draw: Drawer, chance: random.Random) -> Iterator[list[str]]:
    """Yields the rows of the table, each as soon as it is measured."""
    sides: dict[str, Ours | Engine] = {"ours": ours, "engine": engine}
    for name, questions in classes(draw):
        row = row_of(name, sides, [lambda side, q=q: side.top(q) for q in questions], chance)
        nodes = [parse(question.typed) for question in questions]
        near = [node for node in nodes if isinstance(node, Phrase) and node.slop]
        if near:
            row[-1] += f", by hand {sum(count_near(node, engine, ours.texts) for node in near)}"
        yield row
    listed = names(draw, NAMES)
    yield row_of(f"batch of {NAMES} names, counts", sides, [lambda side: side.batch(listed)], chance)
    yield row_of("export of all ids", sides, [lambda side, q=q: side.export(q) for q in large(draw)], chance)


def run(folder: Path, pages: int) -> None:
    """The table is printed."""
    maker = PageMaker(SEED)
    with Stopwatch() as watch:
        build(folder, pages, maker)
    ours, engine = Ours(folder), Engine(folder)
    draw = Drawer(maker, pages, engine.searcher, SEED)
    disk = sum(file.stat().st_size for file in (folder / "index").iterdir())
    print(f"{pages} pages, index {mib(disk)}, {draw.vocabulary} distinct terms; ", end="")
    print(
        f"{'with' if maker.has_sentences else 'without'} sentences; made in {watch.usage.cpu_s:.0f} CPU s\n", flush=True
    )
    rows = []
    for row in rows_of(ours, engine, draw, random.Random(SEED)):
        rows.append(row)
        print(f"{row[0]}: {row[4]}", file=sys.stderr, flush=True)
    head = ["class", "n", "ours p50 / p95 ms", "engine p50 / p95 ms", "engine / ours (quartiles)", "hits", "counts"]
    print_table(head, rows)
    print("CPU time; above 1 ours is faster. The count by hand tries all positions on every page with all words.")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep what is built in this folder, and use what is there")
    chosen = parser.parse_args()
    core = pin_to_one_core()
    print(describe_machine(core))
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        run(chosen.keep, chosen.pages)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), chosen.pages)
    print(describe_machine(core))


if __name__ == "__main__":
    main()
