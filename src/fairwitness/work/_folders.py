"""The folders of a leak and what lies in them; an archive or a mail is a folder for what came out of it.

A folder is named by its path as it is shown: `box/2017`, or `box/mail.zip > inner`. What lies in a container lies in
the first place where the container was found, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from fairwitness.search._nodes import fold_path
from fairwitness.text.encoding import decode_name
from fairwitness.work.account import BETWEEN

ROOT = 0  # the leak folder itself
_Place = tuple[int, bytes]  # folder and own name


@dataclass(slots=True)
class Folders:
    """A tree, each folder behind the one that it lies in: the numbers of those, and full names."""

    names: list[str] = field(default_factory=lambda: [""])
    parents: list[int] = field(default_factory=lambda: [-1])
    _known: dict[tuple[int, bytes], int] = field(default_factory=dict)
    _first: dict[str, _Place] = field(default_factory=dict)
    _is_container: list[bool] = field(default_factory=lambda: [False])

    def place(self, parent: str, name: bytes, document: str) -> int:
        """The number of the folder in which something of that name lies; `parent` is the digest of its container."""
        folder = self._inside(parent) if parent else ROOT
        *path, own = [part for part in name.split(b"/") if part] or [name]
        for part in path:
            folder = self._step(folder, part)
        if document:
            self._first.setdefault(document, (folder, own))
        return folder

    def _inside(self, container: str) -> int:
        if container not in self._first:
            return ROOT
        folder, own = self._first[container]
        number = self._step(folder, own)
        self._is_container[number] = True
        return number

    def _step(self, folder: int, part: bytes) -> int:
        number = self._known.get((folder, part))
        if number is None:
            number = self._known[folder, part] = len(self.names)
            self.names.append(self._full(folder, part))
            self.parents.append(folder)
            self._is_container.append(False)
        return number

    def first_names(self) -> dict[str, str]:
        """The full name of the first place of each document."""
        return {document: self._full(folder, own) for document, (folder, own) in self._first.items()}

    def _full(self, folder: int, own: bytes) -> str:
        return f"{self._before(folder)}{decode_name(own)}"

    def _before(self, folder: int) -> str:
        between = BETWEEN if self._is_container[folder] else "/"
        return f"{self.names[folder]}{between}" if folder else ""

    def depth_of(self, some: Iterable[int]) -> int:
        """How deep the deepest of those lies."""
        return max((self._depth(number) for number in some), default=-1)

    def _depth(self, number: int) -> int:
        return 0 if number == ROOT else 1 + self._depth(self.parents[number])

    def named(self, path: str) -> frozenset[int]:
        """Folders of exactly that name; if there are none, those whose name differs in case or Unicode form only."""
        exactly = frozenset(number for number, name in enumerate(self.names) if number and name == path)
        if exactly:
            return exactly
        folded = fold_path(path)
        return frozenset(number for number, name in enumerate(self.names) if number and fold_path(name) == folded)

    def below(self, some: Iterable[int]) -> list[int]:
        """For every folder the one of `some` that it is or lies in, else -1; the outermost where there are several."""
        wanted = set(some)
        found = [-1] * len(self.names)
        for number, parent in enumerate(self.parents):
            above = found[parent] if parent >= 0 else -1
            found[number] = above if above >= 0 else number if number in wanted else -1
        return found

    def inside(self, within: Collection[int]) -> list[int]:
        """The folders that lie in one of those directly."""
        return [number for number, parent in enumerate(self.parents) if parent in within]
