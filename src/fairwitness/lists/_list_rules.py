"""Rules that hold rows against one another: sums, counts, serial numbers, what is there twice, what is carried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from fairwitness.lists._reading_rows import Line, Lines, Violation
from fairwitness.lists._tearing import integer
from fairwitness.lists.rule_kinds import Rule

ListRule = Callable[[Lines, Rule], Iterator[Violation]]


def column_sum(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Rows of sums that do not state the sum of the rows above, since the last such row or since the beginning.

    Where a cell above was not understood, that is said instead.
    """
    (name,) = rule.columns
    carried = rule.option("carried") is True
    since, whole = Decimal(0), Decimal(0)
    unread: list[Line] = []
    for line in lines.all:
        value = line.values[name]
        if line.row.kind == "data":
            if value.number is None and not value.is_empty:
                unread.append(line)
            since, whole = since + (value.number or 0), whole + (value.number or 0)
            continue
        if value.number is not None:
            fits = value.number == whole or (not carried and value.number == since)
            if not fits and unread:
                yield lines.violation(rule, "sum_unknown", [line, *unread], (name,), stated=value.number)
            elif not fits:
                found = whole if carried else since
                yield lines.violation(rule, "column_sum", [line], (name,), stated=value.number, found=found)
            since = Decimal(0)
            unread = unread if carried else []


def count(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Rows of sums that do not state how many rows are above."""
    (name,) = rule.columns
    carried = rule.option("carried") is True
    since = whole = 0
    for line in lines.all:
        if line.row.kind == "data":
            since, whole = since + (not line.is_blank), whole + (not line.is_blank)
            continue
        stated = integer(line.values[name].raw)
        if stated is not None:
            if stated != whole and (carried or stated != since):
                found = whole if carried else since
                yield lines.violation(rule, "count", [line], (name,), stated=stated, found=found)
            since = 0


def serial(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Numbers that are missing, repeated, or out of order; one wrong number among right ones is one violation."""
    (name,) = rule.columns
    restart, start = str(rule.option("restart")), rule.option("start")
    first = start if isinstance(start, int) else 1
    data = lines.data
    last: Line | None = None
    expected = first
    for at, line in enumerate(data):
        if last is not None and _begins_again(last, line, restart):
            expected = first
        number = integer(line.values[name].raw)
        coming = integer(data[at + 1].values[name].raw) if at + 1 < len(data) else None
        if number is None:
            if line.values[name].is_empty:
                yield lines.violation(rule, "serial_missing", [line], (name,), expected=expected)
            expected += 1
        elif number == expected:
            expected += 1
        elif coming == expected + 1:
            yield lines.violation(rule, "serial_off", [line], (name,), stated=number, expected=expected)
            expected += 1
        else:
            both = [last, line] if last is not None else [line]
            code = "serial_gap" if number > expected else "serial_repeats"
            yield lines.violation(rule, code, both, (name,), stated=number, expected=expected)
            expected = number + 1
        last = line


def _begins_again(last: Line, line: Line, restart: str) -> bool:
    if restart == "page":
        return (last.row.document, last.row.page) != (line.row.document, line.row.page)
    return bool(restart) and last.values[restart].normal != line.values[restart].normal


def unique(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Rows that are the same in all of the columns, and not empty there."""
    yield from _same(lines, rule, "not_unique", rule.columns)


def duplicate_rows(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Rows that are there twice."""
    yield from _same(lines, rule, "duplicate_row", tuple(n for n in lines.columns if n not in rule.texts("except")))


def _same(lines: Lines, rule: Rule, code: str, columns: tuple[str, ...]) -> Iterator[Violation]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines.data:
        form = tuple(lines.form(line, name) for name in columns)
        if any(form) and not (len(columns) == 1 and line.carried.issuperset(columns)):
            groups.setdefault(form, []).append(line)
    for group in groups.values():
        if len(group) > 1:
            yield lines.violation(rule, code, group, columns, times=len(group))


def carry(lines: Lines, rule: Rule) -> Iterator[Violation]:
    """Cells that are empty with nothing above them that could hold for them."""
    (name,) = rule.columns
    for line in lines.data:
        if line.values[name].is_empty:
            yield lines.violation(rule, "nothing_to_carry", [line], (name,))


LIST_RULES: dict[str, ListRule] = {
    "column_sum": column_sum,
    "count": count,
    "serial": serial,
    "unique": unique,
    "duplicate_rows": duplicate_rows,
    "carry": carry,
}
