"""Compound files (OLE2) of programs that no reader here knows: only what they say about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._ole import open_ole
from fairwitness.read._ole_about import about_ole


@dataclass(frozen=True, slots=True)
class ReadCompound:
    """States the properties of a compound file; always ends as not supported, since nothing else of it is read."""

    name: ClassVar[str] = "read-compound"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, and that nothing else is read."""
        with open_ole(item.file) as ole:
            yield from about_ole(ole)
        yield End(Cause.UNSUPPORTED, "only its properties are read", expected_pages=0, expected_entries=0)
