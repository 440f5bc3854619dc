"""The directory and the packed streams of a 7z archive, for what libarchive cannot: AES and BZip2.

After the format description in the LZMA SDK (7zFormat.txt). Only chains of coders with one input and one output are
decoded; BCJ2 and PPMd are not.
"""

from __future__ import annotations

import bz2
import hashlib
import lzma
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

DEFLATE64 = b"\4\1\x09"
COPY, LZMA, LZMA2, BZIP2, DEFLATE, AES = b"\0", b"\3\1\1", b"\x21", b"\4\2\2", b"\4\1\x08", b"\6\xf1\7\1"
_MAGIC = b"7z\xbc\xaf\x27\x1c"
_MAX_HEADER_BYTES = 64 << 20
_MAX_ITEMS = 1_000_000
_MAX_CODERS = 8
_MAX_ROUNDS_POWER = 24  # 7-Zip writes 19; more would only serve to keep us busy
_PIECE_BYTES = 1 << 18
_MAX_LZMA_MEMORY_BYTES = 1 << 30
# What the decoders raise on noise and damage.
DAMAGE = (lzma.LZMAError, zlib.error, OSError, EOFError, ValueError, IndexError, struct.error, OverflowError)


@dataclass(slots=True)
class Coder:
    """One step of decoding."""

    method: bytes
    properties: bytes = b""
    size_bytes: int = 0  # of what comes out of it


@dataclass(slots=True)
class Folder:
    """Packed bytes in the file, the coders that decode them in the order of decoding, and the files that come out."""

    coders: list[Coder]
    is_chain: bool = True
    start: int = 0
    packed_bytes: int = 0
    crc: int | None = None
    sizes: list[int] = field(default_factory=list)
    crcs: list[int | None] = field(default_factory=list)

    @property
    def methods(self) -> set[bytes]:
        """Of all its coders."""
        return {coder.method for coder in self.coders}


@dataclass(slots=True)
class Item:
    """A file or folder in the archive; `has_bytes` says that a folder of streams holds it."""

    name: str = ""
    has_bytes: bool = True
    is_directory: bool = False
    attributes: int = 0
    modified: int = 0  # 100 ns since 1601


class Directory:
    """What an archive holds. `needs_password` says that it cannot be told without one."""

    def __init__(self, file: BinaryIO, size_bytes: int, keys: Keys) -> None:
        self._file, self._size_bytes, self._keys = file, size_bytes, keys
        self.folders: list[Folder] = []
        self.items: list[Item] = []
        self.is_encrypted = False
        try:
            self._read()
        except (ValueError, IndexError, struct.error, UnicodeDecodeError):
            raise ReadError(Cause.UNREADABLE, "the directory is damaged") from None

    def _read(self) -> None:
        self._file.seek(0)
        head = self._file.read(32)
        if len(head) < 32 or not head.startswith(_MAGIC):
            raise ReadError(Cause.UNREADABLE, "no 7z archive")
        offset, size, crc = struct.unpack_from("<QQI", head, 12)
        if size > _MAX_HEADER_BYTES or 32 + offset + size > self._size_bytes:
            raise ReadError(Cause.PARTIAL, "cut off")
        if not size:
            return
        self._file.seek(32 + offset)
        data = self._file.read(size)
        if zlib.crc32(data) != crc:
            raise ReadError(Cause.UNREADABLE, "the directory is damaged")
        for _ in range(4):  # a packed directory may be packed again
            reader = _Reader(data)
            kind = reader.byte()
            if kind == 0x01:
                self._header(reader)
                return
            if kind != 0x17:
                break
            folder = self._streams(reader)[0]
            if folder.coders[-1].size_bytes > _MAX_HEADER_BYTES:
                raise ReadError(Cause.LIMIT_OUTPUT, "directory larger than the limit")
            self.is_encrypted |= AES in folder.methods
            data = self._keys.open_whole(self._file, folder)
        raise ReadError(Cause.UNREADABLE, "the directory is damaged")

    def _header(self, reader: _Reader) -> None:
        kind = reader.byte()
        if kind == 0x02:  # properties of the archive
            while reader.byte():
                reader.take(reader.number())
            kind = reader.byte()
        if kind == 0x03:
            self._streams(reader)
            kind = reader.byte()
        if kind == 0x04:
            self.folders = self._streams(reader)
            kind = reader.byte()
        if kind == 0x05:
            self.items = _files(reader)

    def _streams(self, reader: _Reader) -> list[Folder]:
        start = 0
        sizes: list[int] = []
        folders: list[Folder] = []
        while kind := reader.byte():
            if kind == 0x06:
                start, sizes = _pack_info(reader)
            elif kind == 0x07:
                folders = _unpack_info(reader)
            elif kind == 0x08:
                _substreams(reader, folders)
            else:
                raise ValueError
        at = 32 + start
        for folder, size in zip(folders, sizes, strict=False):
            folder.start, folder.packed_bytes = at, size
            at += size
        if any(not folder.is_chain for folder in folders) and len(sizes) != len(folders):
            raise ReadError(Cause.UNSUPPORTED, "compression method")
        for folder in folders:
            if not folder.sizes:
                folder.sizes, folder.crcs = [folder.coders[-1].size_bytes], [folder.crc]
        return folders


