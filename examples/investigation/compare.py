"""Holds the shares that a report states against those that are true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from examples.investigation.run import Investigated
from examples.investigation.truth import TITLES, true_shares

_SAID = re.compile(r"have “(.+)” as (?:verdict|stated reason)\.")


@dataclass(frozen=True, slots=True)
class Compared:
    """A share as it is and as the report states it, with its interval and the bounds that the missing leave."""

    label: str
    true: float
    reported: float
    interval: tuple[float, float]
    bounds: tuple[float, float]

    @property
    def is_inside(self) -> bool:
        """Whether the truth lies in the interval or in the bounds."""
        low, high = min(self.interval[0], self.bounds[0]), max(self.interval[1], self.bounds[1])
        return low <= self.true <= high

    def __str__(self) -> str:
        ends = [f"{100 * low:4.1f} to {100 * high:4.1f}" for low, high in (self.interval, self.bounds)]
        verdict = "" if self.is_inside else "   OUTSIDE"
        return f"{self.label:44} {100 * self.true:4.1f} {100 * self.reported:9.1f}    {ends[0]:15} {ends[1]}{verdict}"


def compared(made: Investigated) -> Iterator[Compared]:
    """Yields the shares of codes and verdicts that the report states of all cases."""
    true = true_shares(made.truth)
    for claim in json.loads((made.report / "claims.json").read_text("utf-8"))["claims"]:
        found = _SAID.search(claim["sentence"])
        if claim["kind"] != "share" or found is None:
            continue
        label = found[1]
        share = true.get(TITLES.get(label, label))
        if share is not None:
            yield Compared(
                label,
                share,
                float(claim["value"]),
                (float(claim["low"]), float(claim["high"])),
                (float(claim["least"]), float(claim["most"])),
            )
