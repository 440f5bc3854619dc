"""Setting a list up: its columns, the grid over a page, corrections, all of it as TOML; and making its rows of it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.lists import COLUMN_KINDS, Column, ColumnKind
from fairwitness.core.tables import LAYOUT_ROWS, Layout, LayoutRows
from fairwitness.facts.identifiers import schemes
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.setup import (
    CORRECTION_KINDS,
    KEYINGS,
    ROW_AS,
    Correction,
    Keying,
    PageRange,
    Setup,
    parse_setup,
    write_setup,
)
from fairwitness.text.visible import visible
from fairwitness.web.forms import text_of
from fairwitness.web.pages.images import answer_with, digest_of, picture_instead
from fairwitness.web.room import Room, room_of
from fairwitness.web.signing import acting, signature_of
from fairwitness.web.templating import render
from fairwitness.work.account import names_of
from fairwitness.work.cell_places import LevelPage, found_edges, level_page_of, level_picture
from fairwitness.work.kept_lists import KeptList, begin_list, change_list, lists_of
from fairwitness.work.list_making import setup_for

SCRIPTS = ("", "Hani", "Arab", "Cyrl", "Latn", "digits")
MOST_COLUMNS = 100  # in the form; a wider list is set up by its TOML
EMPTY_ROWS = 1  # for columns that are added
MOST_PAGES = 500  # to choose from
_EDGES = re.compile(r"[0-9]{1,4}")
_PAGE = re.compile(r"([0-9a-f]{16,64}):([0-9]{1,9})")


def routes() -> list[Route]:
    """Of the set-up, and of the pictures that its grid is drawn on."""
    return [
        Route("/desk/page/{digest}/{number:int}", level_image),
        acting("/desk/from/{digest}", begin_from),
        Route("/desk/{list}/setup", setup_page, methods=["GET"]),
        acting("/desk/{list}/setup", change),
        Route("/desk/{list}/setup.toml", as_file, methods=["GET"]),
        acting("/desk/{list}/make", make),
        Route("/desk/{list}/run", run, methods=["GET"]),
    ]


def level_image(request: Request) -> Response:
    """The page upright and level, as the edges of a layout are meant."""
    digest, number, room = digest_of(request), int(request.path_params["number"]), room_of(request)
    try:
        return answer_with(level_picture(room.pictures, level_page_of(room.case, digest, number)))
    except NotFound:
        raise
    except FairwitnessError as error:
        return picture_instead(error)


def begin_from(request: Request, _: FormData, by: str) -> Response:
    """A list of all pages of that document; its tables are looked for at once."""
    room, digest = room_of(request), digest_of(request)
    name = _free_name(room, digest)
    made = begin_list(room.case, name, setup_for(room.case, digest, name, room.looking), by)
    room.making.start(made.id, by)
    return RedirectResponse(f"/desk/{made.id}", 303)


def _free_name(room: Room, digest: str) -> str:
    """What the document was found as, with a number where another list is called so."""
    taken = {one.name for one in lists_of(room.case)}
    found_as = names_of(room.case, digest)
    name = " ".join(visible(found_as[0].rpartition("/")[2]).split())[:90] if found_as else digest[:8]
    return next(one for n in count(1) if (one := name if n == 1 else f"{name} {n}") not in taken)


def setup_page(request: Request) -> Response:
    """The set-up as a form, as a grid over a page, and as TOML."""
    return _shown(request, _kept(request).setup)


def _shown(request: Request, toml: str, problem: FairwitnessError | None = None) -> Response:
    room = room_of(request)
    kept = _kept(request)
    try:
        setup = parse_setup(toml)
    except BadSetup as error:
        problem = problem or error
        setup = _last_good(kept)
    columns = list(setup.columns) or list(room.desks.of(kept.id).list.columns)
    values: dict[str, Any] = {
        "kept": kept,
        "setup": setup,
        "toml": toml,
        "problem": problem,
        "columns": columns,
        "keyed": dict(setup.keyed),
        "empty": range(len(columns), len(columns) + EMPTY_ROWS) if len(columns) < MOST_COLUMNS else (),
        "is_wide": len(columns) > MOST_COLUMNS,
        "kinds": COLUMN_KINDS,
        "scripts": SCRIPTS,
        "schemes": ("", "ymd", "dmy", "mdy", *schemes()),
        "keyings": KEYINGS,
        "layout_rows": LAYOUT_ROWS,
        "correction_kinds": CORRECTION_KINDS,
        "row_as": ROW_AS,
        "signed_by": signature_of(request),
        "correct": request.query_params.get("correct", "")[:200],
    }
    return render(request, "desk_setup.html", 400 if problem else 200, **values, **_grid(request, room, setup))


def _last_good(kept: KeptList) -> Setup:
    try:
        return parse_setup(kept.setup)
    except BadSetup:
        return Setup()


def _grid(request: Request, room: Room, setup: Setup) -> dict[str, Any]:
    """The page on which the grid is drawn, and where its edges are."""
    pages = [(one, number) for one in setup.pages for number in range(one.first, one.last + 1)][:MOST_PAGES]
    wanted = _PAGE.fullmatch(request.query_params.get("page", ""))
    chosen = (wanted[1], int(wanted[2])) if wanted else (pages[0][0].document, pages[0][1]) if pages else None
    level: LevelPage | None = None
    if chosen is not None:
        try:
            level = level_page_of(room.case, room.case.queries.document_starting(chosen[0]), chosen[1])
        except FairwitnessError:  # a sheet, or a page that this copy does not have
            level = None
    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    page = level.tables if level is not None else None
    if page is not None:
        columns, rows = found_edges(page)
    if setup.layout is not None:
        columns = setup.layout.columns
        rows = setup.layout.rows if isinstance(setup.layout.rows, tuple) else rows
    return {
        "pages": [(one.document, number) for one, number in pages],
        "chosen": chosen,
        "level": level,
        "column_edges": columns,
        "row_edges": rows,
    }


def change(request: Request, form: FormData, by: str) -> Response:
    """The set-up is as the form says; the rows are made anew if that is asked for."""
    room, kept = room_of(request), _kept(request)
    toml = text_of(form, "toml")
    try:
        if text_of(form, "do") != "toml":
            toml = write_setup(_changed(_last_good(kept), form))
        parse_setup(toml)  # says line and key of what is wrong
        change_list(room.case, kept.id, by, setup=toml, version=text_of(form, "version"))
    except FairwitnessError as error:
        return _shown(request, toml, error)
    if text_of(form, "make"):
        room.making.start(kept.id, by)
        return RedirectResponse(f"/desk/{kept.id}", 303)
    return RedirectResponse(f"/desk/{kept.id}/setup", 303)


def _changed(setup: Setup, form: FormData) -> Setup:
    do = text_of(form, "do")
    if do == "columns":
        columns, keyed = _columns(form)
        return replace(
            setup,
            columns=columns,
            keyed=keyed,
            keying=_keying(text_of(form, "keying")),
            pages=tuple(_pages(text_of(form, "pages"))),
            header_rows=_number(form, "header_rows"),
            right_to_left=bool(text_of(form, "right_to_left")),
        )
    if do == "layout":
        return replace(setup, layout=_layout(form))
    if do == "correct":
        return replace(setup, corrections=(*setup.corrections, _correction(form)))
    if do == "uncorrect":
        at = _number(form, "at")
        return replace(setup, corrections=tuple(one for place, one in enumerate(setup.corrections) if place != at))
    raise BadSetup("that is nothing that can be done with it")


def _columns(form: FormData) -> tuple[tuple[Column, ...], tuple[tuple[str, Keying], ...]]:
    """The columns of the form in their order; one whose name is empty is left out."""
    columns, keyed = [], []
    for at in range(MOST_COLUMNS + EMPTY_ROWS):
        name = text_of(form, f"name-{at}").strip()
        if not name:
            continue
        kind: ColumnKind = next((one for one in COLUMN_KINDS if one == text_of(form, f"kind-{at}")), "text")
        columns.append(
            Column(
                name,
                text_of(form, f"title-{at}").strip(),
                kind,
                text_of(form, f"script-{at}"),
                tuple(code.strip() for code in text_of(form, f"codes-{at}").split("\n") if code.strip()),
                text_of(form, f"scheme-{at}"),
                bool(text_of(form, f"personal-{at}")),
                bool(text_of(form, f"required-{at}")),
            )
        )
        own = next((one for one in KEYINGS if one == text_of(form, f"keying-{at}")), None)
        if own is not None:
            keyed.append((name, own))
    return tuple(columns), tuple(keyed)


def _keying(word: str) -> Keying:
    return next((one for one in KEYINGS if one == word), "double")


def _pages(text: str) -> list[PageRange]:
    """One range a line; what is none is given to the reader of the set-up, who says so."""
    return list(parse_setup("[list]\npages = [" + ", ".join(f"'{line}'" for line in text.split()) + "]\n").pages)


def _layout(form: FormData) -> Layout | None:
    edges = tuple(int(edge) for edge in _EDGES.findall(text_of(form, "columns")))
    if not edges:
        return None
    written = text_of(form, "row_edges")
    kind: LayoutRows = next((one for one in LAYOUT_ROWS if one == text_of(form, "rows")), "rulings")
    own = tuple(int(edge) for edge in _EDGES.findall(written))
    top, bottom, first = (max(0, _number(form, name)) for name in ("top", "bottom", "first"))
    try:
        return Layout(edges, top, bottom, own or kind, first, _number(form, "layout_header_rows"))
    except ValueError as error:
        raise BadSetup(str(error), key="layout") from None


def _correction(form: FormData) -> Correction:
    kind = next((one for one in CORRECTION_KINDS if one == text_of(form, "kind")), None)
    if kind is None:
        raise BadSetup("choose what is to be corrected", key="correction")
    return Correction(
        kind,  # type: ignore[arg-type]  # one of the keys of the same words
        text_of(form, "page").strip(),
        max(0, _number(form, "table")),
        tuple(text_of(form, "places").split()),
        tuple(one.strip() for one in text_of(form, "columns").split(",")) if text_of(form, "columns").strip() else (),
        text_of(form, "row_as"),
    )


def _number(form: FormData, name: str) -> int:
    text = text_of(form, name).strip()
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else -1


def as_file(request: Request) -> Response:
    """The set-up as a file."""
    headers = {"Content-Disposition": 'attachment; filename="list.toml"'}
    return Response(_kept(request).setup, media_type="text/plain; charset=utf-8", headers=headers)


def make(request: Request, _: FormData, by: str) -> Response:
    """Its tables are looked for where they were not yet, and its rows are made anew."""
    kept = _kept(request)
    room_of(request).making.start(kept.id, by)
    return RedirectResponse(f"/desk/{kept.id}", 303)


def run(request: Request) -> Response:
    """How far the making of the list is."""
    kept = _kept(request)
    making = room_of(request).making.last(kept.id)
    return render(request, "parts/desk_run.html", kept=kept, making=making, is_fragment=True)


def _kept(request: Request) -> KeptList:
    return room_of(request).desks.of(str(request.path_params["list"])).kept
