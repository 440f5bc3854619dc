from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.errors import BadCheckpoint, BadProof, BadTile, OutOfLog
from fairwitness.custody.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from fairwitness.custody.note import ED25519, Note, NoteKey, encode_note, sign
from fairwitness.custody.proof import TlogProof, decode_proof, encode_proof, verify_proof
from fairwitness.custody.tiles import (
    consistency_from_tiles,
    inclusion_from_tiles,
    root_of_beginning,
    tiles_to_write,
)

NAME = "fairwitness/2c1f09d8a3b47e65"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey(NAME, ED25519, PRIVATE.public_key().public_bytes_raw())
EVENTS = [f'{{"number":{number}}}'.encode() for number in range(66_000)]
LEAVES = [leaf_hash(event) for event in EVENTS]
STORED = {size: dict(tiles_to_write(0, size, LEAVES[:size])) for size in (1, 5, 256, 300, 700, 66_000)}


def signed(size: int, name: str = NAME) -> bytes:
    text = encode(Checkpoint(name, size, root_of(LEAVES[:size])))
    return encode_note(Note(text, (sign(text, NAME, PRIVATE),))).encode()


def proof_of(index: int, size: int) -> TlogProof:
    return TlogProof(index, tuple(inclusion_proof(index, LEAVES[:size])), signed(size))


@settings(max_examples=150)
@given(st.data())
def test_proofs_from_a_few_tiles_are_those_from_all_leaves(data: st.DataObject) -> None:
    stored = data.draw(st.sampled_from([1, 5, 256, 300, 700]))
    size = data.draw(st.integers(1, stored))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    read = STORED[stored].get
    assert inclusion_from_tiles(index, size, stored, read) == inclusion_proof(index, LEAVES[:size])
    assert consistency_from_tiles(old, size, stored, read) == consistency_proof(old, LEAVES[:size])
    assert root_of_beginning(size, stored, read) == root_of(LEAVES[:size])


@pytest.mark.parametrize(
    ("index", "old", "size"),
    [(0, 1, 66_000), (65_535, 65_536, 65_537), (65_999, 65_999, 66_000), (65_536, 257, 65_999)],
)
def test_proofs_from_tiles_of_three_levels_verify_and_read_few_of_them(index: int, old: int, size: int) -> None:
    asked: set[str] = set()

    def read(path: str) -> bytes | None:
        asked.add(path)
        return STORED[66_000].get(path)

    root = root_of(LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, inclusion_from_tiles(index, size, 66_000, read), root)
    proof = consistency_from_tiles(old, size, 66_000, read)
    assert verify_consistency(old, size, root_of(LEAVES[:old]), root, proof)
    assert len(asked) <= 12


@pytest.mark.parametrize(
    "ask",
    [
        lambda: inclusion_from_tiles(5, 5, 5, STORED[5].get),
        lambda: inclusion_from_tiles(0, 6, 5, STORED[5].get),
        lambda: consistency_from_tiles(4, 3, 5, STORED[5].get),
        lambda: root_of_beginning(6, 5, STORED[5].get),
    ],
)
def test_what_is_beyond_the_log_cannot_be_proven(ask: Callable[[], object]) -> None:
    with pytest.raises(OutOfLog):
        ask()


def test_a_missing_tile_is_named() -> None:
    with pytest.raises(BadTile, match=r"tile/0/001\.p/44"):
        inclusion_from_tiles(0, 300, 300, {**STORED[300], "tile/0/001.p/44": None}.get)


def test_a_proof_is_written_as_the_specification_says_and_read_back() -> None:
    proof = TlogProof(2, tuple(inclusion_proof(2, LEAVES[:5])), signed(5), b"heron")
    first, second, third = (base64.b64encode(one).decode() for one in proof.hashes)
    expected = f"c2sp.org/tlog-proof@v1\nextra aGVyb24=\nindex 2\n{first}\n{second}\n{third}\n\n".encode() + signed(5)
    assert encode_proof(proof) == expected
    assert decode_proof(expected) == proof


def test_the_proof_of_the_only_event_has_no_hashes() -> None:
    whole = encode_proof(proof_of(0, 1))
    assert whole.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nfairwitness/")
    assert verify_proof(decode_proof(whole), EVENTS[0], [KEY]).checkpoint.size == 1


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_the_proof_of_any_event_verifies_and_of_another_event_does_not(at: tuple[int, int]) -> None:
    index, size = at
    proof = decode_proof(encode_proof(proof_of(index, size)))
    assert verify_proof(proof, EVENTS[index], [KEY]).signed[0].key == KEY
    with pytest.raises(BadProof):
        verify_proof(proof, EVENTS[index] + b" ", [KEY])


@given(st.data())
def test_a_proof_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    whole = bytearray(encode_proof(proof_of(3, 7)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(FairwitnessError):
        verify_proof(decode_proof(bytes(whole)), EVENTS[3], [KEY])


def test_a_key_cannot_vouch_for_the_checkpoint_of_another_log() -> None:
    proof = TlogProof(0, tuple(inclusion_proof(0, LEAVES[:5])), signed(5, "fairwitness/another"))
    with pytest.raises(BadCheckpoint):
        verify_proof(proof, EVENTS[0], [KEY])


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v1\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\n",
        b"c2sp.org/tlog-proof@v1\nindex -1\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64 + b"\n",
        "c2sp.org/tlog-proof@v1\nindex ０\n\n".encode(),
    ],
)
def test_what_differs_from_the_form_of_a_proof_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadProof):
        decode_proof(wrong)
