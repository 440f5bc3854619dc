"""Cuts runs of Han characters into words, with the dictionary of jieba. For precision: the pairs do the finding.

A run is cut after each of its characters was simplified, so that both ways of writing are cut alike; the words are the
characters as they stand. A longer word counts also as the shorter ones of the dictionary that cover it without a rest:
环境保护 is also 环境 and 保护, but 发展中国家 is not also 中国.
"""

from __future__ import annotations

from collections.abc import Iterator

from fairwitness.text.loose import simplify

_SHORTEST_PART = 2
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


def han_words(chars: str) -> Iterator[str]:
    """Yields the words in a run, and their parts; a word may come twice."""
    simple = simplify(chars)
    if simple != chars:
        yield from (chars[low:high] for low, high in cut_han(chars))
        return
    for word in _cut(simple):
        yield word
        if len(word) >= 2 * _SHORTEST_PART:
            yield from (word[low:high] for low, high in _PARTS[word])


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
