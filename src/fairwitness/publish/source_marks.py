"""Signs by which a document may lead to the one who gave it: what they are, and what to do about each.

A mark says what was found and where, in words of ours: never what is written there. "likely" is what has no ordinary
use where it stands; "possible" is what has ordinary uses and can carry a mark all the same. No list of marks is
complete: that none was found never means that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Sureness = Literal["likely", "possible"]


@dataclass(frozen=True, slots=True)
class SourceMark:
    """One sign. `where` is a cite, a page or a field of the file; `what` says what stands there, without quoting it.

    `count` is how often it was found there.
    """

    kind: str
    sureness: Sureness
    where: str
    what: str
    count: int = 1

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


ADVICE: Mapping[str, str] = {
    "printer_dots": "Publish no colour image of it: in grey, or set anew. Dots give printer and minute.",
    "zero_width": "Publish text that was typed anew or read from pixels, never copied text.",
    "joiner_without_effect": "Look whether it stands in one copy alone; set the text anew.",
    "bidi_control": "Publish text that was typed anew or read from pixels.",
    "variation_selector": "Publish text that was typed anew or read from pixels.",
    "tag_character": "Publish text that was typed anew or read from pixels; tags can spell a whole sentence unseen.",
    "odd_space": "Set the text anew with ordinary blanks.",
    "spacing_pattern": "Set the text anew with single blanks, or compare with another copy.",
    "trailing_blanks": "Cut the blanks at the ends of lines.",
    "mixed_script_word": "Set the word anew in one script.",
    "foreign_look_alike": "Set the word anew in the script of those around it.",
    "mixed_letter_forms": "Set the text anew with one form of each letter.",
    "person": "Withhold it: it names whoever wrote, saved, printed or sent the file.",
    "device": "Withhold it: it names one camera, printer or computer.",
    "place": "Withhold it: it says where the file was made.",
    "history": "Withhold it: it tells copies of the file apart, or says when and how often it was worked on.",
    "thumbnail": "Publish a rebuilt file: a small picture may show what was covered later.",
    "maker_note": "Publish a rebuilt file: makers of cameras write serial numbers there.",
    "revision_ids": "Publish a rebuilt file: these numbers tie a document to others written on the same machine.",
    "printer_settings": "Publish a rebuilt file: printer, its port and the user's settings stand there.",
    "signature": "Publish a rebuilt file: a signature names its signer and this very copy.",
    "provenance_manifest": "Publish a rebuilt file: the manifest may hold the uncovered picture and names its maker.",
    "tracker": "Never open it outside the sandbox: it fetches something when it is opened. Publish a rebuilt file.",
    "active": "Never open it outside the sandbox. Publish a rebuilt file.",
    "inside": "Look at what is inside; publish a rebuilt file.",
    "earlier_state": "Publish a rebuilt file: earlier states of the document are in this one.",
    "copies_differ": "This could identify a copy. Publish neither as it is; set anew what all copies share.",
    "not_looked_at": "Read it first, or look at it by hand: nobody knows what is there.",
}
"""What to do about each kind of mark, and at the same time the list of all kinds."""

CANNOT_EXCLUDE = (
    "A mark cannot be excluded: words, order, spacing, kerning, line breaks or faint changes of the picture may differ "
    "in every copy, and one copy alone never shows it."
)
"""What is said of every document of which no second copy was compared."""

CHECKLIST: Mapping[str, str] = {
    "folds": "folds, creases, tears, staples, holes: they show how one sheet of paper was carried and kept",
    "stamps": "stamps, seals, receipt marks, library or file numbers of one office",
    "hand_notes": "handwriting, underlining, ticks, initials",
    "copy_numbers": "numbers of copies, recipients or distribution lists, headers and footers of a printout",
    "screen": "what stands around it on a photographed or captured screen: users, clocks, tabs, pointers, themes",
    "surroundings": "what a photograph shows beside the page: hands, tables, shadows, reflections",
    "watermark": "patterns behind the text, faint letters, changes of brightness",
}
"""What only a person can see, by the name under which the answer is kept."""


def by_kind(marks: Iterable[SourceMark]) -> dict[str, int]:
    """How many places have a mark of each kind, in the order of `ADVICE`."""
    counts: dict[str, int] = {}
    for mark in marks:
        counts[mark.kind] = counts.get(mark.kind, 0) + 1
    return {kind: counts[kind] for kind in ADVICE if kind in counts}
