"""What people decided that the cells of a list hold, for whoever works on it. What is published: `list_export`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from fairwitness.core.errors import NotFound
from fairwitness.work.keying import Desk, Status


@dataclass(frozen=True, slots=True)
class CellValue:
    """A cell of row number `row` (0 for a total): its status, and where it is decided its state and text."""

    cell: str
    row: int
    column: str
    status: Status
    state: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def values_of(desk: Desk, columns: Collection[str] = ()) -> list[CellValue]:
    """Every cell of these columns, or of all, by rows; one that is not decided has neither state nor text.

    Raises:
        NotFound: if the list has no such column.
    """
    if not set(columns) <= {column.name for column in desk.list.columns}:
        raise NotFound("The list has no such column.", advice="Run: fairwitness list show CASE LIST")
    found = []
    for name, placed in desk.cells.items():
        if not columns or placed.column.name in columns:
            state = desk.state(name)
            said = (state.value.state, state.value.text) if state.value is not None else ("", "")
            found.append(CellValue(name, placed.row.number, placed.column.name, state.status, *said))
    return found
