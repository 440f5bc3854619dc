"""Marks in the bytes of a file that no reader tells of: small pictures, notes of makers, manifests, revision numbers.

A step, to be taken in the locked child alone: it parses bytes that others made.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  names in ZIP files; behind the lock nothing can be loaded
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import pikepdf
from PIL import ExifTags, Image

import fairwitness.read.render  # noqa: F401  loads every decoder now: behind the lock nothing can be loaded
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.publish.source_marks_text import text_marks

_MAX_PART_BYTES = 32 << 20
_MAX_OBJECTS = 200_000
_PIECE_BYTES = 1 << 20
_OVERLAP_BYTES = 64
_HEAD_BYTES = 1 << 16
_C2PA = (b"jumdc2pa", b"c2pa.assertions", b"c2pa.claim")  # a JUMBF box of C2PA, and what stands in every manifest
_RSID = re.compile(rb"w:rsid[A-Za-z]*=\"([0-9A-Fa-f]{8})\"|<w:rsid w:val=\"([0-9A-Fa-f]{8})\"")
_AUTHOR = re.compile(rb"<w:(?:ins|del|comment|moveFrom|moveTo)\b[^>]*\bw:author=\"([^\"]*)\"")
_STATES = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)\b")
_THUMBNAIL = re.compile(r"(^|/)(thumbnails?/|thumbnail\.)", re.IGNORECASE)
_UNSEEN = frozenset({"zero_width", "bidi_control", "variation_selector", "tag_character"})
DRAWN_AS_TEXT = frozenset({"image/svg+xml", "application/json", "application/xhtml+xml", "application/xml"})
"""Types whose bytes are text, though their names do not begin so."""
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".webp")


@dataclass(frozen=True, slots=True)
class MarksOfFile:
    """Yields a statement for each mark: its kind, how many there are, and where in the file."""

    name: ClassVar[str] = "marks-of-file"
    version: ClassVar[str] = "2"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `About(kind, count, where)` for each."""
        if _has_any(item.file, _C2PA):
            yield About("provenance_manifest", "1", "C2PA")
        item.file.seek(0)
        if item.media_type in DRAWN_AS_TEXT or item.media_type.startswith("text/"):
            yield from _of_text(item.file)
        elif item.media_type.startswith("image/"):
            yield from _of_picture(item.file)
        elif item.media_type == "application/pdf":
            yield from _of_pdf(item.file)
        elif zipfile.is_zipfile(item.file):
            yield from _of_package(item.file)
        yield End(Cause.OK)


def _of_text(file: BinaryIO) -> Iterator[About]:
    """Yield the characters that nobody sees anywhere in the file: between tags, in comments, in names."""
    file.seek(0)
    try:
        text = file.read(_MAX_PART_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        return  # its reader knows what it is written in, and the text of it is looked at
    counts = Counter(mark.kind for mark in text_marks(text) if mark.sureness == "likely" and mark.kind in _UNSEEN)
    for kind, count in counts.items():
        yield About(kind, str(count), "bytes of the file")


def _has_any(file: BinaryIO, needles: tuple[bytes, ...]) -> bool:
    file.seek(0)
    tail = b""
    while piece := file.read(_PIECE_BYTES):
        whole = tail + piece
        if any(needle in whole for needle in needles):
            return True
        tail = whole[-_OVERLAP_BYTES:]
    return False


def _of_picture(file: BinaryIO) -> Iterator[About]:
    """Yield what stands beside the pixels: a small picture of them, notes of the maker, bytes behind the end."""
    file.seek(0)
    with Image.open(file) as image:
        form = image.format
        exif = image.getexif()
        inner: dict[int, Any] = exif.get_ifd(ExifTags.IFD.Exif)
        if exif.get_ifd(ExifTags.IFD.IFD1):
            yield About("thumbnail", "1", "Exif IFD1")
        if ExifTags.Base.MakerNote in inner:
            yield About("maker_note", "1", "Exif MakerNote")
        resources = image.info.get("photoshop")
        if isinstance(resources, dict) and resources.keys() & {0x0409, 0x040C}:
            yield About("thumbnail", "1", "Photoshop resource 040C")
    if form in ("JPEG", "MPO"):
        file.seek(0)
        data = file.read(_MAX_PART_BYTES)
        behind = len(data) - data.rfind(b"\xff\xd9") - 2 if b"\xff\xd9" in data else 0
        if data.count(b"\xff\xd8\xff") > 1 or behind > 16:
            yield About("thumbnail", "1", "JPEG inside or behind the picture")


def _of_package(file: BinaryIO) -> Iterator[About]:
    """Yield what an office package holds: small pictures, settings of printers, revision numbers, who changed what."""
    with zipfile.ZipFile(file) as package:
        names = package.namelist()[:_MAX_OBJECTS]
        lower = [name.lower() for name in names]
        for kind, where, count in (
            ("thumbnail", "package thumbnail", sum(bool(_THUMBNAIL.search(name)) for name in lower)),
            ("printer_settings", "package printerSettings", sum("printersettings" in name for name in lower)),
            ("person", "package people", sum(name.endswith("word/people.xml") for name in lower)),
            ("history", "package customXml", sum(name.startswith("customxml/item") for name in lower)),
            ("inside", "package pictures, with statements of their own", sum(n.endswith(_PICTURES) for n in lower)),
            ("signature", "package signatures", sum("signature" in n and n.endswith(".xml") for n in lower)),
        ):
            if count:
                yield About(kind, str(count), where)
        ids, authors, states = set[bytes](), set[bytes](), 0
        for info in package.infolist()[:_MAX_OBJECTS]:
            if info.filename.startswith("word/") and info.filename.endswith(".xml"):
                with package.open(info) as part:
                    data = part.read(_MAX_PART_BYTES)
                ids |= {match[0] or match[1] for match in _RSID.findall(data)}
                authors |= set(_AUTHOR.findall(data))
                states += len(_STATES.findall(data))
        for kind, where, count in (
            ("revision_ids", "w:rsid", len(ids)),
            ("person", "authors of changes and comments", len(authors)),
            ("earlier_state", "tracked changes", states),
        ):
            if count:
                yield About(kind, str(count), where)


def _of_pdf(file: BinaryIO) -> Iterator[About]:
    """Yield what the objects of a PDF hold: small pictures, data of programs, authors of notes, identifiers."""
    counts: Counter[tuple[str, str]] = Counter()
    with pikepdf.open(file) as pdf:
        if "/ID" in pdf.trailer:
            counts["history", "PDF trailer ID"] += 1
        for number, one in enumerate(pdf.objects):
            if number > _MAX_OBJECTS:
                counts["not_looked_at", "PDF objects"] += 1
                break
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                counts.update(_of_object(one))
    for (kind, where), count in counts.items():
        yield About(kind, str(count), where)


def _of_object(one: Any) -> Iterator[tuple[str, str]]:
    kind = one.get("/Type")
    if "/Thumb" in one:
        yield "thumbnail", "PDF Thumb"
    if "/PieceInfo" in one:
        yield "history", "PDF PieceInfo"
    if kind == "/Metadata":
        yield "history", "PDF Metadata"
    if kind == "/Annot" and "/T" in one and "/FT" not in one:
        yield "person", "PDF note T"
    if kind == "/Sig" or "/ByteRange" in one:
        yield "signature", "PDF Sig"
    is_jpeg = isinstance(one, pikepdf.Stream) and one.get("/Filter") == "/DCTDecode"
    if is_jpeg and b"Exif\0\0" in one.read_raw_bytes()[:_HEAD_BYTES]:
        yield "inside", "PDF picture with Exif"
