"""Makes redacted documents: what people decided is painted into the pages, and a new PDF is made of the pixels.

Nothing is made until a second person has looked at every box and every page as they are now. The boxes themselves are
in `redaction_kept`, the searches for places in `redaction_finding`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, overload

import numpy as np
from PIL import Image, ImageDraw

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite, region_cite_of
from fairwitness.core.errors import BadCite, FairwitnessError
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.records import Region
from fairwitness.core.redaction import Box, FoundBy, Reason, Width
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.painting import Rectangle, paint
from fairwitness.publish.rebuilt import Coding, RebuiltPage, Word, build_pdf, decoded_image, encoded_image
from fairwitness.work.judging import signature
from fairwitness.work.looking import Looking
from fairwitness.work.placing import place_on_page, text_within
from fairwitness.work.redaction_drawing import Bytes, Drawn, PageDrawer, PaintedReader
from fairwitness.work.redaction_kept import (
    ACCEPT,
    BY_EYE,
    OBJECT,
    BadBox,
    KeptBox,
    Redaction,
    Verdict,
    begin_redaction,
    keep_boxes,
    keep_page_review,
    redaction,
    redactions_of,
    review_boxes,
    take_out,
)
from fairwitness.work.redaction_places import rectangles_of

__all__ = [
    "Rebuilt",
    "Redaction",
    "add_boxes",
    "begin_redaction",
    "make_redaction",
    "obstacles",
    "painted_page",
    "proof_sheet",
    "redaction",
    "redactions_of",
    "review_boxes",
    "review_page",
    "sheet_of",
    "take_out",
]

_SLACK_PX = 2  # by which a box may reach beyond the page: sides are rounded outwards
_FRAME = {"": (200, 30, 0), ACCEPT: (20, 120, 60), OBJECT: (170, 0, 140)}


class NotReady(FairwitnessError):
    """A redaction of which nothing may be made yet."""

    code = "redaction_not_ready"

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        first = "; ".join(one.says for one in obstacles[:3])
        more = f"; and {len(obstacles) - 3} more" if len(obstacles) > 3 else ""
        super().__init__(f"Nothing is made: {first}{more}.", advice="Run: fairwitness redact show CASE REDACTION")
        self.obstacles = tuple(obstacles)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing may be made: a name for programs, the page (0 for the whole), the box if it is one, and words."""

    code: str
    page: int
    says: str
    box: str = ""


@dataclass(frozen=True, slots=True)
class PaintedPage:
    """A page as it leaves, and as it was drawn before it was painted, both as they can be read.

    `rectangles` are what was painted, `words` what was read of the painted pixels, `withheld` the texts known to be
    under the boxes; `has_text` says whether its text had been read, so that a search could find anything on it. Pixels
    are held packed, since a page takes 12 MB, and what was covered beside them.
    """

    number: int
    dpi: int
    rectangles: tuple[Rectangle, ...]
    words: tuple[Word, ...]
    withheld: tuple[str, ...]
    has_text: bool
    shape: tuple[int, int, int]
    encoded: tuple[bytes, bytes] = field(repr=False)
    covered: tuple[bytes, ...] = field(repr=False)

    @property
    def pixels(self) -> Bytes:
        """The painted page."""
        return decoded_image(self.encoded[1], *self.shape[:2])

    @property
    def drawn(self) -> Bytes:
        """The page as it was drawn."""
        pixels = self.pixels.copy()
        for (x0, y0, x1, y1), data in zip(self.rectangles, self.covered, strict=True):
            pixels[y0:y1, x0:x1] = np.frombuffer(data, np.uint8).reshape(y1 - y0, x1 - x0, 3)
        return pixels


