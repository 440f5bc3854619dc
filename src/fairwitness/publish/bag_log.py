"""The part of a bag that is about the log: checkpoint, keys, hash of each event, released events with their proofs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from fairwitness.custody.keys import public_pem
from fairwitness.custody.merkle import node_hash
from fairwitness.custody.note import NoteKey, encode_key
from fairwitness.custody.proof import TlogProof, encode_proof
from fairwitness.custody.sshsig import allowed_signers

LOG = "log/"


@dataclass(frozen=True, slots=True)
class LogParts:
    """What is known of a log at one checkpoint.

    `checkpoint` is its text, a signed note if it is signed; `leaves` the hash of each event that it covers; `released`
    the body of each event that may be seen, by its number from 0; `earlier` older checkpoints by their size; `stamps`
    replies of time stamping authorities by name, `certificates` those to check them with; `statements` signed envelopes
    by the number of the event that they are about; `ssh_signature` is that of the first key over the checkpoint.
    """

    checkpoint: bytes
    leaves: Sequence[bytes]
    released: Mapping[int, bytes]
    keys: Sequence[NoteKey] = ()
    earlier: Mapping[int, bytes] = field(default_factory=dict)
    stamps: Mapping[str, bytes] = field(default_factory=dict)
    certificates: Mapping[str, bytes] = field(default_factory=dict)
    statements: Mapping[int, bytes] = field(default_factory=dict)
    ssh_signature: bytes = b""


def log_files(parts: LogParts) -> dict[str, bytes]:
    """Path below data/ and bytes of each file about the log."""
    made = {
        f"{LOG}checkpoint": parts.checkpoint,
        f"{LOG}leaf-hashes.txt": "".join(f"{leaf.hex()}\n" for leaf in parts.leaves).encode(),
    }
    if parts.keys:
        made[f"{LOG}keys.txt"] = "".join(f"{encode_key(key)}\n" for key in parts.keys).encode()
        made |= {f"{LOG}key-{number}.pem": public_pem(key).encode() for number, key in enumerate(parts.keys, 1)}
    if parts.ssh_signature and parts.keys:
        made[f"{LOG}checkpoint.sshsig"] = parts.ssh_signature
        made[f"{LOG}allowed_signers"] = allowed_signers(parts.keys[0]).encode()
    for index, path in inclusion_paths(parts.leaves, parts.released).items():
        made[f"{LOG}events/{index:06d}.json"] = parts.released[index]
        proof = TlogProof(index, tuple(path), parts.checkpoint)
        made[f"{LOG}events/{index:06d}.tlog-proof"] = encode_proof(proof)
    made |= {f"{LOG}earlier/{size:06d}": note for size, note in parts.earlier.items()}
    made |= {f"{LOG}statements/{index:06d}.dsse.json": envelope for index, envelope in parts.statements.items()}
    made |= {f"{LOG}stamps/{name}.tsr": reply for name, reply in parts.stamps.items()}
    return made | {f"{LOG}stamps/{name}.pem": chain for name, chain in parts.certificates.items()}


def inclusion_paths(leaves: Sequence[bytes], indexes: Collection[int]) -> dict[int, list[bytes]]:
    """The inclusion proof of each of these leaves (RFC 9162, section 2.1.3.1); the tree is computed once for all."""
    paths: dict[int, list[bytes]] = {index: [] for index in sorted(indexes)}
    places = {index: index for index in paths}
    level = list(leaves)
    while len(level) > 1:
        for index, place in places.items():
            if place ^ 1 < len(level):  # an odd last node has no neighbour and goes up as it is
                paths[index].append(level[place ^ 1])
            places[index] = place >> 1
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    return paths
