"""What reasons an institution stated, in law: none that a law names, nothing that somebody did, only what is allowed.

The codes of a codebook say what its author holds them to be. What is counted is what the institution wrote, over all
units; which units they are is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from fairwitness.analyse.consistency import copied
from fairwitness.analyse.plain import Rows
from fairwitness.analyse.tabulate import CodesDoNotMatch, Coding, Tally, codes_by_unit, share_of
from fairwitness.core.errors import FairwitnessError

ONLY_LAWFUL, NO_PROVISION, NO_ACT = "only_lawful", "no_provision", "no_act"
SAYS = {
    ONLY_LAWFUL: "only reasons that are lawful conduct or membership of a group",
    NO_PROVISION: "no legal provision cited",
    NO_ACT: "no act, date or evidence named",
}
CANNOT_CONCLUDE = (
    "What a code is in law is the judgement of whoever wrote the codebook.",
    "That the record cites nothing does not show that nothing lay behind it; it shows that the office wrote none down.",
    "A stated reason is what a clerk wrote. It is not the cause.",
)
"""Printed with every result."""
COPIES_CANNOT = (
    "Equal texts can be a form that was filled in, a rule that was followed, or reasons that were not looked at.",
)


class BadProfile(FairwitnessError):
    """A profile that cannot be made."""

    code = "bad_profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of units by what their reasons are in law.

    `shares` has `only_lawful`, `no_provision` and `no_act`, as far as the codebook says what its codes are. `entropy`
    is that of the reasons over all mentions in bits, `most_entropy` what it would be were all codes equally frequent.
    """

    unit: str
    coding: str
    denominator: int
    missing: int
    shares: tuple[Tally, ...]
    entropy: float
    most_entropy: float

    def as_rows(self) -> list[dict[str, Any]]:
        """Plain rows, for a frame."""
        named = ("code", "count", "share", "low", "high", "least", "most")
        about = {"unit": self.unit, "of": self.denominator, "missing": self.missing, "codebook": self.coding}
        return [{name: getattr(one, name) for name in named} | about for one in self.shares]


def reason_profile(
    rows: Rows,
    column: str,
    coding: Coding,
    *,
    lawful: Collection[str] | None = None,
    provision: Collection[str] | None = None,
    act: Collection[str] | None = None,
    person: str | None = None,
    is_census: bool = False,
) -> Profile:
    """The profile of the reasons in `column`; of the persons with `person`, of the rows without.

    `lawful` are codes for lawful conduct or membership of a group, `provision` those that cite a legal provision,
    `act` those that name an act, a date or evidence; None where the codebook does not say. A unit whose answer is that
    no code fits has no lawful reason, no provision and no act.

    Raises:
        BadProfile: if none of the three is given.
        CodesDoNotMatch: if a code is not in the codebook, or no unit has an answer.
    """
    given = {ONLY_LAWFUL: lawful, NO_PROVISION: provision, NO_ACT: act}
    if all(one is None for one in given.values()):
        raise BadProfile(
            "The codebook does not say what its codes are in law.", advice='Add legal = "lawful" and so on.'
        )
    if any(not set(one or ()) <= set(coding.codes) for one in given.values()):
        raise CodesDoNotMatch("A code that was named is not in the codebook.", advice="Look at its codes.")
    found = codes_by_unit(rows, column, coding, person=person)
    answered = [codes for codes in found if codes is not None]
    missing = len(found) - len(answered)
    shares = []
    for name, some in given.items():
        if some is None:
            continue
        wanted = frozenset(some)
        count = sum(has_share(name, codes, wanted) for codes in answered)
        shares.append(share_of(name, count, len(answered), missing, is_census=is_census))
    mentions = Counter(code for codes in answered for code in codes)
    unit = "row" if person is None else "person"
    return Profile(
        unit, coding.id, len(answered), missing, tuple(shares), entropy(mentions.values()), log2(len(coding.codes))
    )


def has_share(name: str, codes: frozenset[str], wanted: Collection[str]) -> bool:
    """Whether reasons such as these count for the share of that name."""
    return bool(codes) and codes <= set(wanted) if name == ONLY_LAWFUL else not codes & set(wanted)


def entropy(counts: Collection[int]) -> float:
    """Shannon's entropy of these counts in bits; 0 where all are of one kind, or there are none."""
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in counts if count) + 0.0 if total else 0.0


def copy_rate(texts: Sequence[str | None]) -> Tally:
    """The share of the texts that stand word for word in another unit too; None is a text that is missing.

    The bounds hold whatever the missing texts say: each could be the copy of one that has none so far. The interval is
    Wilson's, as if texts were independent, which copies are not: read it as the narrowest that there could be.

    Raises:
        CodesDoNotMatch: if there is no text.
    """
    given = [text for text in texts if text is not None and text.strip()]
    missing = len(texts) - len(given)
    count, of = copied(given)
    found = share_of("copied", count, of, missing)
    most = min(1.0, (count + 2 * missing) / (of + missing))
    return Tally("copied", count, found.share, found.low, found.high, found.least, most)
