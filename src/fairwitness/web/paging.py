"""Long lists, a page at a time, with their place in the address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands: rows from `first` to `last` of `total`, and the addresses of its neighbours."""

    first: int
    last: int
    total: int
    before: str
    after: str


def offset_of(request: Request, name: str = "from") -> int:
    """How many rows come before the page that was asked for."""
    given = request.query_params.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def pager(request: Request, total: int, size: int, name: str = "from", anchor: str = "") -> Pager:
    """The place of the page that was asked for, with `size` rows a page."""
    offset = min(offset_of(request, name), max(0, total - 1))

    def address(to: int) -> str:
        pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in (name, "ui")]
        query = urlencode([*pairs, (name, to)] if to else pairs)
        return f"{request.url.path}{'?' * bool(query)}{query}{anchor}"

    before = address(max(0, offset - size)) if offset else ""
    after = address(offset + size) if offset + size < total else ""
    return Pager(offset + 1 if total else 0, min(offset + size, total), total, before, after)
