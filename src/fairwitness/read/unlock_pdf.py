"""PDF files that a password locks, written anew without it by PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from fairwitness.core.parts import Source
from fairwitness.read._pdfium import pdfium

MAX_LOCKED_BYTES = 512 << 20
_BAD_PASSWORD = 4  # FPDF_ERR_PASSWORD
_REMOVE_SECURITY = 3  # FPDF_REMOVE_SECURITY
_PIECE_BYTES = 1 << 20
_CODE_PAGES = ("utf-8", "latin-1", "gb18030", "cp1251")  # in which programs made bytes of a password


def unlock_pdf(item: Source, media_type: str) -> Iterator[bytes] | None:
    """The pieces of a copy without a lock; None if it needs no password or none fits."""
    if media_type != "application/pdf" or not item.passwords or item.size_bytes > MAX_LOCKED_BYTES:
        return None
    item.file.seek(0)
    data = item.file.read()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if document or pdfium.FPDF_GetLastError() != _BAD_PASSWORD:
        if document:
            pdfium.FPDF_CloseDocument(document)
        return None
    for secret in _secrets(item.passwords):
        document = pdfium.FPDF_LoadMemDocument64(data, len(data), secret)
        if document:
            try:
                return _copy_of(document)
            finally:
                pdfium.FPDF_CloseDocument(document)
    return None


def _secrets(passwords: tuple[str, ...]) -> Iterator[bytes]:
    for password in passwords:
        seen = set()
        for name in _CODE_PAGES:
            try:
                secret = password.encode(name)
            except UnicodeEncodeError:
                continue
            if secret not in seen and b"\0" not in secret:
                seen.add(secret)
                yield secret


def _copy_of(document: Any) -> Iterator[bytes] | None:
    out = bytearray()

    def write(_: Any, block: Any, size: int) -> int:
        if len(out) + size > 2 * MAX_LOCKED_BYTES:
            return 0
        out.extend(ctypes.string_at(block, size))
        return 1

    target = pdfium.FPDF_FILEWRITE(version=1)
    target.WriteBlock = type(target.WriteBlock)(write)
    if not pdfium.FPDF_SaveAsCopy(document, ctypes.byref(target), _REMOVE_SECURITY) or not out:
        return None
    return (bytes(out[at : at + _PIECE_BYTES]) for at in range(0, len(out), _PIECE_BYTES))
