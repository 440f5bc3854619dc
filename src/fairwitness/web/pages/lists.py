"""Many questions at once: a list is uploaded or pasted, and its table fills while one looks."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.web.forms import post, session_of, text_of
from fairwitness.web.room import room_of
from fairwitness.web.sessions import Session
from fairwitness.web.templating import render
from fairwitness.web.words import N_
from fairwitness.work.batch import MAX_LIST_BYTES, BadList, Kind
from fairwitness.work.list_runs import MAX_LINES, SHOWS, SORTS, ListRun, ListRunner, Show, Sort, run_of
from fairwitness.work.printing_listed import HEAD
from fairwitness.work.table_out import TableOut

KEPT = 3  # lists of one session; the oldest goes when another comes
ROWS = 200  # of the table at once
KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("phrase", N_("Phrases"), N_("the words of a line in a row, whatever signs stand between them")),
    ("name", N_("Names"), N_("a name in any script, found in all of them")),
    ("query", N_("Queries"), N_("each line is a query of its own")),
)
_LISTS = "lists"
_runner = ListRunner()
_lock = threading.Lock()


def routes() -> list[Route]:
    """Of the lists."""
    return [
        Route("/lists", lists),
        post("/lists", upload),
        Route("/lists/{id:str}.csv", table),
        Route("/lists/{id:str}", one_list),
        post("/lists/{id:str}/stop", _on_run(lambda run: run.stop())),
        post("/lists/{id:str}/forget", forget),
    ]


def lists(request: Request) -> Response:
    """The form, and the lists of this session."""
    return _form_page(request, None)


def _form_page(request: Request, error: FairwitnessError | None) -> Response:
    values = {"runs": _runs(session_of(request)), "kinds": KINDS, "error": error}
    limits = {"most": MAX_LINES, "most_bytes": MAX_LIST_BYTES}
    return render(request, "lists.html", 400 if error else 200, **values, **limits)


def upload(request: Request, form: FormData) -> Response:
    """The list is asked from now on; the browser goes on to its table."""
    kind: Kind = next((kind for kind, _, _ in KINDS if kind == text_of(form, "kind")), "phrase")
    try:
        name, data = _given(form)
        run = run_of(name, data, PurePath(name).suffix, kind, text_of(form, "column").strip())
    except BadList as error:
        return _form_page(request, error)
    session = session_of(request)
    with session.lock:
        kept = session.kept.setdefault(_LISTS, [])
        for old in kept[: max(0, len(kept) + 1 - KEPT)]:
            old.stop()
        session.kept[_LISTS] = [*kept[-(KEPT - 1) :], run]
    _runner.start(room_of(request).case.folder, run)
    return RedirectResponse(f"/lists/{run.id}", 303)


def _given(form: FormData) -> tuple[str, bytes]:
    """Name and bytes of the list: of the file if there is one, else of what was pasted."""
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        data = file.file.read(MAX_LIST_BYTES + 1)
        if len(data) > MAX_LIST_BYTES:
            raise BadList(f"The list is larger than {MAX_LIST_BYTES >> 20} MiB.", advice="Cut it into several.")
        return PurePath(file.filename.replace("\\", "/")).name[:100], data
    return "", text_of(form, "text").encode("utf-8", "replace")


def one_list(request: Request) -> Response:
    """The table as far as it is known; a fragment of it while the list is asked."""
    run = _run(request)
    params = request.query_params
    sort: Sort = next((one for one in SORTS if one == params.get("sort")), "line")
    show: Show = next((one for one in SHOWS if one == params.get("show")), "all")
    start = params.get("start", "")
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0
    state, is_running = run.state, run.is_running  # before the lines: who is told that all is done gets all of them
    lines = run.lines(sort, show)

    def address(**changed: Any) -> str:
        parts = {"sort": sort, "show": show, "start": at} | changed
        kept = {name: value for name, value in parts.items() if value not in ("line", "all", 0)}
        return f"/lists/{run.id}?{urlencode(kept)}" if kept else f"/lists/{run.id}"

    values = {"run": run, "lines": lines[at : at + ROWS], "shown": len(lines), "at": at, "rows": ROWS}
    values |= {"state": state, "is_running": is_running, "sort": sort, "show": show, "address": address, "shows": SHOWS}
    template = "parts/list_table.html" if "hx-request" in request.headers else "list.html"
    return render(request, template, **values)


def table(request: Request) -> Response:
    """The table as CSV, as far as it is known."""
    run = _run(request)
    out = io.StringIO()
    rows = TableOut(out, HEAD, mark=bool(request.query_params.get("excel")))
    for line in run.lines():
        rows.add((line.line, line.text, "" if line.pages is None else line.pages, line.problem))
    headers = {"Content-Disposition": 'attachment; filename="list.csv"'}
    return Response(out.getvalue().encode("utf-8", "replace"), media_type="text/csv; charset=utf-8", headers=headers)


def forget(request: Request, _: FormData) -> Response:
    """The list and its table are gone."""
    run, session = _run(request), session_of(request)
    run.stop()
    with session.lock:
        session.kept[_LISTS] = [one for one in session.kept[_LISTS] if one is not run]
    return RedirectResponse("/lists", 303)


def _on_run(act: Callable[[ListRun], None]) -> Callable[[Request, FormData], Response]:
    def handler(request: Request, _: FormData) -> Response:
        run = _run(request)
        act(run)
        return RedirectResponse(f"/lists/{run.id}", 303)

    return handler


def _runs(session: Session) -> list[ListRun]:
    with session.lock:
        return list(session.kept.get(_LISTS, ()))


def _run(request: Request) -> ListRun:
    for run in _runs(session_of(request)):
        if run.id == request.path_params["id"]:
            return run
    raise NotFound("There is no such list in this session.", advice="Lists are not kept; upload it again.")
