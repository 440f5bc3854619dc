"""Compound files ([MS-CFB]) written anew: an object inside of an office file becomes a file of its own.

An embedded document lies in a storage of the file around it. Its streams are copied as they are into a compound file of
version 3, so that it can be identified and read like any other file.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SECTOR, _MINI = 512, 64
_CUTOFF = 4096  # shorter streams lie in the mini stream, section 2.3
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_IN_SECTOR = _SECTOR // 4
_IN_HEADER = 109  # places of FAT sectors that the header holds
_ROOT, _STORAGE, _STREAM = 5, 1, 2
_MAX_NAME = 31


@dataclass(slots=True)
class _Node:
    name: str
    data: bytes | None = None
    children: dict[str, _Node] = field(default_factory=dict)
    clsid: bytes = bytes(16)
    number: int = -1
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    start: int = _END


def write_compound(
    streams: Mapping[tuple[str, ...], bytes], clsids: Mapping[tuple[str, ...], bytes] | None = None
) -> bytes:
    """A compound file with these streams by their path; `clsids` are the classes of storages, () is the root."""
    root = _tree(streams, clsids or {})
    nodes = _number(root)
    mini = bytearray()
    mini_fat: list[int] = []
    chains: list[bytes] = []
    fat: list[int] = []
    for node in nodes:
        if node.data and len(node.data) < _CUTOFF:
            node.start = len(mini_fat)
            count = -(-len(node.data) // _MINI)
            mini_fat += [*range(node.start + 1, node.start + count), _END]
            mini += node.data.ljust(count * _MINI, b"\0")
    for node in nodes:
        if node.data and len(node.data) >= _CUTOFF:
            node.start = _chain(node.data, chains, fat)
    root.start = _chain(bytes(mini), chains, fat) if mini else _END
    mini_fat_bytes = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    mini_fat_start = _chain(mini_fat_bytes, chains, fat, b"\xff") if mini_fat else _END
    directory = b"".join(_entry(node, len(mini) if node is root else -1) for node in nodes)
    directory_start = _chain(directory, chains, fat, _unused_entry())
    fat_places, difat_places = _place_fat(fat)
    sectors = -(-len(mini_fat_bytes) // _SECTOR)
    head = _header(directory_start, mini_fat_start, sectors, fat_places, difat_places)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(len(fat_places) * _SECTOR, b"\xff")
    return b"".join([head, *chains, table, _difat(fat_places, difat_places)])


def _tree(streams: Mapping[tuple[str, ...], bytes], clsids: Mapping[tuple[str, ...], bytes]) -> _Node:
    root = _Node("Root Entry", clsid=clsids.get((), bytes(16)))
    for path, data in streams.items():
        node = root
        for depth, name in enumerate(path):
            place = tuple(path[: depth + 1])
            node = node.children.setdefault(name, _Node(name[:_MAX_NAME], clsid=clsids.get(place, bytes(16))))
        node.data = data
    return root


def _number(root: _Node) -> list[_Node]:
    """All nodes in the order of the directory, linked to one another."""
    nodes = [root]
    root.number = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        children = sorted(node.children.values(), key=lambda child: (len(child.name), child.name.upper()))
        for child in children:
            child.number = len(nodes)
            nodes.append(child)
        node.child = _balance(children)
        waiting += [child for child in children if child.children]
    return nodes


def _balance(children: Sequence[_Node]) -> int:
    """Number of the middle child, with the others below it on both sides; all of them are black."""
    if not children:
        return _FREE
    middle = len(children) // 2
    node = children[middle]
    node.left, node.right = _balance(children[:middle]), _balance(children[middle + 1 :])
    return node.number


def _chain(data: bytes, chains: list[bytes], fat: list[int], filler: bytes = b"\0") -> int:
    """Number of the first sector of `data`, which is in the chains now, filled up to whole sectors."""
    start, count = len(fat), -(-len(data) // _SECTOR)
    missing = count * _SECTOR - len(data)
    chains.append(data + (filler * (missing // len(filler))))
    fat += [*range(start + 1, start + count), _END]
    return start


def _place_fat(fat: list[int]) -> tuple[list[int], list[int]]:
    """Sectors of the table itself, which are entered in it, and of the list of them beyond the header's."""
    used = len(fat)
    tables = lists = 0
    while True:
        wanted = -(-(used + tables + lists) // _IN_SECTOR)
        wanted_lists = -(-max(0, wanted - _IN_HEADER) // (_IN_SECTOR - 1))
        if (wanted, wanted_lists) == (tables, lists):
            break
        tables, lists = wanted, wanted_lists
    fat += [_FAT] * tables + [_DIFAT] * lists
    return list(range(used, used + tables)), list(range(used + tables, used + tables + lists))


def _difat(fat_places: list[int], places: list[int]) -> bytes:
    rest = fat_places[_IN_HEADER:]
    out = bytearray()
    for at, _ in enumerate(places):
        piece = rest[at * (_IN_SECTOR - 1) : (at + 1) * (_IN_SECTOR - 1)]
        piece += [_FREE] * (_IN_SECTOR - 1 - len(piece))
        following = places[at + 1] if at + 1 < len(places) else _END
        out += struct.pack(f"<{_IN_SECTOR}I", *piece, following)
    return bytes(out)


def _header(directory: int, mini_fat: int, mini_sectors: int, fat_places: list[int], lists: list[int]) -> bytes:
    in_header = (fat_places + [_FREE] * _IN_HEADER)[:_IN_HEADER]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, len(fat_places), directory, 0, _CUTOFF, mini_fat, mini_sectors,
                        lists[0] if lists else _END, len(lists))  # fmt: skip
    return head + struct.pack(f"<{_IN_HEADER}I", *in_header)


def _entry(node: _Node, mini_bytes: int) -> bytes:
    name = node.name.encode("utf-16-le", "surrogatepass")
    kind = _ROOT if mini_bytes >= 0 else _STORAGE if node.data is None else _STREAM
    size = max(mini_bytes, 0) if node.data is None else len(node.data)
    start = 0 if kind == _STORAGE else node.start
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2, kind, 1, node.left, node.right, node.child)
        + node.clsid.ljust(16, b"\0")[:16]
        + struct.pack("<I8x8xIQ", 0, start, size)
    )


def _unused_entry() -> bytes:
    return bytes(68) + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(48)
