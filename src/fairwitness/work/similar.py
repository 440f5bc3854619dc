"""Pages that match a query joined with pages that are like it in meaning; each says which of the two it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fairwitness.search.index import PageHit
from fairwitness.search.meaning import MeaningUnusable, join_rankings
from fairwitness.search.query import And, Node, positive_text_leaves
from fairwitness.work.meaning import CaseMeaning, Passage
from fairwitness.work.searching import CaseSearch, Hit

MATCH = "match"
SIMILAR = "similar in meaning"
_DEPTH = 100  # of each ranking that is joined

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """A page. `found_by` is "match", or "similar in meaning" where no word of the query need be on it.

    `likeness` is that of its most alike passage, in [-1, 1]; None where that was not among the most alike.
    """

    hit: Hit
    found_by: str
    likeness: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return self.hit.as_json() | {"found_by": self.found_by, "likeness": self.likeness}


def similar_hits(searching: CaseSearch, meaning: CaseMeaning, node: Node, limit: int) -> list[SimilarHit]:
    """Pages in the order of both rankings joined; what the query demands beside its words is demanded of all.

    Raises:
        MeaningUnusable: if the query has no words that could mean something.
    """
    depth = max(limit, _DEPTH)
    matching = {(found.document, found.number): found for found in searching.pages_of(node)}
    exact = [(found.document, found.number) for found in searching.ask_node(node, limit=depth).hits]
    nearest = meaning.nearest(words_of(node), depth, _demanded(searching, node))
    near = {(passage.document, passage.page): (passage, alike) for passage, alike in nearest}
    told = []
    for place in join_rankings(exact, near)[:limit]:
        passage, alike = near.get(place, (None, None))
        likeness = None if alike is None else round(alike, 3)
        if place in matching:
            told.append(SimilarHit(searching.hit(node, matching[place]), MATCH, likeness))
        elif passage is not None:
            told.append(SimilarHit(_passage_hit(searching, node, passage), SIMILAR, likeness))
    return told


def words_of(node: Node) -> str:
    """The words of the query that are not under NOT, as one text.

    Raises:
        MeaningUnusable: if there are none.
    """
    words = " ".join(filter(None, (getattr(leaf, "text", "") for leaf in positive_text_leaves(node))))
    if not words:
        raise MeaningUnusable("This query has no words, so nothing can be like it.", advice="Add words to the query.")
    return words


def _demanded(searching: CaseSearch, node: Node) -> Callable[[str, int], bool]:
    """Whether a page satisfies the parts of the query that are no words of it: filters, and what is under NOT."""
    parts = node.parts if isinstance(node, And) else (node,)
    demands = tuple(part for part in parts if not positive_text_leaves(part))
    if not demands:
        return lambda document, page: True
    allowed = {(found.document, found.number) for found in searching.pages_of(And(demands))}
    return lambda document, page: (document, page) in allowed


def _passage_hit(searching: CaseSearch, node: Node, passage: Passage) -> Hit:
    found = PageHit(passage.document, passage.page, 0.0)
    return searching.hit(node, found, (passage.start, passage.end))
