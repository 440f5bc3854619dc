from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.compare.candidates import Candidate
from fairwitness.compare.finding import find_duplicates, sketch_of_text
from fairwitness.compare.groups import Grouping, Versions, find_versions, group_pages, longest_chain, relate
from fairwitness.compare.likeness import Kind, Likeness
from tests.compare.texts import ALL, ENGLISH, form, misread

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12)


def duplicates_among(texts: list[str]) -> Grouping:
    return find_duplicates(map(sketch_of_text, texts), texts.__getitem__)


def pages_of(groups: tuple[tuple[object, ...], ...]) -> list[list[int]]:
    return [sorted(member.page for member in group) for group in groups]  # type: ignore[attr-defined]


def test_copies_in_four_scripts_are_grouped_and_nothing_else() -> None:
    texts = list(ALL.values())
    found = duplicates_among(texts + [misread(text, 0.05) for text in texts])
    assert pages_of(found.duplicates) == [[0, 4], [1, 5], [2, 6], [3, 7]]
    assert found.forms == ()


def test_forty_forms_are_one_group_of_forms_and_a_copy_of_one_is_a_duplicate() -> None:
    texts = [form(seed) for seed in range(40)] + [misread(form(7), 0.03)]
    found = duplicates_among(texts)
    assert pages_of(found.duplicates) == [[7, 40]]
    assert pages_of(found.forms) == [list(range(40))]


def test_pages_that_say_too_little_are_in_no_group() -> None:
    assert duplicates_among(["- 7 -", "- 7 -", "- 8 -", ""]) == Grouping((), ())


def test_the_first_page_of_a_group_is_the_one_most_others_are_like() -> None:
    alike = {(0, 2), (1, 2), (2, 3)}

    def compare(left: int, right: int, _: float) -> Likeness:
        near = (min(left, right), max(left, right)) in alike
        return Likeness(Kind.NEAR_DUPLICATE if near else None, 0.8 if near else 0.1, 0.9)

    (group,) = group_pages([Candidate(a, b, 0.0) for a, b in combinations(range(4), 2)], compare).duplicates
    assert [member.page for member in group] == [2, 0, 1, 3]
    assert [member.likeness.similarity for member in group] == [1.0, 0.8, 0.8, 0.8]


def test_documents_with_half_of_their_pages_in_order_are_versions() -> None:
    places = {page: divmod(page, 10) for page in range(40)}
    groups = [[0, 10], [1, 11], [2, 14], [3, 13], [20, 30]]
    found = find_versions(groups, places.__getitem__, [6, 6, 5, 5])
    assert [(pair.left, pair.right, len(pair.pages)) for pair in found] == [(0, 1, 3)]  # one of five is out of order


def test_a_page_that_two_documents_repeat_a_thousand_times_is_matched_in_order() -> None:
    places = {page: divmod(page, 1000) for page in range(2000)}
    (found,) = find_versions([list(range(2000))], places.__getitem__, [1000, 1000])
    assert found.pages == tuple((at, at) for at in range(1000))


def test_a_letter_within_a_file_is_a_version_of_the_letter() -> None:
    places = {0: (0, 0), 1: (1, 57)}
    assert find_versions([[0, 1]], places.__getitem__, [1, 300]) == [Versions(0, 1, ((0, 57),))]


@given(PAIRS)
def test_a_chain_rises_on_both_sides_and_none_is_longer(pairs: list[tuple[int, int]]) -> None:
    chain = longest_chain(pairs)
    assert set(chain) <= set(pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(chain))
    best: dict[tuple[int, int], int] = {}
    for pair in sorted(set(pairs)):
        best[pair] = 1 + max((size for (a, b), size in best.items() if a < pair[0] and b < pair[1]), default=0)
    assert len(chain) == max(best.values(), default=0)


def test_a_leak_that_comes_twice_is_found_whatever_the_order() -> None:
    texts = [*ALL.values(), misread(ENGLISH, 0.04)]
    turned = texts[::-1]
    there = {frozenset(texts[m.page] for m in g) for g in duplicates_among(texts).duplicates}
    back = {frozenset(turned[m.page] for m in g) for g in duplicates_among(turned).duplicates}
    assert there == back == {frozenset({ENGLISH, texts[-1]})}


def test_versions_of_versions_are_one_group_and_a_file_that_holds_a_letter_is_none() -> None:
    sizes = [4, 4, 5, 300]
    pairs = [
        Versions(0, 1, ((0, 0), (1, 1))),
        Versions(0, 3, ((0, 70), (1, 71))),
        Versions(1, 2, ((0, 1), (2, 2), (3, 4))),
    ]
    first, second = relate(pairs, sizes)
    assert (first.is_versions, first.documents, first.pairs) == (True, (0, 1, 2), (pairs[0], pairs[2]))
    assert (second.is_versions, second.documents) == (False, (0, 3))
