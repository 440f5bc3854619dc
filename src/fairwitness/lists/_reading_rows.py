"""The rows of a list as rules look at them: each cell with its text, what it means, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairwitness.core.lists import Column, List, Row
from fairwitness.lists.rule_kinds import Rule
from fairwitness.lists.values import Value, comparison_form, value_of

Texts = Mapping[tuple[str, int], str]
"""What people decided that cells hold, by the id of the row and the number of the column."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule found: which rule, a code of ours (`CODES`), the rows by their ids and the cells by their cites.

    `data` holds what was compared, for the eyes of who works on the list: it never goes into a log.
    """

    rule: str
    code: str
    rows: tuple[str, ...]
    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Line:
    """A row, its cells by the name of their column: the value, and the cite that it has there or was carried from."""

    row: Row
    at: int
    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return all(value.is_empty for value in self.values.values())


@dataclass(frozen=True, slots=True)
class Lines:
    """All rows but headers, in order, with the columns by name."""

    columns: Mapping[str, Column]
    all: tuple[Line, ...]

    @property
    def data(self) -> list[Line]:
        """The rows that are no sums and not blank."""
        return [line for line in self.all if line.row.kind == "data" and not line.is_blank]

    def form(self, line: Line, column: str) -> str:
        """The cell as it is compared with others."""
        return comparison_form(self.columns[column], line.values[column].raw)

    def violation(
        self, rule: Rule | str, code: str, lines: list[Line], columns: tuple[str, ...], **data: object
    ) -> Violation:
        """The violation of the rule by these rows, in these columns of each."""
        cells = tuple(dict.fromkeys(line.places[column] for line in lines for column in columns))
        name = rule if isinstance(rule, str) else rule.called
        told = tuple((key, str(value)) for key, value in data.items())
        return Violation(name, code, tuple(line.row.id for line in lines), cells, columns, told)


def read_lines(one: List, texts: Texts, carried: tuple[str, ...]) -> Lines:
    """The rows with what each cell means; `texts` over what the machine read.

    Columns that are `carried` pass what was written last to the empty cells below, over page ends too.
    """
    columns = {column.name: column for column in one.columns}
    lines = [_line(row, at, one, texts) for at, row in enumerate(one.rows) if row.kind != "header"]
    for name in carried:
        above: Line | None = None
        for line in lines:
            if line.row.kind != "data":
                continue
            if not line.values[name].is_empty:
                above = line
            elif above is not None and not line.is_blank:
                line.values[name], line.places[name] = above.values[name], above.places[name]
                line.carried.add(name)
    return Lines(columns, tuple(lines))


def _line(row: Row, at: int, one: List, texts: Texts) -> Line:
    line = Line(row, at)
    held = {cell.column: cell for cell in row.cells}
    for number, column in enumerate(one.columns):
        cell = held.get(number)
        text = texts.get((row.id, number), cell.text if cell is not None else "")
        line.values[column.name] = value_of(column, text)
        line.places[column.name] = cell.places[0] if cell is not None and cell.places else row.id
    return line
