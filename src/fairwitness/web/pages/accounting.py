"""The account and the failures: what was expected, read and not read, down to each container and file, and why."""

from __future__ import annotations

import io

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.outcome import Cause
from fairwitness.web.causes import CAUSES
from fairwitness.web.paging import pager
from fairwitness.web.room import room_of
from fairwitness.web.templating import render
from fairwitness.work.account import Tally
from fairwitness.work.table_out import TableOut

ROWS = 100


def routes() -> list[Route]:
    """Of both pages and their tables."""
    return [
        Route("/account", account),
        Route("/account.csv", account_table),
        Route("/failures", failures),
        Route("/failures.csv", failures_table),
    ]


def account(request: Request) -> Response:
    """Sums by type and by container."""
    found = room_of(request).accounts.now()
    whole = Tally()
    whole.merge(found.account.given)
    whole.merge(found.account.inside)
    only_failed = request.query_params.get("containers") == "failed"
    containers = [row for row in found.account.containers if row[2].failed or not only_failed]
    place = pager(request, len(containers), ROWS, anchor="#containers")
    return render(
        request,
        "account.html",
        account=found.account,
        made=found.made,
        sums=(
            ("given", found.account.given),
            ("inside", found.account.inside),
            ("files", whole),
            ("pages", found.account.pages),
        ),
        types=sorted(found.account.by_type.items(), key=lambda one: (-one[1].read - one[1].failed, one[0])),
        containers=containers[max(0, place.first - 1) : place.last],
        pager=place,
        only_failed=only_failed,
        causes=CAUSES,
    )


def account_table(request: Request) -> Response:
    """The account of types and containers as CSV."""
    found = room_of(request).accounts.now().account
    out = io.StringIO()
    causes = [cause.value for cause in CAUSES]
    table = TableOut(out, ["kind", "name", "document", "expected", "read", "failed", *causes], mark=True)
    rows = [
        ("files given", "", "", found.given),
        ("files inside", "", "", found.inside),
        ("pages", "", "", found.pages),
    ]
    rows += [("type", name, "", tally) for name, tally in sorted(found.by_type.items())]
    rows += [("container", name, digest, tally) for name, digest, tally in found.containers]
    for kind, name, digest, tally in rows:
        counts = (tally.read + tally.failed, tally.read, tally.failed)
        table.add((kind, name, digest, *counts, *(tally.causes[cause] for cause in causes)))
    return _table(out.getvalue(), "account.csv")


def failures(request: Request) -> Response:
    """What could not be read, by cause and place."""
    found = room_of(request).accounts.now()
    cause, folder = _asked(request)
    rows = list(found.some(cause, folder))
    place = pager(request, len(rows), ROWS)
    shown = rows[max(0, place.first - 1) : place.last]
    return render(
        request,
        "failures.html",
        cause=cause,
        folder=folder,
        counts=[(one, found.by_cause[one]) for one in CAUSES if found.by_cause[one]],
        total=len(found.failures),
        rows=[(failure, name, failure.where.removeprefix("pages ")) for failure, name in shown],
        pager=place,
        causes=CAUSES,
        made=found.made,
    )


def failures_table(request: Request) -> Response:
    """The same rows as CSV, all of them."""
    found = room_of(request).accounts.now()
    out = io.StringIO()
    table = TableOut(out, ["found_as", "document", "cause", "where", "step", "detail"], mark=True)
    for failure, name in found.some(*_asked(request)):
        table.add((name, failure.item, failure.cause.value, failure.where, failure.step, failure.detail))
    return _table(out.getvalue(), "failures.csv")


def _asked(request: Request) -> tuple[Cause | None, str]:
    given = request.query_params.get("cause", "")
    cause = Cause(given) if given in {one.value for one in CAUSES} else None
    return cause, request.query_params.get("folder", "").strip()


def _table(text: str, name: str) -> Response:
    return Response(text, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