class _Unpacked(Sequence[RebuiltPage]):
    """The pages to be written, one unpacked at a time."""

    def __init__(self, pages: Sequence[PaintedPage]) -> None:
        self._pages = pages

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, at: int) -> RebuiltPage: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[RebuiltPage]: ...

    def __getitem__(self, at: int | slice) -> RebuiltPage | Sequence[RebuiltPage]:
        if isinstance(at, slice):
            return _Unpacked(self._pages[at])
        page = self._pages[at]
        return RebuiltPage(page.pixels, page.dpi, page.words, page.encoded)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A redacted document: its bytes, and of each page what the bytes must be judged by.

    `reviewers` looked at it, `made_by` says with which engine its words were read, empty for none.
    """

    redaction: str
    document: str
    pdf: bytes
    pages: tuple[PaintedPage, ...]
    coding: Coding
    reviewers: tuple[str, ...]
    engine: str

    @property
    def sha256(self) -> str:
        """Of the PDF, in hex."""
        return hashlib.sha256(self.pdf).hexdigest()


def pages_of(case: Case, one: Redaction, looking: Looking | None = None) -> tuple[int, ...]:
    """Numbers of the pages that leave, ascending.

    Raises:
        BadBox: if the redaction names pages that the document does not have.
    """
    numbers = (looking or Looking(case)).document(one.document).numbers
    if not one.pages:
        return numbers
    if not set(one.pages) <= set(numbers):
        raise BadBox("The redaction names pages that the document does not have.", advice="Begin another one.")
    return one.pages


def is_unread(page: PageText | PageMissed) -> bool:
    """Whether the page has no text, or not all of it, so that no search can have found everything on it."""
    return isinstance(page, PageMissed) or not page.text.strip() or page.cause is not None


def add_boxes(
    case: Case, one: Redaction, places: Iterable[str], by: str, *, reason: Reason, width: Width, group: str = "",
    found_by: FoundBy = "hand",
) -> Redaction:  # fmt: skip
    """Boxes at these cites of rectangles are in the redaction; text under them that was read is kept as withheld.

    Raises:
        BadBox: if one is empty, lies outside of its page, or on another document, with the reason.
        BadCite: if a cite is none.
    """
    looking = Looking(case)
    boxes = []
    for place in places:
        region = _region_of(case, one, place, looking)
        page, sides, _ = place_on_page(case, region)
        text = text_within(page, sides) if isinstance(page, PageText) else ""
        cite = str(region_cite_of(region))
        boxes.append(
            (Box(cite, reason, found_by, width, group, text), looking.document(one.document).made_by(region.page))
        )
    return keep_boxes(case, one, boxes, by)


def _region_of(case: Case, one: Redaction, place: str, looking: Looking) -> Region:
    """The place, on the page and of a document that is redacted."""
    cite = parse_any_cite(place)
    if not isinstance(cite, RegionCite):
        raise BadCite("A box wants the cite of a rectangle, not of a range of text.")
    if not one.document.startswith(cite.document):
        raise BadBox("The box lies on another document.")
    if cite.page not in pages_of(case, one, looking):
        raise BadBox(f"The box lies on page {cite.page}, which is none of the pages that leave.")
    page = looking.page(one.document, cite.page)
    width, height, scale = page.width_px, page.height_px, 1.0
    if not looking.document(one.document).has_images or not width:
        raise BadBox(f"Page {cite.page} has no image that a box can be painted into.")
    if cite.dpi and page.dpi:
        scale = page.dpi / cite.dpi
    elif not cite.dpi:
        region = Region(one.document, cite.page, 0, cite.x0, cite.y0, cite.x1, cite.y1)
        scale = place_on_page(case, region)[2] if cite.x0 < 1_000_000 else 1.0
    if cite.x0 * scale >= width or cite.y0 * scale >= height:
        raise BadBox(f"The box lies outside of page {cite.page}.")
    if cite.x1 * scale > width + _SLACK_PX or cite.y1 * scale > height + _SLACK_PX:
        raise BadBox(f"The box reaches beyond the edge of page {cite.page}.")
    return Region(one.document, cite.page, cite.dpi, cite.x0, cite.y0, cite.x1, cite.y1)


def review_page(case: Case, one: Redaction, number: int, verdict: Verdict, by: str) -> Redaction:
    """Somebody has looked at the whole page as it is now.

    Raises:
        BadBox: if the page is none of those that leave, has boxes nobody else accepted, or has no text and was not said
            to be looked at by eye.
        OwnBox: if nobody but them has worked on it.
    """
    looking = Looking(case)
    if number not in pages_of(case, one, looking):
        raise BadBox(f"Page {number} is none of the pages that leave.")
    if verdict == ACCEPT and is_unread(looking.page(one.document, number)):
        raise BadBox(
            f"Page {number} has no text, or not all of it was read: no search can have found the names on it.",
            advice="Look at all of it, and say so: --by-eye.",
        )
    if verdict != OBJECT and any(box.verdict != ACCEPT for box in one.on_page(number)):
        raise BadBox(f"Page {number} has boxes that nobody has accepted yet.", advice="Review these first.")
    state = one.state_of(number, looking.document(one.document).made_by(number))
    return keep_page_review(case, one, number, state, verdict, by)


def obstacles(case: Case, one: Redaction, looking: Looking | None = None) -> tuple[Obstacle, ...]:
    """Everything for which nothing may be made yet, page by page; empty if it may."""
    looking = looking or Looking(case)
    looked = looking.document(one.document)
    found: list[Obstacle] = []
    numbers = pages_of(case, one, looking)
    for box in one.boxes:
        if box.page not in numbers:
            found.append(
                Obstacle("box_outside", box.page, f"a box lies on page {box.page}, which does not leave", box.id)
            )
        found += _of_box(box)
    for number in numbers:
        made_by = looked.made_by(number)
        found += _of_reading(one, number, made_by)
        found += _of_page(one, number, made_by, is_unread(looking.page(one.document, number)))
    return tuple(sorted(found, key=lambda obstacle: obstacle.page))


def _of_box(box: KeptBox) -> list[Obstacle]:
    where = f"a box of page {box.page}"
    if not box.verdict:
        return [Obstacle("box_not_reviewed", box.page, f"{where} was not reviewed", box.id)]
    if box.verdict != ACCEPT:
        return [Obstacle("box_objected", box.page, f"a reviewer objects to {where}", box.id)]
    if box.reviewed_by == box.by:
        return [Obstacle("own_box", box.page, f"{where} was reviewed by who drew it", box.id)]
    return []


def _of_reading(one: Redaction, number: int, made_by: str) -> list[Obstacle]:
    """What was found in another reading than the one that counts today must be looked for anew."""
    for search in one.searches:
        if search.pages.get(number, made_by) != made_by:
            says = f"page {number} was read anew since it was searched: search again"
            return [Obstacle("changed_reading", number, says)]
        if number not in search.pages:
            return [Obstacle("not_searched", number, f"page {number} was not searched: search again")]
    return []


def _of_page(one: Redaction, number: int, made_by: str, is_unread: bool) -> list[Obstacle]:
    review = one.page_reviews.get(number)
    if review is None:
        hint = (
            ", and it has no text that a search could have found: it wants to be looked at by eye" if is_unread else ""
        )
        return [Obstacle("page_not_reviewed", number, f"page {number} was not reviewed{hint}")]
    if review.verdict == OBJECT:
        return [Obstacle("page_objected", number, f"a reviewer objects to page {number}")]
    if review.state != one.state_of(number, made_by):
        says = f"page {number} has changed since it was reviewed, in its boxes or in its text"
        return [Obstacle("page_changed", number, says)]
    if is_unread and review.verdict != BY_EYE:
        return [
            Obstacle("page_unread", number, f"page {number} has no text, and nobody said to have looked at all of it")
        ]
    if one.workers(number) <= {review.by}:
        return [Obstacle("own_page", number, f"page {number} was accepted by the only one who worked on it")]
    return []


def painted_page(one: Redaction, drawn: Drawn) -> tuple[Bytes, tuple[Rectangle, ...]]:
    """The page with its boxes painted, and what was painted.

    Raises:
        BadBox: if a box is empty or lies outside of the page.
    """
    boxes = [kept.box for kept in one.on_page(drawn.number)]
    try:
        rectangles = rectangles_of(boxes, drawn.page, drawn.lie)
        return paint(drawn.pixels, rectangles), rectangles
    except ValueError as error:
        raise BadBox(f"A box of page {drawn.number} cannot be painted: {error}.") from None


def make_redaction(
    case: Case,
    one: Redaction,
    *,
    engine: str | None = "",
    coding: Coding = "lossless",
    unlocked: bool = False,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Rebuilt:
    """The redacted document, made of what a second person has accepted box by box and page by page.

    `engine` reads the words of the painted pages: empty for the usual one, None for none. `tell` hears how many pages
    are done. Nothing is written: that is for the gate to allow, and for `note_made` to tell in the log.

    Raises:
        NotReady: with everything that is in the way.
        NoEngine: if the engine cannot be used.
        PageNotPainted: if a page cannot be drawn or read.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    looking = Looking(case)
    problems = obstacles(case, one, looking)
    if problems:
        raise NotReady(problems)
    numbers = pages_of(case, one, looking)
    pages = []
    with PageDrawer(case, looking, unlocked=unlocked) as drawer:
        reader = PaintedReader(case, engine or "hybrid", unlocked=unlocked) if engine is not None else None
        try:
            for done, number in enumerate(numbers, 1):
                pages.append(_painted(one, drawer.draw(one.document, number), reader))
                tell(done, len(numbers))
        finally:
            if reader is not None:
                reader.close()
    pdf = build_pdf(_Unpacked(pages), coding)
    reviewers = {kept.reviewed_by for kept in one.boxes} | {review.by for review in one.page_reviews.values()}
    return Rebuilt(
        one.id, one.document, pdf, tuple(pages), coding, tuple(sorted(reviewers - {""})),
        (engine or "hybrid") if engine is not None else "",
    )  # fmt: skip


