"""What the marks of a source say of a release: it goes out only if each question has an answer.

Functions over what was found and what people said; they know no case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fairwitness.publish.source_marks import CHECKLIST, SourceMark, by_kind
from fairwitness.publish.source_marks_text import text_marks

SETTLED = frozenset({"none", "covered"})
"""Answers to a question of the checklist that let a document go: there is none, or it is covered in what leaves."""

Asked = tuple[bool, str]
"""Whether it may go, and why or why not."""


def file_question(marks: Sequence[SourceMark], not_looked_at: Mapping[str, int]) -> Asked:
    """Of the files that leave: nothing that is likely a mark is in them, and all of them was looked at."""
    found = by_kind(mark for mark in marks if mark.sureness == "likely")
    unseen = {cause: count for cause, count in not_looked_at.items() if count}
    if found:
        return False, f"Marks in what leaves: {_counts(found)}."
    if unseen:
        return False, f"Not looked at: {_counts(unseen)}."
    return True, "No mark was found in what leaves. That none was found does not mean that there is none."


def text_question(texts: Sequence[str]) -> Asked:
    """Of the sentences that leave: nothing unseen and no look-alike is in them."""
    found: dict[str, int] = {}
    for text in texts:
        for mark in text_marks(text):
            if mark.sureness == "likely":
                found[mark.kind] = found.get(mark.kind, 0) + 1
    if found:
        return False, f"Marks in the text that leaves: {_counts(found)}. Type it anew."
    return True, f"Texts without unseen characters and look-alikes: {len(texts)}."


def copies_question(compared: Mapping[str, int], accepted: Mapping[str, bool]) -> Asked:
    """Of each document: another copy was compared, or somebody accepted that there is only one.

    Both by the beginning of the digest of the document.
    """
    open_ones = sorted(one for one, count in compared.items() if not count and not accepted.get(one))
    if open_ones:
        return False, (
            f"No other copy was compared, and nobody accepted that, for: {', '.join(open_ones)}. "
            "A mark cannot be excluded with a single copy."
        )
    single = sum(not count for count in compared.values())
    return True, f"Compared with another copy: {len(compared) - single}; one copy only, accepted: {single}."


def checklist_question(answers: Mapping[str, Mapping[str, str]]) -> Asked:
    """Of each document: a person looked for everything that no machine sees, and it is not there or covered."""
    missing = {
        one: [item for item in CHECKLIST if said.get(item) not in SETTLED] for one, said in sorted(answers.items())
    }
    told = [f"{one} ({', '.join(items)})" for one, items in missing.items() if items]
    if told:
        return False, f"Not yet answered with none or covered: {'; '.join(told)}."
    return True, f"Looked through by a person: {len(answers)}."


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(found.items()))
