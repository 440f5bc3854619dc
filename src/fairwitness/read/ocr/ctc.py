"""What a network that reads lines says step by step, and how to choose among all that it might say.

Method: connectionist temporal classification (Graves et al. 2006); sign number 0 is "no letter here".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-9  # of a probability, so that its logarithm is a number
_UNLIKELY = 1e-3  # a letter that is less likely at every step is no candidate
_KEPT = 24  # beginnings of a text that are followed at once


@dataclass(frozen=True, slots=True, eq=False)
class LineScores:
    """`scores` is (steps, signs): how likely each sign stands at each step, from left to right over `width_px` columns.

    `number_of` gives the number of each letter that the network knows, `step_px` how wide a step is in the line image.
    """

    scores: NDArray[np.float32]
    letters: Sequence[str]
    number_of: Mapping[str, int]
    step_px: float
    width_px: int

    def among(self, letters: str) -> LineScores:
        """The scores of these letters alone, and of "no letter"; none that the network does not know."""
        known = [letter for letter in dict.fromkeys(letters) if letter in self.number_of]
        return self._only([self.number_of[letter] for letter in known])

    def likely(self, letters: str) -> LineScores:
        """The scores of the letters that may stand in the line, and of these: all of them would fill the memory."""
        wanted = {self.number_of[letter] for letter in letters if letter in self.number_of}
        return self._only(sorted(wanted.union(np.flatnonzero(self.scores.max(axis=0) > _UNLIKELY).tolist()) - {0}))

    def _only(self, numbers: Sequence[int]) -> LineScores:
        letters = ("", *(self.letters[number] for number in numbers))
        number_of = {letter: number for number, letter in enumerate(letters) if letter}
        return replace(self, scores=self.scores[:, [0, *numbers]], letters=letters, number_of=number_of)

    def merged(self, letter: str, others: str) -> LineScores:
        """The scores in which whatever speaks for one of `others` speaks for `letter`."""
        if letter not in self.number_of:
            return self
        numbers = [self.number_of[other] for other in others if other in self.number_of]
        scores = self.scores.copy()
        scores[:, self.number_of[letter]] += scores[:, numbers].sum(axis=1)
        scores[:, numbers] = 0.0
        return replace(self, scores=scores)


def joined(lines: Sequence[LineScores]) -> LineScores:
    """Several lines as if they were one; a step with no letter stands between them."""
    if len(lines) == 1:
        return lines[0]
    letters = ("", *dict.fromkeys(letter for line in lines for letter in line.number_of))
    number_of = {letter: number for number, letter in enumerate(letters) if letter}
    scores = np.zeros((sum(len(line.scores) + 1 for line in lines) - 1, len(letters)), np.float32)
    scores[:, 0] = 1.0
    at = 0
    for line in lines:
        columns = [0, *(number_of[letter] for letter in line.number_of)]
        rows = scores[at : at + len(line.scores)]
        rows[:, columns] = line.scores[:, [0, *line.number_of.values()]]
        at += len(line.scores) + 1
    width_px = sum(line.width_px for line in lines)
    return LineScores(scores, letters, number_of, lines[0].step_px, width_px)


def best_path(line: LineScores) -> tuple[str, NDArray[np.float64], NDArray[np.float64]]:
    """The letters of the likeliest path, how sure each is, and the column of its first step."""
    best = line.scores.argmax(axis=1)
    starts = np.flatnonzero((best != 0) & (best != np.concatenate(((0,), best[:-1]))))
    sure = np.asarray(line.scores[starts, best[starts]], np.float64)
    middles = np.asarray((starts + 0.5) * line.step_px, np.float64)
    return "".join(line.letters[index] for index in best[starts]), sure, middles


def log_likelihood(line: LineScores, text: str) -> float:
    """Natural logarithm of the probability of all paths that spell `text`; minus infinity where none does.

    Method: the forward algorithm of Graves et al. 2006, section 4.1.
    """
    if any(letter not in line.number_of for letter in text):
        return -np.inf
    labels = [0, *(number for letter in text for number in (line.number_of[letter], 0))]
    logs = np.log(np.maximum(line.scores[:, labels], _LEAST)).astype(np.float64)
    may_skip = np.array([at >= 2 and label != 0 and label != labels[at - 2] for at, label in enumerate(labels)])
    alpha = np.full(len(labels), -np.inf)
    alpha[:2] = logs[0, :2]
    for step in range(1, len(logs)):
        one = np.concatenate(([-np.inf], alpha[:-1]))
        two = np.where(may_skip, np.concatenate(([-np.inf, -np.inf], alpha[:-2])), -np.inf)[: len(labels)]
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + logs[step]
    return float(np.logaddexp.reduce(alpha[-2:]))


def likeliest(line: LineScores, count: int) -> list[tuple[str, float]]:
    """The likeliest texts with the natural logarithm of their probability, the likeliest first. For few letters.

    Method: prefix beam search (Hannun et al. 2014).
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, -np.inf)}  # ends with no letter, with its last
    logs = np.log(np.maximum(line.scores, _LEAST)).astype(np.float64)
    for row in logs:
        following: dict[tuple[int, ...], tuple[float, float]] = {}
        usual = np.flatnonzero(row > row.max() - 9.0)  # what is 10,000 times less likely changes nothing
        for beam, (blank, last) in beams.items():
            _extend(following, beam, blank, last, row, usual)
        best = sorted(following.items(), key=lambda one: -np.logaddexp(*one[1]))
        beams = dict(best[: max(_KEPT, count)])
    texts = ["".join(line.letters[number] for number in beam) for beam in beams]
    return list(zip(texts, (float(np.logaddexp(*ends)) for ends in beams.values()), strict=True))[:count]


def _extend(
    following: dict[tuple[int, ...], tuple[float, float]],
    beam: tuple[int, ...],
    blank: float,
    last: float,
    row: NDArray[np.float64],
    usual: NDArray[np.int64],
) -> None:
    whole = float(np.logaddexp(blank, last))
    _add(following, beam, whole + row[0], -np.inf)
    if beam:
        _add(following, beam, -np.inf, last + row[beam[-1]])
    for number in usual:
        if number:
            before = blank if beam and beam[-1] == number else whole
            _add(following, (*beam, int(number)), -np.inf, before + row[number])


def _add(
    following: dict[tuple[int, ...], tuple[float, float]], beam: tuple[int, ...], blank: float, last: float
) -> None:
    held = following.get(beam, (-np.inf, -np.inf))
    following[beam] = float(np.logaddexp(held[0], blank)), float(np.logaddexp(held[1], last))
