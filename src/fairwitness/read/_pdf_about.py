"""What a PDF says about itself, what in it would act, and the files attached to it."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_DATA_BYTES, About, Entry, EntryData, EntryEnd, Part, Source
from fairwitness.read._pdfium import pdfium, read_wide

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_ACTIONS = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|RichMedia|GoToE|GoToR|XFA)\b")
_NAMES = {b"JS": "javascript", b"GoToE": "gotoe", b"GoToR": "gotor"}
_SCAN_BYTES = 1 << 22
_MAX_ATTACHMENT_BYTES = 512 << 20
_LAUNCH, _REMOTE = 4, 2  # PDFACTION_LAUNCH, PDFACTION_REMOTEGOTO


def read_about(document: Any, source: Source) -> Iterator[About]:
    """Yield title, dates, and what active content is named in the parts of the file that are not compressed."""
    title = _meta(document, b"Title").strip()
    if title:
        yield About("title", title[:1000])
    for name, key in (("created", b"CreationDate"), ("modified", b"ModDate")):
        day = day_of(_meta(document, key))
        if day:
            yield About(name, day)
    active = _active_content(document, source)
    if active:
        yield About("active-content", " ".join(sorted(active)))


def _meta(document: Any, key: bytes) -> str:
    return read_wide(pdfium.FPDF_GetMetaText, document, key)


def day_of(text: str) -> str:
    """ISO 8601 date of a PDF date, cut to the day, month or year that it gives; empty if it is none."""
    found = _DATE.match(text.strip())
    if not found or not 1900 <= int(found[1]) <= 2200:
        return ""
    day = found[1]
    if found[2] and 1 <= int(found[2]) <= 12:
        day += f"-{found[2]}"
        if found[3] and 1 <= int(found[3]) <= 31:
            day += f"-{found[3]}"
    return day


def _active_content(document: Any, source: Source) -> set[str]:
    found: set[str] = set()
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        found.add("javascript")
    source.file.seek(0)
    rest = b""
    while data := source.file.read(_SCAN_BYTES):
        for match in _ACTIONS.finditer(rest + data):
            found.add(_NAMES.get(match[1], match[1].decode().lower()))
        rest = data[-16:]
    return found


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
