"""Web pages: the text that they hold, whether shown or hidden; scripts and styles are dropped, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.read._markup_about import about_html
from fairwitness.read._sections import cut_sections
from fairwitness.text.encoding import HEAD_BYTES, believe, decode_bytes, detect_encoding, find_codec
from fairwitness.text.html import read_html_text

MAX_HTML_BYTES = 64 << 20
_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_:.\-]{2,40})""")
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.\-]{2,40})["']""")


@dataclass(frozen=True, slots=True)
class ReadHtml:
    """Reads HTML and XHTML in sections; the encoding is that of its mark, its own statement, or the likeliest."""

    max_bytes: int = MAX_HTML_BYTES
    name: ClassVar[str] = "read-html"
    version: ClassVar[str] = "4"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the title and the sections."""
        item.file.seek(0)
        data = item.file.read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise ReadError(Cause.LIMIT_MEMORY, "html is too large")
        text = decode_html(data)
        page_text = read_html_text(text)
        if page_text.title:
            yield About("title", page_text.title[:1000], "HTML title")
        yield from about_html(text)
        if page_text.remote:
            yield About("remote-content", str(page_text.remote), "HTML elements")
        pages = 0
        for page in cut_sections(page_text.blocks):
            pages += 1
            yield page
        if "\ufffd" in text:
            yield End(Cause.PARTIAL, "bytes that are no text in its encoding", pages)
            return
        yield End(Cause.OK if pages else Cause.EMPTY, "", pages)


def decode_html(data: bytes) -> str:
    """The markup as text. A stated encoding is believed unless the bytes contradict it."""
    head = data[:HEAD_BYTES]
    likely = detect_encoding(head, complete=len(data) <= HEAD_BYTES)
    if likely.startswith(("utf-16", "utf-32")) or head.startswith(b"\xef\xbb\xbf"):
        return decode_bytes(data, likely)
    stated = _XML_ENCODING.match(head) or _CHARSET.search(head[:8192])
    codec = find_codec(stated[1].decode("ascii")) if stated else None
    if codec is None or codec.startswith("utf-16"):
        return decode_bytes(data, likely)
    codec = believe(codec, data)
    text = decode_bytes(data, codec)
    if codec != likely and text.count("\ufffd") * 100 > sum(1 for byte in head if byte > 0x7F):
        other = decode_bytes(data, likely)
        return other if other.count("\ufffd") < text.count("\ufffd") else text
    return text
