"""What people decide: signed with a pseudonym, appended to the records, told in the log, never edited.

Everything here works while another process reads a leak into the case (docs/decisions/100).
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Mapping

from fairwitness.case.case import Case
from fairwitness.case.changes import Changes
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.records import Judgement

YES = "yes"
MAX_TEXT_CHARS = 100_000
MAX_LABEL_CHARS = 100
_LINES = "\n\t"


class BadSignature(FairwitnessError):
    """Nobody can sign with that name."""

    code = "bad_signature"
    advice = (
        f"Sign with a pseudonym of 1 to {MAX_LABEL_CHARS} characters that can be seen. It is kept in the case, and "
        "everybody who has the case can read it."
    )


class BadMark(FairwitnessError):
    """A tag or a text that cannot be kept."""

    code = "bad_mark"


def signature(name: str) -> str:
    """The pseudonym as it is kept: without blanks around it, in the one form that Unicode has for it.

    Raises:
        BadSignature: if it is empty, too long, or has characters that nobody can see.
    """
    plain = _label(name)
    if plain is None:
        raise BadSignature("That cannot be a pseudonym." if name.strip() else "Nobody has signed.")
    return plain


def tag_name(name: str) -> str:
    """The name of a tag as it is kept.

    Raises:
        BadMark: if it is empty, too long, or has characters that nobody can see.
    """
    plain = _label(name)
    if plain is None:
        advice = f"A tag has 1 to {MAX_LABEL_CHARS} characters that can be seen."
        raise BadMark("That cannot be the name of a tag.", advice=advice)
    return plain


def written_text(text: str) -> str:
    """A text that a person wrote, with line ends as we keep them and without blanks around it.

    Raises:
        BadMark: if it is too long, or has control characters.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > MAX_TEXT_CHARS:
        raise BadMark(f"The text is longer than {MAX_TEXT_CHARS:,} characters.", advice="Shorten it, or write several.")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in _LINES for char in plain):
        raise BadMark("The text has control characters.", advice="Take them out; blanks and line ends may stay.")
    return plain


def judge(case: Case, about: str, answers: Mapping[str, str], by: str) -> list[Judgement]:
    """Each answer, by its question, counts from now on; gives those that were not given so before.

    An empty answer withdraws an earlier one. Records and events are there together, or nothing is. The log is closed
    by whoever calls (`custody.ledger.extend_log`), once for many.

    Raises:
        BadSignature: if nobody can sign with `by`.
    """
    signed = signature(by)
    with case.marking() as changes:
        return [made for what, value in answers.items() if (made := judge_one(changes, about, what, value, signed))]


def judge_one(changes: Changes, about: str, what: str, value: str, by: str) -> Judgement | None:
    """The answer counts, within a transaction that others decide in too; None if it did before."""
    last = changes.last_judgement(about, what)
    if value == (last.value if last is not None else ""):
        return None
    made = Judgement(about, what, value, int(time.time()), last.id if last is not None else "", by)
    changes.add_judgement(made)
    fields = {"judgement": made.id, "about": about, "what": what, "value": value, "replaces": made.replaces}
    changes.add_event("judge", fields | ({"by": by} if by else {}))
    return made


def _label(name: str) -> str | None:
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    return plain if 0 < len(plain) <= MAX_LABEL_CHARS and plain.isprintable() else None
