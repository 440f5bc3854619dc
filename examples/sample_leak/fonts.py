"""Shapes text with fonts from installed packages and cuts out of them what a PDF has to embed.

The fonts are Noto Sans, Noto Sans SC and Noto Naskh Arabic, all under the SIL Open Font License 1.1, which allows
subsets inside documents. Noto Naskh Arabic puts letters together from a body and dots; readers of PDF take each glyph
for a letter, so every letter that is made of several glyphs becomes one composite glyph in the embedded font.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from importlib import resources
from io import BytesIO
from itertools import groupby

import uharfbuzz
from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# Package and file of each font, by the script it serves.
_FONT_FILES = {
    "han": ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
    "arabic": ("pylopdf_fonts_ar", "NotoNaskhArabic-Variable.ttf"),
    "latin": ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
}
# What a PDF reader does not look at; without the variation tables the font is its regular weight.
_NOT_EMBEDDED = (
    *("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "MATH", "OS/2", "STAT"),
    *("VORG", "cmap", "name", "post", "vhea", "vmtx"),
)
_VARIATIONS = ("HVAR", "MVAR", "VVAR", "avar", "cvar", "fvar", "gvar")


Piece = tuple[int, int, int]
"""A glyph of the whole font, and where it is put, in font units."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph to paint: its code in the embedded font, its advance in thousandths of the font size."""

    code: int
    advance: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a code of the embedded font stands for: the pieces it is painted with, its width, its text."""

    pieces: tuple[Piece, ...]
    width: int  # font units
    text: str

    @property
    def is_plain(self) -> bool:
        """True if it is a glyph of the font as it is."""
        return len(self.pieces) == 1 and self.pieces[0][1:] == (0, 0)


@dataclass(slots=True)
class Font:
    """A font while a document is written: it shapes text and remembers what was used, for `embedded`."""

    script: str
    name: str
    data: bytes
    shaper: uharfbuzz.Font
    glyph_names: list[str]
    is_cff: bool
    units_per_em: int
    drawn: dict[int, Drawn] = field(default_factory=dict)  # by code
    _codes: dict[tuple[tuple[Piece, ...], str], int] = field(default_factory=dict)

    def shape(self, text: str, *, is_rtl: bool) -> list[Glyph]:
        """The glyphs of `text` from left to right, whichever way it is read."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if is_rtl else "ltr"
        uharfbuzz.shape(self.shaper, buffer)
        infos = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
        texts = _text_by_cluster(text, [info.cluster for info, _ in infos])
        glyphs = []
        for cluster, members in groupby(infos, key=lambda pair: pair[0].cluster):
            pieces, advance = [], 0
            for info, at in members:
                pieces.append((info.codepoint, advance + at.x_offset, at.y_offset))
                advance += at.x_advance
            code = self._code_of(tuple(pieces), advance, texts[cluster])
            glyphs.append(Glyph(code, advance * 1000 / self.units_per_em))
        return glyphs

    def width_of(self, code: int) -> float:
        """The width of a glyph in thousandths of the font size."""
        return self.drawn[code].width * 1000 / self.units_per_em

    def embedded(self) -> tuple[bytes, dict[int, int]]:
        """The font file with only the glyphs used so far, and for each code the glyph in it."""
        options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
        options.recalc_timestamp = False
        options.drop_tables = [*options.drop_tables, *_NOT_EMBEDDED]
        font = TTFont(BytesIO(self.data), recalcTimestamp=False)
        for table in _VARIATIONS:
            if table in font:
                del font[table]
        name_of = {code: self._name_in(font, code) for code in sorted(self.drawn)}
        cutter = subset.Subsetter(options)
        cutter.populate(glyphs=sorted(set(name_of.values())))
        cutter.subset(font)
        out = BytesIO()
        font.save(out)
        place_of = font.getReverseGlyphMap()
        gids = {code: place_of[name] for code, name in name_of.items()}
        if not self.is_cff:
            return out.getvalue(), gids
        reader = TTFont(BytesIO(out.getvalue())).reader
        assert reader is not None
        return reader["CFF "], gids

    def _name_in(self, font: TTFont, code: int) -> str:
        """The name of the glyph that paints `code` in `font`, where a composite one is added if need be."""
        drawn = self.drawn[code]
        if drawn.is_plain:
            return self.glyph_names[drawn.pieces[0][0]]
        assert not self.is_cff, "only TrueType outlines can be put together"
        pen = TTGlyphPen(font.getGlyphSet())
        for gid, x, y in drawn.pieces:
            pen.addComponent(self.glyph_names[gid], (1, 0, 0, 1, x, y))
        name = f"letter{code}"
        glyph = pen.glyph()
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (drawn.width, getattr(glyph, "xMin", 0))
        return name

    def _code_of(self, pieces: tuple[Piece, ...], advance: int, text: str) -> int:
        """A code for these pieces with this text: one glyph that stands for two letters gets two codes."""
        known = self._codes.get((pieces, text))
        if known is not None:
            return known
        gid = pieces[0][0]
        # In a CID-keyed CFF font the code is the CID, which is part of the glyph's name.
        code = int(self.glyph_names[gid].removeprefix("cid")) if self.is_cff else len(self._codes) + 1
        assert gid and code not in self.drawn, "a glyph is missing, or one Han glyph stands for two texts"
        drawn = Drawn(pieces, advance, text)
        if drawn.is_plain:  # kerning may have changed the advance; the width of the glyph stays
            drawn = Drawn(pieces, self.shaper.get_glyph_h_advance(gid), text)
        self._codes[pieces, text] = code
        self.drawn[code] = drawn
        return code


def load_font(script: str) -> Font:
    """The font for "han", "arabic" or "latin", nothing used of it so far."""
    package, file = _FONT_FILES[script]
    data = resources.files(package).joinpath(file).read_bytes()
    tables = TTFont(BytesIO(data), lazy=True)
    face = uharfbuzz.Face(data)
    return Font(
        script=script,
        name=str(tables["name"].getDebugName(6)),
        data=data,
        shaper=uharfbuzz.Font(face),
        glyph_names=tables.getGlyphOrder(),
        is_cff="CFF " in tables,
        units_per_em=face.upem,
    )


def split_by_script(text: str) -> list[tuple[str, str]]:
    """`text` cut into pieces with the script whose font paints them, in reading order."""
    pieces: list[tuple[str, str]] = []
    for char in text:
        before = pieces[-1][0] if pieces else ""
        # A space after a number turns with the line, not with the number.
        is_turning_space = char == " " and bool(pieces) and pieces[0][0] == "arabic"
        script = "arabic" if is_turning_space else _script_of(char, before)
        if script == before:
            pieces[-1] = (before, pieces[-1][1] + char)
        else:
            pieces.append((script, char))
    return pieces


def _script_of(char: str, before: str) -> str:
    if "\u0600" <= char <= "\u06ff":
        return "arabic"
    if unicodedata.east_asian_width(char) in "WF" or "\u3000" <= char <= "\u303f":
        return "han"
    if before == "arabic" and not char.isalnum():
        return "arabic"  # spaces and punctuation inside Arabic script turn with it
    return "latin"


def _text_by_cluster(text: str, clusters: list[int]) -> dict[int, str]:
    starts = sorted(set(clusters))
    return {start: text[start:stop] for start, stop in zip(starts, [*starts[1:], len(text)], strict=True)}
