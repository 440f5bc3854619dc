"""What the objects of a file say beside its pages: strings by what they are for, streams that no page uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String
from PIL import Image

from fairwitness.publish.check_pdf._content import (
    Key,
    Run,
    appearances_of,
    bytes_of,
    has_text,
    is_drawing,
    key_of,
    run_form,
)
from fairwitness.publish.check_pdf._jpeg import differs, judge_jpeg
from fairwitness.publish.check_pdf._words import Shown, is_readable
from fairwitness.publish.check_pdf.findings import Finding, Severity

MAX_OBJECTS = 300_000
_ROLES = {
    "/PieceInfo": "private",
    "/StructTreeRoot": "structure",
    "/Outlines": "outline",
    "/Names": "names",
    "/Dests": "names",
    "/AcroForm": "form",
    "/Info": "info",
    "/Annots": "annotation",
    "/PageLabels": "label",
    "/OCProperties": "layer",
    "/Encrypt": "skipped",
    "/XFA": "xfa",
    "/JS": "script",
    "/JavaScript": "script",
    "/EF": "attachment",
    "/Thumb": "thumbnail",
    "/Alternates": "alternate",
    "/SMask": "mask",
    "/Mask": "mask",
    "/SpiderInfo": "private",
}
# Numbers and names of programs, never words of a person about the document.
_IGNORED_KEYS = """
/ID /O /U /OE /UE /Perms /Panose /Style /Registry /Ordering /CharSet /M /ModDate /CreationDate /LastModified /DA
/Lang /NM /ByteRange /Cert /Lookup /BaseVersion /Trapped /OutputCondition /OutputConditionIdentifier
/RegistryName /CheckSum /FontFamily /Version /DS /D /SourceModified /IDS /Filter /IDTree /ClassMap /RoleMap
"""
_IGNORED = frozenset(_IGNORED_KEYS.split())
_ABOUT = frozenset({"/Author", "/Creator", "/Producer", "/PTEX.Fullbanner"})
_FIELD_TEXTS = frozenset({"/V", "/DV", "/RV", "/Opt"})
_SIGNED = frozenset({"/Name", "/Reason", "/Location", "/ContactInfo"})
_PLUMBING_KEYS = """
/FontFile /FontFile2 /FontFile3 /ToUnicode /CIDToGIDMap /CIDSet /Encoding /DestOutputProfile /ColorSpace
/Function /Functions /TR /TR2 /BG /UCR /HT /Shading /JBIG2Globals /UseCMap /CS /Colorants /CharProcs
/TransferFunction
"""
_PLUMBING = frozenset(_PLUMBING_KEYS.split())
_TAG = re.compile(r"<[^>]*>")
_PACKET = re.compile(r"<\?xpacket[^>]*\?>")
_HIDDEN_FLAGS = 2 | 32  # of an annotation: Hidden, NoView


@dataclass(slots=True)
class Inspection:
    """What is known of a file while its objects are looked at, and what was found in them."""

    shown: Shown
    run: Run
    has_boxes: bool
    thumbnails: dict[int, Image.Image] = field(default_factory=dict)  # pages as they are drawn, small
    said: dict[tuple[str, Severity, int], list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    masks: set[Key] = field(default_factory=set)

    def say(self, kind: str, text: str, page: int, *, is_content: bool) -> None:
        """A text is held against what the pages show: hidden content leaks, and words about a redacted file do."""
        self.strings.append(text)
        words = self.shown.lacks(text)
        if not words:
            return
        severity: Severity = "leak" if is_content or self.has_boxes else "note"
        self.said.setdefault((kind, severity, page), []).extend(words)

    def results(self) -> list[Finding]:
        """All that was found, one for each kind and page."""
        told = [
            Finding(kind, severity, page, len(words), None, " ".join(dict.fromkeys(words)))
            for (kind, severity, page), words in self.said.items()
        ]
        return told + self.findings


@dataclass(frozen=True, slots=True)
class _Step:
    thing: Object
    key: str
    role: str
    page: int


def inspect(pdf: pikepdf.Pdf, seen: Inspection) -> set[Key]:
    """Look at all that can be reached; the numbers of those objects."""
    visited: set[Key] = set()
    for number, page in enumerate(pdf.pages, 1):
        _walk([_Step(page.obj, "/Page", "", number)], seen, visited)
    _walk([_Step(pdf.trailer, "/Trailer", "", 0)], seen, visited)
    return visited


def _walk(stack: list[_Step], seen: Inspection, visited: set[Key]) -> None:
    while stack:
        step = stack.pop()
        thing = step.thing
        if step.role == "skipped":
            continue
        if thing.is_indirect:
            if thing.objgen in visited or len(visited) > MAX_OBJECTS:
                continue
            visited.add(thing.objgen)
        if isinstance(thing, pikepdf.Stream):
            _judge_stream(step, seen)
        if isinstance(thing, Dictionary | pikepdf.Stream):
            stack.extend(_entries(step, seen))
        elif isinstance(thing, Array):
            stack.extend(_items(step, seen))
        elif isinstance(thing, String):
            _judge_string(step.key, str(thing), step, None, seen)


def _entries(step: _Step, seen: Inspection) -> Iterator[_Step]:
    thing = step.thing
    for key in thing.keys():  # noqa: SIM118  a stream has keys and is no mapping
        value = thing.get(key)
        role = _ROLES.get(key, step.role)
        if step.role == "private":
            role = "private"
        if step.role == "names" and key not in ("/Names", "/Kids", "/Limits", "/Dests") and step.key == "/Dests":
            seen.say("name", key[1:], step.page, is_content=False)
        if isinstance(value, String):
            _judge_string(key, str(value), step, thing, seen)
        elif isinstance(value, Dictionary | Array | pikepdf.Stream):
            page = step.page
            if isinstance(value, Dictionary) and value.get("/Type") in (Name.Page, Name.Pages, Name.Catalog):
                role = ""
            yield _Step(value, key, role, page)


def _items(step: _Step, seen: Inspection) -> Iterator[_Step]:
    for value in step.thing:
        if isinstance(value, String):
            _judge_string(step.key, str(value), step, None, seen)
        elif isinstance(value, Dictionary | Array | pikepdf.Stream):
            role = "" if isinstance(value, Dictionary) and value.get("/Type") == Name.Page else step.role
            yield _Step(value, step.key, role, step.page)


def _judge_string(key: str, text: str, step: _Step, holder: Object | None, seen: Inspection) -> None:
    if not text.strip():
        return
    seen.strings.append(text)
    if key in _IGNORED:
        return
    if step.role == "info" and key in _ABOUT:
        seen.said.setdefault(("about", "note", 0), []).append(text)
        return
    kind, is_content = _kind_of(key, step, holder)
    if kind == "signature" and key == "/Contents":
        return
    if holder is not None and kind in ("annotation-text", "form-value") and _is_shown(holder):
        seen.strings.append(text)
        return
    seen.say(kind, text, step.page, is_content=is_content)


_OF_ROLE = {
    "private": ("private-data", True),
    "xfa": ("form-xml", True),
    "script": ("script", False),
    "info": ("title", False),
    "outline": ("outline", False),
    "names": ("name", False),
    "label": ("name", False),
    "layer": ("name", False),
}


def _kind_of(key: str, step: _Step, holder: Object | None) -> tuple[str, bool]:
    """What a string is for, and whether it is content rather than words about the file."""
    if key in ("/ActualText", "/Alt", "/E") or (step.role == "structure" and key == "/T"):
        return "spoken-text", True
    if key == "/JS":
        return "script", False
    if key == "/URI":
        return "link", False
    if holder is not None and holder.get("/Type") == Name.Sig:
        return "signature", False
    if key in _SIGNED and holder is not None and holder.get("/ByteRange") is not None:
        return "signature", False
    if step.role in ("form", "annotation"):
        if key in _FIELD_TEXTS:
            return "form-value", True
        if key in ("/Contents", "/RC", "/Subj"):
            return "annotation-text", True
        return "name", False
    return _OF_ROLE.get(step.role, ("entry", False))


def _is_shown(annotation: Object) -> bool:
    """Whether the look of an annotation shows its text on the page."""
    if annotation.get("/Subtype") not in (Name.Widget, Name.FreeText, Name.Stamp):
        return False
    flags = annotation.get("/F")
    if isinstance(flags, int) and flags & _HIDDEN_FLAGS:
        return False
    looks = list(appearances_of(annotation))
    return not looks or any(has_text(bytes_of(look)) for look in looks)


# --- streams ------------------------------------------------------------------------------------------------------


def _judge_stream(step: _Step, seen: Inspection) -> None:
    thing, key = step.thing, step.key
    kind = thing.get("/Subtype")
    if kind == Name.Image:
        _judge_image(step, seen)
        return
    if key_of(thing) in seen.run.streams or key in _PLUMBING or step.role == "mask":
        return
    if any(thing.get(name) is not None for name in ("/FunctionType", "/ShadingType", "/HalftoneType")):
        return
    if thing.get("/Type") in (Name.XRef, Name.ObjStm) or (thing.get("/N") is not None and key == "/ColorSpace"):
        return
    if thing.get("/Type") == Name.Metadata or key == "/Metadata":
        seen.say("packet", packet_text(bytes_of(thing)), step.page, is_content=False)
        return
    if step.role == "attachment" or thing.get("/Type") == Name.EmbeddedFile:
        data = bytes_of(thing)
        seen.findings.append(Finding("attachment", "leak", step.page, len(data), None, readable(data)))
        return
    found, is_content = _OF_ROLE.get(step.role, ("stream-not-shown", True))
    if found == "script":
        seen.say("script", readable(bytes_of(thing)), step.page, is_content=False)
        return
    _judge_bytes(thing, found if is_content else "stream-not-shown", step.page, seen)


def _judge_bytes(stream: Object, kind: str, page: int, seen: Inspection) -> None:
    data = bytes_of(stream)
    if not data.strip():
        if stream.get("/Length") and int(stream.Length):
            seen.findings.append(Finding(kind, "weakness", page))
        return
    text = text_of_stream(stream, data)
    if text and seen.shown.lacks(text):
        seen.say(kind, text, page, is_content=True)
    elif not text:
        seen.findings.append(Finding(kind, "weakness", page, len(data)))


def text_of_stream(stream: Object, data: bytes) -> str:
    """What a stream says: the text that its commands show, or its bytes as text; "" if it is neither."""
    if has_text(data):
        alone = Run()
        run_form(stream, alone)
        if not alone.unread:
            return "\n".join([*alone.texts, *alone.spoken, *alone.comments])
    if is_drawing(data):
        return ""
    return _TAG.sub(" ", readable(data))


def readable(data: bytes) -> str:
    """Bytes as text, where they are text."""
    for encoding in ("utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "latin-1"):
        try:
            text = data[:400_000].decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_readable(text):
            return text
    return ""


def packet_text(data: bytes) -> str:
    """What the elements and attributes of a metadata packet say."""
    text = _PACKET.sub("", readable(data))
    inner = _TAG.sub("\n", text)
    attributes = "\n".join(
        value
        for name, value in re.findall(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']", text)
        if not name.startswith(("xmlns", "x:", "rdf:", "xml:", "stEvt", "stRef", "xmpMM", "pdf:Producer", "xmp:"))
    )
    return inner if not attributes else f"{inner}\n{attributes}"


# --- pictures -----------------------------------------------------------------------------------------------------


def _judge_image(step: _Step, seen: Inspection) -> None:
    image, key = step.thing, key_of(step.thing)
    if image.get("/Filter") == Name.DCTDecode:
        seen.findings.extend(judge_jpeg(bytes(image.read_raw_bytes()), step.page))
    if step.role == "mask" or key in seen.run.images:
        return
    if step.role == "thumbnail":
        picture, page = _picture(image), seen.thumbnails.get(step.page)
        if picture is None or page is None or differs(picture, page):
            seen.findings.append(Finding("page-thumbnail", "leak", step.page))
        return
    kind = "image-alternate" if step.role == "alternate" else "image-not-shown"
    if has_detail(image):
        seen.findings.append(Finding(kind, "leak", step.page))


def has_detail(image: Object) -> bool:
    """Whether there is anything to be seen in a picture; one that cannot be read is taken to show something."""
    picture = _picture(image)
    return picture is None or float(np.asarray(picture.convert("L")).std()) > 4


def _picture(image: Object) -> Image.Image | None:
    try:
        return pikepdf.PdfImage(image).as_pil_image()  # type: ignore[arg-type]
    except Exception:  # a decoder of any kind refuses it in any way
        return None
