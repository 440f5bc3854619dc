"""How much of the text that independent extractors agree on is in ours, and at what speed.

    python -m bench.bench_agreement FOLDER [--rivals .venv] [--keep FOLDER] [--words] [--as-they-come]

For every office, mail, archive, web and text file of the folder (no PDF, no picture, sound, film or font) three
families give their text: Apache Tika (iscc-tika), xberg and markitdown, each in its own environment
`RIVALS/rival-NAME` and in one lasting process with an empty PATH, 20 s for a file. A word that at least two of them
give is agreed, as often as the second of them gives it. Ours is what `open` would make searchable or list: the text
of all pages, the names of sheets and of what lies inside, the statements of the file about itself; of the file and
of all that is found inside, read in the sandbox. A file is right when at least 90 % of its agreed words are in ours.

What is no text of the file is taken out of an answer first: markup (`<...>`), addresses of the web, targets of links,
and the headings that a tool adds of its own. An answer that is only the raw source of a mail, a mailbox, an RTF file
or an office document that is one XML file, or the list of the ZIP inside of another document, is no answer: nothing was
extracted. `--as-they-come` counts all that.

The speed is that of ours against Tika: wall clock of both, one after the other for each file, all on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import select
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._contenders import LIMIT_S, MAX_DEPTH, OPTIONS
from bench._measure import (
    SEED,
    Stopwatch,
    Usage,
    children_of,
    cpu_of,
    cpu_of_reaped,
    describe_machine,
    pin_to_one_core,
    print_table,
    ratio,
    spread_of,
)
from fairwitness.core.parts import About, Entry, EntryData, EntryEnd, PageText, Part, Source
from fairwitness.intake.identify import family_of, identify
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.text.encoding import decode_bytes, detect_encoding
from fairwitness.work.receiving import hint_of
from fairwitness.work.steps import OPEN_FILE

FAMILIES = ("tika", "xberg", "markitdown")
RIGHT = 0.9
MIN_AGREED = 3  # fewer words are a chance, no agreement
_LEFT_OUT = frozenset({"pdf", "image", "audio", "video", "font", "program"})
_MARKUP = re.compile(r"<!--.*?-->|<!?[/?]?[A-Za-z][^<>@]*>", re.DOTALL)
_HEADINGS = re.compile(
    r"^(ZIP|TAR|7Z|GZIP) Archive \(.*\)$|^Files:$|^Content from the zip file `.*`:$|^## File: |\[Image: (?:image\])?",
    re.MULTILINE,
)
_LISTING = re.compile(r"ZIP Archive \(|Content from the zip file ")
_LINK_TARGET = re.compile(
    r"\]\(<?[^()\s]*(?:\([^()\s]*\)[^()\s]*)*>?"
)  # of Markdown: an address, often without its host
_RAW_SHARE = 0.95
_OWN_SYNTAX = frozenset({"mail", "mbox", "rtf"})
_URL = re.compile(r"""(?:\b(?:https?|ftp|mailto|file|data|cid|urn):|\bwww\.)[^\s<>()\[\]"'|]+""", re.IGNORECASE)
# Han, kana and the like are taken sign by sign: where a line ends says nothing about their words.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def words_of(text: str) -> Counter[str]:
    """The words of a text and how often each is in it: NFKC, casefold, without addresses of the web."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", _URL.sub(" ", text)).casefold()))


def agreed_words(families: list[Counter[str]]) -> Counter[str]:
    """Each word as often as the second of the families that have it most gives it."""
    found: Counter[str] = Counter()
    for word in set().union(*families):
        counts = sorted((family[word] for family in families), reverse=True)
        if counts[1]:
            found[word] = counts[1]
    return found


class Ours:
    """Our sandbox with one worker; everything of a file and of what lies inside of it, as one text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = SandboxRunner([OPEN_FILE.partition(":")[0]], workers=1)
        self._parent = 0
        self.inner = 0  # files inside of the last one

    def warm_up(self, path: Path) -> None:
        before = children_of(os.getpid())
        self.read(path)
        self._parent = max(children_of(os.getpid()) - before, default=0)

    def read(self, path: Path) -> tuple[str, str, Usage]:
        """Outcome, text, and what it took."""
        with Stopwatch(self._cpu_s) as watch:
            outcome, texts = self._read(path, hint_of(path.name.encode()))
        return outcome, "\n".join(texts), watch.usage

    def _cpu_s(self) -> float:
        return cpu_of(os.getpid()) + cpu_of(self._parent) + cpu_of_reaped(self._parent)

    def _read(self, path: Path, hint: str) -> tuple[str, list[str]]:
        """Level by level, and what is in it twice once, as `open` does."""
        outcomes: list[str] = []
        read: dict[bytes, list[str]] = {}  # texts by digest
        level = [(path, hint, b"")]
        texts: list[str] = []
        for depth in range(MAX_DEPTH + 1):
            found: dict[str, _Collector] = {}
            tasks = [
                Task(str(place), OPEN_FILE, place, OPTIONS, hint, limits=Limits(wall_s=LIMIT_S))
                for place, hint, digest in level
                if digest not in read and not read.update({digest: []})
            ]
            for attempt, collector in self._runner.run(tasks, lambda _: _Collector(self._folder)):
                collector.end()
                found[attempt.task.key] = collector
                outcomes.append(attempt.outcome.value)
            for place, _, digest in level:
                read[digest] = found[str(place)].texts if str(place) in found else read[digest]
                texts += read[digest]
                if depth:
                    place.unlink()
            level = [inner for collector in found.values() for inner in collector.inner]
        for place, _, _ in level:
            place.unlink()
        self.inner = len(outcomes) - 1
        return outcomes[0], texts

    def close(self) -> None:
        self._runner.close()


