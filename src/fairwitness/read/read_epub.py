"""Electronic books: the chapters of an EPUB in the order in which they are read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Part, Source
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Package,
    local,
    take_out,
)
from fairwitness.read._package_about import about_epub
from fairwitness.read._sections import cut_sections
from fairwitness.read.read_docx import end_of_sections
from fairwitness.read.read_html import decode_html
from fairwitness.text.html import read_html_text

_CHAPTERS = ("application/xhtml+xml", "text/html", "application/xml")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True, slots=True)
class ReadEpub:
    """Reads the XHTML parts of an EPUB in spine order, in sections; parts outside the spine come last."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-epub"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield title and date, then the sections."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        container = package.tree("META-INF/container.xml")
        opf = next((name for name in package.names if name.endswith(".opf")), "")
        if container is not None:
            roots = (element.get("full-path", "") for element in container.iter() if local(element) == "rootfile")
            opf = next((path for path in roots if path in package), opf)
        root = package.tree(opf) if opf else None
        if root is None:
            raise ReadError(Cause.UNREADABLE, "no list of chapters")
        yield from about_epub(root)
        if "META-INF/encryption.xml" in package:
            yield About("active-content", "encrypted-parts", "META-INF/encryption.xml")
        damage: list[ReadError] = []
        pages = 0
        for page in cut_sections(_blocks(package, _chapters(root, opf), damage)):
            pages += 1
            yield page
        files = [name for name in package.names if name.endswith(_PICTURES)]
        yield from take_out(package, files)
        yield end_of_sections(pages, damage, len(files))


def _chapters(root: object, opf: str) -> list[str]:
    folder = posixpath.dirname(opf)
    parts: dict[str, str] = {}
    order: list[str] = []
    for element in root.iter():  # type: ignore[attr-defined]
        if local(element) == "item" and element.get("media-type", "") in _CHAPTERS:
            target = unquote(element.get("href", "").partition("#")[0])
            parts[element.get("id", "")] = posixpath.normpath(posixpath.join(folder, target))
        elif local(element) == "itemref":
            order.append(element.get("idref", ""))
    read_first = [parts.pop(name) for name in dict.fromkeys(order) if name in parts]
    return [*read_first, *parts.values()]


def _blocks(package: Package, chapters: list[str], damage: list[ReadError]) -> Iterator[str]:
    for chapter in chapters:
        try:
            yield from read_html_text(decode_html(package.read_small(chapter))).blocks
            yield "\n\n"
        except ReadError as error:
            if error.cause == Cause.LIMIT_OUTPUT:
                raise
            damage.append(error)
