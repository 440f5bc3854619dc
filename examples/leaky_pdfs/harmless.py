"""Files that look like leaky ones and are not: nothing can be read from them that their pages do not show."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from examples.leaky_pdfs.on_pages import drawn_font
from examples.leaky_pdfs.paper import (
    BOX,
    HEIGHT_PT,
    LINES,
    WIDTH_PT,
    add_page,
    black_box,
    content_number,
    form,
    helvetica,
    hidden_text,
    image_object,
    jpeg_object,
    lines,
    new_pdf,
    picture,
    rect_of,
    rectangle,
    redacted,
    save,
    shown_whole,
    stream,
    text_at,
    update,
)
from examples.sample_leak.pdf import Table, Text, write_pdf


def plain_box() -> bytes:
    """A box under which nothing is."""
    pdf, _ = redacted()
    return save(pdf)


def dark_header() -> bytes:
    """A table with white letters on a black head."""
    pdf = new_pdf()
    head = rectangle(40, 240, 340, 18) + b"1 g\n" + text_at(46, 245, "District") + text_at(200, 245, "Number of rows")
    rows = b"0 g\n" + text_at(46, 222, "North") + text_at(200, 222, "17") + text_at(46, 202, "South")
    add_page(pdf, head + rows + text_at(200, 202, "23"))
    return save(pdf)


def bar_chart() -> bytes:
    """A chart of black bars, with its title in the properties too."""
    pdf = new_pdf()
    bars = b"".join(rectangle(120, 220 - 24 * at, 60 + 45 * at, 14) for at in range(5))
    names = b"0 g\n" + b"".join(text_at(60, 223 - 24 * at, str(2014 + at)) for at in range(5))
    add_page(pdf, bars + names + text_at(60, 260, "Rows of the register by year"))
    pdf.docinfo[Name.Title] = "Rows of the register by year"
    return save(pdf)


def white_boxes() -> bytes:
    """White fields on grey paper, with nothing under them and text on some."""
    pdf = new_pdf()
    fields = rectangle(0, 0, WIDTH_PT, HEIGHT_PT, 0.85) + rectangle(30, 140, 360, 130, 1) + rectangle(30, 90, 90, 30, 1)
    add_page(pdf, fields + lines())
    return save(pdf)


def visible_layers() -> bytes:
    """Two layers, both switched on."""
    pdf = new_pdf()
    page = add_page(
        pdf, b"/OC /L1 BDC\n" + lines() + b"EMC /OC /L2 BDC\n" + text_at(40, 100, "Second layer") + b"EMC\n"
    )
    layers = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("Text", "Layer")]
    page.Resources.Properties = Dictionary(L1=layers[0], L2=layers[1])
    pdf.Root.OCProperties = Dictionary(OCGs=Array(layers), D=Dictionary(Order=Array(layers), BaseState=Name.ON))
    return save(pdf)


def searchable_scan() -> bytes:
    """A scan with a text layer, as scanners with text recognition write it."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole() + hidden_text(LINES))
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, picture(LINES)))
    return save(pdf)


def scan_with_dark_header() -> bytes:
    """A scan of a sheet with a white line on black, with its text layer."""
    image = picture(LINES, boxes=[(30, 90, 360, 24)])
    bright = picture([(40, 97, "Printed in white on black")])
    image.paste(bright.point(lambda value: 255 - value), (0, 0), bright.point(lambda value: 255 if value < 128 else 0))
    pdf = new_pdf()
    page = add_page(pdf, shown_whole() + hidden_text([*LINES, (40, 97, "Printed in white on black")]))
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, image))
    return save(pdf)


def plain_scan() -> bytes:
    """A scan without a text layer, as JPEG."""
    out = BytesIO()
    image = picture(LINES, boxes=[BOX])
    image.save(out, "JPEG", quality=85)
    pdf = new_pdf()
    page = add_page(pdf, shown_whole())
    page.Resources.XObject = Dictionary(Scan=jpeg_object(pdf, out.getvalue(), image))
    return save(pdf)


