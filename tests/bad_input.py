"""Writes files that are broken, hostile or odd, and says how reading each of them may end.

Everything here is invented and small on the disk (bombs are repeated compressed blocks). Names in the returned table
are relative to the folder; names that are no text are decoded as `os.fsdecode` does.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image

from fairwitness.core.outcome import Cause

_ANY_CRASH = {Cause.CRASH_SIGNAL, Cause.LIMIT_MEMORY, Cause.LIMIT_CPU, Cause.LIMIT_WALL}


@dataclass(frozen=True, slots=True)
class Expectation:
    """How reading one bad input may end, and the least that must come out of it.

    `outcomes` are those of the file itself (of its `End`, or of the walk for what is no file). `min_entries` counts
    entries of the container, read or not, `min_pages` pages read or missed; both at one level.
    """

    outcomes: frozenset[Cause]
    min_entries: int = 0
    min_pages: int = 0


def write_bad_inputs(folder: Path) -> dict[str, Expectation]:
    """All bad inputs lie in `folder`; the answer names each with what may come of it."""
    table: dict[str, Expectation] = {}

    def put(name: str | bytes, data: bytes, *outcomes: Cause, entries: int = 0, pages: int = 0) -> None:
        text = os.fsdecode(name)
        (folder / text).write_bytes(data)
        table[text] = Expectation(frozenset(outcomes), entries, pages)

    _put_simple(put)
    _put_pdfs(put)
    _put_archives(put)
    _put_office(put)
    _put_images(put)
    _put_mails(put)
    _put_names(put)
    (folder / "link-out-of-the-leak").symlink_to("/")
    table["link-out-of-the-leak"] = Expectation(frozenset({Cause.SYMLINK}))
    os.mkfifo(folder / "pipe")
    table["pipe"] = Expectation(frozenset({Cause.SPECIAL}))
    return table


def _put_simple(put) -> None:
    put("empty.pdf", b"", Cause.EMPTY)
    put("pdf-by-name-zip-by-content.pdf", zip_of({"列表.txt": "甲乙丙".encode()}), Cause.OK, entries=1)
    put("random.bin", bytes((i * 7919 + (i >> 3) * 104729) % 251 for i in range(5000)), Cause.UNSUPPORTED)


# --- PDF ---------------------------------------------------------------------------------------------------


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF whose objects are numbered from 1; the first one is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def plain_pdf(*, pages: bytes = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", box: bytes = b"0 0 300 200") -> bytes:
    """A PDF of one page with the words "List of villages 2017"."""
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        pages,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [" + box + b"] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        _stream(b"BT /F 12 Tf 20 100 Td (List of villages 2017) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def _put_pdfs(put) -> None:
    put("truncated.pdf", plain_pdf()[:120], Cause.UNREADABLE, Cause.PARTIAL)
    put("user-password.pdf", _encrypted_pdf(), Cause.ENCRYPTED)
    loop = b"<< /Type /Pages /Kids [2 0 R] /Count 1000000 /Parent 2 0 R >>"
    put(
        "page-tree-loop.pdf",
        plain_pdf(pages=loop),
        Cause.UNREADABLE,
        Cause.PARTIAL,
        Cause.EMPTY,
        Cause.LIMIT_OUTPUT,
        *_ANY_CRASH,
    )
    count = b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    put(
        "count-2147483647.pdf",
        plain_pdf(pages=count),
        Cause.OK,
        Cause.PARTIAL,
        Cause.NEEDS_OCR,
        Cause.LIMIT_OUTPUT,
        pages=1,
    )
    sizes = (Cause.OK, Cause.PARTIAL, Cause.NEEDS_OCR, Cause.EMPTY, Cause.LIMIT_OUTPUT, Cause.LIMIT_MEMORY)
    put("page-of-a-million-points.pdf", plain_pdf(box=b"0 0 1000000 1000000"), *sizes, pages=1)
    put("page-without-size.pdf", plain_pdf(box=b"0 0 0 0"), *sizes, pages=1)
    put("form-that-calls-itself.pdf", _form_loop(), *sizes, Cause.UNREADABLE, *_ANY_CRASH)
    put("pdf-with-attachment.pdf", _pdf_with_attachment(), Cause.OK, Cause.NEEDS_OCR, entries=1, pages=1)


def _encrypted_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def _pdf_with_attachment() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.attachments["附件.txt"] = "附件内容".encode()
        pdf.save(out)
    return out.getvalue()


def _form_loop() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /XObject << /X 5 0 R >> >> >>",
        _stream(b"/X Do"),
        _stream(b"/X Do /X Do", form),
    )


# --- archives ----------------------------------------------------------------------------------------------


def zip_of(members: dict[str, bytes]) -> bytes:
    """A ZIP of the members, deflated, with a fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2017, 3, 1, 12, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member as it is to stand in the file, right or wrong; `offset` makes it point at another's header."""

    name: bytes
    packed: bytes
    size_bytes: int
    crc: int
    method: int = 0
    flags: int = 0
    unix_mode: int = stat.S_IFREG | 0o644
    offset: int | None = None


