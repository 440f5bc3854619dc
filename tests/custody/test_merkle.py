from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.custody.errors import BadHash, OutOfLog
from fairwitness.custody.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The test tree of the reference implementation of Certificate Transparency: eight leaves, the root after each.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Proofs of the same reference, as (leaf from 1, size, path) and (old size, new size, path).
CT_PATHS = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CT_GROWTH = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LEAVES = [leaf_hash(f"第 {number} 条 | {number}-жазба".encode()) for number in range(71)]


# The definitions of RFC 6962, section 2.1, word for word and with recursion: what the fast code must agree with.
def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(data: list[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    middle = split(len(data))
    return sha256(b"\x01" + mth(data[:middle]) + mth(data[middle:])).digest()


def path(index: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    middle = split(len(data))
    if index < middle:
        return [*path(index, data[:middle]), mth(data[middle:])]
    return [*path(index - middle, data[middle:]), mth(data[:middle])]


def subproof(old: int, data: list[bytes], whole: bool) -> list[bytes]:
    if old == len(data):
        return [] if whole else [mth(data)]
    middle = split(len(data))
    if old <= middle:
        return [*subproof(old, data[:middle], whole), mth(data[middle:])]
    return [*subproof(old - middle, data[middle:], False), mth(data[:middle])]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


entries = st.lists(st.binary(max_size=8), min_size=1, max_size=90)


def test_the_roots_are_those_of_the_reference_implementation() -> None:
    hashes = [leaf_hash(data) for data in CT_LEAVES]
    assert [root_of(hashes[:size]).hex() for size in range(9)] == CT_ROOTS


@pytest.mark.parametrize(("number", "size", "expected"), CT_PATHS)
def test_inclusion_proofs_are_those_of_the_reference_implementation(
    number: int, size: int, expected: list[str]
) -> None:
    hashes = [leaf_hash(data) for data in CT_LEAVES[:size]]
    assert [one.hex() for one in inclusion_proof(number - 1, hashes)] == expected


@pytest.mark.parametrize(("old", "new", "expected"), CT_GROWTH)
def test_consistency_proofs_are_those_of_the_reference_implementation(old: int, new: int, expected: list[str]) -> None:
    hashes = [leaf_hash(data) for data in CT_LEAVES[:new]]
    assert [one.hex() for one in consistency_proof(old, hashes)] == expected


def test_a_leaf_cannot_pass_for_an_inner_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()


@given(entries)
def test_the_root_is_as_the_standard_defines_it(data: list[bytes]) -> None:
    assert root_of([leaf_hash(one) for one in data]) == mth(data)


@given(entries, st.data())
def test_an_inclusion_proof_is_as_the_standard_defines_it_and_holds(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    hashes = [leaf_hash(one) for one in data]
    proof = inclusion_proof(index, hashes)
    assert proof == path(index, data)
    assert verify_inclusion(hashes[index], index, len(data), proof, mth(data))


@given(entries, st.data())
def test_a_consistency_proof_is_as_the_standard_defines_it_and_holds(data: list[bytes], draw: st.DataObject) -> None:
    old = draw.draw(st.integers(1, len(data)))
    proof = consistency_proof(old, [leaf_hash(one) for one in data])
    assert proof == subproof(old, data, True)
    assert verify_consistency(old, len(data), mth(data[:old]), mth(data), proof)


def test_growth_between_any_two_sizes_up_to_70_is_proved() -> None:
    roots = [root_of(LEAVES[:size]) for size in range(71)]
    for new in range(71):
        for old in range(new + 1):
            proof = consistency_proof(old, LEAVES[:new])
            assert verify_consistency(old, new, roots[old], roots[new], proof), (old, new)


def test_every_leaf_of_every_size_up_to_70_is_proved_at_its_place_only() -> None:
    for size in range(1, 71):
        root = root_of(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, LEAVES[:size])
            assert verify_inclusion(LEAVES[index], index, size, proof, root)
            assert not verify_inclusion(LEAVES[index + 1], index, size, proof, root)
            if index:
                assert not verify_inclusion(LEAVES[index], index - 1, size, proof, root)


@given(st.integers(1, 70), st.data())
def test_one_flipped_bit_anywhere_ends_an_inclusion_proof(size: int, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, size - 1))
    bit = draw.draw(st.integers(0, 255))
    root, leaf = root_of(LEAVES[:size]), LEAVES[index]
    proof = inclusion_proof(index, LEAVES[:size])
    assert not verify_inclusion(flipped(leaf, bit), index, size, proof, root)
    assert not verify_inclusion(leaf, index, size, proof, flipped(root, bit))
    for at, one in enumerate(proof):
        assert not verify_inclusion(leaf, index, size, [*proof[:at], flipped(one, bit), *proof[at + 1 :]], root)


@given(st.integers(2, 70), st.data())
def test_one_flipped_bit_anywhere_ends_a_consistency_proof(new: int, draw: st.DataObject) -> None:
    old = draw.draw(st.integers(1, new - 1))
    bit = draw.draw(st.integers(0, 255))
    old_root, new_root = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    proof = consistency_proof(old, LEAVES[:new])
    assert not verify_consistency(old, new, flipped(old_root, bit), new_root, proof)
    assert not verify_consistency(old, new, old_root, flipped(new_root, bit), proof)
    for at, one in enumerate(proof):
        changed = [*proof[:at], flipped(one, bit), *proof[at + 1 :]]
        assert not verify_consistency(old, new, old_root, new_root, changed)


@given(st.integers(2, 70), st.data())
def test_a_log_with_one_rewritten_old_leaf_is_not_consistent(new: int, draw: st.DataObject) -> None:
    old = draw.draw(st.integers(1, new - 1))
    victim = draw.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:victim], leaf_hash("改".encode()), *LEAVES[victim + 1 : new]]
    proof = consistency_proof(old, rewritten)
    assert not verify_consistency(old, new, root_of(LEAVES[:old]), root_of(rewritten), proof)


@given(st.integers(1, 70), st.integers(1, 70))
def test_a_proof_that_is_too_long_or_too_short_is_none(size: int, other: int) -> None:
    index = other % size
    root, proof = root_of(LEAVES[:size]), inclusion_proof(index, LEAVES[:size])
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, LEAVES[0]], root)
    if proof:
        assert not verify_inclusion(LEAVES[index], index, size, proof[:-1], root)
    old, new = sorted((size, other))
    growth = consistency_proof(old, LEAVES[:new])
    old_root, new_root = root_of(LEAVES[:old]), root_of(LEAVES[:new])
    assert not verify_consistency(old, new, old_root, new_root, [*growth, LEAVES[0]])
    if growth:
        assert not verify_consistency(old, new, old_root, new_root, growth[:-1])


