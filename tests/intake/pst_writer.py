"""Writes small Outlook stores with known contents, from the published format alone ([MS-PST], Unicode, no encryption).

Independent of what reads them: two programs that know nothing of each other, libpff and readpst, agree on the result
(test_unpack_pst.py).
"""

from __future__ import annotations

import datetime
import struct
import zlib
from dataclasses import dataclass, field

INT, BOOL, TEXT, TEXT8, TIME, BINARY, OBJECT = 0x0003, 0x000B, 0x001F, 0x001E, 0x0040, 0x0102, 0x000D
Value = int | bool | str | bytes | datetime.datetime
_AMAP_AT, _PMAP_AT, _FIRST_AT = 0x4400, 0x4600, 0x4800
_BLOCK_BYTES = 8176
_IN_HEAP_BYTES = 600  # larger values go to nodes of their own; 3,580 would be allowed
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


@dataclass
class PstAttachment:
    name: str
    data: bytes = b""
    message: PstMessage | None = None
    method: int = 1


@dataclass
class PstMessage:
    """`properties` maps (number, type) to a value; recipients are (kind, name, address)."""

    properties: dict[tuple[int, int], Value]
    recipients: list[tuple[int, str, str]] = field(default_factory=list)
    attachments: list[PstAttachment] = field(default_factory=list)


@dataclass
class PstFolder:
    name: str
    messages: list[PstMessage] = field(default_factory=list)
    folders: list[PstFolder] = field(default_factory=list)
    deleted: list[PstMessage] = field(default_factory=list)
    orphaned: list[PstMessage] = field(default_factory=list)


def simple_message(subject: str, body: str, sent: datetime.datetime, **more: object) -> PstMessage:
    """A plain mail from one invented person to another."""
    properties: dict[tuple[int, int], Value] = {
        (0x001A, TEXT): "IPM.Note",
        (0x0037, TEXT): subject,
        (0x0039, TIME): sent,
        (0x0E06, TIME): sent,
        (0x0042, TEXT): "Айгүл Ерланқызы",
        (0x0065, TEXT): "aigul@example.org",
        (0x0C1A, TEXT): "Айгүл Ерланқызы",
        (0x0C1F, TEXT): "aigul@example.org",
        (0x0E07, INT): 1,
        (0x1000, TEXT): body,
        (0x1035, TEXT): f"<{zlib.crc32(subject.encode()):08x}@example.org>",
    }
    return PstMessage(properties, [(1, "样本 收件人", "sample@example.org")], **more)  # type: ignore[arg-type]


def write_pst(root: PstFolder, *, charset: str = "utf-16-le") -> bytes:
    """The store whose root folder is `root`."""
    return _Writer(charset).store(root)


def _crc(data: bytes) -> int:
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


