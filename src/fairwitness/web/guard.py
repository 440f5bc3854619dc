"""Who may ask, and what an answer may do: the outermost layer of the server.

A request is let through if its Host names this server (against DNS rebinding), if a browser does not say that another
site made it, and if it carries the cookie of a session (`fairwitness.web.sessions`). Answers carry a policy under which
nothing runs and nothing is fetched but what the server itself gives. Threats: docs/decisions/120-reading-room.md.
"""

from __future__ import annotations

import sys
import traceback
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fairwitness.web.sessions import Sessions

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx default"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
    "X-DNS-Prefetch-Control": "off",
}
MAX_BODY_BYTES = 1 << 20
MAX_UPLOAD_BYTES = 65 << 20  # of the one form that takes a file (fairwitness.work.batch.MAX_LIST_BYTES, and its frame)
UPLOADS = frozenset({"/lists"})
STATIC, ENTER = "/static/", "/enter"  # hold nothing of the case
_SAFE = frozenset({"GET", "HEAD"})
_OWN = frozenset({"same-origin", "none"})


class _TooLarge(Exception):
    """More of a body came than is taken."""


class Guard:
    """Lets requests through to `app`, or answers them itself. `hosts` are the values of Host that name this server."""

    def __init__(self, app: ASGIApp, sessions: Sessions, hosts: frozenset[str]) -> None:
        self._app, self._sessions, self._hosts = app, sessions, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page opens a socket
            return
        sender = _Sender(send, may_be_kept=scope["path"].startswith(STATIC))
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, sender)
            return
        await self._answer(scope, receive, sender)

    async def _answer(self, scope: Scope, receive: Receive, sender: _Sender) -> None:
        limit = MAX_UPLOAD_BYTES if scope["path"] in UPLOADS else MAX_BODY_BYTES
        try:
            if int(Headers(scope=scope).get("content-length") or 0) > limit:
                raise _TooLarge
            await self._app(scope, _limited(receive, limit), sender)
        except _TooLarge:
            if not sender.began:
                await _refuse(413, "That is more than this form takes.")(scope, receive, sender)
        except Exception as error:  # its message may hold leaked text, its place does not
            say_where(error)
            if not sender.began:
                await _refuse(500, "Something went wrong that we did not foresee.")(scope, receive, sender)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return _refuse(421, "This server does not go by that name.")
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return _refuse(403, "Another site may not ask this server.")
        if scope["method"] not in _SAFE and headers.get("sec-fetch-site", "none") not in _OWN:
            return _refuse(403, "Another site may not ask this server.")
        if scope["path"].startswith(STATIC) or scope["path"] == ENTER:
            return None
        session = self._sessions.of_cookie(cookie_of(headers, self._sessions.cookie))
        if session is None:
            return _refuse(403, "Open the link that `fairwitness serve` printed; it works once.")
        scope["state"]["session"] = session
        return None


class _Sender:
    """Sends an answer with the headers that each must have."""

    def __init__(self, send: Send, *, may_be_kept: bool) -> None:
        self._send, self._may_be_kept, self.began = send, may_be_kept, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if not self._may_be_kept or message["status"] >= 400:
                headers["Cache-Control"] = "no-store"
        await self._send(message)


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive` that ends with `_TooLarge` once more than `limit` bytes have come."""
    came = 0

    async def taken() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > limit:
            raise _TooLarge
        return message

    return taken


def cookie_of(headers: Headers, name: str) -> str:
    """The cookie of that name; empty for none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _refuse(status: int, text: str) -> PlainTextResponse:
    headers = {"Connection": "close"} if status == 413 else None
    return PlainTextResponse(text + "\n", status, headers)


def say_where(error: Exception) -> None:
    """Type and place of an unforeseen error stand on standard error; its message may hold leaked text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).stem}:{frame.lineno}" for frame in reversed(frames[-6:]))
    print(f"fairwitness: unforeseen: {type(error).__name__} at {where}", file=sys.stderr)  # noqa: T201
