"""How well those agreed who keyed a list, column by column.

Only what was keyed blind counts: without a proposal, by somebody who saw no other entry, and before anybody decided.
It is a number about a column and never one about a person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fairwitness.analyse.agreement import (
    PERCENT,
    Coefficient,
    Ratings,
    ac1,
    alpha_statistic,
    bootstrapped,
    cohen,
    conger,
)
from fairwitness.work.cell_entries import Entry, Form, blind_answers
from fairwitness.work.keying import Desk, Placed, form_of

SEED = 20_170
SAMPLES = 1000
MAX_CONFUSED = 50  # values of a closed vocabulary, whose confusions are told


@dataclass(frozen=True, slots=True)
class ColumnAgreement:
    """Agreement on the `cells` cells of a column that at least two people keyed blind; `coders` people did.

    `percent` and `alpha` have intervals over pages, `ac1` and `kappa` (Cohen's for two coders, Conger's for more) over
    cells. `confused` counts, for columns of codes, the pairs of answers that differ, each in alphabetical order.
    """

    column: str
    cells: int
    coders: int
    percent: Coefficient
    alpha: Coefficient
    ac1: Coefficient
    kappa: Coefficient
    confused: tuple[tuple[str, str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to six places."""
        told: dict[str, Any] = {"column": self.column, "cells": self.cells, "coders": self.coders}
        for name in ("percent", "alpha", "ac1", "kappa"):
            told[name] = coefficient_json(getattr(self, name))
        return told | {"confused": [list(one) for one in self.confused]}


def agreement_of(desk: Desk, seed: int = SEED, samples: int = SAMPLES) -> list[ColumnAgreement]:
    """The agreement on every column, in their order; `seed` draws the pages for the intervals."""
    rows: dict[str, list[tuple[Placed, list[Entry]]]] = {column.name: [] for column in desk.list.columns}
    for name, placed in desk.cells.items():
        rows[placed.column.name].append((placed, blind_answers(desk.entries(name))))
    return [_column(name, cells, seed, samples) for name, cells in rows.items()]


def answer_of(entry: Entry, form: Form) -> tuple[str, str]:
    """What is compared: the state, and the text in the form that counts."""
    return entry.state, form(entry.text)


def coefficient_json(one: Coefficient) -> dict[str, Any]:
    """Plain values; null for what is not defined, with the reason."""
    numbers = {name: getattr(one, name) for name in ("value", "low", "high", "se")}
    return {k: None if v is None else round(v, 6) for k, v in numbers.items()} | {"units": one.units, "why": one.why}


def _column(column: str, cells: list[tuple[Placed, list[Entry]]], seed: int, samples: int) -> ColumnAgreement:
    twice = [(placed, said) for placed, said in cells if len(said) > 1]
    people = sorted({one.by for _, said in twice for one in said})
    place = {by: number for number, by in enumerate(people)}
    table: list[list[tuple[str, str] | None]] = []
    for placed, said in twice:
        line: list[tuple[str, str] | None] = [None] * len(people)
        for one in said:
            line[place[one.by]] = answer_of(one, form_of(placed.column))
        table.append(line)
    ratings, pages = Ratings.of(table), [(placed.row.document, placed.row.page) for placed, _ in twice]
    coded = bool(twice) and twice[0][0].column.kind == "code" and len(ratings.values) <= MAX_CONFUSED
    return ColumnAgreement(
        column,
        len(twice),
        len(people),
        bootstrapped(ratings, pages, "percent", PERCENT, seed=seed, samples=samples),
        bootstrapped(ratings, pages, "alpha", alpha_statistic("nominal"), seed=seed, samples=samples),
        ac1(ratings),
        cohen(ratings) if len(people) == 2 else conger(ratings),
        _confused(table) if coded else (),
    )


def _confused(table: list[list[tuple[str, str] | None]]) -> tuple[tuple[str, str, int], ...]:
    pairs: Counter[tuple[str, str]] = Counter()
    for line in table:
        said = sorted(text if state == "text" else f"({state}) {text}".strip() for state, text in filter(None, line))
        pairs.update((a, b) for place, a in enumerate(said) for b in said[place + 1 :] if a != b)
    return tuple((*pair, number) for pair, number in sorted(pairs.items()))
