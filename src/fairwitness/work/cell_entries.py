"""What people said of a cell, and what follows from it (docs/decisions/142).

Data in, data out: `fairwitness.work.entering` keeps what somebody says, `fairwitness.work.keying` knows a whole list.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from fairwitness.core.canonical import canonical_json

State = Literal["text", "blank", "illegible", "struck", "outside", "ask"]
STATES: tuple[State, ...] = ("text", "blank", "illegible", "struck", "outside", "ask")
Mode = Literal["key", "review", "adjudicate", "audit"]
MODES: tuple[Mode, ...] = ("key", "review", "adjudicate", "audit")
Status = Literal["open", "once", "agreed", "differs", "reviewed", "adjudicated", "conflict"]
STATUSES: tuple[Status, ...] = ("open", "once", "agreed", "differs", "reviewed", "adjudicated", "conflict")
DECIDED: frozenset[Status] = frozenset(("agreed", "reviewed", "adjudicated"))
CELL = "cell:"
Form = Callable[[str], str]
"""The form of a text that two people must have typed alike to have typed the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person said of one cell, once.

    `cell` is its name, a cite; `by` the pseudonym; `text` raw, as it was typed; `prefilled` the engine whose proposal
    was shown meanwhile, empty for none; `at` in seconds since 1970; `id` that of the judgement. `draw` names the sample
    of an audit; `note` is a question for others. An entry with an empty `state` was withdrawn.
    """

    cell: str
    by: str
    mode: Mode
    state: State | Literal[""]
    text: str
    prefilled: str
    at: int
    id: str
    note: str = ""
    draw: str = ""

    @property
    def what(self) -> str:
        """The question of the judgement."""
        return what_of(self.mode, self.by, self.draw)

    @property
    def is_answer(self) -> bool:
        """Whether it says what the cell holds, and is neither a question nor withdrawn."""
        return self.state not in ("", "ask")


@dataclass(frozen=True, slots=True)
class CellState:
    """What people said of a cell so far.

    `entries` are those that count, in the order of time, without those of audits. `value` is the one that says what
    the cell holds, None unless the status is agreed, reviewed or adjudicated. `asked` are the open questions.
    """

    status: Status
    entries: tuple[Entry, ...] = ()
    value: Entry | None = None
    asked: tuple[Entry, ...] = ()


OPEN = CellState("open")


def what_of(mode: Mode, by: str, draw: str = "") -> str:
    """The question of the judgement by which somebody enters a cell; all adjudications answer the same one."""
    if mode == "adjudicate":
        return mode
    return f"audit:{draw}:{by}" if mode == "audit" else f"{mode}:{by}"


def is_entry(what: str) -> bool:
    """Whether that question is answered by an entry, and not by a code or something else about a cell."""
    return what == "adjudicate" or what.startswith(("key:", "review:", "audit:"))


def value_of(state: str, text: str, prefilled: str, note: str = "") -> str:
    """The answer of the judgement: canonical JSON."""
    plain = {"state": state, "text": text, "prefilled": prefilled} | ({"note": note} if note else {})
    return canonical_json(plain).decode()


def entry_of(cell: str, what: str, value: str, by: str, at: int, name: str) -> Entry:
    """The entry that a judgement about a cell is.

    Raises:
        ValueError: if it is none of ours.
    """
    mode, _, rest = what.partition(":")
    draw = rest.partition(":")[0] if mode == "audit" else ""
    if mode not in MODES or what != what_of(mode, by, draw):
        raise ValueError("not an entry")
    if not value:
        return Entry(cell, by, mode, "", "", "", at, name, "", draw)
    try:
        plain = json.loads(value)
        state, text, prefilled, note = plain["state"], plain["text"], plain["prefilled"], plain.get("note", "")
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not an entry") from None
    if state not in STATES or not (type(text) is type(prefilled) is type(note) is str):
        raise ValueError("not an entry")
    return Entry(cell, by, mode, state, text, prefilled, at, name, note, draw)


def same_answer(one: Entry, other: Entry, form: Form) -> bool:
    """Whether two people said the same of a cell: its state, and its text in the form that counts."""
    return one.state == other.state and (one.text == other.text or form(one.text) == form(other.text))


def blind_answers(entries: Iterable[Entry]) -> list[Entry]:
    """The answers that were keyed independently of the machine and of one another, at most one a person.

    Whoever saw a proposal or the entries of others, on whatever copy of the case, is not independent any more; nor
    does an answer count of which the same person gave two.
    """
    every = list(entries)
    seen = {one.by for one in every if one.mode in ("review", "adjudicate") or one.prefilled}
    keyed = [one for one in every if one.mode == "key" and one.is_answer and one.by not in seen]
    times = Counter(one.by for one in keyed)
    return [one for one in keyed if times[one.by] == 1]


def state_of(entries: Sequence[Entry], form: Form) -> CellState:
    """What follows from the entries that count on one cell (heads, in the order of time), audits aside.

    An adjudication by somebody who also keyed or reviewed the cell does not count: on one copy it is refused, and two
    copies that are merged may bring it about.
    """
    said = tuple(one for one in entries if one.state and one.mode != "audit")
    if not said:
        return OPEN
    answers = [one for one in said if one.is_answer]
    asked = tuple(one for one in said if one.state == "ask")
    own = {one.by for one in said if one.mode != "adjudicate"}
    judged = [one for one in answers if one.mode == "adjudicate"]
    third = [one for one in judged if one.by not in own]
    if judged:
        settled = bool(third) and all(same_answer(one, third[0], form) for one in third)
        return CellState("adjudicated", said, third[-1]) if settled else CellState("conflict", said, None, asked)
    if not answers:
        return CellState("open", said, None, asked)
    return _entered(entries, answers, asked, form)


def _entered(entries: Sequence[Entry], answers: list[Entry], asked: tuple[Entry, ...], form: Form) -> CellState:
    said = tuple(one for one in entries if one.state and one.mode != "audit")
    alike = all(same_answer(one, answers[0], form) for one in answers[1:])
    if not alike and len({one.what for one in answers}) < len(answers):
        return CellState("conflict", said, None, asked)
    if not alike:
        return CellState("differs", said, None, asked)
    if len(blind_answers(entries)) > 1:
        return CellState("agreed", said, answers[-1], asked)
    if any(one.mode == "review" or one.prefilled for one in answers):
        return CellState("reviewed", said, answers[-1], asked)
    return CellState("once", said, None, asked)
