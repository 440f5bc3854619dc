"""Marks on documents: the acts of the panel beside a document, and the page of all documents that are marked."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError
from fairwitness.web.forms import back_to, post, session_of, text_of
from fairwitness.web.marking import document_address, marks_values, names_by_document
from fairwitness.web.pages.images import digest_of
from fairwitness.web.room import room_of
from fairwitness.web.signing import BY, acting, is_fragment, signature_of
from fairwitness.web.templating import render
from fairwitness.work.judging import signature
from fairwitness.work.marking import NOTE, REVIEWED, STAR, mark, marks_of

PAGE_SIZE = 50
KINDS = (STAR, REVIEWED, NOTE)


def routes() -> list[Route]:
    """Of the panel, the list, and the pseudonym."""
    return [
        Route("/marks/{digest}", panel, methods=["GET"]),
        acting("/marks/{digest}", act),
        Route("/marked", marked),
        Route("/signature", sign_page, methods=["GET"]),
        post("/signature", sign),
    ]


def panel(request: Request) -> Response:
    """The marks of a document, by themselves."""
    digest = digest_of(request)
    room_of(request).case.queries.document(digest)
    return render(request, "marks.html", **marks_values(request, digest))


def act(request: Request, form: FormData, by: str) -> Response:
    """One mark more or less."""
    digest, case, back = digest_of(request), room_of(request).case, text_of(form, "back")
    try:
        if "star" in form:
            mark(case, digest, by, starred=text_of(form, "star") == "yes")
        elif "reviewed" in form:
            mark(case, digest, by, reviewed=text_of(form, "reviewed") == "yes")
        elif "untag" in form:
            mark(case, digest, by, untags=(text_of(form, "untag"),))
        elif "tag" in form:
            mark(case, digest, by, tags=(text_of(form, "tag"),))
        elif "note" in form:
            mark(case, digest, by, note=text_of(form, "note"))
    except FairwitnessError as error:
        if not is_fragment(request):
            raise
        return render(request, "parts/marks.html", **marks_values(request, digest, error.message, back))
    if is_fragment(request):
        return render(
            request, "parts/marks.html", **marks_values(request, digest, "", back, "note" if "note" in form else "")
        )
    return back_to(request, form, document_address(digest))


def marked(request: Request) -> Response:
    """Documents that have a star, a tag, a note, or were reviewed; by digest, which tells nothing."""
    case = room_of(request).case
    everything = room_of(request).marked.marks()
    kind, tag = request.query_params.get("kind", ""), request.query_params.get("tag", "")
    by_kind = {STAR: everything.starred, REVIEWED: everything.reviewed, NOTE: everything.noted}
    chosen: Collection[str] = (
        everything.tags.get(tag, frozenset()) if tag else by_kind.get(kind, frozenset().union(*by_kind.values()))
    )
    if not tag and kind not in by_kind:
        chosen = frozenset(chosen).union(*everything.tags.values())
    listed = sorted(chosen)
    first = _first(request)
    shown = listed[first : first + PAGE_SIZE]
    names = names_by_document(case, shown)
    return render(
        request,
        "marked.html",
        rows=[(marks_of(case, digest), names[digest], document_address(digest)) for digest in shown],
        total=len(listed),
        first=first,
        kind=kind if kind in by_kind else "",
        tag=tag,
        counts={name: len(digests) for name, digests in by_kind.items()},
        tags={name: len(digests) for name, digests in everything.tags.items()},
        before=_page(kind, tag, first - PAGE_SIZE) if first else "",
        after=_page(kind, tag, first + PAGE_SIZE) if first + PAGE_SIZE < len(listed) else "",
    )


def sign_page(request: Request) -> Response:
    """Asks for the pseudonym, or for another one."""
    back = request.query_params.get("back", "")
    values = {
        "fields": [("back", back)] if back else [],
        "problem": "",
        "target": "",
        "signers": room_of(request).case.queries.signers(),
    }
    return render(request, "sign.html", signed_by=signature_of(request), **values)


def sign(request: Request, form: FormData) -> Response:
    """The session signs with another pseudonym from now on."""
    session_of(request).kept[BY] = signature(text_of(form, BY))
    return back_to(request, form, "/findings")


def _first(request: Request) -> int:
    given = request.query_params.get("from", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _page(kind: str, tag: str, first: int) -> str:
    values = {"kind": kind, "tag": tag, "from": str(max(0, first))}
    return f"/marked?{urlencode({name: value for name, value in values.items() if value})}"
