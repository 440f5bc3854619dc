"""Deleted items of an Outlook store, found by the index pages that were left behind.

A store is two trees of pages: one from items to blocks, one from blocks to places ([MS-PST] 2.2.2.7). Deleting an item
writes new pages and frees the old ones; until they are written over, they still tell where the item was. Here all such
pages are looked for, and a view of the store is made in which both trees hold what they told as well: the bytes of
the file, with new trees behind them. libpff reads that view like any store, and the items turn up in no folder.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_PAGE_BYTES, _ENTRIES_BYTES = 512, 496
_BLOCKS, _NODES = 0x80, 0x81  # kinds of pages
_ENTRY_BYTES = {_BLOCKS: 24, _NODES: 32}
_UNICODE_VERSIONS = range(20, 36)  # before that the layout is another one, from 36 on pages have 4 KiB
_HEADER_BYTES = 564
_FIRST_PAGE_AT = 0x4400
_CHUNK_BYTES = 1 << 20  # a multiple of the page
_MAX_PAGES = 100_000  # of a store of some 16 GB; all their entries are held in memory
_MAX_DEPTH = 8
_MAX_RECOVERED = 100_000
_MESSAGE = 4  # kind of a node, in its five lowest bits
_NO_FOLDER = 0x7FFFF02  # a parent that is not there, so that the item lies in no folder
_BLOCK_TRAILER = struct.Struct("<HHIQ")
_MAX_BLOCK_BYTES = 8176


@dataclass(frozen=True, slots=True)
class Found:
    """The view of the store that holds the deleted items too, and their identifiers."""

    view: BinaryIO
    identifiers: frozenset[int]


def find_deleted(file: BinaryIO, size_bytes: int) -> Found | None:
    """The view of the store with its deleted items; None if there are none, or the store is of a kind not known here.

    `file` is the open store; the view reads from it.
    """
    file.seek(0)
    header = bytearray(file.read(_HEADER_BYTES))
    if len(header) < _HEADER_BYTES or struct.unpack_from("<H", header, 10)[0] not in _UNICODE_VERSIONS:
        return None
    trees = _Trees(file)
    if not trees.read(struct.unpack_from("<Q", header, 224)[0], struct.unpack_from("<Q", header, 240)[0]):
        return None
    trees.find_left_pages(size_bytes)
    deleted = trees.deleted()
    if not deleted:
        return None
    start = -(-size_bytes // _PAGE_BYTES) * _PAGE_BYTES
    pages = _Pages(start)
    blocks = pages.tree(_BLOCKS, sorted(trees.blocks.values(), key=_key))
    nodes = pages.tree(_NODES, sorted([*trees.nodes.values(), *deleted.values()], key=_key))
    struct.pack_into("<Q", header, 184, start + len(pages.out))
    struct.pack_into("<QQQQ", header, 216, *nodes, *blocks)
    struct.pack_into("<I", header, 4, _crc(bytes(header[8:479])))
    struct.pack_into("<I", header, 524, _crc(bytes(header[8:524])))
    behind = bytes(start - size_bytes) + bytes(pages.out)
    return Found(_View(file, size_bytes, bytes(header), behind), frozenset(deleted))  # type: ignore[arg-type]


def _crc(data: bytes) -> int:
    """The checksum of the format: that of ZIP, begun with 0 and not turned round (section 5.3)."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def _key(entry: bytes) -> int:
    return int.from_bytes(entry[:8], "little")


