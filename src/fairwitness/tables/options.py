"""What a person told of a list, as options of the step that reads its pages: plain JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from fairwitness.core.lists import Column
from fairwitness.core.tables import Layout


def columns_to_json(columns: tuple[Column, ...]) -> str:
    """The columns as the option of the step: what reading depends on, and no more; empty for none."""
    plain = [[one.name, one.kind, one.script, list(one.codes), one.scheme] for one in columns]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def columns_from_json(raw: str) -> tuple[Column, ...]:
    """What `columns_to_json` wrote."""
    return tuple(
        Column(name, kind=kind, script=script, codes=tuple(codes), scheme=scheme)
        for name, kind, script, codes, scheme in (json.loads(raw) if raw else ())
    )


def layout_to_json(layout: Layout | None) -> str:
    """The layout as the option of the step; empty for none."""
    return json.dumps(asdict(layout), separators=(",", ":")) if layout is not None else ""


def layout_from_json(raw: str) -> Layout | None:
    """What `layout_to_json` wrote."""
    if not raw:
        return None
    plain = json.loads(raw)
    rows = plain["rows"] if isinstance(plain["rows"], str) else tuple(plain["rows"])
    return Layout(**plain | {"columns": tuple(plain["columns"]), "rows": rows})
