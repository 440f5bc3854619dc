"""Addresses of answers: the search that lists what a number counts."""

from __future__ import annotations

from urllib.parse import urlencode


def search_address(query: str) -> str:
    """The search page with the answer to the query."""
    return f"/search?{urlencode({'q': query})}"


def quoted(text: str) -> str:
    """The text as the value of a field of the query language, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def dated(first: str, last: str) -> str:
    """The query for dates between two periods, both included."""
    return f"date:{first}" if first == last else f"date:[{first} TO {last}]"
