"""Results as frames, for notebooks: polars or pandas where it is installed, plain rows without either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, Literal

from fairwitness.core.errors import FairwitnessError

Library = Literal["polars", "pandas"]
_OWN = ("as_rows", "table", "models", "tallies")
"""Where a result of many lines keeps them: a method of its own, or a field that is a tuple of records."""


class NoFrame(FairwitnessError):
    """No frame can be made of that, or with that library."""

    code = "no_frame"


def rows_from(result: Any) -> list[dict[str, Any]]:
    """The result as plain rows: its own lines where it has some, one row of its fields otherwise.

    Records inside a record become columns such as odds_value; tuples and mappings inside stay out.

    Raises:
        NoFrame: if it is no result of `fairwitness.analyse`.
    """
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [row for one in result for row in rows_from(one)]
    if hasattr(result, "as_rows"):
        return list(result.as_rows())
    if not is_dataclass(result) or isinstance(result, type):
        raise NoFrame(
            "That is no result of an analysis.", advice="Give what a function of fairwitness.analyse returned."
        )
    for name in _OWN[1:]:
        lines = getattr(result, name, None)
        if isinstance(lines, tuple) and lines and all(is_dataclass(line) for line in lines):
            return [row for line in lines for row in rows_from(line)]
    return [_flat(result)]


def frame(result: Any, library: Library = "polars") -> Any:
    """The result as a frame of that library.

    Raises:
        NoFrame: if the library is not installed, or that is no result.
    """
    rows = rows_from(result)
    try:
        made = import_module(library)
    except ImportError:
        raise NoFrame(f"{library} is not installed.", advice=f"Run: pip install {library}") from None
    return made.DataFrame(rows)


def _flat(result: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if is_dataclass(value):
            row |= {f"{field.name}_{name}": inner for name, inner in _flat(value).items()}
        elif not isinstance(value, tuple | list | Mapping):
            row[field.name] = value
    return row
