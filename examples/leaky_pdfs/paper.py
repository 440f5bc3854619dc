"""Sheets of paper for the PDF files that leak: one page of invented text with a black box where a name was."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

NAME = "Zorvan Quellmar"
CYRILLIC = "Зорван Куэльмар"
HAN = "佐万奎"
UYGHUR = "زورۋان كۇئېلمار"
WIDTH_PT, HEIGHT_PT = 420, 300
SCAN_DPI = 150
BOX = (150, 196, 160, 18)
"""Left, bottom, width and height in points of the box where the name was; wider than any name."""

NAME_AT = (156, 200)
SIZE_PT = 12
LINES = (
    (40, 250, "Record of the second hearing"),
    (40, 200, "The statement of"),
    (318, 200, "was heard."),
    (40, 170, "The witness was asked about the winter of that year"),
    (40, 150, "and about the road to the northern district."),
    (40, 60, "Page 1 of 1"),
)


def text_at(x: float, y: float, text: str, size: float = SIZE_PT, more: str = "") -> bytes:
    """The commands that show Latin text at a place of the page."""
    quoted = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {more} /F1 {size:g} Tf 1 0 0 1 {x:g} {y:g} Tm ({quoted}) Tj ET\n".encode("latin-1")


def rectangle(x: float, y: float, width: float, height: float, grey: float = 0) -> bytes:
    """The commands that fill a rectangle with a grey from 0 (black) to 1."""
    return f"q {grey:g} g {x:g} {y:g} {width:g} {height:g} re f Q\n".encode()


def lines(*, grey: float = 0) -> bytes:
    """The commands that show what everybody may read."""
    return f"{grey:g} g\n".encode() + b"".join(text_at(x, y, text) for x, y, text in LINES)


def black_box() -> bytes:
    """The commands that paint the box."""
    return rectangle(*BOX)


def new_pdf() -> pikepdf.Pdf:
    """A document without pages and without a word about itself."""
    return pikepdf.new()


def helvetica() -> Dictionary:
    """The font of every viewer."""
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)


def add_page(pdf: pikepdf.Pdf, content: bytes, resources: Mapping[str, object] | None = None) -> pikepdf.Page:
    """A page with that content; its resources are Helvetica as F1 and `resources`."""
    page = pdf.add_blank_page(page_size=(WIDTH_PT, HEIGHT_PT))
    page.Contents = pdf.make_stream(content)
    page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(helvetica())))
    for name, value in (resources or {}).items():
        page.Resources[f"/{name}"] = value
    return page


def save(pdf: pikepdf.Pdf, *, objects: bool = False) -> bytes:
    """The bytes of the document, the same each time; without object streams, so that it can be added to."""
    out = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if objects else pikepdf.ObjectStreamMode.disable
    pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def redacted(more: bytes = b"", before: bytes = b"") -> tuple[pikepdf.Pdf, pikepdf.Page]:
    """A document with one page on which nothing of the name is left but what the caller adds."""
    pdf = new_pdf()
    return pdf, add_page(pdf, before + lines() + black_box() + more)


def update(data: bytes, objects: Mapping[int, bytes], root: int | None = None) -> bytes:
    """The file with objects added or replaced behind its end, as an editor that saves incrementally does it."""
    with pikepdf.open(BytesIO(data)) as pdf:
        size = max(int(pdf.trailer.Size), *(number + 1 for number in objects))
        root = pdf.Root.objgen[0] if root is None else root
    previous = int(data.rsplit(b"startxref", 1)[1].split()[0])
    out, places = bytearray(data), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, start)
    return bytes(out)


def stream(content: bytes, more: bytes = b"") -> bytes:
    """The body of a compressed stream object."""
    packed = zlib.compress(content)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), more) + packed + b"\nendstream"


def free_number(data: bytes) -> int:
    """The first object number that the file does not use."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return int(pdf.trailer.Size)


def content_number(data: bytes) -> int:
    """The number of the content stream of the first page."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return int(pdf.pages[0].Contents.objgen[0])


def picture(
    pieces: Sequence[tuple[float, float, str]],
    *,
    dpi: int = SCAN_DPI,
    boxes: Sequence[tuple[float, float, float, float]] = (),
    paper: int = 245,
) -> Image.Image:
    """A grey scan of the page with text at the given places (points, from the bottom) and black boxes painted in."""
    scale = dpi / 72
    image = Image.new("L", (round(WIDTH_PT * scale), round(HEIGHT_PT * scale)), paper)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=SIZE_PT * scale)
    for x, y, text in pieces:
        draw.text((x * scale, (HEIGHT_PT - y) * scale), text, fill=20, font=font, anchor="ls")
    for x, y, width, height in boxes:
        top = (HEIGHT_PT - y - height) * scale
        draw.rectangle((x * scale, top, (x + width) * scale, top + height * scale), fill=0)
    noise = np.random.default_rng(7).normal(0, 3, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


@cache
def with_name() -> Image.Image:
    """The scan as it was before anything was painted."""
    return picture([*LINES, (*NAME_AT, NAME)])


@cache
def painted() -> Image.Image:
    """The scan with the name painted over in its pixels."""
    return picture([*LINES, (*NAME_AT, NAME)], boxes=[BOX])


def image_object(pdf: pikepdf.Pdf, image: Image.Image, **more: object) -> pikepdf.Object:
    """An image as a PDF holds it, without loss."""
    space = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}[image.mode]
    return pdf.make_stream(
        image.tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=space,
        BitsPerComponent=8,
        **more,
    )


def jpeg_object(pdf: pikepdf.Pdf, data: bytes, image: Image.Image) -> pikepdf.Object:
    """An image as its JPEG file."""
    return pdf.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=Name.DeviceGray if image.mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def shown_whole(name: str = "Scan") -> bytes:
    """The commands that show an image as large as the page."""
    return f"q {WIDTH_PT} 0 0 {HEIGHT_PT} 0 0 cm /{name} Do Q\n".encode()


def hidden_text(pieces: Sequence[tuple[float, float, str]]) -> bytes:
    """The text layer of a scan: text that is shown in no way (rendering mode 3)."""
    return b"".join(text_at(x, y, text, more="3 Tr") for x, y, text in pieces) + b"BT 0 Tr ET\n"


def form(pdf: pikepdf.Pdf, content: bytes, box: Sequence[float], **more: object) -> pikepdf.Object:
    """A form: a piece of page that can be shown at any place."""
    return pdf.make_stream(
        content,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array(list(box)),
        Resources=Dictionary(Font=Dictionary(F1=helvetica())),
        **more,
    )


def rect_of(box: tuple[float, float, float, float] = BOX) -> Array:
    """A rectangle by its corners, as annotations want it."""
    x, y, width, height = box
    return Array([x, y, x + width, y + height])
