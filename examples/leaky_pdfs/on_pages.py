"""Files that look redacted: a name can still be read from what their pages are drawn with; one way in each."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from examples.leaky_pdfs.paper import (
    BOX,
    HEIGHT_PT,
    LINES,
    NAME,
    NAME_AT,
    WIDTH_PT,
    add_page,
    black_box,
    form,
    helvetica,
    hidden_text,
    image_object,
    jpeg_object,
    lines,
    new_pdf,
    painted,
    rect_of,
    rectangle,
    redacted,
    save,
    shown_whole,
    text_at,
    with_name,
)

NAME_TEXT = text_at(*NAME_AT, NAME)


def under_black_rectangle() -> bytes:
    """Text, and a black rectangle over it."""
    pdf = new_pdf()
    add_page(pdf, lines() + NAME_TEXT + black_box())
    return save(pdf)


def under_image() -> bytes:
    """Text, and a black picture over it."""
    pdf = new_pdf()
    x, y, width, height = BOX
    cover = f"q {width} 0 0 {height} {x} {y} cm /Cover Do Q\n".encode()
    page = add_page(pdf, lines() + NAME_TEXT + cover)
    page.Resources.XObject = Dictionary(Cover=image_object(pdf, Image.new("L", (16, 16), 0)))
    return save(pdf)


def white_text() -> bytes:
    """White text on white paper."""
    pdf = new_pdf()
    add_page(pdf, lines() + b"1 g\n" + NAME_TEXT)
    return save(pdf)


def same_colour() -> bytes:
    """Text in the blue of the field that it stands on."""
    pdf = new_pdf()
    x, y, width, height = BOX
    field = f"0.1 0.2 0.5 rg {x} {y} {width} {height} re f\n".encode()
    add_page(pdf, field + NAME_TEXT + lines())
    return save(pdf)


def outside_crop() -> bytes:
    """Text beyond the crop box."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + black_box() + text_at(40, 20, NAME))
    page.CropBox = Array([0, 40, WIDTH_PT, HEIGHT_PT])
    return save(pdf)


def clipped_text() -> bytes:
    """Text inside a clip that leaves nothing of it."""
    pdf, _ = redacted(b"q 0 0 1 1 re W n\n" + text_at(40, 100, NAME) + b"Q\n")
    return save(pdf)


def painted_scan() -> bytes:
    """A scan that was painted over, and the text layer made from it before."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole() + hidden_text([*LINES, (*NAME_AT, NAME)]))
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, painted()))
    return save(pdf)


def _annotated(**entries: object) -> bytes:
    pdf = new_pdf()
    page = add_page(pdf, lines() + NAME_TEXT)
    if "look" in entries:
        entries["AP"] = Dictionary(N=form(pdf, bytes(entries.pop("look")), rect_of()))  # type: ignore[call-overload]
    page.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=rect_of(), F=4, **entries))])
    return save(pdf)


def unapplied_redaction() -> bytes:
    """A place that was marked to be redacted, which nobody did."""
    return _annotated(Subtype=Name.Redact, IC=Array([0, 0, 0]), look=black_box())


def black_highlight() -> bytes:
    """A black marker pen, which is an annotation."""
    corners = Array(
        [BOX[0], BOX[1] + BOX[3], BOX[0] + BOX[2], BOX[1] + BOX[3], BOX[0], BOX[1], BOX[0] + BOX[2], BOX[1]]
    )
    return _annotated(Subtype=Name.Highlight, C=Array([0, 0, 0]), QuadPoints=corners, look=black_box())


def black_square() -> bytes:
    """A black square, which is an annotation."""
    return _annotated(Subtype=Name.Square, C=Array([0, 0, 0]), IC=Array([0, 0, 0]), look=black_box())


def free_text() -> bytes:
    """A white note over the text that says that something was left out."""
    look = rectangle(*BOX, grey=1) + text_at(BOX[0] + 4, BOX[1] + 4, "(left out)")
    return _annotated(Subtype=Name.FreeText, DA=String("/F1 12 Tf 0 g"), Contents=String("(left out)"), look=look)


def hidden_layer() -> bytes:
    """Text in a layer that is switched off, in hexadecimal."""
    code = NAME.encode().hex()
    pdf, page = redacted(f"/OC /L1 BDC BT /F1 12 Tf 1 0 0 1 40 100 Tm <{code}> Tj ET EMC\n".encode())
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
    page.Resources.Properties = Dictionary(L1=layer)
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]), BaseState=Name.ON)
    )
    return save(pdf)


def thumbnail() -> bytes:
    """A small picture of the page as it was."""
    pdf, page = redacted()
    small = with_name().resize((WIDTH_PT, HEIGHT_PT), Image.Resampling.LANCZOS)
    page.obj.Thumb = image_object(pdf, small)
    return save(pdf)


def clipped_image() -> bytes:
    """A scan of which a clip shows all but the line with the name."""
    pdf = new_pdf()
    below = f"0 0 {WIDTH_PT} 185 re W n\n".encode()
    page = add_page(pdf, b"q " + below + shown_whole() + b"Q\n")
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, with_name()))
    return save(pdf)


def masked_image() -> bytes:
    """A scan whose soft mask hides the name."""
    pdf = new_pdf()
    mask = Image.new("L", (WIDTH_PT, HEIGHT_PT), 255)
    x, y, width, height = BOX
    mask.paste(0, (x, HEIGHT_PT - y - height, x + width, HEIGHT_PT - y))
    page = add_page(pdf, shown_whole())
    scan = image_object(pdf, with_name(), SMask=image_object(pdf, mask))
    page.Resources.XObject = Dictionary(Scan=scan)
    return save(pdf)


def boxed_image() -> bytes:
    """A scan with a black rectangle over the name in it."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole() + black_box())
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, with_name()))
    return save(pdf)


