"""What charts and PDFs are made with is an extra: without it there is a plain word instead of an ImportError."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from fairwitness.core.errors import FairwitnessError


class ReportExtraMissing(FairwitnessError):
    """The packages that set reports are not installed."""

    code = "report_extra_missing"


def needed(name: str) -> ModuleType:
    """The module of the extra `report`.

    Raises:
        ReportExtraMissing: if it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ReportExtraMissing(
            "The packages that draw charts and set PDFs are not installed.",
            advice="Install them with: pip install 'fairwitness[report]'",
        ) from error
