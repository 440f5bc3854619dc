"""Slow and plain answers to queries, written without the code of the index: brute force over texts, and SQLite FTS5."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import rjieba

from fairwitness.search import query as q
from fairwitness.search.analyser import analyse, is_han
from fairwitness.search.stems import stem_of
from fairwitness.text.loose import loose_key

Key = tuple[str, int]


@dataclass(frozen=True)
class OraclePage:
    document: str
    number: int
    text: str
    type: str = "pdf"
    languages: tuple[str, ...] = ("und",)
    date: int | None = None
    path: str = ""
    sender: str = ""
    marks: tuple[str, ...] = ()


def is_true_of(leaf: q.DocumentLeaf, page: OraclePage) -> bool:
    if isinstance(leaf, q.OnPath):
        return leaf.pattern.text in page.path
    if isinstance(leaf, q.InFolder):
        return page.path.startswith(leaf.path + "/")
    if isinstance(leaf, q.FromSender):
        return page.sender == leaf.text if leaf.whole else leaf.text.lower() in page.sender.lower()
    if isinstance(leaf, q.Tagged):
        return f"tag:{leaf.tag}" in page.marks
    return (leaf.mark in page.marks) == leaf.is_set


def runs(text: str) -> list[str]:
    """Han runs of a text which holds no line breaks, kept simple on purpose."""
    return ["".join(group) for han, group in itertools.groupby(text, is_han) if han]


def osa(one: str, other: str) -> int:
    """The textbook table."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            best = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(one), len(other)]


def glob_match(glob: str, text: str) -> bool:
    """By recursion, not by a regular expression."""
    if not glob:
        return not text
    if glob[0] == "*":
        return any(glob_match(glob[1:], text[i:]) for i in range(len(text) + 1))
    return bool(text) and glob[0] in ("?", text[0]) and glob_match(glob[1:], text[1:])


def substrings(run: str) -> set[str]:
    return {run[i:j] for i in range(len(run)) for j in range(i + 1, len(run) + 1)}


def phrase_starts(tokens: list[str], unit: list[str]) -> list[int]:
    return [i for i in range(len(tokens)) if tokens[i : i + len(unit)] == unit]


def near(text: str, words: list[list[str]], slop: int) -> bool:
    tokens = [t.text for t in analyse(text)]
    offsets = [sum(map(len, words[:i])) for i in range(len(words))]
    for places in itertools.product(*(phrase_starts(tokens, word) for word in words)):
        adjusted = [p - o for p, o in zip(places, offsets, strict=True)]
        if len(set(places)) == len(places) and max(adjusted) - min(adjusted) <= slop:
            return True
    return False


def simplified(text: str) -> str:
    return "".join(map(loose_key, text))


def covers(word: str, known: set[str]) -> list[list[str]]:
    """All ways to put `word` together from known words, by trying."""
    if not word:
        return [[]]
    heads = [head for head in known if word.startswith(head)]
    return [[head, *rest] for head in heads for rest in covers(word[len(head) :], known)]


def han_words(run: str) -> set[str]:
    """Words in a run: those of jieba, cut as if simplified, and the shorter ones that cover a longer one."""
    found, start = set(), 0
    for word in rjieba.cut(simplified(run)):
        known = {part for part, _, _ in rjieba.tokenize(word, "search") if 2 <= len(part) < len(word)}
        for parts in [[word], *covers(word, known)]:
            ends = list(itertools.accumulate(map(len, parts)))
            found |= {run[start + end - len(part) : start + end] for part, end in zip(parts, ends, strict=True)}
        start += len(word)
    return found


def stem_matches(leaf: q.Stemmed, page: OraclePage) -> bool:
    (wanted,) = (t.text for t in analyse(leaf.text))
    for token in analyse(page.text):
        if token.text == wanted:
            return True
        stems = [(stem_of(token.text, language), stem_of(wanted, language)) for language in page.languages]
        if any(one == two and one for one, two in stems):
            return True
    return False


def units(text: str) -> list[tuple[str, int]]:
    """Words, and Han characters one by one, each with the place where it begins."""
    words = [(t.text, t.start) for t in analyse(text) if not is_han(t.text) and t.text != "¦"]
    return sorted(words + [(char, at) for at, char in enumerate(text) if is_han(char)], key=lambda unit: unit[1])


def unit_places(item: q.NearItem, text: str) -> list[tuple[int, int]]:
    """Ranges of units at which the item stands."""
    of_text = units(text)
    if isinstance(item, (q.Term, q.Phrase)):
        wanted = units(item.text)
        found = []
        for i in range(len(of_text) - len(wanted) + 1):
            pairs = list(zip(of_text[i : i + len(wanted)], wanted, strict=True))
            same = all(there == here for (there, _), (here, _) in pairs)
            in_a_row = all(
                (one[0][1] + 1 == two[0][1]) == (one[1][1] + 1 == two[1][1])
                for one, two in itertools.pairwise(pairs)
                if is_han(one[1][0]) and is_han(two[1][0])
            )
            if same and in_a_row:
                found.append((i, i + len(wanted)))
        return found
    size = len(item.source) if isinstance(item, q.Wildcard) and is_han(item.source[0]) else 1
    found = []
    for i in range(len(of_text) - size + 1):
        part = of_text[i : i + size]
        in_a_row = all(two == one + 1 for (_, one), (_, two) in itertools.pairwise(part))
        if in_a_row and leaf_matches(item, "".join(unit for unit, _ in part)):
            found.append((i, i + size))
    return found


