"""Acts are signed: each session says once by which pseudonym, and nothing of that is kept outside the case.

What a form would do waits until it is signed: the page that asks for the pseudonym carries the fields along, so the act
is done in the same step.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.web.forms import post, session_of, text_of
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.judging import BadSignature, signature

Act = Callable[[Request, FormData, str], Response]
BY = "by"
_OWN = frozenset({"csrf", BY})


def signature_of(request: Request) -> str:
    """The pseudonym of the session; empty as long as it has none."""
    kept = session_of(request).kept.get(BY, "")
    return kept if isinstance(kept, str) else ""


def acting(path: str, act: Act, name: str | None = None) -> Route:
    """A route for forms that change something: `act` gets the pseudonym that signs; who has none is asked first."""

    def signed(request: Request, form: FormData) -> Response:
        given = text_of(form, BY)
        if not given and not signature_of(request):
            return ask_to_sign(request, form, "")
        try:
            if given:
                session_of(request).kept[BY] = signature(given)
        except BadSignature as error:
            return ask_to_sign(request, form, error.message)
        return act(request, form, signature_of(request))

    return post(path, signed, name)


def ask_to_sign(request: Request, form: FormData, problem: str) -> Response:
    """The question, with the fields of the form that waits for the answer."""
    fields = [(name, value) for name, value in form.multi_items() if name not in _OWN and isinstance(value, str)]
    values = {
        "fields": fields,
        "problem": problem,
        "signers": room_of(request).case.queries.signers(),
        "target": request.headers.get("hx-target", "").rpartition("#")[2] if is_fragment(request) else "",
    }
    return render(request, "parts/sign.html" if is_fragment(request) else "sign.html", **values)


def is_fragment(request: Request) -> bool:
    """Whether a script asked for a part of a page, and not a browser for a page."""
    return request.headers.get("hx-request") == "true"
