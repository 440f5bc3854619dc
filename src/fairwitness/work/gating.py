"""Makes a redacted document and asks the gate about it, with everything that only the case knows.

The gate gets nothing from who made the file but the file: pages are drawn anew from the source, the file is opened and
judged in the sandbox, its pixels are read anew. What is written is what the gate let through, with the statement of
what is open beside it, and the log tells both what passed and what was refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.check_pdf import check_pdf, checking_sandbox, open_released
from fairwitness.publish.gate import CHECKS, GateReport, Given, NotPassed, Opened, Pixels, Statement, judge
from fairwitness.publish.rebuilt import Coding
from fairwitness.publish.withheld import LEAST_HAN, Word, squeeze
from fairwitness.work import judging
from fairwitness.work.findings import CHECKED, WITHDRAWN, findings_citing, findings_of
from fairwitness.work.people_releases import people_question
from fairwitness.work.recognising import ENGINE
from fairwitness.work.redacting import Rebuilt, Redaction, make_redaction, note_made, obstacles, redaction
from fairwitness.work.redaction_drawing import PageDrawer, PageNotPainted, PaintedReader

GATE = "gate:"
_NEAR = "near:"
_SEARCHED = frozenset({"person", "number", "contact", "address", "source"})
"""Reasons whose text must be nowhere in what leaves; that of a stamp or a stroke stands in many places."""

_LEAST_LETTERS = 3  # of a withheld string: "17" is in every file


class OwnPass(FairwitnessError):
    """Nobody lets pass alone what they covered themselves."""

    code = "own_pass"
    advice = "A second person looks at the page and signs with another pseudonym."


@dataclass(frozen=True, slots=True)
class Gated:
    """A redacted document with what the gate said of it; `statement` is the text that goes with it."""

    made: Rebuilt
    report: GateReport
    statement: str
    not_searched: int

    def write(self, path: Path) -> None:
        """The file lies at `path`, its statement and the report of the gate beside it; an older one there is replaced.

        Raises:
            NotPassed: if the gate refused it: then nothing is written.
        """
        data = self.report.allow(self.made.pdf)
        told = json.dumps(self.report.as_json(), ensure_ascii=False, indent=1)
        for name, content in (
            (path.with_name(path.name + ".txt"), self.statement.encode()),
            (path.with_name(path.name + ".gate.json"), told.encode() + b"\n"),
            (path, data),
        ):
            part = name.with_name(name.name + ".part")
            part.write_bytes(content)
            part.replace(name)


def withheld_of(one: Redaction) -> tuple[tuple[str, ...], int]:
    """The strings that must be nowhere in what leaves, and how many are too short to be looked for."""
    texts = {kept.box.withheld for kept in one.boxes if kept.box.reason in _SEARCHED and kept.box.withheld}
    texts |= {search.asked for search in one.searches if search.kind == "name" and search.asked}
    long = sorted(text for text in texts if _is_long(text))
    return tuple(long), len(texts) - len(long)


def _is_long(text: str) -> bool:
    plain = squeeze(text)
    return len(plain) >= (_LEAST_LETTERS if plain.isascii() or not _has_han(plain) else LEAST_HAN)


def _has_han(text: str) -> bool:
    return any("\u2e80" <= char <= "\u9fff" or char >= "\U00020000" for char in text)


def statement_of(case: Case, made: Rebuilt, error_rates: Sequence[str] = ()) -> Statement:
    """What must be said beside the file: findings on the document that nobody has checked, pages without text."""
    about = findings_citing(findings_of(case), made.document)
    open_ones = sum(one.status not in (CHECKED, WITHDRAWN) for one in about)
    unread = tuple(page.number for page in made.pages if not page.has_text)
    return Statement(open_ones, unread, tuple(error_rates))


def statement_text(statement: Statement, made: Rebuilt, not_searched: int) -> str:
    """The statement as it lies beside the file."""
    lines = [
        "This PDF was made of the pixels of the pages; what is black was covered before.",
        f"SHA-256: {made.sha256}",
        f"Pages: {len(made.pages)}.",
        *statement.sentences(),
    ]
    if not_searched:
        lines.append(f"Withheld strings that are too short to be looked for in the file: {not_searched}.")
    return "\n".join(lines) + "\n"


def gate(
    case: Case,
    one: Redaction,
    made: Rebuilt,
    *,
    engine: str | None = ENGINE,
    findings: Sequence[str] = (),
    used: Sequence[tuple[str, str]] = (),
    error_rates: Sequence[str] = (),
    report: str | None = None,
    unlocked: bool = False,
) -> Gated:
    """What the gate says of a redacted document as it was made.

    `engine` reads its pixels anew. `findings` are ids of those that the release rests on, `used` the fields of people
    (handle, field) that leave with it. `report` is the text that goes with it; None for the statement alone.

    Raises:
        NoEngine: if the engine cannot be used.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    sought, not_searched = withheld_of(one)
    statement = statement_of(case, made, error_rates)
    text = statement_text(statement, made, not_searched)
    now = redaction(case, one.id)
    problems = [problem.says for problem in obstacles(case, now)]
    if now.version != one.version:
        problems.append("the redaction has changed since the file was made")
    with checking_sandbox(unlocked=unlocked) as sandbox:
        found = open_released(made.pdf, sandbox=sandbox)
        judged = check_pdf(made.pdf, sandbox=sandbox)
    opened = Opened(*found) if found is not None else None
    words = _read_anew(case, made, opened, engine, unlocked) if opened is not None and engine is not None else None
    with PageDrawer(case, unlocked=unlocked) as drawer:
        given = Given(
            pages=made.pages,
            withheld=sought,
            opened=opened,
            judged=judged,
            drawn=_drawing(drawer, made.document),
            words=words,
            reviewers=made.reviewers,
            obstacles=problems,
            withdrawn=withdrawn_of(case, findings, used),
            statement=statement,
            report=text if report is None else report,
            accepted=_accepted(case, now),
        )
        told = judge(made.pdf, given)
    return Gated(made, told, text, not_searched)


