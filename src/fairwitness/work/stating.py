"""What the event of a derivation carries: an in-toto statement of what was made from what, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairwitness import __version__
from fairwitness.core.records import Made
from fairwitness.custody.statements import derivation


def statement_of(
    made: Made, document: str, subject: Mapping[str, str], sandbox: str, options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The statement for a result; `options` take the place of those in `made` where these are not for the log."""
    told = json.loads(made.options) if options is None else options
    return derivation(subject, document, made.step, made.version, told, __version__, sandbox)