def near_each_other(node: q.Near, text: str) -> bool:
    """By trying every choice of places."""
    for chosen in itertools.product(*(unit_places(item, text) for item in node.items)):
        in_text = sorted(chosen)
        if node.ordered and in_text != list(chosen):
            continue
        if any(one[1] > two[0] for one, two in itertools.pairwise(in_text)):
            continue
        if in_text[-1][1] - in_text[0][0] - sum(high - low for low, high in chosen) <= node.slop:
            return True
    return False


def loose_matches(leaf: q.Loose, text: str) -> bool:
    if all(is_han(char) for char in leaf.text):
        return any(simplified(leaf.text) in simplified(run) for run in runs(text))
    keys = [simplified(t.text) if is_han(t.text) else loose_key(t.text) for t in analyse(text)]
    return bool(phrase_starts(keys, [loose_key(t.text) for t in analyse(leaf.text)]))


def leaf_matches(leaf: q.TextLeaf, text: str) -> bool:
    if isinstance(leaf, q.Loose):
        return loose_matches(leaf, text)
    if isinstance(leaf, q.HanWord):
        return any(leaf.text in han_words(run) for run in runs(text))
    return near_each_other(leaf, text) if isinstance(leaf, q.Near) else plain_leaf_matches(leaf, text)


def plain_leaf_matches(leaf: q.TextLeaf, text: str) -> bool:
    tokens = [t.text for t in analyse(text)]
    words = [t for t in tokens if not is_han(t) and t != "¦"]
    if isinstance(leaf, q.Phrase) and leaf.slop:
        return near(text, [[t.text for t in analyse(w)] for w in leaf.text.split()], leaf.slop)
    if isinstance(leaf, (q.Term, q.Phrase)):
        if all(is_han(char) for char in leaf.text):
            return any(leaf.text in run for run in runs(text))
        return bool(phrase_starts(tokens, [t.text for t in analyse(leaf.text)]))
    if isinstance(leaf, q.Wildcard):
        if any(is_han(char) for char in leaf.source):
            return any(glob_match("*" + leaf.source + "*", run) for run in runs(text))
        return any(glob_match(leaf.source.lower(), word) for word in words)
    if isinstance(leaf, q.Regex):
        if any(is_han(char) for char in leaf.source):
            return any(re.fullmatch(leaf.source, part) for run in runs(text) for part in substrings(run))
        return any(re.fullmatch(leaf.source, word) for word in words)
    if isinstance(leaf, q.Fuzzy):
        if is_han(leaf.text[0]):
            return any(osa(leaf.text, part) <= leaf.distance for run in runs(text) for part in substrings(run))
        (wanted,) = (token.text for token in analyse(leaf.text))
        return any(osa(wanted, w) <= leaf.distance and (leaf.free or w[0] == wanted[0]) for w in words)
    raise AssertionError(leaf)


def brute_force(node: q.Node, page: OraclePage) -> bool:
    if isinstance(node, q.And):
        return all(brute_force(part, page) for part in node.parts)
    if isinstance(node, q.Or):
        return any(brute_force(part, page) for part in node.parts)
    if isinstance(node, q.Not):
        return not brute_force(node.part, page)
    if isinstance(node, q.Boost):
        return brute_force(node.part, page)
    if isinstance(node, q.TypeIs):
        return glob_match(node.value, page.type)
    if isinstance(node, q.LanguageIs):
        return any(glob_match(node.value, language) for language in page.languages)
    if isinstance(node, q.OnPath | q.InFolder | q.FromSender | q.Tagged | q.Marked):
        return is_true_of(node, page)
    if isinstance(node, q.DateRange):
        return page.date is not None and (node.low or 0) <= page.date <= (node.high or 99999999)
    if isinstance(node, q.Stemmed):
        return stem_matches(node, page)
    return leaf_matches(node, page.text)


class Fts5:
    """Words and phrases in SQLite; leaves that FTS5 does not know are answered by brute force.

    Every distinct token is written as t and a number, so no tokenizer of SQLite can have an opinion.
    """

    def __init__(self, pages: list[OraclePage]) -> None:
        self.pages = pages
        self.codes: dict[str, str] = {}
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE pages USING fts5(tok)")
        for row, page in enumerate(pages):
            self.db.execute("INSERT INTO pages(rowid, tok) VALUES (?, ?)", (row, self._encode(page.text)))

    def _encode(self, text: str) -> str:
        return " ".join(self.codes.setdefault(t.text, f"t{len(self.codes)}") for t in analyse(text))

    def rows(self, node: q.Node) -> set[int]:
        everything = set(range(len(self.pages)))
        if isinstance(node, q.And):
            return set.intersection(*map(self.rows, node.parts))
        if isinstance(node, q.Or):
            return set.union(*map(self.rows, node.parts))
        if isinstance(node, q.Not):
            return everything - self.rows(node.part)
        if isinstance(node, q.Boost):
            return self.rows(node.part)
        phrase = self._phrase(node)
        if phrase:
            found = self.db.execute("SELECT rowid FROM pages WHERE pages MATCH ?", (f'"{phrase}"',))
            return {row for (row,) in found}
        return {row for row, page in enumerate(self.pages) if brute_force(node, page)}

    def _phrase(self, node: q.Node) -> str:
        if not isinstance(node, (q.Term, q.Phrase)) or getattr(node, "slop", 0):
            return ""
        tokens = [t.text for t in analyse(node.text)]
        if any(len(token) == 1 and is_han(token) for token in (tokens[0], tokens[-1])):
            return ""
        return self._encode(node.text)


def keys(pages: list[OraclePage], wanted: Callable[[OraclePage], bool]) -> set[Key]:
    return {(page.document, page.number) for page in pages if wanted(page)}
