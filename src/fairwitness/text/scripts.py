"""The script of every letter, by ISO 15924 code; quick, since every page that is indexed asks for it."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]

# Blocks that hold letters of the script. Hiragana and katakana are one, since one text mixes them.
_BLOCKS = {
    "Latn": "0041-005A 0061-007A 00AA 00BA 00C0-00D6 00D8-00F6 00F8-02AF 1D00-1DBF 1E00-1EFF 2C60-2C7F A720-A7FF "
    "FB00-FB06 FF21-FF3A FF41-FF5A",
    "Cyrl": "0400-0481 048A-052F 1C80-1C8F 2DE0-2DFF A640-A69F",
    "Arab": "0620-063F 0641-064A 066E-066F 0671-06D3 06D5 06E5-06E6 06EE-06EF 06FA-06FC 06FF 0750-077F 0870-0887 "
    "08A0-08C9 FB50-FBB1 FBD3-FDC7 FDF0-FDFB FE70-FEFC",
    "Hani": "3005-3007 3021-3029 3400-4DBF 4E00-9FFF F900-FAFF 20000-323AF",
    "Kana": "3041-3096 309D-309F 30A1-30FA 30FC-30FF 31F0-31FF FF66-FF9D",
    "Hang": "1100-11FF 3131-318E A960-A97F AC00-D7A3 D7B0-D7FF FFA0-FFDC",
    "Tibt": "0F00 0F40-0FBC",
    "Grek": "0370-0373 0376-0377 037B-037D 037F 0386-03E1 03F0-03FF 1F00-1FFE",
    "Hebr": "05D0-05EA 05EF-05F2 FB1D-FB4F",
    "Armn": "0531-0556 0560-0588 FB13-FB17",
    "Geor": "10A0-10FF 1C90-1CBF 2D00-2D2F",
    "Thai": "0E01-0E30 0E32-0E33 0E40-0E46",
    "Mong": "1820-1878 1880-18AA",
    "Deva": "0904-0939 093D 0950 0958-0961 0971-0980 A8F2-A8F7 A8FB A8FD-A8FE",
}
SCRIPTS = ("", *_BLOCKS, "Zyyy")  # "": no letter; Zyyy: a letter of a script that is not listed
NUMBERS = {script: number for number, script in enumerate(SCRIPTS)}
_OTHER = NUMBERS["Zyyy"]


@cache
def _table() -> NDArray[np.uint8]:
    """The number of the script by code point."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    for start in (0x0, 0x10000):  # above, what is not Han is rare enough to be no letter to us
        letters = (code for code in range(start + 0x250, start + 0x10000) if unicodedata.category(chr(code))[0] == "L")
        table[list(letters)] = _OTHER
    for script, blocks in _BLOCKS.items():
        for block in blocks.split():
            first, _, last = block.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] = NUMBERS[script]
    return table


def codes_of(text: str) -> Codes:
    """The code points of the text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def scripts_of(codes: Codes) -> NDArray[np.uint8]:
    """For each code point the place of its script in `SCRIPTS`; 0 for what is no letter."""
    return _table()[codes]