def tiny_picture() -> bytes:
    """A scan with all its pixels, shown so small that nobody reads it."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + black_box() + b"q 21 0 0 15 360 20 cm /Scan Do Q\n")
    scan = with_name().resize((1750, 1250), Image.Resampling.BICUBIC)
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, scan))
    return save(pdf)


def alternate_image() -> bytes:
    """A painted scan that names another picture to be printed in its stead."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole())
    other = Dictionary(Image=image_object(pdf, with_name()), DefaultForPrinting=True)
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, painted(), Alternates=Array([other])))
    return save(pdf)


def unused_image() -> bytes:
    """A scan in the resources of a page that does not show it."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole())
    page.Resources.XObject = Dictionary(
        Scan=image_object(pdf, painted()), Old=pdf.make_indirect(image_object(pdf, with_name()))
    )
    return save(pdf)


def exif_thumbnail() -> bytes:
    """A painted photograph that carries a small one of what it showed before."""
    small, large = BytesIO(), BytesIO()
    with_name().resize((320, 229), Image.Resampling.LANCZOS).save(small, "JPEG", quality=80)
    image = painted()
    image.save(large, "JPEG", quality=90)
    data = b"\xff\xd8" + _segment_with_thumbnail(small.getvalue()) + large.getvalue()[2:]
    pdf = new_pdf()
    page = add_page(pdf, shown_whole())
    page.Resources.XObject = Dictionary(Scan=jpeg_object(pdf, data, image))
    return save(pdf)


def _segment_with_thumbnail(small: bytes) -> bytes:
    """An Exif segment (TIFF, little endian) with an empty first directory and a second that holds a JPEG."""
    second = 8 + 2 + 4
    entries = [(0x0103, 3, 1, 6), (0x0201, 4, 1, second + 2 + 36 + 4), (0x0202, 4, 1, len(small))]
    tiff = b"II*\0" + (8).to_bytes(4, "little") + b"\0\0" + second.to_bytes(4, "little")
    tiff += len(entries).to_bytes(2, "little")
    for tag, kind, count, value in entries:
        tiff += tag.to_bytes(2, "little") + kind.to_bytes(2, "little")
        tiff += count.to_bytes(4, "little") + value.to_bytes(4, "little")
    body = b"Exif\0\0" + tiff + b"\0\0\0\0" + small
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def tight_box() -> bytes:
    """A box just as wide as the name that was there."""
    pdf = new_pdf()
    add_page(pdf, lines() + rectangle(155, 197, 93.4, 14))
    return save(pdf)


def tiny_text() -> bytes:
    """Text a fifth of a point high."""
    pdf, _ = redacted(text_at(40, 100, NAME, size=0.2))
    return save(pdf)


def pattern_text() -> bytes:
    """Text in a pattern that fills a field, with a rectangle over it."""
    pdf = new_pdf()
    fill = b"/Pattern cs /P1 scn 150 196 160 18 re f\n0 g\n"
    page = add_page(pdf, lines() + fill + black_box())
    pattern = pdf.make_stream(
        text_at(156, 200, NAME),
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, WIDTH_PT, HEIGHT_PT]),
        XStep=WIDTH_PT,
        YStep=HEIGHT_PT,
        Resources=Dictionary(Font=Dictionary(F1=helvetica())),
    )
    page.Resources.Pattern = Dictionary(P1=pattern)
    return save(pdf)


def form_text() -> bytes:
    """Text in a form within a form, with a rectangle over it."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + b"/Outer Do\n" + black_box())
    inner = form(pdf, NAME_TEXT, (0, 0, WIDTH_PT, HEIGHT_PT))
    outer = form(pdf, b"/Inner Do\n", (0, 0, WIDTH_PT, HEIGHT_PT))
    outer.Resources.XObject = Dictionary(Inner=inner)
    page.Resources.XObject = Dictionary(Outer=outer)
    return save(pdf)


def type3_text() -> bytes:
    """Text of a font whose letters are drawings, with a rectangle over it."""
    pdf = new_pdf()
    codes = {letter: at + 65 for at, letter in enumerate(sorted(set(NAME)))}
    shown = bytes(codes[letter] for letter in NAME).decode("latin-1")
    page = add_page(pdf, lines() + text_at(*NAME_AT, shown).replace(b"/F1", b"/T3") + black_box())
    page.Resources.Font.T3 = pdf.make_indirect(drawn_font(pdf, codes))
    return save(pdf)


