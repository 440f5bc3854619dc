"""Rows torn by the end of a page: joined where the list itself shows it, flagged where it only may be so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fairwitness.facts.dates import plain_figures
from fairwitness.lists._drafts import Draft, join_cells

_OFTEN = 0.9  # of all rows hold something in a column that tells rows apart
_COUNTS = 0.6  # of all neighbours go up by one in a column of serial numbers
_LONG_NUMBER = 40  # characters; a longer text is no serial number, whatever blanks are in it
_LOOKS = 5  # rows and pages to look ahead for the next number
_INTEGER = re.compile(r"[0-9]{1,9}")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Telling:
    """Which columns tell rows apart: the one of serial numbers, -1 for none, and those that are hardly ever empty."""

    serial: int
    keys: tuple[int, ...]


def telling_columns(
    rows: Sequence[Draft], count: int, serial: int = -1, every: Sequence[Draft] | None = None
) -> Telling:
    """What tells these rows apart; `serial` is the column that a person said, if any.

    Serial numbers are looked for in `every` row where it is given: with few rows a page, those that no page end can
    have torn are too few for numbers that go up by one.
    """
    held: Counter[int] = Counter(cell.column for row in rows for cell in row.cells if cell.text.strip())
    keys = tuple(column for column in range(count) if held[column] >= _OFTEN * len(rows) and rows)
    if serial < 0:
        looked = rows if every is None else every
        numbers: list[list[int]] = [[] for _ in range(count)]
        for row in looked:
            for cell in row.cells:
                number = integer(cell.text)
                if number is not None:
                    numbers[cell.column].append(number)
        serial = next((column for column in range(count) if _goes_up(numbers[column], len(looked))), -1)
    return Telling(serial, keys)


def _goes_up(numbers: list[int], rows: int) -> bool:
    ups = sum(second == first + 1 for first, second in pairwise(numbers))
    return len(numbers) >= 3 and len(numbers) >= _COUNTS * rows and ups >= _COUNTS * (len(numbers) - 1)


def integer(text: str) -> int | None:
    """The whole number that the text is, in any figures; None if it is none."""
    if len(text) > _LONG_NUMBER:
        return None
    match = _INTEGER.fullmatch(plain_figures(text).strip(" .、,\n"))
    return int(match[0]) if match else None


def join_torn(
    pages: list[list[Draft]],
    follows: Sequence[bool],
    telling: Telling,
    joined: Collection[Pair] = (),
    apart: Collection[Pair] = (),
) -> list[Draft]:
    """All rows in order, the last of each page joined with the first of the next where one row is torn.

    `follows[n]` says whether page n + 1 comes right after page n. Each element of `pages` is what one page holds.
    Which parts belong together follows from serial numbers: a row without one goes on if the row after it has
    the number that comes next. Without serial numbers it follows from columns that are hardly ever empty. Where it
    cannot be decided, both parts stay rows and are flagged.
    """
    made: list[Draft] = []
    for at, of_page in enumerate(pages):
        rows = of_page
        after = [row for row in rows if row.kind == "data"]
        before = next((place for place in reversed(range(len(made))) if made[place].kind == "data"), None)
        if at and after and before is not None:
            last, first = made[before], after[0]
            later = [row for page in pages[at + 1 : at + 1 + _LOOKS] for row in page if row.kind == "data"]
            before_it = [row for row in made[:before] if row.kind == "data"]
            verdict = _verdict(before_it, last, first, after[1:] + later, telling, follows[at - 1])
            pair = (last.id, first.id)
            verdict = "join" if pair in joined else "apart" if pair in apart else verdict
            if verdict == "join":
                parts = [first, *_further_parts(last, after[1:], later, telling, apart)]
                for part in parts:
                    made[before] = join_rows(made[before], part)
                rows = [row for row in rows if all(row is not part for part in parts)]
            elif verdict == "may":
                made[before] = last.flagged("may_go_on")
                rows = [row.flagged("may_go_on") if row is first else row for row in rows]
        made += rows
    return _join_others(_flag_open_end(made), joined)


def _further_parts(
    last: Draft, after: Sequence[Draft], later: Sequence[Draft], telling: Telling, apart: Collection[Pair]
) -> list[Draft]:
    """Rows right below a part of `last` that are parts of it too.

    Where no ruling runs, the lines of a part may have been taken for rows of their own.
    """
    parts: list[Draft] = []
    for at, row in enumerate(after if telling.serial >= 0 else ()):
        coming = [*after[at + 1 :], *later]
        is_part = not row.is_blank and not row.text(telling.serial) and _lacks_keys(row, telling)
        is_next = last.text(telling.serial) and _step(last, coming, telling.serial)[0] == 1
        if not is_part or not is_next or _has_unread(row, telling.serial) or (last.id, row.id) in apart:
            break
        parts.append(row)
    return parts


def join_rows(first: Draft, second: Draft) -> Draft:
    """One row of two parts."""
    columns = sorted({cell.column for cell in (*first.cells, *second.cells)})
    cells = []
    for column in columns:
        one, other = first.cell(column), second.cell(column)
        cells.append(join_cells(one, other) if one and other else one or other)
    flags = tuple(dict.fromkeys((*first.flags, *second.flags, "joined")))
    return replace(first, cells=tuple(cell for cell in cells if cell is not None), flags=flags)


def _verdict(made: list[Draft], last: Draft, first: Draft, coming: list[Draft], telling: Telling, follows: bool) -> str:
    """What the last row of one page and the first of the next are: join, may (be one), or apart."""
    if first.is_blank or last.is_blank or ":c" in last.id or ":c" in first.id:  # the text of a sheet is cut at rows
        return "apart"
    is_open = _is_cut(last, "cut_below")
    cut = is_open + _is_cut(first, "cut_above")
    if telling.serial >= 0:
        says = _by_serial(made, last, first, coming, telling, cut)
    else:
        says = _by_keys(last, first, telling, cut)
    if not follows and (says == "join" or is_open):
        return "may"
    return says


def _is_cut(row: Draft, flag: str) -> bool:
    return any(flag in cell.flags for cell in row.cells)


def _by_serial(
    made: Sequence[Draft], last: Draft, first: Draft, coming: Sequence[Draft], telling: Telling, cut: int
) -> str:
    """What serial numbers say: `made` are the rows before the last of the page, `coming` those after the first."""
    column = telling.serial
    has_last, has_first = bool(last.text(column)), bool(first.text(column))
    if has_last and has_first:
        return "may" if cut == 2 and last.text(column) == first.text(column) else "apart"
    if not has_last and not has_first:
        return "join" if cut == 2 and _lacks_keys(first, telling) else "may"
    # One of the two has no number. Do the numbers around leave a gap for a row of its own?
    part = first if has_last else last
    if _has_unread(part, column):
        return "may"
    step, without = _step(last, coming, column) if has_last else _step(first, made[::-1], column)
    if step == 1:
        return "join"
    if step is not None and step == without + 2:
        return "may" if cut else "apart"
    return "join" if cut or _lacks_keys(part, telling) else "may"


def _step(one: Draft, others: Sequence[Draft], column: int) -> tuple[int | None, int]:
    """How far the number of the next of these rows that has one is from that of `one`; and how many have none."""
    low = integer(one.text(column))
    for without, other in enumerate(others[:_LOOKS]):
        if other.text(column):
            high = integer(other.text(column))
            return (abs(high - low) if low is not None and high is not None else None), without
    return None, 0


def _has_unread(row: Draft, column: int) -> bool:
    cell = row.cell(column)
    return cell is not None and "unread_ink" in cell.flags


def _lacks_keys(row: Draft, telling: Telling) -> bool:
    """Whether most of what tells rows apart is empty."""
    keys = [column for column in telling.keys if column != telling.serial]
    return bool(keys) and sum(not row.text(column) for column in keys) > len(keys) / 2


def _by_keys(last: Draft, first: Draft, telling: Telling, cut: int) -> str:
    lacking = [column for column in telling.keys if not first.text(column)]
    if telling.keys and len(lacking) == len(telling.keys):
        return "join"
    if cut == 2 and (_lacks_keys(first, telling) or _lacks_keys(last, telling)):
        return "join"
    return "may" if cut == 2 or _lacks_keys(first, telling) or _lacks_keys(last, telling) else "apart"


def _flag_open_end(rows: list[Draft]) -> list[Draft]:
    """The last row of all goes on where nobody looked, if it is open below."""
    at = next((place for place in reversed(range(len(rows))) if rows[place].kind == "data"), None)
    if at is not None and _is_cut(rows[at], "cut_below"):
        rows[at] = rows[at].flagged("may_go_on")
    return rows


def _join_others(rows: list[Draft], joined: Collection[Pair]) -> list[Draft]:
    """The pairs that a person joined and that no page end parts."""
    for one, other in sorted(joined):
        first = next((row for row in rows if row.id == one), None)
        second = next((row for row in rows if row.id == other), None)
        if first is not None and second is not None and first is not second:
            rows = [join_rows(first, second) if row is first else row for row in rows if row is not second]
    return rows
