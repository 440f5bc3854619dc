"""Makes the evidence folder of a report: the pixels of every cell that was counted, claim by claim, for the desk alone.

Each picture is cut once, in the order of the pages, and used by every claim that counts the cell. What has no picture
says why. The folder is readable by its owner alone, and the log of the case says that it was made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.evidence import EvidenceCell, EvidenceRow, evidence_index, evidence_page
from fairwitness.publish.report import Report
from fairwitness.work.cell_places import picture_of, text_around
from fairwitness.work.kept_lists import lists_of
from fairwitness.work.keying import Desk
from fairwitness.work.list_export import BadExport, write_private
from fairwitness.work.picturing import PageImages

FOLDER = "evidence"
_OURS = re.compile(r"index\.html|[a-z][a-z0-9]{0,15}\.html|[0-9a-f]{20}\.(png|jpg)")
Behind = Mapping[str, Sequence[tuple[str, Sequence[str]]]]
"""For each claim the rows behind it: the id of the row (the cite of its place) and the cites of its cells."""


@dataclass(frozen=True, slots=True)
class Evidenced:
    """How many pages and pictures the folder holds, and how many cells have no picture, by reason."""

    pages: int
    pictures: int
    without: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"pages": self.pages, "pictures": self.pictures, "without": dict(self.without)}


def write_evidence(
    case: Case, report: Report, behind: Behind, folder: Path, address: str = "../report.html", *, unlocked: bool = False
) -> Evidenced:
    """The folder holds a page for each claim, their pictures and an index, and no page of an earlier report.

    Raises:
        BadExport: if it cannot be written.
    """
    _make_folder(folder)
    desks = [Desk(case, kept) for kept in lists_of(case)]
    cells = _cells(desks, behind)
    pictures: dict[str, tuple[str, int, int]] = {}
    with PageImages(case, unlocked=unlocked) as images:
        for cite in sorted(cells, key=_by_page):
            cells[cite] = _pictured(case, images, cells[cite], folder, pictures)
    names = _row_names(desks)
    counts = []
    for claim in report.claims:
        rows = [
            EvidenceRow(names.get(row, "Row"), tuple(cells[cite] for cite in cites))
            for row, cites in behind.get(claim.id, ())
        ]
        counts.append(len(rows))
        _write(folder / f"{claim.id}.html", evidence_page(claim, rows, address).encode())
    _write(folder / "index.html", evidence_index(report, counts, address).encode())
    without: dict[str, int] = {}
    for cell in cells.values():
        if cell.missing:
            without[cell.missing] = without.get(cell.missing, 0) + 1
    return Evidenced(len(report.claims) + 1, len({name for name, _, _ in pictures.values()}), without)


def _make_folder(folder: Path) -> None:
    """The folder is there, for its owner alone, and what an earlier report left in it is gone; nothing else is."""
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        (folder / "cells").mkdir(mode=0o700, exist_ok=True)
        for left in (*folder.iterdir(), *(folder / "cells").iterdir()):
            if _OURS.fullmatch(left.name):
                left.unlink()
    except OSError:
        raise BadExport("The evidence folder cannot be made.", advice="Name one that can be written to.") from None


def _write(path: Path, data: bytes) -> None:
    write_private(path, data)


def _cells(desks: Sequence[Desk], behind: Behind) -> dict[str, EvidenceCell]:
    """Every cell that was counted, by cite, with its column and what people decided that it says."""
    asked = {cite for rows in behind.values() for _, cites in rows for cite in cites}
    made = {cite: EvidenceCell(cite) for cite in asked}
    for desk in desks:
        for name, placed in desk.cells.items():
            for cite in asked.intersection(placed.cell.places):
                value = desk.state(name).value
                said = "" if value is None else value.text or f"({value.state})"
                made[cite] = EvidenceCell(cite, placed.column.title or placed.column.name, said)
    return made


def _row_names(desks: Sequence[Desk]) -> dict[str, str]:
    return {row.id: f"{desk.kept.name}, row {row.number}, page {row.page}" for desk in desks for row in desk.list.rows}


def _by_page(cite: str) -> tuple[str, int, str]:
    """By document and page, so that each page is drawn once; what has no page comes first."""
    document, _, rest = cite.partition(":p")
    number = rest.partition(":")[0]
    return document, int(number) if number.isdigit() else 0, cite


def _pictured(
    case: Case, images: PageImages, cell: EvidenceCell, folder: Path, made: dict[str, tuple[str, int, int]]
) -> EvidenceCell:
    """The cell with its picture, which is then in the folder; or with its text; or with why there is neither."""
    try:
        where = parse_any_cite(cell.cite)
        if not isinstance(where, RegionCite):
            return replace(cell, around=text_around(case, where))
        picture = picture_of(case, images, where)
    except FairwitnessError as error:
        return replace(cell, missing=error.message)
    ending = "jpg" if picture.media_type == "image/jpeg" else "png"
    name = f"cells/{hashlib.sha256(cell.cite.encode()).hexdigest()[:20]}.{ending}"
    _write(folder / name, picture.data)
    made[cell.cite] = (name, picture.width_px, picture.height_px)
    return replace(cell, picture=name, width_px=picture.width_px, height_px=picture.height_px)
