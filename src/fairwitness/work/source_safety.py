"""Looks through a document, or any file, for what may lead to the one who gave it; and keeps what people saw.

Nothing that a file says is repeated: what is told is the sort of mark and its place. Files are opened in the locked
child alone; text and pixels that come out of it are looked at here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairwitness.case.case import Case
from fairwitness.core.cite import cite_of
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.parts import About, Entry, Kind, PageMissed, PageText, Part, Pixels
from fairwitness.core.ranges import count_ranges
from fairwitness.core.records import TextRange
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.gate import Check
from fairwitness.publish.source_marks import ADVICE, CANNOT_EXCLUDE, CHECKLIST, SourceMark, by_kind
from fairwitness.publish.source_marks_copies import CopyPage, differing_pages, differing_pictures
from fairwitness.publish.source_marks_dots import printer_dots
from fairwitness.publish.source_marks_file import DRAWN_AS_TEXT
from fairwitness.publish.source_marks_gate import (
    SETTLED,
    checklist_question,
    copies_question,
    file_question,
    text_question,
)
from fairwitness.publish.source_marks_said import Statement, differing_statements, said_marks
from fairwitness.publish.source_marks_text import text_marks
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.alike import alike_of
from fairwitness.work.judging import judge
from fairwitness.work.looking import PDF, Looking
from fairwitness.work.showing import RENDER
from fairwitness.work.steps import OPEN_FILE

DPI = 300  # at which pages are drawn: dots are a tenth of a millimetre
MAX_SIDE_PX = 5120
MAX_COPIES = 5
ANSWERS = (*sorted(SETTLED), "there")
_OF_LINES = ("trailing_blanks", "spacing_pattern")  # the text of a sheet has blanks that its reader put there
_ROWS = ("text/csv", "text/tab-separated-values")
_QUESTION = "source-check:"
_ONE_COPY = "one_copy"
_STEP = "fairwitness.publish.source_marks_file:MarksOfFile"
_LONG_SIDE_INCHES = 11.7  # of a sheet of A4, which an image file without a size is taken for
_LIMITS = Limits(memory_bytes=2 << 30, cpu_s=60, wall_s=240, output_bytes=(1 << 30))


class BadAnswer(FairwitnessError):
    """No question of the checklist, or no answer to it."""

    code = "bad_answer"
    advice = f"Questions: {', '.join(CHECKLIST)}, {_ONE_COPY}. Answers: {', '.join(ANSWERS)}; accepted for {_ONE_COPY}."


class CannotScan(FairwitnessError):
    """The file cannot be looked through."""

    code = "cannot_scan"
    advice = "Look at it by hand, and do not publish it as it is."


@dataclass(frozen=True, slots=True)
class SourceScan:
    """What was found in one document or file.

    `dots` counts pages by what was seen of printer dots in them; `not_looked_at` pages and parts by cause; `copies` are
    the documents it was compared with; `checklist` is what people answered, by question: answer and who.
    """

    document: str
    media_type: str
    marks: tuple[SourceMark, ...]
    pages: int
    dots: Mapping[str, int] = field(default_factory=dict)
    not_looked_at: Mapping[str, int] = field(default_factory=dict)
    text_from_pixels: int = 0
    copies: tuple[str, ...] = ()
    checklist: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What a person has still to look for."""
        return tuple(item for item in CHECKLIST if self.checklist.get(item, ("", ""))[0] not in SETTLED)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        kinds = by_kind(self.marks)
        return {
            "document": self.document,
            "media_type": self.media_type,
            "marks": [mark.as_json() for mark in self.marks],
            "by_kind": kinds,
            "advice": {kind: ADVICE[kind] for kind in kinds},
            "pages": self.pages,
            "dots": dict(sorted(self.dots.items())),
            "not_looked_at": dict(sorted(self.not_looked_at.items())),
            "text_from_pixels": self.text_from_pixels,
            "copies": list(self.copies),
            "cannot_exclude": CANNOT_EXCLUDE if not self.copies else "",
            "checklist": {item: {"answer": said, "by": by} for item, (said, by) in sorted(self.checklist.items())},
            "open_questions": list(self.open_questions),
        }


