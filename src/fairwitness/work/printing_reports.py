"""What the command `report` prints."""

from __future__ import annotations

from collections.abc import Mapping

from fairwitness.work.reporting import MadeReport


def checked(made: MadeReport) -> str:
    """That the recipe can be run."""
    return f"The recipe can be run: {_counts(made)}. Nothing was written."


def written(made: MadeReport, files: Mapping[str, str]) -> str:
    """What was written."""
    lines = [f"{name}  sha256 {digest}" for name, digest in files.items()]
    return "\n".join([f"{_counts(made)}.", *lines])


def _counts(made: MadeReport) -> str:
    return f"{len(made.report.claims):,} claims, {made.withheld:,} held back"
