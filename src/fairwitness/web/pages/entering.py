"""The door: a link that works once gives a browser its session."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fairwitness.web.room import room_of


def routes() -> list[Route]:
    """Of the door."""
    return [Route("/enter", enter)]


def enter(request: Request) -> Response:
    """A session for who has a good token."""
    sessions = room_of(request).sessions
    cookie = sessions.enter(request.query_params.get("token", ""))
    if cookie is None:
        return PlainTextResponse(
            "This link was used before, or is none of this server's. Press Enter where `fairwitness serve` runs to get "
            "a new one.\n",
            403,
        )
    response = RedirectResponse("/", 303)
    response.set_cookie(sessions.cookie, cookie, path="/", httponly=True, samesite="strict")
    return response
