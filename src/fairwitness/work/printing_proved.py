"""Commitments and proofs as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fairwitness.work.committing import Committed
from fairwitness.work.printing_signed import moment
from fairwitness.work.proving import ProvenPage


def committed(done: Committed) -> str:
    """What one run of `commit` did."""
    lines = [f"{done.pages:,} pages committed to, in {done.batches:,} events; {done.covered:,} were covered before."]
    if done.by_cause:
        causes = ", ".join(f"{cause} {count:,}" for cause, count in sorted(done.by_cause.items()))
        lines.append(f"Not covered, since they cannot be drawn: {sum(done.by_cause.values()):,} pages ({causes}).")
    if done.without_picture:
        lines.append(f"Not covered, since they have no page images: {done.without_picture:,} documents.")
    if done.lost:
        lines.append(
            f"{done.lost:,} pages were committed to with a secret that is gone: nothing can be proved of them."
        )
    if done.other_format:
        lines.append(
            f"{done.other_format:,} pages were committed to in another format, of which nothing can be proved."
        )
    return "\n".join(lines)


def proven(made: ProvenPage, files: Sequence[Path]) -> str:
    """What a proof shows, and where it is."""
    told = made.told
    share = 100 * len(made.as_bytes()) / len(made.png)
    lines = [
        f"Page {made.page} of {made.document[:12]}: {told['verified']:,} places verified, "
        f"{told['withheld']:,} withheld, {told['unproven']:,} unproven; {len(told['words']):,} words shown.",
        f"Committed to at {moment(told['at'])} under {told['commitment'][:16]}.",
        f"Written: {', '.join(file.name for file in files)}; the proof is {share:.0f} % of the picture.",
    ]
    if made.proof["rendition"] == "colour":
        lines.append(
            "The picture is exact: whatever marks this copy is in it. Run: fairwitness source-scan CASE DOCUMENT"
        )
    if not any(file.suffix == ".tlog-proof" for file in files):
        lines.append(f"No signed checkpoint covers event {made.event:,} yet: sign the log, then prove the page again.")
    return "\n".join(lines)
