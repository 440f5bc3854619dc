"""What a PDF says about itself, what in it would act, and the files attached to it."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_DATA_BYTES, About, Entry, EntryData, EntryEnd, Part, Source
from fairwitness.read._pdf_packets import about_packets, scan
from fairwitness.read._pdfium import pdfium, read_wide
from fairwitness.text.statements import say, say_time

_TEXTS = (
    ("title", "Title"),
    ("author", "Author"),
    ("subject", "Subject"),
    ("keywords", "Keywords"),
    ("creator-tool", "Creator"),
    ("producer", "Producer"),
    ("company", "Company"),
    ("manager", "Manager"),
)
_TIMES = (("created", "CreationDate"), ("modified", "ModDate"), ("source-modified", "SourceModified"))
_MAX_SIGNATURES = 100
_MAX_FONT_OBJECTS = 400  # text objects of a page that are asked for their font
_MAX_ATTACHMENT_BYTES = 512 << 20
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LAUNCH, _REMOTE = 4, 2  # PDFACTION_LAUNCH, PDFACTION_REMOTEGOTO


def read_about(document: Any, source: Source) -> Iterator[About]:
    """Yield what the document says of itself, and what in the parts that are not compressed would act."""
    for name, key in _TEXTS:
        yield from say(name, _meta(document, key), f"PDF Info {key}")
    for name, key in _TIMES:
        yield from say_time(name, _meta(document, key), f"PDF Info {key}")
    found = scan(source)
    yield from about_packets(source, found)
    yield from _about_signatures(document)
    version = ctypes.c_int()
    if pdfium.FPDF_GetFileVersion(document, ctypes.byref(version)):
        yield from say("format-version", f"{version.value // 10}.{version.value % 10}", "PDF header")
    active = found.actions
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        active.add("javascript")
    if active:
        yield About("active-content", " ".join(sorted(active)), "PDF action names")


def _meta(document: Any, key: str) -> str:
    return read_wide(pdfium.FPDF_GetMetaText, document, key.encode())


def _about_signatures(document: Any) -> Iterator[About]:
    count = pdfium.FPDF_GetSignatureCount(document)
    if count > 0:
        yield from say("signatures", count, "PDF signature fields")
    for at in range(min(count, _MAX_SIGNATURES)):
        signature = pdfium.FPDF_GetSignatureObject(document, at)
        size = pdfium.FPDFSignatureObj_GetTime(signature, None, 0)
        if 0 < size < 100:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFSignatureObj_GetTime(signature, buffer, size)
            yield from say_time("signed", buffer.value.decode("ascii", "replace"), "PDF signature M")


def fonts_of(page: Any) -> set[str]:
    """Names of the fonts that the text of the page is set in, as the file names them."""
    names = set()
    for at in range(min(max(0, pdfium.FPDFPage_CountObjects(page)), _MAX_FONT_OBJECTS)):
        mark = pdfium.FPDFPage_GetObject(page, at)
        if pdfium.FPDFPageObj_GetType(mark) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        font = pdfium.FPDFTextObj_GetFont(mark)
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0) if font else 0
        if 1 < size < 500:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
            names.add(_SUBSET.sub("", buffer.value.decode("utf-8", "replace")))
    return names


def read_attachments(document: Any, first_number: int) -> Iterator[Part]:
    """Yield the files in the document's table of embedded files, each as an entry with its bytes."""
    for at in range(max(0, pdfium.FPDFDoc_GetAttachmentCount(document))):
        attachment = pdfium.FPDFDoc_GetAttachment(document, at)
        yield from read_attachment(attachment, first_number + at)


def read_attachment(attachment: Any, number: int) -> Iterator[Part]:
    """Yield one attached file; an entry with a cause where it cannot be taken out."""
    if not attachment:
        yield Entry(number, b"", role="attachment", cause=Cause.UNREADABLE, detail="attachment is damaged")
        return
    name = read_wide(pdfium.FPDFAttachment_GetName, attachment).encode("utf-8", "replace")
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, ctypes.byref(size)):
        yield Entry(number, name, role="attachment", cause=Cause.UNREADABLE, detail="attachment is damaged")
        return
    if size.value > _MAX_ATTACHMENT_BYTES:
        yield Entry(number, name, role="attachment", size_bytes=size.value, cause=Cause.LIMIT_OUTPUT)
        return
    buffer = ctypes.create_string_buffer(max(1, size.value))
    got = pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, ctypes.byref(size))
    if size.value and not got:
        yield Entry(number, name, role="attachment", cause=Cause.UNREADABLE, detail="attachment is damaged")
        return
    yield Entry(number, name, role="attachment", size_bytes=size.value)
    view = memoryview(buffer)
    for start in range(0, size.value, MAX_DATA_BYTES):
        yield EntryData(bytes(view[start : min(start + MAX_DATA_BYTES, size.value)]))
    yield EntryEnd()


def has_acting_link(document: Any, page: Any) -> bool:
    """A link of this page starts a program or opens another file."""
    position = ctypes.c_int(0)
    link = pdfium.FPDF_LINK()
    for _ in range(2000):
        if not pdfium.FPDFLink_Enumerate(page, ctypes.byref(position), ctypes.byref(link)):
            return False
        action = pdfium.FPDFLink_GetAction(link)
        if action and pdfium.FPDFAction_GetType(action) in (_LAUNCH, _REMOTE):
            return True
    return False
