"""The one form in which a redacted PDF may leave: every byte of it is accounted for, or it stays.

A reader of its own for what `rebuilt` writes, by the letter: not a PDF parser that passes over what it does not know,
but one that refuses it. The font is known by its digests, so that a change of it is noticed here.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from hashlib import sha256

MAX_CONTENT_BYTES = 64 << 20
MAX_PAGES = 20_000
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_NUMBER = rb"-?\d{1,9}(?:\.\d{1,4})?"
_SHARED = 8  # objects before the first page
_BY_PAGE = 3
FONT_DIGESTS = (
    "0a411f2e3667a64bc28f8c385611ca53fc00bb7b98bb06daf8a406e8a36f5ebe",  # the font file
    "fa43239bcee7b97ca62f007cc68487560a39e19f74f3dde7486db3f98df8e471",  # all codes to its one glyph
    "54e4b014b5631fa8579ab416c35a3f036fe839a9933b2931c0138e4f418958e1",  # each code to its character
)
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /NoGlyphs /Encoding /Identity-H /DescendantFonts [4 0 R] "
    b"/ToUnicode 8 0 R >>",
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /NoGlyphs /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 500 /CIDToGIDMap 7 0 R >>",
    b"<< /Type /FontDescriptor /FontName /NoGlyphs /Flags 4 /FontBBox [0 -200 500 800] /ItalicAngle 0 /Ascent 800 "
    b"/Descent -200 /CapHeight 800 /StemV 80 /FontFile2 6 0 R >>",
)
_FLATE = re.compile(rb"(?:/Length1 624 )?/Filter /FlateDecode")
_TREE = re.compile(rb"<< /Type /Pages /Kids \[([0-9 R]+)\] /Count (\d{1,6}) >>")
_PAGE = re.compile(
    rb"<< /Type /Page /Parent 2 0 R /MediaBox \[0 0 (%b) (%b)\] /Resources << /XObject << /I (\d{1,9}) 0 R >> "
    rb"/Font << /F 3 0 R >> >> /Contents (\d{1,9}) 0 R >>" % (_NUMBER, _NUMBER)
)
_IMAGE = re.compile(
    rb"/Type /XObject /Subtype /Image /Width (\d{1,6}) /Height (\d{1,6}) /ColorSpace /Device(Gray|RGB) "
    rb"/BitsPerComponent 8 /Filter /(?:(DCTDecode)|FlateDecode "
    rb"/DecodeParms << /Predictor 15 /Colors ([13]) /Columns (\d{1,6}) >>)"
)
_STREAM = re.compile(rb"<< (.*?) ?/Length (\d{1,12}) >>\nstream\n", re.DOTALL)
_FIRST_LINE = re.compile(rb"q (%b) 0 0 (%b) 0 0 cm /I Do Q" % (_NUMBER, _NUMBER))
_WORD = re.compile(rb"/F %b Tf %b Tz -?1 0 0 1 %b %b Tm <((?:[0-9a-f]{4})+)> Tj" % (_NUMBER, _NUMBER, _NUMBER, _NUMBER))
_JFIF = b"JFIF\0\x01\x01"
_JPEG_TABLES = frozenset({0xDB, 0xC0, 0xC4})  # quantisation, the frame of a baseline JPEG, Huffman codes


class NotInForm(Exception):
    """The file is not in the form; the message says where, in words of ours."""


@dataclass(frozen=True, slots=True)
class ReleasedPage:
    """One page: its image stream as it is, and the words of its content."""

    width_px: int
    height_px: int
    channels: int
    is_jpeg: bool
    image: bytes
    content: bytes
    words: tuple[str, ...]


class _Taken:
    """A file that is taken apart from its first byte to its last."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.places: list[int] = []

    def take(self, expected: bytes, what: str) -> None:
        """The next bytes are these."""
        if not self.data.startswith(expected, self.at):
            raise NotInForm(f"{what} is not as it must be")
        self.at += len(expected)

    def match(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """The next bytes are of this form."""
        hit = pattern.match(self.data, self.at)
        if hit is None:
            raise NotInForm(f"{what} is not as it must be")
        self.at = hit.end()
        return hit

    def begin(self) -> str:
        """The next object begins; what it is called."""
        self.places.append(self.at)
        name = f"object {len(self.places)}"
        self.take(b"%d 0 obj\n" % len(self.places), name)
        return name

    def end(self) -> None:
        """The object ends."""
        self.take(b"\nendobj\n", f"object {len(self.places)}")

    def plain(self, expected: bytes) -> None:
        """The next object is this."""
        self.take(expected, self.begin())
        self.end()

    def stream(self, entries: re.Pattern[bytes]) -> tuple[re.Match[bytes], bytes]:
        """The next object is a stream with these entries and no other."""
        name = self.begin()
        head = self.match(_STREAM, name)
        about, size = entries.fullmatch(head[1]), int(head[2])
        if about is None or self.at + size > len(self.data):
            raise NotInForm(f"{name} is not as it must be")
        body = self.data[self.at : self.at + size]
        self.at += size
        self.take(b"\nendstream", name)
        self.end()
        return about, body


def read_released(pdf: bytes) -> tuple[ReleasedPage, ...]:
    """The pages of a file in the form.

    Raises:
        NotInForm: if one byte of it is not as it must be.
    """
    file = _Taken(pdf)
    file.take(_HEAD, "the head of the file")
    file.plain(b"<< /Type /Catalog /Pages 2 0 R >>")
    tree = file.match(_TREE, file.begin())
    file.end()
    count = int(tree[2])
    kids = b" ".join(b"%d 0 R" % (_SHARED + 1 + _BY_PAGE * at) for at in range(min(count, MAX_PAGES)))
    if tree[1] != kids or not count:
        raise NotInForm("the page tree is not as it must be")
    for expected in _FONT:
        file.plain(expected)
    for digest in FONT_DIGESTS:
        _, packed = file.stream(_FLATE)
        if sha256(_inflated(packed, 1 << 20, "the font")).hexdigest() != digest:
            raise NotInForm("the font is not the one that is known")
    pages = tuple(_read_page(file) for _ in range(count))
    _read_end(file)
    return pages


def _read_page(file: _Taken) -> ReleasedPage:
    name = file.begin()
    number = len(file.places)
    page = file.match(_PAGE, name)
    file.end()
    if (int(page[3]), int(page[4])) != (number + 1, number + 2):
        raise NotInForm(f"{name} does not name its own image and content")
    about, image = file.stream(_IMAGE)
    width, height, channels = int(about[1]), int(about[2]), 1 if about[3] == b"Gray" else 3
    if about[4] is not None:
        _check_jpeg(image)
    elif int(about[5]) != channels or int(about[6]) != width:
        raise NotInForm(f"object {number + 1} is not as it must be")
    _, packed = file.stream(_FLATE)
    content = _inflated(packed, MAX_CONTENT_BYTES, f"object {number + 2}")
    words = _words_of(content, (page[1], page[2]), f"object {number + 2}")
    return ReleasedPage(width, height, channels, about[4] is not None, image, content, words)


def _read_end(file: _Taken) -> None:
    start = file.at
    count = len(file.places) + 1
    rows = b"".join(b"%010d 00000 n \n" % place for place in file.places)
    file.take(b"xref\n0 %d\n0000000000 65535 f \n" % count + rows, "the table of objects")
    file.take(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start), "the trailer")
    if file.at != len(file.data):
        raise NotInForm("there are bytes behind the end of the file")


