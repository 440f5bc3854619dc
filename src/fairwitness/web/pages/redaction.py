"""Redactions in the reading room: boxes are drawn, searched and listed, and a second person goes through them."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.redaction import REASONS, Reason, Width
from fairwitness.names.compare import LEVELS, Level
from fairwitness.web.forms import text_of
from fairwitness.web.pages.images import digest_of, line_address, picture_instead
from fairwitness.web.room import Room, room_of
from fairwitness.web.signing import acting, signature_of
from fairwitness.web.templating import render
from fairwitness.work import redacting
from fairwitness.work.account import names_of
from fairwitness.work.kept_lists import kept_list, list_data, lists_of
from fairwitness.work.redaction_finding import Found, cover_column, find_name, find_numbers, find_text
from fairwitness.work.redaction_kept import ACCEPT, BY_EYE, OBJECT, BadBox, Redaction, Verdict
from fairwitness.work.redaction_pages import PAGE, cite_of_sides, next_step, page_to_redact, states_of

WIDTHS: tuple[Width, ...] = ("line", "cell", "fixed", "exact")
MOST_PAGES = 400  # shown at once
_SHOWN_OTHERWISE = ("box_not_reviewed", "box_objected", "page_not_reviewed")
_NUMBER = re.compile("[0-9]{1,6}")


def routes() -> list[Route]:
    """Of the list of redactions, of one page of one, of its picture, and of what people do to it."""
    return [
        Route("/redactions", index),
        acting("/redactions/new/{digest}", begin),
        Route("/redactions/{redaction}", page, methods=["GET"]),
        Route("/redactions/{redaction}/pages/{number:int}/painted", painted, methods=["GET"]),
        acting("/redactions/{redaction}/box", add),
        acting("/redactions/{redaction}/find", find),
        acting("/redactions/{redaction}/remove", remove),
        acting("/redactions/{redaction}/review", review),
    ]


def index(request: Request) -> Response:
    """Every redaction of the case, with how far it is."""
    room = room_of(request)
    rows = []
    for one in redacting.redactions_of(room.case):
        problems = redacting.obstacles(room.case, one, room.looking)
        rows.append((one, names_of(room.case, one.document)[0], len(problems)))
    return render(request, "redactions.html", rows=rows)


def begin(request: Request, form: FormData, by: str) -> Response:
    """A redaction of that document."""
    room, digest = room_of(request), digest_of(request)
    name = text_of(form, "name").strip() or names_of(room.case, digest)[0].rpartition("/")[2][:80]
    name = "".join(char for char in name if char.isprintable()) or digest[:12]
    one = redacting.begin_redaction(room.case, digest, name, by, text_of(form, "pages"))
    return RedirectResponse(f"/redactions/{one.id}", 303)


def page(request: Request) -> Response:
    """One page of the redaction, with its boxes and all that can be done."""
    return _shown(request, _one(request), _number(request.query_params.get("page", "")))


def _shown(
    request: Request, one: Redaction, number: int, problem: FairwitnessError | None = None, found: Found | None = None
) -> Response:
    room, by = room_of(request), signature_of(request)
    numbers = redacting.pages_of(room.case, one, room.looking)
    problems = redacting.obstacles(room.case, one, room.looking)
    states = states_of(one, numbers, problems)
    number = number or next((state.number for state in states if not state.is_done), numbers[0])
    shown = page_to_redact(room.looking, one, numbers, number)
    current = request.query_params.get("box", "")
    box = next((each for each in shown.boxes if each.kept.id == current), None)
    at = numbers.index(number)
    first = max(0, min(at - MOST_PAGES // 2, len(numbers) - MOST_PAGES))
    return render(
        request,
        "redaction.html",
        400 if problem else 200,
        one=one,
        own_name=names_of(room.case, one.document)[0],
        shown=shown,
        states=states[first : first + MOST_PAGES],
        page_count=len(numbers),
        done=sum(state.is_done for state in states),
        current=current,
        box=box,
        close_up=line_address(one.document, number, [box.unturned]) if box is not None and shown.width_px else "",
        step=next_step(one, problems, by, number, current or (PAGE if shown.is_current else "")),
        problems=[each for each in problems if each.page in (0, number) and each.code not in _SHOWN_OTHERWISE],
        problem_count=len(problems),
        by=by,
        is_painted=request.query_params.get("view") == "painted",
        may_accept_page=not one.workers(number) <= {by},
        reasons=REASONS,
        widths=WIDTHS,
        levels=LEVELS,
        lists=_columns(room) if by else [],
        problem=problem,
        found=found,
    )


def _columns(room: Room) -> list[tuple[str, str, str]]:
    """Of each list that has rows its id, its name, and each of its columns."""
    return [
        (kept.id, kept.name, column.name)
        for kept in lists_of(room.case)
        if kept.rows
        for column in list_data(room.case, kept).columns
    ]


def painted(request: Request) -> Response:
    """The page as it will leave."""
    room, one = room_of(request), _one(request)
    number = int(request.path_params["number"])
    try:
        if number not in redacting.pages_of(room.case, one, room.looking):
            raise NotFound("That page does not leave.")
        sheet = redacting.sheet_of(one, room.drawer.draw(one.document, number), painted=True)
    except NotFound:
        raise
    except FairwitnessError as error:
        return picture_instead(error)
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    return Response(out.getvalue(), media_type="image/png", headers={"Cache-Control": "no-store"})


def add(request: Request, form: FormData, by: str) -> Response:
    """A box, as it was drawn or typed."""
    room, one, number = room_of(request), _one(request), _number(text_of(form, "page"))
    try:
        sides = [_number(text_of(form, side), -1) for side in ("x0", "y0", "x1", "y1")]
        if min(sides) < 0:
            raise BadBox("A box has four sides, in pixels of the page.")
        cite = cite_of_sides(room.looking, one, number, (sides[0], sides[1], sides[2], sides[3]))
        one = redacting.add_boxes(
            room.case, one, [cite], by,
            reason=_reason(form), width=_width(form), group="hand" if _width(form) == "fixed" else "",
        )  # fmt: skip
    except FairwitnessError as error:
        return _shown(request, one, number, error)
    return _to(one, number, one.on_page(number)[-1].id if one.on_page(number) else "")


def find(request: Request, form: FormData, by: str) -> Response:
    """All places of a name, of a query, of numbers, or of a column are boxes."""
    room, one, number = room_of(request), _one(request), _number(text_of(form, "page"))
    what, wanted = text_of(form, "what"), text_of(form, "wanted").strip()
    try:
        if what == "numbers":
            found = find_numbers(room.case, one, by, width=_width(form))
        elif what == "column":
            name, _, column = text_of(form, "column").partition(":")
            found = cover_column(room.case, one, kept_list(room.case, name), column, by, reason=_reason(form))
        elif not wanted:
            raise BadBox("There is nothing to look for.", advice="Write a name, or the words of a query.")
        elif what == "query":
            found = find_text(room.case, one, wanted, by, width=_width(form), reason=_reason(form))
        else:
            level: Level = next((each for each in LEVELS if each == text_of(form, "level")), "likely")
            found = find_name(room.case, one, wanted, by, level=level, width=_width(form), reason=_reason(form))
    except FairwitnessError as error:
        return _shown(request, one, number, error)
    return _shown(request, found.redaction, number, None, found)


def remove(request: Request, form: FormData, by: str) -> Response:
    """The box is painted no more."""
    one = redacting.take_out(room_of(request).case, _one(request), [text_of(form, "box")], by)
    return _to(one, _number(text_of(form, "page")))


def review(request: Request, form: FormData, by: str) -> Response:
    """A second person accepts or objects to a box or a page, and goes on to the next."""
    room, one, number = room_of(request), _one(request), _number(text_of(form, "page"))
    verdict: Verdict = next((each for each in (OBJECT, BY_EYE) if each == text_of(form, "verdict")), ACCEPT)
    name = text_of(form, "box")
    try:
        if name == PAGE:
            one = redacting.review_page(room.case, one, number, verdict, by)
        else:
            one = redacting.review_boxes(room.case, one, [name], verdict, by)
    except FairwitnessError as error:
        return _shown(request, one, number, error)
    problems = redacting.obstacles(room.case, one, room.looking)
    return _to(one, *(next_step(one, problems, by, number, name) if any(problems) else (number, "")))


def _to(one: Redaction, number: int, box: str = "") -> Response:
    asked = ({"page": number} if number else {}) | ({"box": box} if box else {})
    return RedirectResponse(f"/redactions/{one.id}" + (f"?{urlencode(asked)}" if asked else ""), 303)


def _one(request: Request) -> Redaction:
    return redacting.redaction(room_of(request).case, str(request.path_params["redaction"]))


def _reason(form: FormData) -> Reason:
    return next((each for each in REASONS if each == text_of(form, "reason")), "person")


def _width(form: FormData) -> Width:
    return next((each for each in WIDTHS if each == text_of(form, "width")), "line")


def _number(text: str, default: int = 0) -> int:
    return int(text) if _NUMBER.fullmatch(text.strip()) else default
