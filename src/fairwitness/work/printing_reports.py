"""What the command `report` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairwitness.work.report_files import DESK
from fairwitness.work.reporting import MadeReport


def checked(made: MadeReport) -> str:
    """That the recipe can be run."""
    return f"The recipe can be run: {_counts(made)}. Nothing was written."


def written(made: MadeReport, files: Mapping[str, str], evidence: Mapping[str, Any] | None = None) -> str:
    """What was written."""
    lines = [f"{name}  sha256 {digest}" for name, digest in files.items()]
    if evidence is not None:
        lines.append(f"{DESK}/  for the desk alone, it must not leave: {evidence['pictures']:,} pictures of cells")
        lines += [f"  {count:,} cells without a picture: {why}" for why, count in evidence["without"].items()]
    return "\n".join([f"{_counts(made)}.", *lines])


def _counts(made: MadeReport) -> str:
    return f"{len(made.report.claims):,} claims, {made.withheld:,} held back"
