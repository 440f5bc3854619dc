"""The people of the investigation, who mostly type what stands there, and sometimes do not."""

from __future__ import annotations

import random
from collections.abc import Collection

from examples.investigation.truth import WORDS, true_codes
from examples.synthetic_lists import TrueList
from fairwitness.case.case import Case
from fairwitness.lists.codebook import Codebook
from fairwitness.work.auditing import attach_audit, audit_queue, begin_audit
from fairwitness.work.coding import add_codebook, code_cell
from fairwitness.work.entering import enter
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.keying import Desk, Placed

KEYED = ("neighbourhood", "number", "reason", "began", "verdict")
"""The columns that the report needs; the others are left alone, and no name is typed at all."""
FIRST, SECOND, THIRD, AUDITOR, FOURTH = "heron", "tern", "egret", "plover", "rook"
_SLIPS = 0.03  # of the cells that somebody types are wrong
_BOTH = 0.006  # are typed wrongly by both, and alike: nobody notices
_UNREADABLE = 0.01
_MISCODED = 0.04


class People:
    """Who types and codes; everything they do wrong is planned by the seed and remembered in `planted`."""

    def __init__(self, case: Case, kept: KeptList, truth: TrueList, seed: int) -> None:
        self._case, self._kept, self._truth, self._seed = case, kept, truth, seed
        self.planted: dict[str, int] = {"slips": 0, "agreed slips": 0, "unreadable": 0, "miscoded": 0}

    def rows(self) -> int:
        """How many rows of data the list has."""
        return len(Desk(self._case, self._kept).list.data_rows)

    def key(self) -> None:
        """Two people type every cell that counts, each from the picture alone; a third decides where they differ."""
        desk = Desk(self._case, self._kept)
        for name in self._cells(desk):
            placed = desk.cells[name]
            for person in (FIRST, SECOND):
                state, text = self._typed(placed, person)
                enter(self._case, self._kept, name, person, "key", state, text)  # type: ignore[arg-type]
        self._decide(THIRD)

    def _decide(self, person: str) -> None:
        """Somebody who entered nothing of a cell decides where others differ."""
        desk = Desk(self._case, self._kept)
        for column in KEYED:
            for name in desk.queue(person, "adjudicate", column):
                shown = desk.shown_to(person, "adjudicate", name)
                text = self._true(desk.cells[name])
                enter(self._case, self._kept, name, person, "adjudicate", "text", text, replaces=shown.replaces)

    def code(self, book: str) -> Codebook:
        """Two people put every reason into the categories of the codebook, each alone."""
        kept = add_codebook(self._case, self._kept, book, FIRST)
        desk = Desk(self._case, self._kept)
        for name in self._cells(desk, ("reason",)):
            codes = true_codes(self._true(desk.cells[name]))
            for person in (FIRST, SECOND):
                given = self._miscoded(name, codes) if person == SECOND else codes
                code_cell(self._case, desk, kept, name, given, person)
        return kept

    def audit(self, cells: int) -> None:
        """Somebody who typed nothing types a random sample again, and a further person decides where that differs.

        The error rate becomes a part of the list.
        """
        draw = begin_audit(self._case, self._kept, AUDITOR, cells, seed=f"{self._seed:032x}")
        desk = Desk(self._case, self._kept)
        for name in audit_queue(desk, AUDITOR, draw.id):
            text = self._true(desk.cells[name])
            enter(self._case, self._kept, name, AUDITOR, "audit", "text", text, draw=draw.id)
        self._decide(FOURTH)
        attach_audit(self._case, self._kept, AUDITOR, draw.id)

    def _cells(self, desk: Desk, columns: Collection[str] = KEYED) -> list[str]:
        return [
            name
            for name, placed in desk.cells.items()
            if placed.column.name in columns and placed.row.kind == "data" and self._true(placed)
        ]

    def _true(self, placed: Placed) -> str:
        return self._truth.rows[placed.row.number - 1][self._truth.column(placed.column.name)]

    def _typed(self, placed: Placed, person: str) -> tuple[str, str]:
        text, both = self._true(placed), random.Random(f"{self._seed}:{placed.name}")
        if placed.column.name == "verdict" and both.random() < _UNREADABLE:
            self.planted["unreadable"] += person == FIRST
            return "illegible", ""
        if both.random() < _BOTH:
            self.planted["agreed slips"] += person == FIRST
            return "text", _slipped(text, placed, both)
        alone = random.Random(f"{self._seed}:{placed.name}:{person}")
        if alone.random() < _SLIPS:
            self.planted["slips"] += 1
            return "text", _slipped(text, placed, alone)
        return "text", text

    def _miscoded(self, name: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        chance = random.Random(f"{self._seed}:{name}:code")
        if chance.random() >= _MISCODED:
            return codes
        self.planted["miscoded"] += 1
        return codes[:-1] if len(codes) > 1 else (*codes, chance.choice([code for code in WORDS if code not in codes]))


def _slipped(text: str, placed: Placed, chance: random.Random) -> str:
    """The text as somebody types it who slips: another code, or one figure or letter too few."""
    others = [code for code in placed.column.codes if code != text]
    if others:
        return chance.choice(others)
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]
