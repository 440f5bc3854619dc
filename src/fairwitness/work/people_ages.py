"""Who in a list was a child at the date of the document, as far as the list itself says.

Looked at are birth dates (a column that the set-up holds against a number, or whose name says so), the dates inside
identity numbers, and ages. If any of them may mean a child, it is one; where none can be read, nobody knows.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Column, Row
from fairwitness.facts.partial import PartialDate
from fairwitness.lists.values import value_of
from fairwitness.publish.people import OF_AGE, Age, age_at
from fairwitness.work.kept_lists import lists_of
from fairwitness.work.keying import Desk, cell_name
from fairwitness.work.people import date_of_list, people_of, person_of_row

_BIRTH = re.compile(
    r"birth|\bborn\b|\bdob\b|出生|生日|рожд|род\.|туған|туулган|doğum|تۇغۇلغان|tughulghan|ميلاد", re.IGNORECASE
)
_AGE = re.compile(r"\bages?\b|^age_|_age$|年龄|年齢|岁|возраст|лет\b|жас[ыі]?\b|\byaş|يېشى|ياش|\byoshi", re.IGNORECASE)
_OLDEST = 120


def ages_of(case: Case) -> dict[str, Age]:
    """The age of everybody about whom somebody did something and who stands in a list that is kept, by handle."""
    wanted: dict[str, set[str]] = {}
    for one in people_of(case):
        if one.list_id:
            wanted.setdefault(one.list_id, set()).add(one.row)
    found: dict[str, Age] = {}
    for kept in lists_of(case):
        if kept.id in wanted:
            desk = Desk(case, kept)
            found |= ages_in(case, desk, wanted[kept.id])
    return found


def ages_in(case: Case, desk: Desk, rows: set[str] | None = None) -> dict[str, Age]:
    """The same of the rows of one list, or of these of them, by handle."""
    dated = date_of_list(case, desk.kept.id)
    births = {rule.columns[0] for rule in desk.setup.rules if rule.kind == "birth_date" and rule.columns}
    births |= {rule.columns[1] for rule in desk.setup.rules if rule.kind == "birth_date" and len(rule.columns) > 1}
    return {
        person_of_row(desk.kept.id, row.id): _age(desk, row, dated, births)
        for row in desk.list.data_rows
        if rows is None or row.id in rows
    }


def row_of(desk: Desk, number: int) -> Row:
    """The data row of that number.

    Raises:
        NotFound: if there is none.
    """
    for row in desk.list.data_rows:
        if row.number == number:
            return row
    raise NotFound(f"The list has no row {number}.", advice="Run: fairwitness list show CASE LIST")


def _age(desk: Desk, row: Row, dated: str, births: set[str]) -> Age:
    told = {_of_cell(column, text, dated, births) for column, text in _texts(desk, row)}
    if "child" in told:
        return "child"
    return "adult" if "adult" in told else "unknown"


def _texts(desk: Desk, row: Row) -> Iterator[tuple[Column, str]]:
    """Yield what each cell says: as people decided it, and as the machine read it, since either may be right."""
    for cell in row.cells:
        column = desk.list.columns[cell.column]
        state = desk.state(cell_name(row, cell, column))
        if state.value is not None:
            yield column, state.value.text
        elif cell.text.strip():
            yield column, cell.text


def _of_cell(column: Column, text: str, dated: str, births: set[str]) -> Age:
    value = value_of(column, text)
    named = f"{column.name} {column.title}"
    if column.kind == "identity" and value.identity is not None and value.identity.born is not None:
        return age_at(_span(value.identity.born), dated)
    if column.kind == "date" and value.date is not None and (column.name in births or _BIRTH.search(named)):
        return age_at(_span(value.date), dated)
    if _AGE.search(named):
        figures = re.fullmatch(r"\D*([0-9]{1,3})\D*", text)
        if figures is not None and int(figures[1]) <= _OLDEST:
            return "adult" if int(figures[1]) >= OF_AGE else "child"
    return "unknown"


def _span(born: PartialDate) -> tuple[date, date] | None:
    """The first and the last day that it can be."""
    if born.year is None or not born.is_possible or not 1 <= born.year <= 9900:
        return None
    months = (born.month, born.month) if born.month is not None else (1, 12)
    days = (born.day or 1, born.day or monthrange(born.year, months[1])[1])
    return date(born.year, months[0], days[0]), date(born.year, months[1], days[1])
