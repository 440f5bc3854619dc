"""What a report is made from and what it could not read: no count without it."""

from __future__ import annotations

from collections import Counter

from fairwitness.publish.report import Heading, Part, Prose, TablePart
from fairwitness.work.report_parts import Work, caution, plural
from fairwitness.work.report_tables import ListTable

_OK = "ok"


def source_parts(work: Work) -> list[Part]:
    """The last part of every report: rows, pages that gave none, cells that nobody decided, counts held back."""
    made: list[Part] = [Heading("What this is made from, and what could not be read", 1)]
    rows = tuple(_list_row(table) for table in work.lists.tables.values())
    columns = ("List", "Rows", "Pages read", "Pages without rows", "Text in no cell", "Rows not sure")
    made.append(TablePart("The lists", columns, rows, (False, *[True] * 5), _page_notes(work)))
    cells = tuple(row for table in work.lists.tables.values() for row in _cell_rows(table))
    columns = ("Column", "Decided", "Undecided", "Illegible", "Blank", "Other")
    note = "Counts of this report use decided cells alone; what is undecided counts as missing."
    caption = "The cells of the lists: what people decided"
    made.append(TablePart(caption, columns, cells, (False, *[True] * 5), (note,)))
    held, of = work.counts.held_back()
    if of:
        made.append(Prose((
            f"{held:,} of {of:,} counts are held back ({work.recipe.threshold} is the smallest that is told), and with "
            f"them {work.claims.withheld:,} {plural('figure', work.claims.withheld)}. All tables of the report were "
            "looked at together, and what is held back cannot be worked out from the rest more closely than that.",
        )))  # fmt: skip
    return [
        *made,
        caution(("Figures hold for the lists as they were when the digests below were taken, and for nothing else.",)),
    ]


def about_lists(work: Work, recipe_digest: str) -> tuple[tuple[str, str], ...]:
    """Names and values of what the report was made from."""
    recipe = work.recipe
    told = [("Recipe (SHA-256)", recipe_digest), ("Written by", recipe.by), ("Seed", str(recipe.seed))]
    told.append(("Smallest count that is told", str(recipe.threshold)))
    for table in work.lists.tables.values():
        told.append((f"List {table.name}", f"{len(table.rows):,} rows, SHA-256 {table.digest}"))
    books = {one.codebook: one.codebook_digest for one in work.claims.made if one.codebook}
    told += [(f"Codebook {name}", f"SHA-256 {digest}") for name, digest in sorted(books.items())]
    return tuple(told)


def _list_row(table: ListTable) -> tuple[str, ...]:
    data = table.desk.list
    read = sum(how == _OK for _, _, how in data.pages)
    flagged = sum(bool(row.flags) for row in table.rows)
    numbers = (len(table.rows), read, len(data.pages) - read, len(data.unplaced), flagged)
    return (table.name, *(f"{number:,}" for number in numbers))


def _page_notes(work: Work) -> tuple[str, ...]:
    notes = []
    for table in work.lists.tables.values():
        data = table.desk.list
        causes = Counter(how for _, _, how in data.pages if how != _OK)
        if causes:
            notes.append(f"{table.name}: pages without rows: {_told(causes)}.")
        left = Counter(one.why for one in data.unplaced)
        if left:
            notes.append(f"{table.name}: text in no cell: {_told(left)}.")
        if (lost := len(table.desk.left_over())) > 0:
            notes.append(f"{table.name}: {lost:,} cells that people entered are in no row of it any more.")
        if table.asked.census:
            notes.append(f"{table.name}: taken as a census of its document; the recipe says so.")
    return tuple(notes)


def _cell_rows(table: ListTable) -> list[tuple[str, ...]]:
    made = []
    for column in table.columns:
        why = Counter(place[column].why for place in table.places)
        other = sum(count for name, count in why.items() if name not in ("", "undecided", "illegible", "blank"))
        numbers = (len(table.rows) - why["undecided"], why["undecided"], why["illegible"], why["blank"], other)
        made.append((f"{table.name}: {column}", *(f"{number:,}" for number in numbers)))
    return made


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
