"""Time stamps of RFC 3161: an authority vouches that a checkpoint existed at a time. Carried by hand, both ways.

Only the digest of a checkpoint goes out, in a request with a random nonce; never that of a document, which would tell
an authority, and whoever reads its log, which copy somebody has.

The certificates come from the user: which authorities to believe is for people to say. An answer is parsed by the Rust
code of rfc3161-client and verified by OpenSSL.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
from rfc3161_client.tsp import TimeStampResponse

from fairwitness.custody.errors import BadStamp, ClockSetBack

MAX_STAMP_BYTES = 100_000
MAX_CERTIFICATES_BYTES = 1_000_000
CLOCK_TOLERANCE_S = 300
"""How far the clocks of two machines may differ before it is said."""

_SHA256_OID = "2.16.840.1.101.3.4.2.1"
_NONCE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out to an authority: `data` is the `.tsq` file, `nonce` must come back in the answer."""

    data: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """That the message existed: `at` in seconds since 1970, `by` the authority, `certificate` its SHA-256 in hex."""

    at: int
    by: str
    certificate: str
    serial: str
    policy: str


def request_stamp(message: bytes, nonce: int | None = None) -> Request:
    """A request for a stamp of the SHA-256 of the message, with the authority's certificate in the answer."""
    number = secrets.randbits(_NONCE_BYTES * 8 - 1) | 1 if nonce is None else nonce
    algorithm = _der(0x30, bytes.fromhex("0609608648016503040201") + b"\x05\x00")
    imprint = _der(0x30, algorithm + _der(0x04, sha256(message).digest()))
    size = number.bit_length() // 8 + 1
    nonce_der = _der(0x02, number.to_bytes(size, "big"))
    return Request(_der(0x30, b"\x02\x01\x01" + imprint + nonce_der + b"\x01\x01\xff"), number)


def read_certificates(untrusted: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        BadStamp: if there are none.
    """
    if len(untrusted) > MAX_CERTIFICATES_BYTES:
        raise BadStamp("The file with the certificates is too large to be one.")
    try:
        return x509.load_pem_x509_certificates(untrusted)
    except ValueError:
        raise BadStamp(
            "The file holds no certificates in PEM.", advice="Ask the authority for its root certificate as PEM."
        ) from None


def write_certificates(certificates: Sequence[x509.Certificate]) -> bytes:
    """The certificates as PEM."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def verify_stamp(
    untrusted: bytes,
    message: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
    not_before: int = 0,
) -> Stamp:
    """The stamp in the answer `untrusted`, which vouches for the SHA-256 of the message.

    `certificates` are those that the user believes: roots (issued by themselves), and others in between or of the
    authority itself. `nonce` is the one that was asked with; `not_before` the time, in seconds since 1970, of the last
    thing that the message tells of.

    Raises:
        BadStamp: if anything in the answer does not hold; the message says what.
        ClockSetBack: if its time lies before `not_before`.
    """
    answer = _answer(untrusted)
    told = answer.tst_info
    if told.message_imprint.hash_algorithm.dotted_string != _SHA256_OID:
        raise BadStamp("The stamp is over another sort of digest than SHA-256.")
    if told.message_imprint.message != sha256(message).digest():
        raise BadStamp("The stamp is for another checkpoint: message imprint mismatch.")
    if nonce is not None and told.nonce != nonce:
        raise BadStamp("The answer is not to the request that was sent: its nonce is another.")
    _verify(answer, message, certificates, told.nonce)
    at = told.gen_time
    seconds = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    if seconds + CLOCK_TOLERANCE_S < not_before:
        raise ClockSetBack(
            f"The stamp is of {_moment(seconds)}, and the checkpoint tells of something at {_moment(not_before)}: "
            "a clock was set back, here or at the authority."
        )
    leaf = _leaf(answer)
    digest = sha256(leaf.public_bytes(Encoding.DER)).hexdigest() if leaf is not None else ""
    name = leaf.subject.rfc4514_string() if leaf is not None else ""
    return Stamp(seconds, name, digest, format(told.serial_number, "x"), told.policy.dotted_string)


