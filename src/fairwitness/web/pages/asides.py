"""What is known beside the leaf of a document: neighbours, statements, readings, thread, likes, bytes, the original.

Each is a page of its own, and a fragment where htmx asks for one.
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.web.pages.images import digest_of
from fairwitness.web.room import Room, room_of
from fairwitness.web.signing import acting
from fairwitness.web.templating import render
from fairwitness.work import around
from fairwitness.work.alike import alike_of
from fairwitness.work.comparing import compare
from fairwitness.work.comparison_page import comparison_body
from fairwitness.work.describing import describe
from fairwitness.work.handing_out import HEX_ROW, HEX_WINDOW, hand_out, window_of_bytes
from fairwitness.work.rereading import readings_of_page

_DIGEST = re.compile("[0-9a-f]{64}")
MAX_READING_CHARS = 6_000  # of each reading of a page that are shown side by side
MAX_STATEMENTS = 400
MAX_COMPARED_BYTES = 64 << 20  # both documents together; more takes minutes, and a page that no browser likes


class TooMuchToCompare(FairwitnessError):
    """Two documents that are too large for a page of their differences."""

    code = "too_much_to_compare"
    advice = "Compare them with: fairwitness compare CASE A B -o differences.html"


def routes() -> list[Route]:
    """Of all of them."""
    of = "/documents/{digest}"
    return [
        Route(f"{of}/holds", holds),
        Route(f"{of}/beside", beside),
        Route(f"{of}/about", about),
        Route(f"{of}/thread", thread),
        Route(f"{of}/alike", alike),
        Route(f"{of}/bytes", bytes_of),
        Route(f"{of}/compare/{{other}}", compared),
        Route(f"{of}/pages/{{number:int}}/readings", readings),
        Route(f"{of}/download", download_warning, methods=["GET"]),
        acting(f"{of}/download", download),
    ]


def _aside(request: Request, part: str, digest: str, **values: Any) -> Response:
    """The fragment, or a page with it."""
    room = room_of(request)
    if request.headers.get("hx-request"):
        return render(request, f"parts/{part}.html", digest=digest, **values)
    places = around.places_of(room.case, digest)
    name = places[0].name.rpartition("/")[2] or places[0].name if places else digest[:12]
    return render(request, "aside.html", part=f"parts/{part}.html", digest=digest, own_name=name, **values)


def _known(request: Request) -> tuple[Room, str]:
    """The room, and the document if it is in the case."""
    room, digest = room_of(request), digest_of(request)
    room.case.queries.document(digest)
    return room, digest


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "").strip().lower()
    if re.fullmatch("0x[0-9a-f]{1,12}", text):
        return int(text, 16)
    return int(text) if re.fullmatch("[0-9]{1,12}", text) else 0


def holds(request: Request) -> Response:
    """What a container holds."""
    room, digest = _known(request)
    found = around.entries_of(room.case, digest, _number(request, "start"))
    return _aside(request, "neighbours", digest, found=found, address=f"/documents/{digest}/holds")


def beside(request: Request) -> Response:
    """What lies in the same place."""
    room, digest = _known(request)
    places = around.places_of(room.case, digest)
    if not places:
        raise NotFound("That document was found nowhere.")
    start = _number(request, "start") if "start" in request.query_params else -1
    found = around.beside(room.case, places[0], start)
    return _aside(request, "neighbours", digest, found=found, address=f"/documents/{digest}/beside")


def about(request: Request) -> Response:
    """What a document says about itself, and what in it does not fit together."""
    room, digest = _known(request)
    found = describe(room.case, digest)
    statements = (*found.statements, *found.file_times)
    shown, more = statements[:MAX_STATEMENTS], max(0, len(statements) - MAX_STATEMENTS)
    return _aside(request, "about", digest, statements=shown, more=more, observations=found.observations)


def thread(request: Request) -> Response:
    """The mails that belong to a mail."""
    room, digest = _known(request)
    mails = around.thread_of(room.case, digest, room.looking.document(digest).reading.about)
    return _aside(request, "thread", digest, mails=mails)


def alike(request: Request) -> Response:
    """Documents that are versions of this one, or have pages like its."""
    room, digest = _known(request)
    found = alike_of(room.case, digest)
    names = {}
    for like in found.found if found is not None else ():
        places = around.places_of(room.case, like.document)
        names[like.document] = places[0].full_name if places else like.document[:12]
    return _aside(request, "alike", digest, found=found, names=names)


def readings(request: Request) -> Response:
    """All texts that there are of one page."""
    room, digest = _known(request)
    number = int(request.path_params["number"])
    room.looking.page(digest, number)
    found = readings_of_page(room.case, digest, number)
    return _aside(request, "readings", digest, readings=found, page=number, most=MAX_READING_CHARS)


def bytes_of(request: Request) -> Response:
    """The bytes of an original as text: nothing of them is interpreted."""
    room, digest = _known(request)
    start, size, data = window_of_bytes(room.case, digest, _number(request, "at"))
    rows = [
        (f"{start + at:08x}", data[at : at + HEX_ROW].hex(" "), _printable(data[at : at + HEX_ROW]))
        for at in range(0, len(data), HEX_ROW)
    ]
    values = {"rows": rows, "start": start, "end": start + len(data), "size": size, "step": HEX_WINDOW}
    return _aside(request, "bytes", digest, **values)


def _printable(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F else " " if byte == 0x20 else "·" for byte in data)


def compared(request: Request) -> Response:
    """Two documents word by word."""
    room, digest = _known(request)
    other = str(request.path_params["other"])
    if not _DIGEST.fullmatch(other):
        raise NotFound("A document is named by all 64 digits of its SHA-256 here.")
    sizes = [room.case.queries.document(one).size_bytes for one in (digest, other)]
    if sum(sizes) > MAX_COMPARED_BYTES:
        raise TooMuchToCompare("These two are too large to be compared on a page.")
    body = Markup(comparison_body(compare(room.case, digest, other)))  # noqa: S704  escaped where it is made
    return render(request, "compared.html", digest=digest, other=other, body=body)


def download_warning(request: Request) -> Response:
    """What it means to take an original out."""
    _, digest = _known(request)
    return _aside(request, "download", digest)


def download(request: Request, form: FormData, by: str) -> Response:
    """The bytes of the original, once the log tells that they were handed out."""
    del form
    room, digest = _known(request)
    path = hand_out(room.case, digest, by)
    hint = room.case.queries.document(digest).hint
    name = ".".join(
        filter(None, (digest[:16], hint, "original"))
    )  # the last ending, so that nothing opens it by itself
    return FileResponse(path, media_type="application/octet-stream", filename=name)
