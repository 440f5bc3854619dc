"""Findings and cites: sentences with the places that carry them, written, checked, and taken along."""

from __future__ import annotations

import re
from typing import Any, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.records import Region
from fairwitness.web.forms import post, session_of, text_of
from fairwitness.web.marking import cite_address, view_of
from fairwitness.web.room import room_of
from fairwitness.web.signing import acting, is_fragment, signature_of
from fairwitness.web.templating import render
from fairwitness.work.citing import SUFFIXES, CitedPlace, Format, cited_place, written_cites, written_findings
from fairwitness.work.findings import (
    STATUSES,
    WITHDRAWN,
    Finding,
    add_finding,
    change_finding,
    comment_on,
    finding,
    move_cite,
    take_back_comment,
)
from fairwitness.work.judging import BadMark
from fairwitness.work.placing import BadPlace, cite_region, cite_text

PAGE_SIZE = 25
CITES_IN_LIST = 3
_LAST = "finding"  # of a session: the one that it added to last, which the next cite is likely for
_NUMBERS = re.compile(r"-?[0-9]{1,9}")


def routes() -> list[Route]:
    """Of findings, and of cites."""
    return [
        Route("/findings", listed, methods=["GET"]),
        acting("/findings", add),
        Route("/findings/export", export),
        Route("/findings/{id}", shown, methods=["GET"]),
        acting("/findings/{id}", change),
        Route("/findings/{id}/copy", copy),
        post("/cites", point),
        Route("/cites/{cite}", cited),
        Route("/cites/{cite}/copy", copy_cite),
    ]


def listed(request: Request) -> Response:
    """All findings, the latest first, or those of one status."""
    room = room_of(request)
    everything = room.marked.findings()[::-1]
    status = request.query_params.get("status", "")
    chosen = [one for one in everything if one.status == status] if status in STATUSES else everything
    first = _number(request.query_params.get("from", "0"), 0)
    rows = [
        (one, [view_of(room, cite) for cite in one.cites[:CITES_IN_LIST]]) for one in chosen[first : first + PAGE_SIZE]
    ]
    return render(
        request,
        "findings.html",
        rows=rows,
        total=len(chosen),
        all=len(everything),
        counts={name: sum(one.status == name for one in everything) for name in STATUSES},
        status=status if status in STATUSES else "",
        first=first,
        page_size=PAGE_SIZE,
        signed_by=signature_of(request),
        forms=get_args(Format),
    )


def add(request: Request, form: FormData, by: str) -> Response:
    """A new finding, or a cite more for one that there is."""
    try:
        one = _add(request, form, by)
    except FairwitnessError as error:
        if not is_fragment(request):
            raise
        return _problem(request, error)
    if is_fragment(request):
        return render(request, "parts/cited.html", added_to=one, **_cite_values(request, one.cites[-1], one))
    return RedirectResponse(f"/findings/{one.id}", 303)


def _add(request: Request, form: FormData, by: str) -> Finding:
    case = room_of(request).case
    cites = [cite for value in form.getlist("cite") if isinstance(value, str) for cite in value.split()]
    chosen = text_of(form, "finding")
    sentence = text_of(form, "sentence")
    if chosen and sentence.strip():
        raise BadMark("There is a sentence for a new finding, and another one is chosen.", advice="Do one of the two.")
    one = change_finding(case, chosen, by, add=cites) if chosen else add_finding(case, sentence, by, cites)
    session_of(request).kept[_LAST] = one.id
    return one


def _problem(request: Request, error: FairwitnessError) -> Response:
    """What went wrong, in place of the part of a page that was asked for."""
    return render(request, "parts/problem.html", error=error)


def shown(request: Request) -> Response:
    """One finding."""
    return render(
        request, "finding.html", **_values(request, finding(room_of(request).case, request.path_params["id"]))
    )


def change(request: Request, form: FormData, by: str) -> Response:
    """One act on a finding; `do` says which."""
    case, name = room_of(request).case, str(request.path_params["id"])
    do, cite = text_of(form, "do"), text_of(form, "cite").strip()
    if do == "sentence":
        one = change_finding(case, name, by, sentence=text_of(form, "sentence"), version=text_of(form, "version"))
    elif do == "add":
        one = change_finding(case, name, by, add=cite.split())
    elif do == "remove":
        one = change_finding(case, name, by, remove=[cite])
    elif do in ("up", "down"):
        one = move_cite(case, name, cite, by, down=do == "down")
    elif do == "status":
        one = change_finding(case, name, by, status=text_of(form, "status"))
    elif do == "comment":
        one = comment_on(case, name, text_of(form, "comment"), by)
    elif do == "take-back":
        one = take_back_comment(case, name, text_of(form, "comment"), by)
    else:
        raise BadPlace("That is nothing that can be done with a finding.", advice="Use the buttons of its page.")
    return RedirectResponse(f"/findings/{one.id}", 303)


