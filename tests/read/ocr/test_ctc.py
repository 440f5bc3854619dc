"""Choosing among what a network might have read: checked against the sum over all paths of small examples."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fairwitness.read.ocr.ctc import LineScores, best_path, joined, likeliest, log_likelihood
from fairwitness.read.ocr.recognise_ppocr import ReadPpocr

LETTERS = ("", "a", "b")


def line_of(steps: int, seed: int = 1) -> LineScores:
    scores = np.random.default_rng(seed).dirichlet([0.6] * 3, steps).astype(np.float32)
    return LineScores(scores, LETTERS, {"a": 1, "b": 2}, 8.0, 8 * steps)


def by_all_paths(line: LineScores) -> dict[str, float]:
    """The probability of every text, as the sum over the paths that spell it (Graves et al. 2006, equation 3)."""
    found: dict[str, float] = {}
    for path in product(range(3), repeat=len(line.scores)):
        probability = float(np.prod([line.scores[step, sign] for step, sign in enumerate(path)]))
        text = "".join(LETTERS[sign] for at, sign in enumerate(path) if sign and (at == 0 or path[at - 1] != sign))
        found[text] = found.get(text, 0.0) + probability
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_likelihood_of_a_text_is_the_sum_over_all_paths_that_spell_it(seed: int) -> None:
    line = line_of(6, seed)
    for text, probability in by_all_paths(line).items():
        assert np.exp(log_likelihood(line, text)) == pytest.approx(probability, rel=1e-4)
    assert log_likelihood(line, "c") == -np.inf


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_texts_come_first_with_their_likelihood(seed: int) -> None:
    line = line_of(6, seed)
    expected = sorted(by_all_paths(line).items(), key=lambda one: -one[1])[:4]
    found = likeliest(line, 4)
    assert [text for text, _ in found] == [text for text, _ in expected]
    for (_, logarithm), (_, probability) in zip(found, expected, strict=True):
        assert np.exp(logarithm) == pytest.approx(probability, rel=1e-3)


def test_only_letters_of_the_alphabet_are_read() -> None:
    scores = np.array([[0.05, 0.15, 0.8], [0.9, 0.05, 0.05], [0.1, 0.6, 0.3]], np.float32)
    line = LineScores(scores, LETTERS, {"a": 1, "b": 2}, 8.0, 24)
    assert best_path(line)[0] == "ba"
    assert best_path(line.among("az"))[0] == "aa"
    assert best_path(line.merged("a", "b"))[0] == "aa"


def test_lines_that_are_joined_read_as_one_after_the_other() -> None:
    scores = np.array([[0.1, 0.9, 0.0]], np.float32)
    line = LineScores(scores, LETTERS, {"a": 1, "b": 2}, 8.0, 8)
    assert best_path(joined([line, line, line]))[0] == "aaa"
    assert best_path(joined([line.among("b"), line.among("a"), line]))[0] == "aa"
    assert log_likelihood(joined([line, line]), "aa") == pytest.approx(2 * np.log(0.9), rel=1e-4)


def test_the_scores_of_a_line_spell_what_is_read_of_it() -> None:
    line = np.full((48, 300, 3), 250, np.uint8)
    line[10:38, 20:26] = line[10:38, 60:66] = 20
    network = ReadPpocr("tiny")
    scores = network.scores(line)
    read = network.read([line])[0]
    assert best_path(scores)[0] == best_path(scores.likely("0"))[0] == read.text