def empty_form() -> bytes:
    """A form with fields that nobody filled in."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + text_at(40, 95, "District:"))
    look = form(pdf, b"q 0.7 w 0 0 120 18 re S Q", (0, 0, 120, 18))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("district"),
            V=String(""),
            DA=String("/F1 10 Tf 0 g"),
            Rect=rect_of((100, 90, 120, 18)),
            AP=Dictionary(N=look),
            F=4,
        )
    )
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=Dictionary(F1=helvetica())))
    return save(pdf)


def filled_form() -> bytes:
    """A form with a value that is to be seen."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + text_at(40, 95, "District:"))
    look = form(pdf, text_at(4, 5, "North"), (0, 0, 120, 18))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("district"),
            V=String("North"),
            Rect=rect_of((100, 90, 120, 18)),
            AP=Dictionary(N=look),
            F=4,
        )
    )
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return save(pdf)


def ordinary_properties() -> bytes:
    """Title, author, program, a bookmark, a link and a metadata packet."""
    pdf = new_pdf()
    page = add_page(pdf, lines())
    pdf.docinfo[Name.Title] = "Annual report of the commission"
    pdf.docinfo[Name.Author] = "Commission office"
    pdf.docinfo[Name.Creator] = "Writer"
    pdf.docinfo[Name.Producer] = "LibreOffice 7.4"
    pdf.docinfo[Name.CreationDate] = "D:20190415090000Z"
    with pdf.open_metadata(set_pikepdf_as_editor=False) as packet:
        packet["dc:title"] = "Annual report of the commission"
    with pdf.open_outline() as marks:
        marks.root.append(pikepdf.OutlineItem("Record of the second hearing", 0))
    link = Dictionary(S=Name.URI, URI=String("https://example.org/reports"))
    entry = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect_of((40, 145, 200, 16)), A=link)
    page.Annots = Array([pdf.make_indirect(entry)])
    return save(pdf, objects=True)


def yellow_highlight() -> bytes:
    """A yellow marker pen over text that can be read."""
    pdf = new_pdf()
    page = add_page(pdf, lines())
    x, y, width, height = 38, 166, 290, 16
    look = form(pdf, b"/M gs 1 1 0 rg %d %d %d %d re f" % (x, y, width, height), (x, y, x + width, y + height))
    look.Resources.ExtGState = Dictionary(M=Dictionary(BM=Name.Multiply))
    look.Group = Dictionary(S=Name.Transparency)
    corners = Array([x, y + height, x + width, y + height, x, y, x + width, y])
    page.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Highlight,
                    C=Array([1, 1, 0]),
                    QuadPoints=corners,
                    Rect=rect_of((x, y, width, height)),
                    AP=Dictionary(N=look),
                    F=4,
                )
            )
        ]
    )
    return save(pdf)


def saved_twice() -> bytes:
    """A file that was saved again with one line more."""
    pdf = new_pdf()
    add_page(pdf, lines())
    data = save(pdf)
    return update(data, {content_number(data): stream(lines() + text_at(40, 100, "Seen and approved"))})


def rounded_picture() -> bytes:
    """A picture without detail at its edges, which a soft mask rounds off."""
    side = 200
    shade = Image.linear_gradient("L").resize((side, side))
    mask = Image.new("L", (side, side), 0)
    mask.paste(255, (20, 20, side - 20, side - 20))
    pdf = new_pdf()
    page = add_page(pdf, lines() + b"q 60 0 0 60 320 90 cm /Logo Do Q\n")
    page.Resources.XObject = Dictionary(Logo=image_object(pdf, shade, SMask=image_object(pdf, mask)))
    return save(pdf)


