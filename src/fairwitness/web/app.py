"""The reading room as an ASGI application: routes, static files, and how errors are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from fairwitness.core.errors import CaseError, FairwitnessError, NotFound
from fairwitness.search.query import BadQuery
from fairwitness.web.forms import BadForm
from fairwitness.web.guard import Guard
from fairwitness.web.pages import (
    accounting,
    asides,
    desk,
    desk_cells,
    desk_codes,
    desk_quality,
    desk_setup,
    documents,
    duplicates,
    entering,
    exporting,
    findings,
    folders,
    images,
    lists,
    log,
    machine,
    marks,
    overview,
    redaction,
    saved,
    search,
)
from fairwitness.web.room import Room, RoomBusy
from fairwitness.web.sessions import Sessions
from fairwitness.web.templating import STATIC, render

PAGES = (
    entering,
    overview,
    machine,
    images,
    search,
    documents,
    marks,
    findings,
    log,
    accounting,
    folders,
    duplicates,
    exporting,
    saved,
    redaction,
    lists,
    asides,
    desk_cells,
    desk_setup,
    desk_quality,
    desk_codes,
    desk,
)
"""Modules with `routes()`; the first route that fits a path answers."""

_STATUS: tuple[tuple[type[FairwitnessError], int], ...] = (
    (NotFound, 404),
    (BadForm, 403),
    (BadQuery, 400),
    (RoomBusy, 503),
    (CaseError, 503),
)


class _StaticFiles(StaticFiles):
    """Files that come with the server; those whose address holds their digest may be kept without asking again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_named = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_named else "no-cache"
        return response


class _StillThere:
    """Answers every request for a case that was moved away with what happened."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            try:
                await run_in_threadpool(self._room.check)
            except FairwitnessError as error:
                await _tell(Request(scope, receive), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def make_app(room: Room, sessions: Sessions, hosts: frozenset[str]) -> ASGIApp:
    """The application for one case; `hosts` are the values of the header Host under which it answers."""
    routes: list[BaseRoute] = [Mount("/static", _StaticFiles(directory=STATIC))]
    for module in PAGES:
        routes += module.routes()
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        FairwitnessError: _on_own_error,
        HTTPException: _on_http_error,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.room = room
    inner = GZipMiddleware(_StillThere(app, room), minimum_size=1000, compresslevel=4)
    return Guard(inner, sessions, hosts)


async def _on_own_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FairwitnessError)
    return _tell(request, error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _tell(request, NotFound("There is no such page here."))
    wrong = BadForm(error.detail)
    return render(request, "error.html", error.status_code, error=wrong)


def _tell(request: Request, error: FairwitnessError) -> Response:
    """The message of one of our own errors with its advice; it never holds leaked text."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return render(request, "error.html", status, error=error)
