"""The step that makes tokens of the pages of one page blob, so that a pool of processes can do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.case.pages import PageReader
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageText, Part, Source, Tokens
from fairwitness.search.analyser import ANALYSER_VERSION, index_fields
from fairwitness.text.language import languages_of
from fairwitness.text.language_codes import LANGUAGE_VERSION
from fairwitness.text.quality import QUALITY_VERSION, signs_of, trust_of

LANGUAGES = "languages"
TRUST = "trust"
ANALYSE_PAGES = f"{__name__}:AnalysePages"


@dataclass(frozen=True, slots=True)
class AnalysePages:
    """Yields the index fields of every page that has text, and beside them its languages and its trust, 0 to 1000.

    The file is a page blob of ours, not a file of the leak. A page without text is a page that was searched: it is
    yielded with empty fields.
    """

    name: ClassVar[str] = "analyse-pages"
    version: ClassVar[str] = f"{ANALYSER_VERSION}.{LANGUAGE_VERSION}.{QUALITY_VERSION}"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one `Tokens` for each page that was read."""
        for page in PageReader(item.file):
            if isinstance(page, PageText):
                languages = languages_of(page.text)
                trust = (TRUST, str(round(1000 * trust_of(signs_of(page)).value)))
                yield Tokens(
                    page.number, (*index_fields(page.text, languages), (LANGUAGES, " ".join(languages)), trust)
                )
        yield End(Cause.OK)