def raw_zip(*members: ZipMember) -> bytes:
    """A ZIP written field by field (APPNOTE 6.3.10), so that it may lie."""
    body, directory = io.BytesIO(), io.BytesIO()
    for m in members:
        offset = body.tell() if m.offset is None else m.offset
        sizes = struct.pack("<III", m.crc, len(m.packed), m.size_bytes)
        common = struct.pack("<HHHHH", 20, m.flags, m.method, 0x6000, 0x4A61) + sizes
        common += struct.pack("<HH", len(m.name), 0)
        if m.offset is None:
            body.write(b"PK\x03\x04" + common + m.name + m.packed)
        made_by = struct.pack("<H", 0x031E)
        tail = struct.pack("<HHHII", 0, 0, 0, (m.unix_mode & 0xFFFF) << 16, offset)
        directory.write(b"PK\x01\x02" + made_by + common + tail + m.name)
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + end


def stored(name: bytes, data: bytes, **fields: int) -> ZipMember:
    """A member that is not compressed."""
    return ZipMember(name, data, len(data), zlib.crc32(data), **fields)


def zeros_deflated(blocks: int, block_bytes: int = 1 << 24) -> tuple[bytes, int, int]:
    """Raw deflate of `blocks` x `block_bytes` zeros, their number and their CRC-32, made from one block."""
    zeros = bytes(block_bytes)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    crc = 0
    for _ in range(blocks):
        crc = zlib.crc32(zeros, crc)
    return block * blocks + end, blocks * block_bytes, crc


def zip_bomb(blocks: int, *, name: bytes = b"zeros") -> bytes:
    """A ZIP with one member of `blocks` x 16 MiB zeros."""
    packed, size_bytes, crc = zeros_deflated(blocks)
    return raw_zip(ZipMember(name, packed, size_bytes, crc, method=8))


def zip_crypto(data: bytes, password: bytes) -> bytes:
    """`data` in the traditional encryption of PKWARE (APPNOTE 6.1), with its header of 12 bytes."""
    table = [0] * 256
    for i in range(256):
        c = i
        for _ in range(8):
            c = (c >> 1) ^ 0xEDB88320 if c & 1 else c >> 1
        table[i] = c
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in bytes(11) + bytes([zlib.crc32(data) >> 24]) + data:
        k = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((k * (k ^ 1)) >> 8 & 0xFF))
        update(byte)
    return bytes(out)