class _Trees:
    """The entries of both trees as they are, and those on pages that belong to neither any more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._seen: set[int] = set()
        self.nodes: dict[int, bytes] = {}
        self.blocks: dict[int, bytes] = {}
        self._old_nodes: dict[int, bytes] = {}

    def read(self, nodes_at: int, blocks_at: int) -> bool:
        """Whether both trees could be read whole."""
        for kind, at, entries in ((_NODES, nodes_at, self.nodes), (_BLOCKS, blocks_at, self.blocks)):
            waiting = [(at, 0)]
            while waiting:
                place, depth = waiting.pop()
                page = self._page(place)
                if page is None or page[0] != kind or depth > _MAX_DEPTH or len(self._seen) > _MAX_PAGES:
                    return False
                self._seen.add(place)
                for entry in _entries(page[1]):
                    if page[1][491]:
                        waiting.append((int.from_bytes(entry[16:24], "little"), depth + 1))
                    else:
                        entries[_identifier(kind, entry)] = entry
        return True

    def find_left_pages(self, size_bytes: int) -> None:
        """Take the entries of all leaf pages that are in no tree."""
        for start in range(_FIRST_PAGE_AT, size_bytes, _CHUNK_BYTES):
            self._file.seek(start)
            chunk = self._file.read(_CHUNK_BYTES)
            kinds = chunk[_ENTRIES_BYTES::_PAGE_BYTES]
            for number, kind in enumerate(kinds):
                if kind not in (_BLOCKS, _NODES) or start + number * _PAGE_BYTES in self._seen:
                    continue
                page = chunk[number * _PAGE_BYTES : (number + 1) * _PAGE_BYTES]
                if _is_sound(page) and not page[491]:
                    self._take(kind, page)

    def _take(self, kind: int, page: bytes) -> None:
        for entry in _entries(page):
            identifier = _identifier(kind, entry)
            if kind == _NODES and identifier & 0x1F == _MESSAGE and identifier not in self.nodes:
                if len(self._old_nodes) < _MAX_RECOVERED:
                    self._old_nodes[identifier] = entry
            elif kind == _BLOCKS and identifier not in self.blocks and self._is_block(entry):
                self.blocks[identifier] = entry

    def _is_block(self, entry: bytes) -> bool:
        """Whether the block is still where the entry says, whole."""
        identifier, at, size = struct.unpack_from("<QQH", entry)
        if not 0 < size <= _MAX_BLOCK_BYTES:
            return False
        room = -(-(size + _BLOCK_TRAILER.size) // 64) * 64
        self._file.seek(at)
        raw = self._file.read(room)
        if len(raw) < room:
            return False
        stored_size, _, checksum, stored = _BLOCK_TRAILER.unpack_from(raw, room - _BLOCK_TRAILER.size)
        return bool(stored & ~1 == identifier & ~1 and stored_size == size and checksum == _crc(raw[:size]))

    def deleted(self) -> dict[int, bytes]:
        """The messages whose blocks are still there, as entries of a tree, by identifier."""
        found = {}
        for identifier, entry in self._old_nodes.items():
            _, data, below = struct.unpack_from("<QQQ", entry)
            if data & ~1 in self.blocks and (not below or below & ~1 in self.blocks):
                found[identifier] = entry[:24] + struct.pack("<I", _NO_FOLDER) + entry[28:]
        return found

    def _page(self, at: int) -> tuple[int, bytes] | None:
        self._file.seek(at)
        page = self._file.read(_PAGE_BYTES)
        return (page[_ENTRIES_BYTES], page) if len(page) == _PAGE_BYTES and _is_sound(page) else None


def _is_sound(page: bytes) -> bool:
    if len(page) < _PAGE_BYTES or page[_ENTRIES_BYTES] != page[_ENTRIES_BYTES + 1]:
        return False
    count, _, size, level = page[488:492]
    expected = 24 if level else _ENTRY_BYTES.get(page[_ENTRIES_BYTES], 0)
    fits = size == expected and count * size <= 488
    return fits and int.from_bytes(page[500:504], "little") == _crc(page[:_ENTRIES_BYTES])


def _entries(page: bytes) -> Iterator[bytes]:
    count, _, size, _ = page[488:492]
    for number in range(count):
        yield page[number * size : (number + 1) * size]


def _identifier(kind: int, entry: bytes) -> int:
    return _key(entry) & 0xFFFFFFFF if kind == _NODES else _key(entry) & ~1


class _Pages:
    """New pages, to lie behind the store."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.out = bytearray()

    def tree(self, kind: int, entries: list[bytes]) -> tuple[int, int]:
        """Identifier and place of the root of a tree with these entries, which are in order."""
        size, level = _ENTRY_BYTES[kind], 0
        while True:
            most = 488 // size
            pages = [entries[at : at + most] for at in range(0, len(entries), most)]
            references = [(page[0][:8], self._page(kind, page, size, level)) for page in pages]
            if len(references) == 1:
                return references[0][1]
            entries = [key + struct.pack("<QQ", *reference) for key, reference in references]
            size, level = 24, level + 1

    def _page(self, kind: int, entries: list[bytes], size: int, level: int) -> tuple[int, int]:
        at = self._start + len(self.out)
        identifier = at  # any number will do that no other page has
        body = b"".join(entries).ljust(488, b"\0") + struct.pack("<BBBBI", len(entries), 488 // size, size, level, 0)
        signature = (at ^ identifier) & 0xFFFFFFFF
        signature = (signature >> 16) ^ (signature & 0xFFFF)
        self.out += body + struct.pack("<BBHIQ", kind, kind, signature, _crc(body), identifier)
        return identifier, at


class _View:
    """A file to read: another header, the bytes of a store, and what is put behind them."""

    def __init__(self, file: BinaryIO, size_bytes: int, header: bytes, behind: bytes) -> None:
        self._file, self._size_bytes, self._header, self._behind = file, size_bytes, header, behind
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; the new place."""
        base = {0: 0, 1: self._at, 2: self._size_bytes + len(self._behind)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The place."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        whole = self._size_bytes + len(self._behind)
        end = whole if size < 0 else min(whole, self._at + size)
        out = b""
        while self._at < end:
            piece = self._piece(end)
            if not piece:
                break
            out += piece
            self._at += len(piece)
        return out

    def _piece(self, end: int) -> bytes:
        if self._at < len(self._header):
            return self._header[self._at : end]
        if self._at >= self._size_bytes:
            return self._behind[self._at - self._size_bytes : end - self._size_bytes]
        self._file.seek(self._at)
        return self._file.read(min(end, self._size_bytes) - self._at)

    def seekable(self) -> bool:
        """Whether it can go back."""
        return True

    def readable(self) -> bool:
        """Whether it can be read."""
        return True
