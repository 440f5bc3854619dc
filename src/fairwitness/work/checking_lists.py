"""Checks the rows of a kept list by the rules of its set-up: as people decided them, else as they were read."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from fairwitness.lists.rules import Violation, check
from fairwitness.work.keying import Desk, cell_name


@dataclass(frozen=True, slots=True)
class CheckedList:
    """What the rules found in a list.

    `decided` cells were checked as people decided them, `proposed` as the machine read them. `violations` come in the
    order of the rows; `row_numbers` tells the number of each row by its id, 0 for a total.
    """

    list: str
    rules: int
    decided: int
    proposed: int
    violations: tuple[Violation, ...]
    row_numbers: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told = [
            asdict(one) | {"row_numbers": [self.row_numbers[row] for row in one.rows], "data": dict(one.data)}
            for one in self.violations
        ]
        by_code = dict(sorted(Counter(one.code for one in self.violations).items()))
        plain = {"list": self.list, "rules": self.rules, "decided": self.decided, "proposed": self.proposed}
        return plain | {"by_code": by_code, "violations": told}


def check_list(desk: Desk) -> CheckedList:
    """What contradicts the rules of the list's set-up, and the kinds of its columns."""
    texts = decided_texts(desk)
    found = check(desk.list, desk.setup.rules, texts)
    cells = sum(len(row.cells) for row in desk.list.rows if row.kind != "header")
    numbers = {row.id: row.number for row in desk.list.rows}
    return CheckedList(desk.kept.id, len(desk.setup.rules), len(texts), cells - len(texts), tuple(found), numbers)


def decided_texts(desk: Desk) -> dict[tuple[str, int], str]:
    """What people decided that cells hold, by row and column; empty where nothing stands or can be read."""
    texts = {}
    for row in desk.list.rows:
        for cell in row.cells if row.kind != "header" else ():
            state = desk.state(cell_name(row, cell, desk.list.columns[cell.column]))
            if state.value is not None:
                texts[row.id, cell.column] = state.value.text if state.value.state == "text" else ""
    return texts
