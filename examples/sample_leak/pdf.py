"""Writes small PDF files that look and read the same everywhere: fonts embedded, every glyph mapped to its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from examples.sample_leak.fonts import Drawn, Font, Glyph, load_font, split_by_script

PAGE_WIDTH_PT, PAGE_HEIGHT_PT = 595, 842  # A4
MARGIN_PT = 62
ROW_HEIGHT_PT = 22
CREATED = "D:20190415090000+06'00'"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; Arabic script starts at the right margin, all else at the left."""

    text: str
    size_pt: float = 11


@dataclass(frozen=True, slots=True)
class Table:
    """A table with ruled lines; columns are equally wide, the first row is the head."""

    rows: tuple[tuple[str, ...], ...]
    size_pt: float = 10


Block = Text | Table


def write_pdf(pages: Sequence[Sequence[Block]], *, title: str, password: str = "") -> bytes:
    """A PDF file with one A4 page for each of `pages`; the same input gives the same bytes.

    With a `password` the file opens only with it. That encryption is the old 128-bit RC4, because it needs no random
    numbers and so is the same every time; it protects nothing.
    """
    document = pikepdf.new()
    fonts = {script: load_font(script) for script in sorted(set(_scripts_of(pages)))}
    contents = [_draw_page(blocks, fonts) for blocks in pages]
    resources = Dictionary(
        Font=Dictionary({f"/{script}": embed_font(document, font) for script, font in fonts.items()})
    )
    for content in contents:
        page = document.add_blank_page(page_size=(PAGE_WIDTH_PT, PAGE_HEIGHT_PT))
        page.Contents = document.make_stream(content)
        page.Resources = resources
    return save_pdf(document, title=title, password=password)


