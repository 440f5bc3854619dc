"""The files of a report: its page, its PDF, its claims and the recipe, the same bytes each time they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.publish.html_report import write_html
from fairwitness.publish.pdf_report import write_pdf
from fairwitness.work.evidencing import FOLDER, Evidenced, write_evidence
from fairwitness.work.list_export import BadExport, write_private
from fairwitness.work.reporting import MadeReport

DESK = "desk"


def report_files(made: MadeReport) -> Mapping[str, bytes]:
    """The files by name: the report as a page and as a PDF, its claims, and a copy of the recipe."""
    return {
        "report.html": write_html(made.report).encode(),
        "report.pdf": write_pdf(made.report),
        "claims.json": made.claims,
        "recipe.toml": made.recipe.text.encode(),
    }


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


def write_desk(case: Case, made: MadeReport, folder: Path, *, unlocked: bool = False) -> Evidenced:
    """The folder "desk" in the report's holds a copy that leads from each figure to the pixels that were counted.

    That copy, its pictures and evidence.json (for each claim the rows behind it and the cites of their cells) are no
    part of what leaves: they show persons.

    Raises:
        BadExport: if they cannot be written.
    """
    desk = folder / DESK
    told = write_evidence(case, made.report, made.evidence, desk / FOLDER, unlocked=unlocked)
    rows = {name: [[row, list(cites)] for row, cites in some] for name, some in made.evidence.items()}
    files = {
        "report.html": write_html(made.report, FOLDER).encode(),
        "report.pdf": write_pdf(made.report, FOLDER),
        "evidence.json": canonical_json({"claims": rows}) + b"\n",
    }
    write_report(files, desk)
    return told
