from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_stream import UnpackStream
from tests.intake.parts import load_writer, outcome, unpack
from tests.thorough import examples

libarchive = load_writer()

_TEXT = "名单 ھۆججەت Қазақ ".encode() * 5000


def filtered(name: str, data: bytes) -> bytes:
    """`data` in one compressed stream written by libarchive."""
    out = io.BytesIO()
    with libarchive.custom_writer(lambda piece: out.write(bytes(piece)), "ar_bsd", name) as archive:
        archive.add_file_from_memory("a", len(data), data)
    return out.getvalue()


_PACKERS = {
    "application/gzip": gzip.compress,
    "application/zlib": zlib.compress,
    "application/x-bzip2": bz2.compress,
    "application/x-xz": lzma.compress,
    "application/x-lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}
_FILTERS = {"application/zstd": "zstd", "application/x-lz4": "lz4", "application/x-compress": "compress"}


@pytest.mark.parametrize("media_type", _PACKERS)
def test_python_streams_come_out_whole(media_type: str) -> None:
    out = unpack(UnpackStream(), _PACKERS[media_type](_TEXT), media_type)
    assert out.data == [_TEXT]
    assert (out.entries[0].role, out.entries[0].name, out.end.outcome) == ("stream", b"", Cause.OK)


@pytest.mark.parametrize("media_type", _FILTERS)
def test_libarchive_streams_come_out_whole_and_keep_what_came_when_cut(media_type: str) -> None:
    packed = filtered(_FILTERS[media_type], _TEXT)
    out = unpack(UnpackStream(), packed, media_type)
    assert _TEXT in out.data[0]
    assert out.data[0].startswith(b"!<arch>\n")
    assert out.end.outcome is Cause.OK
    assert unpack(UnpackStream(), packed).data == out.data  # recognised without the media type too
    noise = filtered(_FILTERS[media_type], lzma.compress(bytes(range(256)) * 2000) * 400)
    cut = unpack(UnpackStream(), noise[: len(noise) // 2], media_type)
    if media_type != "application/x-compress":  # which has no mark of its end
        assert cut.end.outcome in (Cause.PARTIAL, Cause.UNREADABLE)


@pytest.mark.parametrize("media_type", _FILTERS)
def test_a_damaged_head_does_not_pass_the_packed_bytes_off_as_content(media_type: str) -> None:
    packed = b"\0\0" + filtered(_FILTERS[media_type], _TEXT)[2:]
    assert outcome(UnpackStream(), packed, media_type) is Cause.UNREADABLE


def test_a_gzip_in_a_gzip_comes_out_as_gzip() -> None:
    inner = gzip.compress(b"inner", mtime=0)
    out = unpack(UnpackStream(), gzip.compress(inner), "application/gzip")
    assert out.data == [inner]


def test_name_and_day_of_a_gzip_header_are_kept() -> None:
    raw = io.BytesIO()
    with gzip.GzipFile("名单.txt", "wb", fileobj=raw, mtime=1488326400) as file:
        file.write(b"x")
    named = raw.getvalue()
    gbk = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + "名单".encode("gbk") + b"\0" + gzip.compress(b"x", mtime=0)[10:]
    assert unpack(UnpackStream(), gbk).names == ["名单".encode("gbk")]
    assert unpack(UnpackStream(), named).entries[0].modified == "2017-03-01"
    extra = b"\x1f\x8b\x08\x0c\0\0\0\0\0\x03" + b"\x02\0ab" + b"n\0" + gzip.compress(b"x", mtime=0)[10:]
    out = unpack(UnpackStream(), extra)
    assert (out.names, out.data) == ([b"n"], [b"x"])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_several_streams_in_a_row_are_one_entry(pack) -> None:
    assert unpack(UnpackStream(), pack(b"one") + pack(b"two")).data == [b"onetwo"]


def test_padding_and_rubbish_behind_a_gzip_are_passed_over() -> None:
    packed = gzip.compress(_TEXT)
    for tail in (b"\0" * 70_000, b"rubbish", b"\0" * 100 + gzip.compress(b"more")):
        out = unpack(UnpackStream(), packed + tail)
        assert out.end.outcome is Cause.OK
        assert out.data[0] == _TEXT + (b"more" if tail[-1:] == b"\0" and b"\x1f" in tail else b"")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_what_came_before_the_cut_is_kept(pack) -> None:
    noise = lzma.compress(bytes(range(256)) * 50) + bytes((i * i * 31) % 251 for i in range(200_000))
    packed = pack(noise)
    out = unpack(UnpackStream(), packed[:-20])
    assert out.causes() == [Cause.PARTIAL]
    assert noise.startswith(out.data[0])
    assert len(out.data[0]) > 1000
    assert out.end.outcome is Cause.PARTIAL


def test_a_wrong_checksum_keeps_what_came() -> None:
    packed = bytearray(gzip.compress(b"abc" * 100))
    packed[-6] ^= 1
    out = unpack(UnpackStream(), bytes(packed))
    assert out.causes() == [Cause.UNREADABLE]


def test_a_bomb_stops_at_the_limit() -> None:
    out = unpack(UnpackStream(max_unpacked_bytes=1_500_000), gzip.compress(bytes(30_000_000)))
    assert (len(out.data[0]), out.end.outcome) == (1_500_000, Cause.LIMIT_OUTPUT)


@given(st.binary(max_size=5000), st.sampled_from(sorted(_PACKERS)))
def test_what_was_packed_comes_out(data: bytes, media_type: str) -> None:
    assert unpack(UnpackStream(), _PACKERS[media_type](data), media_type).data == [data]


@settings(max_examples=examples(200))
@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    kinds = {**{kind: pack(b"abc" * 99) for kind, pack in _PACKERS.items()}}
    kinds |= {kind: filtered(name, b"abc" * 99) for kind, name in _FILTERS.items()}
    kind = data.draw(st.sampled_from(sorted(kinds)))
    whole = bytearray(kinds[kind])
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    unpack(UnpackStream(max_unpacked_bytes=1 << 22), bytes(whole[:cut]), kind)


def test_what_is_no_stream_is_unsupported_and_nothing_is_empty() -> None:
    assert outcome(UnpackStream(), b"plain text") is Cause.UNSUPPORTED
    assert outcome(UnpackStream(), b"") is Cause.EMPTY
