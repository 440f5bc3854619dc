"""The list desk: every list of the case, how far each is, its rows, and what of its pages is in none of them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.lists import List, Row
from fairwitness.web.desking import FLAGS, LANGS
from fairwitness.web.forms import text_of
from fairwitness.web.marking import document_address, names_by_document
from fairwitness.web.paging import offset_of, pager
from fairwitness.web.room import room_of
from fairwitness.web.signing import acting, signature_of
from fairwitness.web.templating import render
from fairwitness.web.words import N_
from fairwitness.work.kept_lists import begin_list, list_data, lists_of
from fairwitness.work.keying import MODES, STATUSES, Desk, ListProgress, Mode, Placed, Status

ROWS = 50  # of the table at once
LEFT = 100  # of what could not be placed
MAX_CAUSES = 200
STATUS_WORDS: dict[Status, str] = {
    "open": N_("open"),
    "once": N_("entered once"),
    "agreed": N_("two agree"),
    "differs": N_("two differ"),
    "reviewed": N_("reviewed"),
    "adjudicated": N_("adjudicated"),
    "conflict": N_("conflict"),
}
STATE_WORDS = {
    "blank": N_("blank"),
    "illegible": N_("illegible"),
    "struck": N_("struck out"),
    "outside": N_("outside"),
    "ask": N_("asked"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """How far some cells are, in percent of them: decided, under way, and those on which people differ."""

    cells: int
    decided: int
    under_way: int
    apart: int

    def percent(self, part: int) -> float:
        """The length of a bar."""
        return round(100 * part / self.cells, 2) if self.cells else 0.0


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell in the table of rows: what it holds or `is_hidden` where somebody may still enter it blind."""

    column: int
    address: str
    text: str
    state: str
    status: Status
    lang: str
    flags: tuple[str, ...]
    is_read: bool
    is_hidden: bool


def routes() -> list[Route]:
    """Of the lists, one list, its rows, and what is in none of them."""
    return [
        Route("/desk", every, methods=["GET"]),
        acting("/desk", begin),
        Route("/desk/{list}", one, methods=["GET"]),
        Route("/desk/{list}/rows", rows, methods=["GET"]),
        Route("/desk/{list}/unplaced", unplaced, methods=["GET"]),
    ]


def every(request: Request) -> Response:
    """All lists, with how far each is."""
    room = room_of(request)
    lists = [(kept, share_of(room.desks.of(kept.id).progress())) for kept in lists_of(room.case)]
    return render(request, "desk.html", lists=lists, signed_by=signature_of(request))


def begin(request: Request, form: FormData, by: str) -> Response:
    """A new list; the browser goes on to its set-up."""
    made = begin_list(room_of(request).case, text_of(form, "name"), text_of(form, "setup"), by)
    return RedirectResponse(f"/desk/{made.id}", 303)


def one(request: Request) -> Response:
    """How far the list is: by column, by person, and what could not be read."""
    room = room_of(request)
    desk = room.desks.of(str(request.path_params["list"]))
    progress = desk.progress()
    person = signature_of(request)
    waiting: dict[Mode, int] = (
        {mode: len(desk.queue(person, mode)) for mode in MODES if mode != "audit"} if person else {}
    )
    documents = names_by_document(room.case, sorted({digest for digest, _, _ in desk.list.pages}))
    return render(
        request,
        "desk_list.html",
        kept=desk.kept,
        data=desk.list,
        share=share_of(progress),
        columns=[
            (column, Share(found.cells, found.decided, *_parts(found.by_status)), found)
            for column, found in zip(desk.list.columns, progress.columns, strict=True)
        ],
        people=_people(progress),
        person=person,
        waiting=waiting,
        causes=[page for page in desk.list.pages if page[2] != "ok"][:MAX_CAUSES],
        bad_pages=sum(outcome != "ok" for _, _, outcome in desk.list.pages),
        documents=documents,
        statuses=STATUS_WORDS,
        document_address=document_address,
        making=room.making.last(desk.kept.id),
        first="key" if all(desk.keying_of(column.name) == "double" for column in desk.list.columns) else "review",
    )


