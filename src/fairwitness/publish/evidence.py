"""The evidence folder of a report: for each claim a page with the cells that were counted, as they look on the page.

For the desk alone. Its pages show persons and say so; no release holds them, and a report leads here only where it was
asked for. A page is plain HTML that loads nothing but the pictures beside it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fairwitness.publish._leaf import claim_value, plain
from fairwitness.publish.report import Claim, Report

WARNING = (
    "For the desk only. These pages show persons. This folder, and a report that leads to it, must not leave: not by "
    "mail, not in a release, not on a shared disk."
)
_POLICY = "default-src 'none'; style-src 'sha256-{}'; img-src 'self' file:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """A cell that was counted: `picture` is the address of its pixels beside the page, "" with the reason in `missing`.

    `column` and `said` are what it is called and what people decided that it says. Of a cell of a text, `around` is
    what stands before, in and after it.
    """

    cite: str
    column: str = ""
    said: str = ""
    picture: str = ""
    width_px: int = 0
    height_px: int = 0
    around: tuple[str, str, str] = ("", "", "")
    missing: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row behind a claim; `name` is what the desk calls it."""

    name: str
    cells: tuple[EvidenceCell, ...]


def evidence_page(claim: Claim, rows: Sequence[EvidenceRow], report: str = "../report.html") -> str:
    """The page of one claim; `report` is the address of the report that it belongs to."""
    unseen = sum(bool(cell.missing) for row in rows for cell in row.cells)
    return _page("evidence.html", claim=claim, value=claim_value(claim), rows=rows, unseen=unseen, report=report)


def evidence_index(report: Report, rows: Sequence[int], address: str = "../report.html") -> str:
    """The first page of the folder: all claims, each with the number of rows behind it."""
    claims = [(claim, claim_value(claim), count) for claim, count in zip(report.claims, rows, strict=True)]
    return _page("evidence_index.html", title=report.title, claims=claims, report=address)


def _page(template: str, **values: object) -> str:
    style = resources.files("fairwitness.publish").joinpath("static/evidence.css").read_text("utf-8")
    policy = _POLICY.format(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode())
    made = _environment().get_template(template)
    return made.render(policy=policy, style=Markup(style), warning=WARNING, **values)  # noqa: S704  # our own file


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("fairwitness.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["plain"] = plain
    return made
