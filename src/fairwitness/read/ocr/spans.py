"""From the column of each letter to the words of a line: spaces part words, and each Han letter stands for itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def spans_of(letters: Sequence[str], middles: Sequence[float], width_px: int) -> tuple[tuple[int, int, int, int], ...]:
    """Start and end of each word in the joined text, then its columns; `middles` are the columns of the letters.

    Columns grow along the text; the caller turns them round for a right-to-left line.
    """
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(middles)), float(width_px)]
    spans: list[tuple[int, int, int, int]] = []
    at = 0
    first: tuple[int, float] | None = None
    for number, letter in enumerate(letters):
        alone = is_han(letter)
        if first is not None and (alone or letter.isspace()):
            spans.append((first[0], at, round(first[1]), round(edges[number])))
            first = None
        if alone:
            spans.append((at, at + len(letter), round(edges[number]), round(edges[number + 1])))
        elif first is None and not letter.isspace():
            first = at, edges[number]
        at += len(letter)
    if first is not None:
        spans.append((first[0], at, round(first[1]), round(edges[-1])))
    return tuple(spans)


def is_han(letter: str) -> bool:
    """Whether it is a letter or sign of Chinese or Japanese text, which is written without spaces."""
    return bool(letter) and (
        "\u2e80" <= letter[0] <= "\u9fff"
        or "\uf900" <= letter[0] <= "\ufaff"
        or letter[0] >= "\U00020000"
        or "\uff00" <= letter[0] <= "\uff65"
    )