def _drawing(drawer: PageDrawer, document: str) -> Callable[[int], Pixels]:
    return lambda number: drawer.draw(document, number).pixels


def _read_anew(
    case: Case, made: Rebuilt, opened: Opened, engine: str | None, unlocked: bool
) -> tuple[tuple[Word, ...], ...] | None:
    """What the engine reads of the pixels in the file; None where it fails: then the gate refuses."""
    with PaintedReader(case, engine or ENGINE, unlocked=unlocked) as reader:
        try:
            return tuple(
                reader.read(pixels, page.dpi, ()) for pixels, page in zip(opened.pixels, made.pages, strict=True)
            )
        except (PageNotPainted, ValueError):
            return None


def withdrawn_of(case: Case, findings: Sequence[str], used: Sequence[tuple[str, str]] = ()) -> list[str]:
    """What of that which the release rests on was taken back, or may not leave."""
    states = {one.id: one.status for one in findings_of(case)}
    gone = [f"finding {one}" for one in findings if states.get(one, WITHDRAWN) == WITHDRAWN]
    may, why = people_question(case, used)
    return gone if may else [*gone, why]


# --- people -------------------------------------------------------------------------------------------------------


def _accepted(case: Case, one: Redaction) -> frozenset[tuple[int, int]]:
    found: dict[tuple[int, int], bool] = {}
    for judgement in case.queries.judgements_beginning(GATE + one.id):
        kind, _, rest = judgement.what.partition(":")
        version, page, number = [*rest.split(":"), "", "", ""][:3]
        if f"{kind}:" == _NEAR and version == one.version and page.isdigit() and number.isdigit():
            found[int(page), int(number)] = judgement.value == judging.YES
    return frozenset(place for place, is_passed in found.items() if is_passed)


def let_pass(case: Case, one: Redaction, page: int, number: int, by: str) -> None:
    """Somebody looked at what reads nearly like withheld string `number` on that page of the file, and it is not it.

    It holds for the redaction as it is now.

    Raises:
        OwnPass: if they are the only one who drew boxes.
        BadSignature: if nobody can sign with `by`.
    """
    signed = judging.signature(by)
    if {one.by, *(kept.by for kept in one.boxes)} == {signed}:
        raise OwnPass("Who covered it lets nothing pass.")
    judging.judge(case, GATE + one.id, {f"{_NEAR}{one.version}:{page}:{number}": judging.YES}, by)
    extend_log(case)


def note_gate(case: Case, gated: Gated, by: str) -> None:
    """The log tells what the gate said: digests and answers, never text.

    Raises:
        BadSignature: if nobody can sign with `by`.
    """
    told = {
        "redaction": gated.made.redaction,
        "pdf": gated.report.sha256,
        "passed": gated.report.passed,
        "checks": {check.name: check.answer for check in gated.report.checks},
        "statement": hashlib.sha256(gated.statement.encode()).hexdigest(),
        "by": judging.signature(by),
    }
    with case.marking() as changes:
        changes.add_event("gate", told)
    extend_log(case)


def make_and_gate(
    case: Case,
    one: Redaction,
    by: str,
    *,
    engine: str = ENGINE,
    with_words: bool = True,
    coding: Coding = "lossless",
    error_rates: Sequence[str] = (),
    findings: Sequence[str] = (),
    unlocked: bool = False,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Gated:
    """The redacted document with what the gate says of it; the log tells both. Nothing is written yet.

    Raises:
        NotReady: if a second person has not looked at all of it.
        BadSignature, NoEngine, PageNotPainted, NoSandbox: as `make_redaction` and `gate` do.
    """
    judging.signature(by)
    made = make_redaction(case, one, engine=engine if with_words else None, coding=coding, unlocked=unlocked, tell=tell)
    gated = gate(case, one, made, engine=engine, error_rates=error_rates, findings=findings, unlocked=unlocked)
    note_gate(case, gated, by)
    if gated.report.passed:
        note_made(case, made, by)
    return gated


__all__ = [
    "CHECKS",
    "Gated",
    "NotPassed",
    "OwnPass",
    "gate",
    "let_pass",
    "make_and_gate",
    "note_gate",
    "statement_of",
    "statement_text",
    "withdrawn_of",
    "withheld_of",
]
