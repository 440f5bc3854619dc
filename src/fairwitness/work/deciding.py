"""What a person decided about a document: the language it is in. Appended to records and log, never edited."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.parts import PageText
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import close_log
from fairwitness.text.language_codes import LANGUAGES, written

LANGUAGE = "language"
_CODE = re.compile(r"[a-z]{2,3}(?:-han[st])?", re.IGNORECASE)


class BadLanguage(FairwitnessError):
    """What was given is no code of a language."""

    code = "bad_language"
    advice = f"Give a code of ISO 639. Pages can be told to be in: {LANGUAGES}"


@dataclass(frozen=True, slots=True)
class DocumentLanguage:
    """The language of a document: what a person decided, empty for nothing, and what its pages are told to be in.

    `pages` counts pages by language; a page in two counts twice. `history` holds every decision, the last one last.
    """

    document: str
    decided: str
    pages: dict[str, int]
    history: tuple[Judgement, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "document": self.document,
            "decided": self.decided or None,
            "pages": self.pages,
            "history": [{"language": one.value or None, "at": one.at} for one in self.history],
        }


def decided_languages(case: Case) -> dict[str, Judgement]:
    """The last judgement on the language of each document that has one; its value is empty where it was withdrawn."""
    return {judgement.about: judgement for judgement in case.queries.judgements(LANGUAGE)}


def decided_language(case: Case, document: str) -> str:
    """The language that a person decided the document to be in; empty for none."""
    history = list(case.queries.judgements(LANGUAGE, document))
    return history[-1].value if history else ""


def decide_language(case: Case, document: str, language: str) -> bool:
    """The document is in that language from the next time on that the index is brought up to date.

    An empty `language` withdraws what was decided. False if that is what was decided before.

    Raises:
        BadLanguage: if it is no code.
    """
    code = _canonical(language)
    history = list(case.queries.judgements(LANGUAGE, document))
    if code == (history[-1].value if history else ""):
        return False
    judgement = Judgement(document, LANGUAGE, code, int(time.time()), history[-1].id if history else "")
    with case.changes() as changes:
        changes.add_judgement(judgement)
        fields = {"judgement": judgement.id, "about": document, "what": LANGUAGE, "value": code}
        changes.add_event("judge", fields | {"replaces": judgement.replaces})
    close_log(case)
    return True


def language_of_document(case: Case, document: str) -> DocumentLanguage:
    """What was decided, and what the pages say today."""
    from fairwitness.text.language import languages_of  # with numpy and its table, which a decision can do without
    from fairwitness.work.current import bare_readings
    from fairwitness.work.scans import DocumentPages

    history = tuple(case.queries.judgements(LANGUAGE, document))
    counted: Counter[str] = Counter()
    reading = bare_readings(case, [document]).get(document)
    if reading is not None:
        with DocumentPages(case, reading) as pages:
            for page in pages:
                if isinstance(page, PageText):
                    counted.update(languages_of(page.text))
    return DocumentLanguage(document, history[-1].value if history else "", dict(counted.most_common()), history)


def _canonical(language: str) -> str:
    """The code as we write it: zh-Hans."""
    if not language:
        return ""
    found = _CODE.fullmatch(language.strip())
    if not found:
        raise BadLanguage("That is no code of a language.")
    return written(found[0])
