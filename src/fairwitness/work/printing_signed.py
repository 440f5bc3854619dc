"""Plain lines for people: what is sound in a case, and who vouches for its log."""

from __future__ import annotations

import time

from fairwitness.custody.note import encode_key
from fairwitness.custody.witness import Cosigned
from fairwitness.work.checking_signatures import Signatures
from fairwitness.work.printing import count, safe
from fairwitness.work.signing import Proof, SignedCheckpoint
from fairwitness.work.verifying import Verified
from fairwitness.work.witnessing import KeptStamp


def verified(found: Verified) -> str:
    """What is sound and what is not."""
    lines = [
        f"{found.objects:,} objects, {found.log.events:,} events, log of {found.log.size:,} under {found.log.root}"
    ]
    lines += [f"damaged object {digest}" for digest in found.damaged]
    lines += [f"missing object {digest}" for digest in found.missing]
    lines += [f"log: {problem}" for problem in found.log.problems]
    lines += [f"record and log disagree about {name}" for name in found.untold]
    lines += _signatures(found.signatures)
    return "\n".join([*lines, "Everything is as it was recorded." if found.is_sound else "The case is not sound."])


def signed(found: SignedCheckpoint) -> str:
    """A signed checkpoint and those who signed it."""
    lines = [f"{found.checkpoint.origin}: {count(found.checkpoint.size, 'event')} under {found.checkpoint.root.hex()}"]
    for one in found.signed:
        when = f" at {moment(one.at)}" if one.at else ""
        lines.append(f"  {'cosigned' if one.at else 'signed'} by {safe(one.key.name)}{when}, key {one.key.id.hex()}")
    return "\n".join(lines)


def cosigned(found: Cosigned) -> str:
    """What a witness signed, and what it saw before."""
    grown = found.checkpoint.size - found.before
    since = f"consistent with the {found.before:,} seen before" if found.before else "the first that was seen of it"
    return (
        f"{found.checkpoint.origin}: {count(found.checkpoint.size, 'event')} under {found.checkpoint.root.hex()}\n"
        f"  {count(grown, 'new event')}, {since}; cosigned at {moment(found.at)}"
    )


def proof(found: Proof) -> str:
    """What was proven, and where it stands."""
    under = f"{count(found.checkpoint.size, 'event')} under {found.checkpoint.root.hex()}"
    return f"Event {found.number:,} of {found.checkpoint.origin} is one of {under}."


def stamp(found: KeptStamp) -> str:
    """Which checkpoint existed when, and who says so."""
    return f"{count(found.size, 'event')} existed at {moment(found.stamp.at)}, says {safe(found.stamp.by)}"


def moment(seconds: int) -> str:
    """The time in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def _signatures(found: Signatures) -> list[str]:
    """Who vouches for the log, the last signed checkpoint only; what does not hold; what is to be explained."""
    lines = [f"{'key' if one.current else 'former key'} of the log: {encode_key(one.key)}" for one in found.keys]
    lines += [signed(one) for one in found.checkpoints[-1:]]
    lines += [f"  stamp: {stamp(one)}" for one in found.stamps]
    lines += [f"signatures: {safe(problem)}" for problem in found.problems]
    return lines + [f"to be explained: {safe(remark)}" for remark in found.remarks]
