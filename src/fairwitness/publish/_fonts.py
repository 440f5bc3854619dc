"""Fonts of a report: Han, Arabic script, Cyrillic, Greek and Latin, from pinned packages and never from the system.

What a report embeds is cut down to the characters that it uses, the same bytes each time. Variable fonts are fixed at
one weight, since typst knows no axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby
from types import ModuleType
from typing import Any

from fairwitness.publish._extra import needed

FAMILIES = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans SC")
BOLD = 600


@dataclass(frozen=True, slots=True)
class _Source:
    package: str
    file: str
    axes: tuple[str, ...]


_SOURCES = (  # in the order of FAMILIES
    _Source("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf", ("wght", "wdth")),
    _Source("pylopdf_fonts_ar", "NotoNaskhArabic-Variable.ttf", ("wght",)),
    _Source("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf", ()),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A font with the glyphs of `letters` alone; `data` is the file."""

    family: str
    weight: int
    letters: frozenset[str]
    data: bytes


def cut_fonts(text: str) -> tuple[Cut, ...]:
    """The fonts that `text` needs, each with what it needs of it, in two weights where there are two."""
    made = []
    for at, family in enumerate(FAMILIES):
        letters = frozenset(char for char in text if _family_of(char) == at)
        if not letters and at:
            continue
        weights = (400, BOLD) if _SOURCES[at].axes else (400,)
        made += [Cut(family, weight, letters | {" "}, _cut(at, weight, letters | {" "})) for weight in weights]
    return tuple(made)


def is_covered(char: str) -> bool:
    """Whether a bundled font has the character."""
    return _family_of(char) is not None


def covered(text: str) -> str:
    """The text with what no bundled font has spelled out as its code point: a PDF would show a box."""
    return "".join(char if is_covered(char) or char in "\n\t" else f"\\u{ord(char):04x}" for char in text)


def width_of(text: str, size: float, weight: int = 400) -> float:
    """How wide the text is on one line, in the unit of `size`."""
    hb, total = _harfbuzz(), 0.0
    for at, run in groupby(text, key=lambda char: _family_of(char) or 0):
        buffer = hb.Buffer()
        buffer.add_str("".join(run))
        buffer.guess_segment_properties()
        font = _font(at, weight)
        hb.shape(font, buffer)
        total += sum(place.x_advance for place in buffer.glyph_positions) / font.face.upem
    return total * size


def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """The text in lines that are no wider, broken at blanks, between Han characters, and anywhere if it must be."""
    lines = [""]
    for piece in _pieces(text):
        if width_of((lines[-1] + piece).rstrip(), size) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for char in piece if width_of(piece.rstrip(), size) > width else (piece,):
            if lines[-1] and width_of(lines[-1] + char, size) > width:
                lines.append("")
            lines[-1] += char
    return tuple(line.strip() for line in lines)


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not broken, each with the blanks behind it."""
    piece = ""
    for char in text:
        if piece and char != " " and (piece.endswith(" ") or _family_of(char) == 2 or _family_of(piece[-1]) == 2):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _harfbuzz() -> ModuleType:
    return needed("uharfbuzz")


@cache
def _face(at: int) -> tuple[Any, frozenset[int]]:
    hb, source = _harfbuzz(), _SOURCES[at]
    with as_file(files(source.package).joinpath(source.file)) as path:
        face = hb.Face(hb.Blob(path.read_bytes()))
    return face, frozenset(face.unicodes)


@cache
def _font(at: int, weight: int) -> Any:
    font = _harfbuzz().Font(_face(at)[0])
    if _SOURCES[at].axes:
        font.set_variations({"wght": weight})
    return font


@cache
def _family_of(char: str) -> int | None:
    return next((at for at in range(len(FAMILIES)) if ord(char) in _face(at)[1]), None)


def _cut(at: int, weight: int, letters: Iterable[str]) -> bytes:
    hb, face = _harfbuzz(), _face(at)[0]
    asked = hb.SubsetInput()
    asked.unicode_set.update({ord(char) for char in letters})
    for axis in _SOURCES[at].axes:
        asked.pin_axis_location(face, axis, weight if axis == "wght" else 100)
    return bytes(hb.subset(face, asked).blob.data)
