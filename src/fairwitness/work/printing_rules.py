"""Plain lines for people: what the rules of a list found, and what was exported of it."""

from __future__ import annotations

from collections import Counter

from fairwitness.lists.rules import CODES
from fairwitness.work.checking_lists import CheckedList
from fairwitness.work.list_export import Exported
from fairwitness.work.printing import count, safe

_MOST_ROWS = 12


def checked(found: CheckedList) -> str:
    """A line for each violation: the rule, what it says, the rows, and the cells below; no text of the list."""
    lines = []
    for one in found.violations:
        rows = [f"{found.row_numbers[row]}" for row in one.rows[:_MOST_ROWS]] + ["..."] * (len(one.rows) > _MOST_ROWS)
        where = f"row {', '.join(rows)}: " if rows else ""
        lines.append(f"{where}{safe(one.rule)}: {CODES[one.code]}")
        lines += [f"    {cell}" for cell in one.cells[:_MOST_ROWS]]
    told = ", ".join(f"{number:,} {code}" for code, number in sorted(Counter(v.code for v in found.violations).items()))
    lines.append(
        f"{count(len(found.violations), 'violation')}{': ' if told else ''}{told} "
        f"({found.decided:,} cells as decided, {found.proposed:,} as the machine read them)"
    )
    return "\n".join(lines)


def exported(done: Exported) -> str:
    """How many rows, what was withheld, and what nobody decided."""
    table = done.table
    open_cells = sum(some.get("open", 0) for some in table.statuses.values())
    lines = [f"{count(len(table.rows), 'row')}, {count(len(table.fields), 'field')}, {len(done.data):,} bytes"]
    if table.withheld:
        lines.append(f"withheld: {', '.join(table.withheld)}")
    if table.pseudonyms:
        lines.append(f"as pseudonyms: {', '.join(table.pseudonyms)}")
    if open_cells:
        lines.append(f"{count(open_cells, 'cell')} that nobody decided left empty")
    return "\n".join(lines)
