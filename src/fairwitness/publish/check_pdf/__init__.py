"""Judges any PDF: what can be read from it that its pages do not show (docs/redaction.md)."""

from fairwitness.publish.check_pdf.findings import KINDS, Finding, Judged, Leak
from fairwitness.publish.check_pdf.judging import check_pdf, check_pdf_file, checking_sandbox, in_memory, open_released

__all__ = [
    "KINDS",
    "Finding",
    "Judged",
    "Leak",
    "check_pdf",
    "check_pdf_file",
    "checking_sandbox",
    "in_memory",
    "open_released",
]
