"""With which letters words begin and end that have given consonants: a quick look before a slow one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fairwitness.names._sounds import skeleton_of
from fairwitness.names._tables import letter_spellings, pinyin_of_turkic


@cache
def _pieces() -> tuple[tuple[str, str], ...]:
    """Pieces of writing of all scripts in letters, and what each can add to a skeleton."""

    def listed() -> Iterator[tuple[str, str]]:
        spellings = [spelling for of in letter_spellings().values() for spelling in of]
        for spelling in [*spellings, pinyin_of_turkic()]:
            for piece, readings in spelling.sounds.items():
                for sounds in readings:
                    yield piece, skeleton_of(sounds)

    return tuple(dict.fromkeys(listed()))


@cache
def _known() -> frozenset[str]:
    return frozenset(char for piece, _ in _pieces() for char in piece)


@dataclass(frozen=True, slots=True)
class Edges:
    """Letters that a word can begin and end with; letters that no table knows pass."""

    first: frozenset[str]
    last: frozenset[str]

    @classmethod
    def of(cls, skeletons: frozenset[str], *, any_end: bool) -> Edges:
        """The letters for words with one of the skeletons, or with one that differs in a later consonant."""
        firsts = {skeleton[:1] for skeleton in skeletons}
        lasts = {skeleton[-1:] for skeleton in skeletons} | (
            {"k"} if any(s.endswith("n") for s in skeletons) else set()
        )
        first = frozenset(piece[0] for piece, adds in _pieces() if not adds or adds[0] in firsts)
        last = frozenset(piece[-1] for piece, adds in _pieces() if any_end or not adds or adds[-1] in lasts)
        return cls(first, last)

    def take(self, word: str) -> bool:
        """Whether a folded word can be one of them."""
        known = _known()
        first, last = word[0], word[-1]
        return (first in self.first or first not in known) and (last in self.last or last not in known)
