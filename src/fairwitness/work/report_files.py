"""The files of a report: its page, its PDF, its claims and the recipe, the same bytes each time they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fairwitness.core.canonical import canonical_json
from fairwitness.work.list_export import BadExport, write_private
from fairwitness.work.reporting import MadeReport


def report_files(made: MadeReport, *, evidence: bool = False) -> Mapping[str, bytes]:
    """The files by name.

    With `evidence`, also evidence.json: for each claim the rows behind it and the cites of their cells. That one is for
    the desk and is no part of what leaves, since cites lead to persons.
    """
    files = {"claims.json": made.claims, "recipe.toml": made.recipe.text.encode()}
    if evidence:
        rows = {name: [[row, list(cites)] for row, cites in some] for name, some in made.evidence.items()}
        files["evidence.json"] = canonical_json({"claims": rows}) + b"\n"
    return files


def write_report(files: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """The files are in the folder, readable by their owner alone; gives their digests.

    Raises:
        BadExport: if they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise BadExport("The folder cannot be made.", advice="Name one that can be written to.") from None
    for name, data in files.items():
        write_private(folder / name, data)
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
