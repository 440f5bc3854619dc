"""Differences between copies: every sort is found, and two equal copies have none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fairwitness.publish.source_marks_copies import CopyPage, Word, differing_pages, differing_pictures

TEXT = "The office told every village to send a list\nby the third of March and to keep a copy."


def _boxes(text: str, moved: int = -1) -> tuple[Word, ...]:
    words = text.split()
    return tuple((word, (100 * at + (4 if at == moved else 0), 50, 100 * at + 80, 70)) for at, word in enumerate(words))


PAGE = CopyPage(1, TEXT, (1654, 2339), _boxes(TEXT))
CHANGED = {
    "another word": (replace(PAGE, text=TEXT.replace("told", "asked")), "other words"),
    "a Cyrillic letter": (replace(PAGE, text=TEXT.replace("office", "\u043effice")), "words"),
    "an unseen character": (replace(PAGE, text=TEXT.replace("village", "vill\u200bage")), "unseen characters"),
    "a comma": (replace(PAGE, text=TEXT.replace("list", "list,")), "other signs"),
    "a wider blank": (replace(PAGE, text=TEXT.replace("told every", "told  every")), "other blanks"),
    "a line break": (replace(PAGE, text=TEXT.replace("to send a list\nby", "to send a\nlist by")), "lines break"),
    "a word moved by half a millimetre": (replace(PAGE, words=_boxes(TEXT, moved=3)), "other places"),
}


@pytest.mark.parametrize(("other", "what"), CHANGED.values(), ids=CHANGED)
def test_every_sort_of_difference_is_told_with_its_page(other: CopyPage, what: str) -> None:
    marks = differing_pages([PAGE], [other])
    assert [mark.where for mark in marks] == ["page 1"]
    assert what in marks[0].what
    assert differing_pages([other], [PAGE])


def test_equal_copies_have_no_difference() -> None:
    assert differing_pages([PAGE], [PAGE]) == []


def test_a_copy_that_lies_elsewhere_as_a_whole_is_no_difference() -> None:
    moved = tuple((word, (x0 + 9, y0 + 5, x1 + 9, y1 + 5)) for word, (x0, y0, x1, y1) in PAGE.words)
    assert differing_pages([PAGE], [replace(PAGE, words=moved)]) == []


def test_a_page_that_one_copy_lacks_is_a_difference() -> None:
    (mark,) = differing_pages([PAGE, replace(PAGE, number=2)], [PAGE])
    assert (mark.where, mark.count) == ("page 2", 1)


def test_faint_differences_of_pictures_are_counted_and_noise_is_not() -> None:
    random = np.random.default_rng(3)
    ours = random.integers(200, 240, (400, 300, 3), np.uint8)
    theirs = ours.copy()
    assert differing_pictures(1, ours, ours + 2) == []
    theirs[50:54, 60:64] -= 40
    theirs[300:304, 200:204] -= 40
    (mark,) = differing_pictures(1, ours, theirs)
    assert mark.count == 2
    assert differing_pictures(1, ours, random.integers(0, 255, ours.shape, np.uint8)) == []
    assert differing_pictures(1, ours, theirs[:100]) == []
