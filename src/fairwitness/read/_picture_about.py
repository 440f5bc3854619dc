"""What a picture says about itself: Exif, IPTC, XMP and the text fields of its format. Places are given as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin

from fairwitness.core.parts import About
from fairwitness.read._images import DAMAGED
from fairwitness.read._xmp import about_xmp
from fairwitness.text.encoding import decode_bytes, detect_encoding
from fairwitness.text.statements import say, say_each, say_time

_BASE = ExifTags.Base
_GPS = ExifTags.GPS

# name, tag of the text, tag of the offset from UTC (Exif 2.31)
_TIMES = (
    ("created", _BASE.DateTimeOriginal, _BASE.OffsetTimeOriginal, "Exif DateTimeOriginal"),
    ("digitised", _BASE.DateTimeDigitized, _BASE.OffsetTimeDigitized, "Exif DateTimeDigitized"),
    ("modified", _BASE.DateTime, _BASE.OffsetTime, "Exif DateTime"),
)
_TEXTS = (
    ("camera-make", _BASE.Make, "Exif Make"),
    ("camera-model", _BASE.Model, "Exif Model"),
    ("camera-serial", _BASE.BodySerialNumber, "Exif BodySerialNumber"),
    ("camera-owner", _BASE.CameraOwnerName, "Exif CameraOwnerName"),
    ("lens-model", _BASE.LensModel, "Exif LensModel"),
    ("lens-serial", _BASE.LensSerialNumber, "Exif LensSerialNumber"),
    ("software", _BASE.Software, "Exif Software"),
    ("author", _BASE.Artist, "Exif Artist"),
    ("copyright", _BASE.Copyright, "Exif Copyright"),
    ("description", _BASE.ImageDescription, "Exif ImageDescription"),
    ("computer", _BASE.HostComputer, "Exif HostComputer"),
    ("title", _BASE.DocumentName, "Exif DocumentName"),
    ("instance-id", _BASE.ImageUniqueID, "Exif ImageUniqueID"),
    ("author", _BASE.XPAuthor, "Exif XPAuthor"),
    ("title", _BASE.XPTitle, "Exif XPTitle"),
    ("subject", _BASE.XPSubject, "Exif XPSubject"),
    ("keywords", _BASE.XPKeywords, "Exif XPKeywords"),
    ("description", _BASE.XPComment, "Exif XPComment"),
)
_WIDE = frozenset({_BASE.XPAuthor, _BASE.XPTitle, _BASE.XPSubject, _BASE.XPKeywords, _BASE.XPComment})
_IPTC = (
    ("title", (2, 5), "IPTC ObjectName"),
    ("keywords", (2, 25), "IPTC Keywords"),
    ("author", (2, 80), "IPTC By-line"),
    ("author-position", (2, 85), "IPTC By-lineTitle"),
    ("place", (2, 90), "IPTC City"),
    ("place", (2, 101), "IPTC Country"),
    ("credit", (2, 110), "IPTC Credit"),
    ("credit", (2, 115), "IPTC Source"),
    ("copyright", (2, 116), "IPTC CopyrightNotice"),
    ("description", (2, 120), "IPTC Caption"),
    ("caption-writer", (2, 122), "IPTC Writer-Editor"),
    ("software", (2, 65), "IPTC OriginatingProgram"),
)
_PNG = {
    "Title": "title",
    "Author": "author",
    "Description": "description",
    "Copyright": "copyright",
    "Software": "software",
    "Source": "camera-model",
    "Comment": "description",
}


def about_picture(image: Image.Image) -> Iterator[About]:
    """Yield the statements of an image that is open and not yet decoded; a damaged part of them is left out."""
    for part in (_about_exif, _about_iptc, _about_embedded_xmp, _about_text):
        try:
            yield from list(part(image))
        except DAMAGED:
            continue


def _about_exif(image: Image.Image) -> Iterator[About]:
    exif = image.getexif()
    tags: dict[int, Any] = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    for name, tag, offset, source in _TIMES:
        written = _text_of(tags.get(tag))
        if written:
            zone = _text_of(tags.get(offset))
            yield from say_time(name, f"{written}{zone}", source)
    for name, tag, source in _TEXTS:
        yield from say(name, _text_of(tags.get(tag), wide=tag in _WIDE), source)
    yield from _about_gps(exif.get_ifd(ExifTags.IFD.GPSInfo))


def _about_gps(gps: Mapping[int, Any]) -> Iterator[About]:
    for name, tag, reference in (
        ("gps-latitude", _GPS.GPSLatitude, _GPS.GPSLatitudeRef),
        ("gps-longitude", _GPS.GPSLongitude, _GPS.GPSLongitudeRef),
    ):
        angle = _angle(gps.get(tag))
        if angle:
            yield from say(name, f"{angle} {_text_of(gps.get(reference))}", f"Exif {tag.name}")
    if _GPS.GPSAltitude in gps:
        below = gps.get(_GPS.GPSAltitudeRef) in (1, b"\x01")
        yield from say("gps-altitude", f"{'-' if below else ''}{_number(gps[_GPS.GPSAltitude])} m", "Exif GPSAltitude")
    if _GPS.GPSDateStamp in gps:
        clock = ":".join(f"{int(float(part)):02}" for part in gps.get(_GPS.GPSTimeStamp, ()))
        written = f"{_text_of(gps[_GPS.GPSDateStamp])} {clock}Z" if clock else _text_of(gps[_GPS.GPSDateStamp])
        yield from say_time("gps", written, "Exif GPSDateStamp, GPSTimeStamp")


def _angle(value: Any) -> str:
    """Degrees, minutes and seconds as they stand in the file."""
    if not isinstance(value, tuple) or not value:
        return ""
    return " ".join(f"{_number(part)}{unit}" for part, unit in zip(value, "°'\"", strict=False))


def _number(value: Any) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _text_of(value: Any, *, wide: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        value = bytes(value) if wide else " ".join(map(str, value))
    if isinstance(value, bytes):
        return value.decode("utf-16-le", "replace").strip("\0 ") if wide else _decode(value).strip("\0 ")
    text = str(value).strip("\0 ")
    # Pillow reads Exif text as Latin-1; cameras and programs write UTF-8 or what their country uses.
    raw = text.encode("latin-1") if not text.isascii() and max(text) < "\u0100" else b""
    return _decode(raw) if raw else text


def _decode(raw: bytes) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    return decode_bytes(raw, detect_encoding(raw, complete=True))


def _about_iptc(image: Image.Image) -> Iterator[About]:
    found: Any = IptcImagePlugin.getiptcinfo(image)  # type: ignore[arg-type]
    if not found:
        return
    day, clock = found.get((2, 55)), found.get((2, 60))
    if isinstance(day, bytes):
        yield from say_time("created", _iptc_time(day, clock), "IPTC DateCreated, TimeCreated")
    for name, number, source in _IPTC:
        value = found.get(number)
        values = value if isinstance(value, list) else [value]
        yield from say_each(name, (_text_of(one) for one in values), source)


def _iptc_time(day: bytes, clock: Any) -> str:
    """CCYYMMDD and HHMMSS+HHMM put together as ISO 8601, or as they are."""
    text = day.decode("ascii", "replace")
    time = clock.decode("ascii", "replace") if isinstance(clock, bytes) else ""
    if len(text) != 8:
        return text
    text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return f"{text}T{time[:2]}:{time[2:4]}:{time[4:6]}{time[6:]}" if len(time) >= 6 else text


def _about_embedded_xmp(image: Image.Image) -> Iterator[About]:
    packet: Any = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    tags: Any = getattr(image, "tag_v2", None)
    if not packet and tags is not None:
        packet = tags.get(700)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if isinstance(packet, bytes):
        yield from about_xmp(packet)


def _about_text(image: Image.Image) -> Iterator[About]:
    if image.format == "PNG":
        for key, name in _PNG.items():
            yield from say(name, image.info.get(key, ""), f"PNG text {key}")
        yield from say_time("created", image.info.get("Creation Time", ""), "PNG text Creation Time")
    elif image.format in ("GIF", "JPEG", "MPO"):
        comment = image.info.get("comment")
        source = "GIF comment" if image.format == "GIF" else "JPEG COM"
        yield from say("description", _text_of(comment), source)
