"""What is there twice: the same bytes, documents that are versions of one another, pages that say the same, forms."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.web.paging import offset_of, pager
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.duplicate_keeper import same_bytes
from fairwitness.work.near_duplicates import near_duplicates_found

ROWS = 50
GROUPS = 20
SORTS = ("bytes", "documents", "groups", "forms")


def routes() -> list[Route]:
    """Of the page."""
    return [Route("/duplicates", duplicates)]


def duplicates(request: Request) -> Response:
    """One sort of what is there twice, a page at a time."""
    room = room_of(request)
    given = request.query_params.get("of", "")
    of = given if given in SORTS else SORTS[0]
    near = near_duplicates_found(room.case)
    sums, fresh = room.overviews.latest()
    same = sums.same_bytes if sums is not None and fresh else room.case.queries.repeated()
    totals = {"bytes": same[0]}
    if near is not None:
        totals |= {"documents": near.documents, "groups": near.groups, "forms": near.forms}
    offset, size = offset_of(request), ROWS if of == "bytes" else GROUPS
    rows: list[Any]
    if of == "bytes":
        rows = list(same_bytes(room.case, size, offset))
    else:
        tell = {
            "documents": room.duplicates.documents,
            "groups": room.duplicates.groups,
            "forms": room.duplicates.forms,
        }
        rows = tell[of](size, offset)
    place = pager(request, totals.get(of, 0), size)
    return render(request, "duplicates.html", of=of, sorts=SORTS, totals=totals, near=near, rows=rows, pager=place)
