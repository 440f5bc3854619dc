"""The gate: a redacted PDF leaves only if every question about it has an answer, and each answer is that it may.

A question that could not be asked refuses too. The report names no withheld string; it belongs to the bytes that were
judged, by their digest, and lets no others through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.check_pdf.findings import Judged
from fairwitness.publish.released_form import NotInForm, ReleasedPage, read_released
from fairwitness.publish.withheld import LETTERS_PER_ERROR, Withheld, Word, in_bytes, in_pixels, in_text, withheld

Answer = Literal["passed", "refused", "could not run"]
Pixels = NDArray[np.uint8]

JPEG_BLOCK_LEVELS = 24.0
"""Mean difference in a block of 8 by 8 pixels by which a JPEG may differ from the page; measured in decision 171."""

JPEG_BOX_LEVELS = 4
"""Levels by which the one colour of a box may vary in a JPEG."""

CHECKS: Mapping[str, str] = {
    "structure": "every byte of the file is one that a rebuilt PDF has",
    "judged": "nothing can be read from it that its pages do not show (check-pdf)",
    "bytes": "no withheld string in any code in its bytes and streams",
    "text": "no withheld string in its text layer",
    "reread": "no withheld string in what was read anew of its pixels",
    "pixels": "its pages are the pages as they were drawn, and each box has one colour",
    "review": "a second person looked at every box and every page",
    "evidence": "nothing that it rests on was withdrawn",
    "stated": "open findings, unread pages and error rates are stated",
}
"""The questions, in their order."""


class NotPassed(FairwitnessError):
    """What was to leave has not passed the gate."""

    code = "gate_refused"
    advice = "Nothing was written. Look at each answer of the gate, and judge it again once it is in order."


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one question, and why: in words of ours, with pages and counts, never with what was withheld."""

    name: str
    answer: Answer
    why: str

    @property
    def passed(self) -> bool:
        """Whether it may leave, as far as this goes."""
        return self.answer == "passed"


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate says of one file, named by its SHA-256; it lets through no other."""

    sha256: str
    pages: int
    checks: tuple[Check, ...]
    near: tuple[tuple[int, int], ...] = ()
    """Page of the file and number of the string, where something near to a withheld string was read and nobody passed
    it yet."""

    @property
    def passed(self) -> bool:
        """Whether every question was asked, and each answer is that it may leave."""
        return {check.name for check in self.checks} == set(CHECKS) and all(check.passed for check in self.checks)

    def allow(self, data: bytes) -> bytes:
        """The bytes, if they are those that passed: whatever writes a release takes them from here.

        Raises:
            NotPassed: if they are others, or the gate refused them.
        """
        refused = [check for check in self.checks if not check.passed]
        if refused:
            raise NotPassed(f"The gate refuses it: {'; '.join(f'{one.name}: {one.why}' for one in refused[:3])}.")
        if not self.passed:
            missing = sorted(set(CHECKS) - {check.name for check in self.checks})
            raise NotPassed(f"The gate was not asked everything: {', '.join(missing)}.")
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise NotPassed("The file is not the one that was judged.")
        return data

    def as_json(self) -> dict[str, Any]:
        """Plain values, as docs/json.md says."""
        checks = [{"name": one.name, "answer": one.answer, "why": one.why} for one in self.checks]
        told = {"sha256": self.sha256, "pages": self.pages, "passed": self.passed, "checks": checks}
        return told | {"near": [list(each) for each in self.near]}


class MadePage(Protocol):
    """A page as it was made: its pixels with the boxes painted, and where those are."""

    @property
    def number(self) -> int: ...  # noqa: D102  the page of the document
    @property
    def rectangles(self) -> tuple[tuple[int, int, int, int], ...]: ...  # noqa: D102
    @property
    def has_text(self) -> bool: ...  # noqa: D102  whether its text was read before names were looked for


@dataclass(frozen=True, slots=True)
class Statement:
    """What must be said beside a release, in sentences that the report with it has to hold word for word."""

    open_findings: int
    unread_pages: tuple[int, ...]
    error_rates: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """One for each: never none, so that silence is no statement."""
        unread = ", ".join(map(str, self.unread_pages))
        rates = self.error_rates or ("No error rate was measured for what was read by machine.",)
        return (
            f"Findings that are still open: {self.open_findings}.",
            f"Pages whose text could not be read, so that no search looked at them: {unread or 'none'}.",
            *rates,
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as the sandbox read it: the pixels of each page's image, and the text that PDFium finds on each."""

    pixels: tuple[Pixels, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What the gate is given to judge by. None means that it could not be had, which refuses.

    `drawn` are the pages drawn anew from their source, unpainted; `words` what an engine read of the pixels in the
    file, page by page; `obstacles` why the second person is not done; `withdrawn` what was taken back of what it rests
    on. `report` is the text that goes with it. `accepted` are near finds, by page of the file and number of the string,
    that a second person looked at and let pass: exact finds cannot be.
    """

    pages: Sequence[MadePage]
    withheld: Sequence[str]
    opened: Opened | None = None
    judged: Judged | None = None
    drawn: Callable[[int], Pixels] | None = None
    words: Sequence[Sequence[Word]] | None = None
    reviewers: Sequence[str] = ()
    obstacles: Sequence[str] | None = None
    withdrawn: Sequence[str] | None = None
    statement: Statement | None = None
    report: str = ""
    accepted: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def judge(pdf: bytes, given: Given) -> GateReport:
    """What the gate says of these bytes: an answer to every question of `CHECKS`."""
    try:
        released: tuple[ReleasedPage, ...] | None = read_released(pdf)
        structure = Check("structure", "passed", f"every byte of {len(released or ())} pages is accounted for")
    except NotInForm as reason:
        released, structure = None, Check("structure", "refused", str(reason))
    if released is not None and len(released) != len(given.pages):
        structure = Check("structure", "refused", "it has not the pages that were made")
    sought = [withheld(text) for text in given.withheld]
    reread, near = _reread(given, sought)
    checks = (
        structure,
        _judged(given.judged),
        _bytes(pdf, released, sought),
        _text(released, given.opened, sought),
        reread,
        _pixels(released, given),
        _review(given),
        _evidence(given.withdrawn),
        _stated(given.statement, given.report),
    )
    return GateReport(hashlib.sha256(pdf).hexdigest(), len(given.pages), checks, near)


def _judged(judged: Judged | None) -> Check:
    if judged is None or not judged.is_whole:
        return Check("judged", "could not run", "the file could not be judged wholly")
    if judged.leaks:
        kinds = ", ".join(sorted({leak.kind for leak in judged.leaks}))
        return Check("judged", "refused", f"it leaks: {kinds}")
    return Check("judged", "passed", "no leaks found")


def _bytes(pdf: bytes, released: Sequence[ReleasedPage] | None, sought: Sequence[Withheld]) -> Check:
    if released is None:
        return Check("bytes", "could not run", "the file is not in the form in which its parts are known")
    images = [page.image for page in released]
    plain, at = [], 0
    for image in images:
        place = pdf.index(image, at)
        plain.append(pdf[at:place])
        at = place + len(image)
    plain += [pdf[at:], *(page.content for page in released)]
    found = in_bytes(sought, plain, images)
    if found:
        return Check("bytes", "refused", f"{len(found)} of {len(sought)} withheld strings are in its bytes")
    return Check("bytes", "passed", f"{len(sought)} withheld strings looked for in every code")


def _text(released: Sequence[ReleasedPage] | None, opened: Opened | None, sought: Sequence[Withheld]) -> Check:
    if released is None or opened is None:
        return Check("text", "could not run", "its text could not be taken out")
    pages = [
        number
        for number, (page, text) in enumerate(zip(released, opened.texts, strict=False), 1)
        if in_text(sought, ["".join(page.words), " ".join(page.words), text])
    ]
    if len(opened.texts) != len(released):
        return Check("text", "could not run", "not every page could be opened")
    if pages:
        return Check("text", "refused", f"withheld strings are in the text of {_pages(pages)}")
    return Check("text", "passed", f"{len(sought)} withheld strings looked for in the text of {len(released)} pages")


def _reread(given: Given, sought: Sequence[Withheld]) -> tuple[Check, tuple[tuple[int, int], ...]]:
    if given.words is None or len(given.words) != len(given.pages):
        return Check("reread", "could not run", "its pixels were not read anew"), ()
    exact, near = [], []
    for number, words in enumerate(given.words, 1):
        certain = in_text(sought, [" ".join(text for text, _ in words)])
        exact += [number] if certain else []
        near += [(number, one) for one in sorted(in_pixels(sought, words) - certain)]
    open_ones = tuple(each for each in near if each not in given.accepted)
    if exact:
        return Check("reread", "refused", f"withheld strings can be read on {_pages(exact)}"), open_ones
    if open_ones:
        pages = _pages(sorted({page for page, _ in open_ones}))
        return Check("reread", "refused", f"something near to withheld strings can be read on {pages}"), open_ones
    told = f"{len(sought)} withheld strings, one wrong letter in {LETTERS_PER_ERROR} passed over"
    return Check("reread", "passed", f"{told}; {len(near)} near finds let pass by a person"), ()


def _pixels(released: Sequence[ReleasedPage] | None, given: Given) -> Check:
    if released is None or given.opened is None or given.drawn is None:
        return Check("pixels", "could not run", "its pages could not be compared with the pages as they were drawn")
    if len(given.opened.pixels) != len(given.pages) or len(released) != len(given.pages):
        return Check("pixels", "could not run", "not every page could be opened")
    bad = []
    for at, (page, pixels) in enumerate(zip(given.pages, given.opened.pixels, strict=True), 1):
        try:
            drawn = given.drawn(page.number)
        except FairwitnessError:
            return Check("pixels", "could not run", f"page {page.number} of the document could not be drawn anew")
        if any(_differences(pixels, drawn, page.rectangles, is_jpeg=released[at - 1].is_jpeg)):
            bad.append(at)
    if bad:
        return Check("pixels", "refused", f"{_pages(bad)} not the page as it was drawn with its boxes in one colour")
    how = "within the loss of JPEG" if any(page.is_jpeg for page in released) else "to the pixel"
    count = sum(len(page.rectangles) for page in given.pages)
    return Check("pixels", "passed", f"{len(released)} pages are as drawn {how}, {count} rectangles in one colour")


def _differences(
    pixels: Pixels, drawn: Pixels, rectangles: Sequence[tuple[int, int, int, int]], *, is_jpeg: bool
) -> Iterator[str]:
    """Yield what is not as it must be on a page."""
    pixels, drawn = _in_colour(pixels), _in_colour(drawn)
    if pixels.shape != drawn.shape:
        yield "size"
        return
    outside = np.ones(drawn.shape[:2], bool)
    for x0, y0, x1, y1 in rectangles:
        inside = pixels[y0:y1, x0:x1]
        spread = int(inside.max(initial=0)) - int(inside.min(initial=255))
        if not inside.size or spread > (JPEG_BOX_LEVELS if is_jpeg else 0) or int(inside.max()) > JPEG_BOX_LEVELS:
            yield "box"
        outside[y0:y1, x0:x1] = False
    change = np.abs(pixels.astype(np.int16) - drawn).max(axis=2)
    change[~outside] = 0
    if not is_jpeg:
        if change.any():
            yield "outside"
        return
    rows, columns = change.shape[0] // 8 * 8, change.shape[1] // 8 * 8
    blocks = change[:rows, :columns].reshape(rows // 8, 8, columns // 8, 8).mean(axis=(1, 3))
    if blocks.size and float(blocks.max()) > JPEG_BLOCK_LEVELS:
        yield "outside"


def _in_colour(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def _review(given: Given) -> Check:
    if given.obstacles is None:
        return Check("review", "could not run", "nobody can say who looked at it")
    if given.obstacles:
        return Check("review", "refused", f"{len(given.obstacles)} boxes or pages are not accepted")
    if not given.reviewers:
        return Check("review", "refused", "nobody looked at it")
    return Check("review", "passed", f"accepted, box by box and page by page, by {len(set(given.reviewers))}")


def _evidence(withdrawn: Sequence[str] | None) -> Check:
    if withdrawn is None:
        return Check("evidence", "could not run", "nobody can say whether what it rests on still stands")
    if withdrawn:
        return Check("evidence", "refused", f"withdrawn: {'; '.join(withdrawn[:5])}")
    return Check("evidence", "passed", "nothing was withdrawn")


def _stated(statement: Statement | None, report: str) -> Check:
    if statement is None:
        return Check("stated", "could not run", "what is open was not counted")
    missing = sum(sentence not in report for sentence in statement.sentences())
    if missing:
        return Check("stated", "refused", f"{missing} sentences on what is open are not in the report with it")
    return Check("stated", "passed", "open findings, unread pages and error rates are in the report with it")


def _pages(numbers: Sequence[int]) -> str:
    told = ", ".join(map(str, numbers[:8]))
    return f"page {told}" if len(numbers) == 1 else f"pages {told}{' and more' if len(numbers) > 8 else ''}"
