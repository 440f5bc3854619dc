"""What is printed of likeness in meaning."""

from __future__ import annotations

from fairwitness.work.meaning import Encoded
from fairwitness.work.pace import duration
from fairwitness.work.printing import count, hit
from fairwitness.work.similar import SIMILAR, SimilarHit


def encoded(done: Encoded) -> str:
    """What a run did, and what is left."""
    lines = [f"Encoded {count(done.passages, 'passage')} of {count(done.pages, 'page')} in {duration(done.seconds)}."]
    if done.left:
        estimate = f": about {done.estimate} on this machine" if done.estimate else ""
        lines.append(f"{count(done.left, 'page')} left{estimate}.")
    lines += [f"{count(number, 'page')} failed: {cause}." for cause, number in sorted(done.failed.items())]
    return "\n".join(lines)


def similar_hit(found: SimilarHit) -> str:
    """A hit, and a line that says so where it is none of the words."""
    lines = [hit(found.hit)]
    if found.found_by == SIMILAR:
        lines.append(f"  {SIMILAR}, not a match: likeness {found.likeness:.2f}")
    return "\n".join(lines)