class _Writer:
    def __init__(self, charset: str) -> None:
        self.charset = charset
        self.out = bytearray(_FIRST_AT)
        self.blocks: list[tuple[int, int, int]] = []  # bid, offset, size
        self.nodes: list[tuple[int, int, int, int]] = []  # nid, data bid, subnode bid, parent nid
        self.gone: set[int] = set()  # of deleted nodes
        self.gone_blocks: set[int] = set()
        self.free: list[tuple[int, int]] = []  # ranges that the allocation map calls free
        self.next_bid = 4
        self.next_index = 0x400
        self.deleting = False

    # --- blocks

    def block(self, data: bytes, *, internal: bool = False) -> int:
        bid = self.next_bid | (2 if internal else 0)
        self.next_bid += 4
        at = len(self.out)
        room = -(-(len(data) + 16) // 64) * 64
        signature = (at ^ bid) & 0xFFFFFFFF
        signature = (signature >> 16) ^ (signature & 0xFFFF)
        trailer = struct.pack("<HHIQ", len(data), signature, _crc(data), bid)
        self.out += data.ljust(room - 16, b"\0") + trailer
        self.blocks.append((bid, at, len(data)))
        if self.deleting:
            self.gone_blocks.add(bid)
            self.free.append((at, at + room))
        return bid

    def data(self, data: bytes) -> int:
        """Any amount of bytes, in one block or a tree of them."""
        if len(data) <= _BLOCK_BYTES:
            return self.block(data)
        bids = [self.block(data[at : at + _BLOCK_BYTES]) for at in range(0, len(data), _BLOCK_BYTES)]
        return self.block(
            struct.pack("<BBHI", 1, 1, len(bids), len(data)) + struct.pack(f"<{len(bids)}Q", *bids), internal=True
        )

    def subnodes(self, nodes: list[tuple[int, int, int]]) -> int:
        if not nodes:
            return 0
        body = b"".join(struct.pack("<QQQ", *node) for node in sorted(nodes))
        return self.block(struct.pack("<BBHI", 2, 0, len(nodes), 0) + body, internal=True)

    # --- heaps, properties, tables

    def heap(self, kind: int, root: int, items: list[bytes]) -> bytes:
        at, places = 12, [12]
        for item in items:
            at += len(item)
            places.append(at)
        body = b"".join(items)
        page_map = 12 + len(body)
        odd = page_map % 2
        head = struct.pack("<HBBI4x", page_map + odd, 0xEC, kind, root << 5)
        return head + body + b"\0" * odd + struct.pack(f"<HH{len(places)}H", len(items), 0, *places)

    def properties(self, values: dict[tuple[int, int], Value], nodes: list[tuple[int, int, int]]) -> bytes:
        items = [b"", b""]  # the tree of properties and its records
        records = b""
        for (number, kind), value in sorted(values.items()):
            raw = self.raw(kind, value)
            if kind in (INT, BOOL):
                held = int.from_bytes(raw, "little")
            elif not raw:
                held = 0
            elif len(raw) > _IN_HEAP_BYTES:
                nid = self.nid(0x1F)
                nodes.append((nid, self.data(raw), 0))
                held = nid
            else:
                items.append(raw)
                held = len(items) << 5
            records += struct.pack("<HHI", number, kind, held)
        items[0] = struct.pack("<BBBBI", 0xB5, 2, 6, 0, 2 << 5 if records else 0)
        items[1] = records
        return self.heap(0xBC, 1, items)

    def raw(self, kind: int, value: Value) -> bytes:
        if kind == TEXT:
            return str(value).encode("utf-16-le")
        if kind == TEXT8:
            return value if isinstance(value, bytes) else str(value).encode(self.charset)
        if kind == TIME:
            assert isinstance(value, datetime.datetime)
            return struct.pack("<q", int((value - _EPOCH).total_seconds()) * 10_000_000)
        if kind in (INT, BOOL):
            return struct.pack("<I", int(value))  # type: ignore[arg-type]
        assert isinstance(value, bytes)
        return value

    def table(self, columns: list[tuple[int, int]], rows: list[tuple[int, dict[int, Value]]]) -> bytes:
        """A table context; the two columns that every table has are added."""
        all_columns = [(0x67F2, INT), (0x67F3, INT), *columns]
        places, at = {}, 0
        for number, kind in all_columns:
            if kind != BOOL:
                places[number] = at
                at += 4
        end_4 = at
        for number, kind in all_columns:
            if kind == BOOL:
                places[number] = at
                at += 1
        end_1 = at
        row_bytes = at + -(-len(all_columns) // 8)
        bits = {number: bit for bit, (number, _) in enumerate(all_columns)}
        kinds = dict(all_columns)
        items: list[bytes] = [b"", b"", b"", b""]  # table, row index, its records, rows
        matrix = b""
        for row_id, values in rows:
            row = bytearray(row_bytes)
            for number, value in {0x67F2: row_id, 0x67F3: 1, **values}.items():
                raw = self.raw(kinds[number], value)
                if kinds[number] == BOOL:
                    raw = raw[:1]
                elif kinds[number] != INT:
                    items.append(raw)
                    raw = struct.pack("<I", len(items) << 5)
                row[places[number] : places[number] + len(raw)] = raw
                row[end_1 + bits[number] // 8] |= 0x80 >> bits[number] % 8
            matrix += row
        records = b"".join(
            struct.pack("<II", row_id, at) for at, (row_id, _) in sorted(enumerate(rows), key=lambda r: r[1][0])
        )
        items[1] = struct.pack("<BBBBI", 0xB5, 4, 4, 0, 3 << 5 if rows else 0)
        items[2], items[3] = records, matrix
        described = sorted(
            struct.pack("<HH", kind, number)
            + struct.pack("<HBB", places[number], 1 if kind == BOOL else 4, bits[number])
            for number, kind in all_columns
        )
        described.sort(key=lambda raw: struct.unpack("<I", raw[:4])[0])
        items[0] = struct.pack(
            "<BBHHHHIII", 0x7C, len(all_columns), end_4, end_4, end_1, row_bytes, 2 << 5, 4 << 5 if rows else 0, 0
        ) + b"".join(described)
        return self.heap(0x7C, 1, items)

    # --- nodes

    def nid(self, kind: int) -> int:
        self.next_index += 1
        return self.next_index << 5 | kind

    def node(self, nid: int, data: bytes, parent: int = 0, nodes: list[tuple[int, int, int]] | None = None) -> None:
        self.nodes.append((nid, self.data(data), self.subnodes(nodes or []), parent))
        if self.deleting:
            self.gone.add(nid)

    def message_parts(self, message: PstMessage) -> tuple[bytes, list[tuple[int, int, int]]]:
        nodes: list[tuple[int, int, int]] = []
        values = dict(message.properties)
        values[(0x0E1B, BOOL)] = bool(message.attachments)
        body = self.properties(values, nodes)
        columns = [(0x0C15, INT), (0x3001, TEXT), (0x3003, TEXT), (0x39FE, TEXT)]
        rows: list[tuple[int, dict[int, Value]]] = [
            (at, {0x0C15: kind, 0x3001: name, 0x3003: address, 0x39FE: address})
            for at, (kind, name, address) in enumerate(message.recipients)
        ]
        nodes.append((0x692, self.data(self.table(columns, rows)), 0))
        if message.attachments:
            rows = []
            for attachment in message.attachments:
                nid = self.nid(5)
                size = len(attachment.data) + 100
                rows.append(
                    (nid, {0x0E20: size, 0x3704: attachment.name, 0x3705: attachment.method, 0x370B: -1 & 0xFFFFFFFF})
                )
                nodes.append((nid, *self.attachment(attachment, size)))
            columns = [(0x0E20, INT), (0x3704, TEXT), (0x3705, INT), (0x370B, INT)]
            nodes.append((0x671, self.data(self.table(columns, rows)), 0))
        return body, nodes

    def attachment(self, attachment: PstAttachment, size: int) -> tuple[int, int]:
        nodes: list[tuple[int, int, int]] = []
        method = 5 if attachment.message is not None else attachment.method
        values: dict[tuple[int, int], Value] = {
            (0x0E20, INT): size,
            (0x3705, INT): method,
            (0x3704, TEXT): attachment.name,
            (0x3707, TEXT): attachment.name,
        }
        if attachment.message is not None:
            body, inner = self.message_parts(attachment.message)
            nid = self.nid(4)
            nodes.append((nid, self.data(body), self.subnodes(inner)))
            values[(0x3701, OBJECT)] = struct.pack("<II", nid, len(body))
        elif attachment.method == 1:
            values[(0x3701, BINARY)] = attachment.data
        body = self.properties(values, nodes)
        return self.data(body), self.subnodes(nodes)

    def message(self, message: PstMessage, parent: int) -> int:
        nid = self.nid(4)
        body, nodes = self.message_parts(message)
        self.node(nid, body, parent, nodes)
        return nid

    def folder(self, folder: PstFolder, parent: int, nid: int = 0) -> int:
        nid = nid or self.nid(2)
        index = nid & ~0x1F
        children = [(self.folder(child, nid), child) for child in folder.folders]
        messages = [(self.message(message, nid), message) for message in folder.messages]
        for message in folder.orphaned:
            self.message(message, 0x7FFFF02)
        self.deleting = True
        for message in folder.deleted:
            self.message(message, nid)
        self.deleting = False
        values: dict[tuple[int, int], Value] = {
            (0x3001, TEXT): folder.name,
            (0x3602, INT): len(messages),
            (0x3603, INT): 0,
            (0x360A, BOOL): bool(children),
        }
        self.node(nid, self.properties(values, []), parent or nid)
        columns = [(0x3001, TEXT), (0x3602, INT), (0x3603, INT), (0x360A, BOOL)]
        rows: list[tuple[int, dict[int, Value]]] = [
            (child, {0x3001: below.name, 0x3602: len(below.messages), 0x3603: 0, 0x360A: bool(below.folders)})
            for child, below in children
        ]
        self.node(index | 0x0D, self.table(columns, rows))
        columns = [(0x001A, TEXT), (0x0037, TEXT)]
        rows = [
            (child, {0x001A: str(message.properties.get((0x001A, TEXT), "IPM.Note")), 0x0037: "x"})
            for child, message in messages
        ]
        self.node(index | 0x0E, self.table(columns, rows))
        self.node(index | 0x0F, self.table(columns, []))
        return nid

    def store(self, root: PstFolder) -> bytes:
        uid = bytes(range(16))
        top = next((child for child in root.folders), None)
        self.folder(root, 0, 0x122)
        top_nid = next(
            (nid for nid, _, _, parent in self.nodes if parent == 0x122 and nid != 0x122 and nid & 0x1F == 2), 0x122
        )
        assert top is not None
        entry = lambda nid: b"\0\0\0\0" + uid + struct.pack("<I", nid)  # noqa: E731
        store: dict[tuple[int, int], Value] = {
            (0x0FF9, BINARY): uid,
            (0x3001, TEXT): "store",
            (0x35E0, BINARY): entry(top_nid),
            (0x35E3, BINARY): entry(top_nid),
            (0x35E7, BINARY): entry(0x122),
            (0x67FF, INT): 0,
        }
        self.node(0x21, self.properties(store, []))
        names: dict[tuple[int, int], Value] = {
            (0x0001, INT): 1,
            (0x0002, BINARY): bytes(16),
            (0x0003, BINARY): struct.pack("<IHH", 0, 5, 0),  # 0x8000 is a public name: the first in the next stream
            (0x0004, BINARY): struct.pack("<I", 16) + "Keywords".encode("utf-16-le"),
        }
        self.node(0x61, self.properties(names, []))
        if self.gone:  # the pages as they were before the deletion are still in the file
            before = len(self.out)
            self.tree(
                0x80,
                [
                    struct.pack("<QQHH4x", bid, at, size, 2)
                    for bid, at, size in sorted(self.blocks)
                    if bid in self.gone_blocks
                ],
                24,
            )
            self.tree(0x81, [struct.pack("<QQQI4x", *node) for node in sorted(self.nodes) if node[0] in self.gone], 32)
            self.free.append((before, len(self.out)))
        blocks = sorted(block for block in self.blocks if block[0] not in self.gone_blocks)
        blocks_root = self.tree(0x80, [struct.pack("<QQHH4x", bid, at, size, 2) for bid, at, size in blocks], 24)
        nodes = sorted(node for node in self.nodes if node[0] not in self.gone)
        nodes_root = self.tree(0x81, [struct.pack("<QQQI4x", *node) for node in nodes], 32)
        self.out += bytes(-len(self.out) % 512)
        self.allocation_map()
        self.header(nodes_root, blocks_root)
        return bytes(self.out)

    # --- pages

    def page(self, kind: int, body: bytes) -> tuple[int, int]:
        self.out += bytes(-len(self.out) % 512)
        at, bid = len(self.out), self.next_bid
        self.next_bid += 4
        signature = 0
        if kind != 0x84:
            signature = (at ^ bid) & 0xFFFFFFFF
            signature = (signature >> 16) ^ (signature & 0xFFFF)
        self.out += body + struct.pack("<BBHIQ", kind, kind, signature, _crc(body), bid)
        return bid, at

    def tree(self, kind: int, entries: list[bytes], entry_bytes: int, level: int = 0) -> tuple[int, int]:
        most = 488 // entry_bytes
        pages = []
        for start in range(0, max(len(entries), 1), most):
            held = entries[start : start + most]
            body = b"".join(held).ljust(488, b"\0") + struct.pack("<BBBBI", len(held), most, entry_bytes, level, 0)
            pages.append((held[0][:8] if held else bytes(8), self.page(kind, body)))
        if len(pages) == 1:
            return pages[0][1]
        return self.tree(kind, [key + struct.pack("<QQ", *reference) for key, reference in pages], 24, level + 1)

    def allocation_map(self) -> None:
        bits = [1] * (496 * 8)
        last = (len(self.out) - _AMAP_AT) // 64
        for at in range(last, len(bits)):
            bits[at] = 0
        for start, end in self.free:
            for at in range((start - _AMAP_AT) // 64, (end - _AMAP_AT) // 64):
                bits[at] = 0
        assert last <= len(bits), "one allocation map covers 253,952 bytes"
        body = bytes(int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits), 8))
        self.out[_AMAP_AT : _AMAP_AT + 512] = body + struct.pack("<BBHIQ", 0x84, 0x84, 0, _crc(body), _AMAP_AT)
        pages = b"\xff" * 496
        self.out[_PMAP_AT : _PMAP_AT + 512] = pages + struct.pack("<BBHIQ", 0x83, 0x83, 0, _crc(pages), _PMAP_AT)

    def header(self, nodes_root: tuple[int, int], blocks_root: tuple[int, int]) -> None:
        head = bytearray(564)
        struct.pack_into("<4sI2sHHBB", head, 0, b"!BDN", 0, b"SM", 23, 19, 1, 1)
        struct.pack_into("<QQI", head, 24, 0, self.next_bid, 1)
        struct.pack_into("<32I", head, 44, *([self.next_index + 1] * 32))
        struct.pack_into("<I4xQQQQ", head, 180, 0, len(self.out), _AMAP_AT, 0, 0)
        struct.pack_into("<I", head, 180, 0)
        struct.pack_into("<QQQQ", head, 184, len(self.out), _AMAP_AT, 0, 0)
        struct.pack_into("<QQQQ", head, 216, *nodes_root, *blocks_root)
        head[248] = 2
        head[256:512] = b"\xff" * 256
        head[512], head[513] = 0x80, 0
        struct.pack_into("<Q", head, 516, self.next_bid)
        struct.pack_into("<I", head, 4, _crc(bytes(head[8:479])))
        struct.pack_into("<I", head, 524, _crc(bytes(head[8:524])))
        self.out[: len(head)] = head
