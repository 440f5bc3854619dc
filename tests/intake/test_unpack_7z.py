from __future__ import annotations

import bz2
import hashlib
import lzma
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_7z import Unpack7z
from fairwitness.intake.unpack_zip import UnpackZip
from tests.intake.parts import outcome, unpack

FILES = {"名单.txt": "список\n".encode() * 300, "b/ئۇيغۇر.bin": bytes(range(256)) * 40}
_POWER = 10  # 2^10 rounds of hashing; 7-Zip itself writes 19


def _number(value: int) -> bytes:
    return b"\xff" + struct.pack("<Q", value) if value > 127 else bytes([value])


def seven_zip(files: dict[str, bytes], method: str = "bzip2", password: str = "") -> bytes:
    """An archive of one folder of streams, after the format description in the LZMA SDK."""
    plain = b"".join(files.values())
    if method == "bzip2":
        packed, coder = bz2.compress(plain), b"\x03\4\2\2"
    else:
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        packed, coder = lzma.compress(plain, lzma.FORMAT_RAW, filters=filters), b"\x21\x21\x01\x10"
    coders, sizes = b"\x01" + coder, _number(len(plain))
    if password:
        digest = hashlib.sha256()
        for number in range(1 << _POWER):
            digest.update(password.encode("utf-16-le") + number.to_bytes(8, "little"))
        encryptor = Cipher(algorithms.AES(digest.digest()), modes.CBC(bytes(range(16)))).encryptor()
        aes = b"\x24\6\xf1\7\1" + _number(18) + bytes([_POWER | 0x40, 0x0F]) + bytes(range(16))
        coders = b"\x02" + coder + aes + b"\x00\x01"  # the packed side of the first is fed by the second
        sizes += _number(len(packed))
        packed = encryptor.update(packed + bytes(-len(packed) % 16))
    names = b"\0" + b"".join((name + "\0").encode("utf-16-le") for name in files)
    crcs = b"".join(struct.pack("<I", zlib.crc32(data)) for data in files.values())
    substreams = b"\x08\x0d" + _number(len(files)) + b"\x09"
    substreams += b"".join(_number(len(data)) for data in list(files.values())[:-1]) + b"\x0a\x01" + crcs + b"\0"
    header = b"\x01\x04\x06\x00\x01\x09" + _number(len(packed)) + b"\0\x07\x0b\x01\0" + coders + b"\x0c" + sizes + b"\0"
    header += substreams + b"\0\x05" + _number(len(files)) + b"\x11" + _number(len(names)) + names + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def test_bzip2_which_libarchive_lacks_is_unpacked() -> None:
    out = unpack(Unpack7z(), seven_zip(FILES))
    assert out.by_name() == {name.encode(): data for name, data in FILES.items()}
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 2)


def test_the_other_methods_go_to_libarchive() -> None:
    assert unpack(Unpack7z(), seven_zip(FILES, "lzma2")).by_name() == {n.encode(): d for n, d in FILES.items()}


@pytest.mark.parametrize("method", ["bzip2", "lzma2"])
def test_a_locked_archive_opens_with_one_of_the_passwords(method: str) -> None:
    data = seven_zip(FILES, method, "пароль")
    locked = unpack(Unpack7z(), data)
    assert locked.causes() == [Cause.ENCRYPTED] * 2
    assert locked.end.outcome is Cause.ENCRYPTED
    assert unpack(Unpack7z(), data, passwords=("other",)).end.outcome is Cause.ENCRYPTED
    out = unpack(Unpack7z(), data, passwords=("other", "пароль"))
    assert out.data == list(FILES.values())
    assert out.about == {"opened-with-password": "yes"}


def test_a_wrong_checksum_costs_only_its_file() -> None:
    data = bytearray(seven_zip(FILES))
    at = data.index(struct.pack("<I", zlib.crc32(FILES["名单.txt"])))
    header_at = 32 + struct.unpack_from("<Q", data, 12)[0]
    data[at] ^= 1
    start = bytearray(data[12:32])
    struct.pack_into("<I", start, 16, zlib.crc32(bytes(data[header_at:])))
    data[8:32] = struct.pack("<I", zlib.crc32(start)) + start
    out = unpack(Unpack7z(), bytes(data))
    assert out.causes() == [Cause.UNREADABLE, None]


def test_limits_and_nonsense() -> None:
    assert outcome(Unpack7z(max_entries=1), seven_zip(FILES)) is Cause.LIMIT_ENTRIES
    assert outcome(Unpack7z(max_unpacked_bytes=100), seven_zip(FILES)) is Cause.LIMIT_OUTPUT
    assert outcome(Unpack7z(), b"7z\xbc\xaf\x27\x1c" + bytes(100)) in (Cause.UNREADABLE, Cause.EMPTY, Cause.PARTIAL)


@given(st.lists(st.tuples(st.integers(32, len(seven_zip(FILES)) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_damage_makes_it_fall_over(changes: list[tuple[int, int]]) -> None:
    data = bytearray(seven_zip(FILES))
    for at, byte in changes:
        data[at] = byte
    header_at = 32 + struct.unpack_from("<Q", data, 12)[0]
    start = bytearray(data[12:32])
    struct.pack_into("<I", start, 16, zlib.crc32(bytes(data[header_at:])))  # so that the directory is looked into
    data[8:32] = struct.pack("<I", zlib.crc32(start)) + start
    assert unpack(Unpack7z(), bytes(data)).end.outcome in Cause


def test_what_7z_itself_writes_is_unpacked(tmp_path: Path) -> None:
    judge = shutil.which("7z")
    if judge is None:
        pytest.skip("7z is not installed")
    for name, data in FILES.items():
        path = tmp_path / "d" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    kinds = {"bzip2": ["-m0=BZip2"], "ppmd": ["-m0=PPMd"], "locked": ["-psecret"], "names": ["-psecret", "-mhe=on"]}
    for kind, options in kinds.items():
        path = tmp_path / f"{kind}.7z"
        subprocess.run([judge, "a", *options, path, "d"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
        out = unpack(Unpack7z(), path.read_bytes(), passwords=("wrong", "secret"))
        assert {d for e, d in zip(out.entries, out.data, strict=True) if e.kind == "file"} == set(FILES.values()), kind
        if kind == "names":
            assert outcome(Unpack7z(), path.read_bytes()) is Cause.ENCRYPTED
    path = tmp_path / "deflate64.7z"
    subprocess.run([judge, "a", "-m0=Deflate64", path, "d"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert outcome(Unpack7z(), path.read_bytes()) is Cause.UNSUPPORTED
    for method in ("PPMd", "xz"):
        path = tmp_path / f"{method}.zip"
        subprocess.run(
            [judge, "a", "-tzip", f"-mm={method}", path, "d"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL
        )
        zipped = unpack(UnpackZip(), path.read_bytes())
        assert {d for e, d in zip(zipped.entries, zipped.data, strict=True) if e.kind == "file"} == set(FILES.values())