def drawn_font(pdf: pikepdf.Pdf, codes: dict[str, int], drawing: str = "60 0 380 {height} re f") -> Dictionary:
    """A Type 3 font with a bar of another height for each letter, in the order of `codes`."""
    glyphs = Dictionary()
    for letter, code in codes.items():
        height = 300 + 20 * (code % 20)
        outline = f"500 0 0 0 500 900 d1 {drawing.format(height=height)}".encode()
        glyphs[f"/g{code}"] = pdf.make_stream(b"500 0 d0" if letter == " " else outline)
    mapped = "".join(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in codes.items())
    first, last = min(codes.values()), max(codes.values())
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 500, 900]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=glyphs,
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([first, *(Name(f"/g{c}") for c in codes.values())])),
        FirstChar=first,
        LastChar=last,
        Widths=Array([500] * (last - first + 1)),
        Resources=Dictionary(),
        ToUnicode=pdf.make_stream(to_unicode(mapped, len(codes))),
    )


def to_unicode(mapped: str, count: int) -> bytes:
    """A table from codes of one byte to text."""
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def "
        f"1 begincodespacerange <00> <ff> endcodespacerange {count} beginbfchar\n{mapped}endbfchar "
        "endcmap end end"
    ).encode()


def redaction_font() -> bytes:
    """The name set in a font whose letters are all black boxes."""
    pdf = new_pdf()
    codes = {letter: at + 65 for at, letter in enumerate(sorted(set(NAME)))}
    shown = bytes(codes[letter] for letter in NAME).decode("latin-1")
    page = add_page(pdf, lines() + text_at(*NAME_AT, shown).replace(b"/F1", b"/T3"))
    font = drawn_font(pdf, codes, "0 -150 500 900 re f")
    for code in codes.values():
        font.CharProcs[f"/g{code}"] = pdf.make_stream(b"500 0 0 -150 500 750 d1 0 -150 500 900 re f")
    font.FontBBox = Array([0, -150, 500, 750])
    page.Resources.Font.T3 = pdf.make_indirect(font)
    return save(pdf)


def glyph_that_says_a_name() -> bytes:
    """One black glyph that stands for the whole name when it is copied."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + text_at(NAME_AT[0], NAME_AT[1], "A").replace(b"/F1", b"/T3"))
    font = drawn_font(pdf, {"A": 65}, "0 -100 9000 900 re f")
    font.FontBBox = Array([0, -100, 9000, 800])
    font.CharProcs.g65 = pdf.make_stream(b"9000 0 0 -100 9000 800 d1 0 -100 9000 900 re f")
    font.Widths = Array([9000])
    font.ToUnicode = pdf.make_stream(to_unicode(f"<41> <{NAME.encode('utf-16-be').hex()}>\n", 1))
    page.Resources.Font.T3 = pdf.make_indirect(font)
    return save(pdf)


def leftover_letters() -> bytes:
    """A font cut down to the letters of the document as it was: those of the name are still in it."""
    pdf = new_pdf()
    public = "was here. "
    letters = sorted(set(public) | set(NAME))
    page = add_page(pdf, lines() + black_box())
    codes = {letter: at + 33 for at, letter in enumerate(letters)}
    shown = bytes(codes[letter] for letter in public)
    more = b"BT /S1 12 Tf 1 0 0 1 40 100 Tm <" + shown.hex().encode() + b"> Tj ET\n"
    page.Contents = pdf.make_stream(lines() + black_box() + more)
    font = drawn_font(pdf, codes)
    font.Name = Name("/QWERTY+Drawn")
    page.Resources.Font.S1 = pdf.make_indirect(font)
    return save(pdf)


def see_through() -> bytes:
    """A cover that lets a little of the text through, which any picture program can strengthen."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + NAME_TEXT + b"q /Veil gs " + black_box() + b"Q\n")
    page.Resources.ExtGState = Dictionary(Veil=Dictionary(Type=Name.ExtGState, ca=0.96))
    return save(pdf)


def blended() -> bytes:
    """White paper over the text, mixed so that it nearly vanishes."""
    pdf = new_pdf()
    x, y, width, height = BOX
    cover = f"q /Veil gs 0.97 g {x} {y} {width} {height} re f Q\n".encode()
    page = add_page(pdf, lines() + NAME_TEXT + cover)
    page.Resources.ExtGState = Dictionary(Veil=Dictionary(Type=Name.ExtGState, BM=Name.Screen, ca=0.97))
    return save(pdf)


MAKERS: tuple[Callable[[], bytes], ...] = (
    under_black_rectangle,
    under_image,
    white_text,
    same_colour,
    outside_crop,
    clipped_text,
    painted_scan,
    unapplied_redaction,
    black_highlight,
    black_square,
    free_text,
    hidden_layer,
    thumbnail,
    clipped_image,
    masked_image,
    boxed_image,
    tiny_picture,
    alternate_image,
    unused_image,
    exif_thumbnail,
    tight_box,
    tiny_text,
    pattern_text,
    form_text,
    type3_text,
    redaction_font,
    glyph_that_says_a_name,
    leftover_letters,
    see_through,
    blended,
)