def rows(request: Request) -> Response:
    """The rows as a table; each cell leads to its pixels."""
    room = room_of(request)
    desk = room.desks.of(str(request.path_params["list"]))
    status = next((one for one in STATUSES if one == request.query_params.get("status")), None)
    flag = next((one for one in FLAGS if one == request.query_params.get("flag")), "")
    cells_by_row = _cells_by_row(desk)
    chosen = [row for row in desk.list.rows if row.kind != "header" and _is_asked_for(desk, row, status, flag)]
    place = pager(request, len(chosen), ROWS)
    first = min(offset_of(request), max(0, len(chosen) - 1))
    shown = [(row, [_cell(desk, placed) for placed in cells_by_row[row.id]]) for row in chosen[first : first + ROWS]]
    return render(
        request,
        "desk_rows.html",
        kept=desk.kept,
        columns=desk.list.columns,
        langs=LANGS,
        rows=shown,
        pager=place,
        status=status or "",
        flag=flag,
        statuses=STATUS_WORDS,
        flags={name: said for name, said in FLAGS.items() if name in _flags_in(desk.list)},
        states=STATE_WORDS,
        flag_words=FLAGS,
    )


def unplaced(request: Request) -> Response:
    """What stands on the pages of the list and is in none of its cells."""
    room = room_of(request)
    kept = room.desks.of(str(request.path_params["list"])).kept
    left = list_data(room.case, kept).unplaced
    first = min(offset_of(request), max(0, len(left) - 1))
    addresses = [(item, document_address(item.document, item.page, item.place)) for item in left[first : first + LEFT]]
    return render(request, "desk_unplaced.html", kept=kept, left=addresses, pager=pager(request, len(left), LEFT))


def share_of(progress: ListProgress) -> Share:
    """How far the whole list is."""
    parts = [_parts(column.by_status) for column in progress.columns]
    return Share(
        sum(column.cells for column in progress.columns),
        sum(column.decided for column in progress.columns),
        sum(part[0] for part in parts),
        sum(part[1] for part in parts),
    )


def _parts(by_status: dict[Status, int]) -> tuple[int, int]:
    return by_status.get("once", 0), by_status.get("differs", 0) + by_status.get("conflict", 0)


def _people(progress: ListProgress) -> list[tuple[str, dict[Mode, int]]]:
    """Each person with the number of cells that they entered in each way."""
    made = []
    for name, columns in progress.people.items():
        counts = {mode: sum(column.get(mode, 0) for column in columns.values()) for mode in MODES}
        made.append((name, counts))
    return made


def _cells_by_row(desk: Desk) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {row.id: [] for row in desk.list.rows}
    for placed in desk.cells.values():
        found[placed.row.id].append(placed)
    return found


def _is_asked_for(desk: Desk, row: Row, status: Status | None, flag: str) -> bool:
    has_flag = not flag or flag in row.flags or any(flag in cell.flags for cell in row.cells)
    if status is None:
        return has_flag
    names = (cell.places[0] for cell in row.cells if cell.places)
    return has_flag and any(name in desk.cells and desk.state(name).status == status for name in names)


def _cell(desk: Desk, placed: Placed) -> CellText:
    state = desk.state(placed.name)
    value = state.value
    is_hidden = value is None and desk.keying_of(placed.column.name) == "double"
    text = value.text if value is not None else "" if is_hidden else placed.cell.text
    return CellText(
        column=placed.cell.column,
        address=_address(placed),
        text=text,
        state=str(value.state) if value is not None else "text",
        status=state.status,
        lang=LANGS.get(placed.column.script, ""),
        flags=() if is_hidden else tuple(FLAGS[flag] for flag in placed.cell.flags if flag in FLAGS),
        is_read=value is None and not is_hidden,
        is_hidden=is_hidden,
    )


def _address(placed: Placed) -> str:
    """Where the pixels of the cell are shown on their page."""
    cite = placed.cell.places[0] if placed.cell.places else placed.row.id
    return document_address(placed.row.document, placed.row.page, cite)


def _flags_in(data: List) -> set[str]:
    found = {flag for row in data.rows for flag in row.flags}
    return found.union(*(cell.flags for row in data.rows for cell in row.cells))
