"""The one font of rebuilt PDFs: every character has a width and a meaning, none has an outline.

A TrueType file with a single empty glyph, made with fontTools (`tests/publish/test_rebuilt.py` takes it apart), a map
of all codes to that glyph, and a map of each code to the character of the same number. Nobody can hide anything in it:
it is the same in every file.
"""

from __future__ import annotations

import base64
import zlib

FONT_NAME = b"NoGlyphs"

FONT_FILE = zlib.decompress(
    base64.b64decode(
        b"eNqVT7FKw1AUPfe9WKOIdRB1M4iDgyg4iENBoWInK9bd+qgxGRITmhYaXAQXB4d+gh/gBzg4OPoXOjj4AXGON6/PShUFz+Ped8/JzckJCMAk"
        b"LiHhHBytb+w+V/sArbB60gpVjCnsMb9hvuoF6Rk06KFovqtOm3M7LzzfcW36LMglWuP5lWvZDzs9yvT+NTcriFrKvH9f8FD1Ygg+IJu5c65C"
        b"9wq388wfmV/EUdLhXAxRKZ6jyMq1f3xYbZYr75DyDb9DFs6DzzFx8i0esi9lBPTpbSB+ulFGfYzBwj+xzTAWOoN08PRtxRkmEzo3MMud9G1h"
        b"Qes6UZ7rGk1fQt0oBHv4FwLjzMhs2NqXrAlWZlA2s8A0Fs1cKvR6VAvS2E8artcNVJuNI9QQIEUMHwkacOGhy4pCe5D0D3wAlOg7nA=="
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
