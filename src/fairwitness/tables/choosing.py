"""Chooses what a cell says among all that two networks might have read, by what its column allows.

What the networks read as it stands is always kept beside it. A reading that nothing on the page speaks for is never
chosen because it would fit, and where no reading fits, that is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairwitness.core.tables import Alternative
from fairwitness.read.ocr.ctc import LineScores, best_path, joined, likeliest, log_likelihood
from fairwitness.read.ocr.spans import is_han
from fairwitness.tables.columns import DOT, IN_NAMES, Known, bare

_CANDIDATES = 12
_FAR = 9.0  # natural logarithm: a text e^9 times less likely than the likeliest was not read, it is made up
_MARGIN = 1.5  # by which one fitting text must be likelier than the next
_DOT_SEEN = 5.0  # for each network: how much less likely a name with a dot may be
_LONGEST_NAME = 16
_FOREIGN = 12.0  # a cell whose plain text is so much likelier than what the column can hold, holds another thing
CHOSEN_MOST, MISFIT_MOST = 900, 500  # thousandths: confidence of what was chosen against the likeliest, and of misfits


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the networks made of the lines of one cell, surest network first; `names` are theirs."""

    names: tuple[str, ...]
    lines: tuple[tuple[LineScores, ...], ...]  # network, line

    def plain(self, network: int = 0) -> tuple[str, float, float]:
        """The text as it stands, how sure its least sure letter is, and all of them on average."""
        paths = [best_path(line) for line in self.lines[network]]
        sure = [value for _, values, _ in paths for value in values]
        text = "\n".join(text.strip() for text, _, _ in paths if text.strip())
        return (text, min(sure), sum(sure) / len(sure)) if sure else (text, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a cell says; `confidence` in thousandths."""

    text: str
    confidence: int
    engine: str
    alternatives: tuple[Alternative, ...] = ()
    flags: tuple[str, ...] = ()


def choose(seen: Seen, known: Known) -> Chosen:
    """The text of the cell."""
    if known.kind == "name" and known.script in ("Hani", ""):
        seen = Seen(seen.names, tuple(tuple(line.merged(DOT, IN_NAMES) for line in lines) for lines in seen.lines))
    plain = [seen.plain(number) for number in range(len(seen.names))]
    if len(plain) > 1 and plain[1][0] and not plain[0][0]:  # a network that reads nothing knows no better
        return choose(Seen(seen.names[::-1], seen.lines[::-1]), known)
    text = plain[0][0]
    if known.kind == "code" and known.codes and not known.allows(text):
        return _chosen_among(seen, known, known.codes, plain)
    if known.alphabet:
        return _in_alphabet(seen, known, plain)
    if known.kind == "name":
        text = _with_dot(seen, _without_loose_dots(text))
    return _finish(text, confidence_of(plain), seen, plain, known)


def _without_loose_dots(name: str) -> str:
    """The name without dots at its ends, which are specks of the paper: a dot stands between two parts."""
    parts = [part.strip() for part in name.split(DOT)]
    return DOT.join(part for part in parts if part)


def _with_dot(seen: Seen, name: str) -> str:
    """The name with the dot that the networks saw and found too small to read: the largest loss in names.

    Measured on names in two typefaces down to 135 dpi: a dot that is there makes the name at most e^3 times less
    likely, mostly e^10 times more; where there is none, e^27 times less.
    """
    if DOT in name or not 3 <= len(name) <= _LONGEST_NAME or not all(map(is_han, name)):
        return name
    whole = [joined(lines) for lines in seen.lines]
    dotted = max((name[:at] + DOT + name[at:] for at in range(1, len(name))), key=lambda one: _likelihood(whole, one))
    least = _likelihood(whole, name) - _DOT_SEEN * len(whole)
    return dotted if _likelihood(whole, dotted) >= least else name


def confidence_of(plain: Sequence[tuple[str, float, float]]) -> int:
    """How sure the first of these readings is, in thousandths: that it is right, not how sure the network feels.

    Two networks that read the same are hardly ever wrong together; where they differ, or only one was asked, the
    letter that is least sure tells.
    """
    text, least, mean = plain[0]
    if not text:
        return 0
    if len(plain) == 1:
        return round(1000 * (0.5 * least + 0.5 * math.sqrt(min(least, mean))))
    if bare(plain[1][0]) == bare(text):
        return round(1000 * (0.955 + 0.044 * min(1.0, least)))
    return round(1000 * min(0.9, 0.35 + 0.55 * least))


def _in_alphabet(seen: Seen, known: Known, plain: Sequence[tuple[str, float, float]]) -> Chosen:
    """The text in the signs of the column, unless the cell plainly holds something else."""
    few = [tuple(line.among(known.alphabet) for line in lines) for lines in seen.lines]
    paths = ["".join(best_path(line)[0] for line in lines) for lines in few]
    if all(path == bare(reading[0]) == paths[0] for path, reading in zip(paths, plain, strict=True)):
        allowed = known.allows(paths[0])
        if allowed is not False:
            sure = confidence_of(plain) if allowed is None else max(confidence_of(plain), 985)
            return _finish(plain[0][0], sure, seen, plain, known)
    whole = [joined(lines) for lines in few]
    texts = {text for line in whole for text, _ in likeliest(line, _CANDIDATES) if text} | {
        path for path in paths if path
    }
    return _best_of(whole, texts, seen, known, plain)


def _chosen_among(seen: Seen, known: Known, codes: Iterable[str], plain: Sequence[tuple[str, float, float]]) -> Chosen:
    """The code that the pixels speak for, or the text as it stands, which fits none."""
    return _best_of([joined(lines) for lines in seen.lines], {bare(code) for code in codes}, seen, known, plain)


def _best_of(
    whole: Sequence[LineScores],
    texts: set[str],
    seen: Seen,
    known: Known,
    plain: Sequence[tuple[str, float, float]],
) -> Chosen:
    """The best of these texts; the text as it stands where none of them is likely."""
    scored = sorted(((_likelihood(whole, text), text) for text in texts), reverse=True)
    as_read = max(_likelihood([joined(lines) for lines in seen.lines], bare(text)) for text, _, _ in plain)
    if not scored or scored[0][0] < as_read - _FOREIGN * len(whole):
        return _finish(plain[0][0], min(MISFIT_MOST, confidence_of(plain)), seen, plain, known)
    best = scored[0]
    fitting = [one for one in scored if known.allows(one[1]) is not False]
    if fitting and fitting[0][0] >= best[0] - _FAR:
        rival = fitting[1][0] if len(fitting) > 1 else -math.inf
        if fitting[0][0] - rival >= _MARGIN:
            best = fitting[0]
    total = sum(math.exp(min(0.0, score - scored[0][0])) for score, _ in scored)
    share = math.exp(best[0] - scored[0][0]) / total
    is_plain = best[1] == bare(plain[0][0])
    sure = round(1000 * share) if known.allows(best[1]) else min(950, round(1000 * share))
    sure = min(sure, 990 if is_plain else CHOSEN_MOST)
    others = [
        (text, round(1000 * math.exp(score - scored[0][0]) / total)) for score, text in scored[:3] if text != best[1]
    ]
    return _finish(best[1], sure, seen, plain, known, others)


def _likelihood(whole: Sequence[LineScores], text: str) -> float:
    return sum(log_likelihood(line, text) for line in whole)


def _finish(
    text: str,
    confidence: int,
    seen: Seen,
    plain: Sequence[tuple[str, float, float]],
    known: Known,
    others: Sequence[tuple[str, int]] = (),
) -> Chosen:
    """The text with all that was read beside it."""
    flags = []
    if known.allows(text) is False and text:
        flags.append("misfit")
        confidence = min(confidence, MISFIT_MOST)
    if bare(text) != bare(plain[0][0]):
        flags.append("constrained")
        confidence = min(confidence, CHOSEN_MOST)
    readings = [
        Alternative(reading, round(1000 * least), name)
        for name, (reading, least, _) in zip(seen.names, plain, strict=True)
        if reading and reading != text
    ]
    readings += [Alternative(other, sure, seen.names[0]) for other, sure in others if sure > 0]
    unique = {one.text: one for one in reversed(readings)}
    alternatives = tuple(one for one in readings if unique.get(one.text) is one)
    return Chosen(text, max(0, min(1000, confidence)), seen.names[0], alternatives, tuple(flags))
