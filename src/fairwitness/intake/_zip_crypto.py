"""Members of a ZIP that a password locks: WinZip AES (AE-1, AE-2) and the old cipher of PKWARE."""

from __future__ import annotations

import copy
import hashlib
import hmac
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import IO, Any, BinaryIO, cast

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

AES_METHOD = 99
_AES_EXTRA = 0x9901
_KEY_BYTES = {1: 16, 2: 24, 3: 32}
_ITERATIONS = 1000  # fixed by the format (https://www.winzip.com/en/support/aes-encryption/)
_CHECK_BYTES, _CODE_BYTES = 2, 10
_BLOCK = 16
_PIECE_BYTES = 1 << 16
_TRIED_BYTES = 1 << 16  # a wrong password passes the check of the old cipher once in 256 times; then the data are noise
_OLD_CODE_PAGES = ("utf-8", "cp437", "cp866", "gb18030", "cp1251")  # in which programs made bytes of a password
MAX_TRIED_STORED_BYTES = 64 << 20


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: Sequence[str]) -> IO[bytes] | None:
    """The member as a stream of its bytes, opened with the first password that fits; None if none does."""
    opener = _open_aes if member.compress_type == AES_METHOD else _open_old
    for password in passwords:
        for secret in _secrets(password):
            stream = opener(archive, member, secret)
            if stream is not None:
                return stream
    return None


def method_of(member: zipfile.ZipInfo) -> int:
    """The compression method, also of a member whose directory entry says only that it is AES."""
    found = _aes_extra(member)
    return found[2] if member.compress_type == AES_METHOD and found else member.compress_type


def _secrets(password: str) -> list[bytes]:
    found = []
    for name in _OLD_CODE_PAGES:
        try:
            secret = password.encode(name)
        except UnicodeEncodeError:
            continue
        if secret not in found:
            found.append(secret)
    return found


def _open_old(archive: zipfile.ZipFile, member: zipfile.ZipInfo, secret: bytes) -> IO[bytes] | None:
    """The stream, if the check byte fits and the start can be decompressed (a stored member: if its CRC is right)."""

    def opened() -> IO[bytes]:
        return archive.open(member, pwd=secret)

    return _if_sound(opened, member)


def _if_sound(opened: Callable[[], IO[bytes]], member: zipfile.ZipInfo) -> IO[bytes] | None:
    is_stored = member.compress_type == zipfile.ZIP_STORED
    left = min(member.file_size, MAX_TRIED_STORED_BYTES) if is_stored else _TRIED_BYTES
    try:
        with opened() as stream:
            while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
                left -= len(piece)
            if is_stored and member.file_size <= MAX_TRIED_STORED_BYTES:
                stream.read(1)  # at the end the CRC is compared
        return opened()
    except NotImplementedError:
        raise ReadError(Cause.UNSUPPORTED, "compression method") from None
    except Exception:  # whatever decompressors raise on noise: the password is another one
        return None


def _aes_extra(member: zipfile.ZipInfo) -> tuple[int, int, int] | None:
    """Version, strength and real method from the extra field."""
    extra, at = member.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _AES_EXTRA and size >= 7 and at + 11 <= len(extra):
            version, _, strength, method = struct.unpack_from("<H2sBH", extra, at + 4)
            return version, strength, method
        at += 4 + size
    return None


def _open_aes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, secret: bytes) -> IO[bytes] | None:
    found = _aes_extra(member)
    if found is None or found[1] not in _KEY_BYTES:
        raise ReadError(Cause.UNSUPPORTED, "kind of encryption")
    version, strength, method = found
    key_bytes = _KEY_BYTES[strength]
    file = cast(BinaryIO, archive.fp)
    start = _data_start(file, member)
    file.seek(start)
    salt, check = file.read(key_bytes // 2), file.read(_CHECK_BYTES)
    keys = hashlib.pbkdf2_hmac("sha1", secret, salt, _ITERATIONS, 2 * key_bytes + _CHECK_BYTES)
    if len(check) < _CHECK_BYTES or keys[2 * key_bytes :] != check:
        return None
    first = start + len(salt) + _CHECK_BYTES
    size = member.compress_size - len(salt) - _CHECK_BYTES - _CODE_BYTES
    if size < 0:
        raise ReadError(Cause.UNREADABLE, "damaged")
    plain = copy.copy(member)
    plain.compress_type, plain.compress_size = method, size
    plain.flag_bits &= ~0x1
    source = _AesReader(file, first, size, keys[:key_bytes], keys[key_bytes : 2 * key_bytes])
    stream = zipfile.ZipExtFile(cast(Any, source), "r", plain)
    if version == 2:  # AE-2 keeps no CRC: the code behind the data takes its place
        cast(Any, stream)._expected_crc = None
    return cast("IO[bytes]", stream)


def _data_start(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    file.seek(member.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\3\4":
        raise ReadError(Cause.UNREADABLE, "damaged")
    name_bytes, extra_bytes = struct.unpack_from("<HH", head, 26)
    return member.header_offset + 30 + int(name_bytes) + int(extra_bytes)


class _AesReader:
    """The bytes of a member deciphered: AES in counter mode, the counter little-endian and from 1."""

    def __init__(self, file: BinaryIO, start: int, size: int, key: bytes, code_key: bytes) -> None:
        self._file, self._at, self._left = file, start, size
        self._encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  ECB of a counter is CTR
        self._code = hmac.new(code_key, digestmod=hashlib.sha1)
        self._counter = 1
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            ReadError: UNREADABLE at the end, if the code behind the data does not fit them.
        """
        while self._left and (size < 0 or len(self._held) < size):
            self._held += self._next()
        size = len(self._held) if size < 0 else size
        data, self._held = self._held[:size], self._held[size:]
        return data

    def _next(self) -> bytes:
        self._file.seek(self._at)
        raw = self._file.read(min(self._left, _PIECE_BYTES))
        if not raw:
            raise EOFError
        self._at += len(raw)
        self._left -= len(raw)
        self._code.update(raw)
        blocks = -(-len(raw) // _BLOCK)
        counters = b"".join(
            number.to_bytes(_BLOCK, "little") for number in range(self._counter, self._counter + blocks)
        )
        self._counter += blocks
        stream = self._encrypt.update(counters)[: len(raw)]
        plain = (int.from_bytes(raw, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(raw), "big")
        if not self._left:
            self._file.seek(self._at)
            if not hmac.compare_digest(self._file.read(_CODE_BYTES), self._code.digest()[:_CODE_BYTES]):
                raise ReadError(Cause.UNREADABLE, "the data are not what was locked")
        return plain

    def seekable(self) -> bool:
        """Whether it can go back."""
        return False

    def close(self) -> None:
        """The archive itself stays open."""
