"""PDF files that leak, each in one way, and files that look like them and do not: invented names, the same bytes twice.

    python -m examples.leaky_pdfs FOLDER

Everything that a name can be read from is in `paper`: NAME, CYRILLIC, HAN, UYGHUR are names of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from examples.leaky_pdfs import harmless as _harmless
from examples.leaky_pdfs import in_files, on_pages
from examples.leaky_pdfs.paper import CYRILLIC, HAN, NAME, UYGHUR

WITHHELD = (NAME, CYRILLIC, HAN, UYGHUR)
WEAK = frozenset({"tight_box"})
"""Those that tell something without saying it: a weakness, not a leak."""


@dataclass(frozen=True, slots=True)
class Made:
    """One file: what it is called, in one sentence what it does, and its bytes."""

    name: str
    about: str
    pdf: bytes


def leaky() -> tuple[Made, ...]:
    """All files that leak."""
    return tuple(Made(make.__name__, make.__doc__ or "", make()) for make in (*on_pages.MAKERS, *in_files.MAKERS))


def harmless() -> tuple[Made, ...]:
    """All files that only look like it."""
    return tuple(Made(make.__name__, make.__doc__ or "", make()) for make in _harmless.MAKERS)
