"""What an answer consists of: pages, or documents with the first of their pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that matches. The score is BM25 and means nothing beyond this answer; 0 in document order."""

    document: str
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Exact number of pages that match, and some of them. `after` is the cursor of the last; empty if it has none."""

    total: int
    hits: tuple[PageHit, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document with the number of its pages that match, exactly, and the first of them in the order asked for."""

    document: str
    pages: int
    hits: tuple[PageHit, ...]


@dataclass(frozen=True, slots=True)
class GroupedAnswer:
    """Exact numbers of pages and documents that match, and some documents; `after` is as in `Answer`."""

    total: int
    documents: int
    hits: tuple[DocumentHit, ...]
    after: str = ""
