"""ZIP packages of office documents: bounded members, and XML that can neither grow nor reach out."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_DATA_BYTES, Entry, EntryData, EntryEnd, Part, Source

MAX_MEMBER_BYTES = 1 << 30
MAX_PACKAGE_BYTES = 2 << 30
MAX_SMALL_BYTES = 32 << 20  # of parts read whole: relations, content types, metadata

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError)
_OF_THE_PACKAGE = (".xml", ".rels", ".vml", "/")
_WITHOUT_CONTENT = re.compile(r"/printersettings/|/fonts/|\.odttf$|^mimetype$")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

Element = etree._Element


class Member:
    """A member being decompressed; counts what comes out of it, and of the whole package."""

    def __init__(self, package: Package, stream: IO[bytes]) -> None:
        self._package = package
        self._stream = stream
        self._left = package.max_member_bytes

    def read(self, size: int = -1) -> bytes:
        """The next bytes; never more than 1 MiB at once.

        Raises:
            ReadError: LIMIT_OUTPUT when the member or its package grows too large, UNREADABLE when it is
            damaged.
        """
        want = MAX_DATA_BYTES if size < 0 else min(size, MAX_DATA_BYTES)
        try:
            data = self._stream.read(want)
        except NotImplementedError as error:
            raise ReadError(Cause.UNSUPPORTED, "compression method") from error
        except _DAMAGED as error:
            raise ReadError(Cause.UNREADABLE, "damaged member") from error
        self._left -= len(data)
        self._package.left -= len(data)
        if self._left < 0 or self._package.left < 0:
            raise ReadError(Cause.LIMIT_OUTPUT, "package grows too large")
        return data


class Package:
    """An open package; names are compared without regard to case and leading slash, as office programs do."""

    def __init__(
        self, source: Source, max_member_bytes: int = MAX_MEMBER_BYTES, max_package_bytes: int = MAX_PACKAGE_BYTES
    ) -> None:
        source.file.seek(0)
        try:
            self._zip = zipfile.ZipFile(source.file)
        except NotImplementedError as error:
            raise ReadError(Cause.UNSUPPORTED, "kind of zip") from error
        except _DAMAGED as error:
            raise ReadError(Cause.UNREADABLE, "damaged package") from error
        self.max_member_bytes = max_member_bytes
        self.left = max_package_bytes
        self._infos = {_key(info.filename): info for info in self._zip.infolist()}
        self.names = list(self._infos)

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._infos

    def size_of(self, name: str) -> int:
        """Bytes of the member as the directory claims."""
        return self._infos[_key(name)].file_size

    def stored_name(self, name: str) -> str:
        """The name as it is in the directory."""
        return self._infos[_key(name)].filename

    def open(self, name: str) -> Member:
        """The member, ready to be read.

        Raises:
            ReadError: UNREADABLE if it is not there, ENCRYPTED, or UNSUPPORTED.
        """
        info = self._infos.get(_key(name))
        if info is None:
            raise ReadError(Cause.UNREADABLE, "a part of the package is missing")
        if info.flag_bits & 0x1:
            raise ReadError(Cause.ENCRYPTED)
        try:
            return Member(self, self._zip.open(info))
        except NotImplementedError as error:
            raise ReadError(Cause.UNSUPPORTED, "compression method") from error
        except _DAMAGED as error:
            raise ReadError(Cause.UNREADABLE, "damaged member") from error

    def read_small(self, name: str) -> bytes:
        """All of a member that has no business being large; empty if it is not there."""
        if name not in self:
            return b""
        member = self.open(name)
        data = bytearray()
        while piece := member.read():
            data += piece
            if len(data) > MAX_SMALL_BYTES:
                raise ReadError(Cause.LIMIT_OUTPUT, "a part of the package is too large")
        return bytes(data)

    def tree(self, name: str) -> Element | None:
        """The root of a small XML member; None if it is not there or not well formed."""
        data = self.read_small(name)
        if not data:
            return None
        try:
            root: Element = etree.fromstring(data, _parser())
        except (etree.XMLSyntaxError, ValueError):
            return None
        refuse_entities(root)
        return root

    def relations_of(self, part: str) -> dict[str, tuple[str, str]]:
        """Id -> (last word of the type, name of the part) of all inner relations of an OPC part; "" is the package."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return {}
        found = {}
        for relation in root.iter(_RELATION):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "").replace("\\", "/")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
        return found

    def main_part(self, default: str) -> str:
        """Name of the part that the package says is its document."""
        for kind, part in self.relations_of("").values():
            if kind == "officeDocument" and part in self:
                return part
        return default


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def refuse_entities(element: Element) -> None:
    """Nothing, if the document of `element` declares no entities.

    Raises:
        ReadError: UNREADABLE; office formats have none, and unexpanded they would lose text silently.
    """
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise ReadError(Cause.UNREADABLE, "xml declares entities")


def walk_xml(stream: Any) -> Iterator[tuple[str, Element]]:
    """Yield ("start" | "end", element) of an XML stream; the caller clears what it has read.

    Raises:
        ReadError: UNREADABLE if it is not well formed, declares entities, or is nested deeper than 256.
    """
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    try:
        for event, element in events:
            if first:
                refuse_entities(element)
                first = False
            yield event, element
    except etree.XMLSyntaxError as error:
        raise ReadError(Cause.UNREADABLE, "xml is damaged") from error


def local(element: Element) -> str:
    """Name of the element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def forget(element: Element) -> None:
    """Free an element that has been read, and its elder siblings."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def embedded_files(package: Package, folders: tuple[str, ...]) -> list[str]:
    """Names of the files that the package carries in one of its `folders`."""
    return [name for name in package.names if name.startswith(folders) and not name.endswith("/")]


def other_files(package: Package) -> list[str]:
    """Names of all members that are no XML of the package itself: pictures, embedded objects, macros, foreign parts.

    Left out is what holds no content of its own: settings of printers, embedded fonts.
    """
    return [name for name in package.names if not name.endswith(_OF_THE_PACKAGE) and not _WITHOUT_CONTENT.search(name)]


def take_out(package: Package, names: list[str]) -> Iterator[Part]:
    """Yield each named member as an attachment with its bytes."""
    for number, name in enumerate(names, 1):
        stored = posixpath.basename(package.stored_name(name)).encode("utf-8", "replace")
        try:
            member = package.open(name)
        except ReadError as error:
            yield Entry(number, stored, role="attachment", cause=Cause(error.cause), detail=error.detail)
            continue
        yield Entry(number, stored, role="attachment", size_bytes=package.size_of(name))
        try:
            while data := member.read():
                yield EntryData(data)
        except ReadError as error:
            yield EntryEnd(Cause(error.cause), error.detail)
            if error.cause == Cause.LIMIT_OUTPUT:
                raise
        else:
            yield EntryEnd()
