"""Tables of many pages put together into one list, with nothing invented and nothing dropped.

Each text that was found on a page of the list is in one cell, or in those that share a merged one, or among what could
not be placed, with the reason. The same pages give the same list in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from fairwitness.core.cite import parse_any_cite
from fairwitness.core.lists import Column, List, Row, Unplaced
from fairwitness.core.tables import PageTables, Table
from fairwitness.lists._columns import Fitted, fit_columns, usual_spans
from fairwitness.lists._correcting import add_rows, concerns, correct_table
from fairwitness.lists._drafts import Draft, draft_rows, tell_kinds, unplaced
from fairwitness.lists._places import PageOf
from fairwitness.lists._tearing import join_torn, telling_columns
from fairwitness.lists.guessing import guess_setup
from fairwitness.lists.setup import Correction, Setup

_FEW_ROWS = 10
PageKey = tuple[str, int]
Found = Mapping[PageKey, PageTables | str]
WHY_UNPLACED: Mapping[str, str] = {
    "stray": "outside all tables of its page, such as a heading or a page number",
    "unread_ink": "ink outside all tables that gave no text",
    "other_columns": "in a table with other columns than the list",
    "outside_columns": "in a column of a sheet beyond those of the list",
    "no_place": "in a row of which no place is known",
    "repeated": "in a row whose place another row has already",
    "skipped": "on a page that somebody said is none of the list",
    "no_table": "in a table that somebody said is none of the list",
    "removed": "in a row that somebody said is none",
    "not_applied": "no text: a correction of the set-up that speaks of nothing that was found there",
}
"""Why a text is in no cell of the list."""


@dataclass
class _Making:
    """What has been made so far."""

    setup: Setup
    columns: tuple[Column, ...]
    right_to_left: bool
    left: list[Unplaced] = field(default_factory=list)
    sources: list[Table] = field(default_factory=list)
    drafts: list[list[Draft]] = field(default_factory=list)
    applied: set[Correction] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)


def assemble(found: Found, setup: Setup) -> List:
    """The list that the set-up makes of the tables that were found on each page; of a page without, the cause.

    Keys are the full digest of a document and the number of a page. A page that the set-up asks for and `found` does
    not have is "missing". Without columns in the set-up they are guessed.
    """
    pages = list(_asked(found, setup))
    given = [PageOf(key[0], page) for key in pages if isinstance(page := found.get(key), PageTables)]
    skipped = {(where.document, where.page.number) for where in given if _says(setup, "skip", where)}
    usable = [where for where in given if (where.document, where.page.number) not in skipped]
    guessed = guess_setup([where.page for where in usable]) if not setup.columns else setup
    making = _Making(setup, guessed.columns, setup.right_to_left or (not setup.columns and guessed.right_to_left))
    for where in given:
        if where not in usable:
            making.left += _all_of(where, "skipped")
    by_page = _place(making, [_corrected(making, where) for where in usable])
    rows = _rows(making, pages, by_page)
    outcomes = [(*key, _outcome(found.get(key, "missing"), key in skipped)) for key in pages]
    making.left += _not_applied(making, given)
    held = {(place, cell.text) for row in rows for cell in row.cells if cell.shared for place in cell.places}
    order = {key: at for at, key in enumerate(pages)}
    left = sorted(
        (one for one in making.left if (one.place, one.text) not in held),
        key=lambda one: (order.get((one.document, one.page), len(order)), one.place, one.text, one.why),
    )
    return List(making.columns, tuple(rows), tuple(left), tuple(outcomes))


def _asked(found: Found, setup: Setup) -> Iterator[PageKey]:
    """The pages in the order of the list, each once."""
    if not setup.pages:
        yield from sorted(found)
        return
    documents = sorted({document for document, _ in found})
    seen: set[PageKey] = set()
    for wanted in setup.pages:
        document = next((one for one in documents if one.startswith(wanted.document)), wanted.document)
        for number in range(wanted.first, wanted.last + 1):
            if (document, number) not in seen:
                seen.add((document, number))
                yield document, number


def _outcome(page: PageTables | str, is_skipped: bool) -> str:
    if isinstance(page, str):
        return page or "missing"
    return "skipped" if is_skipped else "ok" if page.tables else "no_table"


def _says(setup: Setup, kind: str, where: PageOf) -> list[Correction]:
    return [one for one in setup.corrections if one.kind == kind and concerns(one, where)]


def _all_of(where: PageOf, why: str) -> list[Unplaced]:
    cells = [cell for table in where.page.tables for cell in table.cells if cell.text.strip()]
    return [*(unplaced(where, cell, why) for cell in cells), *(unplaced(where, one, why) for one in where.page.strays)]


def _corrected(making: _Making, where: PageOf) -> PageOf:
    """The page with its cells merged and split; what had something to do there is noted."""
    prefix = f"{where.document[:16]}:p{where.page.number}:"
    tables = where.page.tables
    for one in making.setup.corrections:
        if one.kind in ("merge", "split") and one.places[0].startswith(prefix):
            changed = tuple(correct_table(where, table, [one]) for table in tables)
            if any(new is not old for new, old in zip(changed, tables, strict=True)):
                making.applied.add(one)
            tables = changed
    return PageOf(where.document, replace(where.page, tables=tables))


def _not_applied(making: _Making, given: list[PageOf]) -> Iterator[Unplaced]:
    """Corrections that speak of a page, table, cell or row that is not there: nobody may think that they were done."""
    for one in making.setup.corrections:
        if one.kind in ("merge", "split"):
            is_applied = one in making.applied
        elif one.places:
            is_applied = making.seen.issuperset(one.places)
        else:
            is_applied = any(concerns(one, where) and one.table <= len(where.page.tables) for where in given)
        if not is_applied:
            document, page = _named_in(one)
            full = next((where.document for where in given if where.document.startswith(document)), document)
            yield Unplaced(full, page, one.places[0] if one.places else "", "", "not_applied")


def _named_in(one: Correction) -> tuple[str, int]:
    """Document and page that the correction names."""
    if one.places:
        cite = parse_any_cite(one.places[0])
        return cite.document, cite.page
    document, _, page = one.page.partition(":")
    return document, int(page or 0)


def _place(making: _Making, pages: list[PageOf]) -> dict[PageKey, list[int]]:
    """Draft rows of every table that has the columns of the list; gives the numbers of those of each page."""
    count = len(making.columns)
    usual = usual_spans([(where, table) for where in pages for table in where.page.tables], count)
    by_page: dict[PageKey, list[int]] = {}
    for where in pages:
        of_page = by_page.setdefault((where.document, where.page.number), [])
        refused = {one.table for one in _says(making.setup, "no_table", where)}
        for at, table in enumerate(where.page.tables, 1):
            given = [one for one in _says(making.setup, "columns", where) if one.table == at]
            if {0, at} & refused:
                making.left += _cells_of(where, table, "no_table")
                continue
            fitted = (
                _as_given(making, table, given[-1].columns)
                if given
                else fit_columns(where, table, count, usual, making.right_to_left)
            )
            if fitted is None or not count:
                making.left += _cells_of(where, table, "other_columns")
                continue
            drafts, left = draft_rows(where, at, table, fitted, count)
            places = [place for one in making.setup.corrections if one.kind == "add_row" for place in one.places]
            making.drafts.append(drafts if of_page else add_rows(where, at, table, fitted.columns, drafts, places))
            of_page.append(len(making.drafts) - 1)
            making.sources.append(table)
            making.left += left
        making.left += [
            unplaced(where, stray, "stray" if stray.text.strip() else "unread_ink") for stray in where.page.strays
        ]
    return by_page


def _as_given(making: _Making, table: Table, names: tuple[str, ...]) -> Fitted:
    """The columns as a person named them, from left to right on the page; those without a name are none."""
    numbers = {column.name: at for at, column in enumerate(making.columns)}
    columns = [(numbers[name],) if name in numbers else () for name in names]
    return Fitted(tuple(columns[at] if at < len(columns) else () for at in range(table.columns)))


def _cells_of(where: PageOf, table: Table, why: str) -> list[Unplaced]:
    return [unplaced(where, cell, why) for cell in table.cells if cell.text.strip()]


def _rows(making: _Making, pages: list[PageKey], by_page: dict[PageKey, list[int]]) -> list[Row]:
    setup = making.setup
    tell_kinds(making.drafts, making.sources, setup.header_rows, [column.title for column in making.columns])
    kinds = {place: one.row_as for one in setup.corrections if one.kind == "row" for place in one.places}
    held: list[tuple[PageKey, list[Draft]]] = []
    for key in pages:
        drafts = [draft for at in by_page.get(key, []) for draft in making.drafts[at]]
        kept = _kept(making, drafts, kinds)
        if kept:
            held.append((key, kept))
    every = [row for _, kept in held for row in kept if row.kind == "data"]
    telling = telling_columns(_whole_rows([kept for _, kept in held]), len(making.columns), _serial(making), every)
    order = {key: at for at, key in enumerate(pages)}
    follows = [
        one[0] == other[0] and one[1] + 1 == other[1] and order[one] + 1 == order[other]
        for (one, _), (other, _) in pairwise(held)
    ]
    pairs = {kind: [(one.places[0], one.places[1]) for one in setup.corrections if one.kind == kind]
             for kind in ("join", "apart")}  # fmt: skip
    joined = join_torn([kept for _, kept in held], follows, telling, pairs["join"], pairs["apart"])
    number = 0
    made = []
    for draft in joined:
        number += draft.kind == "data"
        made.append(draft.row(number if draft.kind == "data" else 0))
    return made


def _whole_rows(pages: list[list[Draft]]) -> list[Draft]:
    """Data rows that no page end can have torn; all of them if those are too few to tell anything."""
    data = [[row for row in rows if row.kind == "data"] for rows in pages]
    whole = [row for rows in data for row in rows[1:-1]]
    return whole if len(whole) >= _FEW_ROWS else [row for rows in data for row in rows]


def _kept(making: _Making, drafts: list[Draft], kinds: dict[str, str]) -> list[Draft]:
    """The rows of a page that are rows, each place once, of the kinds that people said."""
    kept: list[Draft] = []
    for draft in drafts:
        said = kinds.get(draft.id, draft.kind)
        if draft.id in making.seen or said == "remove":
            _leave(making, draft, "repeated" if draft.id in making.seen else "removed")
            making.seen.add(draft.id)
            kept = [one.flagged("repeated") if one.id == draft.id else one for one in kept]
            continue
        making.seen.add(draft.id)
        kept.append(replace(draft, kind=said))  # type: ignore[arg-type]  # a kind of a row, or what the set-up allows
    return kept


def _leave(making: _Making, draft: Draft, why: str) -> None:
    """What the row says is in no row; a text that several of its cells share once."""
    where = draft.where
    for cell in draft.cells:
        place = cell.places[0] if cell.places else draft.id
        one = Unplaced(where.document, where.page.number, place, cell.text, why)
        if cell.text.strip() and not (cell.shared and one in making.left):
            making.left.append(one)


def _serial(making: _Making) -> int:
    """The column that a rule says holds serial numbers; -1 for none."""
    names = [rule.columns[0] for rule in making.setup.rules if rule.kind == "serial"]
    return next((at for at, column in enumerate(making.columns) if column.name in names), -1)