def test_malformed_proofs_are_refused_without_an_error() -> None:
    root = root_of(LEAVES[:5])
    proof = inclusion_proof(2, LEAVES[:5])
    assert not verify_inclusion(LEAVES[2], -1, 5, proof, root)
    assert not verify_inclusion(LEAVES[2], 5, 5, proof, root)
    assert not verify_inclusion(LEAVES[2][:-1], 2, 5, proof, root)
    assert not verify_inclusion(LEAVES[2], 2, 5, [b"", *proof], root)
    assert not verify_consistency(6, 5, root_of(LEAVES[:6]), root, [])
    assert not verify_consistency(3, 5, root, root, [])
    assert not verify_consistency(-1, 5, EMPTY_ROOT, root, [])


def test_only_the_true_empty_log_is_the_beginning_of_a_log() -> None:
    root = root_of(LEAVES[:5])
    assert consistency_proof(0, LEAVES[:5]) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, root, [])
    assert not verify_consistency(0, 5, LEAVES[0], root, [])
    assert not verify_consistency(0, 0, LEAVES[0], LEAVES[0], [])


def test_a_leaf_or_size_beyond_the_log_is_named_as_such() -> None:
    for index in (-1, 5):
        with pytest.raises(OutOfLog):
            inclusion_proof(index, LEAVES[:5])
    for size in (-1, 6):
        with pytest.raises(OutOfLog):
            consistency_proof(size, LEAVES[:5])


def test_what_is_no_hash_is_refused_as_a_leaf() -> None:
    with pytest.raises(BadHash):
        root_of([b"leaf"])
