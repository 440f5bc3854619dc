"""Asks a case everything that a list holds: names, phrases or queries, one a line, and says how each line ended.

No line stops the rest: one that cannot be understood is in the answer with its number and the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fairwitness.core.errors import FairwitnessError
from fairwitness.search.analyser import analyse
from fairwitness.search.query import MAX_QUERY_CHARS, BadQuery, Node, parse
from fairwitness.text.encoding import decode_bytes, detect_encoding
from fairwitness.work.searching import CaseSearch, Hit

MAX_LIST_BYTES = 64 << 20
MAX_ENTRIES = 1_000_000
Kind = Literal["phrase", "name", "query"]
KINDS: dict[str, str] = {
    "phrase": "the words of a line in a row, whatever signs stand between them",
    "name": "a name in any script, found in all of them (docs/names.md)",
    "query": "each line is a query of its own (docs/search.md)",
}
_DELIMITERS = {".csv": "", ".tsv": "\t", ".tab": "\t"}  # "": found out from the first line


class BadList(FairwitnessError):
    """The list itself cannot be used; single lines never raise."""

    code = "bad_list"
    advice = "Give a text file with one entry a line, or a CSV file."


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list, numbered from 1 as an editor numbers it; `problem` says what is wrong with it."""

    line: int
    text: str
    node: Node | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many pages match an entry, exactly, and the first of them; `pages` is None where it could not be asked."""

    entry: Entry
    pages: int | None
    hits: tuple[Hit, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "line": self.entry.line,
            "text": self.entry.text,
            "pages": self.pages,
            "problem": self.entry.problem,
            "hits": [hit.as_json() for hit in self.hits],
        }


def read_list(path: Path, kind: Kind = "phrase", column: str = "") -> Iterator[Entry]:
    """Yields the entries of a list in any common encoding; empty lines and, in text files, lines after # are none.

    Of a CSV file the first column counts, or `column`: its number from 1, or its name in the first line, which then is
    no entry. An entry of a CSV file lies on one line.

    Raises:
        BadList: if it cannot be read, is too large, or has no such column.
    """
    yield from entries_of(_bytes_of(path), path.suffix, kind, column)


def entries_of(data: bytes, suffix: str, kind: Kind = "phrase", column: str = "") -> Iterator[Entry]:
    """The same of the bytes of a list; `suffix` is that of its name, and may be empty for plain text."""
    text = decode_bytes(data, detect_encoding(data, complete=True))
    is_table = suffix.lower() in _DELIMITERS or bool(column)
    cells = _cells(text, suffix.lower(), column) if is_table else _lines(text)
    for number, (line, cell, problem) in enumerate(cells):
        if number >= MAX_ENTRIES:
            raise BadList(f"The list has more than {MAX_ENTRIES:,} entries.", advice="Cut it into several.")
        yield Entry(line, cell, None, problem) if problem else _understood(line, cell, kind)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise BadList(f"The list is larger than {MAX_LIST_BYTES >> 20} MiB.", advice="Cut it into several.")
        return path.read_bytes()
    except OSError:
        raise BadList("The list cannot be read.", advice="Check that the file is there.") from None


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(io.StringIO(text), 1):
        plain = line.strip()
        if plain and not plain.startswith("#"):
            yield number, plain, ""


def _cells(text: str, suffix: str, column: str) -> Iterator[tuple[int, str, str]]:
    """Number of the line, the cell, and what is wrong with the line.

    Each line is read by itself: a quote that is never closed would else swallow all that follows.
    """
    lines = [(number, line.rstrip("\r\n")) for number, line in enumerate(io.StringIO(text), 1)]
    lines = [(number, line) for number, line in lines if line.strip()]
    if not lines:
        return
    delimiter = _DELIMITERS.get(suffix, "") or max(",;\t", key=lines[0][1].count)
    at = int(column) - 1 if column.isdecimal() else 0
    if column and not column.isdecimal():
        head = _cut(lines.pop(0)[1], delimiter) or []
        names = [name.strip() for name in head]
        if column not in names:
            raise BadList("The list has no column of that name.", advice=f"It has {len(names)}; a number works too.")
        at = names.index(column)
    for number, line in lines:
        row = _cut(line, delimiter)
        if row is None:
            yield number, line, "a quote in this line is not closed"
        elif len(row) <= at or at < 0:
            yield number, line, f"this line has no column {at + 1}"
        elif row[at].strip():
            yield number, row[at].strip(), ""


def _cut(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _understood(line: int, text: str, kind: Kind) -> Entry:
    if len(text) > MAX_QUERY_CHARS:
        return Entry(line, text, None, f"a line has at most {MAX_QUERY_CHARS} characters")
    try:
        return Entry(line, text, _NODES[kind](text))
    except BadQuery as error:
        return Entry(line, text, None, f"{error.reason}, at character {error.position + 1}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _phrase(text: str) -> Node:
    if not analyse(text):
        raise BadQuery("there is no letter or digit in this line", 0)
    return parse(_quoted(text))


def _name(text: str) -> Node:
    try:
        return parse(f"name:{_quoted(text)}")
    except BadQuery as error:
        raise BadQuery(error.reason, 0) from None


_NODES: dict[str, Callable[[str], Node]] = {"phrase": _phrase, "name": _name, "query": parse}


def ask_all(searching: CaseSearch, entries: Iterator[Entry], hits: int = 0) -> Iterator[Answered]:
    """Yields how each entry ended, in order, with up to so many hits of each."""
    for entry in entries:
        if entry.node is None:
            yield Answered(entry, None)
            continue
        try:
            answer = searching.ask_node(entry.node, limit=hits)
        except BadQuery as error:  # only planning knows that a pattern asks for too much
            yield Answered(Entry(entry.line, entry.text, None, error.reason), None)
            continue
        yield Answered(entry, answer.total, tuple(searching.hits(entry.node, answer.hits)))
