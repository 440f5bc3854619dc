"""What a file is, from its content: `identify` gives the media type, `family_of` the short word for queries.

The extension (`Source.hint`) only decides between kinds of plain text; it never overrides a signature.
Packages that are ZIP inside and that no reader of ours knows (InDesign, JAR, KMZ ...) are called
application/zip, so that they are unpacked and their parts read, instead of being named exactly and left
closed.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from typing import BinaryIO

import olefile

from fairwitness.core.parts import Kind, Source
from fairwitness.intake._signatures import (
    EMPTY,
    FAMILY_OF,
    FTYP,
    MAGIC,
    MS,
    ODF,
    OLE,
    OLE_MAGIC,
    OLE_STREAMS,
    OOXML,
    RIFF,
    UNKNOWN,
)
from fairwitness.text.encoding import HEAD_BYTES, decode_bytes, detect_encoding, detect_file

IDENTIFY_VERSION = "10"  # raised whenever a file may be taken for another type than before


def family_of(media_type: str) -> str:
    """The short name that the query field `type:` uses for a media type; "other" if there is none."""
    known = FAMILY_OF.get(media_type)
    if known:
        return known
    main = media_type.partition("/")[0]
    return main if main in ("image", "audio", "video", "text", "font") else "other"


_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")

# Identifiers of CMS and PKCS #7 (1.2.840.113549.1.7 and .1.9.16.1)
_CMS = re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07|\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01")
_NOT_HERE = 0xFFFFFFFF
_MAX_DIRECTORY_BYTES = 64 << 20  # a central directory beyond this is an archive, not an office file
_MAX_TYPES_BYTES = 4 << 20
# version, run-length coding, bits a pixel
_PCX_STARTS = frozenset(bytes([version, 1, bits]) for version in (0, 2, 3, 4, 5) for bits in (1, 2, 4, 8))
_PNM = re.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d{1,6}\s+(?:#[^\n]*\n\s*)*\d{1,6}\s")
_TGA_KINDS = frozenset(bytes([kind]) for kind in (1, 2, 3, 9, 10, 11))
_TGA_END = b"TRUEVISION-XFILE.\0"


def identify(source: Source) -> Kind:
    """The media type of the content, and the encoding where it is plain text.

    The position of the file does not matter and is not kept. Nothing is raised for damaged content: what
    cannot be told apart is its outer type, or application/octet-stream.
    """
    if source.size_bytes == 0:
        return Kind(EMPTY)
    source.file.seek(0)
    head = source.file.read(HEAD_BYTES)
    if not head:
        return Kind(EMPTY)
    binary = _by_signature(source.file, head)
    if binary:
        return Kind(binary)
    return _by_text(source, head) or Kind(_by_weak_signature(source.file, head) or UNKNOWN)


def _by_signature(file: BinaryIO, head: bytes) -> str:
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08PK\3\4", b"PK00PK\3\4")):
        return _identify_zip(file, head)
    if head.startswith(OLE_MAGIC):
        return _identify_ole(file)
    for offset, magic, media_type in MAGIC:
        if head.startswith(magic, offset) and not (magic.isalnum() and _is_line_of_text(head[:512])):
            refined = _refine(media_type, head)
            if refined:
                return refined
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12], "")
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "video/quicktime"
    if head[1:2] in (b"\0", b"\1") and head[2:3] in _TGA_KINDS and _tail(file, 18) == _TGA_END:
        return "image/x-tga"
    return _by_structure(head) or ("application/x-dbf" if _is_dbf(file, head) else "")


def _is_line_of_text(start: bytes) -> bool:
    """Nothing in it but printable ASCII: a sentence may begin with any signature made of letters."""
    return start.isascii() and not _CONTROL.search(start)


def _refine(media_type: str, head: bytes) -> str:
    if media_type == "video/x-matroska" and b"webm" in head[:64]:
        return "video/webm"
    if media_type == "application/x-bplist" and b"WebMainResource" in head:
        return "application/x-webarchive"
    if media_type == "audio/ogg" and (b"theora" in head[:256] or b"\x01video" in head[:256]):
        return "video/ogg"
    icons = ("image/vnd.microsoft.icon", "image/x-win-bitmap")
    if media_type in icons and not (0 < int.from_bytes(head[4:6], "little") < 256 and head[9:10] == b"\0"):
        return ""
    return media_type


def _by_brand(head: bytes) -> str:
    """An ISO base media file by its brands: the first, or, where that is general, one of the others (ISO 14496-12)."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    others = {head[at : at + 4] for at in range(16, size - 3, 4)}
    if head[8:12] in (b"mif1", b"msf1") and others & {b"avif", b"avis"}:
        return "image/avif"
    return FTYP.get(head[8:12], "video/mp4")