def _painted(one: Redaction, drawn: Drawn, reader: PaintedReader | None) -> PaintedPage:
    pixels, rectangles = painted_page(one, drawn)
    return PaintedPage(
        number=drawn.number,
        dpi=drawn.dpi,
        rectangles=rectangles,
        words=reader.read(pixels, drawn.dpi, rectangles) if reader is not None else (),
        withheld=tuple(sorted({kept.box.withheld for kept in one.on_page(drawn.number) if kept.box.withheld})),
        has_text=not is_unread(drawn.page),
        shape=(pixels.shape[0], pixels.shape[1], 3),
        encoded=encoded_image(pixels),
        covered=tuple(drawn.pixels[y0:y1, x0:x1].tobytes() for x0, y0, x1, y1 in rectangles),
    )


def note_made(case: Case, made: Rebuilt, by: str) -> None:
    """The log tells that the file was made: digests and counts, never text.

    Raises:
        BadSignature: if nobody can sign with `by`.
    """
    told: dict[str, Any] = {
        "redaction": made.redaction,
        "document": made.document,
        "pdf": made.sha256,
        "pages": len(made.pages),
        "rectangles": sum(len(page.rectangles) for page in made.pages),
        "coding": made.coding,
        "engine": made.engine,
        "by": signature(by),
    }
    with case.marking() as changes:
        changes.add_event("redact", told)
    extend_log(case)


