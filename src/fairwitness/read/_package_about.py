"""What office packages say about themselves: OOXML properties, settings and outside links; ODF and EPUB metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from fairwitness.core.errors import ReadError
from fairwitness.core.parts import About
from fairwitness.read._package import Element, Package, local
from fairwitness.text.statements import bounded, say, say_each, say_time

# local name of the element -> name of ours
_CORE = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "keywords": "keywords",
    "description": "description",
    "lastModifiedBy": "last-modified-by",
    "revision": "revision",
    "category": "category",
    "language": "language",
    "contentStatus": "status",
    "version": "document-version",
}
_CORE_TIMES = {"created": "created", "modified": "modified", "lastPrinted": "printed"}
_APP = {
    "Application": "software",
    "AppVersion": "software-version",
    "Company": "company",
    "Manager": "manager",
    "Template": "template",
    "TotalTime": "editing-minutes",
    "Pages": "pages-claimed",
    "Slides": "pages-claimed",
    "Words": "words-claimed",
    "HyperlinkBase": "link-base",
}
_ODF = {
    "title": "title",
    "subject": "subject",
    "description": "description",
    "keyword": "keywords",
    "initial-creator": "author",
    "creator": "last-modified-by",
    "printed-by": "printed-by",
    "editing-cycles": "revision",
    "editing-duration": "editing-time",
    "generator": "software",
    "language": "language",
    "user-defined": "custom",
}
_ODF_TIMES = {"creation-date": "created", "date": "modified", "print-date": "printed"}
_EPUB = {
    "title": "title",
    "creator": "author",
    "contributor": "contributor",
    "publisher": "publisher",
    "language": "language",
    "identifier": "document-id",
    "subject": "keywords",
    "description": "description",
    "rights": "copyright",
}
# Relations that fetch something when the file is opened; a plain hyperlink does not.
_FETCHED = frozenset(
    {"attachedTemplate", "image", "oleObject", "frame", "subDocument", "externalLinkPath", "video", "audio", "slide"}
)
_RELATIONS = re.compile(r"(^|/)_rels/[^/]+\.rels$")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RSID = re.compile(rb"<w:rsid\s")
_FONT_NAME = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}name"
_PRINTER_SETTINGS = re.compile(r"/printersettings/[^/]+\.bin$")
_DEVICE_NAME_BYTES = 64  # DEVMODEW.dmDeviceName: 32 characters


def about_ooxml(package: Package) -> Iterator[About]:
    """Yield what an OOXML package says of itself; a part that is damaged is left out."""
    yield from _about_core(package)
    yield from _about_app(package)
    yield from _about_custom(package)
    yield from _about_settings(package)
    yield from say_each("printer", _printers(package), "OOXML printerSettings")
    yield from say_each("external-link", _outside_targets(package), "OOXML relations TargetMode External")
    if any(name.startswith("_xmlsignatures/") and name.endswith(".xml") for name in package.names):
        count = sum(1 for name in package.names if re.fullmatch(r"_xmlsignatures/sig\d*\.xml", name))
        yield from say("signatures", count or 1, "OOXML _xmlsignatures")
    if any(name.endswith("vbaproject.bin") for name in package.names):
        yield About("macros", "vba", "OOXML vbaProject.bin")


@bounded
def _about_core(package: Package) -> Iterator[About]:
    root = _tree(package, "docProps/core.xml")
    for element in root if root is not None else ():
        name, text = local(element), element.text or ""
        source = f"docProps/core.xml {name}"
        if name in _CORE_TIMES:
            if not text.startswith("1601-"):  # never
                yield from say_time(_CORE_TIMES[name], text, source)
        elif name in _CORE:
            yield from say(_CORE[name], text, source)


@bounded
def _about_app(package: Package) -> Iterator[About]:
    root = _tree(package, "docProps/app.xml")
    for element in root if root is not None else ():
        name = local(element)
        if name in _APP:
            yield from say(_APP[name], element.text or "", f"docProps/app.xml {name}")


def _about_custom(package: Package) -> Iterator[About]:
    """Properties that people or document systems added, as "name: value"."""
    root = _tree(package, "docProps/custom.xml")
    if root is not None:
        values = (f"{item.get('name', '')}: {' '.join(map(str, item.itertext()))}" for item in root.iterchildren("*"))
        yield from say_each("custom", values, "docProps/custom.xml property")


def _about_settings(package: Package) -> Iterator[About]:
    """How often a Word document was opened for editing (rsid), and the fonts that it names."""
    data = _small(package, "word/settings.xml")
    count = len(_RSID.findall(data))
    if count:
        yield from say("editing-sessions", count, "word/settings.xml w:rsid")
    if b"<w:trackRevisions" in data:
        yield from say("tracks-changes", "yes", "word/settings.xml w:trackRevisions")
    root = _tree(package, "word/fontTable.xml")
    if root is not None:
        yield from say_each("font", (font.get(_FONT_NAME, "") for font in root), "word/fontTable.xml w:font")


def _printers(package: Package) -> Iterator[str]:
    for name in package.names:
        if _PRINTER_SETTINGS.search(name):
            data = _small(package, name)[:_DEVICE_NAME_BYTES]
            if not data.startswith(b"<?xml"):  # on a Mac a property list, without a name at a fixed place
                yield data.decode("utf-16-le", "replace").partition("\0")[0]


def _outside_targets(package: Package) -> Iterator[str]:
    for name in package.names:
        if not _RELATIONS.search(name):
            continue
        root = _tree(package, name)
        for relation in root.iter(_RELATION) if root is not None else ():
            kind = relation.get("Type", "").rpartition("/")[2]
            if relation.get("TargetMode") == "External" and kind in _FETCHED:
                yield f"{kind} {relation.get('Target', '')}"


def about_odf(package: Package) -> Iterator[About]:
    """Yield what the metadata of an OpenDocument package says."""
    root = _tree(package, "meta.xml")
    if root is not None:
        yield from about_odf_meta(root, "meta.xml")
    if any(name.startswith("basic/") and name.count("/") > 1 for name in package.names):
        yield About("macros", "basic", "ODF Basic")
    if "META-INF/documentsignatures.xml" in package:
        yield from say("signatures", 1, "META-INF/documentsignatures.xml")


@bounded
def about_odf_meta(root: Element, part: str) -> Iterator[About]:
    """Yield what is in an element `office:meta`; `part` says where it stands."""
    told: set[str] = set()
    for element in root.iter("*"):  # no comments, which have no text of their own
        name, text = local(element), " ".join(map(str, element.itertext()))
        source = f"{part} {name}"
        if name in _ODF_TIMES and name not in told:
            told.add(name)
            yield from say_time(_ODF_TIMES[name], text, source)
        elif name == "user-defined":
            if text.strip():
                yield from say("custom", f"{_attribute(element, 'name')}: {text}", source)
        elif name == "template":
            yield from say("template", _attribute(element, "href") or _attribute(element, "title"), source)
        elif name == "document-statistic":
            yield from say("pages-claimed", _attribute(element, "page-count"), source)
            yield from say("words-claimed", _attribute(element, "word-count"), source)
        elif name in _ODF:
            yield from say(_ODF[name], text, source)


@bounded
def about_epub(root: Element) -> Iterator[About]:
    """Yield what the package document of a book says of it."""
    for element in root.iter("*"):  # no comments, which have no text of their own
        name = local(element)
        text = " ".join(map(str, element.itertext())) if name in _EPUB or name in ("date", "meta") else ""
        if name == "date":
            yield from say_time(
                "modified" if _attribute(element, "event") == "modification" else "created", text, "OPF date"
            )
        elif name == "meta" and element.get("property") == "dcterms:modified":
            yield from say_time("modified", text, "OPF dcterms:modified")
        elif name == "meta" and element.get("name") == "generator":
            yield from say("software", element.get("content", ""), "OPF meta generator")
        elif name in _EPUB:
            yield from say(_EPUB[name], text, f"OPF {name}")


def _attribute(element: Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _tree(package: Package, name: str) -> Element | None:
    try:
        return package.tree(name)
    except (ReadError, etree.XMLSyntaxError):
        return None


def _small(package: Package, name: str) -> bytes:
    try:
        return package.read_small(name)
    except ReadError:
        return b""
