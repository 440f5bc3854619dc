from __future__ import annotations

import io
import struct
import subprocess
import sys
import tarfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_archive import UnpackArchive
from tests.bad_input import tar_with_traps
from tests.intake.parts import load_writer, outcome, unpack
from tests.thorough import examples

libarchive = load_writer()

_MATERIAL = {"名单/ھۆججەت.txt": "甲乙丙".encode() * 400, "Қазақ.bin": bytes(range(256)) * 300, "empty": b""}
_FORMATS = {
    "7zip": "application/x-7z-compressed",
    "gnutar": "application/x-tar",
    "pax": "application/x-tar",
    "cpio_newc": "application/x-cpio",
    "iso9660": "application/x-iso9660-image",
}


def write_with_libarchive(form: str, members: dict[str, bytes] = _MATERIAL) -> bytes:
    out = io.BytesIO()
    with libarchive.custom_writer(lambda data: out.write(bytes(data)), form) as archive:
        for name, data in members.items():
            archive.add_file_from_memory(name, len(data), data, mtime=1488326400)
    return out.getvalue()


def rar4(members: dict[bytes, bytes], *, flags: int = 0, method: int = 0x30) -> bytes:
    """A RAR 2.9 archive whose members are stored, after the format note of RARLAB (technote.txt)."""

    def block(kind: int, block_flags: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, block_flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, data in members.items():
        sizes = struct.pack("<IIBII", len(data), len(data), 3, zlib.crc32(data), 0x4A616000)
        rest = struct.pack("<BBHI", 20, method, len(name), 0o100644) + name
        out += block(0x74, 0x8000 | flags, sizes + rest) + data
    return out + block(0x7B, 0x4000, b"")


@pytest.mark.parametrize("form", _FORMATS)
def test_every_format_gives_back_what_was_packed(form: str) -> None:
    out = unpack(UnpackArchive(), write_with_libarchive(form), _FORMATS[form])
    files = {e.name: d for e, d in zip(out.entries, out.data, strict=True) if e.kind == "file"}
    assert files == {name.encode(): data for name, data in _MATERIAL.items()}
    assert out.end.outcome is Cause.OK
    assert out.end.expected_entries == len(out.entries)
    assert {e.modified for e in out.entries if e.kind == "file"} == {"2017-03-01"}


def test_ar_and_rar_give_back_what_was_packed() -> None:
    flat = {"a.txt": b"1" * 999, "b.txt": b"2"}
    out = unpack(UnpackArchive(), write_with_libarchive("ar_bsd", flat), "application/x-archive")
    assert out.by_name() == {b"a.txt": b"1" * 999, b"b.txt": b"2"}
    out = unpack(UnpackArchive(), rar4({b"a.txt": b"1" * 999, b"b\\c.txt": b"2"}), "application/vnd.rar")
    assert list(out.by_name().values()) == [b"1" * 999, b"2"]
    assert out.end.outcome is Cause.OK
    assert out.entries[0].modified == "2017-03-01"


def test_an_encrypted_rar_is_named_so() -> None:
    out = unpack(UnpackArchive(), rar4({b"a.txt": b"1" * 32}, flags=0x04), "application/vnd.rar")
    assert out.end.outcome is Cause.ENCRYPTED
    assert out.data in ([], [b""])


def test_the_zone_of_this_machine_does_not_change_the_day() -> None:
    code = (
        "import io,sys,time; from fairwitness.core.parts import *; "
        "from fairwitness.intake.unpack_archive import UnpackArchive as U; d=sys.stdin.buffer.read(); "
        "print([p.modified for p in U()(Source(io.BytesIO(d),len(d))) if isinstance(p,Entry)], time.timezone)"
    )
    seen = set()
    for zone in ("Asia/Shanghai", "America/Los_Angeles", "UTC"):
        for raw in (rar4({b"a": b"1"}), write_with_libarchive("gnutar", {"a": b"1"})):
            done = subprocess.run(
                [sys.executable, "-c", code], input=raw, capture_output=True, env={"TZ": zone}, check=True
            )
            seen.add(done.stdout.split(b"]")[0])
    assert seen == {b"['2017-03-01'"}


def test_traps_in_a_tar_are_recorded_and_lead_nowhere() -> None:
    out = unpack(UnpackArchive(), tar_with_traps(), "application/x-tar")
    assert list(zip(out.names, [e.kind for e in out.entries], out.causes(), strict=True)) == [
        (b"../../outside.txt", "file", None),
        (b"/etc/cron.d/absolute", "file", None),
        (b"C:\\Windows\\drive.txt", "file", None),
        (b"link", "symlink", Cause.SYMLINK),
        (b"link/through", "file", None),
        (b"hard", "special", Cause.SPECIAL),
        (b"device", "special", Cause.SPECIAL),
        (b"pipe", "special", Cause.SPECIAL),
        (b"folder/", "directory", None),
    ]
    assert out.end.outcome is Cause.OK


def test_names_in_a_tar_keep_their_bytes() -> None:
    raw = io.BytesIO()
    names = ["名单.txt".encode("gbk"), b"\xff\xfe", b"a\nb", "\u202egpj".encode(), b"n" * 300]
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name.decode("latin-1")))
    assert unpack(UnpackArchive(), raw.getvalue(), "application/x-tar").names == names


