from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.compare import candidates as module
from fairwitness.compare.candidates import COMMON, REACH, Candidate, Candidates
from fairwitness.compare.sketch import Hashes


def sketch(*values: int) -> Hashes:
    return np.array(sorted(values), dtype=np.uint64)


def pairs_of(sketches: list[Hashes]) -> list[Candidate]:
    found = Candidates()
    for one in sketches:
        found.add(one)
    return list(found.pairs())


def test_no_pages_and_pages_without_sketches_make_no_pairs() -> None:
    assert pairs_of([]) == []
    assert pairs_of([sketch(), sketch(1, 2, 3, 4, 5), sketch()]) == []


@settings(max_examples=60)
@given(st.lists(st.sets(st.integers(1, 60), max_size=30), max_size=REACH + 1))
def test_up_to_the_reach_every_pair_that_shares_enough_is_found_once(sets: list[set[int]]) -> None:
    expected = []
    for left in range(len(sets)):
        for right in range(left + 1, len(sets)):
            shared = len(sets[left] & sets[right])
            if shared >= max(module.LEAST_SHARED, module.MIN_SHARED_RARE * min(len(sets[left]), len(sets[right]))):
                expected.append(Candidate(left, right, 0.0))
    assert pairs_of([sketch(*one) for one in sets]) == expected


def test_many_copies_make_a_chain_and_not_all_pairs() -> None:
    pages = 500
    found = pairs_of([sketch(*range(1, 50)) for _ in range(pages)])
    assert len(found) <= pages * REACH
    assert {(page, page + 1) for page in range(pages - 1)} <= {(left, right) for left, right, _ in found}


def test_what_more_than_a_few_pages_have_is_called_stock() -> None:
    stock = list(range(1, 11))
    pages = [sketch(*stock, *(1000 * page + n for n in range(10))) for page in range(COMMON + 1)]
    pages[1] = sketch(*stock, *(n for n in range(10)))
    pages[1] = sketch(*stock, *(1000 * 0 + n + 100 for n in range(10)))
    pages[0] = pages[1]
    found = {(left, right): share for left, right, share in pairs_of(pages)}
    assert found[0, 1] == 0.5
    assert found[1, 2] == 1.0


def test_the_block_that_pairs_are_counted_in_changes_nothing(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(5)
    sketches = [sketch(*chance.sample(range(1, 200), 40)) for _ in range(60)]
    whole = pairs_of(sketches)
    monkeypatch.setattr(module, "BLOCK_PAGES", 7)
    assert pairs_of(sketches) == whole
    assert whole
