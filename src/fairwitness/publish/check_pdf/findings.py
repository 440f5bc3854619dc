"""What can be found in a PDF that its pages do not show, and how it crosses from the locked child."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from fairwitness.core.outcome import Cause

Severity = Literal["leak", "weakness", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
MAX_TEXT_CHARS = 4_000

KINDS: Mapping[str, str] = {
    # text of a page that cannot be seen on it
    "text-covered": "text under something that covers it",
    "text-ground-colour": "text in the colour of its ground",
    "text-outside": "text outside the page that is shown",
    "text-not-drawn": "text that is drawn in no way, in a place where the page shows nothing",
    "text-under-annotation": "text under an annotation that anybody can take away",
    "text-in-hidden-layer": "text in a layer that is switched off",
    "text-faint": "text that nearly vanishes and can be strengthened",
    "text-tiny": "text too small to be seen",
    "text-as-blocks": "text whose letters are drawn as boxes",
    "text-in-pattern": "text in a pattern or mask that cannot be seen",
    "pattern-text": "text in a pattern, which nobody can search",
    "layer-on-dark": "text layer of a scan over a dark place: compare it by eye",
    "glyph-for-word": "a glyph that stands for a whole word",
    "font-leftover": "letters in a font that the text does not use",
    # pictures
    "image-hidden": "part of a picture that a cover, a mask, a clip or the edge of the page hides",
    "image-fine": "a picture far finer than it is shown",
    "image-not-shown": "a picture that no page shows",
    "image-alternate": "another picture to be shown in the stead of one",
    "image-thumbnail": "a small picture inside a picture, which shows something else",
    "image-behind-end": "bytes behind the end of a picture",
    "page-thumbnail": "a small picture of a page, which shows something else",
    "image-metadata": "what a picture says about how it was taken",
    # what the file holds beside its pages
    "spoken-text": "text for programs that read aloud",
    "annotation-text": "text of a note",
    "redaction-unapplied": "a place marked to be redacted and not redacted",
    "form-value": "the value of a form field that is not shown",
    "form-xml": "a form in XML beside the pages",
    "script": "a script",
    "attachment": "an attached file",
    "private-data": "data that a program keeps for itself",
    "stream-not-shown": "a stream that no page uses",
    "comment": "a comment between the commands that draw a page",
    "earlier-revision": "an earlier revision of the file",
    "dead-object": "an object that nothing refers to any more",
    "bytes-beside": "bytes between or behind the objects of the file",
    # what it says about itself
    "title": "title, subject or keywords",
    "packet": "a metadata packet",
    "outline": "a bookmark",
    "name": "a name of a place, a field, a layer or a page",
    "link": "an address that is linked to",
    "signature": "a signature and who signed",
    "entry": "another entry with text",
    "about": "author, program, dates",
    "layers": "layers that are all shown",
    "revisions": "earlier revisions that show nothing else",
    # boxes
    "box-width": "boxes whose widths tell how long the words were",
    # what could not be judged
    "not-judged": "a part of the file that could not be judged",
}
"""Every kind of finding, with what it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a PDF holds beside what its pages show.

    `page` is its page from 1, 0 where it belongs to none. `box` is left, top, right, bottom in points of the page as it
    is shown, from its top left corner. `count` says how many of this kind were found there: words, letters, pictures.
    `untrusted_text` is what was found: it is never printed unless somebody asks for it.
    """

    kind: str
    severity: Severity
    page: int = 0
    count: int = 1
    box: tuple[int, int, int, int] | None = None
    untrusted_text: str = ""

    @property
    def what(self) -> str:
        """What it is, in words of ours."""
        return KINDS[self.kind]

    def as_json(self, *, with_text: bool = False) -> dict[str, Any]:
        """Plain values, as docs/json.md says."""
        told: dict[str, Any] = {"kind": self.kind, "severity": self.severity, "what": self.what, "page": self.page}
        told |= {"count": self.count, "box": list(self.box) if self.box else None}
        return told | ({"text": self.untrusted_text} if with_text else {})


Leak = Finding


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one PDF. It is judged wholly only if `outcome` is OK and no page is in `pages_unread`."""

    outcome: Cause
    detail: str
    pages: int
    pages_unread: tuple[int, ...]
    findings: tuple[Finding, ...]

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(one for one in self.findings if one.severity == severity)

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """Hidden content that can be read."""
        return self.of("leak")

    @property
    def is_whole(self) -> bool:
        """Whether everything in the file was looked at."""
        unjudged = any(one.kind == "not-judged" for one in self.findings)
        return self.outcome is Cause.OK and not self.pages_unread and not unjudged

    @property
    def verdict(self) -> Literal["leaks", "not judged", "no leaks found"]:
        """In two words; "no leaks found" is said of a file that was judged wholly, and is no proof."""
        if self.leaks:
            return "leaks"
        return "no leaks found" if self.is_whole else "not judged"

    def as_json(self, *, with_text: bool = False) -> dict[str, Any]:
        """Plain values, as docs/json.md says."""
        return {
            "verdict": self.verdict,
            "outcome": self.outcome.value,
            "detail": self.detail,
            "pages": self.pages,
            "pages_unread": list(self.pages_unread),
            "counts": {severity: len(self.of(severity)) for severity in SEVERITIES},
            "findings": [one.as_json(with_text=with_text) for one in self.findings],
        }


def finding_to_text(finding: Finding) -> str:
    """The finding as the child says it."""
    text = finding.untrusted_text[:MAX_TEXT_CHARS]
    return json.dumps([finding.kind, finding.severity, finding.page, finding.count, finding.box, text])


def finding_from_text(untrusted: str) -> Finding:
    """The finding in what a child said.

    Raises:
        ValueError: if it is none.
    """
    value = json.loads(untrusted)
    if not isinstance(value, list) or len(value) != 6:
        raise ValueError("no finding")
    kind, severity, page, count, box, text = value
    if kind not in KINDS or severity not in SEVERITIES or not isinstance(text, str) or len(text) > MAX_TEXT_CHARS:
        raise ValueError("no finding")
    sides = box if isinstance(box, list) else []
    numbers = [page, count, *sides]
    if any(type(one) is not int or not -1_000_000 <= one <= 1_000_000_000 for one in numbers):
        raise ValueError("no finding")
    if box is not None and len(sides) != 4:
        raise ValueError("no finding")
    place = (sides[0], sides[1], sides[2], sides[3]) if sides else None
    return Finding(kind, severity, page, count, place, text)
