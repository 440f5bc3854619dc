"""Coding the free texts of a list by a codebook: each coder alone, one cell after the other."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.lists import Column
from fairwitness.web.desking import LANGS, crop_address
from fairwitness.web.forms import text_of
from fairwitness.web.marking import document_address
from fairwitness.web.pages.desk_quality import WHY
from fairwitness.web.room import room_of
from fairwitness.web.signing import acting, signature_of
from fairwitness.web.templating import here, render
from fairwitness.work.coding import Coding, add_codebook, code_cell, codebook_of, codebooks_of
from fairwitness.work.keying import Desk

REASONS = 3  # coded texts that are shown for a proposal


def routes() -> list[Route]:
    """Of the codebooks of a list, and of coding by one of them."""
    return [
        Route("/desk/{list}/codes", books, methods=["GET"]),
        acting("/desk/{list}/codes", add),
        Route("/desk/{list}/codes/{book}", cell_page, methods=["GET"]),
        acting("/desk/{list}/codes/{book}", take),
    ]


def books(request: Request) -> Response:
    """Every codebook, with how often each code was given and how well coders agreed."""
    return _books(request)


def _books(request: Request, problem: FairwitnessError | None = None, toml: str = "") -> Response:
    room = room_of(request)
    desk = _desk(request)
    codings = [Coding(room.case, desk, book) for book in codebooks_of(room.case, desk.kept)]
    return render(
        request,
        "desk_codes.html",
        400 if problem else 200,
        kept=desk.kept,
        codings=[(one.book, one.counts(), {each.code: each for each in one.agreement()}) for one in codings],
        columns=_columns(desk),
        problem=problem,
        toml=toml,
        why=WHY,
        signed_by=signature_of(request),
    )


def add(request: Request, form: FormData, by: str) -> Response:
    """One more codebook, or a new version of one."""
    toml = text_of(form, "toml")
    try:
        add_codebook(room_of(request).case, _desk(request).kept, toml, by)
    except FairwitnessError as error:
        return _books(request, error, toml)
    return RedirectResponse(f"/desk/{_desk(request).kept.id}/codes", 303)


def cell_page(request: Request) -> Response:
    """The next text that this coder has not coded, or the one that is asked for."""
    person = signature_of(request)
    if not person:
        return RedirectResponse(f"/signature?back={quote(here(request), safe='')}", 303)
    return _cell(request, person)


def _cell(request: Request, person: str, problem: FairwitnessError | None = None) -> Response:
    room, desk = room_of(request), _desk(request)
    book = codebook_of(room.case, desk.kept, str(request.path_params["book"]))
    coding = Coding(room.case, desk, book)
    names = [column.name for column in _columns(desk)]
    column = request.query_params.get("column", "")
    column = column if column in names else names[0]
    queue = coding.queue(person, column)
    asked = request.query_params.get("cell", "")
    cell = asked if asked in coding.cells(column) else queue[0] if queue else ""
    with_proposals = request.query_params.get("proposals") == "yes"
    own = coding.by_coder.get(person, {}).get(cell)
    placed = desk.cells[cell] if cell else None
    return render(
        request,
        "desk_coding.html",
        400 if problem else 200,
        kept=desk.kept,
        book=book,
        column=column,
        columns=_columns(desk),
        placed=placed,
        text=coding.text(cell) if cell else "",
        lang=LANGS.get(placed.column.script, "") if placed else "",
        pictures=_pictures(placed.cell.places) if placed else [],
        page_address=document_address(placed.row.document, placed.row.page, cell) if placed else "",
        own=own,
        chosen=set(own.codes) if own else set(),
        with_proposals=with_proposals,
        proposals=[
            (one.code, [(coding.text(alike.cell), alike.likeness) for alike in one.because[:REASONS]])
            for one in (coding.proposals(person, cell) if cell and with_proposals else [])
        ],
        left=len(queue),
        total=len(coding.cells(column)),
        person=person,
        problem=problem,
        address=_address,
    )


def take(request: Request, form: FormData, by: str) -> Response:
    """The text of the cell belongs into these categories; the next one comes."""
    room, desk = room_of(request), _desk(request)
    book = codebook_of(room.case, desk.kept, str(request.path_params["book"]))
    codes = [code for code in form.getlist("code") if isinstance(code, str) and code]
    column, shown = text_of(form, "column"), text_of(form, "proposed") == "yes"
    note, replaces = text_of(form, "note"), text_of(form, "replaces")
    code_cell(room.case, desk, book, text_of(form, "cell"), codes, by, note=note, proposed=shown, replaces=replaces)
    return RedirectResponse(_address(desk.kept.id, book.called, column=column), 303)


def _address(list_id: str, book: str, **parts: str) -> str:
    query = urlencode({name: value for name, value in parts.items() if value}, safe=":,@")
    return f"/desk/{list_id}/codes/{quote(book, safe='@')}" + (f"?{query}" if query else "")


def _columns(desk: Desk) -> list[Column]:
    """The columns of the list, those of free text first."""
    return sorted(desk.list.columns, key=lambda column: column.kind != "free")


def _pictures(places: tuple[str, ...]) -> list[str]:
    return [crop_address(place) for place in places if isinstance(parse_any_cite(place), RegionCite)]


def _desk(request: Request) -> Desk:
    return room_of(request).desks.of(str(request.path_params["list"]))