def proof_sheet(one: Redaction, drawn: Drawn) -> Image.Image:
    """The page with every box outlined in the colour of its review, and what will be painted shaded."""
    _, rectangles = painted_page(one, drawn)
    sheet = Image.fromarray(drawn.pixels).convert("RGB")
    shade = np.array(sheet)
    for left, top, right, bottom in rectangles:
        shade[top:bottom, left:right] = shade[top:bottom, left:right] // 2 + 90
    sheet = Image.fromarray(shade)
    pen = ImageDraw.Draw(sheet)
    for kept in one.on_page(drawn.number):
        cite = parse_any_cite(kept.box.place)
        if isinstance(cite, RegionCite):
            x0, y0, x1, y1 = drawn.lie.sides(cite)
            pen.rectangle((x0 - 2, y0 - 2, x1 + 1, y1 + 1), outline=_FRAME.get(kept.verdict, _FRAME[""]), width=2)
    return sheet


def sheet_of(one: Redaction, drawn: Drawn, *, painted: bool = False) -> Image.Image:
    """The page as it will leave, or as a proof sheet."""
    return Image.fromarray(painted_page(one, drawn)[0]) if painted else proof_sheet(one, drawn)


def told(one: Redaction, problems: Sequence[Obstacle], *, with_text: bool = False) -> dict[str, Any]:
    """The redaction and what is in the way, as plain values."""
    return one.as_json(with_text=with_text) | {"obstacles": [asdict(problem) for problem in problems]}
