"""The words of the interface in the language of who reads it, through catalogues as gettext and Babel know them.

Two pseudo-locales by their usual names show what is not ready to be translated: `en-XA` lengthens and accents every
word, `ar-XB` also turns the page from right to left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from babel import Locale
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"
DEFAULT = "en"
PSEUDO = ("en-XA", "ar-XB")
_RIGHT_TO_LEFT = frozenset({"ar-XB"})
_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;)")
_ACCENTS = str.maketrans("AEIOUYaeiouycnsz", "ÀÈÌÒÙÝàèìòùýçñšž")


class Words(Protocol):
    """What a template asks for words."""

    def gettext(self, text: str) -> str:
        """The text in the language of the reader."""
        ...

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The text that fits the number."""
        ...


@dataclass(frozen=True)
class Interface:
    """The language of the interface: its tag, its direction, how it writes numbers and days, and its words."""

    tag: str
    direction: str
    locale: Locale
    words: Words


class _English:
    def gettext(self, text: str) -> str:
        return text

    def ngettext(self, one: str, many: str, n: int) -> str:
        return one if n == 1 else many


class _Pseudo(_English):
    def gettext(self, text: str) -> str:
        return _lengthened(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return _lengthened(one if n == 1 else many)


class _Catalogue(_English):
    """A PO file, read as it is: nothing has to be compiled."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._catalogue = read_po(file)

    def gettext(self, text: str) -> str:
        found = self._catalogue.get(text)
        return str(found.string) if found is not None and isinstance(found.string, str) and found.string else text

    def ngettext(self, one: str, many: str, n: int) -> str:
        found = self._catalogue.get((one, many))
        forms = found.string if found is not None else ()
        at = int(self._catalogue.plural_func(n)) if hasattr(self._catalogue, "plural_func") else int(n != 1)
        if isinstance(forms, tuple) and at < len(forms) and forms[at]:
            return str(forms[at])
        return one if n == 1 else many


def N_(text: str) -> str:  # noqa: N802  the usual name, which Babel looks for
    """The text itself, marked to be translated where it is shown."""
    return text


def available() -> list[str]:
    """Tags of the languages that the interface can be shown in, English first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))
    return [DEFAULT, *found]


@lru_cache(maxsize=32)
def interface_in(tag: str) -> Interface:
    """The interface in that language; in English if there is no such language."""
    if tag in PSEUDO:
        direction = "rtl" if tag in _RIGHT_TO_LEFT else "ltr"
        return Interface(tag, direction, Locale("en"), _Pseudo())
    if tag in available()[1:]:
        locale = Locale.parse(tag.replace("-", "_"))
        path = LOCALES / tag / "LC_MESSAGES" / "messages.po"
        return Interface(tag, str(locale.text_direction), locale, _Catalogue(path))
    return Interface(DEFAULT, "ltr", Locale("en"), _English())


def _lengthened(text: str) -> str:
    """The text with accents and a third longer, as a translation may be; placeholders stay as they are."""
    parts = _PLACEHOLDER.split(text)
    accented = "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))
    return f"[{accented}{'~' * (len(text) // 3)}]"
