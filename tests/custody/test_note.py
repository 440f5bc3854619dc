"""Signed notes: the published examples are accepted and made again byte for byte, and whatever was changed is refused.

The examples are public: those of golang.org/x/mod/sumdb/note and of C2SP signed-note, and a checkpoint of a public
certificate log with the cosignature of a public witness, all of them by other programs than ours.
"""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.errors import BadNote, BrokenSignature, UnsignedNote
from fairwitness.custody.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteKey,
    NoteSignature,
    Signed,
    cosign,
    decode_key,
    decode_note,
    encode_key,
    encode_note,
    sign,
    signed_by,
    verify_note,
)

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
BY_FOO = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
LOGGED = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
"""
LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

MINE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def public(name: str, kind: int = ED25519) -> NoteKey:
    return NoteKey(name, kind, MINE.public_key().public_bytes_raw())


def note_of(text: str) -> Note:
    return decode_note(text.encode())


def test_the_note_of_the_go_library_is_accepted_and_made_again_byte_for_byte() -> None:
    note = note_of(f"{TEXT}\n{BY_PETER}")
    assert verify_note(note, [decode_key(PETER)]) == (Signed(decode_key(PETER)),)
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(SECRET.split("+", 4)[4])[1:])
    assert encode_note(Note(TEXT, (sign(TEXT, "PeterNeumann", private),))) == f"{TEXT}\n{BY_PETER}"


def test_signatures_of_unknown_keys_are_kept_and_ignored() -> None:
    note = note_of(f"{TEXT}\n{BY_PETER}{BY_ENOCH}")
    peter, enoch = decode_key(PETER), decode_key(ENOCH)
    assert [one.key for one in verify_note(note, [enoch, peter])] == [peter, enoch]
    assert [one.key for one in verify_note(note, [peter])] == [peter]
    assert encode_note(note) == f"{TEXT}\n{BY_PETER}{BY_ENOCH}"
    with pytest.raises(UnsignedNote):
        verify_note(note, [decode_key(FOO)])


def test_the_example_of_the_specification_is_accepted_and_refused_with_one_letter_changed() -> None:
    whole = f"This is an example message.\n\n{BY_FOO}"
    assert verify_note(note_of(whole), [decode_key(FOO)])
    with pytest.raises(BrokenSignature):
        verify_note(note_of(whole.replace("example message", "example massage")), [decode_key(FOO)])


def test_a_checkpoint_of_a_public_log_with_the_cosignature_of_a_public_witness_is_accepted() -> None:
    note = note_of(LOGGED)
    log, witness = verify_note(note, [decode_key(LOG), decode_key(WITNESS)])
    assert (log.at, witness.key.kind) == (0, COSIGNATURE)
    assert witness.at == int.from_bytes(bytes.fromhex("000000006a122120"), "big") == 1779573024
    with pytest.raises(BrokenSignature):
        verify_note(note_of(LOGGED.replace("1432088532", "1432088533")), [decode_key(WITNESS)])


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    text = "fairwitness/x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    made, key = cosign(text, "tern", MINE, 1_700_000_000), public("tern", COSIGNATURE)
    assert signed_by(Note(text, (made,)), [key]) == (Signed(key, 1_700_000_000),)
    later = NoteSignature("tern", made.key_id, (1_800_000_000).to_bytes(8, "big") + made.signature[8:])
    with pytest.raises(BrokenSignature):
        signed_by(Note(text, (later,)), [key])
    assert signed_by(Note(text, (made,)), [public("tern")]) == ()  # the same key for another sort of signature


def test_a_signature_of_a_sort_to_come_is_kept_and_a_key_of_it_is_never_taken_for_one_that_verified() -> None:
    to_come = NoteKey("heron", 0x06, b"k" * 1312)
    assert decode_key(encode_key(to_come)) == to_come
    note = Note(TEXT, (NoteSignature("heron", to_come.id, b"s" * 2428), sign(TEXT, "tern", MINE)))
    assert note_of(encode_note(note)) == note
    assert [one.key.name for one in signed_by(note, [to_come, public("tern")])] == ["tern"]


def test_a_text_with_empty_lines_keeps_them() -> None:
    text = "第一行\n\nбүгін\n"
    note = Note(text, (sign(text, "tern", MINE),))
    assert note_of(encode_note(note)) == note
    assert verify_note(note, [public("tern")])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "text\n",
        "text\n\n",
        f"text\n\n{BY_PETER[:-1]}",
        f"text\r\n\n{BY_PETER}",
        f"text\n\n{BY_PETER.replace('—', '-')}",
        f"text\n\n{BY_PETER.replace('PeterNeumann', 'Peter+Neumann')}",
        f"text\n\n{BY_PETER.replace('nAM=', 'nAN=')}",  # the same bytes in another form of base64
        "text\n\n— PeterNeumann x08gow==\n",
        f"text\n\n{BY_PETER}\n",
        f"text\n\n{BY_PETER * 101}",
    ],
)
def test_what_differs_from_the_form_of_a_note_is_refused(wrong: str) -> None:
    with pytest.raises(BadNote):
        note_of(wrong)


@pytest.mark.parametrize(
    "wrong", ["", PETER[:-4], PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("Peter", "P t"), "a+b"]
)
def test_what_is_no_public_key_of_a_note_is_refused(wrong: str) -> None:
    with pytest.raises(BadNote):
        decode_key(wrong)


@given(st.text(max_size=60).map(lambda text: text + "\n"), st.integers(0, 2**63 - 1))
def test_any_text_is_refused_or_signed_so_that_the_note_is_read_back_and_verifies(text: str, at: int) -> None:
    try:
        note = Note(text, (sign(text, "tern", MINE), cosign(text, "heron", MINE, at)))
    except FairwitnessError:
        return
    assert note_of(encode_note(note)) == note
    assert [one.at for one in verify_note(note, [public("tern"), public("heron", COSIGNATURE)])] == [0, at]


@given(st.data())
def test_a_note_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    whole = bytearray(f"{TEXT}\n{BY_PETER}".encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(FairwitnessError):
        verify_note(decode_note(bytes(whole)), [decode_key(PETER)])