# --- one document or file -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Material:
    """What there is of a document: where its bytes are, what it says of itself, and its pages as they were read."""

    path: Path
    media_type: str
    statements: tuple[Statement, ...]
    pages: tuple[PageText | PageMissed, ...]
    made_by: Mapping[int, str] = field(default_factory=dict)
    document: str = ""
    missed: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_images(self) -> bool:
        is_picture = self.media_type.startswith("image/") and self.media_type not in DRAWN_AS_TEXT
        return self.media_type == PDF or is_picture


def scan_document(case: Case, document: str, copies: Sequence[str] = (), *, unlocked: bool = False) -> SourceScan:
    """The marks of a document of the case, with a line in the log that it was looked through.

    `copies` are other copies of it in the case; without them those that the last search for duplicates found.

    Raises:
        NotFound: if the case has no such document, or nobody has read it.
    """
    others = [one for one in copies or _known_copies(case, document) if one != document][:MAX_COPIES]
    ours = _material_of(case, document)
    with _sandbox(unlocked) as sandbox:
        marks, dots, missed = _marks_of(sandbox, ours)
        for other in others:
            marks += _differing(sandbox, ours, _material_of(case, other))
    scan = SourceScan(
        document,
        ours.media_type,
        tuple(marks),
        len(ours.pages),
        dots,
        missed,
        _from_pixels(ours),
        tuple(others),
        checklist_of(case, document),
    )
    told = {"document": document, "marks": by_kind(marks), "pages": scan.pages, "copies": list(others)}
    with case.marking() as changes:
        changes.add_event("source-scan", told | {"not_looked_at": dict(missed)})
    extend_log(case)
    return scan


def scan_file(path: Path, copies: Sequence[Path] = (), *, unlocked: bool = False) -> SourceScan:
    """The marks of a file that is in no case; nothing of it is kept.

    Raises:
        CannotScan: if it cannot be opened.
    """
    with _sandbox(unlocked, files=True) as sandbox:
        return _scan_in(sandbox, path, copies[:MAX_COPIES])


def _scan_in(sandbox: SandboxRunner, path: Path, copies: Sequence[Path]) -> SourceScan:
    ours = _material_in(sandbox, path)
    marks, dots, missed = _marks_of(sandbox, ours)
    for other in copies:
        marks += _differing(sandbox, ours, _material_in(sandbox, other))
    names = tuple(f"copy {number}" for number in range(1, len(copies) + 1))
    return SourceScan("", ours.media_type, tuple(marks), len(ours.pages), dots, missed, _from_pixels(ours), names)


def _sandbox(unlocked: bool, *, files: bool = False) -> SandboxRunner:
    modules = [RENDER, _STEP, *([OPEN_FILE] if files else [])]  # every parser there is, for files that nobody has read
    return SandboxRunner([one.partition(":")[0] for one in modules], workers=1, unlocked=unlocked)


def _known_copies(case: Case, document: str) -> list[str]:
    alike = alike_of(case, document)
    return [one.document for one in alike.found if one.kind == "versions"] if alike is not None else []


def _from_pixels(material: _Material) -> int:
    return sum(isinstance(page, PageText) and page.recognition is not None for page in material.pages)


def _material_of(case: Case, document: str) -> _Material:
    looking = Looking(case)
    looked = looking.document(document)
    pages = tuple(looking.page(document, number) for number in looked.numbers)
    missed = {cause: count_ranges(ranges) for cause, ranges in looked.reading.page_causes.items()}
    if looked.reading.outcome not in READ and not pages:
        missed[looked.reading.outcome.value] = 1
    return _Material(
        case.objects.path(document),
        looked.reading.media_type,
        looked.reading.about,
        pages,
        {number: looked.made_by(number) for number in looked.numbers},
        document,
        missed,
    )


class _Taken:
    def __init__(self, _: Task) -> None:
        self.kind = Kind("")
        self.about: list[Statement] = []
        self.pages: list[PageText | PageMissed] = []
        self.pixels: Pixels | None = None
        self.entries = 0

    def take(self, part: Part) -> None:
        if isinstance(part, Kind):
            self.kind = part
        elif isinstance(part, About):
            self.about.append((part.name, part.value, part.source))
        elif isinstance(part, PageText | PageMissed):
            self.pages.append(part)
        elif isinstance(part, Pixels):
            self.pixels = part
        elif isinstance(part, Entry):
            self.entries += 1


