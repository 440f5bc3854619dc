from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_cms import UnpackCms
from tests.intake.parts import unpack

PKCS7 = bytes.fromhex("2a864886f70d0107")
SMIME = bytes.fromhex("2a864886f70d01091001")
TEXT = "会议纪要 protocol".encode()


def der(tag: int, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(3, "big")
    return bytes([tag, 0x83]) + size + body


def open_ended(tag: int, *bodies: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(bodies) + b"\0\0"


def signed(content: bytes | None, wrap=der) -> bytes:
    octets = b"" if content is None else wrap(0xA0, der(4, content))
    inner = wrap(0x30, der(6, PKCS7 + b"\1"), octets)
    return wrap(0x30, der(6, PKCS7 + b"\2"), wrap(0xA0, wrap(0x30, der(2, b"\1"), der(0x31), inner, der(0x31))))


@pytest.mark.parametrize("wrap", [der, open_ended])
def test_what_is_signed_comes_out(wrap) -> None:
    out = unpack(UnpackCms(), signed(TEXT, wrap))
    assert (out.data, out.end.outcome, out.entries[0].role) == ([TEXT], Cause.OK, "stream")
    assert out.about == {"signatures": "present"}


def test_content_in_pieces_is_put_together() -> None:
    pieces = open_ended(0x24, der(4, TEXT[:5]), open_ended(0x24, der(4, TEXT[5:9])), der(4, TEXT[9:]))
    inner = der(0x30, der(6, PKCS7 + b"\1"), open_ended(0xA0, pieces))
    data = der(0x30, der(6, PKCS7 + b"\2"), der(0xA0, der(0x30, der(2, b"\1"), der(0x31), inner)))
    assert unpack(UnpackCms(), data).data == [TEXT]


def test_pem_is_read_like_der() -> None:
    pem = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed(TEXT)) + b"-----END PKCS7-----\n"
    assert unpack(UnpackCms(), pem).data == [TEXT]


def test_a_signature_alone_holds_nothing() -> None:
    out = unpack(UnpackCms(), signed(None))
    assert (out.entries, out.end.outcome) == ([], Cause.EMPTY)


@pytest.mark.parametrize("identifier", [PKCS7 + b"\3", PKCS7 + b"\6", SMIME + b"\x17"])
def test_enciphered_content_is_named(identifier: bytes) -> None:
    data = der(0x30, der(6, identifier), der(0xA0, der(0x30, der(2, b"\0"))))
    assert unpack(UnpackCms(), data).end.outcome is Cause.ENCRYPTED


def test_a_compressed_content_is_inflated() -> None:
    inner = der(0x30, der(6, PKCS7 + b"\1"), der(0xA0, der(4, zlib.compress(TEXT * 1000))))
    data = der(0x30, der(6, SMIME + b"\x09"), der(0xA0, der(0x30, der(2, b"\0"), der(0x30, der(6, b"\1")), inner)))
    assert unpack(UnpackCms(), data).data == [TEXT * 1000]


def test_a_time_stamped_file_keeps_its_name() -> None:
    meta = der(0x30, der(1, b"\xff"), der(0x0C, "记录.txt".encode()))
    data = der(0x30, der(6, SMIME + b"\x1f"), der(0xA0, der(0x30, der(2, b"\1"), meta, der(4, TEXT), der(0xA0))))
    out = unpack(UnpackCms(), data)
    assert out.by_name() == {"记录.txt".encode(): TEXT}
    assert out.about == {"signatures": "time stamp"}


@given(st.integers(0, 200), st.binary(max_size=4))
def test_damage_never_raises_anything_unknown(at: int, noise: bytes) -> None:
    data = signed(TEXT * 5, open_ended)
    assert unpack(UnpackCms(), data[:at] + noise + data[at + len(noise) :]).end.outcome in set(Cause)


def test_nesting_without_end_stops() -> None:
    assert unpack(UnpackCms(), b"\x30\x80" * 10_000).end.outcome is Cause.LIMIT_DEPTH
