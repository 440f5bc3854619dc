"""What is true of the made-up register: which codes its reasons have, and the shares that a report should come near."""

from __future__ import annotations

from collections.abc import Mapping

from examples.synthetic_lists import TrueList

WORDS: Mapping[str, tuple[str, ...]] = {
    "absence": ("未按时报备", "未报备"),
    "travel": ("护照", "赴外地"),
    "dispute": ("发生纠纷",),
    "media": ("旧书", "录音"),
    "gathering": ("聚会",),
    "ceremony": ("升旗",),
    "kin": ("亲属关系",),
    "standing": ("80后", "家庭共有"),
    "attitude": ("态度较好",),
}
"""For each code of `reasons.toml` the words by which the made-up grounds of it are known."""
TITLES = {
    "Absence without report": "absence",
    "Travel": "travel",
    "Dispute with neighbours": "dispute",
    "Books or recordings": "media",
    "Gathering without permit": "gathering",
    "Missed ceremony": "ceremony",
    "Kin": "kin",
    "Age, work or household": "standing",
    "Attitude": "attitude",
}


def true_codes(reason: str) -> tuple[str, ...]:
    """The codes of a reason as it was written, in the order of the codebook."""
    return tuple(code for code, words in WORDS.items() if any(word in reason for word in words))


def true_shares(one: TrueList) -> dict[str, float]:
    """Of all rows, the share that has each code, and the share that has each verdict."""
    reasons = [true_codes(row[one.column("reason")]) for row in one.rows]
    made = {code: sum(code in codes for codes in reasons) / len(reasons) for code in WORDS}
    verdicts = [row[one.column("verdict")] for row in one.rows]
    return made | {verdict: verdicts.count(verdict) / len(verdicts) for verdict in sorted(set(verdicts))}
