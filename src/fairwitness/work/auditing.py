"""How many cells of a list are wrong after all: a random sample is entered once more, blind (docs/decisions/145).

The sample is stratified by column, by the quality of the page and by who entered the cell. It is drawn, and told in the
log, before anybody looks at it. Somebody who entered none of it types it anew; where that differs from the value of the
list, a further person decides. What stays wrong gives the error rate of the list, with an exact interval.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

from fairwitness.analyse import intervals
from fairwitness.analyse.intervals import Share, sample_for_no_errors, stratified
from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.custody.ledger import extend_log
from fairwitness.work.cell_entries import CELL, Entry, entry_of, is_entry, same_answer
from fairwitness.work.draws import DRAW, Draw, Key, Stratum, draw_value, drawn, draws_of, frame_digest
from fairwitness.work.entering import cell_of
from fairwitness.work.heads import heads, judge_over
from fairwitness.work.judging import signature
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.keying import Desk, form_of

AUDIT = "audit:"
MAX_ERROR, CONFIDENCE = 0.01, 0.95
_GOOD, _FAIR = 950, 850  # median confidence of the cells of a page, in thousandths

Verdict = Literal["waiting", "right", "wrong", "unsettled"]


class NothingToAudit(FairwitnessError):
    """No cell of the list is decided yet."""

    code = "nothing_to_audit"
    advice = "Key, adjudicate or review some cells first; an audit is of what was decided."


class AuditUnfinished(FairwitnessError):
    """Not every cell of the sample was entered again, so there is no error rate yet."""

    code = "audit_unfinished"
    advice = "Enter the rest of the sample; a part of it, chosen by whoever stops, is no random sample."


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Of `cells` decided cells `drawn` are in the sample and `done` were entered again.

    `wrong` of them were not what the list said; `unsettled` of those wait for a further person and count as wrong until
    then. `share` is the error rate with its exact interval, None until all are done. An empty `column` stands for the
    whole list.
    """

    column: str
    cells: int
    drawn: int
    done: int
    wrong: int
    unsettled: int
    share: Share | None

    def as_json(self) -> dict[str, Any]:
        """Plain values, rates rounded to six places."""
        told = asdict(self) | {"share": None}
        if self.share is not None:
            ends = {name: round(getattr(self.share, name), 6) for name in ("value", "low", "high", "level")}
            told["share"] = ends | {"method": self.share.method}
        return told


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found; `attached` says whether it was made part of the list, as it was then."""

    draw: Draw
    columns: tuple[ErrorRate, ...]
    overall: ErrorRate
    attached: bool = False

    @property
    def is_done(self) -> bool:
        """Whether every cell of the sample was entered again."""
        return self.overall.done == self.overall.drawn

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        draw = {"draw": self.draw.id, "seed": self.draw.seed, "frame": self.draw.frame, "by": self.draw.by}
        rates = {"columns": [one.as_json() for one in self.columns], "overall": self.overall.as_json()}
        return draw | {"at": self.draw.at, "attached": self.attached} | rates


def begin_audit(case: Case, kept: KeptList, by: str, cells: int = 0, seed: str = "") -> Draw:
    """A sample of the decided cells is drawn, and told in the log before anybody looks at it.

    `cells` is how many it has at least; 0 for as many as show, if all are right, that less than 1 % of the list is
    wrong (with 95 % confidence). `seed` is random unless it is given.

    Raises:
        BadSignature: if nobody can sign with `by`.
        NothingToAudit: if no cell is decided.
    """
    signed, desk = signature(by), Desk(case, kept)
    frame = _frame(desk)
    total = sum(map(len, frame.values()))
    if not total:
        raise NothingToAudit("No cell of this list is decided.")
    wanted = min(total, cells or sample_for_no_errors(MAX_ERROR, CONFIDENCE, total))
    seed = seed or secrets.token_hex(16)
    strata, digest, name = drawn(frame, wanted, seed), frame_digest(frame), secrets.token_hex(8)
    with case.marking() as changes:
        made = judge_over(changes, kept.about, DRAW + name, draw_value(seed, digest, wanted, strata), signed, [])
    extend_log(case)
    return Draw(name, seed, digest, wanted, strata, signed, made.at)


def audit_of(case: Case, kept: KeptList, beginning: str = "") -> Audit:
    """What the audit whose id begins so found until now; the last one if none is named.

    Raises:
        NotFound: if there is none, or more than one.
    """
    draws = draws_of(case, kept)
    found = [one for one in draws if one.id.startswith(beginning)] if beginning else draws[-1:]
    if len(found) != 1:
        raise NotFound("No audit, or more than one, begins so.", advice="Begin one: fairwitness list audit --new")
    desk, entries = Desk(case, kept), _entries(case, kept)
    verdicts = {cell: _verdict(desk, entries, found[0], cell, entry) for cell, entry in _sample(found[0])}
    by_column: dict[str, list[Stratum]] = {}
    for one in found[0].strata:
        by_column.setdefault(one.column, []).append(one)
    columns = tuple(_rate(column, strata, verdicts) for column, strata in by_column.items())
    attached = bool(heads(case.queries.judgements(AUDIT + found[0].id, kept.about)))
    return Audit(found[0], columns, _rate("", found[0].strata, verdicts), attached)


def audit_queue(desk: Desk, person: str, draw: str = "") -> list[str]:
    """Names of the cells of the sample that wait for that person, in a random order."""
    return desk.queue(person, "audit", draw=draw)


def attach_audit(case: Case, kept: KeptList, by: str, beginning: str = "") -> Audit:
    """What the audit found is a part of the list from now on, and told in the log.

    Raises:
        AuditUnfinished: if not every cell of the sample was entered again.
        BadSignature: if nobody can sign with `by`.
        NotFound: as for `audit_of`.
    """
    signed, audit = signature(by), audit_of(case, kept, beginning)
    if not audit.is_done:
        raise AuditUnfinished(f"{audit.overall.drawn - audit.overall.done} cells of the sample are not entered yet.")
    rows = [[one.column, one.cells, one.drawn, one.wrong, one.unsettled] for one in (*audit.columns, audit.overall)]
    value = canonical_json({"draw": audit.draw.id, "frame": audit.draw.frame, "rates": rows}).decode()
    with case.marking() as changes:
        what = AUDIT + audit.draw.id
        over = heads(changes.judgements(kept.about, what))
        if [one.value for one in over] != [value]:
            judge_over(changes, kept.about, what, value, signed, over)
    extend_log(case)
    return audit_of(case, kept, audit.draw.id)


def error_rates(case: Case, kept: KeptList) -> Audit | None:
    """The last audit that was made part of the list, as it stands now; None for none."""
    for draw in reversed(draws_of(case, kept)):
        found = audit_of(case, kept, draw.id)
        if found.attached:
            return found
    return None


def audited_answers(case: Case, kept: KeptList, audit: Audit) -> list[tuple[str, Entry, Entry]]:
    """For each cell of the sample that was entered again its name, what the list said, and what it holds after all.

    Where that is not settled yet it is what the audit found.
    """
    desk, entries = Desk(case, kept), _entries(case, kept)
    made = []
    for cell, decided_by in _sample(audit.draw):
        verdict, old = _verdict(desk, entries, audit.draw, cell, decided_by), entries.get(decided_by)
        if verdict == "waiting" or old is None:
            continue
        said = desk.entries(cell)
        later = [one for one in said if one.mode == "adjudicate" and one.is_answer and one.id != decided_by]
        again = [one for one in said if one.draw == audit.draw.id and one.is_answer]
        made.append((cell, old, old if verdict == "right" else later[-1] if verdict == "wrong" else again[-1]))
    return made


def _frame(desk: Desk) -> dict[Key, list[tuple[str, str]]]:
    """Every decided cell by column, quality of its page and who entered it, with the entry that decided it."""
    quality = _qualities(desk)
    frame: dict[Key, list[tuple[str, str]]] = {}
    for name, value in desk.decided().items():
        placed = desk.cells[name]
        people = "+".join(sorted({one.by for one in desk.state(name).entries if one.is_answer}))
        key = (placed.column.name, quality[placed.row.document, placed.row.page], people)
        frame.setdefault(key, []).append((name, value.id))
    return frame


def _qualities(desk: Desk) -> dict[tuple[str, int], str]:
    """Each page by how sure the machine was of its cells."""
    sure: dict[tuple[str, int], list[int]] = {}
    for placed in desk.cells.values():
        sure.setdefault((placed.row.document, placed.row.page), []).append(placed.cell.confidence)
    middles = {page: median(numbers) for page, numbers in sure.items()}
    return {page: "good" if m >= _GOOD else "fair" if m >= _FAIR else "poor" for page, m in middles.items()}


def _sample(draw: Draw) -> list[tuple[str, str]]:
    return [one for stratum in draw.strata for one in stratum.cells]


def _entries(case: Case, kept: KeptList) -> Mapping[str, Entry]:
    """Every entry that anybody ever gave, by its id; those that were replaced, too."""
    rows = case.queries.judgement_rows(f"{CELL}{kept.id}:")
    return {
        name: entry_of(cell_of(about), what, value, by, at, name)
        for _, name, about, what, value, at, _, by in rows
        if is_entry(what)
    }


def _verdict(desk: Desk, entries: Mapping[str, Entry], draw: Draw, cell: str, decided_by: str) -> Verdict:
    """Whether what the list said when the sample was drawn is what the cell holds."""
    said = desk.entries(cell)
    audited = [one for one in said if one.draw == draw.id and one.is_answer]
    old = entries.get(decided_by)
    if not audited or old is None or cell not in desk.cells:
        return "waiting"
    form = form_of(desk.cells[cell].column)
    if all(same_answer(one, old, form) for one in audited):
        return "right"
    later = [one for one in said if one.mode == "adjudicate" and one.is_answer and one.id != decided_by]
    if not later:
        return "unsettled"
    return "right" if all(same_answer(one, old, form) for one in later) else "wrong"


def _rate(column: str, strata: tuple[Stratum, ...] | list[Stratum], verdicts: Mapping[str, Verdict]) -> ErrorRate:
    counted = [[verdicts[cell] for cell, _ in stratum.cells] for stratum in strata]
    every = [one for each in counted for one in each]
    wrong, unsettled = every.count("wrong") + every.count("unsettled"), every.count("unsettled")
    share = None
    if "waiting" not in every:
        parts = [
            intervals.Stratum(stratum.size, len(each), len(each) - each.count("right"))
            for stratum, each in zip(strata, counted, strict=True)
        ]
        share = stratified(parts)
    size, done = sum(stratum.size for stratum in strata), len(every) - every.count("waiting")
    return ErrorRate(column, size, len(every), done, wrong, unsettled, share)
