"""Searches that are kept in the case: what each finds now that it did not find before."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError
from fairwitness.web.forms import post, session_of, text_of
from fairwitness.web.pages.search import document_address, marked
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.watching import Watched, save, watch

NEW_HITS = 50  # shown of one search
_WATCHED = "watched"  # in the session: what was new when it was last asked here


def routes() -> list[Route]:
    """Of the searches that are kept."""
    return [
        Route("/searches", searches),
        post("/searches", keep),
        post("/searches/run", run),
        post("/searches/forget", forget),
    ]


def searches(request: Request) -> Response:
    """All of them, with what was new where that was asked in this session."""
    return _page(request)


def _page(request: Request, error: FairwitnessError | None = None) -> Response:
    saved = room_of(request).case.saved.all()
    watched: dict[str, Watched] = session_of(request).kept.get(_WATCHED, {})
    values = {"saved": saved, "watched": watched, "error": error, "marked": marked}
    return render(request, "searches.html", 400 if error else 200, **values, document_address=document_address)


def keep(request: Request, form: FormData) -> Response:
    """The query is kept under the name."""
    room = room_of(request)
    try:
        with room.searching():  # a place among those who search
            save(room.case, text_of(form, "name"), text_of(form, "query"))
    except FairwitnessError as error:
        return _page(request, error)
    return RedirectResponse("/searches", 303)


def run(request: Request, form: FormData) -> Response:
    """The search, or every one, is run again."""
    room, session = room_of(request), session_of(request)
    name = text_of(form, "name")
    try:
        with room.searching():
            found = list(watch(room.case, [name] if name else (), limit=NEW_HITS))
    except FairwitnessError as error:
        return _page(request, error)
    with session.lock:
        session.kept[_WATCHED] = session.kept.get(_WATCHED, {}) | {one.saved.name: one for one in found}
    return RedirectResponse("/searches", 303)


def forget(request: Request, form: FormData) -> Response:
    """The search is kept no longer."""
    saved, session = room_of(request).case.saved, session_of(request)
    name = text_of(form, "name")
    with saved.alone():
        saved.remove(name)
    with session.lock:
        session.kept.get(_WATCHED, {}).pop(name, None)
    return RedirectResponse("/searches", 303)
