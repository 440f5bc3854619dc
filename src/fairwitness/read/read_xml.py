"""XML of any other kind: the text of its elements, a line each, and the values of its attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lxml import etree

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._package import local
from fairwitness.read._sections import cut_sections
from fairwitness.read.read_html import MAX_HTML_BYTES, decode_html
from fairwitness.read.read_text import ReadText

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bold",
        "big",
        "cite",
        "code",
        "em",
        "emphasis",
        "font",
        "i",
        "italic",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "sup",
        "tt",
        "u",
        "t",
        "r",
        "g",
        "tspan",
        "hi",
        "phrase",
        "link",
        "xref",
    ]
)
_TOKEN_CHARS = 3  # an attribute value without a space must be longer than a flag to be worth a line


@dataclass(frozen=True, slots=True)
class ReadXml:
    """Reads XML as text; where it is not well formed or larger than a limit, the markup itself is the text."""

    max_bytes: int = MAX_HTML_BYTES
    name: ClassVar[str] = "read-xml"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        item.file.seek(0)
        data = item.file.read(self.max_bytes + 1) if item.size_bytes <= self.max_bytes else b""
        root = _parse(data)
        if root is None:
            yield from ReadText()(item)
            return
        pages = 0
        for page in cut_sections(_blocks(root)):
            pages += 1
            yield page
        yield End(Cause.OK if pages else Cause.EMPTY, "", pages)


def _parse(data: bytes) -> etree._Element | None:
    """The root; None if it is not well formed, or declares entities, which are never expanded."""
    if not data:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=False,
        encoding="utf-8",
    )
    text = decode_html(data).lstrip()
    if text.startswith("<?xml"):
        text = text[text.find("?>") + 2 :]
    try:
        root: etree._Element = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    dtd = root.getroottree().docinfo.internalDTD
    declares = dtd is not None and next(iter(dtd.iterentities()), None) is not None
    return None if declares else root


def _blocks(root: etree._Element) -> Iterator[str]:
    line: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        inline = local(element) in _INLINE
        if event == "start":
            if not inline:
                yield from _end_line(line)
            line.append(_attributes(element))
            line.append(element.text or "")
            continue
        if event == "comment":
            yield from _end_line(line)
            line.append(element.text or "")
        if not inline:
            yield from _end_line(line)
        line.append(element.tail or "")
    yield from _end_line(line)


def _attributes(element: etree._Element) -> str:
    values = (" ".join(str(value).split()) for value in element.attrib.values())
    worth = [value for value in values if len(value) > _TOKEN_CHARS or not value.isascii()]
    return " ".join(worth) + "\n" if worth else ""


def _end_line(line: list[str]) -> Iterator[str]:
    text = "\n".join(" ".join(part.split()) for part in "".join(line).split("\n"))
    line.clear()
    text = "\n".join(part for part in text.split("\n") if part)
    if text:
        yield text + "\n"
