"""A report as one HTML file: no script, nothing from elsewhere, readable on a phone, on paper, in the dark.

A policy in the file forbids to load or run anything; the one style sheet is named in it by its digest. Fonts are in the
file, with the letters that it needs. Every figure is a link to its claim, and each claim leads back to its figures.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fairwitness.publish._fonts import cut_fonts
from fairwitness.publish._leaf import Leaf, leaves_of
from fairwitness.publish.charts import NARROW_PX, WIDE_PX, draw
from fairwitness.publish.report import Report

_POLICY = "default-src 'none'; style-src 'sha256-{}'; font-src data:; base-uri 'none'; form-action 'none'"


def write_html(report: Report, evidence: str = "") -> str:
    """The report as a page that needs nothing else, the same text each time.

    `evidence` is the address, beside the file, of the folder that shows the cells of each claim; each claim then leads
    there, and the page says that it must not leave the desk.

    Raises:
        BadReport: if it cannot be set.
        ReportExtraMissing: if the packages for charts are not installed.
    """
    leaves = leaves_of(report, evidence)
    body = _environment().get_template("report.html").render(report=leaves, charts=_charts)
    style = _style(body, leaves.digest)
    policy = _POLICY.format(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode())
    head = _environment().get_template("page.html")
    return head.render(report=leaves, policy=policy, style=Markup(style), body=Markup(body))  # noqa: S704  # both escaped


def _charts(part: Leaf, from_right: bool) -> list[tuple[str, Markup, tuple[str, ...]]]:
    """The chart as it is drawn for a wide page and for a narrow one, with what of it is not to be seen."""
    assert part.chart is not None
    drawn = [
        (name, draw(part.chart, width, from_right=from_right))
        for name, width in (("wide", WIDE_PX), ("slim", NARROW_PX))
    ]
    return [(name, Markup(one.svg), one.unseen) for name, one in drawn]  # noqa: S704  # lxml has escaped it


def _style(body: str, digest: str) -> str:
    """The style sheet, with the fonts that the page needs."""
    faces = []
    for cut in cut_fonts("".join(sorted(set(body)))):
        data = base64.b64encode(cut.data).decode()
        faces.append(
            f'@font-face {{ font-family: "{cut.family}"; font-weight: {cut.weight}; font-style: normal; '
            f'src: url("data:font/sfnt;base64,{data}"); }}'
        )
    sheet = resources.files("fairwitness.publish").joinpath("static/report.css").read_text("utf-8")
    return "\n".join(["", *faces, sheet.replace("DIGEST", digest[:16])])


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fairwitness.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
