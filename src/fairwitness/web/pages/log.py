"""The log of the case: what people did, and everything else that happened to it, the latest first."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.ledger import read_checkpoint
from fairwitness.web.marking import names_by_document
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.cell_entries import CELL
from fairwitness.work.checking_signatures import last_vouched

PAGE_SIZE = 100
_HIDDEN = frozenset({"type", "at", "nonce"})


def routes() -> list[Route]:
    """Of the page."""
    return [Route("/log", log)]


def log(request: Request) -> Response:
    """The page."""
    case = room_of(request).case
    given = request.query_params.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    all_events = request.query_params.get("show") == "all"
    values: dict[str, Any] = {"acts": [], "events": [], "names": {}}
    if all_events:
        found = case.queries.last_events(before, PAGE_SIZE + 1)
        values["events"] = [_told(seq, body) for seq, body in found[:PAGE_SIZE]]
        oldest = found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else 0
    else:
        acts = case.queries.last_judgements(before, PAGE_SIZE + 1)
        values["acts"] = acts[:PAGE_SIZE]
        values["names"] = names_by_document(case, [one.about for one in acts if ":" not in one.about])
        oldest = acts[PAGE_SIZE - 1].seq if len(acts) > PAGE_SIZE else 0
    try:
        checkpoint, problem = read_checkpoint(case), ""
    except FairwitnessError as error:
        checkpoint, problem = None, error.message
    return render(
        request,
        "log.html",
        all_events=all_events,
        total=case.queries.event_count(),
        before=before,
        older=f"/log?{'show=all&' if all_events else ''}before={oldest}" if oldest else "",
        checkpoint=checkpoint,
        problem=problem,
        vouched=last_vouched(case),
        **values,
    )


def _told(seq: int, body: bytes) -> dict[str, Any]:
    event = json.loads(body)
    rest = {name: value for name, value in event.items() if name not in _HIDDEN}
    if str(event.get("about", "")).startswith(CELL):  # others may still enter that cell blind
        rest.pop("value", None)
    return {
        "seq": seq,
        "type": str(event["type"]),
        "at": int(event["at"]),
        "rest": json.dumps(rest, ensure_ascii=False),
    }
