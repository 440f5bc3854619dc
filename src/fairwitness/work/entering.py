"""Keeps what people enter of a cell: signed, appended, refused where it would spoil the double keying.

Two people enter a cell without seeing a proposal or one another's entry; whoever has seen more than that cannot give
such an entry any more, and whoever gave one does not decide between them (docs/decisions/142).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import get_args

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.work.cell_entries import CELL, MODES, STATES, Entry, Mode, State, entry_of, is_entry, value_of, what_of
from fairwitness.work.heads import heads, judge_over
from fairwitness.work.judging import signature
from fairwitness.work.kept_lists import KeptList

MAX_TEXT_CHARS = 20_000  # of one cell; the longest cell of the lists we know has some hundred
_LINES = "\n\t"
_LOOKED_BACK = 200  # acts that are read at once for an undo


class BadEntry(FairwitnessError):
    """Something that cannot be said of a cell."""

    code = "bad_entry"


class EntryStale(FairwitnessError):
    """The person has entered this cell in the meantime, in another window or on another copy of the case."""

    code = "entry_stale"
    advice = "Look at the entry that there is, and change that."


class NotBlind(FairwitnessError):
    """Whoever has seen what others or the machine say of a cell cannot key it independently."""

    code = "not_blind"
    advice = "Leave this cell to somebody else."


class OwnEntry(FairwitnessError):
    """Whoever entered a cell cannot decide between the entries."""

    code = "own_entry"
    advice = "A third person decides, with the picture first."


class CellDecided(FairwitnessError):
    """Agreement is that of the entries before somebody decided, so none is added or changed behind it."""

    code = "cell_decided"
    advice = "Whoever finds it wrong adjudicates it again, if they did not enter it themselves."


def enter(
    case: Case,
    kept: KeptList,
    cell: str,
    by: str,
    mode: Mode,
    state: State,
    text: str = "",
    prefilled: str = "",
    replaces: str = "",
    *,
    note: str = "",
    draw: str = "",
) -> Entry:
    """The entry counts from now on. It is told in the log in the same moment.

    `replaces` is the id of that person's own entry that it replaces, empty for their first; for an adjudication, the
    ids of all adjudications that there are, with blanks between. `prefilled` is the engine whose proposal was shown.

    Raises:
        BadEntry: if it cannot be said of a cell.
        BadSignature: if nobody can sign with `by`.
        CellDecided: if it is keyed behind an adjudication.
        EntryStale: if what it replaces is not what counts.
        NotBlind: if the person has seen what others or the machine said.
        OwnEntry: if the person adjudicates what they entered.
    """
    signed = signature(by)
    _check(mode, state, text, prefilled, draw)
    about, what = f"{CELL}{kept.id}:{cell}", what_of(mode, signed, draw)
    value = value_of(state, _typed(text), prefilled, _typed(note))
    with case.marking() as changes:
        said = [one for one in changes.judgements(about) if is_entry(one.what)]
        _refuse(signed, mode, said)
        over = heads(one for one in said if one.what == what)
        if {one.id for one in over if one.value} != set(replaces.split()):
            raise EntryStale("You have entered this cell in the meantime." if mode != "adjudicate" else _DECIDED)
        made = judge_over(changes, about, what, value, signed, over)
    extend_log(case)
    return entry_of(cell, what, value, signed, made.at, made.id)


_DECIDED = "Somebody has decided on this cell in the meantime."


def undo(case: Case, kept: KeptList, by: str, modes: Collection[Mode] = MODES) -> Entry | None:
    """That person's last entry in the list is withdrawn, and the one that it was is given; None if there is none.

    Entries that were replaced or withdrawn are passed over, so that doing it again goes further back.
    """
    signed, before = signature(by), 0
    while True:
        acts = case.queries.judgements_signed(f"{CELL}{kept.id}:", signed, before, _LOOKED_BACK)
        for act in acts:
            if act.value and is_entry(act.what) and _mode(act) in modes and _withdrawn(case, act):
                extend_log(case)
                return entry_of(cell_of(act.about), act.what, act.value, act.by, act.at, act.id)
        if len(acts) < _LOOKED_BACK:
            return None
        before = acts[-1].seq


def cell_of(about: str) -> str:
    """The name of the cell that a judgement is about."""
    return about.split(":", 2)[2]


def _withdrawn(case: Case, act: Judgement) -> bool:
    """Whether the act counted, and does so no more."""
    with case.marking() as changes:
        counting = heads(changes.judgements(act.about, act.what))
        if act.id not in {one.id for one in counting}:
            return False
        judge_over(changes, act.about, act.what, "", act.by, [act])
        return True


def _refuse(by: str, mode: Mode, said: list[Judgement]) -> None:
    """What somebody has seen they have seen, also where they took back what they said of it."""
    did = {_mode(one) for one in said if one.by == by}
    counts = [one for one in heads(said) if one.value]
    if mode == "key" and did - {"key"}:
        raise NotBlind("You have seen what others or the machine say of this cell.")
    if mode == "key" and any(_mode(one) == "adjudicate" for one in counts):
        raise CellDecided("A third person has decided what this cell holds.")
    if mode == "audit" and did - {"audit"}:
        raise NotBlind("You have entered this cell before, so you cannot audit it.")
    if mode == "adjudicate" and {_mode(one) for one in counts if one.by == by} & {"key", "review", "audit"}:
        raise OwnEntry("You have entered this cell, so you cannot decide between the entries.")
    if mode == "adjudicate" and not counts:
        raise NotFound("Nobody has entered this cell yet.", advice="Key it, or review what the machine proposes.")


def _mode(act: Judgement) -> str:
    return act.what.partition(":")[0]


def _check(mode: str, state: str, text: str, prefilled: str, draw: str) -> None:
    if mode not in MODES:
        raise BadEntry("There is no such way to enter a cell.", advice=f"It is one of: {', '.join(MODES)}.")
    if state not in STATES:
        raise BadEntry("A cell has no such state.", advice=f"It is one of: {', '.join(get_args(State))}.")
    if state == "text" and not text.strip():
        raise BadEntry("The text is empty.", advice="Say that the cell is blank, or that it cannot be read.")
    if state in ("blank", "outside") and text.strip():
        raise BadEntry("A cell that holds nothing has no text.", advice="Take the text out, or the state back.")
    if mode in ("key", "audit") and prefilled:
        raise BadEntry("Whoever keys blind sees no proposal.", advice="Enter it as a review.")
    if (mode == "audit") != bool(draw):
        raise BadEntry("An entry of an audit names its sample, and no other does.", advice="Open the audit again.")


def _typed(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain) > MAX_TEXT_CHARS:
        raise BadEntry(f"The text is longer than {MAX_TEXT_CHARS:,} characters.", advice="Is it one cell?")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in _LINES for char in plain):
        raise BadEntry("The text has control characters.", advice="Take them out; blanks and line ends may stay.")
    return plain
