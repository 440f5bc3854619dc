"""Sound and film say what they say about themselves, and are never taken for read."""

from __future__ import annotations

import io
import struct
import wave

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About
from fairwitness.read.read_media import ReadMedia
from fairwitness.read.read_xml import ReadXml

from .documents import end_of, pages_of, read


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def key(name: str) -> bytes:
    return box(b"mdta", name.encode())


def item(number: int, value: str) -> bytes:
    return box(struct.pack(">I", number), box(b"data", struct.pack(">II", 1, 0), value.encode()))


def film(*, is_quicktime: bool = True) -> bytes:
    """1 March 2017, 02:22:05 UTC is 3,571,179,725 s after 1904 (POSIX 1,488,334,925 + 2,082,844,800)."""
    times = struct.pack(">IIIII", 0, 1_488_334_925 + 2_082_844_800, 0, 1000, 12_500)
    keys = box(
        b"keys", struct.pack(">II", 0, 2), key("com.apple.quicktime.make"), key("com.apple.quicktime.creationdate")
    )
    values = box(b"ilst", item(1, "Invented"), item(2, "2017-03-01T10:22:05+0800"))
    handler = box(b"hdlr", bytes(24))
    meta = box(b"meta", b"" if is_quicktime else bytes(4), handler, keys, values)
    place = b"+01.0000+002.0000/"
    user = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0), place))
    return box(b"ftyp", b"qt  ") + box(b"mdat", b"x" * 99) + box(b"moov", box(b"mvhd", times, bytes(80)), user, meta)


def told_by(data: bytes, media_type: str) -> set[tuple[str, str, str]]:
    parts = read(ReadMedia(), data, media_type)
    assert (end_of(parts).outcome, end_of(parts).detail) == (Cause.UNSUPPORTED, "not transcribed")
    return {(part.name, part.value, part.source) for part in parts if isinstance(part, About)}


@pytest.mark.parametrize("is_quicktime", [True, False])
def test_a_film_says_when_where_and_with_what_it_was_taken(is_quicktime: bool) -> None:
    assert told_by(film(is_quicktime=is_quicktime), "video/quicktime") == {
        ("created", "2017-03-01", "MP4 mvhd created"),
        ("created-time", "2017-03-01T02:22:05Z", "MP4 mvhd created"),
        ("duration-s", "12.5", "MP4 mvhd duration"),
        ("gps-position", "+01.0000+002.0000/", "MP4 udta (c)xyz"),
        ("camera-make", "Invented", "MP4 keys com.apple.quicktime.make"),
        ("created", "2017-03-01", "MP4 keys com.apple.quicktime.creationdate"),
        ("created-time", "2017-03-01T10:22:05+0800", "MP4 keys com.apple.quicktime.creationdate"),
    }


def test_a_torn_or_lying_film_harms_nothing() -> None:
    data = film()
    for at in range(0, len(data), 7):
        told_by(data[:at], "video/mp4")
        told_by(data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :], "video/mp4")
    told_by(b"\0\0\0\0moov" * 50, "video/mp4")


def test_a_recording_says_its_tags() -> None:
    def frame(name: bytes, text: str) -> bytes:
        body = b"\x01" + text.encode("utf-16")
        return name + struct.pack(">IH", len(body), 0) + body

    frames = frame(b"TIT2", "会议录音") + frame(b"TPE1", "第二科") + frame(b"TYER", "2017")
    size = bytes((len(frames) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    told = told_by(b"ID3\x03\0\0" + size + frames + bytes(2000), "audio/mpeg")
    assert told >= {
        ("title", "会议录音", "media tag title"),
        ("author", "第二科", "media tag artist"),
        ("created", "2017", "media tag year"),
    }


def test_the_length_of_a_recording_is_told() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    assert ("duration-s", "0.5", "media stream") in told_by(file.getvalue(), "audio/vnd.wave")


@pytest.mark.parametrize(
    "media_type", ["audio/mpeg", "audio/ogg", "audio/flac", "audio/vnd.wave", "video/x-ms-asf", "audio/aiff"]
)
def test_a_damaged_recording_is_only_named(media_type: str) -> None:
    heads = {
        "audio/ogg": b"OggS",
        "audio/flac": b"fLaC",
        "audio/vnd.wave": b"RIFF\xff\xff\xff\xffWAVEfmt ",
        "audio/aiff": b"FORM",
    }
    for data in (b"", heads.get(media_type, b"ID3\x04") + b"\xff" * 300, bytes(range(256)) * 4):
        told_by(data, media_type)


def test_the_text_of_a_drawing_is_read() -> None:
    data = '<svg xmlns="http://www.w3.org/2000/svg"><text>会议<tspan>通知</tspan></text><path d="M0 0L9 9"/></svg>'.encode()
    assert "会议通知" in pages_of(read(ReadXml(), data, "image/svg+xml"))[0].text
