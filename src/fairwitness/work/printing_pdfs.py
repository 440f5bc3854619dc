"""What was found in a PDF and what the gate says of one, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from fairwitness.core.outcome import Cause
from fairwitness.publish.check_pdf import Finding, Judged
from fairwitness.work.gating import Gated
from fairwitness.work.printing import safe

_SAID = {
    "leaks": "LEAKS",
    "not judged": "not judged wholly",
    "no leaks found": "no leaks found",
}


def judged_lines(name: str, judged: Judged, *, with_text: bool = False) -> Iterator[str]:
    """Yield the verdict and a line for each finding; what was hidden is told only on demand."""
    pages = "" if judged.pages < 0 else f", {judged.pages} page{'' if judged.pages == 1 else 's'}"
    yield f"{safe(name)}: {_SAID[judged.verdict]}{pages}"
    if judged.outcome is not Cause.OK:
        yield f"  could not be judged: {judged.outcome.value}{f' ({judged.detail})' if judged.detail else ''}"
    if judged.pages_unread:
        yield f"  pages that could not be looked at: {', '.join(map(str, judged.pages_unread))}"
    for finding in judged.findings:
        yield _line(finding)
        if with_text and finding.untrusted_text:
            yield f"      {safe(finding.untrusted_text)}"


def _line(finding: Finding) -> str:
    where = f"page {finding.page}" if finding.page else "file"
    if finding.box is not None:
        left, top, right, bottom = finding.box
        where += f", {left} to {right} pt from the left, {top} to {bottom} pt from the top"
    count = f" ({finding.count})" if finding.count > 1 else ""
    return f"  {finding.severity:<8}  {finding.kind:<20}  {where}: {finding.what}{count}"


def gate_lines(gated: Gated) -> Iterator[str]:
    """Yield the answer to each question of the gate, and whether the file was written."""
    for check in gated.report.checks:
        yield f"  {check.answer:<13}  {check.name:<9}  {check.why}"
    for page, number in gated.report.near:
        yield f"  page {page} reads nearly like withheld string {number}; if it is not: redact pass ... {page}:{number}"
    if gated.not_searched:
        yield f"  withheld strings too short to be looked for: {gated.not_searched}"
    yield f"written, SHA-256 {gated.report.sha256}" if gated.report.passed else "refused: nothing was written"
