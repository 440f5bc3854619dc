"""The search page: a box, filters beside the answer, documents with their hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.search._order import BadCursor
from fairwitness.search.query import BadQuery, Node
from fairwitness.text.quality import LOW_TRUST
from fairwitness.text.visible import visible
from fairwitness.web.pages._addresses import MAX_OFFSET, Address, address_of
from fairwitness.web.pages._facets import bars_of, chips_of, sides_of
from fairwitness.web.pages._query_help import HELP
from fairwitness.web.pages.images import line_address
from fairwitness.web.room import Room, room_of
from fairwitness.web.templating import interface_of, render
from fairwitness.web.words import N_, Interface
from fairwitness.work.account import BETWEEN
from fairwitness.work.asking import DOCUMENTS, Reply, reply
from fairwitness.work.searching import Hit
from fairwitness.work.wanted import wish

SORTS = (
    ("relevance", N_("best first")),
    ("date", N_("oldest first")),
    ("newest", N_("newest first")),
    ("path", N_("by path")),
    ("trust", N_("least trusted first")),
    ("document", N_("by document")),
)
_KEEP = "\u061c\u200e\u200f"


def routes() -> list[Route]:
    """Of the search."""
    return [Route("/search", search)]


def search(request: Request) -> Response:
    """The page; a fragment of it with the answer alone if it is asked for while somebody types or chooses."""
    address = address_of(request.query_params)
    is_fragment = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    try:
        response = _answer(request, address, "parts/answer.html" if is_fragment else "search.html")
    except (BadQuery, BadCursor) as error:
        return _problem(request, address, error, is_fragment)
    except FairwitnessError as error:
        if not is_fragment:
            raise
        return _problem(request, address, error, is_fragment)
    if is_fragment:
        kind = (
            "HX-Replace-Url" if _is_typing(request) else "HX-Push-Url"
        )  # a step back is a question back, not a letter
        response.headers[kind] = str(address)
    return response


def _is_typing(request: Request) -> bool:
    return request.headers.get("hx-source", "").startswith("input")


def _answer(request: Request, address: Address, template: str) -> Response:
    room = room_of(request)
    question = address.question()
    with room.searching() as searching:
        found = reply(room.case, searching, question, limit=0 if question.is_empty else DOCUMENTS)
    response = render(request, template, **_values(request, address, found))
    if not question.is_empty and found.head["not_searched_pages"].get(Cause.NEEDS_OCR.value):
        hits = [one.document for one in found.hits]
        room.after_a_pause(lambda: _wish(room, found.node, hits))
    return response


def _wish(room: Room, node: Node, documents: Sequence[str]) -> None:
    """Pages that wait beside the hits are recognised sooner."""
    with room.searching() as searching:
        wish(room.case, searching.almost(node, documents), "almost-hit")


def _problem(request: Request, address: Address, error: FairwitnessError, is_fragment: bool) -> Response:
    """What is wrong with the question. While somebody types, the answer before it stays."""
    values = _values(request, address, None) | {"problem": problem_of(error, address)}
    if not is_fragment:
        return render(request, "search.html", 400, **values)
    response = render(request, "parts/answer.html", 200, **values)
    if _is_typing(request) or request.headers.get("hx-source", "").startswith("form"):
        response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#problem"
    return response


def problem_of(error: FairwitnessError, address: Address) -> dict[str, Any]:
    """The reason, and the query cut where it stands."""
    told: dict[str, Any] = {"message": error.message, "advice": error.advice, "before": "", "at": "", "behind": ""}
    if isinstance(error, BadQuery):
        at = min(error.position, len(address.q))
        told |= {"before": address.q[:at], "at": address.q[at : at + 1], "behind": address.q[at + 1 :], "position": at}
    return told


def _values(request: Request, address: Address, found: Reply | None) -> dict[str, Any]:
    interface = interface_of(request)
    translate = interface.words.gettext
    values: dict[str, Any] = {"address": address, "sorts": SORTS, "help": HELP, "found": found, "problem": None}
    values |= {"low_trust": LOW_TRUST, "step": DOCUMENTS, "more": None, "less": None, "line_of": line_of}
    values["kept"] = room_of(request).case.saved.count()
    values["document_address"] = document_address
    values["is_cut"] = False
    values |= {"marked": marked, "name_of": name_of, "folder_of": folder_of, "cut_off": _cut_off}
    values["waits"] = lambda cause, pages: _waits(interface, cause, pages)
    values |= {"sides": [], "bars": None, "chips": []}
    if found is None:
        return values
    values["sides"] = sides_of(found, address, interface.locale, translate)
    values["bars"] = bars_of(found, address)
    values["chips"] = chips_of(found.question.filters, address, interface.locale, translate)
    if found.after:
        values["more"] = str(replace(address, after=found.after))
    elif address.sort == "relevance" and address.start + DOCUMENTS < found.documents:
        values["is_cut"] = address.start >= MAX_OFFSET
        values["more"] = None if values["is_cut"] else str(replace(address, start=address.start + DOCUMENTS))
    if address.sort == "relevance" and address.start:
        values["less"] = str(replace(address, start=max(0, address.start - DOCUMENTS)))
    elif address.after:
        values["less"] = str(address.first())
    return values


def marked(hit: Hit) -> Markup:
    """The snippet with what was found marked, in a place of its own."""
    pieces, at = [], 0
    for start, end in hit.marks:
        pieces.append(Markup("{}<mark>{}</mark>").format(_shown(hit.snippet[at:start]), _shown(hit.snippet[start:end])))
        at = end
    pieces.append(Markup("{}").format(_shown(hit.snippet[at:])))
    (language, *_) = hit.languages or ("",)
    lang = Markup(' lang="{}"').format(language) if language and language != "und" else ""
    return Markup('<bdi dir="auto"{}>{}</bdi>').format(lang, Markup("").join(pieces))


def _shown(text: str) -> str:
    return visible(text, keep=_KEEP)


def _cut_off(text: str) -> str:
    """Text of a query, with what would turn its surroundings spelled out."""
    return visible(text, keep=_KEEP)


def name_of(path: str) -> str:
    """The last part of a path, as it stands in an archive or a folder."""
    return path.rpartition(BETWEEN)[2].rpartition("/")[2] or path


def folder_of(path: str) -> str:
    """The path without the last part."""
    return path[: len(path) - len(name_of(path))].removesuffix(BETWEEN).removesuffix("/")


def document_address(hit: Hit, query: str) -> str:
    """The page of the hit, where what was asked for is marked."""
    asked = {"page": str(hit.page)} | ({"q": query} if query else {})
    return f"/documents/{hit.document}?{urlencode(asked)}"


def line_of(hit: Hit) -> str:
    """Where the image is of the very line; empty where the page is no picture."""
    return line_address(hit.document, hit.page, hit.boxes) if hit.boxes and hit.dpi else ""


def _waits(interface: Interface, cause: str, pages: int) -> str:
    """Pages that were not searched, and why."""
    words = interface.words
    count = format_decimal(pages, locale=interface.locale)
    if cause == Cause.NEEDS_OCR.value:
        return words.ngettext(
            "%(n)s page waits for text recognition", "%(n)s pages wait for text recognition", pages
        ) % {"n": count}
    return words.ngettext("%(n)s page could not be read", "%(n)s pages could not be read", pages) % {"n": count}
