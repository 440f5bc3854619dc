"""What MP4 and QuickTime files say about themselves: times, place, device and title (ISO 14496-12, QuickTime)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fairwitness.core.parts import About, Source
from fairwitness.text.moments import write_utc
from fairwitness.text.statements import bounded, say, say_time

_MAX_MOOV_BYTES = 64 << 20
_MAX_BOXES = 20_000
_MAX_TOP_BOXES = 10_000
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_CONTAINERS = frozenset({b"moov", b"udta", b"trak", b"mdia", b"meta", b"ilst"})
_USER_DATA = {
    b"\xa9xyz": ("gps-position", ""),
    b"\xa9day": ("created", "time"),
    b"\xa9mak": ("camera-make", ""),
    b"\xa9mod": ("camera-model", ""),
    b"\xa9swr": ("software", ""),
    b"\xa9too": ("software", ""),
    b"\xa9nam": ("title", ""),
    b"\xa9ART": ("author", ""),
    b"\xa9cmt": ("description", ""),
    b"cprt": ("copyright", ""),
}
_KEYS = {
    "com.apple.quicktime.creationdate": ("created", "time"),
    "com.apple.quicktime.location.ISO6709": ("gps-position", ""),
    "com.apple.quicktime.make": ("camera-make", ""),
    "com.apple.quicktime.model": ("camera-model", ""),
    "com.apple.quicktime.software": ("software", ""),
    "com.apple.quicktime.title": ("title", ""),
    "com.apple.quicktime.author": ("author", ""),
    "com.android.version": ("software", ""),
    "com.android.manufacturer": ("camera-make", ""),
    "com.android.model": ("camera-model", ""),
}


@dataclass(frozen=True, slots=True)
class _Box:
    """Where the contents of a box begin and end in the data, and what it is called within what."""

    path: tuple[bytes, ...]
    start: int
    end: int


@bounded
def about_mp4(source: Source) -> Iterator[About]:
    """Yield what the movie box says; nothing if there is none or it is damaged."""
    data = _movie_box(source)
    keys: list[str] = []
    for box in _boxes(data):
        name = box.path[-1]
        body = data[box.start : box.end]
        if name == b"mvhd":
            yield from _about_times(body)
        elif name == b"keys":
            keys = _key_names(body)
        elif len(box.path) >= 2 and box.path[-2] == b"ilst":
            yield from _about_item(name, body, keys)
        elif name in _USER_DATA and box.path[-2:-1] == (b"udta",) and len(body) > 4:
            length = min(int.from_bytes(body[:2], "big"), len(body) - 4)
            yield from _say(*_USER_DATA[name], body[4 : 4 + length], f"MP4 udta {_ascii(name)}")


def _movie_box(source: Source) -> bytes:
    at = 0
    for _ in range(_MAX_TOP_BOXES):
        source.file.seek(at)
        head = source.file.read(16)
        if len(head) < 8:
            return b""
        size, name = struct.unpack(">I4s", head[:8])
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
        if name == b"moov":
            source.file.seek(at)
            return source.file.read(min(size or _MAX_MOOV_BYTES, _MAX_MOOV_BYTES))
        if size < 8:
            return b""
        at += size
    return b""


def _boxes(data: bytes) -> Iterator[_Box]:
    """Yield the boxes in their order, a container before what is in it."""
    seen = 0
    stack: list[tuple[int, int, tuple[bytes, ...]]] = [(0, len(data), ())]
    while stack and seen < _MAX_BOXES:
        at, end, path = stack.pop()
        if end - at < 8:
            continue
        size, name = struct.unpack_from(">I4s", data, at)
        if not 8 <= size <= end - at:
            continue
        seen += 1
        stack.append((at + size, end, path))
        box = _Box((*path, name), at + 8, at + size)
        yield box
        if (name in _CONTAINERS or path[-1:] == (b"ilst",)) and len(path) < 8:
            start = box.start
            if name == b"meta" and data[start + 4 : start + 8] != b"hdlr":
                start += 4  # version and flags, which QuickTime leaves out
            stack.append((start, box.end, box.path))


def _about_times(body: bytes) -> Iterator[About]:
    try:
        if body[0] == 1:
            created, modified, scale, length = struct.unpack_from(">QQIQ", body, 4)
        else:
            created, modified, scale, length = struct.unpack_from(">IIII", body, 4)
    except (struct.error, IndexError):
        return
    for name, seconds in (("created", created), ("modified", modified)):
        if 0 < seconds < 1 << 34:
            yield from say_time(name, write_utc(_EPOCH + timedelta(seconds=seconds)), f"MP4 mvhd {name}")
    if scale and length < 1 << 40:
        yield from say("duration-s", f"{length / scale:.1f}", "MP4 mvhd duration")


def _key_names(body: bytes) -> list[str]:
    names: list[str] = []
    at = 8
    while at + 8 <= len(body) and len(names) < 500:
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8:
            break
        names.append(body[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    return names


def _about_item(name: bytes, body: bytes, keys: list[str]) -> Iterator[About]:
    """An item of the metadata list: called by name, or by its number among the keys; its text is in a box `data`."""
    if len(body) < 16 or body[4:8] != b"data" or int.from_bytes(body[8:12], "big") != 1:
        return
    value = body[16 : int.from_bytes(body[:4], "big")]
    number = int.from_bytes(name, "big")
    if name in _USER_DATA:
        yield from _say(*_USER_DATA[name], value, f"MP4 ilst {_ascii(name)}")
    elif 0 < number <= len(keys) and keys[number - 1] in _KEYS:
        yield from _say(*_KEYS[keys[number - 1]], value, f"MP4 keys {keys[number - 1]}")


def _say(name: str, kind: str, value: bytes, source: str) -> Iterator[About]:
    text = value.decode("utf-8", "replace").strip("\0 ")
    yield from say_time(name, text, source) if kind == "time" else say(name, text, source)


def _ascii(name: bytes) -> str:
    return name.decode("latin-1").replace("\xa9", "(c)")