def _inflated(packed: bytes, most: int, what: str) -> bytes:
    """The bytes of a Flate stream that holds them and nothing behind them."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, most + 1)
    except zlib.error:
        raise NotInForm(f"{what} cannot be unpacked") from None
    if len(data) > most or not inflater.eof or inflater.unused_data:
        raise NotInForm(f"{what} is not packed as it must be")
    return data


def _words_of(content: bytes, box: tuple[bytes, bytes], what: str) -> tuple[str, ...]:
    """The words of a content stream: the image over the whole page, then words that are not drawn."""
    lines = content.split(b"\n")
    first = _FIRST_LINE.fullmatch(lines[0])
    if first is None or first.groups() != box or lines[1:2] != [b"BT 3 Tr"] or lines[-2:] != [b"ET", b""]:
        raise NotInForm(f"{what} is not as it must be")
    words = []
    for line in lines[2:-2]:
        word = _WORD.fullmatch(line)
        if word is None:
            raise NotInForm(f"{what} has a command that it must not have")
        words.append(bytes.fromhex(word[1].decode()).decode("utf-16-be", "replace"))
    return tuple(words)


def _check_jpeg(data: bytes) -> None:
    """A baseline JPEG with its tables and one scan: no other segment, no thumbnail, no byte behind its end.

    Raises:
        NotInForm: if it is none.
    """
    at = 2
    if data[:2] != b"\xff\xd8":
        raise NotInForm("an image is not as it must be")
    while True:
        head = data[at : at + 4]
        size = int.from_bytes(head[2:], "big")
        body = data[at + 4 : at + 2 + size]
        if len(head) < 4 or head[0] != 0xFF or len(body) != size - 2:
            raise NotInForm("an image is not as it must be")
        at += 2 + size
        if head[1] == 0xDA:
            break
        is_plain_head = head[1] == 0xE0 and len(body) == 14 and body.startswith(_JFIF) and body[12:] == b"\0\0"
        if head[1] not in _JPEG_TABLES and not is_plain_head:
            raise NotInForm("an image holds more than its picture")
    if any(marker[0] for marker in re.findall(rb"\xff([^\x00\xd0-\xd7])", data[at:-2])) or data[-2:] != b"\xff\xd9":
        raise NotInForm("an image holds more than its picture")
