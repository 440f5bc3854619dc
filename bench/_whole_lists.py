"""How right a list is that was put together from all its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from examples.synthetic_lists import MadeSet

from bench._tables import CellScore, FoundCell, score_cells
from fairwitness.core.lists import Column, List
from fairwitness.core.tables import PageTables
from fairwitness.lists.assembling import assemble
from fairwitness.lists.setup import Setup

DOCUMENT = "0" * 64  # the digest that the pages of a set are given


@dataclass(frozen=True, slots=True)
class WholeScore:
    """What became of the rows of a list.

    `torn` rows go over a page end; of them `joined` are one row of the list that says so, and `flagged` are rows that
    say they may go on. `unplaced` texts are in no cell, and said to be.
    """

    cells: CellScore
    torn: int
    joined: int
    flagged: int
    unplaced: int

    def line(self, name: str) -> list[str]:
        """A line of the table that is printed."""
        cells = self.cells
        return [
            *(name, f"{cells.rows_found} of {cells.rows}", str(cells.rows_invented)),
            *(f"{self.joined} of {self.torn}", str(self.flagged), f"{cells.exact / max(1, cells.cells):.4f}"),
            f"{cells.numbers_exact} + {cells.numbers_flagged} of {cells.numbers}",
            str(self.unplaced),
        ]


HEAD = (
    *("list", "rows found", "rows invented", "torn rows joined", "flagged", "cells exact"),
    *("numbers exact + flagged", "texts unplaced"),
)


def score_list(made: MadeSet, pages: Mapping[int, PageTables], columns: tuple[Column, ...]) -> WholeScore:
    """The list that all pages of a set give, laid beside the true one; `columns` is empty where nobody told them."""
    found = {(DOCUMENT, number): page for number, page in pages.items()}
    one = assemble(found, Setup(columns=columns, right_to_left=bool(columns) and made.list.right_to_left))
    true = [(row, column, 1, 1, text) for row, cells in enumerate(made.list.rows) for column, text in enumerate(cells)]
    number = next((at for at, column in enumerate(made.list.columns) if column.kind == "identity"), -1)
    settings = [cell.setting for sheet in made.sheets for cell in sheet.tables[0].cells]
    return WholeScore(
        score_cells(cells_of(one), true, number_column=number),
        torn=len({setting.list_row for setting in settings if setting.part}),
        joined=sum("joined" in row.flags for row in one.data_rows),
        flagged=sum("may_go_on" in row.flags for row in one.data_rows),
        unplaced=len(one.unplaced),
    )


def cells_of(one: List) -> list[FoundCell]:
    """The cells of the data rows as what is compared."""
    return [(row.number, cell.column, 1, 1, cell.text) for row in one.data_rows for cell in row.cells]
