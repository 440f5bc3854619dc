"""What the raw bytes of a PDF tell that PDFium does not: metadata packets, earlier revisions, acting parts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from fairwitness.core.parts import About, Source
from fairwitness.read._xmp import about_xmp
from fairwitness.text.statements import say

ACTIONS = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|RichMedia|GoToE|GoToR|XFA)\b")
_NAMES = {b"JS": "javascript", b"GoToE": "gotoe", b"GoToR": "gotor"}

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_METADATA = re.compile(rb"/Type\s*/Metadata\b")
_CATALOG_METADATA = re.compile(rb"/Type\s*/Catalog\b")
_REFERENCE = re.compile(rb"/Metadata\s+(\d+)\s+(\d+)\s+R")
_HEAD_OF_OBJECT = re.compile(rb"(\d+)\s+(\d+)\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_READ_BYTES = 1 << 22
_OVERLAP_BYTES = 1 << 16  # a dictionary that lies across two pieces is found whole in the second
_MAX_PACKET_BYTES = 4 << 20
_MAX_PACKETS = 64
_MAX_DICTIONARY_BYTES = 4096


@dataclass(slots=True)
class RawFindings:
    """What was found by reading the file from start to end."""

    actions: set[str] = field(default_factory=set)
    revisions: int = 0
    catalog_metadata: bytes = b""  # number of the object that the last catalog names
    packets: list[tuple[bytes, int]] = field(default_factory=list)  # object number, place of its stream


def scan(source: Source) -> RawFindings:
    """Look at all bytes that are not compressed."""
    found = RawFindings()
    places: dict[int, bytes] = {}
    ends: set[int] = set()
    source.file.seek(0)
    rest, at = b"", 0
    while data := source.file.read(_READ_BYTES):
        data, start = rest + data, at - len(rest)
        found.actions.update(_NAMES.get(hit[1], hit[1].decode().lower()) for hit in ACTIONS.finditer(data))
        ends.update(start + place for place in _ends_of_revisions(data))
        for hit in _CATALOG_METADATA.finditer(data):
            found.catalog_metadata = _reference_near(data, hit.start()) or found.catalog_metadata
        for hit in _METADATA.finditer(data):
            number, stream = _object_around(data, hit.start())
            if stream >= 0:
                places[start + stream] = number
        rest = data[-_OVERLAP_BYTES:]
        at = start + len(data)
    found.revisions = len(ends)
    found.packets = [(number, place) for place, number in sorted(places.items())][-_MAX_PACKETS:]
    return found


def _ends_of_revisions(data: bytes) -> Iterator[int]:
    """Where a revision ends: not the first part of a file made for the web, nor a second table without new objects."""
    behind = 0
    for hit in _END.finditer(data):
        if int(hit[1][:20]) and (not behind or b" obj" in data[behind : hit.start()]):
            yield hit.start()
        behind = hit.end()


def _reference_near(data: bytes, place: int) -> bytes:
    """The object that the dictionary around `place` calls its metadata."""
    head = data.rfind(b"obj", max(0, place - _MAX_DICTIONARY_BYTES), place)
    end = data.find(b"endobj", place, place + _MAX_DICTIONARY_BYTES)
    hit = _REFERENCE.search(data, max(head, 0), end if end >= 0 else place + _MAX_DICTIONARY_BYTES)
    return hit[1] if hit else b""


def _object_around(data: bytes, place: int) -> tuple[bytes, int]:
    """Number of the object around `place`, and where its stream begins; -1 where that is not to be seen."""
    heads = list(_HEAD_OF_OBJECT.finditer(data, max(0, place - _MAX_DICTIONARY_BYTES), place))
    stream = _STREAM.search(data, place, place + _MAX_DICTIONARY_BYTES)
    if not heads or stream is None or b"endobj" in data[place : stream.start()]:
        return b"", -1
    return heads[-1][1], stream.end()


def about_packets(source: Source, found: RawFindings) -> Iterator[About]:
    """Yield what the metadata packet of the document says, the newest where there are several, and how many there are.

    Which packet is the document's is told by its catalog; where that is compressed, the last in the file is taken,
    since that is where programs write it. The others belong to pictures, or to earlier revisions.
    """
    if found.revisions > 1:
        yield from say("revisions", found.revisions, "PDF startxref")
    own = [place for number, place in found.packets if number == found.catalog_metadata] or [
        place for _, place in found.packets
    ]
    if own:
        yield from about_xmp(_packet(source, own[-1]))
    if len(found.packets) > 1:
        yield from say("metadata-packets", len(found.packets), "PDF Metadata streams")


def _packet(source: Source, place: int) -> bytes:
    source.file.seek(place)
    raw = source.file.read(_MAX_PACKET_BYTES)
    if b"<" in raw[:100] and (b"xpacket" in raw[:200] or b"xmpmeta" in raw[:200] or b"rdf:RDF" in raw[:200]):
        return raw.partition(b"endstream")[0]
    try:
        return zlib.decompressobj().decompress(raw, _MAX_PACKET_BYTES)
    except zlib.error:
        return b""
