"""What a reader waits for in the reading room: time of an answer, bytes of a page, memory of the server.

    python -m bench.bench_web --case FOLDER [--pages 106000] [--corpus ../shared/corpus/files] [--rounds 200]

The case is made in FOLDER if it is not there: real pages of text (bench/_real_pages.py), and the PDF files and pictures
of the corpus. A server is started on it as `fairwitness serve` does; a client without a browser, on another core, asks
for pages in random order: searches with all that the page shows, pages of documents, images drawn for the first time
and asked for again. Milliseconds are by the clock, from opening a connection to the last byte of the answer, since that
is what a reader waits for; a machine that does other things adds to them, so the processor time of the server and its
children stands beside.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import time
from html import unescape
from pathlib import Path
from urllib.parse import quote

from tests.web.serving import Client, serving

from bench._measure import SEED, describe_machine, percentile, print_table
from bench._real_pages import RealPages
from bench._web_case import prepare

_WORD = re.compile(r"[^\W\d_]{4,}")
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")
_DOCUMENT = re.compile(r'href="(/documents/[0-9a-f]{64}[^"#]*)')
_IMAGE = re.compile(r'class="page-image" src="([^"]+)"')
_FIRST_FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_IN_DRAWN = ("", "the", "a", "de", "und", "на", "的", "1", "2", "page", "test")
_TICKS = os.sysconf("SC_CLK_TCK")


class Measured:
    """Milliseconds of answers, processor milliseconds of the server, and bytes, of one kind of page."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self.sizes: list[float] = []

    def row(self, name: str, target: str) -> list[str]:
        """A row of the table."""
        walls = " / ".join(f"{percentile(self.wall, share):.1f}" for share in (0.5, 0.95))
        cpu = sum(self.cpu) / max(len(self.cpu), 1)
        return [name, str(len(self.wall)), walls, f"{cpu:.1f}", f"{percentile(self.sizes, 0.5) / 1000:.1f}", target]


class Asker:
    """Asks one server and measures."""

    def __init__(self, client: Client) -> None:
        assert client.process is not None
        self.client, self.process = client, client.process.pid

    def ask(self, path: str, into: Measured | None = None) -> bytes:
        """The answer, compressed as a browser gets it; counted in `into`."""
        before, start = self.cpu_s(), time.perf_counter()
        answer = self.client.ask(path, Accept_Encoding="gzip")
        took = time.perf_counter() - start
        if answer.status != 200:
            raise SystemExit(f"{answer.status} for a page of kind {re.sub('[0-9a-f]{64}', 'DIGEST', path)[:60]}")
        if into is not None:
            into.wall.append(1000 * took)
            into.cpu.append(1000 * (self.cpu_s() - before))
            into.sizes.append(len(answer.body))
        return gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body

    def cpu_s(self) -> float:
        """Of the server and of its children that ended."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS

    def memory(self) -> tuple[int, int, int]:
        """Bytes: what the server holds itself, the same with the files that it maps, and all with its children.

        Of what several processes share each counts its part.
        """
        own = _proportional(self.process)
        children = [
            int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == self.process
        ]
        grandchildren = [
            int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) in children
        ]
        whole = own + sum(map(_proportional, [*children, *grandchildren]))
        return _proportional(self.process, "Pss_Anon"), own, whole


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _proportional(process: int, field: str = "Pss") -> int:
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) << 10 if found else 0


def questions(chance: random.Random, pages: RealPages, count: int) -> list[str]:
    """Words, two words, phrases, prefixes and Chinese strings of pages drawn at random."""
    texts = [page.text for page in pages.pages(20_000)]
    made: list[str] = []
    while len(made) < count:
        text = chance.choice(texts)
        words, han = _WORD.findall(text), _HAN.findall(text)
        at = chance.randrange(max(1, len(words) - 1))
        kind = len(made) % 5
        if kind == 4 and han:
            made.append(chance.choice(han))
        elif kind < 4 and len(words) > 2:
            one, two = words[at : at + 2]
            made.append((one, f"{one} {two}", f'"{one} {two}"', f"{one[:4]}*")[kind])
    return made


def first_view(asker: Asker, path: str) -> int:
    """Bytes of a page with its styles, scripts and Latin font, as they come the first time, without images."""
    page = asker.ask(path).decode()
    sizes = Measured()
    asker.ask(path, sizes)
    files = set(map(unescape, _FIRST_FILES.findall(page)))
    files.add("/static/fonts/noto-sans-latin-wght-normal.woff2")
    for file in files:
        asker.ask(file, sizes)
    return int(sum(sizes.sizes))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=106_000)
    parser.add_argument("--corpus", type=Path, default=Path("..", "shared", "corpus", "files"))
    parser.add_argument("--rounds", type=int, default=200)
    chosen = parser.parse_args()
    case = prepare(chosen.case, chosen.pages, chosen.corpus)
    shutil.rmtree(case / "cache" / "images", ignore_errors=True)  # so that each image is drawn for the first time
    chance = random.Random(SEED)
    asked = questions(chance, RealPages(), chosen.rounds)
    print(describe_machine(None))
    with serving(case) as client:
        measure(Asker(client), asked, chance)


def measure(asker: Asker, asked: list[str], chance: random.Random) -> None:
    """Print what the server of one case does."""
    idle = asker.memory()
    kinds = {name: Measured() for name in ("search", "page of text", "page with image", "image, cold", "image, warm")}
    texts = [path for query in asked for path in _documents(asker, query, kinds["search"])]
    drawn = list(dict.fromkeys(path for word in _IN_DRAWN for path in _all(asker, f"type:pdf {word}")))
    for path in chance.sample(texts, min(len(texts), len(asked))):
        asker.ask(path, kinds["page of text"])
    images: list[str] = []
    for path in chance.sample(drawn, min(len(drawn), len(asked))):
        page = asker.ask(path, kinds["page with image"]).decode()
        images += map(unescape, _IMAGE.findall(page)[:1])
    _images(asker, list(dict.fromkeys(images)), kinds, chance)
    targets = {"search": "p95 < 100 ms", "image, cold": "p95 < 400 ms", "image, warm": "p95 < 30 ms"}
    heads = ["page", "asked", "ms p50 / p95", "CPU ms", "kB", "target"]
    print_table(heads, [kinds[name].row(name, targets.get(name, "")) for name in kinds])
    print(f"first view of a search, without images: {first_view(asker, '/search?q=' + quote(asked[0])) / 1000:.0f} kB")
    if drawn:
        print(f"first view of a page with an image, without images: {first_view(asker, drawn[0]) / 1000:.0f} kB")
    busy = asker.memory()
    for name, (own, mapped, whole) in (("idle", idle), ("after all", busy)):
        print(f"memory, {name}: {own >> 20} MB, {mapped >> 20} with the index as mapped, {whole >> 20} with children")


def _documents(asker: Asker, query: str, into: Measured) -> list[str]:
    page = asker.ask(f"/search?q={quote(query)}", into).decode()
    return list(dict.fromkeys(map(unescape, _DOCUMENT.findall(page))))[:3]


def _all(asker: Asker, query: str) -> list[str]:
    page = asker.ask(f"/search?q={quote(query)}").decode()
    return list(dict.fromkeys(map(unescape, _DOCUMENT.findall(page))))


def _images(asker: Asker, images: list[str], kinds: dict[str, Measured], chance: random.Random) -> None:
    for path in images:
        asker.ask(path, kinds["image, cold"])
    for path in chance.sample(images, len(images)):
        asker.ask(path, kinds["image, warm"])


if __name__ == "__main__":
    main()
