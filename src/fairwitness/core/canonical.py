"""Canonical JSON and the ids made from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_json(value: Any) -> bytes:
    """`value` as UTF-8 JSON that is the same on every machine: sorted keys, no blanks (a subset of RFC 8785).

    Raises:
        ValueError: for a float, which has no one spelling.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def record_id(kind: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the type name and the canonical JSON: the same record has the same id everywhere."""
    return hashlib.sha256(kind.encode() + b"\n" + canonical_json(fields)).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a float has no canonical form")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
