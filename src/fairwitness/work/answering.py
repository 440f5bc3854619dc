"""Says of an answer what a reader must know to trust it: what was searched, what was found, why nothing was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fairwitness.case.case import Case
from fairwitness.names import WARNING, how_shared
from fairwitness.search._names import names_asked
from fairwitness.search.facets import FacetName
from fairwitness.search.index import Answer
from fairwitness.search.query import Like, Named, Node, loosened, unparse
from fairwitness.work.searching import CaseSearch, not_searched

FEW = 10  # pages; below, the answer says what other spellings would find


def head_of(
    case: Case, searching: CaseSearch, query: str, answer: Answer, node: Node, facets: Iterable[FacetName] = ()
) -> dict[str, Any]:
    """The fields of an answer beside its hits, as docs/json.md names them."""
    missing = not_searched(case, searching.searched())
    explained = searching.explainer()
    return {
        "query": query,
        "total": answer.total,
        "searched": searching.searched(),
        "not_searched": missing["total"],
        "not_searched_pages": missing["pages"],
        "not_searched_files": missing["files"],
        "not_trusted": searching.not_trusted(node) if answer.total else 0,
        "after": answer.after or None,
        "spellings": [found.as_json() for found in explained.spellings(node)] if answer.total else [],
        "names": [_name(leaf) for leaf in names_asked(node)],
        "similar_words": list(dict.fromkeys(_similar_words(node))),
        "facets": [facet.as_json() for facet in searching.facets(node, facets)],
        "parts": [] if answer.total else [part.as_json() for part in explained.parts(node)],
        "looser": _looser(searching, node) if answer.total < FEW else None,
    }


def _looser(searching: CaseSearch, node: Node) -> dict[str, Any] | None:
    """The query that reads the words loosely, if more pages match it."""
    loose = loosened(node)
    pages = 0 if loose == node else searching.ask_node(loose, limit=0).total
    return {"query": unparse(loose), "pages": pages} if pages > searching.ask_node(node, limit=0).total else None


def _name(leaf: Named) -> dict[str, Any]:
    shared = how_shared(leaf.text)
    return {"name": leaf.text, "level": leaf.level, "shared": shared.people, "advice": f"{shared.text} {WARNING}"}


def _similar_words(node: Node) -> Iterable[str]:
    if isinstance(node, Like):
        return node.tokens
    parts = getattr(node, "parts", None) or ([node.part] if hasattr(node, "part") else [])
    return [word for part in parts for word in _similar_words(part)]
