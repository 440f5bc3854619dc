"""Working on the cells of a list: reviewing what a machine read, entering blind, adjudicating, and the audit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.web.desking import PARTS, CardView, FieldView, Pick, Work, card_of, covered, field_of, work_in
from fairwitness.web.forms import post, text_of
from fairwitness.web.pages.images import answer_with, picture_instead
from fairwitness.web.room import Room, room_of
from fairwitness.web.signing import signature_of
from fairwitness.web.templating import here, render
from fairwitness.work.cell_places import picture_of
from fairwitness.work.keying import MODES, STATES, BadEntry, Desk, Entry, Shown, State, enter, undo

CARDS = 3  # on one page: one to be seen, and those behind it
MAX_CARDS = 10
MAX_PICKS = 30
ACCEPT = "accept"  # what the main button of a card sends: whatever stands in the field


class NotSigned(FairwitnessError):
    """Who enters something must have signed before."""

    code = "not_signed"
    advice = "Open the list again; it asks for a pseudonym."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form says of one cell."""

    cell: str
    state: str
    text: str
    replaces: str


def routes() -> list[Route]:
    """Of the pictures, the cards, and what is done with them."""
    made = [
        Route("/desk/crop/{cite}", crop),
        post("/desk/{list}/enter", take),
        post("/desk/{list}/undo", take_back),
    ]
    for mode in MODES:
        made.append(Route(f"/desk/{{list}}/{mode}", _page(mode), methods=["GET"]))
        made.append(Route(f"/desk/{{list}}/{mode}/cards", _more(mode), methods=["GET"]))
    return made


def crop(request: Request) -> Response:
    """The rectangle that the cite names, with some of its page around it."""
    cite = parse_any_cite(str(request.path_params["cite"]))
    if not isinstance(cite, RegionCite):
        raise NotFound("That cite names no rectangle.")
    room = room_of(request)
    try:
        return answer_with(picture_of(room.case, room.pictures, cite, close=request.query_params.get("close") == "1"))
    except NotFound:
        raise
    except FairwitnessError as error:
        return picture_instead(error, height=120)


def _page(mode: str) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        person = signature_of(request)
        if not person:
            return RedirectResponse(f"/signature?back={quote(here(request), safe='')}", 303)
        return _shown(request, person, work_in(mode, request.query_params), request.query_params)

    page.__name__ = mode
    return page


def _more(mode: str) -> Callable[[Request], Response]:
    def more(request: Request) -> Response:
        person = signature_of(request)
        if not person:
            raise NotSigned("Nobody has signed in this session.")
        room, work = room_of(request), work_in(mode, request.query_params)
        desk = _desk(request)
        cards, _ = _cards(room, desk, person, work, request.query_params)
        return render(request, "parts/desk_cards.html", kept=desk.kept, asked=work, cards=cards, is_ahead=True)

    more.__name__ = f"more_to_{mode}"
    return more


def _desk(request: Request) -> Desk:
    return room_of(request).desks.of(str(request.path_params["list"]))