def _by_structure(head: bytes) -> str:
    """Types whose signature is so short that the bytes around it have to agree."""
    if (
        head.startswith(b"BM")
        and len(head) > 18
        and head[6:10] == b"\0\0\0\0"
        and head[14] in (12, 40, 52, 56, 64, 108, 124)
    ):
        return "image/bmp"
    if head[:1] == b"\x0a" and head[1:4] in _PCX_STARTS and head[64:65] == b"\0":
        return "image/x-pcx"
    if _PNM.match(head):
        return "image/x-portable-anymap"
    if head.startswith(b"MZ") and len(head) >= 64:
        at = int.from_bytes(head[60:64], "little")
        if head[at : at + 2] in (b"PE", b"NE", b"LE", b"LX") or at == 0 or at > len(head):
            return "application/vnd.microsoft.portable-executable"
    if head.startswith(b"\xca\xfe\xba\xbe"):
        return "application/java-vm" if head[4:8] > b"\0\0\0\x28" else "application/x-mach-binary"
    if head[:1] == b"\x30" and _CMS.search(head[:32]):
        return "application/pkcs7-mime"
    if _is_old_tar(head):
        return "application/x-tar"
    return ""


_DBF_VERSIONS = frozenset(b"\x02\x03\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5\xfb")


def _is_dbf(file: BinaryIO, head: bytes) -> bool:
    """A table of dBASE: no signature, but a date, sizes that fit one another and the file, and fields with names."""
    if len(head) < 65 or head[0] not in _DBF_VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    count, start, record_bytes = struct.unpack_from("<IHH", head, 4)
    size = file.seek(0, 2)
    fits = record_bytes >= 2 and start + count * record_bytes <= size + record_bytes + 1
    if start < 65 or not fits or not re.fullmatch(rb"[^\0-\x20]{1,11}\0*", head[32:43].rstrip(b"\0")):
        return False
    return chr(head[43]) in "CNLDMFBGPYTI@O+0WQV" and b"\r" in head[max(0, start - 264) : start + 1]


def _is_old_tar(head: bytes) -> bool:
    """A tar header without the word ustar: only its checksum tells (POSIX.1-1988)."""
    if len(head) < 512 or head[0] == 0:
        return False
    field = head[148:156].strip(b"\0 ")
    if not re.fullmatch(rb"[0-7]{3,7}", field):
        return False
    return sum(head[:148]) + 8 * 32 + sum(head[156:512]) == int(field, 8)


def _by_weak_signature(file: BinaryIO, head: bytes) -> str:
    """Signatures that a text may hold as well, asked when the content is no text."""
    if _tail(file, 512).startswith(b"koly"):
        return "application/x-apple-diskimage"
    if _is_headless_pdf(file, head):
        return "application/pdf"
    if b"PK\5\6" in _tail(file, 65_557) and b"PK\1\2" in _tail(file, 1 << 20):
        return "application/zip"  # a self-extracting archive, or the last part of a split one
    if head[0] == 0x78 and len(head) > 2 and (head[0] * 256 + head[1]) % 31 == 0:
        try:
            zlib.decompressobj().decompress(head, 1024)
        except zlib.error:
            return ""
        return "application/zlib"
    if head[0] == 0xFF and len(head) > 4:
        if head[1] in (0xF1, 0xF9):
            return "audio/aac"
        if head[1] & 0xE6 in (0xE2, 0xE4) and head[2] & 0xF0 != 0xF0:
            return "audio/mpeg"
    return ""


def _is_headless_pdf(file: BinaryIO, head: bytes) -> bool:
    """A PDF after other bytes or without its first line; readers take both (ISO 32000-1, annex H.3.4.1)."""
    if b"%PDF-" not in head[:1024] and not re.search(rb"\d \d+ obj\b", head[:1024]):
        return False
    return b"startxref" in _tail(file, 2048) or (b"%PDF-" in head[:1024] and b" obj" in head)