def tar_with_traps() -> bytes:
    """A TAR with names that lead out, links, a device, a pipe and a hard link; two of its nine members are plain."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:

        def add(name: str, kind: bytes = tarfile.REGTYPE, data: bytes = b"", target: str = "") -> None:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.linkname, member.mtime = kind, len(data), target, 1488326400
            archive.addfile(member, io.BytesIO(data))

        add("../../outside.txt", data=b"outside")
        add("/etc/cron.d/absolute", data=b"absolute")
        add("C:\\Windows\\drive.txt", data=b"drive")
        add("link", tarfile.SYMTYPE, target="/etc")
        add("link/through", data=b"through a link")
        add("hard", tarfile.LNKTYPE, target="../../outside.txt")
        add("device", tarfile.CHRTYPE)
        add("pipe", tarfile.FIFOTYPE)
        add("folder", tarfile.DIRTYPE)
    return out.getvalue()


def _put_archives(put) -> None:
    names = {"ئا.txt": b"a" * 3000, "乙.txt": bytes(range(256)) * 40, "ж.txt": b"c" * 10}
    whole = zip_of(names)
    put("truncated.zip", whole[: len(whole) // 2], Cause.PARTIAL, entries=1)
    put("bomb.zip", zip_bomb(64), Cause.LIMIT_OUTPUT, Cause.OK, entries=1)
    inner = zip_bomb(4)
    for _ in range(4):
        inner = zip_of({f"{i}.zip": inner for i in range(8)})
    put("nested-bomb.zip", inner, Cause.OK, entries=8)
    one = stored(b"same", bytes(1 << 20))
    copies = [stored(b"same", bytes(1 << 20), offset=0) for _ in range(499)]
    put("overlapping.zip", raw_zip(one, *copies), Cause.UNREADABLE, Cause.PARTIAL, entries=500)
    secret = "名单".encode() * 50
    locked = ZipMember(b"locked.txt", zip_crypto(secret, b"pw"), len(secret), zlib.crc32(secret), flags=1)
    put("encrypted.zip", raw_zip(locked), Cause.ENCRYPTED, Cause.PARTIAL, entries=1)
    put("half-encrypted.zip", raw_zip(locked, stored(b"open.txt", b"open")), Cause.PARTIAL, entries=2)
    put("traps.tar", tar_with_traps(), Cause.OK, Cause.PARTIAL, entries=9)
    put("truncated.tar", tar_with_traps()[:1600], Cause.PARTIAL, entries=1)
    once = gzip.compress(b"inner", mtime=0)
    put("gzip-in-gzip.gz", gzip.compress(once, mtime=0), Cause.OK, entries=1)
    put("truncated.gz", gzip.compress(_noise(), mtime=0)[:3000], Cause.PARTIAL, entries=1)
    put("truncated.bz2", bz2.compress(_noise())[:3000], Cause.PARTIAL, Cause.UNREADABLE, entries=1)
    put("truncated.xz", lzma.compress(_noise())[:3000], Cause.PARTIAL, Cause.UNREADABLE, entries=1)
    strange = [
        stored("名单.txt".encode("gbk"), b"1"),
        stored(b"a\nb\r.txt", b"2"),
        stored("\u202etxt.exe".encode(), b"3", flags=0x800),
        stored(b"\xff\xfe.txt", b"4"),
        stored(b"n" * 5000, b"5"),
        stored(b"../../../up.txt", b"6"),
    ]
    put("strange-names.zip", raw_zip(*strange), Cause.OK, entries=6)


# --- office and images -------------------------------------------------------------------------------------

_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>%s</Types>'
)
_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Target="%s" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"/></Relationships>'
)
_W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = b"application/vnd.openxmlformats-officedocument."


def docx_of(document: bytes) -> bytes:
    """A DOCX with this main part."""
    part = b'<Override PartName="/word/document.xml" ContentType="%swordprocessingml.document.main+xml"/>'
    return zip_of(
        {
            "[Content_Types].xml": _TYPES % (part % _OFFICE),
            "_rels/.rels": _RELS % (b"word/document.xml", b"officeDocument"),
            "word/document.xml": document,
        }
    )


def xlsx_of(sheet: bytes) -> bytes:
    """An XLSX with one sheet made of this part."""
    parts = (
        b'<Override PartName="/xl/workbook.xml" ContentType="%sspreadsheetml.sheet.main+xml"/>'
        b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="%sspreadsheetml.worksheet+xml"/>'
    )
    book = (
        b'<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    return zip_of(
        {
            "[Content_Types].xml": _TYPES % (parts % (_OFFICE, _OFFICE)),
            "_rels/.rels": _RELS % (b"xl/workbook.xml", b"officeDocument"),
            "xl/workbook.xml": book % _S,
            "xl/_rels/workbook.xml.rels": _RELS % (b"worksheets/sheet1.xml", b"worksheet"),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _put_office(put) -> None:
    body = b'<w:document xmlns:w="%s"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'
    bomb = b'<!DOCTYPE d [<!ENTITY a "' + b"x" * 100 + b'">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += b'<!ENTITY %s "%s">' % (after.encode(), b"&%s;" % before.encode() * 10)
    bomb += b"]>"
    refused = (Cause.UNREADABLE, Cause.PARTIAL, Cause.LIMIT_MEMORY, Cause.LIMIT_CPU)
    # A reader that leaves entities unresolved may also succeed: what counts is that nothing was expanded.
    put("entity-bomb.docx", docx_of(bomb + body % (_W, b"&i;")), *refused, Cause.OK, Cause.EMPTY)
    outside = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    put("external-entity.docx", docx_of(outside + body % (_W, b"before &f; after")), *refused, Cause.OK)
    levels = 1_000_000
    deep = b"<w:p>" * levels + b"</w:p>" * levels
    deep_document = b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (_W, deep)
    put("a-million-levels.docx", docx_of(deep_document), *refused, Cause.OK, Cause.EMPTY)
    far = (
        b'<worksheet xmlns="%s"><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is>'
        b"</c></row></sheetData></worksheet>"
    )
    put("one-far-cell.xlsx", xlsx_of(far % _S), Cause.OK, Cause.PARTIAL, pages=1)
    locked = ole_of({"EncryptionInfo": b"\x04\x00\x04\x00" + bytes(60), "EncryptedPackage": bytes(5000)})
    put("password.docx", locked, Cause.ENCRYPTED)


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _put_images(put) -> None:
    outcomes = (Cause.UNREADABLE, Cause.PARTIAL, Cause.NEEDS_OCR, Cause.EMPTY)
    rows = zlib.compress(b"".join(b"\0" + bytes((x * y) & 0xFF for x in range(400)) for y in range(400)))
    put("truncated.png", _png(400, 400, rows)[: len(rows) // 2], *outcomes)
    limits = (Cause.LIMIT_MEMORY, Cause.LIMIT_OUTPUT, Cause.UNREADABLE, Cause.PARTIAL, Cause.NEEDS_OCR)
    put("claims-60000-x-60000.png", _png(60_000, 60_000, zlib.compress(bytes(1000))), *limits)
    picture = Image.frombytes("L", (400, 400), bytes((x * y) & 0xFF for y in range(400) for x in range(400)))
    for kind in ("jpeg", "tiff"):
        out = io.BytesIO()
        picture.save(out, kind)
        put(f"truncated.{kind}", out.getvalue()[: out.tell() // 2], *outcomes)


# --- mail and names ----------------------------------------------------------------------------------------


def _put_mails(put) -> None:
    level = b"Subject: level\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
    put("nested-3000.eml", level * 3000 + b"Subject: last\r\n\r\nend\r\n", Cause.OK, entries=1, pages=1)
    group = (
        "From: Группа: a@example.org, b@example.org;\r\nTo: undisclosed-recipients:;\r\n"
        "Date: Thu, 99 Foo 2017 99:99:99\r\nSubject: =?gb2312?B?w/u1pQ==?= =?nocharset?Q?=FF?=\r\n\r\n正文\r\n"
    )
    put("group-address.eml", group.encode(), Cause.OK, pages=1)
    boundary = b'From: a@example.org\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    part = b'--x\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    damaged = base64.encodebytes(b"%PDF-1.4 " + bytes(200)).replace(b"A", b"*", 3)
    put("damaged-base64.eml", boundary + part + damaged + b"--x--\r\n", Cause.OK, Cause.PARTIAL, entries=1)
    depth = 2000
    nested = b"Subject: multipart\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for i in range(depth):
        nested += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1)
    put("multipart-2000-deep.eml", nested, Cause.OK, Cause.PARTIAL, Cause.EMPTY, Cause.LIMIT_DEPTH)


def _put_names(put) -> None:
    put("名单.txt".encode("gbk"), b"gbk\n", Cause.OK, pages=1)
    put(b"line\nfeed.txt", b"lf\n", Cause.OK, pages=1)
    put("\u202etxt.exe".encode(), b"bidi\n", Cause.OK, pages=1)
    put(b"\xff\xfe\x80.txt", b"invalid\n", Cause.OK, pages=1)
    put(b"l" * 251 + b".txt", b"long\n", Cause.OK, pages=1)


# --- OLE compound files ------------------------------------------------------------------------------------


def ole_of(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file ([MS-CFB] version 3) with these streams; "a/b" lies in storage "a".

    Siblings form a list instead of a balanced tree, which readers accept.
    """
    tree: dict[str, list[str]] = {"": []}
    for path in streams:
        parts = path.split("/")
        for depth in range(len(parts)):
            name, above = "/".join(parts[: depth + 1]), "/".join(parts[:depth])
            if name not in tree.setdefault(above, []):
                tree[above].append(name)
    paths = [""]
    for path in paths:
        paths.extend(tree.get(path, []))
    mini, mini_fat, big, fat = bytearray(), [], bytearray(), []

    def add_chain(store: bytearray, table: list[int], data: bytes, sector: int) -> int:
        count = -(-len(data) // sector)
        first = len(table)
        table.extend([*range(first + 1, first + count), 0xFFFFFFFE] if count else [])
        store.extend(data.ljust(count * sector, b"\0"))
        return first if count else 0xFFFFFFFE

    starts = {}
    for path, data in streams.items():
        small = len(data) < 4096
        starts[path] = add_chain(mini, mini_fat, data, 64) if small else add_chain(big, fat, data, 512)
    root_start, root_size = add_chain(big, fat, bytes(mini), 512), len(mini)
    packed_mini_fat = b"".join(struct.pack("<I", n) for n in mini_fat)
    mini_count = -(-len(packed_mini_fat) // 512)
    mini_start = add_chain(big, fat, packed_mini_fat.ljust(mini_count * 512, b"\xff"), 512)
    directory = b""
    for path in paths:
        is_stream = path in streams
        name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        siblings = tree[path.rpartition("/")[0]] if path else []
        after = siblings.index(path) + 1 if path else 0
        right = paths.index(siblings[after]) if path and after < len(siblings) else 0xFFFFFFFF
        child = paths.index(tree[path][0]) if tree.get(path) else 0xFFFFFFFF
        kind = 2 if is_stream else 1 if path else 5
        start = starts[path] if is_stream else root_start if not path else 0
        size = len(streams[path]) if is_stream else root_size if not path else 0
        directory += name.ljust(64, b"\0") + struct.pack("<HBB", len(name), kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", start, size)
    directory_start = add_chain(big, fat, directory, 512)
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    fat_start = len(fat)
    fat += [0xFFFFFFFD] * fat_sectors
    fat += [0xFFFFFFFF] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_start, 0, 4096, mini_start, mini_count, 0xFFFFFFFE, 0)
    difat = [*range(fat_start, fat_start + fat_sectors)]
    header += b"".join(struct.pack("<I", n) for n in difat + [0xFFFFFFFF] * (109 - len(difat)))
    return header + bytes(big) + b"".join(struct.pack("<I", n) for n in fat)


def _noise() -> bytes:
    """5,000 bytes that do not compress, the same every time."""
    return b"".join(hashlib.sha256(bytes([i])).digest() for i in range(157))[:5000]
