"""Small documents made by the tests: all names and texts in them are invented."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fairwitness.core.parts import End, PageMissed, PageText, Part, Source
from fairwitness.core.step import Step
from fairwitness.run.task import parts_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def source_of(data: bytes, media_type: str = "", charset: str = "") -> Source:
    return Source(io.BytesIO(data), len(data), "", media_type, charset)


def read(step: Step[Source, Part], data: bytes, media_type: str = "", charset: str = "") -> list[Part]:
    """What the step yields, run as the runners run it; exactly one `End`, and it is the last."""
    parts = list(parts_of(step, source_of(data, media_type, charset)))
    assert [type(part) is End for part in parts].count(True) == 1
    assert isinstance(parts[-1], End)
    return parts


def end_of(parts: Sequence[Part]) -> End:
    last = parts[-1]
    assert isinstance(last, End)
    return last


def pages_of(parts: Sequence[Part]) -> list[PageText]:
    return [part for part in parts if isinstance(part, PageText)]


def missed_of(parts: Sequence[Part]) -> list[PageMissed]:
    return [part for part in parts if isinstance(part, PageMissed)]


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{target}"/>' for i, kind, target in rows)
    return f'<Relationships xmlns="{PACKAGE_RELATIONS}">{inner}</Relationships>'


def docx(body: str, **parts: str | bytes) -> bytes:
    """A document with that body; further parts by names with / written as __ and . as _dot_."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:a="{A}"><w:body>{body}</w:body></w:document>',
    }
    for name, data in parts.items():
        members[name.replace("__", "/").replace("_dot_", ".")] = data
    return zipped(members)


def wp(text: str) -> str:
    return f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page of `pdf`: words at places in points, and how the page is boxed and turned."""

    words: tuple[tuple[float, float, str], ...] = ()
    media: tuple[float, float, float, float] = (0, 0, 420, 300)
    crop: tuple[float, float, float, float] | None = None
    rotate: int = 0
    user_unit: float = 1.0
    extra: str = ""  # of the content stream
    resources: str = ""
    keys: str = ""
    font: str = "/F1 14 Tf"


@dataclass(slots=True)
class Pdf:
    """Writes a PDF object by object."""

    objects: list[bytes] = field(default_factory=list)

    def add(self, body: str | bytes) -> int:
        self.objects.append(body if isinstance(body, bytes) else body.encode("latin-1"))
        return len(self.objects)

    def stream(self, data: bytes, keys: str = "") -> int:
        packed = zlib.compress(data)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {keys} >>\nstream\n".encode("latin-1")
        return self.add(head + packed + b"\nendstream")

    def finish(self, root: int, info: int = 0) -> bytes:
        out = bytearray(b"%PDF-1.7\n")
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        for place in places:
            out += f"{place:010d} 00000 n \n".encode()
        about = f"/Info {info} 0 R" if info else ""
        out += f"trailer << /Size {len(places) + 1} /Root {root} 0 R {about} >>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


def pdf(pages: Sequence[PdfPage], *, info: str = "", catalog: str = "") -> bytes:
    """A PDF with Helvetica as F1 and a Chinese font that is not embedded as F2 (its text written as hex UTF-16BE)."""
    file = Pdf()
    latin = file.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    descriptor = file.add(
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    child = file.add(
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor {descriptor} 0 R >>"
    )
    han = file.add(
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        f"/DescendantFonts [{child} 0 R] >>"
    )
    tree = len(file.objects) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        content = file.stream((_content(page) + page.extra).encode("latin-1"))
        crop = f"/CropBox [{_numbers(page.crop)}]" if page.crop else ""
        kids.append(
            file.add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [{_numbers(page.media)}] {crop} /Rotate {page.rotate} "
                f"/UserUnit {page.user_unit} /Contents {content} 0 R /Resources << /Font << /F1 {latin} 0 R "
                f"/F2 {han} 0 R >> {page.resources} >> {page.keys} >>"
            )
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    assert file.add(f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>") == tree
    about = file.add(f"<< {info} >>") if info else 0
    return file.finish(file.add(f"<< /Type /Catalog /Pages {tree} 0 R {catalog} >>"), about)


def _numbers(box: tuple[float, ...] | None) -> str:
    return " ".join(f"{number:f}" for number in box or ())


def _content(page: PdfPage) -> str:
    lines = []
    for x, y, word in page.words:
        if word.isascii():
            shown, font = "(" + word.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")", page.font
        else:
            shown, font = f"<{word.encode('utf-16-be').hex()}>", "/F2 16 Tf"
        lines.append(f"BT {font} {x:g} {y:g} Td {shown} Tj ET\n")
    return "".join(lines)


IMAGE = (
    "/XObject << /Im1 {number} 0 R >>",
    "<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 64 >>\n"
    "stream\n" + "A" * 64 + "\nendstream",
)


def scanned_pdf(text: str = "", *, cover: float = 1.0) -> bytes:
    """One page of 400 x 300 points with an image over the share `cover` of its height, and perhaps some text."""
    file = Pdf()
    image = file.add(IMAGE[1])
    font = file.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    drawn = f"q 400 0 0 {300 * cover:g} 0 0 cm /Im1 Do Q\n"
    if text:
        drawn += f"BT /F1 12 Tf 3 Tr 20 20 Td ({text}) Tj ET\n"
    content = file.stream(drawn.encode())
    file.add(
        f"<< /Type /Page /Parent 5 0 R /MediaBox [0 0 400 300] /Contents {content} 0 R /Resources << "
        f"/XObject << /Im1 {image} 0 R >> /Font << /F1 {font} 0 R >> >> >>"
    )
    file.add("<< /Type /Pages /Kids [4 0 R] /Count 1 >>")
    return file.finish(file.add("<< /Type /Catalog /Pages 5 0 R >>"))
