"""From the order in which signs stand in a line image, left to right, to the order in which they are read.

A recogniser of images sees signs from left to right. In a right-to-left line the words run the other way, but numbers
and Latin words inside it do not. This undoes the reordering of the Unicode Bidirectional Algorithm (UAX 9) for one
line without embeddings, as far as one can know it from the picture alone.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_OPENERS = {")": "(", "]": "[", "}": "{"}

# One letter for each sign: R right-to-left letter, L left-to-right letter, D digit, C joins any two numbers,
# S (+ -) joins two numbers and T (% $) clings to one unless the word before is Arabic (rules W2, W4 and W5 of UAX 9),
# N all else.
_RUN = re.compile(r"(?:D[DC]*)?L(?:[LDCSTN]*[LD])?|T*D(?:[CS]?D)*T*")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d-\d{1,2}-\d{1,2}\Z")


def _class_of(sign: str) -> str:
    bidi = unicodedata.bidirectional(sign)
    if bidi in {"R", "AL", "NSM"}:
        return "R"
    if bidi in {"EN", "AN"}:
        return "D"
    return {"L": "L", "CS": "C", "ES": "S", "ET": "T"}.get(bidi, "N")


def is_right_to_left(visual: str) -> bool:
    """Whether the line runs right to left: it has one right-to-left letter for three left-to-right ones."""
    classes = [_class_of(sign) for sign in visual]
    return "R" in classes and 3 * classes.count("R") >= classes.count("L")


def _with_its_bracket(visual: str, start: int, end: int) -> int:
    """End of the run `start` to `end` when it also takes the bracket that closes one opened inside it."""
    while end < len(visual) and visual[end] in _OPENERS:
        opener = _OPENERS[visual[end]]
        inside = visual[start:end]
        if inside.count(opener) <= inside.count(visual[end]):
            break
        end += 1
    return end


def _parts_of(visual: str, start: int, end: int, classes: str) -> list[tuple[int, int]]:
    """The run cut at its signs of the kinds S and T where UAX 9 does: in a number whose word before it is Arabic."""
    text = visual[start:end]
    before = re.search("[LR]", classes[end:])
    if "L" in classes[start:end] or before is None or before[0] == "L" or _YEAR_FIRST.match(text):
        return [(start, end)]
    cuts = [start - 1, *(i for i in range(start, end) if classes[i] in "ST"), end]
    parts: list[tuple[int, int]] = []
    for left, right in pairwise(cuts):
        parts.append((left + 1, right))
        if right < end:
            parts.append((right, right + 1))
    return parts


def logical_order(visual: str) -> list[int]:
    """For each sign of the line as it is read, its index in `visual`."""
    classes = "".join(map(_class_of, visual))
    if not is_right_to_left(visual):
        order: list[int] = []
        at = 0
        for run in re.finditer(r"R(?:[RDCSTN]*R)?", classes):  # right-to-left words inside a left-to-right line
            order.extend(range(at, run.start()))
            order.extend(run.start() + i for i in logical_order(visual[run.start() : run.end()]))
            at = run.end()
        return [*order, *range(at, len(visual))]
    blocks: list[tuple[int, int]] = []
    at = 0
    for run in _RUN.finditer(classes):
        if run.start() < at:
            continue
        end = _with_its_bracket(visual, run.start(), run.end()) if "L" in run[0] else run.end()
        blocks.extend((i, i + 1) for i in range(at, run.start()))
        blocks.extend(_parts_of(visual, run.start(), end, classes))
        at = end
    blocks.extend((i, i + 1) for i in range(at, len(visual)))
    return [i for start, end in reversed(blocks) for i in range(start, end)]


def to_logical(visual: str) -> str:
    """The signs of a line image, given from left to right, in the order in which they are read; brackets turned."""
    if not is_right_to_left(visual):
        return "".join(visual[i] for i in logical_order(visual))
    kept = _ltr_signs(visual)
    return "".join(visual[i] if i in kept else visual[i].translate(_MIRRORED) for i in logical_order(visual))


def _ltr_signs(visual: str) -> set[int]:
    """Indices of the signs that stand in left-to-right runs of a right-to-left line: their brackets are not turned."""
    kept: set[int] = set()
    for run in _RUN.finditer("".join(map(_class_of, visual))):
        if "L" in run[0]:
            kept.update(range(run.start(), _with_its_bracket(visual, run.start(), run.end())))
    return kept
