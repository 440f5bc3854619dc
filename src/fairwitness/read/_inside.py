"""Bytes inside of a record or a property: which of them are files of their own, and how the others are shown."""

from __future__ import annotations

from collections.abc import Iterator

from fairwitness.core.parts import MAX_DATA_BYTES, Entry, EntryData, EntryEnd, Part

# The signatures of what people put into databases and property lists; the case identifies them again by their content.
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"%PDF-", "pdf"),
    (b"PK\3\4", "zip"),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "ole"),
    (b"{\\rtf", "rtf"),
    (b"bplist00", "plist"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x1f\x8b\x08", "gz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"<?xml ", "xml"),
    (b"<!DOCTYPE html", "html"),
    (b"<html", "html"),
)
_LEAST_FILE_BYTES = 32
_SHOWN_BYTES = 32


def extension_of(data: bytes) -> str:
    """The usual extension of what the bytes look like; "" if they look like no file."""
    if len(data) < _LEAST_FILE_BYTES:
        return ""
    if data.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "mp4"
    return next((extension for start, extension in _STARTS if data.startswith(start)), "")


def show_bytes(data: bytes) -> str:
    """Bytes that are no file as hexadecimal digits, the first of them."""
    return data[:_SHOWN_BYTES].hex() + ("…" if len(data) > _SHOWN_BYTES else "")


def file_inside(number: int, name: str, data: bytes) -> Iterator[Part]:
    """Yield the bytes as an attachment."""
    yield Entry(number, name.encode("utf-8", "replace")[:4000], role="attachment", size_bytes=len(data))
    for start in range(0, len(data), MAX_DATA_BYTES):
        yield EntryData(data[start : start + MAX_DATA_BYTES])
    yield EntryEnd()