class _Reader:
    """The position in a directory."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise ValueError
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        """A number of 1 to 9 bytes: the leading ones of the first byte tell how many follow."""
        first, value = self.byte(), 0
        for at in range(8):
            if not first & 0x80 >> at:
                return value + ((first & (0x80 >> at) - 1) << 8 * at)
            value |= self.byte() << 8 * at
        return value

    def count(self) -> int:
        value = self.number()
        if value > _MAX_ITEMS:
            raise ReadError(Cause.LIMIT_ENTRIES)
        return value

    def bits(self, count: int) -> list[bool]:
        raw = self.take((count + 7) // 8)
        return [bool(raw[at // 8] & 0x80 >> at % 8) for at in range(count)]

    def bits_or_all(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        return [struct.unpack("<I", self.take(4))[0] if there else None for there in self.bits_or_all(count)]


def _pack_info(reader: _Reader) -> tuple[int, list[int]]:
    start, count = reader.number(), reader.count()
    sizes: list[int] = []
    while kind := reader.byte():
        if kind == 0x09:
            sizes = [reader.number() for _ in range(count)]
        elif kind == 0x0A:
            reader.digests(count)
        else:
            raise ValueError
    return start, sizes


def _unpack_info(reader: _Reader) -> list[Folder]:
    if reader.byte() != 0x0B:
        raise ValueError
    count = reader.count()
    if reader.byte():
        raise ReadError(Cause.UNSUPPORTED, "directory in another stream")
    raw = [_folder(reader) for _ in range(count)]
    crcs: list[int | None] = [None] * count
    while kind := reader.byte():
        if kind == 0x0C:
            for coders, _ in raw:
                for coder in coders:
                    coder.size_bytes = reader.number()
        elif kind == 0x0A:
            crcs = reader.digests(count)
    return [
        Folder([coders[at] for at in order] if order else coders, bool(order), crc=crc)
        for (coders, order), crc in zip(raw, crcs, strict=True)
    ]


def _folder(reader: _Reader) -> tuple[list[Coder], list[int]]:
    """The coders, and their numbers in the order of decoding; no order if they are no chain."""
    coders, is_simple = [], True
    inputs = outputs = 0
    count = reader.number()
    if not 1 <= count <= _MAX_CODERS:
        raise ReadError(Cause.UNSUPPORTED, "compression method")
    for _ in range(count):
        flags = reader.byte()
        method = reader.take(flags & 0x0F)
        ins, outs = (reader.number(), reader.number()) if flags & 0x10 else (1, 1)
        is_simple &= ins == outs == 1
        inputs, outputs = inputs + ins, outputs + outs
        coders.append(Coder(method, reader.take(reader.number()) if flags & 0x20 else b""))
    if inputs > 64 or outputs > 64 or not outputs:
        raise ValueError
    feeds = {}
    for _ in range(outputs - 1):
        into, out_of = reader.number(), reader.number()
        feeds[out_of] = into
    packed = inputs - (outputs - 1)
    first = next((at for at in range(inputs) if at not in feeds.values()), 0)
    if packed > 1:
        for _ in range(packed):
            reader.number()
        is_simple = False
    if not is_simple:
        return coders, []
    order = [first]
    while order[-1] in feeds and len(order) < len(coders):
        order.append(feeds[order[-1]])
    return coders, order if len(order) == len(coders) == len(set(order)) else []


def _substreams(reader: _Reader, folders: list[Folder]) -> None:
    counts = [1] * len(folders)
    kind = reader.byte()
    if kind == 0x0D:
        counts = [reader.count() for _ in folders]
        kind = reader.byte()
    if sum(counts) > _MAX_ITEMS:
        raise ReadError(Cause.LIMIT_ENTRIES)
    for folder, count in zip(folders, counts, strict=True):
        sizes = [reader.number() for _ in range(count - 1)] if kind == 0x09 else []
        folder.sizes = [*sizes, folder.coders[-1].size_bytes - sum(sizes)] if count else []
        folder.crcs = [folder.crc if count == 1 else None] * count
    if kind == 0x09:
        kind = reader.byte()
    while kind:
        if kind != 0x0A:
            raise ValueError
        unknown = [(f, at) for f in folders for at in range(len(f.sizes)) if len(f.sizes) > 1 or f.crc is None]
        for (folder, at), crc in zip(unknown, reader.digests(len(unknown)), strict=True):
            folder.crcs[at] = crc
        kind = reader.byte()


def _files(reader: _Reader) -> list[Item]:
    items = [Item() for _ in range(reader.count())]
    empty: list[Item] = []
    while kind := reader.byte():
        inner = _Reader(reader.take(reader.number()))
        if kind == 0x0E:
            for item, is_empty in zip(items, inner.bits(len(items)), strict=True):
                item.has_bytes = not is_empty
            empty = [item for item in items if not item.has_bytes]
            for item in empty:
                item.is_directory = True
        elif kind == 0x0F:
            for item, is_file in zip(empty, inner.bits(len(empty)), strict=True):
                item.is_directory = not is_file
        elif kind == 0x11 and not inner.byte():
            names = inner.data[1:].decode("utf-16-le", "surrogatepass").split("\0")
            for item, name in zip(items, names, strict=False):
                item.name = name
        elif kind in (0x14, 0x15):
            _times_or_attributes(inner, items, are_times=kind == 0x14)
    return items


def _times_or_attributes(inner: _Reader, items: list[Item], *, are_times: bool) -> None:
    there = inner.bits_or_all(len(items))
    if inner.byte():  # in another stream: left out
        return
    for item in (item for item, is_there in zip(items, there, strict=True) if is_there):
        if are_times:
            item.modified = struct.unpack("<Q", inner.take(8))[0]
        else:
            item.attributes = struct.unpack("<I", inner.take(4))[0]


class Keys:
    """The passwords to try, and the keys made of them; the one that fitted first is tried first."""

    def __init__(self, passwords: Sequence[str]) -> None:
        self.passwords = list(passwords)
        self._made: dict[tuple[str, bytes, int], bytes] = {}
        self.was_used = False

    def key(self, password: str, salt: bytes, power: int) -> bytes:
        """SHA-256 of salt, password and counter, so many times; power 63 means none at all."""
        if (password, salt, power) not in self._made:
            secret = password.encode("utf-16-le", "surrogatepass")
            if power == 0x3F:
                made = (salt + secret)[:32].ljust(32, b"\0")
            elif power > _MAX_ROUNDS_POWER:
                raise ReadError(Cause.UNSUPPORTED, "kind of encryption")
            else:
                digest = hashlib.sha256()
                for start in range(0, 1 << power, 1 << 12):
                    rounds = range(start, min(start + (1 << 12), 1 << power))
                    digest.update(b"".join(salt + secret + number.to_bytes(8, "little") for number in rounds))
                made = digest.digest()
            self._made[password, salt, power] = made
        return self._made[password, salt, power]

    def open_whole(self, file: BinaryIO, folder: Folder) -> bytes:
        """All that comes out of a folder that is small.

        Raises:
            ReadError: ENCRYPTED if no password fits, UNSUPPORTED, UNREADABLE.
        """
        if AES not in folder.methods:
            return b"".join(decode(file, folder, self, ""))
        for password in list(self.passwords):
            try:
                data = b"".join(decode(file, folder, self, password))
            except ReadError as error:
                if Cause(error.cause) is Cause.UNSUPPORTED:
                    raise
                continue
            if folder.crc is None or zlib.crc32(data) == folder.crc:
                self._fitted(password)
                return data
        raise ReadError(Cause.ENCRYPTED)

    def fitting(self, file: BinaryIO, folder: Folder) -> str | None:
        """The password that opens the folder, by the checksum of its first file; "" if it needs none."""
        if AES not in folder.methods:
            return ""
        for password in list(self.passwords):
            if _opens(file, folder, self, password):
                self._fitted(password)
                return password
        return None

    def _fitted(self, password: str) -> None:
        self.was_used = True
        self.passwords.remove(password)
        self.passwords.insert(0, password)


def _opens(file: BinaryIO, folder: Folder, keys: Keys, password: str) -> bool:
    left, crc = (folder.sizes or [0])[0], 0
    expected = (folder.crcs or [None])[0]
    try:
        for piece in decode(file, folder, keys, password):
            crc = zlib.crc32(piece[:left], crc)
            left -= len(piece[:left])
            if left <= 0:
                break
    except ReadError as error:
        if Cause(error.cause) is Cause.UNSUPPORTED:
            raise
        return False
    return left <= 0 and (expected is None or crc == expected)


def decode(file: BinaryIO, folder: Folder, keys: Keys, password: str) -> Iterator[bytes]:
    """Yield what comes out of a folder.

    Raises:
        ReadError: UNSUPPORTED for coders we do not have, UNREADABLE for damage (or another password), PARTIAL.
    """
    if not folder.is_chain:
        raise ReadError(Cause.UNSUPPORTED, "compression method")
    pieces = _packed(file, folder)
    for coder in folder.coders:
        pieces = _decoded(pieces, coder, keys, password)
    try:
        yield from pieces
    except DAMAGE:
        raise ReadError(Cause.UNREADABLE, "damaged") from None


def _packed(file: BinaryIO, folder: Folder) -> Iterator[bytes]:
    at, left = folder.start, folder.packed_bytes
    while left > 0:
        file.seek(at)
        piece = file.read(min(left, _PIECE_BYTES))
        if not piece:
            raise ReadError(Cause.PARTIAL, "cut off")
        at, left = at + len(piece), left - len(piece)
        yield piece


def _decoded(pieces: Iterator[bytes], coder: Coder, keys: Keys, password: str) -> Iterator[bytes]:
    if coder.method == COPY:
        return pieces
    if coder.method == AES:
        return _limited(_deciphered(pieces, coder, keys, password), coder.size_bytes)
    if coder.method in (LZMA, LZMA2, BZIP2, DEFLATE):
        return _limited(_expanded(pieces, _decompressor(coder)), coder.size_bytes)
    raise ReadError(Cause.UNSUPPORTED, "compression method")


def _decompressor(coder: Coder) -> Any:
    raw = coder.properties
    if coder.method == BZIP2:
        return bz2.BZ2Decompressor()
    if coder.method == DEFLATE:
        return None
    options: dict[str, Any]
    if coder.method == LZMA:
        if len(raw) < 5 or raw[0] >= 225:
            raise ValueError
        rest, size = raw[0], struct.unpack_from("<I", raw, 1)[0]
        options = {"id": lzma.FILTER_LZMA1, "lc": rest % 9, "lp": rest // 9 % 5, "pb": rest // 45, "dict_size": size}
    else:
        if len(raw) < 1 or raw[0] > 40:
            raise ValueError
        size = 0xFFFFFFFF if raw[0] == 40 else (2 | raw[0] & 1) << raw[0] // 2 + 11
        options = {"id": lzma.FILTER_LZMA2, "dict_size": size}
    if size > _MAX_LZMA_MEMORY_BYTES:
        raise ReadError(Cause.LIMIT_MEMORY, "dictionary larger than the limit")
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[options])


def _expanded(pieces: Iterator[bytes], decompressor: Any) -> Iterator[bytes]:
    if decompressor is None:
        inflater = zlib.decompressobj(-15)
        for piece in pieces:
            data = piece
            while data:
                if out := inflater.decompress(data, _PIECE_BYTES):
                    yield out
                data = inflater.unconsumed_tail
        return
    for piece in pieces:
        data = piece
        while not decompressor.eof:
            out = decompressor.decompress(data, _PIECE_BYTES)
            data = b""
            if out:
                yield out
            if decompressor.needs_input:
                break
        if decompressor.eof:
            # 7-Zip packs BZip2 in blocks by several threads: one stream, but other programs put several in a row
            rest = decompressor.unused_data
            if not rest or not isinstance(decompressor, bz2.BZ2Decompressor):
                return
            decompressor = bz2.BZ2Decompressor()
            if out := decompressor.decompress(rest, -1):
                yield out


def _deciphered(pieces: Iterator[bytes], coder: Coder, keys: Keys, password: str) -> Iterator[bytes]:
    raw = coder.properties
    power = raw[0] & 0x3F
    salt_bytes, iv_bytes = raw[0] >> 7 & 1, raw[0] >> 6 & 1
    salt = iv = b""
    if len(raw) > 1:
        salt_bytes, iv_bytes = salt_bytes + (raw[1] >> 4), iv_bytes + (raw[1] & 15)
        salt, iv = raw[2 : 2 + salt_bytes], raw[2 + salt_bytes : 2 + salt_bytes + iv_bytes]
    key = keys.key(password, salt, power)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv.ljust(16, b"\0"))).decryptor()
    for piece in pieces:
        yield decryptor.update(piece)


def _limited(pieces: Iterator[bytes], size_bytes: int) -> Iterator[bytes]:
    """No more than the coder is said to give; what comes behind is padding."""
    left = size_bytes
    for piece in pieces:
        kept = piece[:left]
        left -= len(kept)
        if kept:
            yield kept
        if left <= 0:
            return
    if left > 0:
        raise ReadError(Cause.PARTIAL, "cut off")
