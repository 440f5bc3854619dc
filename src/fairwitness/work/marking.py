"""What people mark documents with: a star, tags, a note, and that it was reviewed. Never a mark about a person.

Marks belong to the case and not to who made them: one star, one note; the last word counts, and the history says whose
it was. They can be made while another process reads a leak into the case.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import extend_log
from fairwitness.work.judging import YES, judge, tag_name, written_text

STAR, REVIEWED, NOTE, TAG = "star", "reviewed", "note", "tag:"


@dataclass(frozen=True, slots=True)
class AllMarks:
    """Which documents of a case carry which marks, as sets of whole digests.

    `tags` has every tag that some document carries, by name in the form `tag_name` gives. Search and facets use it:

        version = marks_version(case)      # cheap; ask again, and keep the marks while it stays the same
        marks = all_marks(case)            # one question to the records
        marks.starred, marks.reviewed, marks.noted, marks.tags.get("water", frozenset())
    """

    starred: frozenset[str]
    reviewed: frozenset[str]
    noted: frozenset[str]
    tags: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one document; `history` holds every decision about them, the last one last."""

    document: str
    starred: bool
    reviewed: bool
    tags: tuple[str, ...]
    note: str
    history: tuple[Judgement, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = {name: getattr(self, name) for name in ("document", "starred", "reviewed", "note")}
        return plain | {"tags": list(self.tags), "history": [_told(judgement) for judgement in self.history]}


def all_marks(case: Case) -> AllMarks:
    """The marks of all documents."""
    found: dict[str, set[str]] = {}
    for judgement in case.queries.counting_judgements():
        if judgement.value and is_mark(judgement.what):
            found.setdefault(judgement.what, set()).add(judgement.about)
    tags = {what.removeprefix(TAG): frozenset(found[what]) for what in sorted(found) if what.startswith(TAG)}
    starred, reviewed, noted = (frozenset(found.get(what, ())) for what in (STAR, REVIEWED, NOTE))
    return AllMarks(starred, reviewed, noted, tags)


def marks_version(case: Case) -> int:
    """Another number whenever the marks of the case may have changed."""
    return case.queries.last_judgement_seq()


def marks_of(case: Case, document: str) -> Marks:
    """The marks of the document of that digest."""
    history = tuple(one for one in case.queries.judgements(about=document) if is_mark(one.what))
    last = {one.what: one.value for one in history}
    tags = sorted(what.removeprefix(TAG) for what, value in last.items() if value and what.startswith(TAG))
    return Marks(
        document=document,
        starred=bool(last.get(STAR)),
        reviewed=bool(last.get(REVIEWED)),
        tags=tuple(tags),
        note=last.get(NOTE, ""),
        history=history,
    )


def mark(
    case: Case,
    document: str,
    by: str,
    *,
    starred: bool | None = None,
    reviewed: bool | None = None,
    note: str | None = None,
    tags: tuple[str, ...] = (),
    untags: tuple[str, ...] = (),
) -> bool:
    """The document carries these marks; None leaves one as it is. False if it carried them before.

    `document` is the whole digest.

    Raises:
        NotFound: if there is no such document.
        BadMark: if a tag or the note cannot be kept.
        BadSignature: if nobody can sign with `by`.
    """
    case.queries.document(document)
    answers = {}
    for what, wanted in ((STAR, starred), (REVIEWED, reviewed)):
        if wanted is not None:
            answers[what] = YES if wanted else ""
    if note is not None:
        answers[NOTE] = written_text(note)
    answers |= {TAG + tag_name(tag): YES for tag in tags}
    answers |= {TAG + tag_name(tag): "" for tag in untags}
    made = judge(case, document, answers, by)
    if made:
        extend_log(case)
    return bool(made)


def is_mark(what: str) -> bool:
    """Whether that question is one of marks, and not of the language or of a finding."""
    return what in (STAR, REVIEWED, NOTE) or what.startswith(TAG)


def _told(judgement: Judgement) -> dict[str, Any]:
    return {name: value for name, value in asdict(judgement).items() if name in ("what", "value", "by", "at")}
