"""Forms: the only way by which a request changes anything. Each carries the token of its session."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError
from fairwitness.web.guard import MAX_UPLOAD_BYTES
from fairwitness.web.sessions import Session

FormHandler = Callable[[Request, FormData], Response]
MAX_FIELDS = 1000

# An uploaded list stays in memory: a file in the folder for temporary files would outlive the session.
MultiPartParser.spool_max_size = MAX_UPLOAD_BYTES


class BadForm(FairwitnessError):
    """A form that this server did not make, or that was made in another session."""

    code = "bad_form"
    advice = "Go back, load the page again, and send it once more."


def session_of(request: Request) -> Session:
    """The session that the guard found."""
    session: Session = request.state.session
    return session


def post(path: str, handler: FormHandler, name: str | None = None) -> Route:
    """A route that calls `handler` with the parsed form, in a thread, once the form's token was found to be right."""

    async def checked(request: Request) -> Response:
        try:
            form = await request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=1 << 20)
        except MultiPartException:
            raise BadForm("The form cannot be read.") from None
        try:
            given = form.get("csrf")
            if not isinstance(given, str) or not _same(given, session_of(request).csrf):
                raise BadForm("The form was made in another session.")
            return await run_in_threadpool(handler, request, form)
        finally:
            await form.close()

    checked.__name__ = getattr(handler, "__name__", "post")
    return Route(path, checked, methods=["POST"], name=name)


def text_of(form: FormData, name: str, default: str = "") -> str:
    """The text of that field; `default` if it is not there or is a file."""
    value = form.get(name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else default


def back_to(request: Request, form: FormData, default: str) -> Response:
    """The browser goes on with the page that the form's field `back` names, if it is one of ours."""
    back = text_of(form, "back", default)
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return RedirectResponse(back if own else default, 303)


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode())