def read_aloud() -> bytes:
    """A tagged document: the text to be read aloud is the text that stands there."""
    pdf = new_pdf()
    said = "Seen and approved".encode("utf-16-be").hex()
    content = f"/Span << /ActualText <feff{said}> >> BDC\n".encode() + text_at(40, 100, "Seen and approved") + b"EMC\n"
    add_page(pdf, lines() + content)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String("en")
    return save(pdf)


def faint_watermark() -> bytes:
    """A pale word across the page that can be read."""
    pdf = new_pdf()
    mark = b"q 0.85 g BT /F1 60 Tf 0.87 0.5 -0.5 0.87 90 60 Tm (DRAFT) Tj ET Q\n"
    add_page(pdf, mark + lines())
    return save(pdf)


def exact_subset() -> bytes:
    """Han, Arabic script and Cyrillic, in fonts cut down to the letters that stand there."""
    table = Table((("编号", "رايون", "Район"), ("1", "شىمال", "Север")))
    return write_pdf([[Text("第二次听证记录"), Text("ئىككىنچى قېتىملىق خاتىرە"), table]], title="第二次听证记录")


def blank_margin() -> bytes:
    """A crop box that cuts off blank paper."""
    pdf = new_pdf()
    page = add_page(pdf, lines())
    page.CropBox = Array([10, 20, WIDTH_PT - 10, HEIGHT_PT - 10])
    return save(pdf)


def same_thumbnail() -> bytes:
    """A small picture of the page as it is."""
    pdf = new_pdf()
    page = add_page(pdf, shown_whole())
    image = picture(LINES, boxes=[BOX])
    page.Resources.XObject = Dictionary(Scan=image_object(pdf, image))
    page.obj.Thumb = image_object(pdf, image.resize((105, 75), Image.Resampling.LANCZOS))
    return save(pdf)


def turned_page() -> bytes:
    """A page that lies on its side, in a larger unit."""
    pdf = new_pdf()
    page = add_page(pdf, lines() + black_box())
    page.Rotate = 90
    page.UserUnit = 2
    return save(pdf)


def two_boxes_alike() -> bytes:
    """Two boxes of one width."""
    pdf = new_pdf()
    add_page(pdf, lines() + black_box() + rectangle(150, 96, BOX[2], BOX[3]) + text_at(40, 100, "And that of"))
    return save(pdf)


def letters_as_drawings() -> bytes:
    """Text of a font whose letters are drawings, all of them in use."""
    pdf = new_pdf()
    text = "seen again"
    codes = {letter: at + 65 for at, letter in enumerate(sorted(set(text)))}
    shown = bytes(codes[letter] for letter in text).decode("latin-1")
    page = add_page(pdf, lines() + text_at(40, 100, shown).replace(b"/F1", b"/T3"))
    page.Resources.Font.T3 = pdf.make_indirect(drawn_font(pdf, codes))
    return save(pdf)


def visible_pattern() -> bytes:
    """A pattern of lines under text."""
    pdf = new_pdf()
    page = add_page(pdf, b"/Pattern cs /P1 scn 30 90 360 30 re f\n" + lines())
    pattern = pdf.make_stream(
        b"0.8 G 0.5 w 0 0 m 6 6 l S",
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 6, 6]),
        XStep=6,
        YStep=6,
        Resources=Dictionary(),
    )
    page.Resources.Pattern = Dictionary(P1=pattern)
    return save(pdf)


MAKERS: tuple[Callable[[], bytes], ...] = (
    plain_box,
    dark_header,
    bar_chart,
    white_boxes,
    visible_layers,
    searchable_scan,
    scan_with_dark_header,
    plain_scan,
    empty_form,
    filled_form,
    ordinary_properties,
    yellow_highlight,
    saved_twice,
    rounded_picture,
    read_aloud,
    faint_watermark,
    exact_subset,
    blank_margin,
    same_thumbnail,
    turned_page,
    two_boxes_alike,
    letters_as_drawings,
    visible_pattern,
)
