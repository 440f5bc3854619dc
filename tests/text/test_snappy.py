from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.read.packers import snappy_block

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.text.snappy import expand_block, expand_frames


def frame(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "little") + body


@given(st.lists(st.binary(max_size=400), max_size=6))
def test_what_was_packed_comes_back(pieces: list[bytes]) -> None:
    data = b"".join(piece * 3 for piece in pieces)
    assert expand_block(snappy_block(data)) == data


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"\x0a\x08abc\x0d\x03", b"abcabcabca"),  # a copy of one byte of offset that runs into what it writes
        (b"\x05\x00a\x0e\x01\x00", b"aaaaa"),  # a copy of two bytes of offset
        (b"\x05\x00a\x0f\x01\x00\x00\x00", b"aaaaa"),  # and of four
        (b"\x03\xf0\x02abc", b"abc"),  # a literal whose length has a byte of its own
    ],
)
def test_each_kind_of_element_is_understood(block: bytes, expected: bytes) -> None:
    # written by hand from format_description.txt
    assert expand_block(block) == expected


@pytest.mark.parametrize(
    "block", [b"", b"\x05", b"\x05\x00a", b"\x05\x00a\x0e\x09\x00", b"\x01\x08abc", b"\xff\xff\xff\xff\x0f"]
)
def test_a_damaged_block_is_refused(block: bytes) -> None:
    with pytest.raises(ReadError):
        expand_block(block)


def test_a_framed_stream_is_read_past_what_may_be_skipped() -> None:
    stream = (
        frame(0xFF, b"sNaPpY") + frame(0, b"sum!" + snappy_block(b"one")) + frame(0x80, b"?") + frame(1, b"sum!two")
    )
    assert b"".join(expand_frames(io.BytesIO(stream))) == b"onetwo"
    with pytest.raises(ReadError) as caught:
        list(expand_frames(io.BytesIO(stream[:-1])))
    assert caught.value.cause == Cause.PARTIAL
