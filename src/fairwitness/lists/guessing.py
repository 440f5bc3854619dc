"""A first set-up of a list, guessed from its headers and contents, for a person to correct: never a fact."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from fairwitness.core.lists import Column, ColumnKind
from fairwitness.core.tables import PageTables, Table
from fairwitness.lists.setup import MAX_COLUMNS, Setup
from fairwitness.lists.values import plain_text, value_of
from fairwitness.text.scripts import SCRIPTS, codes_of, scripts_of

_SAMPLE_ROWS = 500
_SAMPLE_TEXTS = 200  # of a column, spread over the rows
_MOST = 0.8  # of the cells that hold something must be of a kind for the column to be of it
_CODES = 12  # more different texts than these are no closed vocabulary
_CODE_ROWS = 20
_CODE_CHARS = 12
_FREE_CHARS = 25
_NAME_TITLE = re.compile(r"姓名|名字|ئىسم|исмі|фио|аты|ism|name|ad[ıi]? ?soyad", re.IGNORECASE)
_TOLD_APART: tuple[ColumnKind, ...] = ("number", "date")
_SCHEMES = ("cn-resident", "kz-iin", "uz-pinfl", "tr-kimlik", "ru-snils")  # each has a checksum or a date to know it by


def guess_setup(pages: Iterable[PageTables], name: str = "") -> Setup:
    """A set-up with the columns that most rows have, titles from their headers, kinds from what the cells hold."""
    tables = [table for page in pages for table in page.tables if table.columns <= MAX_COLUMNS]
    if not tables:
        return Setup(name=name)
    weight: Counter[int] = Counter()
    for table in tables:
        weight[table.columns] += table.rows
    count = max(weight, key=lambda columns: (weight[columns], columns))
    alike = [table for table in tables if table.columns == count]
    right_to_left = _is_right_to_left(alike)
    headers = alike[0].header_rows or int(_begins_with_header(alike[0], count))
    titles = _titles(alike[0], count, headers)
    texts = _texts_by_column(alike, titles)
    columns = [_guess_column(titles[at], texts[at]) for at in range(count)]
    return Setup(
        name=name,
        header_rows=headers if headers != alike[0].header_rows else -1,
        right_to_left=right_to_left,
        columns=_with_names(columns[:: -1 if right_to_left else 1]),
    )


def _is_right_to_left(tables: Sequence[Table]) -> bool:
    """Whether most letters of pictured tables are Arabic; a sheet says by itself which column is its first."""
    letters = "".join(cell.text for table in tables[:20] if table.kind != "sheet" for cell in table.cells)
    found = Counter(scripts_of(codes_of(letters[:20_000])).tolist())
    arabic = found[SCRIPTS.index("Arab")]
    return arabic > sum(found.values()) - found[0] - arabic


def _begins_with_header(table: Table, count: int) -> bool:
    """Whether the first row says what the columns hold: it has no number or date where all others have one."""
    first, rest = [""] * count, [list[str]() for _ in range(count)]
    for cell in table.cells:
        if cell.row == 0:
            first[cell.column] = cell.text
        elif cell.text.strip():
            rest[cell.column].append(cell.text)
    like = [
        not value_of(Column("x", kind=kind), title).problem
        for title, texts in zip(first, rest, strict=True)
        for kind in _TOLD_APART
        if title.strip() and len(texts) > 1 and _fits(kind, texts)
    ]
    return bool(like) and not any(like)


def _titles(table: Table, count: int, headers: int) -> list[str]:
    """What the header rows say above each column, from top to bottom, each once."""
    titles: list[list[str]] = [[] for _ in range(count)]
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.row < headers:
            for at in range(cell.column, min(count, cell.column + cell.column_span)):
                titles[at].append(plain_text(cell.text))
    return [" ".join(dict.fromkeys(filter(None, parts)))[:200] for parts in titles]


def _texts_by_column(tables: Sequence[Table], titles: list[str]) -> list[list[str]]:
    texts: list[list[str]] = [[] for _ in titles]
    rows = 0
    for table in tables:
        for cell in table.cells:
            is_title = cell.row < table.header_rows or plain_text(cell.text) == titles[cell.column]
            if not is_title and cell.column_span == 1 and cell.text.strip():
                texts[cell.column].append(cell.text)
        rows += table.rows
        if rows > _SAMPLE_ROWS:
            break
    return [some[:: -(-len(some) // _SAMPLE_TEXTS) or 1] for some in texts]


def _guess_column(title: str, texts: list[str]) -> Column:
    kind, scheme, codes = _guess_kind(title, texts)
    script = "digits" if kind in ("number", "date", "identity") and not _has_letters(texts) else _script_of(texts)
    return Column("", title, kind, script, codes, scheme)


def _guess_kind(title: str, texts: list[str]) -> tuple[ColumnKind, str, tuple[str, ...]]:
    """Kind, scheme and codes of a column that holds these texts."""
    if not texts:
        return "text", "", ()
    scheme = next((scheme for scheme in _SCHEMES if _fits("identity", texts, scheme)), "")
    if scheme:
        return "identity", scheme, ()
    if _fits("date", texts) and (not _fits("number", texts) or _have_months(texts)):
        return "date", "", ()
    if _fits("number", texts):
        return "number", "", ()
    plain = Counter(map(plain_text, texts))
    if _NAME_TITLE.search(title):
        return "name", "", ()
    few = len(plain) <= min(_CODES, len(texts) / 4) and max(map(len, plain)) <= _CODE_CHARS
    if len(texts) >= _CODE_ROWS and few and min(plain.values()) > 1:
        return "code", "", tuple(sorted(plain))
    return ("free" if float(np.median([len(text) for text in texts])) > _FREE_CHARS else "text"), "", ()


def _fits(kind: ColumnKind, texts: list[str], scheme: str = "") -> bool:
    """Whether most of the texts are of that kind; 18 figures with a wrong checksum still have that form."""
    column = Column("x", kind=kind, scheme=scheme)
    good = ("", "checksum_fails") if scheme == "cn-resident" else ("",)
    of_it = sum(value_of(column, text).problem in good for text in texts)
    return of_it >= _MOST * len(texts)


def _have_months(texts: list[str]) -> bool:
    """Whether 2017.3 and the like are months rather than decimals: nearly all are of years that people write about."""
    dates = [value_of(Column("x", kind="date"), text).date for text in texts]
    recent = sum(date is not None and date.month is not None and 1900 <= (date.year or 0) < 2100 for date in dates)
    return recent >= 0.95 * len(texts)


def _has_letters(texts: list[str]) -> bool:
    return any(unicodedata.category(char).startswith("L") and char not in "Xx" for text in texts for char in text)


def _script_of(texts: list[str]) -> str:
    """The script of nine tenths of the letters; empty if they are mixed."""
    found = Counter(scripts_of(codes_of("".join(texts)[:20_000])).tolist())
    found.pop(0, None)
    if not found:
        return "digits" if texts else ""
    script, times = found.most_common(1)[0]
    return SCRIPTS[script] if times >= 0.9 * sum(found.values()) and SCRIPTS[script] != "Zyyy" else ""


def _with_names(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with names: the Latin title in small letters, else c1, c2 and so on; none twice."""
    made: list[Column] = []
    taken: set[str] = set()
    for number, column in enumerate(columns, 1):
        plain = unicodedata.normalize("NFKD", column.title).encode("ascii", "ignore").decode().lower()
        is_latin = _script_of([column.title]) == "Latn"
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] if is_latin else ""
        if not re.match("[a-z]", name) or name in taken or re.fullmatch(r"c[0-9]+", name):
            name = f"c{number}"
        taken.add(name)
        made.append(
            Column(name, column.title, column.kind, column.script, column.codes, column.scheme),
        )
    return tuple(made)
