"""The leak as it was given: folders and containers to walk through."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote_from_bytes

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.outcome import READ
from fairwitness.web.asking import quoted, search_address
from fairwitness.web.causes import CAUSES
from fairwitness.web.paging import offset_of, pager
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.browsing import list_place
from fairwitness.work.marking import all_marks

ROWS = 200


def routes() -> list[Route]:
    """Of the page."""
    return [Route("/folders", folders)]


def folder_address(container: str, path: bytes = b"") -> str:
    """Address of a folder: `path` in the container of that digest, or in the leak; raw bytes that end with a slash."""
    pairs = [f"container={container}"] * bool(container) + [f"path={quote_from_bytes(path, safe='')}"] * bool(path)
    return f"/folders{'?' * bool(pairs)}{'&'.join(pairs)}"


def folders(request: Request) -> Response:
    """What lies in one place."""
    room = room_of(request)
    container, path = request.query_params.get("container", ""), _path_of(request)
    found = list_place(room.case, container, path, limit=ROWS, offset=offset_of(request))
    return render(
        request,
        "folders.html",
        found=found,
        address=folder_address,
        search=search_address(f"folder:{quoted(found.name)}") if found.name else "",
        pager=pager(request, found.total, ROWS),
        marks=all_marks(room.case),
        causes=CAUSES,
        read=READ,
        case=room.case.folder.name,
    )


def _path_of(request: Request) -> bytes:
    """The raw bytes of the path, which need not be text in any encoding."""
    query = request.scope["query_string"].decode("latin-1")
    given: bytes = dict(parse_qsl(query, encoding="latin-1")).get("path", "").encode("latin-1")
    return given if not given or given.endswith(b"/") else given + b"/"