def _material_in(sandbox: SandboxRunner, path: Path) -> _Material:
    options = {"max_entries": 10_000, "max_unpacked_bytes": 1 << 30}
    hint = path.suffix.lower().removeprefix(".")
    task = Task("", OPEN_FILE, path, options, hint=hint if hint.isascii() and hint.isalnum() else "", limits=_LIMITS)
    try:
        attempt, taken = sandbox.run_one(task, _Taken)
    except OSError:
        raise CannotScan("The file cannot be opened.") from None
    if not taken.kind.media_type:
        raise CannotScan(f"The file cannot be read: {attempt.outcome.value}.")
    missed = Counter(page.cause.value for page in taken.pages if page.cause is not None)
    if attempt.outcome not in READ and not taken.pages:
        missed[attempt.outcome.value] += 1
    if taken.entries:  # a file in the file is a file of its own, and nobody has looked at it
        missed["inside"] += taken.entries
    return _Material(path, taken.kind.media_type, tuple(taken.about), tuple(taken.pages), missed=missed)


def _marks_of(sandbox: SandboxRunner, material: _Material) -> tuple[list[SourceMark], Counter[str], Counter[str]]:
    """All marks, pages by what was seen of dots, and what was not looked at, by cause."""
    missed = Counter({cause: count for cause, count in material.missed.items() if cause != Cause.NEEDS_OCR.value})
    marks = said_marks(material.statements)
    task = Task("", _STEP, material.path, media_type=material.media_type, limits=_LIMITS)
    attempt, taken = sandbox.run_one(task, _Taken)
    if attempt.outcome not in READ:
        missed[attempt.outcome.value] += 1
    marks += [
        SourceMark(kind, "possible" if kind in ("history", "inside") else "likely", where, where, int(count))
        for kind, count, where in taken.about
        if kind in ADVICE and count.isdigit()
    ]
    marks += _text_marks(material)
    dots: Counter[str] = Counter()
    for number, pixels, dpi in _drawn(sandbox, material):
        if pixels is None:
            missed["not_drawn"] += 1
            continue
        found = printer_dots(pixels, dpi)
        dots[found.verdict] += 1
        if found.verdict == "found":
            right, down = found.repeats_mm
            what = f"{found.spots} yellow spots; a pattern repeats {right:g} mm to the right and {down:g} mm down"
            marks.append(SourceMark("printer_dots", "likely", f"page {number}", what, found.spots))
    return marks, dots, missed


def _text_marks(material: _Material) -> Iterator[SourceMark]:
    """Yield the marks of each page that is text in the file; what was read from pixels holds none of them."""
    for page in material.pages:
        if not isinstance(page, PageText) or page.recognition is not None:
            continue
        counts: Counter[tuple[str, Any, str]] = Counter()
        first: dict[tuple[str, Any, str], str] = {}
        for mark in text_marks(page.text):
            if mark.kind in _OF_LINES and (page.cells or material.media_type in _ROWS):
                continue
            same = (mark.kind, mark.sureness, mark.what)
            counts[same] += 1
            first.setdefault(same, _where(material, page.number, mark.start, mark.end))
        for (kind, sureness, what), count in counts.items():
            yield SourceMark(kind, sureness, first[kind, sureness, what], what, count)


def _where(material: _Material, page: int, start: int, end: int) -> str:
    made_by = material.made_by.get(page)
    if made_by is None:
        return f"page {page}, characters {start}-{end}"
    return str(cite_of(TextRange(material.document, page, start, end, made_by)))


def _drawn(sandbox: SandboxRunner, material: _Material) -> Iterator[tuple[int, NDArray[np.uint8] | None, int]]:
    """Yield each page with its pixels and their dpi; None where it cannot be drawn."""
    if material.has_images:
        for page in material.pages or (PageMissed(1, "page", Cause.UNREADABLE),):
            yield page.number, *_draw(sandbox, material, page)


def _draw(
    sandbox: SandboxRunner, material: _Material, page: PageText | PageMissed
) -> tuple[NDArray[np.uint8] | None, int]:
    options = {"number": page.number, "dpi": DPI, "max_side_px": MAX_SIDE_PX}
    task = Task("", RENDER, material.path, options, media_type=material.media_type, limits=_LIMITS)
    attempt, taken = sandbox.run_one(task, _Taken)
    if attempt.outcome is not Cause.OK or taken.pixels is None:
        return None, 0
    found = taken.pixels
    pixels = np.frombuffer(found.data, np.uint8).reshape(found.height_px, found.width_px, found.channels)
    long_side = max(found.height_px, found.width_px)
    if material.media_type != PDF:
        return pixels, min(600, round(long_side / _LONG_SIDE_INCHES))
    known = max(page.width_px, page.height_px)
    return pixels, round(page.dpi * long_side / known) if known and page.dpi else DPI


