"""Web pages: the text that they hold, whether shown or hidden; scripts and styles are dropped, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lxml import etree

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.read._sections import cut_sections
from fairwitness.text.encoding import HEAD_BYTES, decode_bytes, detect_encoding, find_codec

MAX_HTML_BYTES = 64 << 20
_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_:.\-]{2,40})""")
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.\-]{2,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DROPPED = frozenset({"script", "style", "noscript", "template", "head", "svg", "object"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "ul",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True, slots=True)
class ReadHtml:
    """Reads HTML and XHTML in sections; the encoding is that of its mark, its own statement, or the likeliest."""

    max_bytes: int = MAX_HTML_BYTES
    name: ClassVar[str] = "read-html"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the title and the sections."""
        item.file.seek(0)
        data = item.file.read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise ReadError(Cause.LIMIT_MEMORY, "html is too large")
        text = decode_html(data)
        title, blocks = html_blocks(text)
        if title:
            yield About("title", title[:1000])
        pages = 0
        for page in cut_sections(blocks):
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
    text = decode_bytes(data, codec)
    if codec != likely and text.count("\ufffd") * 100 > sum(1 for byte in head if byte > 0x7F):
        other = decode_bytes(data, likely)
        return other if other.count("\ufffd") < text.count("\ufffd") else text
    return text


def html_blocks(markup: str) -> tuple[str, list[str]]:
    """The title, and the text as blocks with their ends; empty if the markup cannot be parsed at all."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True, huge_tree=False
    )
    plain = _DECLARATION.sub("", markup.replace("\0", ""), count=1)
    try:
        root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadError(Cause.UNREADABLE, "html cannot be parsed") from error
    if root is None:
        return "", []
    title = " ".join("".join(root.xpath("string((//title)[1])")).split())
    text = _BLANK.sub("\n\n", "".join(_pieces(root))).strip("\n")
    return title, [*([title + "\n\n"] if title else []), *re.split(r"(?<=\n\n)|(?<=\t\n)", text)]


def _pieces(root: etree._Element) -> Iterator[str]:
    dropped: etree._Element | None = None
    preformatted = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if dropped is None and tag in _DROPPED:
                dropped = element
            if dropped is None:
                preformatted += tag == "pre"
                yield _opening(element, tag)
                yield _spaced(element.text, preformatted)
            continue
        if dropped is element:
            dropped = None
        elif dropped is None:
            preformatted -= tag == "pre"
            yield _closing(tag)
        if dropped is None:
            yield _spaced(element.tail, preformatted)


def _spaced(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    return text if preformatted else _SPACE.sub(" ", text)


def _opening(element: etree._Element, tag: str) -> str:
    if tag == "br":
        return "\n"
    if tag == "img":
        alternative = " ".join((element.get("alt") or "").split())
        return f" {alternative} " if alternative else ""
    if tag == "input" and (element.get("type") or "").lower() not in ("hidden", "password", "checkbox", "radio"):
        value = " ".join((element.get("value") or "").split())
        return f" {value} " if value else ""
    return "\n\n" if tag in _BLOCKS else ""


def _closing(tag: str) -> str:
    if tag in ("td", "th"):
        return "\t"
    if tag == "tr":
        return "\n"  # behind the tab of its last cell
    return "\n\n" if tag in _BLOCKS and tag != "br" else ""
