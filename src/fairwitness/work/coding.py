"""Coding of free texts: people put the cells of a list into the categories of a codebook, each coder by themselves.

A codebook and its version are kept with the list and never change: a change is a new version, and several stand side by
side. What a coder says of a cell is a judgement about it (`code:BOOK@VERSION:NAME`). Proposals for a coder come from
the texts that this coder coded before, so that coders stay independent of one another; who saw one is left out of the
agreement on that cell.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fairwitness.analyse.agreement import (
    PERCENT,
    Coefficient,
    Ratings,
    ac1,
    alpha_statistic,
    bootstrapped,
)
from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.lists.codebook import Codebook, Proposed, parse_codebook, propose, units_of
from fairwitness.lists.errors import BadCodebook
from fairwitness.work.agreeing import SAMPLES, SEED, coefficient_json
from fairwitness.work.cell_entries import CELL
from fairwitness.work.entering import EntryStale, cell_of
from fairwitness.work.heads import heads, judge_over
from fairwitness.work.judging import MAX_TEXT_CHARS, signature, written_text
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.keying import Desk

_BOOK = "codebook:"
_CODE = "code:"


class BadCode(FairwitnessError):
    """The cell cannot be given these codes."""

    code = "bad_code"
    advice = "fairwitness list codebook CASE LIST shows the codes of each codebook."


@dataclass(frozen=True, slots=True)
class Coded:
    """What a coder said of a cell: `codes` in the order of the codebook, none where no category fits.

    `proposed` says that a proposal was shown; `id` is that of the judgement, which a change must name.
    """

    cell: str
    by: str
    codes: tuple[str, ...]
    note: str
    proposed: bool
    at: int
    id: str


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """Agreement on whether texts belong into a category, over `cells` that at least two coded without a proposal."""

    code: str
    cells: int
    coders: int
    percent: Coefficient
    alpha: Coefficient
    ac1: Coefficient

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told: dict[str, Any] = {"code": self.code, "cells": self.cells, "coders": self.coders}
        return told | {name: coefficient_json(getattr(self, name)) for name in ("percent", "alpha", "ac1")}


def add_codebook(case: Case, kept: KeptList, text: str, by: str) -> Codebook:
    """The codebook is kept with the list, if it is not there already.

    Raises:
        BadCodebook: if it is none, or another one of that id and version is there.
        BadSignature: if nobody can sign with `by`.
    """
    signed, book = signature(by), parse_codebook(text)
    plain = text.replace("\r\n", "\n")
    if len(plain) > MAX_TEXT_CHARS:
        raise BadCodebook(f"it is longer than {MAX_TEXT_CHARS:,} characters")
    with case.marking() as changes:
        said = heads(changes.judgements(kept.about, _BOOK + book.called))
        if any(_parsed(one.value) != book for one in said):
            raise BadCodebook("another codebook has this id and version; give it a new version", key="version")
        if not said:
            judge_over(changes, kept.about, _BOOK + book.called, plain, signed, ())
    extend_log(case)
    return book


def codebooks_of(case: Case, kept: KeptList) -> list[Codebook]:
    """The codebooks of the list, by id and version; of two copies of the case that differ, the one that came first."""
    found: dict[str, str] = {}
    for one in case.queries.judgements_beginning(kept.about):
        if one.about == kept.about and one.what.startswith(_BOOK) and one.value:
            found.setdefault(one.what, one.value)
    return [book for _, text in sorted(found.items()) if (book := _parsed(text)) is not None]


def codebook_of(case: Case, kept: KeptList, called: str) -> Codebook:
    """The codebook of that name and version (reasons@1), or the last version of that name.

    Raises:
        NotFound: if the list has none.
    """
    found = [one for one in codebooks_of(case, kept) if called in (one.called, one.id)]
    if not found:
        raise NotFound("The list has no such codebook.", advice="Run: fairwitness list codebook CASE LIST")
    return found[-1]


class Coding:
    """What was coded by one codebook, read once."""

    def __init__(self, case: Case, desk: Desk, book: Codebook) -> None:
        """All that counts of what people said by now is read."""
        self.book, self.desk = book, desk
        self.by_coder: dict[str, dict[str, Coded]] = {}
        self._texts: dict[str, str] = {}
        what = f"{_CODE}{book.called}:"
        said: dict[tuple[str, str], list[Judgement]] = {}
        for one in case.queries.judgements_beginning(f"{CELL}{desk.kept.id}:"):
            if one.what.startswith(what):
                said.setdefault((cell_of(one.about), one.what), []).append(one)
        for (cell, _), judgements in said.items():
            for last in heads(judgements)[-1:]:
                coded = _coded(cell, last) if last.value else None
                if coded is not None:
                    self.by_coder.setdefault(last.by, {})[cell] = coded

    def cells(self, column: str) -> list[str]:
        """The cells of a column whose text people decided, by rows.

        Raises:
            NotFound: if the list has no such column.
        """
        if column not in {one.name for one in self.desk.list.columns}:
            raise NotFound("The list has no such column.", advice="Run: fairwitness list show CASE LIST")
        return [cell for cell, placed in self.desk.cells.items() if placed.column.name == column and self.text(cell)]

    def text(self, cell: str) -> str:
        """What people decided that the cell holds; empty where they did not, or it holds nothing."""
        if cell not in self._texts:
            value = self.desk.state(cell).value if cell in self.desk.cells else None
            self._texts[cell] = value.text if value is not None and value.state == "text" else ""
        return self._texts[cell]

    def queue(self, by: str, column: str) -> list[str]:
        """The cells of the column that this coder has not coded, by rows."""
        done = self.by_coder.get(signature(by), {})
        return [cell for cell in self.cells(column) if cell not in done]

    def proposals(self, by: str, cell: str) -> list[Proposed]:
        """Codes of the texts most alike that this coder coded before, with those cells as the reason."""
        mine = self.by_coder.get(signature(by), {})
        known = {name: (self.text(name), one.codes) for name, one in mine.items() if name != cell and self.text(name)}
        return propose(self.text(cell), known)

    def counts(self) -> dict[str, dict[str, int]]:
        """By coder, how many cells they gave each code, "" for no code; a cell counts once for each of its codes."""
        return {
            by: dict(Counter(code for one in said.values() for code in one.codes or ("",)))
            for by, said in sorted(self.by_coder.items())
        }

    def agreement(self, seed: int = SEED, samples: int = SAMPLES) -> list[CodeAgreement]:
        """Agreement on each code, over what coders said without a proposal; intervals over pages."""
        alone = [
            {cell: frozenset(one.codes) for cell, one in said.items() if not one.proposed and cell in self.desk.cells}
            for _, said in sorted(self.by_coder.items())
        ]
        often = Counter(cell for said in alone for cell in said)
        twice = [{cell: codes for cell, codes in said.items() if often[cell] > 1} for said in alone]
        twice = [said for said in twice if said]
        cells = sorted({cell for said in twice for cell in said})
        rows = [self.desk.cells[cell].row for cell in cells]
        pages = [(row.document, row.page) for row in rows]
        made = []
        for code, units in units_of(twice, self.book).items():
            ratings = Ratings.of(units)
            percent = bootstrapped(ratings, pages, "percent", PERCENT, seed=seed, samples=samples)
            alpha = bootstrapped(ratings, pages, "alpha", alpha_statistic("nominal"), seed=seed, samples=samples)
            made.append(CodeAgreement(code, len(cells), len(twice), percent, alpha, ac1(ratings)))
        return made


def code_cell(
    case: Case,
    desk: Desk,
    book: Codebook,
    cell: str,
    codes: Collection[str],
    by: str,
    *,
    note: str = "",
    proposed: bool = False,
    replaces: str = "",
) -> Coded:
    """The coder says that the text of the cell belongs into these categories, or into none of the codebook.

    `proposed` says that a proposal was shown to them; `replaces` is the id of what they said of it before, if they did.

    Raises:
        BadCode: if the codebook has no such code, or only one may be given.
        BadMark: if the note cannot be kept.
        BadSignature: if nobody can sign with `by`.
        EntryStale: if what it replaces is not what counts.
        NotFound: if the list has no such cell.
    """
    signed = signature(by)
    desk.placed(cell)
    unknown = set(codes) - book.names
    if unknown or (len(set(codes)) > 1 and not book.several):
        raise BadCode("The codebook has no such code." if unknown else "A text has one code in this codebook.")
    ordered = [one.code for one in book.codes if one.code in codes]
    value = canonical_json({"codes": ordered, "note": written_text(note), "proposed": proposed}).decode()
    about, what = f"{CELL}{desk.kept.id}:{cell}", f"{_CODE}{book.called}:{signed}"
    with case.marking() as changes:
        over = heads(changes.judgements(about, what))
        if {one.id for one in over if one.value} != set(replaces.split()):
            raise EntryStale("You have coded this cell in the meantime.")
        made = judge_over(changes, about, what, value, signed, over)
    extend_log(case)
    return Coded(cell, signed, tuple(ordered), written_text(note), proposed, made.at, made.id)


def _coded(cell: str, said: Judgement) -> Coded | None:
    """What the judgement says; None if it came from another copy of the case and says nothing of the kind."""
    try:
        plain = json.loads(said.value)
        codes, note = tuple(map(str, plain["codes"])), str(plain["note"])
        return Coded(cell, said.by, codes, note, plain["proposed"] is True, said.at, said.id)
    except (ValueError, TypeError, KeyError):
        return None


def _parsed(text: str) -> Codebook | None:
    try:
        return parse_codebook(text)
    except BadCodebook:  # from another copy of the case
        return None
