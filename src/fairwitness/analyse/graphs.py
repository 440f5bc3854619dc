"""Decomposable graphs on up to six vertices: the models of independence that have a closed form.

A graph is decomposable where it is chordal: every cycle of four or more edges has a chord. Found by maximum cardinality
search (Tarjan and Yannakakis 1984), which gives the cliques and separators at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Graph:
    """A decomposable graph; cliques and separators are sets of vertices as bit masks, separators with repeats."""

    edges: tuple[tuple[int, int], ...]
    cliques: tuple[int, ...]
    separators: tuple[int, ...]

    @property
    def is_saturated(self) -> bool:
        """Whether every vertex is joined to every other: no assumption is left that would say what is unseen."""
        return len(self.cliques) == 1

    def name(self) -> str:
        """The cliques, vertices counted from 1: [12,3]."""
        parts = [
            "".join(str(at + 1) for at in range(8) if clique >> at & 1) for clique in sorted(self.cliques, key=_key)
        ]
        return f"[{','.join(parts)}]"


def _key(mask: int) -> tuple[int, list[int]]:
    return -mask.bit_count(), [at for at in range(8) if mask >> at & 1]


@cache
def decomposable_graphs(vertices: int) -> tuple[Graph, ...]:
    """All of them, labelled: 2, 8, 61, 822, 18,154 for 2 to 6 vertices."""
    pairs = list(combinations(range(vertices), 2))
    found = []
    for chosen in range(1 << len(pairs)):
        edges = tuple(pair for at, pair in enumerate(pairs) if chosen >> at & 1)
        graph = _searched(edges, vertices)
        if graph is not None:
            found.append(graph)
    return tuple(found)


def _searched(edges: tuple[tuple[int, int], ...], vertices: int) -> Graph | None:
    """The graph with its cliques, None if it is not chordal."""
    beside = [0] * vertices
    for one, other in edges:
        beside[one] |= 1 << other
        beside[other] |= 1 << one
    seen, cliques, separators = 0, [], []
    current = 0
    for _ in range(vertices):
        left = (vertex for vertex in range(vertices) if not seen >> vertex & 1)
        vertex = max(left, key=lambda at: (beside[at] & seen).bit_count())
        before = beside[vertex] & seen
        if any(before & ~(beside[at] | 1 << at) for at in range(vertices) if before >> at & 1):
            return None
        if before != current or not seen:
            if seen:
                cliques.append(current)
                separators.append(before)
            current = before
        current |= 1 << vertex
        seen |= 1 << vertex
    cliques.append(current)
    return Graph(edges, tuple(cliques), tuple(separators))
