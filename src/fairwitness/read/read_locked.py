"""Files that are nothing but a locked box around a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source


@dataclass(frozen=True, slots=True)
class ReadLocked:
    """Says that a password is needed: an OLE2 file around an enciphered office package ([MS-OFFCRYPTO] 2.3)."""

    name: ClassVar[str] = "read-locked"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield only the end."""
        yield End(Cause.ENCRYPTED, "needs a password")
