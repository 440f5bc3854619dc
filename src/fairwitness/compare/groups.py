"""Groups of pages that say the same, of forms that were filled in differently, and of documents with such pages."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from fairwitness.compare.candidates import Candidate
from fairwitness.compare.likeness import Kind, Likeness

GROUPING_VERSION = "1"
MIN_SEQUENCE = 0.5  # of the pages of the shorter document, in the same order, make two documents versions of one
MAX_REPEATED = 10_000  # pairs of places at which two documents have the same page again and again
ALL_PAIRS = 24  # documents that share a page and are all compared with one another; of more, each with the first

PagePair = Callable[[int, int, float], Likeness]  # pages by number, share of stock text


@dataclass(frozen=True, slots=True)
class Member:
    """A page of a group, and how it compares with the first page of the group."""

    page: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of pages by number, each ascending but for its first; a page is in at most one group of each sort.

    The first page of a group of duplicates is the one that most others were found alike to.
    """

    duplicates: tuple[tuple[Member, ...], ...]
    forms: tuple[tuple[Member, ...], ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Two documents with near-duplicate pages in the same order; `pages` are pairs of positions within them."""

    left: int
    right: int
    pages: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Documents that are versions of one another, or one document that holds the other; and the pairs that say so."""

    is_versions: bool
    documents: tuple[int, ...]
    pairs: tuple[Versions, ...]


class Sets:
    """Disjoint sets of numbers, joined step by step (union-find)."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def find(self, item: int) -> int:
        """The number that stands for the set of `item`."""
        root = item
        while (above := self._parents.get(root, root)) != root:
            root = above
        while item != root:
            self._parents[item], item = root, self._parents.get(item, item)
        return root

    def join(self, left: int, right: int) -> None:
        """Both are in one set from now on."""
        left, right = self.find(left), self.find(right)
        self._parents[max(left, right)] = self._parents.setdefault(min(left, right), min(left, right))

    def groups(self) -> list[list[int]]:
        """All sets that were joined from others, each ascending, in the order of their first members."""
        found = defaultdict(list)
        for item in sorted(self._parents):
            found[self.find(item)].append(item)
        return [found[first] for first in sorted(found)]


def group_pages(candidates: Iterable[Candidate], compare: PagePair) -> Grouping:
    """The groups that the `candidates` make where `compare` finds the pages alike.

    Pages that are in one group already are not compared again.
    """
    same, forms = Sets(), Sets()
    degrees: dict[int, int] = defaultdict(int)
    for left, right, stock in candidates:
        if same.find(left) == same.find(right):
            continue
        found = compare(left, right, stock)
        if found.kind is Kind.SAME_FORM:
            forms.join(left, right)
        elif found.kind is not None:
            same.join(left, right)
            degrees[left] += 1
            degrees[right] += 1
    duplicates = tuple(_members(group, degrees, compare) for group in same.groups())
    return Grouping(duplicates, tuple(_members(group, degrees, compare) for group in _without_copies(forms, same)))


def _without_copies(forms: Sets, same: Sets) -> list[list[int]]:
    """The groups of forms, with one page for all copies of the same filled-in form."""
    found = []
    for group in forms.groups():
        kept = sorted({same.find(page): page for page in reversed(group)}.values())
        if len(kept) > 1:
            found.append(kept)
    return found


def _members(group: Sequence[int], degrees: dict[int, int], compare: PagePair) -> tuple[Member, ...]:
    first = max(group, key=lambda page: (degrees[page], -page))
    others = [Member(page, compare(first, page, 0.0)) for page in group if page != first]
    return (Member(first, Likeness(Kind.SAME_TEXT, 1.0, 1.0)), *others)


def find_versions(
    groups: Iterable[Sequence[int]], place_of: Callable[[int], tuple[int, int]], sizes: Sequence[int]
) -> list[Versions]:
    """Pairs of documents of which enough pages are near-duplicates in the same order, the best pairs of each first.

    `groups` are pages by number, `place_of` gives the document of a page and its position in it, `sizes` how many
    pages of each document were compared.
    """
    common: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        places = sorted(map(place_of, group))
        documents = sorted({document for document, _ in places})
        by_document = {d: [position for document, position in places if document == d] for d in documents}
        pairs = (
            combinations(documents, 2) if len(documents) <= ALL_PAIRS else ((documents[0], d) for d in documents[1:])
        )
        for left, right in pairs:
            common[left, right] += _places(by_document[left], by_document[right])
    found = []
    for (left, right), matched in sorted(common.items()):
        chain = longest_chain(matched)
        if len(chain) >= MIN_SEQUENCE * min(sizes[left], sizes[right]):
            found.append(Versions(left, right, tuple(chain)))
    return found


def _places(left: Sequence[int], right: Sequence[int]) -> Iterable[tuple[int, int]]:
    """All pairs of the positions; if that is many, since a document repeats a page often, the first with the first."""
    return product(left, right) if len(left) * len(right) <= MAX_REPEATED else zip(left, right, strict=False)


def relate(pairs: Iterable[Versions], sizes: Sequence[int]) -> list[Related]:
    """The pairs as groups, those with most pages alike first.

    Two documents are versions if at least half of the pages of the longer one are alike; versions of versions are of
    one group. Otherwise the longer one holds the shorter, as a file holds a letter, and the pair stands alone.
    """
    versions, related = [], []
    same = Sets()
    for pair in pairs:
        if len(pair.pages) >= MIN_SEQUENCE * max(sizes[pair.left], sizes[pair.right]):
            same.join(pair.left, pair.right)
            versions.append(pair)
        else:
            related.append(Related(False, (pair.left, pair.right), (pair,)))
    by_group = defaultdict(list)
    for pair in versions:
        by_group[same.find(pair.left)].append(pair)
    related += [Related(True, tuple(group), tuple(by_group[same.find(group[0])])) for group in same.groups()]
    return sorted(related, key=lambda found: (-max(len(pair.pages) for pair in found.pairs), found.documents))


def longest_chain(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many of the `pairs` as can be had with both numbers rising from each to the next (patience sorting)."""
    ordered = sorted(set(pairs), key=lambda pair: (pair[0], -pair[1]))
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, right) in enumerate(ordered):
        pile = bisect_left(ends, right)
        before.append(last[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [right]
        last[pile : pile + 1] = [at]
    chain, at = [], last[-1] if last else -1
    while at >= 0:
        chain.append(ordered[at])
        at = before[at]
    return chain[::-1]
