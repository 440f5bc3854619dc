"""Drawings of Visio since 2013 (VSDX and its kin): one page for each drawing page, with the text of its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageMissed, PageText, Part, Source
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Package,
    forget,
    local,
    other_files,
    take_out,
    walk_xml,
)
from fairwitness.read._package_about import about_ooxml
from fairwitness.read._sections import slide_page

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class ReadVsdx:
    """Reads the text of shapes in the order of the file, the name of each page first; masters are named with theirs."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-vsdx"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, its pages, then its masters, and the files embedded in it."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        main = package.main_part("visio/document.xml")
        if main not in package:
            raise ReadError(Cause.UNREADABLE, "no drawing in the package")
        yield from about_ooxml(package)
        number = 0
        for kind in ("pages", "masters"):
            for name, part in _listed(package, main, kind):
                number += 1
                yield _read(package, name, part, number)
        files = other_files(package)
        yield from take_out(package, files)
        yield End(Cause.OK if number or files else Cause.EMPTY, "", number, len(files))


def _listed(package: Package, main: str, kind: str) -> list[tuple[str, str]]:
    """Name and part of each page or master, in the order of their list."""
    found = []
    for relation, index in package.relations_of(main).values():
        root = package.tree(index) if relation == kind else None
        parts = package.relations_of(index) if root is not None else {}
        for element in root if root is not None else ():
            link = next((str(child.get(_ID, "")) for child in element if local(child) == "Rel"), "")
            found.append((str(element.get("Name", "")), parts.get(link, ("", ""))[1]))
    return found


def _read(package: Package, name: str, part: str, number: int) -> PageText | PageMissed:
    blocks = [f"{name}\n\n"] if name.strip() else []
    try:
        for event, element in walk_xml(package.open(part)):
            if event == "end" and local(element) == "Text":
                text = "".join(map(str, element.itertext())).strip()
                if text:
                    blocks.append(f"{text}\n\n")
            elif event == "end" and local(element) in ("Shape", "Connect"):
                forget(element)
    except ReadError as error:
        if error.cause == Cause.LIMIT_OUTPUT:
            raise
        return PageMissed(number, "slide", Cause(error.cause))
    return slide_page(number, "".join(blocks))
