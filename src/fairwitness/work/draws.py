"""The samples of audits: which cells are entered again, drawn before anybody looks and told in the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.records import Judgement
from fairwitness.work.heads import when
from fairwitness.work.kept_lists import KeptList

DRAW = "draw:"
REST = "rest"
Key = tuple[str, str, str]
"""Column, quality of the page, and who entered the cell."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cells of one column that are alike in quality of their pages and in who entered them.

    `size` is how many decided cells it has, `cells` those that were drawn, each with the id of the entry that said
    what it holds then. A quality of "rest" stands for strata of the column that are too small for a sample of their
    own.
    """

    column: str
    quality: str
    transcriber: str
    size: int
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample of the decided cells of a list.

    `id` is 16 hex digits. `frame` is the digest of all cells that could be drawn with the entries that decided them;
    from it, the strata and the `seed` anybody draws the same cells. `by` drew it, at `at`.
    """

    id: str
    seed: str
    frame: str
    wanted: int
    strata: tuple[Stratum, ...]
    by: str = ""
    at: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the sample, in an order that tells nothing of the list."""
        names = (cell for stratum in self.strata for cell, _ in stratum.cells)
        return tuple(sorted(names, key=lambda cell: rank(self.seed, cell)))

    @property
    def decided_by(self) -> dict[str, str]:
        """For each cell the id of the entry that said what it holds when it was drawn."""
        return dict(one for stratum in self.strata for one in stratum.cells)


def draws_of(case: Case, kept: KeptList) -> list[Draw]:
    """The samples that were drawn of the list, the oldest first."""
    found = [one for one in case.queries.judgements(about=kept.about) if one.what.startswith(DRAW) and one.value]
    return [_draw(one) for one in sorted(found, key=when)]


def rank(seed: str, cell: str) -> bytes:
    """Where the cell stands in the random order of that seed: the first of a stratum are drawn."""
    return hashlib.sha256(f"{seed}\n{cell}".encode()).digest()


def drawn(
    frame: Mapping[tuple[str, str, str], Sequence[tuple[str, str]]], wanted: int, seed: str
) -> tuple[Stratum, ...]:
    """A sample of at least `wanted` cells, from each stratum the same share, rounded up.

    `frame` maps column, quality and transcriber to the cells there, each with the entry that decided it. Strata of
    which less than one cell would be drawn are put together within their column.
    """
    total = sum(map(len, frame.values()))
    if not total:
        return ()
    strata: dict[Key, list[tuple[str, str]]] = {}
    for (column, quality, transcriber), cells in sorted(frame.items()):
        small = len(cells) * wanted < total
        key = (column, REST, "") if small else (column, quality, transcriber)
        strata.setdefault(key, []).extend(cells)
    return tuple(
        _sampled(*key, cells, min(len(cells), -(-len(cells) * wanted // total)), seed) for key, cells in strata.items()
    )


def frame_digest(frame: Mapping[Key, Iterable[tuple[str, str]]]) -> str:
    """SHA-256 over every cell that could be drawn, its stratum and the entry that decided it."""
    plain = sorted([*key, cell, entry] for key, cells in frame.items() for cell, entry in cells)
    return hashlib.sha256(canonical_json(plain)).hexdigest()


def draw_value(seed: str, frame: str, wanted: int, strata: Iterable[Stratum]) -> str:
    """The answer of the judgement that holds a sample: canonical JSON."""
    plain = [[one.column, one.quality, one.transcriber, one.size, [list(cell) for cell in one.cells]] for one in strata]
    return canonical_json({"seed": seed, "frame": frame, "wanted": wanted, "strata": plain}).decode()


def parse_draw(value: str) -> Draw:
    """The sample that `draw_value` wrote, without its id.

    Raises:
        ValueError: if it is none.
    """
    try:
        plain = json.loads(value)
        strata = tuple(_stratum(one) for one in plain["strata"])
        seed, frame, wanted = plain["seed"], plain["frame"], plain["wanted"]
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not a sample") from None
    if not (isinstance(seed, str) and isinstance(frame, str) and type(wanted) is int):
        raise ValueError("not a sample")
    return Draw("", seed, frame, wanted, strata)


def _draw(one: Judgement) -> Draw:
    plain = parse_draw(one.value)
    return Draw(one.what.removeprefix(DRAW), plain.seed, plain.frame, plain.wanted, plain.strata, one.by, one.at)


def _stratum(plain: list[object]) -> Stratum:
    column, quality, transcriber, size, cells = plain
    if not all(isinstance(one, str) for one in (column, quality, transcriber)) or type(size) is not int:
        raise ValueError("not a stratum")
    if not isinstance(cells, list) or not 0 < len(cells) <= size:
        raise ValueError("not a stratum")
    names = tuple((str(cell), str(entry)) for cell, entry in cells)
    return Stratum(str(column), str(quality), str(transcriber), size, names)


def _sampled(
    column: str, quality: str, transcriber: str, cells: list[tuple[str, str]], number: int, seed: str
) -> Stratum:
    chosen = sorted(cells, key=lambda one: rank(seed, one[0]))[:number]
    return Stratum(column, quality, transcriber, len(cells), tuple(sorted(chosen)))
