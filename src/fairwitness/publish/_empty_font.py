"""The one font of rebuilt PDFs: every character has a size and a meaning, and nothing of any is ever drawn.

A TrueType file with a single glyph, made with fontTools (`tests/publish/test_rebuilt.py` takes it apart): a line there
and back, without an area, so that viewers know how tall a word is that somebody selects. Then a map of all codes to
that glyph, and a map of each code to the character of the same number. Nobody can hide anything in it: it is the same
in every file.
"""

from __future__ import annotations

import base64
import zlib

FONT_NAME = b"NoGlyphs"

FONT_FILE = zlib.decompress(
    base64.b64decode(
        b"eNqVULtKA0EUPbOzidGIsdBo5xYWFqJgISkEi4gBwSjxA3SIa7bYdZc8IMFGsLEQySf4AX6AhR+QD7DWxsJCrNbCaj07mYAYELxw555zZube"
        b"MwMBYAqXkHAOjtY3dl7KfUCsUD2pByrCNHbJb8hXG37v7H3/+Yv8kbzouepU5csl4nvmpkchUxRrxK/MZS9od0VMBHHNxfbDumLNkz+kPFDd"
        b"iHNt8hy5c64C9wp3C+RP5BdR2Gpzn2EdpvtIvTL9j9u948LWJ6R8w1gkJRFLh0DCMhLvSCehT+Mm1p1+hjC9LbNjjbWVIhZ9ZFK3/4tthmmh"
        b"PdDb4NcRZ+RMz01fPMdV6GpjUevaUZLoHHrMp9W8lmheiHgw+pAsquaUQG74A7rLBJkwJ3J6lrAnqcyiYLCFGSwZnE31aljxe5HXqrmNjq+a"
        b"bByiAh89RPDQQg0uGuhQUWgO3f8R3zqTR5M="
    )
)

GLYPHS = bytes(2 * 65536)
"""CIDToGIDMap: glyph 0 for each of the 65,536 codes."""


def _cmap() -> bytes:
    """Codes are UTF-16: each stands for the character of its number, two halves of a pair for the one they make."""
    ranges = [f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256)]  # a range keeps its first byte
    blocks = [ranges[at : at + 100] for at in range(0, len(ranges), 100)]  # no more than 100 ranges at a time
    told = "".join(f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{told}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


CMAP = _cmap()
