"""Which step reads which media type."""

from __future__ import annotations

from typing import Any

from fairwitness.core.parts import Part, Source
from fairwitness.core.step import Step
from fairwitness.read.read_pdf import ReadPdf

_READERS: dict[str, Any] = {"application/pdf": ReadPdf()}


def reader_for(media_type: str) -> Step[Source, Part] | None:
    """The step that reads files of this media type, None if there is none."""
    found: Step[Source, Part] | None = _READERS.get(media_type)
    return found
