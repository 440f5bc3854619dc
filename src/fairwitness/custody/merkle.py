"""Merkle tree of RFC 6962 and RFC 9162, section 2.1: roots, and proofs that strangers can check.

Everything here is a pure function over leaf hashes; a leaf hash is `leaf_hash` of the bytes that were
logged. Hashes are SHA-256, 32 bytes. A tree of n leaves splits at the largest power of two below n; pairing
neighbours level by level and carrying an odd last node upwards gives that same tree without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from hmac import compare_digest

from fairwitness.custody.errors import BadHash, OutOfLog

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# One byte in front keeps a leaf from being passed off as an inner node (RFC 6962, section 2.1).
_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"

RootOfRange = Callable[[int, int], bytes]
"""Gives the root of the subtree over the leaves from the first number on up to, and without, the second."""


def leaf_hash(data: bytes) -> bytes:
    """The hash under which `data` stands in the tree: SHA-256 of a zero byte and the data."""
    return sha256(_LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of a one byte and the hashes of its two children."""
    return sha256(_NODE_PREFIX + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over `leaf_hashes`, in order; `EMPTY_ROOT` if there are none.

    The hashes may as well be the roots of equal, complete subtrees, with a last one that is smaller.

    Raises:
        BadHash: if one of them is not 32 bytes long.
    """
    check_hashes(leaf_hashes)
    if not leaf_hashes:
        return EMPTY_ROOT
    level = leaf_hashes
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from leaf `index` (from 0) to the root, lowest first (RFC 9162, section 2.1.3.1).

    Raises:
        OutOfLog: if there is no leaf of that index.
        BadHash: if a leaf hash is not 32 bytes long.
    """
    check_hashes(leaf_hashes)
    if not 0 <= index < len(leaf_hashes):
        raise OutOfLog(f"Leaf {index} is not in a log of {len(leaf_hashes)} leaves.")
    proof: list[bytes] = []
    level = leaf_hashes
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):  # an odd last node has no sibling and goes up as it is
            proof.append(level[sibling])
        level = _level_above(level)
        index >>= 1
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """True if `proof` shows that `leaf`, a leaf hash, is number `index` (from 0) of `size` under `root`.

    Method: RFC 9162, section 2.1.3.2. Never raises: whatever is malformed is simply no proof.
    """
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    position, last = index, size - 1
    computed = leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(computed, root)


def consistency_proof(old_size: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that show that the tree of the first `old_size` leaves is the beginning of this one.

    Method: RFC 9162, section 2.1.4.1, walked from the root down. Empty for `old_size` 0, which RFC 9162
    leaves out (every log begins with nothing), and for an unchanged size.

    Raises:
        OutOfLog: if `old_size` is negative or beyond the leaves.
        BadHash: if a leaf hash is not 32 bytes long.
    """
    check_hashes(leaf_hashes)
    return consistency_path(old_size, len(leaf_hashes), lambda start, stop: root_of(leaf_hashes[start:stop]))


def inclusion_path(index: int, size: int, root: RootOfRange) -> list[bytes]:
    """The inclusion proof of leaf `index` in a tree of `size` leaves, of whose subtrees `root` gives the roots.

    Raises:
        OutOfLog: if there is no leaf of that index.
    """
    if not 0 <= index < size:
        raise OutOfLog(f"Leaf {index} is not in a log of {size} leaves.")
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split_of(stop - start)
        if index < middle:
            proof.append(root(middle, stop))
            stop = middle
        else:
            proof.append(root(start, middle))
            start = middle
    proof.reverse()
    return proof


def consistency_path(old_size: int, size: int, root: RootOfRange) -> list[bytes]:
    """The consistency proof from `old_size` to `size` leaves, of whose subtrees `root` gives the roots.

    Raises:
        OutOfLog: if `old_size` is negative or beyond `size`.
    """
    if not 0 <= old_size <= size:
        raise OutOfLog(f"Size {old_size} is beyond a log of {size} leaves.")
    if old_size == 0:
        return []
    proof: list[bytes] = []
    start, stop = 0, size
    while old_size < stop:
        middle = start + _split_of(stop - start)
        if old_size <= middle:
            proof.append(root(middle, stop))
            stop = middle
        else:
            proof.append(root(start, middle))
            start = middle
    if start > 0:  # else this subtree is the whole old tree, and its root is what the verifier holds
        proof.append(root(start, stop))
    proof.reverse()
    return proof


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True if `proof` shows that the tree under `new_root` begins with all leaves of that under `old_root`.

    Method: RFC 9162, section 2.1.4.2. Never raises: whatever is malformed is simply no proof. Of the empty
    log (`old_size` 0) only its known root and an empty proof are accepted.
    """
    if not 0 <= old_size <= new_size or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old_size == new_size:
        return not proof and compare_digest(old_root, new_root) and (new_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and compare_digest(old_root, EMPTY_ROOT)
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # a complete tree: its root is the first hash of the path
        path.insert(0, old_root)
    return bool(path) and _walk_both(old_size, new_size, old_root, new_root, path)


def check_hashes(hashes: Iterable[bytes]) -> None:
    """All of `hashes` are 32 bytes long.

    Raises:
        BadHash: if one is not; it would still hash to something, and no one could ever verify it.
    """
    if not _are_hashes(hashes):
        raise BadHash("A leaf hash is not 32 bytes long.")


def _walk_both(old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """True if `path` leads to both roots at once."""
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_computed = new_computed = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_computed = node_hash(new_computed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(old_computed, old_root) and compare_digest(new_computed, new_root)


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(_NODE_PREFIX + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        above.append(level[-1])
    return above


def _split_of(size: int) -> int:
    """The largest power of two below `size`, for `size` > 1."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