def _shown(
    request: Request,
    person: str,
    work: Work,
    asked: Mapping[str, str],
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page with the cards that are asked for; `typed` is what somebody typed in fields that could not be kept."""
    room, desk = room_of(request), _desk(request)
    cards, left = _cards(room, desk, person, work, asked, typed or {})
    other = replace(work, view="" if work.view == "row" else "row")
    return render(
        request,
        "desk_work.html",
        400 if problem else 200,
        kept=desk.kept,
        asked=work,
        person=person,
        cards=cards,
        left=left,
        is_ahead=False,
        is_blind=work.is_blind,
        columns=desk.list.columns,
        parts=[(one, *one.split("/")) for one in PARTS],
        row_count=len(desk.list.data_rows),
        other_view=f"/desk/{desk.kept.id}/{work.mode}{other.query()}",
        problem=problem,
    )


def _cards(
    room: Room,
    desk: Desk,
    person: str,
    work: Work,
    asked: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
) -> tuple[list[CardView], int]:
    """The cards that come next, and how many cells are left."""
    queue = _queue(desk, person, work)
    one = asked.get("cell", "")
    if one:
        row = desk.placed(one).row.id
        mates = {cell for cell in queue if desk.cells[cell].row.id == row} | {one} if work.view == "row" else {one}
        groups = [[cell for cell in desk.cells if cell in mates]]
    else:
        skipped = set(asked.get("skip", "").split(" "))
        waiting = [cell for cell in queue if cell not in skipped]
        groups = _grouped(desk, _from_row(desk, waiting, asked.get("row", "")), work, _how_many(asked.get("n", "")))
    cards = [_card(room, desk, person, work, group, typed or {}) for group in groups]
    if work.mode == "adjudicate" and asked.get("seen") != "yes":
        cards = [covered(card) for card in cards]
    return cards, len(queue)


def _queue(desk: Desk, person: str, work: Work) -> list[str]:
    return desk.queue(person, work.mode, work.column or None, work.order, work.share, work.draw)


def _grouped(desk: Desk, waiting: Sequence[str], work: Work, most: int) -> list[list[str]]:
    """The cells of each of the next cards."""
    if work.view != "row":
        return [[cell] for cell in waiting[:most]]
    groups: dict[str, list[str]] = {}
    for cell in waiting:
        groups.setdefault(desk.cells[cell].row.id, []).append(cell)
    return [sorted(cells, key=lambda cell: desk.cells[cell].place) for cells in list(groups.values())[:most]]


def _from_row(desk: Desk, waiting: list[str], row: str) -> list[str]:
    """Cells by rows, beginning with the first in that row or behind it; as they were if no row is asked for."""
    if not (row.isascii() and row.isdigit()):
        return waiting
    in_order = sorted(waiting, key=lambda cell: desk.cells[cell].place)
    behind = [cell for cell in in_order if desk.cells[cell].row.number >= int(row[:9])]
    return behind + in_order[: len(in_order) - len(behind)]


def _how_many(text: str) -> int:
    return min(max(1, int(text)), MAX_CARDS) if text.isascii() and text.isdigit() and len(text) < 4 else CARDS


def _card(room: Room, desk: Desk, person: str, work: Work, cells: Sequence[str], typed: Mapping[str, str]) -> CardView:
    fields = [_field(desk, person, work, cell, typed.get(cell)) for cell in cells]
    return card_of(room.case, desk, fields, is_row=work.view == "row", blind=work.is_blind)


def _field(desk: Desk, person: str, work: Work, cell: str, typed: str | None) -> FieldView:
    """As much of the cell as this person may see in this mode."""
    shown = desk.shown_to(person, work.mode, cell, work.draw)
    text, state, confidence = "", "text", 0
    picks = [Pick("text", code) for code in shown.cell.column.codes]
    if shown.proposal is not None:
        text, confidence = shown.proposal.text, shown.proposal.confidence
        state = "blank" if _is_blank(shown) else "text"
        others = dict.fromkeys(other.text for other in shown.proposal.alternatives)
        picks = [*(Pick("text", other) for other in others if other not in ("", text)), *picks]
    if shown.answers:
        picks = [Pick(state, answer) for state, answer in shown.answers]
    if shown.own is not None:
        text, state = shown.own.text, str(shown.own.state)
    return field_of(
        shown.cell,
        shown.proposal is not None,
        state=state,
        text=text if typed is None else typed,
        replaces=shown.replaces,
        confidence=confidence,
        picks=tuple(picks[:MAX_PICKS]),
        asked=shown.asked,
    )


def _is_blank(shown: Shown) -> bool:
    """Whether the machine found the cell empty, and sure enough to say so."""
    return shown.proposal is not None and not shown.proposal.text.strip() and "unread_ink" not in shown.proposal.flags


def take(request: Request, form: FormData) -> Response:
    """What the form says of its cells counts from now on."""
    person, desk = signature_of(request), _desk(request)
    work = work_in(text_of(form, "mode"), form)
    answers: list[Answer] = []
    try:
        if not person:
            raise NotSigned("Nobody has signed in this session.")
        answers = _answers(form)
        for answer in _complete(desk, person, work, answers):
            _keep(request, desk, person, work, answer, text_of(form, "note"))
    except FairwitnessError as error:
        if _wants_json(request):
            return JSONResponse({"problem": f"{error.message} {error.advice}".strip()})
        if not person or work.mode not in MODES or not answers:
            raise
        typed = {answer.cell: answer.text for answer in answers}
        return _shown(request, person, work, {"cell": answers[0].cell, "seen": "yes"}, error.message, typed)
    if _wants_json(request):
        return JSONResponse({"saved": True, "left": _left(request, person, work)})
    return RedirectResponse(f"/desk/{desk.kept.id}/{work.mode}{work.query()}", 303)


def _answers(form: FormData) -> list[Answer]:
    """What the form says of each of its cells."""
    named = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in _PARTS}
    cells, states, texts, replaced = (named[name] for name in _PARTS)
    pick = text_of(form, "pick")
    if pick:
        states, texts = (list(one) for one in zip(_picked(pick), strict=True))
    if not cells or not len(cells) == len(states) == len(texts) == len(replaced):
        raise BadEntry("That is no answer to a card.", advice="Load the page again, and enter it once more.")
    lines = (text.replace("\r\n", "\n") for text in texts)
    return [Answer(*one) for one in zip(cells, states, lines, replaced, strict=True)]


_PARTS = ("cell", "state", "text", "replaces")


def _picked(raw: str) -> tuple[str, str]:
    try:
        plain = json.loads(raw)
        state, text = plain["state"], plain["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        state = text = None
    if not isinstance(state, str) or not isinstance(text, str):
        raise BadEntry("That cannot be chosen.", advice="Load the page again, and enter it once more.")
    return state, text


def _complete(desk: Desk, person: str, work: Work, answers: Sequence[Answer]) -> list[Answer]:
    """The answers as they are kept; all are looked at before any is kept."""
    return [_as_meant(desk.shown_to(person, work.mode, one.cell, work.draw), one) for one in answers]


def _as_meant(shown: Shown, answer: Answer) -> Answer:
    """An empty field that is accepted where the machine found nothing says that the cell is blank.

    A state without a text goes without whatever still stood in the field, which nobody typed for it.
    """
    read = shown.proposal.text if shown.proposal is not None else ""
    if answer.state in (ACCEPT, "text"):
        if not answer.text.strip() and _is_blank(shown):
            return replace(answer, state="blank", text="")
        return replace(answer, state="text")
    if answer.state in ("blank", "outside", "ask") or answer.text == read:
        return replace(answer, text="")
    return answer


def _keep(request: Request, desk: Desk, person: str, work: Work, answer: Answer, note: str) -> Entry:
    state: State | None = next((one for one in STATES if one == answer.state), None)
    if state is None:
        raise BadEntry("A cell has no such state.")
    proposal = desk.shown_to(person, work.mode, answer.cell, work.draw).proposal
    prefilled = (proposal.engine or "machine") if proposal is not None else ""
    return enter(
        room_of(request).case,
        desk.kept,
        answer.cell,
        person,
        work.mode,
        state,
        answer.text,
        prefilled,
        answer.replaces,
        note=note,
        draw=(work.draw or desk.last_draw()) if work.mode == "audit" else "",
    )


def take_back(request: Request, form: FormData) -> Response:
    """The last thing that this person entered in this way counts no more."""
    person, desk = signature_of(request), _desk(request)
    work = work_in(text_of(form, "mode"), form)
    gone = undo(room_of(request).case, desk.kept, person, (work.mode,)) if person else None
    if _wants_json(request):
        told = {"cell": gone.cell, "text": gone.text, "state": gone.state} if gone is not None else {}
        return JSONResponse(told | {"saved": True, "left": _left(request, person, work) if person else 0})
    cell = {"cell": gone.cell, "seen": "yes"} if gone is not None else {}
    return RedirectResponse(f"/desk/{desk.kept.id}/{work.mode}{work.query(**cell)}", 303)


def _left(request: Request, person: str, work: Work) -> int:
    return len(_queue(_desk(request), person, work))


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