def copy(request: Request) -> Response:
    """One finding to be taken along."""
    return _taken_along(request, [finding(room_of(request).case, request.path_params["id"])])


def export(request: Request) -> Response:
    """All findings, or those of one status, as a file."""
    status = request.query_params.get("status", "")
    found = room_of(request).marked.findings()
    chosen = [one for one in found if (one.status == status if status in STATUSES else one.status != WITHDRAWN)]
    return _taken_along(request, chosen)


def point(request: Request, form: FormData) -> Response:
    """The cite of words that were selected, or of a rectangle that was drawn; nothing is changed by it."""
    try:
        cite = _pointed_at(room_of(request).case, form)
    except FairwitnessError as error:
        if not is_fragment(request):
            raise
        return _problem(request, error)
    if is_fragment(request):
        return render(request, "parts/cited.html", added_to=None, **_cite_values(request, cite))
    return RedirectResponse(cite_address(cite), 303)


def _pointed_at(case: Case, form: FormData) -> str:
    digest = text_of(form, "document")
    case.queries.document(digest)
    number = _number(text_of(form, "page"), 0)
    region = text_of(form, "region")
    if region:
        sides = [int(side) for side in region.split(",") if _NUMBERS.fullmatch(side.strip())]
        if len(sides) != 4:
            raise BadPlace("That is no rectangle.")
        place = Region(digest, number, _number(text_of(form, "dpi"), 0), *sides)
        return str(cite_region(case, place))
    start, end = (_number(text_of(form, name), -1) for name in ("start", "end"))
    return str(cite_text(case, digest, number, start, end, text_of(form, "made_by")))


def cited(request: Request) -> Response:
    """One cite by itself, with what it says in each form."""
    values = _cite_values(request, str(request.path_params["cite"]))
    return render(request, "cite.html", 200 if values["view"].place is not None else 404, added_to=None, **values)


def copy_cite(request: Request) -> Response:
    """One cite in one form, as a file."""
    form = _form(request)
    place = cited_place(room_of(request).case, str(request.path_params["cite"]), with_path=_with_path(request))
    return _file(written_cites([place], form), form, "cite")


def _cite_values(request: Request, cite: str, chosen: Finding | None = None) -> dict[str, Any]:
    room = room_of(request)
    view = view_of(room, cite)
    with_path = _with_path(request)
    copies = []
    if view.place is not None:
        place = cited_place(room.case, cite, with_path=with_path)
        copies = [(form, written_cites([place], form).rstrip("\n")) for form in get_args(Format)]
    open_findings = [one for one in room.marked.findings() if one.status != WITHDRAWN][::-1]
    return {
        "view": view,
        "copies": copies,
        "with_path": with_path,
        "findings": open_findings,
        "chosen": chosen.id if chosen is not None else session_of(request).kept.get(_LAST, ""),
        "signed_by": signature_of(request),
        "copy_address": cite_address(cite),
    }


def _values(request: Request, one: Finding) -> dict[str, Any]:
    room = room_of(request)
    views = [view_of(room, cite) for cite in one.cites]
    places = [view.place for view in views if view.place is not None]
    with_path = _with_path(request)
    copies = [(form, _written(request, [one], form).rstrip("\n")) for form in get_args(Format)] if places else []
    return {
        "one": one,
        "views": views,
        "copies": copies,
        "with_path": with_path,
        "signed_by": signature_of(request),
        "copy_address": f"/findings/{one.id}",
    }


def _taken_along(request: Request, found: list[Finding]) -> Response:
    form = _form(request)
    return _file(_written(request, found, form), form, "findings" if len(found) != 1 else f"finding-{found[0].id}")


def _written(request: Request, found: list[Finding], form: Format) -> str:
    """The findings in that form; a cite that names nothing in this case is left out, and its page says so."""
    room, with_path = room_of(request), _with_path(request)

    def places(one: Finding) -> list[CitedPlace]:
        views = [view_of(room, cite) for cite in one.cites]
        return [cited_place(room.case, view.cite, with_path=with_path) for view in views if view.place is not None]

    return written_findings([(one, places(one)) for one in found], form)


def _file(text: str, form: Format, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{SUFFIXES[form]}"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def _form(request: Request) -> Format:
    wanted = request.query_params.get("form", "")
    return next((form for form in get_args(Format) if form == wanted), "footnote")


def _with_path(request: Request) -> bool:
    return request.query_params.get("paths") == "1"


def _number(text: str, default: int) -> int:
    return int(text) if _NUMBERS.fullmatch(text.strip()) else default
