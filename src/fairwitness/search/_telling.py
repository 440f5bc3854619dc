"""The words that set a page apart: frequent on it, rare elsewhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable

MOST_WORDS = 25
LEAST_SHARE = 0.3  # of the words, that a page must have to be called similar


def telling(tokens: Iterable[str], pages_with: Callable[[str], int], pages: int) -> tuple[tuple[str, ...], int]:
    """The tokens that set a page apart, the most telling first, and how many of them a similar page has.

    `pages_with` says on how many of the `pages` a token is. Tokens that are on no other page, or on every second page,
    tell nothing. Method: tf-idf, Sparck Jones 1972.
    """
    scored = []
    for token, count in Counter(tokens).items():
        known = pages_with(token)
        if 2 <= known <= max(2, pages // 2):
            scored.append((-(1 + math.log(count)) * math.log(pages / known), token))
    chosen = tuple(token for _, token in sorted(scored)[:MOST_WORDS])
    return chosen, max(1, math.ceil(LEAST_SHARE * len(chosen)))
