"""Every hit of a search as a file: written while it is sent, by a search of its own, so that nobody else waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, FairwitnessError
from fairwitness.web.pages._addresses import address_of
from fairwitness.web.room import room_of
from fairwitness.work.exporting import csv_rows, jsonl_rows
from fairwitness.work.searching import CaseSearch

MAX_EXPORTS = 3  # at once
MAX_WAIT_S = 120  # for a client that takes nothing
_PIECE_CHARS = 32_768
_FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_slots = threading.BoundedSemaphore(MAX_EXPORTS)


class NoSuchFormat(FairwitnessError):
    """What was asked for is none of the formats."""

    code = "no_such_format"
    advice = "Ask for csv or jsonl."


class TooManyExports(CaseError):
    """So many exports run that another would slow all of them."""

    code = "too_many_exports"
    advice = "Wait until one of them is done, or use: fairwitness export CASE QUERY --csv FILE"


def routes() -> list[Route]:
    """Of the export."""
    return [Route("/search/export", export)]


def export(request: Request) -> Response:
    """The file."""
    name = request.query_params.get("format", "")
    if name not in _FORMATS:
        raise NoSuchFormat("There is no such format.")
    query = address_of(request.query_params).question().whole
    excel = bool(request.query_params.get("excel"))
    with room_of(request).searching() as searching:
        searching.understood(query)  # whatever is wrong with it is told before the file begins
    if not _slots.acquire(blocking=False):
        raise TooManyExports("Too many exports run at once.")
    headers = {"Content-Disposition": f'attachment; filename="hits.{name}"'}
    rows = _rows(room_of(request).case.folder, query, name, excel=excel)
    return _Export(_pieces(rows), media_type=_FORMATS[name], headers=headers)


def _rows(folder: Path, query: str, name: str, *, excel: bool) -> Iterator[str]:
    """Yields the file in small parts; the case is open as long as they are asked for."""
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        hits = searching.all_hits(searching.understood(query))
        yield from csv_rows(hits, excel=excel) if name == "csv" else jsonl_rows(hits)


def _pieces(rows: Iterator[str]) -> Iterator[bytes]:
    """Yields the same in larger parts."""
    with closing(rows):  # type: ignore[type-var]
        gathered, size = [], 0
        for row in rows:
            gathered.append(row)
            size += len(row)
            if size >= _PIECE_CHARS:
                yield "".join(gathered).encode("utf-8", "replace")
                gathered, size = [], 0
        yield "".join(gathered).encode("utf-8", "replace")


class _Export(StreamingResponse):
    """Sends the file and gives its place free, also where nobody takes it any more."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def in_time(message: Message) -> None:
            with anyio.fail_after(MAX_WAIT_S):
                await send(message)

        try:
            await super().__call__(scope, receive, in_time)
        finally:
            _slots.release()
