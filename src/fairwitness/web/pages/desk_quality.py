"""How far the rows of a list can be trusted: rules that they break, agreement of those who entered them, and audits."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.analyse.agreement import Coefficient
from fairwitness.lists.rules import CODES
from fairwitness.web.forms import text_of
from fairwitness.web.marking import document_address
from fairwitness.web.paging import offset_of, pager
from fairwitness.web.room import room_of
from fairwitness.web.signing import acting, signature_of
from fairwitness.web.templating import render
from fairwitness.web.words import N_
from fairwitness.work.auditing import attach_audit, audit_of, begin_audit
from fairwitness.work.draws import draws_of
from fairwitness.work.keying import Desk

BROKEN = 50  # rules that rows break, at once
CITES = 8  # cells of one violation
WHY = {
    "no_pairs": N_("nobody entered the same cell"),
    "all_equal": N_("everybody gave one and the same answer"),
    "one_coder": N_("only one person entered"),
    "not_numbers": N_("these are no numbers"),
}


def routes() -> list[Route]:
    """Of the one page, and of what is done for an audit."""
    return [
        Route("/desk/{list}/quality", quality, methods=["GET"]),
        acting("/desk/{list}/audits", audits),
    ]


def quality(request: Request) -> Response:
    """Rules, agreement and audits of one list."""
    room = room_of(request)
    desk = room.desks.of(str(request.path_params["list"]))
    checked = room.desks.checked(desk.kept.id)
    shown = [one for one in checked.violations if not any(_is_blind(desk, cell) for cell in one.cells)]
    first = min(offset_of(request), max(0, len(shown) - 1))
    draws = draws_of(room.case, desk.kept)
    person = signature_of(request)
    return render(
        request,
        "desk_quality.html",
        kept=desk.kept,
        titles={column.name: column.title or column.name for column in desk.list.columns},
        checked=checked,
        broken=[
            (one, [checked.row_numbers[row] for row in one.rows[:CITES]], _cells(desk, one.cells))
            for one in shown[first : first + BROKEN]
        ],
        withheld=len(checked.violations) - len(shown),
        codes=CODES,
        pager=pager(request, len(shown), BROKEN, anchor="#rules-title"),
        agreement=room.desks.agreement(desk.kept.id),
        why=WHY,
        interval=_interval,
        audit=audit_of(room.case, desk.kept) if draws else None,
        audit_count=len(draws),
        waiting=len(desk.queue(person, "audit")) if person and draws else 0,
        signed_by=person,
    )


def _is_blind(desk: Desk, cell: str) -> bool:
    """Whether somebody may still enter the cell blind: what the machine read of it is nothing for them to know."""
    placed = desk.cells.get(cell)
    return placed is not None and desk.keying_of(placed.column.name) == "double" and desk.state(cell).value is None


def _cells(desk: Desk, cites: tuple[str, ...]) -> list[tuple[str, str]]:
    """The column of each cell, and where its pixels are."""
    found = [desk.cells[cite] for cite in cites[:CITES] if cite in desk.cells]
    return [
        (one.column.title or one.column.name, document_address(one.row.document, one.row.page, one.name))
        for one in found
    ]


def _interval(one: Coefficient) -> tuple[str, str, str] | None:
    """Value and both ends, to three places; None where it is not defined."""
    if one.value is None:
        return None
    low, high = (f"{end:.3f}" if end is not None else "" for end in (one.low, one.high))
    return f"{one.value:.3f}", low, high


def audits(request: Request, form: FormData, by: str) -> Response:
    """A sample is drawn, or what it showed becomes part of the list."""
    room = room_of(request)
    kept = room.desks.of(str(request.path_params["list"])).kept
    if text_of(form, "do") == "attach":
        attach_audit(room.case, kept, by)
    else:
        cells = text_of(form, "cells").strip()
        begin_audit(room.case, kept, by, int(cells) if cells.isascii() and cells.isdigit() and len(cells) < 7 else 0)
    return RedirectResponse(f"/desk/{kept.id}/quality", 303)