def _tail(file: BinaryIO, count: int) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - count))
    return file.read(count)


# --- ZIP packages
# -------------------------------------------------------------------------------------------------

_MAIN_PART = re.compile(
    rb"""ContentType\s*=\s*["']application/(vnd\.[A-Za-z0-9.\-]+?)\.main\+xml["']"""
    rb"""|ContentType\s*=\s*["']application/(vnd\.ms-excel\.sheet\.binary\.macroEnabled)\.main["']""",
)
_ROOT_ENTRY = re.compile(rb"""media-type="([a-z0-9.+/\-]{1,100})"[^>]{0,200}?full-path="/\"""")
_IWORK = frozenset({"index.xml", "index.apxl", "index.xml.gz", "index.apxl.gz"})
_MAIN_PARTS = (
    ("word/document.xml", f"{OOXML}wordprocessingml.document"),
    ("xl/workbook.xml", f"{OOXML}spreadsheetml.sheet"),
    ("xl/workbook.bin", f"{MS}excel.sheet.binary.macroenabled.12"),
    ("ppt/presentation.xml", f"{OOXML}presentationml.presentation"),
)


def _identify_zip(file: BinaryIO, head: bytes) -> str:
    declared = _stored_mimetype(head)
    if declared and (declared in FAMILY_OF or declared.startswith(ODF)):
        return declared
    if _directory_bytes(file) > _MAX_DIRECTORY_BYTES:
        return "application/zip"
    try:
        with zipfile.ZipFile(file) as archive:
            return _identify_package(archive)
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, EOFError, NotImplementedError, zlib.error):
        return _identify_torn_zip(head)


def _identify_package(archive: zipfile.ZipFile) -> str:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    if "[content_types].xml" in names:
        info = archive.getinfo(names["[content_types].xml"])
        main = "" if info.flag_bits & 1 else _main_part(archive, info)
        return main or _by_parts(names)
    if _is_iwork(names):
        return "application/vnd.apple.iwork"
    if "mimetype" in names and "meta-inf/manifest.xml" in names and "content.xml" in names:
        with archive.open(names["mimetype"]) as member:
            declared = member.read(200).decode("ascii", "replace").strip()
        return declared if declared in FAMILY_OF else "application/zip"
    if "meta-inf/manifest.xml" in names and "content.xml" in names:
        return _by_manifest(archive, names["meta-inf/manifest.xml"])
    if "meta-inf/container.xml" in names and any(name.endswith(".opf") for name in names):
        return "application/epub+zip"
    return _by_parts(names)


def _by_manifest(archive: zipfile.ZipFile, name: str) -> str:
    """What the manifest of a package of OpenOffice 1 says that it is: those have no member called mimetype."""
    with archive.open(name) as member:
        data = member.read(_MAX_TYPES_BYTES)
    found = _ROOT_ENTRY.search(data)
    declared = found[1].decode("ascii") if found else ""
    return declared if declared in FAMILY_OF else "application/zip"


