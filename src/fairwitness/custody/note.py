"""Signed notes and their keys, as C2SP signed-note and tlog-cosignature define them.

A note is a text, an empty line, and a line for each signature:

    fairwitness/2c1f09d8a3b47e65
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — fairwitness/2c1f09d8a3b47e65 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q...

A key signs under a name. Its id, four bytes, is made from the name, the sort of signature and the public key, and tells
which key a line is from. Signatures of keys that nobody asked for, and of sorts that we do not know, are kept and
ignored, so that a note may carry signatures of sorts to come.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fairwitness.custody.checkpoint import is_key_name
from fairwitness.custody.errors import BadNote, BrokenSignature, UnsignedNote

ED25519 = 0x01
"""Sort of signature: Ed25519 over the text of the note."""

COSIGNATURE = 0x04
"""Sort of signature: Ed25519 of a witness over the text and the time, in front of which the time is kept."""

KEY_ID_BYTES = 4
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
TIME_BYTES = 8
MAX_TIME = (1 << 63) - 1
MAX_NOTE_BYTES = 1_000_000  # as golang.org/x/mod/sumdb/note; a note of ours has some 500
MAX_SIGNATURES = 100
_KNOWN = frozenset({ED25519, COSIGNATURE})
_DASH = "— "
_HEX_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with the name it signs under: `kind` is the sort of its signatures, `public` its bytes.

    Raises:
        BadNote: if the name cannot stand in a note, or the key does not have the length that its sort asks for.
    """

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise BadNote("The name of a key is empty or has a blank, a plus sign or a control character.")
        if not 0 <= self.kind <= 0xFF or (self.kind in _KNOWN and len(self.public) != PUBLIC_BYTES):
            raise BadNote("The public key does not have the length of an Ed25519 key.")

    @property
    def id(self) -> bytes:
        """The four bytes that a signature line begins with."""
        material = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(material).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A signature line: the name of the key, its id, and what it signed with (for a cosignature the time as well)."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and those who signed it; `text` ends with a line feed."""

    text: str
    signatures: tuple[NoteSignature, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that fits: by which key, and when a witness says it was; 0 where the signature tells no time."""

    key: NoteKey
    at: int = 0


def encode_key(key: NoteKey) -> str:
    """The key as one word, the `vkey` of C2SP: name, id in hex and key in base64, with plus signs between."""
    material = base64.b64encode(bytes([key.kind]) + key.public).decode("ascii")
    return f"{key.name}+{key.id.hex()}+{material}"


def decode_key(untrusted_text: str) -> NoteKey:
    """The key that the word is.

    Raises:
        BadNote: if it is not a key, or its id is not the one of this name and key.
    """
    parts = untrusted_text.strip().split("+", 2)
    if len(parts) != 3 or not _HEX_ID.fullmatch(parts[1]):
        raise BadNote("That is no public key of a note.", advice="It looks like name+1a2b3c4d+base64.")
    material = _from_base64(parts[2])
    if not material:
        raise BadNote("The public key of a note is empty.")
    key = NoteKey(parts[0], material[0], material[1:])
    if key.id.hex() != parts[1]:
        raise BadNote("The id of the public key is not the one of its name and its bytes: it was changed.")
    return key


def encode_note(note: Note) -> str:
    """The note as text, to be stored as UTF-8."""
    if not note.signatures:
        raise BadNote("A note without a signature is only a text.")
    return note.text + "\n" + "".join(map(signature_line, note.signatures))


def signature_line(signature: NoteSignature) -> str:
    """The line of the signature, ended by a line feed."""
    blob = base64.b64encode(signature.key_id + signature.signature).decode("ascii")
    return f"{_DASH}{signature.name} {blob}\n"


def decode_note(untrusted: bytes) -> Note:
    """The note that `untrusted` is; nothing of it is verified.

    Raises:
        BadNote: if it differs in anything from the form that a note has.
    """
    if len(untrusted) > MAX_NOTE_BYTES:
        raise BadNote(f"The note is larger than {MAX_NOTE_BYTES:,} bytes.")
    try:
        whole = untrusted.decode("utf-8")
    except UnicodeDecodeError:
        raise BadNote("The note is not UTF-8.") from None
    if not _is_plain(whole):
        raise BadNote("The note has a control character.")
    at = whole.rfind("\n\n")
    if at < 0 or not whole.endswith("\n") or at + 2 == len(whole):
        raise BadNote("The note has no signatures: there is no empty line with lines below it.")
    lines = whole[at + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"The note has more than {MAX_SIGNATURES} signatures.")
    return Note(whole[: at + 1], tuple(map(_signature_of, lines)))


def sign(text: str, name: str, private: Ed25519PrivateKey) -> NoteSignature:
    """The signature of the key, under that name, over the text.

    Raises:
        BadNote: if the text cannot be that of a note.
    """
    key = NoteKey(name, ED25519, private.public_key().public_bytes_raw())
    return NoteSignature(name, key.id, private.sign(_signable(text)))


def cosign(text: str, name: str, private: Ed25519PrivateKey, at: int) -> NoteSignature:
    """The cosignature of a witness of that name over a checkpoint; `at` is when, in seconds since 1970.

    Raises:
        BadNote: if the text cannot be that of a note, or the time cannot be written down.
    """
    if not 0 <= at <= MAX_TIME:
        raise BadNote("The time of a cosignature is negative or does not fit into 63 bits.")
    key = NoteKey(name, COSIGNATURE, private.public_key().public_bytes_raw())
    signature = private.sign(_cosigned(_signable(text), at))
    return NoteSignature(name, key.id, at.to_bytes(TIME_BYTES, "big") + signature)


def verify_note(note: Note, keys: Iterable[NoteKey]) -> tuple[Signed, ...]:
    """Those of the keys that signed the note, each once, in the order of the note; there is at least one.

    Raises:
        BrokenSignature: if a line of one of the keys does not fit the text.
        UnsignedNote: if none of them signed.
    """
    signed = signed_by(note, keys)
    if not signed:
        raise UnsignedNote("None of the keys that are known has signed.")
    return signed


def signed_by(note: Note, keys: Iterable[NoteKey]) -> tuple[Signed, ...]:
    """Those of the keys that signed the note, each once, in the order of the note; there may be none.

    Raises:
        BrokenSignature: if a line of one of the keys does not fit the text.
    """
    known = {(key.name, key.id): key for key in keys if key.kind in _KNOWN}
    found: dict[NoteKey, Signed] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            found.setdefault(key, _verified(note.text, key, line.signature))
    return tuple(found.values())


def _verified(text: str, key: NoteKey, signature: bytes) -> Signed:
    at, message = 0, text.encode()
    if key.kind == COSIGNATURE:
        at, signature = int.from_bytes(signature[:TIME_BYTES], "big"), signature[TIME_BYTES:]
        message = _cosigned(message, at)
    if len(signature) != SIGNATURE_BYTES or at > MAX_TIME:
        raise BrokenSignature(f"The signature of {key.name} does not have the length that it must have.")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BrokenSignature(f"The signature of {key.name} does not fit the text above it.") from None
    return Signed(key, at)


def _cosigned(message: bytes, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n".encode() + message


def _signable(text: str) -> bytes:
    if not text.endswith("\n") or not _is_plain(text):
        raise BadNote("The text of a note ends with a line feed and has no other control character.")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadNote("The text of a note must be UTF-8.") from None


def _signature_of(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, blob = rest.partition(" ")
    if f"{dash} " != _DASH or not is_key_name(name):
        raise BadNote("A line below the empty line is no signature.")
    raw = _from_base64(blob)
    if len(raw) <= KEY_ID_BYTES:
        raise BadNote("A signature line has no signature.")
    return NoteSignature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _from_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise BadNote("What should be base64 is not.") from None
    if base64.b64encode(raw).decode("ascii") != text:  # loose bits at the end: two texts for the same bytes
        raise BadNote("What should be base64 is not the one form of its bytes.")
    return raw


def _is_plain(text: str) -> bool:
    return all(char >= " " or char == "\n" for char in text)
