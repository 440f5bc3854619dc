"""Takes every way through the step once, on a file of our own: behind the lock nothing can be loaded any more."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from fairwitness.core.parts import Source
from fairwitness.publish.check_pdf.step import CheckPdf

_TABLE = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0041> endbfchar"
_CONTENT = (
    b"% note\n/Span << /ActualText (A) >> BDC BT /F1 12 Tf 9 9 Td (A) Tj ET EMC /I1 Do BT 3 Tr 9 30 Td (B) Tj ET "
    b"1 1 1 rg BT 0 Tr 9 50 Td (CD) Tj ET /P1 Do q 50 0 0 50 20 20 cm /I2 Do Q /Pattern cs /T1 scn 0 0 9 9 re f"
)


def warm() -> None:
    """Everything that judging a file needs is loaded."""
    data = _file()
    update = b"7 0 obj\n(A)\nendobj\nxref\n0 0\ntrailer\n<< /Size 40 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    for each in (data, data + update % (start, len(data) + 22)):
        list(CheckPdf()(Source(BytesIO(each), len(each))))
    locked = BytesIO()  # against change alone: what decrypts it is loaded at its first use
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="owner", user=""))
    list(CheckPdf()(Source(locked, len(locked.getvalue()))))


def _file() -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(90, 90))
    grey = Image.linear_gradient("L").resize((64, 64))
    jpeg = BytesIO()
    grey.save(jpeg, "JPEG", exif=Image.Exif())
    small = jpeg.getvalue()
    segment = b"\xff\xe1" + (len(small) + 8).to_bytes(2, "big") + b"Exif\0\0" + small
    shape = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 64, "Height": 64, "BitsPerComponent": 8}
    shape |= {"ColorSpace": Name.DeviceGray}
    photo = pdf.make_stream(small[:2] + segment + small[2:], Filter=Name.DCTDecode, **shape)
    plain = pdf.make_stream(grey.tobytes(), **shape)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/ABCDEF+Helvetica"))
    font.ToUnicode = pdf.make_stream(_TABLE)
    tile = {"Type": Name.Pattern, "PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 9, "YStep": 9}
    text = pdf.make_stream(b"BT /F1 9 Tf (E) Tj ET", BBox=Array([0, 0, 9, 9]), **tile)
    text.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Resources = Dictionary(
        Font=Dictionary(F1=font),
        XObject=Dictionary(I1=photo, I2=plain, I3=pdf.make_stream(grey.tobytes(), **shape)),
        Pattern=Dictionary(T1=text),
    )
    page.Contents = pdf.make_stream(_CONTENT)
    page.obj.Thumb = pdf.make_stream(grey.tobytes(), **shape)
    page.obj.PieceInfo = Dictionary(A=pdf.make_stream("ä".encode("utf-16")))
    pdf.docinfo[Name.Title] = String("Ж")
    pdf.docinfo[Name.Subject] = String("a – b")
    out = BytesIO()
    pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()
