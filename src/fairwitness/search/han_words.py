"""Cuts runs of Han characters into words, with the dictionary of jieba. For precision: the pairs do the finding.

A run is cut after each of its characters was simplified, so that both ways of writing are cut alike; the words are the
characters as they stand. A longer word counts also as the shorter ones of the dictionary that cover it without a rest:
环境保护 is also 环境 and 保护, but 发展中国家 is not also 中国.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from fairwitness.text.loose import simplify

_SHORTEST_PART = 2
_BETWEEN = "\n"  # jieba ends a word there
_KEPT = 100_000  # words whose parts are remembered


def cut_han(chars: str) -> list[tuple[int, int]]:
    """Ranges of the words in a run, in order of their beginning; parts of a word follow the word."""
    found: list[tuple[int, int]] = []
    start = 0
    for word in _cut(simplify(chars)):
        end = start + len(word)
        found.append((start, end))
        if len(word) >= 2 * _SHORTEST_PART:
            found.extend((start + low, start + high) for low, high in _PARTS[word])
        start = end
    return found


def distinct_han_words(runs: Sequence[str]) -> list[str]:
    """The words in the runs, and their parts, each once."""
    joined = _BETWEEN.join(runs)
    pieces = _cut(simplify(joined))
    ends = list(accumulate(map(len, pieces)))
    starts = [0, *ends]
    words = dict.fromkeys(map(joined.__getitem__, map(slice, starts, ends)))  # a page has hundreds
    words.pop(_BETWEEN, None)
    for word, start in zip(pieces, starts, strict=False):
        if len(word) >= 2 * _SHORTEST_PART:
            words.update((joined[start + low : start + high], None) for low, high in _PARTS[word])
    return list(words)


def _cut(simple: str) -> list[str]:
    import rjieba  # its dictionary takes a tenth of a second to load, and few searches need it

    return rjieba.cut(simple)


class _Parts(dict[str, tuple[tuple[int, int], ...]]):
    def __missing__(self, word: str) -> tuple[tuple[int, int], ...]:
        if len(self) >= _KEPT:
            self.clear()
        self[word] = parts = _parts(word)
        return parts


_PARTS = _Parts()


def _parts(word: str) -> tuple[tuple[int, int], ...]:
    """Ranges of the shorter words that take part in a complete cover of `word`."""
    import rjieba

    known = sorted({(low, high) for _, low, high in rjieba.tokenize(word, "search")})
    inner = [(low, high) for low, high in known if _SHORTEST_PART <= high - low < len(word)]
    reached = {0}
    for low, high in inner:
        if low in reached:
            reached.add(high)
    leads = {len(word)}
    for low, high in reversed(inner):
        if high in leads:
            leads.add(low)
    return tuple((low, high) for low, high in inner if low in reached and high in leads)