def nonce_of(untrusted: bytes) -> int | None:
    """The nonce of the request that the answer is to; None if it tells none. Nothing is verified.

    Raises:
        BadStamp: if it is no answer of an authority, or a refusal.
    """
    return _answer(untrusted).tst_info.nonce


def _answer(untrusted: bytes) -> TimeStampResponse:
    if len(untrusted) > MAX_STAMP_BYTES:
        raise BadStamp("The answer is too large to be one of an authority.")
    try:
        answer = decode_timestamp_response(_certificates_sorted(untrusted))
        status, _ = answer.status, answer.tst_info.message_imprint.message
    except (ValueError, TypeError):
        raise BadStamp("That is no answer of a time-stamping authority, or a refusal.") from None
    if status != 0:
        raise BadStamp(f"The authority has not granted the stamp (status {status}).")
    return answer


def _verify(
    answer: TimeStampResponse, message: bytes, certificates: Sequence[x509.Certificate], nonce: int | None
) -> None:
    roots = [one for one in certificates if one.issuer == one.subject]
    others = [one for one in certificates if one.issuer != one.subject]
    if not roots:
        raise BadStamp(
            "There is no root certificate among those given.",
            advice="Give the file of the authority's root: --certificates FILE",
        )
    # `VerifierBuilder.from_request` starts anew and would drop the roots, so everything is given at once.
    verifier = VerifierBuilder(roots=roots, intermediates=others, nonce=nonce).build()
    try:
        verifier.verify_message(answer, message)
    except (VerificationError, ValueError):
        raise BadStamp(
            "The stamp is not signed by an authority that the certificates lead to, or it was changed."
        ) from None


def _leaf(answer: TimeStampResponse) -> x509.Certificate | None:
    signers = answer.signed_data.signer_infos
    for der in answer.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if any(one.issuer == certificate.issuer and one.serial_number == certificate.serial_number for one in signers):
            return certificate
    return None


def _certificates_sorted(untrusted: bytes) -> bytes:
    """The same answer with its certificates in the order of DER, if it has the form of one; else as it is.

    OpenSSL, and so many an authority, writes them in the order of the chain; rfc3161-client reads DER alone. No
    signature covers their order.
    """
    try:
        start, stop = _content(untrusted, 0, len(untrusted), 0x30)  # TimeStampResp
        start = _content(untrusted, start, stop, 0x30)[1]  # behind its status
        start, stop = _content(untrusted, start, stop, 0x30)  # ContentInfo
        start = _content(untrusted, start, stop, 0x06)[1]  # behind its type
        start, stop = _content(untrusted, start, stop, 0xA0)
        start, stop = _content(untrusted, start, stop, 0x30)  # SignedData
        for tag in (0x02, 0x31, 0x30):  # behind version, digest algorithms and what was signed
            start = _content(untrusted, start, stop, tag)[1]
        start, stop = _content(untrusted, start, stop, 0xA0)
        certificates, at = [], start
        while at < stop:
            end = _content(untrusted, at, stop, 0x30)[1]
            certificates.append(untrusted[at:end])
            at = end
    except ValueError:
        return untrusted
    return untrusted[:start] + b"".join(sorted(certificates)) + untrusted[stop:]


def _content(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends, which has that tag and ends by `end`."""
    if end - at < 2 or data[at] != tag:
        raise ValueError("another element")
    size, start = data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 0 < count <= 4 or end - start < count:
            raise ValueError("no definite length")
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + size > end:
        raise ValueError("longer than what it is in")
    return start, start + size


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _der(tag: int, content: bytes) -> bytes:
    if len(content) >= 128:
        raise ValueError("longer than a request can be")
    return bytes([tag, len(content)]) + content
