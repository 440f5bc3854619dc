"""Rules that hold one row against itself.

What a number says of a birth date, a sex or a region is only held against the cell beside it, in which the list says
the same: it is never shown by itself, kept, or told of a row whose cell is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from fairwitness.facts.dates import parse_date
from fairwitness.facts.identifiers import Fit, Identifier
from fairwitness.facts.partial import PartialDate
from fairwitness.lists._reading_rows import Line, Lines, Violation
from fairwitness.lists.patterns import matches
from fairwitness.lists.rule_kinds import Rule
from fairwitness.lists.values import plain_text, value_of

_SEX_FIGURE = {"cn-resident": 16, "cn-resident-15": 14, "kz-iin": 6, "uz-pinfl": 0}  # odd for men in all of them
"""Where the figure stands that tells sex, from 0 (GB 11643-1999 and the forms of IIN and PINFL)."""
RowRule = Callable[[Lines, Line, Rule], Iterator[Violation]]


def date_order(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Dates that certainly do not follow one another; two that may be in order are."""
    strict = rule.option("strict") is True
    for at, name in enumerate(rule.columns[:-1]):
        other = rule.columns[at + 1]
        first, second = line.values[name].date, line.values[other].date
        if first is None or second is None:
            continue
        if is_after(first, second) or (strict and first == second and first.is_full):
            yield lines.violation(rule, "date_order", [line], (name, other), first=first, second=second)


def date_range(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Dates that certainly lie outside."""
    (name,) = rule.columns
    date, first, last = line.values[name].date, as_date(rule.option("first")), as_date(rule.option("last"))
    if date is not None and ((first and is_after(first, date)) or (last and is_after(date, last))):
        yield lines.violation(rule, "date_range", [line], (name,), date=date)


def number_range(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Numbers outside."""
    (name,) = rule.columns
    number, least, most = line.values[name].number, str(rule.option("least")), str(rule.option("most"))
    if number is not None and ((least and number < Decimal(least)) or (most and number > Decimal(most))):
        yield lines.violation(rule, "number_range", [line], (name,), number=number)


def checksum(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Numbers that do not fit themselves; those without the form of one too."""
    (name,) = rule.columns
    column = lines.columns[name]
    scheme = str(rule.option("scheme")) or column.scheme
    value = value_of(replace(column, kind="identity", scheme=scheme), line.values[name].raw)
    if value.problem:
        yield lines.violation(rule, value.problem, [line], (name,), number=value.raw)


def birth_date(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """A birth date beside a number that holds another."""
    number, date = (line.values[name] for name in rule.columns)
    if number.date is not None and date.date is not None and not number.date.fits(date.date):
        yield lines.violation(rule, "birth_date", [line], rule.columns, inside=number.date, beside=date.date)


def sex(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """A sex beside a number whose figure says the other; what is in neither of the lists is left alone."""
    number, cell = (line.values[name] for name in rule.columns)
    odd = _is_odd(number.identity)
    form = plain_text(cell.raw).casefold()
    said = next(
        (kind for kind in ("male", "female") if form in {plain_text(one).casefold() for one in rule.texts(kind)}), ""
    )
    if odd is not None and said and odd is not (said == "male"):
        yield lines.violation(rule, "sex", [line], rule.columns, beside=cell.raw)


def _is_odd(number: Identifier | None) -> bool | None:
    """Whether the sex figure is odd; None where there is none, or the number does not fit itself."""
    if number is None or number.fit not in (Fit.VALID, Fit.NO_CHECKSUM) or number.kind not in _SEX_FIGURE:
        return None
    return int(number.normal[_SEX_FIGURE[number.kind]]) % 2 == 1


def region(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """A region beside a number that begins otherwise; texts that the rule does not list are left alone."""
    number, cell = (line.values[name] for name in rule.columns)
    form = plain_text(cell.raw)
    if number.identity is None or not form:
        return
    digits = rule.option("digits")
    size = digits if isinstance(digits, int) else 6
    listed = [one.partition(" ") for one in rule.texts("prefixes")]
    starts = [code for code, _, text in listed if plain_text(text) == form]
    if not listed and form.isdecimal():
        starts = [value_of(lines.columns[rule.columns[1]], form).normal[:size] or form[:size]]
    if starts and not number.identity.normal.startswith(tuple(starts)):
        yield lines.violation(rule, "region", [line], rule.columns, beside=cell.raw)


def row_sum(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """A sum that is not the sum of the cells beside it; empty cells count as nothing."""
    whole, *parts = rule.columns
    total = line.values[whole].number
    numbers = [line.values[name] for name in parts]
    if total is None or any(value.number is None and not value.is_empty for value in numbers):
        return
    found = sum((value.number for value in numbers if value.number is not None), Decimal(0))
    if found != total:
        yield lines.violation(rule, "row_sum", [line], rule.columns, stated=total, found=found)


def vocabulary(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Cells that hold something else."""
    (name,) = rule.columns
    form = lines.form(line, name)
    if form and form not in {plain_text(one) for one in rule.texts("values")}:
        yield lines.violation(rule, "not_in_vocabulary", [line], (name,), text=line.values[name].raw)


def required(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Empty cells."""
    (name,) = rule.columns
    if line.values[name].is_empty:
        yield lines.violation(rule, "required", [line], (name,))


def pattern(lines: Lines, line: Line, rule: Rule) -> Iterator[Violation]:
    """Cells that the pattern does not match as a whole; empty ones are left alone."""
    (name,) = rule.columns
    form = lines.form(line, name)
    if form and not matches(str(rule.option("pattern")), form):
        yield lines.violation(rule, "pattern", [line], (name,), text=line.values[name].raw)


def is_after(one: PartialDate, other: PartialDate) -> bool:
    """Whether the first is certainly later than the second, whatever is not written."""
    for left, right in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if left is None or right is None:
            return False
        if left != right:
            return left > right
    return False


def as_date(written: object) -> PartialDate | None:
    """The date of an option, such as 2017 or 2017-03-12."""
    parts = [int(part) for part in str(written).split("-") if part.isdecimal()]
    if 0 < len(parts) <= 3:
        return PartialDate(*parts)
    found = parse_date(str(written))
    return found.readings[0] if found else None


ROW_RULES: dict[str, RowRule] = {
    "date_order": date_order,
    "date_range": date_range,
    "number_range": number_range,
    "checksum": checksum,
    "birth_date": birth_date,
    "sex": sex,
    "region": region,
    "row_sum": row_sum,
    "vocabulary": vocabulary,
    "required": required,
    "pattern": pattern,
}