def _differing(sandbox: SandboxRunner, ours: _Material, theirs: _Material) -> list[SourceMark]:
    """In what the two copies differ: statements, text, blanks, places of words, pixels."""
    marks = differing_statements([ours.statements, theirs.statements])
    marks += differing_pages(_copy_pages(ours), _copy_pages(theirs))
    if not ours.has_images or not theirs.has_images:
        return marks
    other_pages = {page.number: page for page in theirs.pages}
    for page in ours.pages:
        if page.number in other_pages:
            left, _ = _draw(sandbox, ours, page)
            right, _ = _draw(sandbox, theirs, other_pages[page.number])
            if left is not None and right is not None:
                marks += differing_pictures(page.number, left, right)
    return marks


def _copy_pages(material: _Material) -> list[CopyPage]:
    made = []
    for page in material.pages:
        if isinstance(page, PageText):
            flat = page.words
            words = tuple(
                (page.text[flat[at] : flat[at + 1]], (flat[at + 2], flat[at + 3], flat[at + 4], flat[at + 5]))
                for at in range(0, len(flat), 6)
            )
            size = (page.width_px, page.height_px)
            made.append(CopyPage(page.number, page.text, size, words, page.recognition is None))
    return made


# --- what people saw ----------------------------------------------------------------------------------------------


def checklist_of(case: Case, document: str) -> dict[str, tuple[str, str]]:
    """What people answered of the document, by question: the answer, and who gave it."""
    found = {one.what: one for one in case.queries.judgements(about=document) if one.what.startswith(_QUESTION)}
    return {what.removeprefix(_QUESTION): (one.value, one.by) for what, one in found.items() if one.value}


def answer_checklist(case: Case, document: str, answers: Mapping[str, str], by: str) -> bool:
    """The answers count from now on; False if they did before. `document` is the whole digest.

    Raises:
        NotFound: if there is no such document.
        BadAnswer: if one is no question or no answer.
        BadSignature: if nobody can sign with `by`.
    """
    case.queries.document(document)
    for question, answer in answers.items():
        allowed = ("accepted", "") if question == _ONE_COPY else (*ANSWERS, "")
        if question not in (*CHECKLIST, _ONE_COPY) or answer not in allowed:
            raise BadAnswer("That is no question of the checklist, or no answer to it.")
    made = judge(case, document, {_QUESTION + question: answer for question, answer in answers.items()}, by)
    if made:
        extend_log(case)
    return bool(made)


# --- a release ----------------------------------------------------------------------------------------------------


def source_gate(
    case: Case,
    documents: Iterable[str],
    texts: Sequence[str] = (),
    files: Iterable[Path] = (),
    *,
    unlocked: bool = False,
) -> tuple[Check, ...]:
    """Whether the marks of the source let these things go: four questions, each with its answer.

    `documents` are whole digests of what the release is made from; `texts` the sentences and `files` the files as they
    leave. Of a document it asks what people saw and whether another copy was compared, of what leaves what is in it.
    """
    named = sorted(set(documents))
    paths, scans = list(files), []
    if paths:
        with _sandbox(unlocked, files=True) as sandbox:
            scans = [_scan_in(sandbox, path, ()) for path in paths]
    marks = [mark for scan in scans for mark in scan.marks]
    missed: Counter[str] = Counter()
    for scan in scans:
        missed.update(scan.not_looked_at)
    answers = {one[:12]: {what: said for what, (said, _) in checklist_of(case, one).items()} for one in named}
    compared = {one[:12]: len(_known_copies(case, one)) for one in named}
    accepted = {one: said.get(_ONE_COPY) == "accepted" for one, said in answers.items()}
    return (
        _check("source-marks-files", *file_question(marks, missed)),
        _check("source-marks-texts", *text_question(texts)),
        _check("source-copies", *copies_question(compared, accepted)),
        _check("source-checklist", *checklist_question(answers)),
    )


def _check(name: str, passed: bool, why: str) -> Check:
    return Check(name, "passed" if passed else "refused", why)
