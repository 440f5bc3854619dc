"""A hundred thousand real pages for the benchmark of search: documentation, catalogues, the corpus, and made-up lists.

The documentation comes from Debian packages (manuals, help, guides and program texts in Chinese, Russian, Turkish,
Uyghur, Kazakh, Uzbek, Arabic, English and others), unpacked without root. Pages are cut at line ends to about 1,800
bytes, a document is a file, and documents stand in an order drawn once. The lists are rows of invented numbers, days
and words put together from syllables, as registers look: nobody is in them. What was made is kept, with how many pages
came from where.
"""

from __future__ import annotations

import gettext
import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lxml import etree, html

from bench._measure import SEED
from bench._pages import PAGE_BYTES, MadePage

_HELP = ("en-us", "zh-cn", "zh-tw", "ru", "tr", "ja", "de", "fr", "ko")
_PROGRAM_TEXTS = ("ug", "kk", "uz", "tr", "ru", "zh-cn", "ar", "mn", "uk")
PACKAGES = (
    *(f"libreoffice-help-{language}" for language in _HELP),
    *(f"libreoffice-l10n-{language}" for language in _PROGRAM_TEXTS),
    *("debian-handbook", "installation-guide-amd64", "debian-reference-zh-cn", "debian-reference-zh-tw"),
    *("linux-doc-6.1", "python3.11-doc", "postgresql-doc-15", "gimp-help-ru", "gimp-help-zh-cn"),
    *("manpages", "manpages-dev", "manpages-zh", "manpages-ru", "manpages-tr", "gnome-user-docs"),
)
LIST_PAGES = 10_000
MAX_FILE_PAGES = 300
CORPUS = Path("..", "shared", "corpus", "files")
_FOLDER = Path(sys.prefix) / "share" / "bench-pages"
_ROFF = re.compile(r"^[.'].*$|\\f[A-Z]|\\f\([A-Z]{2}|\\[-&|e]|\\\(..|\\s[-+]?\d", re.MULTILINE)
_BLANK_LINES = re.compile(r"[ \t]*\n[ \t\n]*\n")
_SYLLABLES = (
    "ba bek dil gul ha ju ka lim mem nur pa qur ra sa tur wa yu zor",
    "ба бек дил гүл ха жұ қа лим мем нұр па құр ра са тұр уа ю зор",
    "با بەك دىل گۈل ھا جۇ قا لىم مەم نۇر پا قۇر را سا تۇر ۋا يۇ زور",
    "巴 别 力 古 哈 居 卡 林 买 努 帕 库 热 沙 吐 瓦 玉 佐",
)


class RealPages:
    """The pages, from the file that holds them."""

    def __init__(self) -> None:
        if not (_FOLDER / "told.json").is_file():
            _make(_FOLDER)
        told = json.loads((_FOLDER / "told.json").read_text("utf-8"))
        self.told: dict[str, int] = told["pages"]
        self._starts = array("Q", (_FOLDER / "starts").read_bytes())
        self._documents = array("I", (_FOLDER / "documents").read_bytes())
        self._file = (_FOLDER / "pages").open("rb")
        self._first: dict[int, int] = {}
        for number, document in enumerate(self._documents):
            self._first.setdefault(document, number)
        self.has_sentences = True

    def __len__(self) -> int:
        return len(self._documents)

    def pages(self, count: int) -> Iterator[MadePage]:
        """Yields `count` pages, document by document.

        Raises:
            SystemExit: if there are fewer.
        """
        if count > len(self):
            sys.exit(f"there are {len(self)} real pages")
        for number in range(count):
            yield self.page(number)

    def page(self, number: int) -> MadePage:
        """The page of that number, counted from 0; the day is drawn."""
        self._file.seek(self._starts[number])
        text = self._file.read(self._starts[number + 1] - self._starts[number]).decode()
        document = self._documents[number]
        chance = random.Random(document)
        day = chance.randint(2014, 2019) * 10_000 + chance.randint(1, 12) * 100 + chance.randint(1, 28)
        return MadePage(document, number - self._first[document] + 1, day, text)


