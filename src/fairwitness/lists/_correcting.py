"""What people corrected of the tables that a machine found, done to the tables of one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.tables import Box, Table
from fairwitness.lists._drafts import Draft
from fairwitness.lists._places import PageOf, column_spans, overlap, row_spans, union
from fairwitness.lists.setup import Correction

from fairwitness.core.lists import Cell  # isort: skip

_TOUCHES = 0.5  # of a part must lie in a row or column to belong to it


def concerns(correction: Correction, where: PageOf) -> bool:
    """Whether the correction speaks of this page."""
    document, _, page = correction.page.partition(":")
    return bool(document) and where.document.startswith(document) and page == str(where.page.number)


def correct_table(where: PageOf, table: Table, corrections: Sequence[Correction]) -> Table:
    """The table with cells merged and split as people said, in the order in which they said it."""
    for one in corrections:
        if one.kind == "merge":
            table = _merged(where, table, one.places)
        elif one.kind == "split":
            table = _split(where, table, one.places)
    return table


def _merged(where: PageOf, table: Table, places: Sequence[str]) -> Table:
    cells = [cell for cell in table.cells if where.cite_cell(cell) in places]
    if len(cells) < 2:
        return table
    cells.sort(key=lambda cell: (cell.row, cell.column))
    row, column = min(cell.row for cell in cells), min(cell.column for cell in cells)
    end_row = max(cell.row + cell.row_span for cell in cells)
    end_column = max(cell.column + cell.column_span for cell in cells)
    says = [cell for cell in cells if cell.text.strip()]
    made = replace(
        cells[0],
        row=row,
        column=column,
        row_span=end_row - row,
        column_span=end_column - column,
        box=union(cell.box for cell in cells),
        start=min(cell.start for cell in cells),
        end=max(cell.end for cell in cells),
        text="\n".join(cell.text for cell in says),
        confidence=min((cell.confidence for cell in says), default=cells[0].confidence),
        alternatives=says[0].alternatives if len(says) == 1 else (),
        flags=tuple(dict.fromkeys(flag for cell in cells for flag in cell.flags)),
    )
    return replace(table, cells=(*(cell for cell in table.cells if cell not in cells), made))


def _split(where: PageOf, table: Table, places: Sequence[str]) -> Table:
    """The cell in parts; its lines go to them one by one if there are as many, else all to the first."""
    old = next((cell for cell in table.cells if where.cite_cell(cell) == places[0]), None)
    boxes = [box for place in places[1:] if (box := _box(where, place)) is not None]
    if old is None or len(boxes) < 2:
        return table
    lines = old.text.split("\n")
    texts = lines if len(lines) == len(boxes) else [old.text] + [""] * (len(boxes) - 1)
    unsure = () if len(lines) == len(boxes) or not old.text else ("unread_ink",)
    parts = []
    for box, text in zip(boxes, texts, strict=True):
        row, row_span = _covered(where.level(box)[1], row_spans(where, table), old.row, old.row_span)
        column, column_span = _covered(
            where.level(box)[0], column_spans(where, table) or [], old.column, old.column_span
        )
        flags = tuple(dict.fromkeys((*old.flags, *(unsure if not text else ()))))
        part = replace(old, row=row, column=column, row_span=row_span, column_span=column_span, box=box)
        parts.append(replace(part, text=text, alternatives=(), flags=flags))
    if len({(part.row, part.column) for part in parts}) != len(parts):
        return table  # two parts in one row and column: there is no such cell to split into
    return replace(table, cells=(*(cell for cell in table.cells if cell is not old), *parts))


def _covered(
    span: tuple[float, float], others: Sequence[tuple[float, float] | None], at: int, size: int
) -> tuple[int, int]:
    """First and number of the rows or columns, out of `size` from `at`, that the span covers."""
    inside = [n for n in range(at, min(at + size, len(others))) if (o := others[n]) and overlap(o, span) >= _TOUCHES]
    return (inside[0], inside[-1] - inside[0] + 1) if inside else (at, 1)


def _box(where: PageOf, place: str) -> Box | None:
    """The rectangle that the cite names, if it is on this page at the size at which its tables are."""
    cite = parse_any_cite(place)
    if not isinstance(cite, RegionCite) or not where.document.startswith(cite.document):
        return None
    if (cite.page, cite.dpi) != (where.page.number, where.page.dpi):
        return None
    x1, y1 = min(cite.x1, where.page.width_px), min(cite.y1, where.page.height_px)
    return (cite.x0, cite.y0, x1, y1) if cite.x0 < x1 and cite.y0 < y1 else None


def add_rows(
    where: PageOf, at: int, table: Table, columns: Sequence[tuple[int, ...]], rows: list[Draft], places: Sequence[str]
) -> list[Draft]:
    """The rows of a table and those that people saw beside them, from top to bottom.

    The rectangle of an added row is cut into cells where the columns of the table end; nothing is read in them.
    """
    spans = column_spans(where, table)
    for place in places:
        box = _box(where, place)
        if box is None or spans is None or any(row.id == place for row in rows):
            continue
        made = [Cell(fit[0], (cite,), flags=("unread_ink",)) for span, fit in zip(spans, columns, strict=True)
                if len(fit) == 1 and (cite := where.cite_box(_part(where, box, span)))]  # fmt: skip
        draft = Draft(where, at, place, tuple(sorted(made, key=lambda cell: cell.column)))
        middle = sum(where.level(box)[1]) / 2
        after = sum(_middle(where, row.id) < middle for row in rows)
        rows = [*rows[:after], draft, *rows[after:]]
    return rows


def _middle(where: PageOf, place: str) -> float:
    box = _box(where, place)
    return sum(where.level(box)[1]) / 2 if box is not None else 0.0


def _part(where: PageOf, box: Box, span: tuple[float, float]) -> Box:
    """The part of the box that lies in a column of the upright page; back on the page as it was given."""
    x0, y0, x1, y1 = where.upright(box)
    drift = sum(where.level(box)[0]) / 2 - (x0 + x1) / 2
    low, high = max(x0, round(span[0] - drift)), min(x1, round(span[1] - drift))
    if low >= high:
        return 0, 0, 0, 0
    back = replace(where.page, turn_deg=(360 - where.page.turn_deg) % 360)
    if where.page.turn_deg in (90, 270):
        back = replace(back, width_px=where.page.height_px, height_px=where.page.width_px)
    return PageOf(where.document, back).upright((low, y0, high, y1))
