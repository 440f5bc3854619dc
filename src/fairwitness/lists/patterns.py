"""Regular expressions that people write for a rule, run by RE2: in linear time whatever they are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN_CHARS = 1000
_MEMORY_BYTES = 1 << 20


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY_BYTES
    options.log_errors = False  # it would print the pattern
    return re2.compile(pattern, options)


def why_not(pattern: str) -> str:
    """Why the pattern cannot be used; empty if it can."""
    if not pattern:
        return "write the regular expression that the whole cell must match"
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"a pattern has at most {MAX_PATTERN_CHARS:,} characters"
    try:
        _compiled(pattern)
    except re2.error:
        return "this is no regular expression of RE2"
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return _compiled(pattern).fullmatch(text) is not None
