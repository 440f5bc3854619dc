"""Which words the pages show, so that what is said elsewhere can be held against them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from fairwitness.text.fold import fold_text

_TOKEN = re.compile(r"\w+")
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SQUEEZED = re.compile(r"[\W_]+")
_CODE = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{4,}")  # of an id; identity numbers have no letters
_CONTAINED = 4  # letters from which on a word may stand inside another one
_LONGEST = 200_000  # characters of one string that are looked at
# What programs write by themselves; none of it is said about a document by a person.
_PROGRAM_WORDS = """
untitled document documents page pages section chapter figure table contents top toc index sheet slide cover
bookmark pdf doc docx xls xlsx ppt pptx odt ods rtf jpg jpeg tif tiff png microsoft word excel powerpoint office
adobe acrobat distiller indesign illustrator photoshop libreoffice openoffice writer calc impress ghostscript
pikepdf qpdf quartz http https www com org net html htm mailto file true false null default utf xml begin end
rdf uuid xmp iid did javascript function var app doc event this alert print url uri
"""
_OF_PROGRAMS = frozenset(_PROGRAM_WORDS.split())


def tokens_of(text: str) -> list[str]:
    """The words of a text, folded; words of a single letter and short numbers are left out, save for Han."""
    found = []
    for run in _TOKEN.findall(fold_text(unicodedata.normalize("NFC", text[:_LONGEST]))):
        token = run.strip("_")
        if _HAN.search(token):
            found.append(token)
        elif len(token) < 2 or (token.isdigit() and len(token) < 4) or _CODE.fullmatch(token):
            continue
        elif token not in _OF_PROGRAMS:
            found.append(token)
    return found


@dataclass(slots=True)
class Shown:
    """The words that can be seen on the pages."""

    words: set[str] = field(default_factory=set)
    run: str = ""

    def add(self, texts: Iterable[str]) -> None:
        """What the texts say can be seen."""
        for text in texts:
            folded = fold_text(unicodedata.normalize("NFC", text))
            self.words.update(_TOKEN.findall(folded))
            self.run += _SQUEEZED.sub("", folded)

    def lacks(self, text: str) -> list[str]:
        """The words of `text` that no page shows, in their order."""
        return [token for token in dict.fromkeys(tokens_of(text)) if not self._has(token)]

    def _has(self, token: str) -> bool:
        if token in self.words:
            return True
        return (len(token) >= _CONTAINED or bool(_HAN.search(token))) and token in self.run


def is_readable(text: str) -> bool:
    """Whether this is text rather than bytes: hardly anything in it is a control character or without meaning."""
    sample = text[:2000]
    odd = sum(unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\t\r\n\f" for char in sample)
    return bool(sample) and odd <= 0.05 * len(sample)