@dataclass(slots=True)
class _Collector:
    folder: Path
    texts: list[str] = field(default_factory=list)
    inner: list[tuple[Path, str, bytes]] = field(default_factory=list)
    _open: Any = None
    _digest: Any = None
    _hint: str = ""

    def take(self, part: Part) -> None:
        if isinstance(part, PageText):
            self.texts += [part.text, part.label]
        elif isinstance(part, About):
            self.texts.append(part.value)
        elif isinstance(part, Entry):
            self.texts.append(decode_bytes(part.name, detect_encoding(part.name, complete=True)))
            if part.kind == "file" and part.cause is None:
                self._hint = hint_of(part.name)
                self._digest = hashlib.sha256()
                self._open = tempfile.NamedTemporaryFile(dir=self.folder, delete=False)  # noqa: SIM115  open over parts
        elif isinstance(part, EntryData):
            self._open.write(part.data)
            self._digest.update(part.data)
        elif isinstance(part, EntryEnd):
            self.end()

    def end(self) -> None:
        if self._open is not None:
            self._open.close()
            self.inner.append((Path(self._open.name), self._hint, self._digest.digest()))
            self._open = None


class Family:
    """One extractor in a lasting process; started again when it hangs or dies."""

    def __init__(self, name: str, python: Path) -> None:
        self._name, self._python = name, python
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""

    def read(self, path: Path) -> tuple[str, str, Usage]:
        """Outcome, text, and what it took in its own process."""
        if self._process is None:
            self._start()
        self._process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._answer()
        if answer is None:
            self.close()
            return "hang or death", "", Usage(LIMIT_S, LIMIT_S)
        return answer["error"] or "ok", answer["text"], Usage(answer["wall_s"], answer["cpu_s"])

    def _start(self) -> None:
        self._buffer = b""
        script = Path(__file__).with_name("_family_words.py")
        self._process = subprocess.Popen(
            [self._python, "-I", script, self._name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": "", "HOME": "", "LC_ALL": "C.UTF-8"},
        )
        ready = self._answer()
        if ready is None or not ready["ready"]:
            sys.exit(f"{self._name} is not installed in {self._python}: see bench/README.md")

    def _answer(self) -> dict[str, Any] | None:
        pipe, deadline = self._process.stdout.fileno(), time.monotonic() + LIMIT_S
        while b"\n" not in self._buffer:
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return None
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One file: its type, how ours ended, and the share of the agreed words that each has."""

    path: Path
    kind: str
    outcome: str
    agreed: int
    recalls: dict[str, float]
    missing: Counter[str]


def measured_files(folder: Path) -> list[tuple[Path, str]]:
    """Files of the types that are compared, with the type; by content, as `open` does."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            kind = identify(Source(file, path.stat().st_size, hint_of(path.name.encode())))
        family = family_of(kind.media_type)
        if family not in _LEFT_OUT and path.stat().st_size:
            found.append((path, family if family != "other" else path.suffix.lower().lstrip(".")))
    return found


def is_raw_source(text: str, path: Path) -> bool:
    """Whether a text is nothing but the file as it is."""
    raw = words_of(path.read_bytes().decode("utf-8", "replace"))
    return bool(raw) and (raw & words_of(text)).total() >= _RAW_SHARE * raw.total()


def without_markup(text: str) -> str:
    """The text without what stands in angle brackets and without the headings of the tools."""
    return _HEADINGS.sub(" ", _LINK_TARGET.sub("] ", _MARKUP.sub(" ", text)))


def judge(path: Path, kind: str, ours: tuple[str, str], texts: dict[str, str], *, clean: bool = True) -> Judged | None:
    """How ours did; None if no two families agree on anything."""
    if clean:
        own_syntax = kind in _OWN_SYNTAX or (kind != "xml" and path.read_bytes()[:5] == b"<?xml")
        raw = {name for name, text in texts.items() if own_syntax and is_raw_source(text, path)}
        raw |= {name for name, text in texts.items() if kind != "archive" and _LISTING.match(text)}
        texts = {name: "" if name in raw else without_markup(text) for name, text in texts.items()}
    families = {name: words_of(text) for name, text in texts.items()}
    agreed = agreed_words(list(families.values()))
    if agreed.total() < MIN_AGREED:
        return None
    every = {"ours": words_of(ours[1]), **families}
    recalls = {name: (agreed & words).total() / agreed.total() for name, words in every.items()}
    return Judged(path, kind, ours[0], agreed.total(), recalls, agreed - every["ours"])


def print_judged(judged: list[Judged], *, with_words: bool) -> None:
    """The tables and the files that differ, by name."""
    names = ("ours", *FAMILIES)
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_kind[one.kind].append(one)
    rows = [[kind, str(len(group)), *_right(group, names)] for kind, group in by_kind.items()]
    rows.sort(key=lambda row: (-int(row[1]), row[0]))
    share = [f"{sum(one.recalls[n] >= RIGHT for one in judged) / len(judged):.1%}" for n in names]
    mean = [f"{sum(one.recalls[n] for one in judged) / len(judged):.3f}" for n in names]
    total = ["**all**", str(len(judged)), *_right(judged, names)]
    print_table(["type", "files", *names], [total, ["right", "", *share], ["mean recall", "", *mean], *rows])
    wrong = sorted((one for one in judged if one.recalls["ours"] < RIGHT), key=lambda one: one.recalls["ours"])
    print(f"below {RIGHT:.0%} in ours: {len(wrong)} files")
    for one in wrong:
        others = " ".join(f"{name} {one.recalls[name]:.2f}" for name in FAMILIES)
        print(f"  {one.recalls['ours']:.2f} {one.path.name} ({one.kind}, {one.outcome}, {one.agreed} words; {others})")
        if with_words:
            print("      missing:", " ".join(f"{word}*{count}" for word, count in one.missing.most_common(25)))


def _right(group: list[Judged], names: tuple[str, ...]) -> list[str]:
    return [str(sum(one.recalls[name] >= RIGHT for one in group)) for name in names]


@dataclass(frozen=True, slots=True)
class Timed:
    """What one file took, and how many files ours found inside of it."""

    path: Path
    ours: Usage
    tika: Usage
    inner: int


def print_speed(times: list[Timed]) -> None:
    """How much faster ours is than Tika, and which files take ours longest."""
    groups = {"all": times, "hold no other file": [one for one in times if not one.inner]}
    groups["hold others"] = [one for one in times if one.inner]
    rows = []
    for name, group in groups.items():
        each = spread_of([ratio(one.tika.wall_s, one.ours.wall_s) for one in group])
        wall, cpu = (
            ratio(sum(getattr(one.tika, clock) for one in group), sum(getattr(one.ours, clock) for one in group))
            for clock in ("wall_s", "cpu_s")
        )
        inner = sum(one.inner for one in group)
        rows.append([name, str(len(group)), str(inner), str(each), f"{wall:.2f}", f"{cpu:.2f}"])
    print(f"Tika / ours, above 1 ours is faster; spread of files: quartiles; a hang is {LIMIT_S:.0f} s")
    print_table(["files", "", "inside of them", "wall, by file", "wall, totals", "CPU, totals"], rows)
    slowest = sorted(times, key=lambda one: -one.ours.wall_s)[:12]
    told = ", ".join(f"{one.path.name} {one.ours.wall_s:.2f} ({one.tika.wall_s:.2f})" for one in slowest)
    print(f"slowest of ours, wall s (Tika): {told}")


class Kept:
    """Texts of the rivals from an earlier run, so that only ours is read again."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def load(self, path: Path) -> dict[str, str] | None:
        place = self._folder / f"{path.parent.name}-{path.name}.json" if self._folder else None
        return json.loads(place.read_text("utf-8")) if place is not None and place.exists() else None

    def save(self, path: Path, texts: dict[str, str]) -> None:
        if self._folder is not None:
            (self._folder / f"{path.parent.name}-{path.name}.json").write_text(json.dumps(texts), "utf-8")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rivals", type=Path, default=Path(".venv"), help="holds rival-tika, rival-xberg ...")
    parser.add_argument(
        "--keep",
        type=Path,
        help="keep the texts of the rivals there, and ask only Tika again",
    )
    parser.add_argument("--only", default="", help="only files whose name holds this")
    parser.add_argument("--words", action="store_true", help="show the words that ours lacks; not for a leak")
    parser.add_argument("--as-they-come", action="store_true", help="count raw sources and markup as text")
    chosen = parser.parse_args()
    files = [found for found in measured_files(chosen.folder.resolve()) if chosen.only in found[0].name]
    random.Random(SEED).shuffle(files)
    kept = Kept(chosen.keep)
    core = pin_to_one_core()
    print(describe_machine(core))
    families = {name: Family(name, chosen.rivals.resolve() / f"rival-{name}" / "bin" / "python") for name in FAMILIES}
    judged: list[Judged] = []
    times: list[Timed] = []
    alone = 0
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(Path(folder))
        first = Path(folder, "first.txt")
        first.write_text("工作会议 yığın toplantı meeting\n", "utf-8")
        ours.warm_up(first)
        families["tika"].read(first)
        try:
            for path, kind in files:
                path.read_bytes()  # nobody pays for a cold disk
                texts = kept.load(path)
                tika = families["tika"].read(path)
                outcome, text, usage = ours.read(path)
                times.append(Timed(path, usage, tika[2], ours.inner))
                if texts is None:
                    texts = {name: family.read(path)[1] for name, family in families.items() if name != "tika"}
                    texts["tika"] = tika[1]
                    kept.save(path, texts)
                one = judge(path, kind, (outcome, text), texts, clean=not chosen.as_they_come)
                if one is not None:
                    judged.append(one)
                elif sum(bool(text.strip()) for text in texts.values()) == 1:
                    alone += 1
        finally:
            ours.close()
            for family in families.values():
                family.close()
    print(f"{len(files)} files compared; two families agree on {len(judged)}; one alone gives text of {alone}\n")
    if judged:
        print_judged(judged, with_words=chosen.words)
    print_speed(times)
    print(describe_machine(core))


if __name__ == "__main__":
    main()
