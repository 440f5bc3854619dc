"""Three readings of one line made one: where two agree against the third, they are right more often."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from fairwitness.read.ocr.scan import LineText


def vote(base: LineText, second: LineText, third: LineText, *, trust_marks_of_second: bool) -> LineText:
    """`base`, changed where the two others agree on something else, and with the spaces of the second.

    With `trust_marks_of_second` a letter of the second that differs from the base only in its dots and other marks
    wins too: small networks lose them (Turkish dotless i). They lose spaces as well.
    """
    ours = _slots(base.text, base.text)
    theirs = _slots(base.text, second.text)
    others = _slots(base.text, third.text)
    kept: list[str] = []
    for own, one, other in zip(ours, theirs, others, strict=True):
        marks = trust_marks_of_second and bare(one) == bare(own)
        space = one.rstrip() == own
        kept.append(one if one == other or marks or space else own)
    starts = [0]
    for piece in kept:
        starts.append(starts[-1] + len(piece))
    spans = tuple((starts[start], starts[end], x0, x1) for start, end, x0, x1 in base.spans)
    return LineText("".join(kept), base.confidence, tuple(span for span in spans if span[0] < span[1]))


def _slots(base: str, other: str) -> list[str]:
    """What `other` has in place of each letter of `base`; what it has more stands with the letter before."""
    slots = [""] * len(base)
    if not base:
        return slots
    for tag, start, end, other_start, other_end in SequenceMatcher(None, base, other, autojunk=False).get_opcodes():
        piece = other[other_start:other_end]
        if tag == "insert":
            slots[max(0, start - 1)] += piece
            continue
        for number in range(start, end):
            at = number - start
            slots[number] += piece[at] if at < len(piece) else ""
        if len(piece) > end - start:
            slots[end - 1] += piece[end - start :]
    return slots


def bare(text: str) -> str:
    """The text without the marks on its letters, dotless i like i."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain.replace("ı", "i").casefold()