def test_holes_of_a_sparse_file_come_as_zeros_and_count_as_output() -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("sparse")
        body = b"1\n1000000\n4\n".ljust(512, b"\0") + b"data".ljust(512, b"\0")
        member.size = len(body)
        member.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "s",
            "GNU.sparse.realsize": "1000004",
        }
        archive.addfile(member, io.BytesIO(body))
    out = unpack(UnpackArchive(), raw.getvalue(), "application/x-tar")
    assert out.by_name() == {b"s": bytes(1_000_000) + b"data"}
    out = unpack(UnpackArchive(max_unpacked_bytes=5000), raw.getvalue(), "application/x-tar")
    assert (len(out.data[0]), out.end.outcome) == (5000, Cause.LIMIT_OUTPUT)


def test_a_tar_that_is_cut_off_keeps_what_came() -> None:
    raw = write_with_libarchive("gnutar")
    out = unpack(UnpackArchive(), raw[:10_000], "application/x-tar")
    assert out.data[0] == "甲乙丙".encode() * 400
    assert out.causes()[-1] is Cause.PARTIAL
    assert len(out.data[-1]) > 1000
    assert out.end.outcome is Cause.PARTIAL


def test_limits_end_the_unpacking() -> None:
    raw = write_with_libarchive("7zip")
    assert outcome(UnpackArchive(max_entries=1), raw) is Cause.LIMIT_ENTRIES
    out = unpack(UnpackArchive(max_unpacked_bytes=1201), raw)
    assert (sum(map(len, out.data)), out.end.outcome) == (1201, Cause.LIMIT_OUTPUT)


@settings(max_examples=examples(150))
@given(st.sampled_from([*_FORMATS, "rar"]), st.data())
def test_damage_never_raises(form: str, data: st.DataObject) -> None:
    members = {"甲": b"a" * 300, "乙": bytes(range(256))}
    if form == "rar":
        whole = bytearray(rar4({b"a": b"a" * 300, b"b": bytes(range(256))}))
    else:
        whole = bytearray(write_with_libarchive(form, members))
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    unpack(UnpackArchive(max_unpacked_bytes=1 << 22), bytes(whole[:cut]), _FORMATS.get(form, ""))


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=120), st.binary(max_size=2000)), max_size=6))
def test_what_was_put_in_a_tar_comes_out(members: list[tuple[bytes, bytes]]) -> None:
    raw = io.BytesIO()
    members = [(name.replace(b"\0", b"_").rstrip(b"/") or b"_", data) for name, data in members]
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name.decode("latin-1"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    out = unpack(UnpackArchive(), raw.getvalue(), "application/x-tar")
    assert list(zip(out.names, out.data, strict=True)) == members


def test_noise_is_unreadable_and_nothing_is_empty() -> None:
    assert outcome(UnpackArchive(), b"\x01" * 2000, "application/x-7z-compressed") is Cause.UNREADABLE
    assert outcome(UnpackArchive(), b"", "application/x-tar") is Cause.EMPTY