def _main_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    with archive.open(info) as member:
        data = member.read(_MAX_TYPES_BYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    for found in _MAIN_PART.finditer(data):
        kind = (found[1] or found[2]).decode().lower().replace("macroenabledtemplate", "macroenabled")
        media_type = "application/" + kind + (".12" if kind.endswith("macroenabled") else "")
        if media_type in FAMILY_OF:
            return media_type
    return ""


def _is_iwork(names: dict[str, str]) -> bool:
    """Pages, Keynote and Numbers: of 2013 and later, then of 2005 to 2009."""
    newer = "index.zip" in names or "index/document.iwa" in names
    return newer or (bool(names.keys() & _IWORK) and "buildversionhistory.plist" in names)


def _by_parts(names: dict[str, str]) -> str:
    if any(name.endswith((".fdseq", ".fpage")) for name in names):
        return f"{MS}xpsdocument"
    return next((media_type for part, media_type in _MAIN_PARTS if part in names), "application/zip")


def _identify_torn_zip(head: bytes) -> str:
    """A package whose directory is lost is told by the names in its first local headers."""
    for part, media_type in _MAIN_PARTS:
        if part.encode() in head and b"[Content_Types].xml" in head:
            return media_type
    return "application/zip"


def _stored_mimetype(head: bytes) -> str:
    """The media type that ODF and EPUB packages store, uncompressed, in their first member."""
    if len(head) < 38 or head[30:38] != b"mimetype" or head[8:10] != b"\0\0":
        return ""
    start = 38 + int.from_bytes(head[28:30], "little")
    length = int.from_bytes(head[22:26], "little")
    if not 0 < length <= 200:
        end = head.find(b"PK", start)  # written by a streaming writer: the length follows the data
        length = max(0, min(end - start, 200))
    declared = re.match(rb"[a-z0-9][a-z0-9.+/\-]*", head[start : start + length])
    return declared[0].decode() if declared else ""


def _directory_bytes(file: BinaryIO) -> int:
    """Size of the central directory as the end record claims it; 0 if there is none."""
    tail = _tail(file, 65_557)
    at = tail.rfind(b"PK\5\6")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    wide = tail.rfind(b"PK\6\6", 0, max(at, 0))  # the end record of Zip64, where the size does not fit
    return int.from_bytes(tail[wide + 40 : wide + 48], "little") if size == _NOT_HERE and wide >= 0 else size


# --- OLE2
# ---------------------------------------------------------------------------------------------------------


def _identify_ole(file: BinaryIO) -> str:
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as storage:
            names = {entry[0].lower().strip("\x05") for entry in storage.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, KeyError, struct.error, RecursionError, TypeError, AttributeError):
        return OLE
    return next((media_type for name, media_type in OLE_STREAMS if name in names), OLE)


# --- text
# ---------------------------------------------------------------------------------------------------------

_HEADER = re.compile(
    r"(?im)^(from|to|cc|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|reply-to"
    r"|sender|in-reply-to|references|x-[a-z0-9-]+|dkim-signature|thread-topic|arc-[a-z-]+|content-transfer-encoding"
    r"|authentication-results|user-agent|x400-[a-z-]+|disposition-notification-to|importance|priority|list-[a-z]+):"
)
_MAILBOX_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\d\d:\d\d.*\d{4}")
_EMLX = re.compile(r"\d{1,12}[ \t]*\r?\n(?=[!-9;-~]{1,76}:)")  # Apple Mail begins with the number of bytes
_SURE_HEADERS = frozenset({"from", "date", "received", "message-id", "mime-version", "subject"})
_PART_HEADERS = frozenset({"content-type", "content-transfer-encoding"})
_HEADER_LINE = re.compile(r"[!-9;-~]{1,76}:[ \t\r\n]?")
_HTML = re.compile(
    r"(?is)\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html|<head[\s>]|<body[\s>]|<title[\s>])"
)
_TAG = re.compile(r"(?is)<(p|div|table|br|h[1-6]|span|ul|ol|a|font|meta|script|style)[\s>/]")
_ROOT = re.compile(
    r"(?s)\s*+(?:(?><\?.*?\?>\s*)|(?><!--.*?-->\s*)|(?><!DOCTYPE[^\[>]*(?:\[[^\]]*\])?\s*>\s*))*+"
    r"<([A-Za-z_][\w.:\-]*)([^>]*)"
)
# Root, in lower case, of an office document that is one XML file -> its type, and what else must be near the beginning.
_FLAT_OFFICE = {
    "worddocument": (f"{MS}word.2003+xml", "schemas.microsoft.com/office/word/2003/wordml"),
    "package": (f"{MS}word.flat+xml", "schemas.microsoft.com/office/2006/xmlPackage", "Word.Document"),
    "workbook": (f"{MS}excel.2003+xml", "urn:schemas-microsoft-com:office:spreadsheet"),
}
_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd"})
_CSV = frozenset({"csv"})
_TSV = frozenset({"tsv", "tab"})


def _by_text(source: Source, head: bytes) -> Kind | None:
    """The kind of plain text, or None if this is no text."""
    complete = len(head) < HEAD_BYTES
    charset = detect_file(source.file) if not complete else detect_encoding(head, complete=True)
    text = decode_bytes(head, charset)
    if not _is_text(text, complete=complete):
        return None
    if text.startswith("{\\rtf"):
        return Kind("application/rtf")
    marked = _by_markup(text, source.hint)
    if marked:
        return Kind(marked)
    mail = _by_headers(text)
    if mail:
        return Kind(mail)
    if _is_headless_pdf(source.file, head):
        return Kind("application/pdf")
    return Kind(_plain_type(text, source.hint, complete=complete), charset)


def _is_text(text: str, *, complete: bool) -> bool:
    if not complete:
        text = text[:-1]  # the last character may be cut
    controls = sum(text.count(chr(code)) for code in (*range(9), 11, *range(14, 27), *range(28, 32), 127))
    lost = text.count("\ufffd")
    return controls * 200 <= len(text) and lost * 20 <= len(text) and bool(text)


def _by_markup(text: str, hint: str) -> str:
    start = text.lstrip()[:1]
    if start != "<":
        return ""
    root = _ROOT.match(text[:20_000])
    name = root[1].rpartition(":")[2].lower() if root else ""
    if name == "html" or _HTML.match(text[:20_000]):
        return "application/xhtml+xml" if text.lstrip().startswith("<?xml") else "text/html"
    if root and name == "document" and "office:mimetype" in root[2]:
        found = re.search(r"opendocument\.(text|spreadsheet|presentation)", root[2])
        return f"{ODF}{found[1]}-flat-xml" if found else "application/xml"
    if name == "svg":
        return "image/svg+xml"
    if root and name in _FLAT_OFFICE and all(mark in text[:20_000] for mark in _FLAT_OFFICE[name][1:]):
        return _FLAT_OFFICE[name][0]
    if name == "plist":
        return "application/x-plist"
    if text.lstrip().startswith("<?xml"):
        return "application/xml"
    if hint in ("htm", "html", "shtml") or len(_TAG.findall(text[:4096])) >= 3:
        return "text/html"
    closed = root is not None and text.rstrip().endswith((f"</{root[1]}>", "/>"))
    return "application/xml" if closed or (root and hint in ("xml", "rss", "xsl", "xsd", "rdf", "kml", "fb2")) else ""


def _by_headers(text: str) -> str:
    """A mail or a mailbox: two known headers before the first empty line, all of it looking like headers."""
    if counted := _EMLX.match(text):
        return "message/x-emlx" if _by_headers(text[counted.end() :]) == "message/rfc822" else ""
    mailbox = re.match(r"\s{0,4}From \S.*\d{2,4}.*\r?\n", text)
    block = text[mailbox.end() if mailbox else 0 :].lstrip("\r\n")[:16_384]
    block = re.split(r"\r?\n[ \t]*\r?\n", block, maxsplit=1)[0]
    known = {found[1].lower() for found in _HEADER.finditer(block)}
    if mailbox and _MAILBOX_DATE.search(mailbox[0]):
        return "application/mbox"
    sure = known & _SURE_HEADERS or known >= _PART_HEADERS  # the content of a signed mail begins as a part does
    if len(known) < (1 if mailbox else 2) or not (mailbox or sure):
        return ""
    lines = [line for line in block.splitlines() if line[:1] not in (" ", "\t", "")]
    good = sum(1 for line in lines if _HEADER_LINE.match(line))
    if not _HEADER_LINE.match(lines[0]) or good * 10 < len(lines) * 8:
        return ""
    return "application/mbox" if mailbox else "message/rfc822"


def _plain_type(text: str, hint: str, *, complete: bool) -> str:
    if _is_json(text, complete=complete):
        return "application/json"
    if text.startswith("BEGIN:VCARD"):
        return "text/vcard"
    if text.startswith("BEGIN:VCALENDAR"):
        return "text/calendar"
    if hint in _CSV:
        return "text/csv"
    if hint in _TSV:
        return "text/tab-separated-values"
    if hint in _MARKDOWN:
        return "text/markdown"
    return _by_columns(text) or "text/plain"


def _is_json(text: str, *, complete: bool) -> bool:
    start = text.lstrip()
    if start[:1] not in ("{", "["):
        return False
    if complete:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return bool(re.match(r'\{\s*"[^"\n]*"\s*:', start))  # damaged, or one object a line
        return True
    return bool(re.match(r'(\{\s*"[^"\n]*"\s*:|\[\s*[\[{"\d\-])', start))


def _by_columns(text: str) -> str:
    """Text/csv where twenty lines hold the same number of one separator, at least two each."""
    lines = [line for line in text.splitlines()[:21] if line.strip()][:20]
    if len(lines) < 5:
        return ""
    for separator, media_type in (("\t", "text/tab-separated-values"), (";", "text/csv"), (",", "text/csv")):
        counts = {line.count(separator) for line in lines}
        if len(counts) == 1 and counts.pop() >= 2:
            return media_type
    return ""
