"""A case with a made-up register: offices, invented numbers and reasons, verdicts, days; decided, coded, and in part not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.lists import Column
from fairwitness.custody.ledger import extend_log
from fairwitness.work.cell_entries import CELL, value_of
from fairwitness.work.coding import add_codebook
from fairwitness.work.heads import judge_over
from fairwitness.work.kept_lists import KeptList, change_list
from fairwitness.work.keying import Desk
from tests.work.support_lists import case_with_text, list_in

OFFICES, VERDICTS = ("canal office", "mill office", "ferry office"), ("kept", "freed", "sent on")
COLUMNS = (
    Column("office", kind="code", codes=OFFICES, personal=False),
    Column("number", kind="identity"),
    Column("reason", kind="free"),
    Column("day", kind="date", personal=False),
    Column("verdict", kind="code", codes=VERDICTS, personal=False),
)
BOOK = """\
[codebook]
id = "reasons"
version = "1"

[[code]]
code = "travel"
title = "Travel"
definition = "Travel, or the wish to."
legal = "lawful"

[[code]]
code = "dress"
title = "Dress"
definition = "Clothes or beards."
legal = "lawful"

[[code]]
code = "kin"
title = "Kin"
definition = "Who somebody is related to."
legal = "group"

[[code]]
code = "theft"
title = "Theft"
definition = "Something was taken."
legal = "offence"
cites = ["act", "provision"]
"""
WIDER = BOOK.replace('version = "1"', 'version = "2"\nseveral = false')
TEXTS = {
    "travel": "wished to travel",
    "dress": "long coat",
    "kin": "a cousin abroad",
    "theft": "took a horse, article 12",
}
ROWS = 90


def setup_of(columns: tuple[Column, ...] = COLUMNS) -> str:
    """The set-up of those columns."""
    made = []
    for one in columns:
        codes = f"codes = [{', '.join(repr(code) for code in one.codes)}]\n" if one.codes else ""
        head = f'[[column]]\nname = "{one.name}"\nkind = "{one.kind}"\npersonal = {str(one.personal).lower()}\n'
        made.append(head + codes)
    return "\n".join(made)


def register(rows: int = ROWS, seed: int = 7) -> list[dict[str, str]]:
    """The rows as they are in truth; every tenth is of the person of the row before."""
    chance = Random(seed)
    made: list[dict[str, str]] = []
    for row in range(rows):
        office = OFFICES[row * 3 // rows]
        codes = chance.sample(sorted(TEXTS), chance.choice((1, 1, 2)))
        number = f"{100000 + row:06d}" if row % 10 else made[-1]["number"] if made else "100000"
        day = date(2017, 3, 1) + timedelta(days=chance.randrange(60))
        verdict = chance.choices(VERDICTS, (6, 3, 1) if office == OFFICES[0] else (3, 6, 1))[0]
        made.append({
            "office": office, "number": number, "reason": ", ".join(TEXTS[code] for code in codes), "day": day.isoformat(),
            "verdict": verdict, "codes": " ".join(codes),
        })  # fmt: skip
    return made


def case_with_register(folder: Path, rows: int = ROWS, *, undecided: int = 6) -> tuple[Case, KeptList]:
    """A case with the register; the last `undecided` rows have no verdict, and the fifth is illegible."""
    case = case_with_text(folder)
    kept = list_in(case, rows, columns=COLUMNS)
    kept = change_list(case, kept.id, "heron", setup=setup_of())
    truth = register(rows)
    book, wider = add_codebook(case, kept, BOOK, "heron"), add_codebook(case, kept, WIDER, "heron")
    said: list[tuple[str, str, str, str]] = []
    for at, row in enumerate(Desk(case, kept).list.rows):
        for cell, column in zip(row.cells, COLUMNS, strict=True):
            about = f"{CELL}{kept.id}:{cell.places[0]}"
            if column.name == "verdict" and at >= rows - undecided:
                continue
            state = "illegible" if column.name == "verdict" and at == 4 else "text"
            text = truth[at][column.name] if state == "text" else ""
            said.append((about, "review:heron", value_of(state, text, "engine"), "heron"))
            if column.name == "reason":
                codes = truth[at]["codes"].split()
                for by in ("heron", "tern"):
                    given = codes[:1] if by == "tern" and at % 10 == 3 else codes
                    said.append((about, f"code:{book.called}:{by}", coded(given), by))
                said.append((about, f"code:{wider.called}:heron", coded(codes[:1]), "heron"))
    with case.marking() as changes:
        for about, what, value, by in said:
            judge_over(changes, about, what, value, by, ())
    extend_log(case)
    return case, kept


def coded(codes: list[str]) -> str:
    """The answer of a coder."""
    order = [code for code in TEXTS if code in codes]
    return canonical_json({"codes": order, "note": "", "proposed": False}).decode()


HEAD = """\
[report]
title = "What the register says"
dated = 2026-11-24
by = "heron"

[[list]]
name = "register"
list = "Register"
person = "number"
digest = "DIGEST"

[[variable]]
name = "reasons"
title = "stated reason"
column = "reason"
codebook = "reasons@1"
coders = "agreed"

[[variable]]
name = "wide"
title = "stated reason, first alone"
column = "reason"
codebook = "reasons@2"
coders = "any"

[[variable]]
name = "outcome"
column = "verdict"
groups = { kept = ["kept"], gone = ["freed", "sent on"] }
"""