def _make(folder: Path) -> None:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    documents: list[tuple[str, list[str]]] = []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for package in PACKAGES:
            print(f"{package} ...", file=sys.stderr, flush=True)
            documents += [(package, pages) for pages in _pages_of_package(package, work)]
    documents += [("corpus", pages) for pages in _pages_of_corpus()]
    documents += [("lists, made up", pages) for pages in _lists()]
    random.Random(SEED).shuffle(documents)
    starts, numbers, told = array("Q", [0]), array("I"), Counter[str]()
    with (part / "pages").open("wb") as out:
        for number, (source, pages) in enumerate(documents):
            for page in pages:
                starts.append(starts[-1] + out.write(page.encode()))
                numbers.append(number)
                told[source] += 1
    (part / "starts").write_bytes(starts.tobytes())
    (part / "documents").write_bytes(numbers.tobytes())
    (part / "told.json").write_text(json.dumps({"pages": dict(told.most_common())}), "utf-8")
    part.rename(folder)


def _pages_of_package(package: str, work: Path) -> Iterator[list[str]]:
    out = work / "out"
    subprocess.run(["apt-get", "download", "--quiet", package], cwd=work, check=True, capture_output=True)
    for archive in work.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", archive, out], check=True)
        archive.unlink()
    seen: set[int] = set()
    for path in sorted(out.rglob("*")):
        if path.is_file() and not path.is_symlink():
            pages = cut(_text_of(path))
            if pages and hash(pages[0]) not in seen:
                seen.add(hash(pages[0]))
                yield pages
    shutil.rmtree(out)


def _text_of(path: Path) -> str:
    """The text of a manual page, a page of HTML, or a catalogue of program texts; empty for anything else."""
    name = path.name.removesuffix(".gz")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else b""
    if name.endswith((".html", ".htm", ".page")):
        return _html_text(data or path.read_bytes())
    if name.endswith(".mo"):
        with suppress(OSError, UnicodeDecodeError, ValueError), path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            return "\n".join(text for text in catalogue.values() if isinstance(text, str))
    if re.search(r"/man/.*\.[1-8][a-z]*$", str(path.with_name(name))):
        return _ROFF.sub("", (data or path.read_bytes()).decode("utf-8", "replace"))
    if name.endswith((".txt", ".rst")):
        return (data or path.read_bytes()).decode("utf-8", "replace")
    return ""


def _html_text(data: bytes) -> str:
    try:
        tree = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return ""
    for dropped in tree.xpath("//script | //style | //nav"):
        dropped.drop_tree()
    return str(tree.text_content())


def cut(text: str) -> list[str]:
    """Pages of about `PAGE_BYTES` bytes, cut at line ends; nothing for a text without words."""
    pages: list[str] = []
    page: list[str] = []
    size = 0
    for line in _BLANK_LINES.sub("\n", text).split("\n"):
        page.append(line)
        size += len(line.encode()) + 1
        if size >= PAGE_BYTES:
            pages.append("\n".join(page))
            page, size = [], 0
    if size > PAGE_BYTES / 4 or not pages:
        pages.append("\n".join(page))
    return [page for page in pages[:MAX_FILE_PAGES] if len(page) > 200 and any(map(str.isalpha, page))]


def _pages_of_corpus() -> Iterator[list[str]]:
    if not CORPUS.is_dir():
        return
    from fairwitness.case.case import Case
    from fairwitness.core.parts import PageText
    from fairwitness.work.current import current_readings
    from fairwitness.work.scans import DocumentPages

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "fairwitness", "open", str(CORPUS), "--case", f"{folder}/case", "--quiet"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with Case.open(Path(folder, "case")) as case:
            for reading in current_readings(case).values():
                if reading.pages_with_text:
                    with DocumentPages(case, reading) as pages:
                        texts = [page.text for page in pages if isinstance(page, PageText) and page.text.strip()]
                    if texts:
                        yield texts[:MAX_FILE_PAGES]


def _lists() -> Iterator[list[str]]:
    chance = random.Random(SEED)
    for _ in range(LIST_PAGES // 20):
        parts = chance.choice(_SYLLABLES).split()
        joint = "" if parts[0] == "巴" else " "
        yield ["\n".join(_row(number, parts, joint, chance) for number in range(1, 26)) for _ in range(20)]


def _row(number: int, parts: list[str], joint: str, chance: random.Random) -> str:
    words = ["".join(chance.choices(parts, k=chance.randint(2, 3))) for _ in range(3)]
    day = f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    return f"{number}\t{joint.join(words[:2])}\t{day}\t{words[2]}\t{chance.randint(10**8, 10**9)}"


if __name__ == "__main__":
    found = RealPages()
    print(len(found), found.told)
