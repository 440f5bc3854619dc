"""Findings: sentences that people wrote about a case, each with the cites that carry it.

A finding is drafted, checked and, where it turns out wrong, withdrawn; nothing of it is edited or deleted, so that
whoever opens the case later sees who wrote, changed and checked what. It is a sentence with places in documents, and
never a record about a person.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.cite import Cite, parse_any_cite
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.work.judging import YES, BadMark, judge, written_text
from fairwitness.work.showing import look_up

FINDING = "finding:"
SENTENCE, STATUS, ORDER, CITE, COMMENT = "sentence", "status", "order", "cite:", "comment:"
DRAFT, CHECKED, WITHDRAWN = "draft", "checked", "withdrawn"
STATUSES = (DRAFT, CHECKED, WITHDRAWN)
MAX_CITES = 1000


class FindingChanged(FairwitnessError):
    """Somebody else changed the sentence in the meantime."""

    code = "finding_changed"
    advice = "Look at what it says now, and change that."


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a finding, and when (seconds since 1970)."""

    id: str
    text: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence with its cites, in the order that people gave them.

    `by` wrote the sentence as it stands, at `at`; `version` names that wording. `status` was set by `status_by`; a
    finding whose sentence or cites changed after it was checked is a draft again, and `changed` says so. `history`
    holds every act, the last one last.
    """

    id: str
    sentence: str
    by: str
    at: int
    version: str
    cites: tuple[str, ...]
    status: str
    status_by: str
    status_at: int
    changed: bool
    comments: tuple[Comment, ...]
    history: tuple[Judgement, ...]

    @property
    def checked_by_writer(self) -> bool:
        """Whether nobody but the writer checked it; that is shown, not forbidden."""
        return self.status == CHECKED and self.status_by == self.by

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        fields = ("sentence", "by", "at", "status", "status_by", "status_at", "changed", "checked_by_writer")
        told: dict[str, Any] = {"finding": self.id} | {name: getattr(self, name) for name in fields}
        comments = [asdict(comment) for comment in self.comments]
        history = [{name: getattr(act, name) for name in ("what", "value", "by", "at")} for act in self.history]
        return told | {"cites": list(self.cites), "comments": comments, "history": history}


def findings_of(case: Case) -> list[Finding]:
    """Every finding, also those withdrawn, in the order in which they were begun."""
    acts: dict[str, list[Judgement]] = {}
    for judgement in case.queries.judgements_beginning(FINDING):
        acts.setdefault(judgement.about, []).append(judgement)
    return [_finding(about, history) for about, history in acts.items()]


def finding(case: Case, beginning: str) -> Finding:
    """The one finding whose id begins so.

    Raises:
        NotFound: if there is none, or more than one.
    """
    acts: dict[str, list[Judgement]] = {}
    if beginning.isalnum():
        for judgement in case.queries.judgements_beginning(FINDING + beginning):
            acts.setdefault(judgement.about, []).append(judgement)
    if len(acts) != 1:
        raise NotFound("No finding, or more than one, begins so.", advice="Run: fairwitness findings CASE")
    ((about, history),) = acts.items()
    return _finding(about, history)


def add_finding(case: Case, sentence: str, by: str, cites: Iterable[str] = ()) -> Finding:
    """A new finding is in the case, as a draft.

    Raises:
        BadMark: if the sentence is empty or cannot be kept.
        BadCite: if one of the cites is none.
        NotFound: if a cite names nothing in this case.
    """
    answers = {SENTENCE: _sentence(sentence)} | {CITE + cite: YES for cite in _known(case, cites)}
    about = FINDING + secrets.token_hex(8)
    judge(case, about, answers, by)
    return _closed(case, about)


def change_finding(
    case: Case,
    beginning: str,
    by: str,
    *,
    sentence: str | None = None,
    version: str = "",
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    order: Sequence[str] | None = None,
    status: str | None = None,
) -> Finding:
    """The finding as it is after the change; None leaves a part as it is.

    `version` is that of the wording which the new sentence replaces, empty for whatever there is. `order` names its
    cites in their order; those not named come after them.

    Raises:
        FindingChanged: if the sentence is another by now.
        BadMark, BadCite, NotFound: as for `add_finding`.
    """
    old = finding(case, beginning)
    answers: dict[str, str] = {}
    if sentence is not None:
        if version and version != old.version:
            raise FindingChanged("Somebody changed this sentence in the meantime.")
        answers[SENTENCE] = _sentence(sentence)
    answers |= {CITE + cite: YES for cite in _known(case, add)}
    answers |= {CITE + cite: "" for cite in remove if cite in old.cites}
    if len(old.cites) + len(answers) > MAX_CITES:
        raise BadMark(f"A finding has at most {MAX_CITES} cites.", advice="Write two findings.")
    if order is not None:
        answers[ORDER] = " ".join(cite for cite in dict.fromkeys(order) if cite in old.cites)
    about = FINDING + old.id
    judge(case, about, answers, by)
    if status is not None:
        _set_status(case, finding(case, old.id), status, by)
    return _closed(case, about)


def move_cite(case: Case, beginning: str, cite: str, by: str, *, down: bool) -> Finding:
    """The cite has changed places with the one before it, or behind it."""
    old = finding(case, beginning)
    cites = list(old.cites)
    if cite not in cites:
        raise NotFound("The finding has no such cite.")
    at = cites.index(cite)
    other = at + 1 if down else at - 1
    if not 0 <= other < len(cites):
        return old
    cites[at], cites[other] = cites[other], cites[at]
    return change_finding(case, old.id, by, order=cites)


def comment_on(case: Case, beginning: str, text: str, by: str) -> Finding:
    """The finding has one more comment.

    Raises:
        BadMark: if the text is empty or cannot be kept.
    """
    old = finding(case, beginning)
    plain = written_text(text)
    if not plain:
        raise BadMark("The comment is empty.", advice="Write what you want to say.")
    judge(case, FINDING + old.id, {COMMENT + secrets.token_hex(4): plain}, by)
    return _closed(case, FINDING + old.id)


def take_back_comment(case: Case, beginning: str, comment: str, by: str) -> Finding:
    """The comment of that id is shown no more; the history keeps it."""
    old = finding(case, beginning)
    if comment not in {one.id for one in old.comments}:
        raise NotFound("The finding has no such comment.")
    judge(case, FINDING + old.id, {COMMENT + comment: ""}, by)
    return _closed(case, FINDING + old.id)


def findings_citing(findings: Iterable[Finding], document: str) -> list[Finding]:
    """Those that cite a place in the document of that digest."""
    return [one for one in findings if any(cite.startswith(document[:16]) for cite in one.cites)]


def _set_status(case: Case, old: Finding, status: str, by: str) -> None:
    if status not in STATUSES:
        raise BadMark("A finding has no such status.", advice=f"It is one of: {', '.join(STATUSES)}.")
    about = FINDING + old.id
    if status == CHECKED and old.changed:  # the same answer again, about other words: both are kept
        judge(case, about, {STATUS: DRAFT}, by)
    judge(case, about, {STATUS: status}, by)


def _closed(case: Case, about: str) -> Finding:
    extend_log(case)
    return finding(case, about.removeprefix(FINDING))


def _sentence(sentence: str) -> str:
    plain = written_text(sentence)
    if not plain:
        raise BadMark("A finding is a sentence, and this one is empty.", advice="Write what was found.")
    return plain


def _known(case: Case, cites: Iterable[str]) -> list[str]:
    """The cites in the form that we write them, each of something that is in this case."""
    known = []
    for text in cites:
        cite = parse_any_cite(text)
        digest = look_up(case, cite).document
        short = replace(cite, document=digest[:16])
        known.append(str(replace(short, reading=short.reading[:8]) if isinstance(short, Cite) else short))
    return known


def _finding(about: str, history: list[Judgement]) -> Finding:
    last = {act.what: act for act in history}
    sentence = last.get(SENTENCE) or history[0]
    status = last.get(STATUS)
    told = [act for act in history if act.what == SENTENCE or act.what.startswith(CITE)]
    changed = status is not None and status.value == CHECKED and told[-1].seq > status.seq if told else False
    comments = [
        Comment(what.removeprefix(COMMENT), act.value, act.by, act.at)
        for what, act in last.items()
        if what.startswith(COMMENT) and act.value
    ]
    return Finding(
        id=about.removeprefix(FINDING),
        sentence=sentence.value,
        by=sentence.by,
        at=sentence.at,
        version=sentence.id,
        cites=_in_order(last),
        status=DRAFT if changed or status is None or not status.value else status.value,
        status_by=status.by if status is not None else "",
        status_at=status.at if status is not None else 0,
        changed=changed,
        comments=tuple(sorted(comments, key=lambda comment: comment.at)),
        history=tuple(history),
    )


def _in_order(last: dict[str, Judgement]) -> tuple[str, ...]:
    cites = {what.removeprefix(CITE): act.seq for what, act in last.items() if what.startswith(CITE) and act.value}
    wanted = last[ORDER].value.split() if ORDER in last else []
    places = {cite: place for place, cite in enumerate(wanted)}
    return tuple(sorted(cites, key=lambda cite: (places.get(cite, len(wanted)), cites[cite])))
