"""A page of a redaction as somebody works on it: its boxes on the page as it can be read, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fairwitness.core.cite import RegionCite, parse_any_cite, region_cite_of
from fairwitness.core.records import Region
from fairwitness.work.looking import Looking
from fairwitness.work.redacting import Obstacle, is_unread
from fairwitness.work.redaction_kept import ACCEPT, BadBox, KeptBox, PageReview, Redaction
from fairwitness.work.redaction_places import Lie, Sides

PAGE = "page"
"""Stands for the page as a whole where a box could be named."""


@dataclass(frozen=True, slots=True)
class BoxOnPage:
    """A box with its sides in pixels of the page as it can be read, and in those of the page as it was read."""

    kept: KeptBox
    sides: tuple[int, int, int, int]
    unturned: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class PageToRedact:
    """A page with its size as it can be read, its boxes, what was said of it, and whether that still holds."""

    number: int
    width_px: int
    height_px: int
    boxes: tuple[BoxOnPage, ...]
    review: PageReview | None
    is_current: bool
    is_unread: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PageState:
    """How far one page is: how many boxes it has, how many wait for a second person, and whether it was accepted."""

    number: int
    boxes: int
    waiting: int
    is_done: bool


def page_to_redact(looking: Looking, one: Redaction, numbers: Sequence[int], number: int) -> PageToRedact:
    """That page, one of `numbers`.

    Raises:
        BadBox: if it is none of them.
    """
    if number not in numbers:
        raise BadBox(f"Page {number} is none of the pages that leave.")
    lie, at = lie_as_read(looking, one.document, number), list(numbers).index(number)
    page = looking.page(one.document, number)
    review = one.page_reviews.get(number)
    state = one.state_of(number, looking.document(one.document).made_by(number))
    boxes = []
    for kept in one.on_page(number):
        cite = parse_any_cite(kept.box.place)
        if isinstance(cite, RegionCite):
            scale = lie.per_cited(cite.dpi)
            unturned = (cite.x0 * scale, cite.y0 * scale, cite.x1 * scale, cite.y1 * scale)
            boxes.append(BoxOnPage(kept, _whole(lie.turned(unturned)), _whole(unturned)))
    boxes.sort(key=lambda each: (each.sides[1], each.sides[0]))
    return PageToRedact(
        number, lie.width_px, lie.height_px, tuple(boxes), review,
        is_current=review is not None and review.state == state,
        is_unread=is_unread(page),
        before=numbers[at - 1] if at else 0,
        after=numbers[at + 1] if at + 1 < len(numbers) else 0,
    )  # fmt: skip


def lie_as_read(looking: Looking, document: str, number: int) -> Lie:
    """How the page as it was read lies beside its cites.

    Raises:
        NotFound: if the document has no such page.
    """
    shape = looking.shape(document, number)
    if not looking.document(document).reading.media_type.startswith("image/"):
        return Lie((shape.width_px, shape.height_px), shape.dpi, 1.0, 0, shape.turn_deg)
    own = looking.own_page(document, number)
    scale = shape.width_px / own.width_px if own is not None and own.width_px else 1.0
    return Lie((shape.width_px, shape.height_px), 0, scale, 0, shape.turn_deg)


def cite_of_sides(looking: Looking, one: Redaction, number: int, sides: tuple[int, int, int, int]) -> str:
    """The cite of that rectangle, given in pixels of the page as it can be read.

    Raises:
        BadBox: if it is empty or nothing of it is on the page.
    """
    lie = lie_as_read(looking, one.document, number)
    x0, x1 = (max(0, min(side, lie.width_px)) for side in (sides[0], sides[2]))
    y0, y1 = (max(0, min(side, lie.height_px)) for side in (sides[1], sides[3]))
    if x0 >= x1 or y0 >= y1:
        raise BadBox("The box is empty, or lies outside of the page.")
    dpi = lie.dpi
    left, top, right, bottom = (round(side / lie.per_cited(dpi)) for side in lie.unturned((x0, y0, x1, y1)))
    if left >= right or top >= bottom:
        raise BadBox("The box is empty.")
    return str(region_cite_of(Region(one.document, number, dpi, left, top, right, bottom)))


def states_of(one: Redaction, numbers: Sequence[int], problems: Sequence[Obstacle]) -> list[PageState]:
    """How far each page is, in their order."""
    in_the_way = {problem.page for problem in problems}
    boxes = Counter(kept.page for kept in one.boxes)
    waiting = Counter(kept.page for kept in one.boxes if kept.verdict != ACCEPT)
    return [PageState(number, boxes[number], waiting[number], number not in in_the_way) for number in numbers]


def next_step(one: Redaction, problems: Sequence[Obstacle], by: str, number: int, box: str = "") -> tuple[int, str]:
    """The page and the box that somebody looks at next, from there on and then from the start; `PAGE` for a whole page.

    Boxes of their own are left to others. (0, "") if nothing is left for them.
    """
    own = {kept.id for kept in one.boxes if kept.by == by}
    steps = [
        (problem.page, problem.box or PAGE)
        for problem in problems
        if problem.box not in own and (problem.box or not one.workers(problem.page) <= {by})
    ]
    order = {kept.id: at for at, kept in enumerate(one.boxes)}
    waits = {page for page, name in steps if name != PAGE}
    steps = [step for step in dict.fromkeys(steps) if step[1] != PAGE or step[0] not in waits]
    steps.sort(key=lambda step: (step[0], order.get(step[1], len(order))))
    here = (number, order.get(box, -1))
    later = [step for step in steps if (step[0], order.get(step[1], len(order))) > here]
    return (later or steps or [(0, "")])[0]


def _whole(sides: Sides) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (round(side) for side in sides)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)
