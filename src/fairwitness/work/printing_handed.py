"""What the commands about bags print."""

from __future__ import annotations

from fairwitness.work.handing_over import HandedOver
from fairwitness.work.verifying_bags import BagVerified


def handed_over(done: HandedOver) -> str:
    """A few lines about a bag that was written."""
    signed = f"signed with {', '.join(done.signed)}" if done.signed else "not signed"
    return "\n".join(
        [
            f"{done.written.files:,} files, {done.written.size_bytes:,} bytes; {done.findings:,} findings that cite "
            f"{done.documents:,} documents.",
            f"Handing over is event {done.event:,} of the log; its checkpoint of {done.size:,} events is {signed}, "
            f"with {done.stamps:,} time stamps. {done.released:,} events are in words, the others by their hashes.",
            f"SHA-256 of tagmanifest-sha256.txt, which tells the whole bag again: {done.written.tagmanifest}",
        ]
    )


def verified(found: BagVerified) -> str:
    """What was found about a bag, in the words of the verifier in it."""
    parts = (
        ("Refused", [f"{file}: {reason}" for file, reason in found.refused]),
        ("Not checked", found.unchecked),
        ("Proven" if not found.refused else "Found all the same", found.proven),
        ("Not proven by any bag", found.not_proven),
    )
    blocks = (f"{title}\n" + "".join(f"  {line}\n" for line in lines) for title, lines in parts if lines)
    return "\n".join(blocks).rstrip()
