"""Checks the rows of a list against themselves: no rule asks anybody, or says anything that the list does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fairwitness.core.lists import List
from fairwitness.lists._list_rules import LIST_RULES
from fairwitness.lists._reading_rows import Line, Lines, Texts, Violation, read_lines
from fairwitness.lists._row_rules import ROW_RULES
from fairwitness.lists.rule_kinds import RULE_KINDS, Rule

__all__ = ["CODES", "RULE_KINDS", "Texts", "Violation", "check"]

CODES: Mapping[str, str] = {
    "not_a_date": "what stands in a column of dates is none",
    "impossible_date": "there is no such day",
    "ambiguous_date": "day and month could be either; the column does not say which comes first",
    "two_digit_year": "the year has two figures, and the list does not say of which century",
    "not_a_number": "what stands in a column of numbers is none",
    "ambiguous_number": "the mark in the number may part thousands or decimals; the column does not say which",
    "not_in_form": "the number has not the form that the column says",
    "checksum_fails": "the number does not fit its own checksum",
    "not_in_vocabulary": "the text is not in the closed vocabulary",
    "required": "the cell is empty",
    "pattern": "the cell does not match the pattern",
    "date_order": "the dates do not follow one another",
    "date_range": "the date lies outside",
    "number_range": "the number lies outside",
    "birth_date": "the date inside the number is not the one beside it",
    "sex": "the figure in the number does not agree with the cell beside it",
    "region": "the number does not begin as the cell beside it says",
    "row_sum": "the sum is not that of the cells beside it",
    "column_sum": "the sum is not that of the rows above",
    "sum_unknown": "the sum cannot be checked, since a number above was not understood",
    "count": "it is not how many rows are above",
    "serial_missing": "the row has no serial number",
    "serial_off": "one serial number does not fit the ones around it",
    "serial_gap": "serial numbers are left out between two rows",
    "serial_repeats": "the serial number was there before",
    "not_unique": "several rows have the same here",
    "duplicate_row": "several rows are the same",
    "nothing_to_carry": "the cell is empty, and nothing above it holds for it",
    "no_such_column": "the rule names a column that the list no longer has",
}
"""What each code says; `Violation.code` is one of these."""


def check(one: List, rules: Sequence[Rule] = (), texts: Texts | None = None) -> list[Violation]:
    """What rows and cells contradict the rules, in the order of the rows.

    Each column also brings the rules of its kind: dates are dates, numbers numbers, identity numbers fit themselves,
    codes are in the vocabulary, required cells are not empty. `texts` are what people decided, by row and column; for
    all other cells what the machine read is checked.
    """
    names = {column.name for column in one.columns}
    usable = [rule for rule in rules if names.issuperset((*rule.columns, *_other_columns(rule)))]
    found = [Violation(rule.called, "no_such_column", (), (), rule.columns) for rule in rules if rule not in usable]
    carried = tuple(rule.columns[0] for rule in usable if rule.kind == "carry")
    lines = read_lines(one, texts or {}, carried)
    found += [violation for line in lines.data for violation in _of_columns(lines, line)]
    for rule in usable:
        if rule.kind in LIST_RULES:
            found += LIST_RULES[rule.kind](lines, rule)
        else:
            found += [violation for line in lines.data for violation in ROW_RULES[rule.kind](lines, line, rule)]
    order = {line.row.id: line.at for line in lines.all}
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda one: (order.get(one.rows[0], -1) if one.rows else -1, one.rule, one.code))


def _other_columns(rule: Rule) -> tuple[str, ...]:
    restart = str(rule.option("restart")) if rule.kind == "serial" else ""
    return (restart,) if restart not in ("", "page") else ()


def _of_columns(lines: Lines, line: Line) -> Iterator[Violation]:
    """What a column's own kind says of a cell."""
    for name, column in lines.columns.items():
        value = line.values[name]
        if name in line.carried:
            continue
        if value.problem:
            yield lines.violation(f"{column.kind}:{name}", value.problem, [line], (name,), text=value.raw)
        elif column.required and value.is_empty:
            yield lines.violation(f"required:{name}", "required", [line], (name,))