def write_image_pdf(jpeg: bytes, *, width_px: int, height_px: int, title: str) -> bytes:
    """A PDF file with one A4 page that is nothing but a grey image, as scanners write it."""
    document = pikepdf.new()
    image = document.make_stream(
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width_px,
        Height=height_px,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page = document.add_blank_page(page_size=(PAGE_WIDTH_PT, PAGE_HEIGHT_PT))
    page.Resources = Dictionary(XObject=Dictionary(Scan=image))
    page.Contents = document.make_stream(f"q {PAGE_WIDTH_PT} 0 0 {PAGE_HEIGHT_PT} 0 0 cm /Scan Do Q".encode())
    return save_pdf(document, title=title)


def save_pdf(document: pikepdf.Pdf, *, title: str, password: str = "") -> bytes:
    """The bytes of `document`, with fixed dates and a fixed id."""
    document.docinfo[Name.Title] = title
    document.docinfo[Name.CreationDate] = CREATED
    document.docinfo[Name.ModDate] = CREATED
    out = BytesIO()
    if password:
        locked = pikepdf.Encryption(user=password, owner=password, R=3, aes=False, metadata=False)
        document.save(out, static_id=True, encryption=locked)
    else:
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _scripts_of(pages: Sequence[Sequence[Block]]) -> Iterator[str]:
    for blocks in pages:
        for block in blocks:
            texts = [block.text] if isinstance(block, Text) else [cell for row in block.rows for cell in row]
            for text in texts:
                yield from (script for script, _ in split_by_script(text))


def _draw_page(blocks: Sequence[Block], fonts: dict[str, Font]) -> bytes:
    """The content stream of one page, its blocks one below the other."""
    commands: list[str] = []
    y = float(PAGE_HEIGHT_PT - MARGIN_PT)
    width = PAGE_WIDTH_PT - 2 * MARGIN_PT
    for block in blocks:
        if isinstance(block, Text):
            y -= block.size_pt * 1.9
            commands += draw_line(block.text, block.size_pt, MARGIN_PT, width, y, fonts)
        else:
            y -= ROW_HEIGHT_PT / 2
            commands += _draw_table(block, y, fonts)
            y -= ROW_HEIGHT_PT * len(block.rows)
    assert y > MARGIN_PT / 2, "too much text for the page"
    return "\n".join(commands).encode("ascii")


def _draw_table(table: Table, top: float, fonts: dict[str, Font]) -> list[str]:
    columns = len(table.rows[0])
    total = PAGE_WIDTH_PT - 2 * MARGIN_PT
    cell = total / columns
    commands = ["0.7 w"]
    for row in range(len(table.rows) + 1):
        y = top - row * ROW_HEIGHT_PT
        commands.append(f"{MARGIN_PT} {y:.2f} m {MARGIN_PT + total} {y:.2f} l S")
    bottom = top - len(table.rows) * ROW_HEIGHT_PT
    for column in range(columns + 1):
        x = MARGIN_PT + column * cell
        commands.append(f"{x:.2f} {top:.2f} m {x:.2f} {bottom:.2f} l S")
    for number, row_of_text in enumerate(table.rows):
        baseline = top - number * ROW_HEIGHT_PT - ROW_HEIGHT_PT * 0.68
        for column, text in enumerate(row_of_text):
            left = MARGIN_PT + column * cell + 5
            commands += draw_line(text, table.size_pt, left, cell - 10, baseline, fonts)
    return commands


def draw_line(text: str, size_pt: float, left: float, width: float, y: float, fonts: dict[str, Font]) -> list[str]:
    """The commands that paint one line, at the side of its room where its script begins; `y` is its baseline."""
    if not text:
        return []
    pieces = split_by_script(text)
    is_rtl = pieces[0][0] == "arabic"
    shaped = [(fonts[script], fonts[script].shape(piece, is_rtl=script == "arabic")) for script, piece in pieces]
    if is_rtl:
        shaped.reverse()  # the first piece stands rightmost
    line_width = sum(glyph.advance for _, glyphs in shaped for glyph in glyphs) * size_pt / 1000
    assert line_width <= width, f"a line is {line_width - width:.0f} pt too wide"
    x = left + width - line_width if is_rtl else left
    commands = ["BT"]
    for font, glyphs in shaped:
        commands.append(f"/{font.script} {size_pt:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm")
        commands.append(_show(font, glyphs))
        x += sum(glyph.advance for glyph in glyphs) * size_pt / 1000
    commands.append("ET")
    return commands


def _show(font: Font, glyphs: Sequence[Glyph]) -> str:
    """The command that paints the glyphs; numbers between them move the pen left, in thousandths of the size."""
    parts: list[str] = []
    for glyph in glyphs:
        parts.append(f"<{glyph.code:04X}>")
        kerned = font.width_of(glyph.code) - glyph.advance
        if abs(kerned) > 0.05:
            parts.append(f"{kerned:.1f}")
    return f"[{' '.join(parts)}] TJ"


def embed_font(document: pikepdf.Pdf, font: Font) -> pikepdf.Object:
    """The Type 0 font of PDF 1.7, section 9.7, with its subset of the font and its way back to text."""
    data, gid_of = font.embedded()
    extents = font.shaper.get_font_extents("ltr")
    unit = 1000 / font.units_per_em
    ascent, descent = round(extents.ascender * unit), round(extents.descender * unit)
    name = Name(f"/FWSMPL+{font.name}")
    program = document.make_stream(data, Subtype=Name.CIDFontType0C) if font.is_cff else document.make_stream(data)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,  # symbolic: the glyphs are not those of a standard Latin encoding
        FontBBox=Array([-1000, descent, 3000, ascent]),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=700,
        StemV=80,
    )
    descriptor[Name.FontFile3 if font.is_cff else Name.FontFile2] = program
    widths = Array()
    for code in sorted(gid_of):
        widths.append(code)
        widths.append(Array([round(font.width_of(code))]))
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0 if font.is_cff else Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        W=widths,
    )
    if not font.is_cff:
        table = b"".join(gid_of.get(code, 0).to_bytes(2, "big") for code in range(max(gid_of) + 1))
        descendant.CIDToGIDMap = document.make_stream(table)
    return document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([document.make_indirect(descendant)]),
            ToUnicode=document.make_stream(_to_unicode(font.drawn)),
        )
    )


def _to_unicode(drawn: dict[int, Drawn]) -> bytes:
    """The CMap from codes to UTF-16 of PDF 1.7, section 9.10.3, in blocks of at most 100 as it asks."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    entries = [f"<{code:04X}> <{_utf16_hex(glyph.text)}>" for code, glyph in sorted(drawn.items())]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")


def _utf16_hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()
