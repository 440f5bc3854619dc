"""Differences between copies of one document: each of them could tell whose copy it was.

Text first, then blanks and line breaks, then where the words stand, then pixels. What is told is the place in the first
copy and the sort of difference; whoever made the copies may have put it there, or a printer, or nobody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.compare.differences import Change, compare_words
from fairwitness.compare.words import words_of
from fairwitness.publish.source_marks import SourceMark

Word = tuple[str, tuple[int, int, int, int]]
_MOVED_SHARE = 0.0015  # of the width of the page: 0.3 mm on A4, more than two renderings of one file differ by
_STEP = 12  # of 255, above what JPEG does to two copies of one image
_APART_SHARE = 0.05  # of the pixels; where more differ, two sheets were scanned, or one twice
_MAX_PLACES = 200  # told of one page and sort


@dataclass(frozen=True, slots=True)
class CopyPage:
    """One page of a copy. `words` have their boxes in pixels of the page, whose `size` is so many wide and high.

    `is_layer` says that the text is that of the file, and not read from pixels.
    """

    number: int
    text: str
    size: tuple[int, int] = (0, 0)
    words: tuple[Word, ...] = ()
    is_layer: bool = True


def differing_pages(first: Sequence[CopyPage], other: Sequence[CopyPage]) -> list[SourceMark]:
    """Every sort of difference by page; pages that only one of the two has are one."""
    ours, theirs = ({page.number: page for page in pages} for pages in (first, other))
    marks = [_mark(number, "a page that the other copy lacks") for number in sorted(ours.keys() - theirs.keys())]
    marks += [_mark(number, "a page that only the other copy has") for number in sorted(theirs.keys() - ours.keys())]
    for number in sorted(ours.keys() & theirs.keys()):
        marks += _of_page(ours[number], theirs[number])
    return marks


def _mark(number: int, what: str, count: int = 1) -> SourceMark:
    return SourceMark("copies_differ", "likely", f"page {number}", what, count)


def _of_page(ours: CopyPage, theirs: CopyPage) -> list[SourceMark]:
    marks = []
    number = ours.number
    words = _differing_words(_seen(ours.text), _seen(theirs.text))
    if words:
        marks.append(_mark(number, "other words, or words in another order", words))
    if ours.is_layer and theirs.is_layer and not words and ours.text != theirs.text:
        marks += _differing_signs(number, ours.text, theirs.text)
    moved = _moved_words(ours, theirs)
    if moved:
        marks.append(_mark(number, "words stand in other places", moved))
    return marks


def _seen(text: str) -> str:
    """Without the characters that nobody sees."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def _differing_words(ours: str, theirs: str) -> int:
    left, right = words_of([ours]), words_of([theirs])
    found = compare_words(left, right)
    return sum(passage.change is not Change.SAME for passage in found.passages)


def _differing_signs(number: int, ours: str, theirs: str) -> list[SourceMark]:
    """The words are the same: what else is not."""
    marks = []
    lines = [text.split("\n") for text in (ours, theirs)]
    if [len(line.split()) for line in lines[0]] != [len(line.split()) for line in lines[1]]:
        marks.append(_mark(number, "lines break in other places"))
    if ours.split() == theirs.split():
        return marks if marks and _squeezed(ours) == _squeezed(theirs) else [*marks, _mark(number, "other blanks")]
    pairs = zip(ours.split(), theirs.split(), strict=False)
    return [*marks, _mark(number, "other signs, letters that look alike, or unseen characters", _unlike(list(pairs)))]


def _squeezed(text: str) -> str:
    return text.replace("\n", " ")


def _unlike(pairs: list[tuple[str, str]]) -> int:
    return max(1, min(_MAX_PLACES, sum(left != right for left, right in pairs)))


def _moved_words(ours: CopyPage, theirs: CopyPage) -> int:
    """How many words stand elsewhere, once what moved the whole page is taken out; 0 where the words differ."""
    if not ours.words or [word for word, _ in ours.words] != [word for word, _ in theirs.words]:
        return 0
    if not ours.size[0] or not theirs.size[0]:
        return 0
    left = np.array([box for _, box in ours.words], float) / ours.size[0]
    right = np.array([box for _, box in theirs.words], float) / theirs.size[0]
    away = (left - right)[:, :2]
    away -= np.median(away, axis=0)
    return int((np.abs(away) > _MOVED_SHARE).any(axis=1).sum())


def differing_pictures(number: int, ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> list[SourceMark]:
    """The places where two pictures of page `number` differ; none where they were scanned apart and say nothing.

    Both are (height, width) or (height, width, 3); of another size they cannot be compared.
    """
    if ours.shape != theirs.shape:
        return []
    apart = cv2.absdiff(ours, theirs)
    if apart.ndim == 3:
        apart = apart.max(axis=2)
    changed = (cv2.blur(apart, (3, 3)) > _STEP).astype(np.uint8)
    if not changed.any() or changed.mean() > _APART_SHARE:
        return []
    places = int(cv2.connectedComponents(cv2.dilate(changed, np.ones((15, 15), np.uint8)))[0]) - 1
    return [_mark(number, "places where the pictures differ", places)]
