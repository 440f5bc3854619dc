"""The desk at which people enter a list: what each of them has to do, may see, and has done (docs/decisions/142).

desk = Desk(case, kept)
for cell in desk.queue("heron", "key"):
    shown = desk.shown_to("heron", "key", cell)
    ...
    enter(case, kept, cell, "heron", "key", "text", typed)
desk.refresh()
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Cell, Column, Row
from fairwitness.core.tables import Alternative
from fairwitness.lists.setup import Keying
from fairwitness.lists.values import comparison_form
from fairwitness.work.cell_entries import (
    CELL,
    DECIDED,
    MODES,
    OPEN,
    STATES,
    STATUSES,
    CellState,
    Entry,
    Form,
    Mode,
    State,
    Status,
    entry_of,
    is_entry,
    same_answer,
    state_of,
    what_of,
)
from fairwitness.work.draws import Draw, draws_of
from fairwitness.work.entering import BadEntry, CellDecided, EntryStale, NotBlind, OwnEntry, cell_of, enter, undo
from fairwitness.work.judging import signature
from fairwitness.work.kept_lists import KeptList, list_data, setup_of

__all__ = [
    "DECIDED", "MODES", "STATES", "STATUSES", "BadEntry", "CellDecided", "CellState", "Desk", "Entry", "EntryStale",
    "ListProgress", "Mode", "NotBlind", "OwnEntry", "Placed", "Proposal", "Shown", "State", "Status",
    "cell_name", "enter", "undo",
]  # fmt: skip

Order = Literal["doubtful", "rows"]
DOUBTS = ("misfit", "unread_ink", "over_ruling", "stamped", "struck", "cut_above", "cut_below")
"""Flags of a cell that say that its proposal may be wrong, worst first."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its row and its column; `place` is its place in the list, by rows."""

    name: str
    place: int
    row: Row
    cell: Cell
    column: Column


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the machine read in a cell, as a reviewer sees it."""

    text: str
    confidence: int
    engine: str
    alternatives: tuple[Alternative, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a person may see of a cell in that mode, and nothing beyond it.

    `own` is the entry of theirs that counts, which a new one must name in `replaces`. `proposal` is None but in a
    review. `answers` are what others entered, as (state, text), each once and without names, in an order that tells
    nothing; they are empty but for an adjudication. `replaces` is what `enter` must be given; `asked` are questions
    that others left about the cell.
    """

    cell: Placed
    mode: Mode
    own: Entry | None
    replaces: str
    proposal: Proposal | None = None
    answers: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProgress:
    """How many cells of a column have which status; `asked` of them have an open question."""

    column: str
    cells: int
    by_status: dict[Status, int]
    asked: int

    @property
    def decided(self) -> int:
        """How many are agreed, reviewed or adjudicated."""
        return sum(self.by_status.get(status, 0) for status in DECIDED)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        counts = {"column": self.column, "cells": self.cells, "decided": self.decided, "asked": self.asked}
        return counts | {"by_status": {status: self.by_status.get(status, 0) for status in STATUSES}}


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a list is, by column; and how many cells of a column each person entered in which mode.

    `people` maps a pseudonym to a column to a mode to the number of cells. It tells who did what part of the work and
    nothing about how well: no rate, no speed.
    """

    columns: tuple[ColumnProgress, ...]
    people: dict[str, dict[str, dict[Mode, int]]]


class Desk:
    """A list and all that people entered of it, read once; `refresh` reads what came since. Safe to share."""

    def __init__(self, case: Case, kept: KeptList) -> None:
        self.kept = kept
        self.list = list_data(case, kept)
        self.setup = setup_of(kept)
        self.cells: dict[str, Placed] = {}
        for one in _placed(self.list.rows, self.list.columns):
            self.cells.setdefault(one.name, one)
        self._case = case
        self._lock = threading.Lock()
        self._seq = 0
        self._heads: dict[str, dict[str, Entry]] = {}  # cell: judgement: entry; none that was replaced
        self._replaced: set[str] = set()
        self._states: dict[str, CellState] = {}
        self._draws: list[Draw] | None = None
        self._frames: dict[str, dict[str, str]] = {}
        self.refresh()

    def refresh(self) -> bool:
        """The desk knows what was entered until now; False if that was nothing."""
        with self._lock:
            self._draws = None
            rows = self._case.queries.judgement_rows(f"{CELL}{self.kept.id}:", self._seq)
            for seq, name, about, what, value, at, replaces, by in rows:
                self._seq = seq
                if not is_entry(what):
                    continue
                cell = cell_of(about)
                said = self._heads.setdefault(cell, {})
                for old in replaces.split():
                    self._replaced.add(old)
                    said.pop(old, None)
                if name not in self._replaced:
                    said[name] = entry_of(cell, what, value, by, at, name)
                self._states.pop(cell, None)
            return bool(rows)

    def entries(self, cell: str) -> tuple[Entry, ...]:
        """Every entry that counts on the cell, audits and withdrawals too, in the order of time."""
        with self._lock:
            return self._entries(cell)

    def state(self, cell: str) -> CellState:
        """What follows from the entries on the cell of that name.

        Raises:
            NotFound: if the list has no such cell.
        """
        placed = self.placed(cell)
        with self._lock:
            if cell not in self._heads:
                return OPEN
            if cell not in self._states:
                self._states[cell] = state_of(self._entries(cell), form_of(placed.column))
            return self._states[cell]

    def placed(self, cell: str) -> Placed:
        """The cell of that name, with its row and its column.

        Raises:
            NotFound: if the list has none.
        """
        if cell not in self.cells:
            raise NotFound("The list has no such cell.", advice="It may have been set up anew; open the desk again.")
        return self.cells[cell]

    def keying_of(self, column: str) -> Keying:
        """Whether the column is keyed twice or reviewed once, as its set-up says."""
        return self.setup.keying_of(column)

    def _columns_for(self, mode: Mode) -> set[str]:
        """The columns that are entered in that mode, unless one is named."""
        every = {column.name for column in self.list.columns}
        if mode not in ("key", "review") or not self.kept.setup:
            return every
        wanted = "double" if mode == "key" else "review"
        return {name for name in every if self.keying_of(name) == wanted} or (every if mode == "review" else set())

    def draws(self) -> list[Draw]:
        """The samples of audits of the list, the oldest first, as of the last refresh."""
        if self._draws is None:
            self._draws = draws_of(self._case, self.kept)
            self._frames = {one.id: one.decided_by for one in self._draws}
        return self._draws

    def last_draw(self) -> str:
        """The id of the sample that was drawn last; empty if none was."""
        return next((one.id for one in reversed(self.draws())), "")

    def left_over(self) -> list[str]:
        """Names of cells that people entered and that the list, set up anew, has no more; nothing of them is lost."""
        with self._lock:
            return sorted(cell for cell, said in self._heads.items() if cell not in self.cells and _counts(said))

    def queue(
        self,
        person: str,
        mode: Mode,
        column: str | None = None,
        order: Order = "doubtful",
        part: tuple[int, int] = (1, 1),
        draw: str = "",
    ) -> list[str]:
        """Names of the cells that wait for that person in that mode.

        Without `column`, those of the columns that the set-up wants keyed twice, or reviewed (all, where it wants none
        reviewed); a column that is named is given in every mode.
        `part` (i, n) takes the rows that fall to the i-th of n groups of people, the same on every copy of the case.
        In an audit they are those of the sample `draw`, or of the last one, in a random order; none without a sample.
        Otherwise doubtful cells come first, or those of the first rows.
        """
        by = signature(person)
        some: Iterable[str] = self.cells
        if mode == "audit":
            draw = draw or self.last_draw()
            sample = next((one.cells for one in self.draws() if one.id == draw), ())
            some = [cell for cell in sample if cell in self.cells]
        columns = {column} if column is not None else self._columns_for(mode)
        waiting = [
            placed
            for placed in map(self.cells.__getitem__, some)
            if placed.column.name in columns
            and part_of(placed.row.id, part[1]) == part[0]
            and self._waits(placed.name, by, mode, draw)
        ]
        if mode != "audit":
            waiting.sort(key=_doubt if order == "doubtful" else _by_rows)
        return [placed.name for placed in waiting]

    def shown_to(self, person: str, mode: Mode, cell: str, draw: str = "") -> Shown:
        """What that person may see of the cell before they enter it; in an audit, of that sample or of the last one.

        Raises:
            NotBlind: if they have seen too much to key or to audit it.
            NotFound: if the list has no such cell.
            OwnEntry: if they entered what they would have to decide on.
        """
        placed, by, said = self.placed(cell), signature(person), self.entries(cell)
        what = what_of(mode, by, draw or self.last_draw() if mode == "audit" else "")
        same = [one for one in said if one.what == what and one.state]
        own = next((one for one in reversed(same) if one.by == by), None)
        replaces = " ".join(one.id for one in same)
        did = {one.mode for one in said if one.by == by}
        if (mode == "key" and did - {"key"}) or (mode == "audit" and did - {"audit"}):
            raise NotBlind("You have seen what others or the machine say of this cell.")
        if mode == "adjudicate":
            if any(one.by == by and one.state and one.mode != "adjudicate" for one in said):
                raise OwnEntry("You have entered this cell, so you cannot decide between the entries.")
            asked = tuple(one.note for one in said if one.state == "ask" and one.note)
            return Shown(placed, mode, own, replaces, None, without_names(said), asked)
        if mode == "review":
            read = placed.cell
            proposal = Proposal(read.text, read.confidence, read.engine, read.alternatives, read.flags)
            return Shown(placed, mode, own, replaces, proposal)
        return Shown(placed, mode, own, replaces)

    def progress(self) -> ListProgress:
        """How far the list is."""
        statuses: dict[str, dict[Status, int]] = {column.name: {} for column in self.list.columns}
        cells, asked = dict.fromkeys(statuses, 0), dict.fromkeys(statuses, 0)
        people: dict[str, dict[str, dict[Mode, int]]] = {}
        for name, placed in self.cells.items():
            column, state = placed.column.name, self.state(name)
            statuses[column][state.status] = statuses[column].get(state.status, 0) + 1
            cells[column] += 1
            asked[column] += bool(state.asked)
            for by, mode in {(one.by, one.mode) for one in self.entries(name) if one.state}:
                done = people.setdefault(by, {}).setdefault(column, {})
                done[mode] = done.get(mode, 0) + 1
        columns = (ColumnProgress(name, cells[name], statuses[name], asked[name]) for name in statuses)
        return ListProgress(tuple(columns), dict(sorted(people.items())))

    def decided(self) -> dict[str, Entry]:
        """For every cell that is decided the entry that says what it holds."""
        values = ((name, self.state(name).value) for name in self.cells)
        return {name: value for name, value in values if value is not None}

    def _entries(self, cell: str) -> tuple[Entry, ...]:
        return tuple(sorted(self._heads.get(cell, {}).values(), key=lambda one: (one.at, one.id)))

    def _disputed(self, cell: str, said: Sequence[Entry], state: CellState) -> bool:
        """Whether an audit found something else than the list says, and nobody has decided on that yet."""
        audited = [one for one in said if one.mode == "audit" and one.is_answer]
        if state.value is None or not audited:
            return False
        form, decided = form_of(self.cells[cell].column), {one.id for one in said if one.mode == "adjudicate"}
        self.draws()
        return any(
            not decided - {self._frames.get(one.draw, {}).get(cell)} and not same_answer(one, state.value, form)
            for one in audited
        )

    def _waits(self, cell: str, by: str, mode: Mode, draw: str) -> bool:
        """Whether the cell waits for that person in that mode."""
        if cell not in self._heads:
            return mode != "adjudicate"
        said, state = self.entries(cell), self.state(cell)
        did = {one.mode for one in said if one.by == by}  # what they have seen, also where they took it back
        counts = {one.mode for one in said if one.by == by and one.state}
        if mode == "adjudicate":
            waits = state.status in ("differs", "conflict") or bool(state.asked) or self._disputed(cell, said, state)
            return waits and not counts & {"key", "review", "audit"}
        if mode == "audit":
            return not did - {"audit"} and not any(one.draw == draw and one.state for one in said if one.draw)
        if state.status not in ("open", "once"):
            return False
        return not counts & {"key", "review"} if mode == "review" else not did - {"key"} and not counts


def cell_name(row: Row, cell: Cell, column: Column) -> str:
    """The name of a cell: the cite of where it stands; of one that a person added, its row and its column."""
    return cell.places[0] if cell.places else f"{row.id}/{column.name}"


def part_of(row: str, parts: int) -> int:
    """To which of so many groups of people, from 1, the row of that id falls; the same on every copy of the case."""
    return int.from_bytes(hashlib.sha256(row.encode()).digest()[:8], "big") % parts + 1


def form_of(column: Column) -> Form:
    """The form in which two people must have typed a text of that column alike to have typed the same."""
    return partial(comparison_form, column)


def _placed(rows: Sequence[Row], columns: Sequence[Column]) -> Iterator[Placed]:
    """The cells that are entered: those of data rows and totals; one that several rows share comes each time."""
    place = 0
    for row in rows:
        for cell in row.cells if row.kind != "header" else ():
            if 0 <= cell.column < len(columns):
                column = columns[cell.column]
                yield Placed(cell_name(row, cell, column), place, row, cell, column)
                place += 1


def _counts(said: dict[str, Entry]) -> bool:
    return any(one.state for one in said.values())


def _doubt(placed: Placed) -> tuple[int, int, int]:
    """Sorts doubtful cells first: by the worst flag, then by confidence."""
    flag = next((place for place, flag in enumerate(DOUBTS) if flag in placed.cell.flags), len(DOUBTS))
    return flag, placed.cell.confidence, placed.place


def _by_rows(placed: Placed) -> int:
    return placed.place


def without_names(said: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    """The answers of others, each once, in the order of a hash of them."""
    found = {(str(one.state), one.text) for one in said if one.is_answer}
    return tuple(sorted(found, key=lambda one: hashlib.sha256("\n".join(one).encode()).digest()))
