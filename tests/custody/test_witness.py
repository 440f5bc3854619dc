"""What is brought to a witness: read in its one form, and refused with anything changed. More in tests/work/test_signing.py."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.errors import BadProof
from fairwitness.custody.keys import SigningKey, new_key
from fairwitness.custody.merkle import consistency_proof, leaf_hash, root_of
from fairwitness.custody.note import Note, encode_note, sign
from fairwitness.custody.witness import WitnessRequest, WitnessState, decode_request, encode_request

# The request of the specification (C2SP tlog-witness).
EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()
LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]
KEY, WITNESS = new_key("fairwitness/2c1f09d8a3b47e65"), new_key("tern.example", witness=True)


def request(old: int, size: int, key: SigningKey = KEY) -> bytes:
    text = encode(Checkpoint(key.public.name, size, root_of(LEAVES[:size])))
    note = encode_note(Note(text, (sign(text, key.public.name, key.private),))).encode()
    return encode_request(WitnessRequest(old, tuple(consistency_proof(old, LEAVES[:size])), note))


@contextmanager
def new_state() -> Iterator[WitnessState]:
    with tempfile.TemporaryDirectory() as folder:
        yield WitnessState(Path(folder) / "seen")


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    found = decode_request(EXAMPLE)
    assert (found.old, len(found.proof)) == (20852014, 4)
    assert encode_request(found) == EXAMPLE


@settings(max_examples=40)
@given(st.data())
def test_a_witness_signs_every_way_in_which_a_log_can_grow(data: st.DataObject) -> None:
    sizes = sorted(data.draw(st.sets(st.integers(1, 20), min_size=2, max_size=5)))
    before = 0
    with new_state() as state:
        for at, size in enumerate(sizes):
            found = state.cosign(decode_request(request(before, size)), WITNESS, 1000 + at, [KEY.public])
            assert (found.before, found.checkpoint.size) == (before, size)
            before = size


@settings(max_examples=40)
@given(st.integers(0, len(request(7, 20)) - 1), st.integers(1, 255))
def test_a_request_with_any_byte_changed_is_refused_and_what_was_seen_stays(at: int, change: int) -> None:
    whole = bytearray(request(7, 20))
    whole[at] ^= change
    with new_state() as state:
        state.cosign(decode_request(request(0, 7)), WITNESS, 1000, [KEY.public])
        with pytest.raises(FairwitnessError):
            state.cosign(decode_request(bytes(whole)), WITNESS, 1001)
        assert state.cosign(decode_request(request(7, 20)), WITNESS, 1002).before == 7


@pytest.mark.parametrize(
    "wrong", [b"", b"old 07\n\n", b"old -1\n\n", b"old 0\nAAAA\n\n", b"old 0\n", "old ０\n\n".encode()]
)
def test_what_is_no_request_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadProof):
        decode_request(wrong)
