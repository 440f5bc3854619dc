"""Text from a leak, made safe to show: what would turn or hide its surroundings is spelled out."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str, *, keep_lines: bool = False, keep: Collection[str] = ()) -> str:
    """`text` with what controls its surroundings spelled out; line ends are blanks unless they are kept."""
    out = []
    for char in text:
        if char in "\n\t\r":
            out.append(char if keep_lines else " ")
        elif char not in keep and (char in _BIDI or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn")):
            out.append(f"\\u{ord(char):04x}")
        else:
            out.append(char)
    return "".join(out)
