"""DSSE envelopes: a statement and signatures over its type and its bytes (Dead Simple Signing Envelope, version 1).

What is signed is the pre-authentication encoding: `DSSEv1`, then type and bytes, each with its length in front, so that
a signature over one sort of thing can never be taken for one over another.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fairwitness.custody.errors import BadEnvelope
from fairwitness.custody.keys import SigningKey
from fairwitness.custody.note import ED25519, NoteKey

IN_TOTO = "application/vnd.in-toto+json"
MAX_ENVELOPE_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes of a type, and who signed them: the name of a key with its signature."""

    payload: bytes
    payload_type: str
    signatures: tuple[tuple[str, bytes], ...]


def key_id(key: NoteKey) -> str:
    """The key as an envelope names it: its name and its id in hex, as in front of a public key of a note."""
    return f"{key.name}+{key.id.hex()}"


def pre_auth_encoding(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed (DSSE protocol, version 1.0.2)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_payload(payload: bytes, key: SigningKey, payload_type: str = IN_TOTO) -> Envelope:
    """The payload in an envelope that the key signed."""
    signature = key.private.sign(pre_auth_encoding(payload_type, payload))
    return Envelope(payload, payload_type, ((key_id(key.public), signature),))


def encode_envelope(envelope: Envelope) -> bytes:
    """The envelope as JSON."""
    signatures = [{"keyid": name, "sig": _base64(raw)} for name, raw in envelope.signatures]
    whole = {
        "payloadType": envelope.payload_type,
        "payload": _base64(envelope.payload),
        "signatures": signatures,
    }
    return json.dumps(whole, indent=1).encode() + b"\n"


def decode_envelope(untrusted: bytes) -> Envelope:
    """The envelope that `untrusted` is; nothing of it is verified.

    Raises:
        BadEnvelope: if it is not one.
    """
    if len(untrusted) > MAX_ENVELOPE_BYTES:
        raise BadEnvelope("The envelope is larger than any of ours.")
    try:
        whole: Any = json.loads(untrusted)
        signatures = tuple((str(one.get("keyid", "")), _bytes_of(one["sig"])) for one in whole["signatures"])
        kind = whole["payloadType"]
        payload = _bytes_of(whole["payload"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise BadEnvelope("That is no DSSE envelope.") from None
    if not isinstance(kind, str) or not signatures:
        raise BadEnvelope("That is no DSSE envelope with a signature.")
    return Envelope(payload, kind, signatures)


def verify_envelope(envelope: Envelope, keys: Iterable[NoteKey], payload_type: str = IN_TOTO) -> tuple[NoteKey, ...]:
    """Those of the keys that signed the envelope; there is at least one.

    Raises:
        BadEnvelope: if it holds something of another type, or none of the keys signed it.
    """
    if envelope.payload_type != payload_type:
        raise BadEnvelope(f"The envelope does not hold {payload_type}.")
    message = pre_auth_encoding(envelope.payload_type, envelope.payload)
    signed = tuple(
        key for key in keys if key.kind == ED25519 and any(_fits(key, raw, message) for _, raw in envelope.signatures)
    )
    if not signed:
        raise BadEnvelope("None of the keys that are known has signed what is in the envelope.")
    return signed


def _fits(key: NoteKey, signature: bytes, message: bytes) -> bool:
    """The id in an envelope is a hint only, so every signature is tried with every key."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes_of(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("not a text")
    return base64.b64decode(text, validate=True)
