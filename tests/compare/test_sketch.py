from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.compare.letters import letters_of
from fairwitness.compare.sketch import HASH_BITS, SKETCH_SIZE, shingle_hashes, shingle_sizes, sketch_of
from tests.compare.texts import ALL, misread


def shingles(text: str) -> list[str]:
    """All shingles of a text, cut the plain way."""
    letters = letters_of(text)
    sizes = shingle_sizes(letters).tolist()
    whole = letters.text
    return [whole[at : at + size] for at, size in enumerate(sizes) if at + size <= len(whole)]


@given(st.text("ab水渠ت1 ", max_size=40))
def test_equal_shingles_and_no_others_have_equal_hashes(text: str) -> None:
    hashes = [value for value in shingle_hashes(letters_of(text)).tolist() if value]
    pieces = shingles(text)
    assert len(hashes) == len(pieces)
    assert len(set(hashes)) == len(set(pieces))
    assert len(set(zip(hashes, pieces, strict=True))) == len(set(pieces))


def test_a_sketch_is_sorted_without_repeats_and_no_longer_than_it_may_be() -> None:
    for text in ALL.values():
        sketch = sketch_of(letters_of(text * 3))
        assert sketch.tolist() == sorted(set(sketch.tolist()))
        assert 0 < len(sketch) <= SKETCH_SIZE
        assert int(sketch.max()) < 1 << HASH_BITS


def test_the_order_of_paragraphs_hardly_changes_a_sketch() -> None:
    for text in ALL.values():
        there, turned = (set(sketch_of(letters_of(t)).tolist()) for t in (text, "\n".join(reversed(text.split("\n")))))
        assert len(there & turned) > 0.8 * len(there)


@pytest.mark.parametrize("language", sorted(ALL))
def test_sketches_estimate_the_share_of_common_shingles(language: str) -> None:
    left, right = ALL[language], misread(ALL[language], 0.05)
    both, either = set(shingles(left)) & set(shingles(right)), set(shingles(left)) | set(shingles(right))
    one, other = sketch_of(letters_of(left)), sketch_of(letters_of(right))
    smallest = np.union1d(one, other)[: min(len(one), len(other))]
    estimate = np.isin(smallest, one) & np.isin(smallest, other)
    assert abs(estimate.mean() - len(both) / len(either)) < 0.15  # three standard deviations of 100 draws
