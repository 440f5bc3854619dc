"""The page of a document: one leaf of it with what matches, and what is known of the whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.ranges import write_ranges
from fairwitness.core.records import Reading
from fairwitness.search.query import parse
from fairwitness.web.leaf import Asked, Leaf, asked_in, leaf_of, type_of, words_on
from fairwitness.web.marking import marks_values
from fairwitness.web.pages.images import digest_of
from fairwitness.web.room import Room, room_of
from fairwitness.web.templating import render
from fairwitness.work import around, leafing
from fairwitness.work.looking import Looked, Shape
from fairwitness.work.wanted import wish

_SHORT = re.compile("[0-9a-f]{12,63}")
STRIP = 12  # pages shown small where no script can show all
MAX_PLACES = 50  # where the same bytes were found, shown at once


def routes() -> list[Route]:
    """Of the page, its words as numbers, and the way to the next hit."""
    return [
        Route("/documents/{digest}", document),
        Route("/documents/{digest}/hit", hit),
        Route("/documents/{digest}/pages/{number:int}/words", words),
    ]


def document(request: Request) -> Response:
    """The page; for a part of it that htmx asks for, that part."""
    given = str(request.path_params["digest"])
    room = room_of(request)
    if _SHORT.fullmatch(given):
        whole = room.case.queries.document_starting(given)
        return RedirectResponse(asked_in(request.query_params).address(whole), 307)
    digest = digest_of(request)
    room.case.queries.document(digest)
    try:
        looked = room.looking.document(digest)
    except NotFound:
        looked = Looked(digest, _unread(digest), {}, ())
    leaf = leaf_of(room, looked, asked_in(request.query_params))
    _wish(room, leaf)
    if request.headers.get("hx-target") == "section#leaf":
        return render(request, "parts/leaf.html", leaf=leaf, type=type_of(looked))
    return render(
        request, "document.html", leaf=leaf, type=type_of(looked), **_whole(room, leaf), **marks_values(request, digest)
    )


def _unread(digest: str) -> Reading:
    """Stands for the reading of a document that nobody has read yet."""
    from fairwitness.work.current import NOT_IDENTIFIED

    return Reading(digest, "", "", NOT_IDENTIFIED, Cause.NOT_READ_YET)


def _wish(room: Room, leaf: Leaf) -> None:
    """Who looks at a page that waits for text recognition would like to have it soon."""
    if leaf.cause is Cause.NEEDS_OCR:
        wish(room.case, [(leaf.digest, leaf.number)], "looked-at")


def _whole(room: Room, leaf: Leaf) -> dict[str, Any]:
    """What is shown of the whole document around a leaf."""
    case, digest = room.case, leaf.digest
    places = around.places_of(case, digest)
    reading = leaf.looked.reading
    name = places[0].name if places else digest[:12]
    return {
        "places": places[:MAX_PLACES],
        "more_places": max(0, len(places) - MAX_PLACES),
        "name": name,
        "own_name": name.rpartition("/")[2] or name,
        "folders": name.split("/")[:-1],
        "size_bytes": case.queries.document(digest).size_bytes,
        "holds": around.entries_of(case, digest),
        "failures": _failures(leaf.looked),
        "strip": _strip(leaf),
        "ranges": write_ranges(leaf.looked.numbers),
        "hit_ranges": write_ranges(leaf.around.numbers) if leaf.around is not None else "",
        "is_mail": any(name == "message-id" for name, _, _ in reading.about),
    }


def _strip(leaf: Leaf) -> tuple[int, ...]:
    """Pages around the one looked at, whose images are shown small."""
    at = leaf.position - 1
    first = max(0, min(at - STRIP // 2, leaf.count - STRIP))
    return leaf.looked.numbers[first : first + STRIP]


def _failures(looked: Looked) -> list[tuple[str, str, str]]:
    """Cause, pages and advice of everything of the document that was not read."""
    reading = looked.reading
    found = [(name, ranges, leafing.advice_for(Cause(name))) for name, ranges in sorted(reading.page_causes.items())]
    if reading.outcome not in (Cause.OK, Cause.EMPTY):
        found.insert(0, (reading.outcome.value, reading.detail, leafing.advice_for(reading.outcome)))
    unseen = reading.entries_expected - reading.entries_found
    if unseen > 0:
        found.append((Cause.PARTIAL.value, f"{unseen} entries", "They did not come out of the container."))
    return found


def words(request: Request) -> Response:
    """Where the words of a page stand: flat, six numbers a word, on the image as it is turned."""
    digest, number = digest_of(request), int(request.path_params["number"])
    page = room_of(request).looking.page(digest, number)
    turn = asked_in(request.query_params).turn
    if not isinstance(page, PageText):
        return JSONResponse([])
    own = page.recognition.turn_deg if page.recognition is not None else 0
    return JSONResponse(words_on(page, Shape(page.width_px, page.height_px, page.dpi, (own + turn) % 360)))


def hit(request: Request) -> Response:
    """Goes to the window of a long text with the next hit, or the one before; back where there is none."""
    digest, room = digest_of(request), room_of(request)
    parameters: Mapping[str, str] = request.query_params
    asked = asked_in(parameters)
    place = _number(parameters.get("from", ""))
    numbers: list[int] = []
    found = None
    try:
        with room.searching() as searching:
            node = searching.resolved(leafing.asked_on_page(asked.find) if asked.find else parse(asked.query))
            numbers = searching.numbers_in(node, digest)
        look = leafing.hit_before if parameters.get("go") == "before" else leafing.next_hit
        found = look(room.looking, node, digest, numbers, (asked.page, place))
    except FairwitnessError:
        numbers = []
    if found is None:
        return RedirectResponse(asked.address(digest), 303)
    number, at = found
    room_before = leafing.WINDOW // 20 if at else 0
    return RedirectResponse(_address(asked, digest, number, max(0, at - room_before)), 303)


def _address(asked: Asked, digest: str, number: int, at: int) -> str:
    return asked.address(digest, page=number, at=at)


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,10}", text) else 0
