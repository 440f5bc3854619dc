"""What an XMP packet says of its document (ISO 16684-1): RDF in XML, found in PDF files and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from fairwitness.core.parts import About
from fairwitness.text.statements import MAX_OF_ONE_NAME, bounded, say, say_each, say_time

MAX_XMP_BYTES = 16 << 20

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://ns.adobe.com/pdfx/1.3/": "pdfx",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
}
_TIMES = {
    "xmp:CreateDate": "created",
    "xmp:ModifyDate": "modified",
    "xmp:MetadataDate": "metadata-changed",
    "photoshop:DateCreated": "created",
    "exif:DateTimeOriginal": "created",
    "exif:DateTimeDigitized": "digitised",
    "pdfx:SourceModified": "source-modified",
}
_TEXTS = {
    "dc:title": "title",
    "dc:creator": "author",
    "dc:subject": "keywords",
    "dc:description": "description",
    "dc:rights": "copyright",
    "dc:language": "language",
    "xmp:CreatorTool": "creator-tool",
    "pdf:Producer": "producer",
    "pdf:Keywords": "keywords",
    "pdfx:Company": "company",
    "xmpMM:DocumentID": "document-id",
    "xmpMM:InstanceID": "instance-id",
    "xmpMM:OriginalDocumentID": "original-document-id",
    "xmpTPg:NPages": "pages-claimed",
    "photoshop:AuthorsPosition": "author-position",
    "photoshop:CaptionWriter": "caption-writer",
    "photoshop:Credit": "credit",
    "photoshop:Source": "credit",
    "photoshop:City": "place",
    "photoshop:Country": "place",
    "tiff:Make": "camera-make",
    "tiff:Model": "camera-model",
    "tiff:Software": "software",
    "exif:GPSLatitude": "gps-latitude",
    "exif:GPSLongitude": "gps-longitude",
    "exif:GPSAltitude": "gps-altitude",
    "exif:GPSTimeStamp": "gps-time",
    "aux:SerialNumber": "camera-serial",
    "aux:Lens": "lens-model",
    "aux:LensSerialNumber": "lens-serial",
    "aux:OwnerName": "camera-owner",
    "exifEX:BodySerialNumber": "camera-serial",
    "exifEX:LensModel": "lens-model",
    "exifEX:LensSerialNumber": "lens-serial",
    "exifEX:CameraOwnerName": "camera-owner",
}
_PACKET = re.compile(
    rb"<(?:x|xapmeta):xmp(?:meta|ta)\b.*?</(?:x|xapmeta):xmp(?:meta|ta)\s*>|<rdf:RDF\b.*?</rdf:RDF\s*>", re.DOTALL
)
_STEP = ("action", "when", "softwareAgent", "changed", "instanceID")


@bounded
def about_xmp(data: bytes) -> Iterator[About]:
    """Yield what the packet says; nothing if it is damaged."""
    root = _parse(data)
    if root is None:
        return
    for description in root.iter(f"{_RDF}Description"):
        parent = description.getparent()
        if parent is None or parent.tag != f"{_RDF}RDF":
            continue  # a structure within a property
        for tag, value in description.attrib.items():
            yield from _statement(_short(str(tag)), [str(value)])
        for element in description:
            if isinstance(element.tag, str):
                yield from _property(element)


def _parse(data: bytes) -> etree._Element | None:
    found = _PACKET.search(data[:MAX_XMP_BYTES])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root: etree._Element | None = etree.fromstring(found[0] if found else data[:MAX_XMP_BYTES], parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _short(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    return f"{_PREFIXES.get(namespace[1:], '')}:{name}"


def _property(element: etree._Element) -> Iterator[About]:
    name = _short(str(element.tag))
    if name == "xmpMM:History":
        yield from say_each("history", (_step(step) for step in element.iter(f"{_RDF}li")), "XMP xmpMM:History")
    elif name == "xmpMM:DerivedFrom":
        fields = _fields(element)
        for field in ("documentID", "originalDocumentID"):
            yield from say("previous-id", fields.get(field, ""), f"XMP xmpMM:DerivedFrom stRef:{field}")
    elif name == "photoshop:DocumentAncestors":
        yield from say_each("previous-id", _values(element), "XMP photoshop:DocumentAncestors")
    else:
        yield from _statement(name, _values(element))


def _statement(name: str, values: list[str]) -> Iterator[About]:
    if name in _TIMES:
        for value in values[:1]:
            yield from say_time(_TIMES[name], value, f"XMP {name}")
    elif name in _TEXTS:
        yield from say_each(_TEXTS[name], values, f"XMP {name}")


def _values(element: etree._Element) -> list[str]:
    """The value, or those of the list, of which an alternative in another language is one too."""
    items = list(element.iter(f"{_RDF}li"))[: 2 * MAX_OF_ONE_NAME]
    texts = [" ".join(map(str, item.itertext())) for item in items] if items else [element.text or ""]
    return [text.strip() for text in texts if text.strip()]


def _fields(element: etree._Element) -> dict[str, str]:
    """The fields of a structure, written as attributes or as elements, by local name."""
    found: dict[str, str] = {}
    for inner in element.iter():
        for tag, value in inner.attrib.items():
            found.setdefault(str(tag).rpartition("}")[2], str(value))
        if isinstance(inner.tag, str) and inner is not element and (inner.text or "").strip():
            found.setdefault(inner.tag.rpartition("}")[2], (inner.text or "").strip())
    return found


def _step(element: etree._Element) -> str:
    fields = _fields(element)
    return "; ".join(f"{name} {fields[name]}" for name in _STEP if fields.get(name))
