"""What counts of judgements that came together from several copies of a case.

Each judgement says which one it replaces. What nobody has replaced is a head. On one copy there is one head; where two
copies each went on from the same judgement there are two, until somebody decides with a judgement that replaces both.
So what counts follows from the set of judgements alone, and not from the order in which they arrived.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from fairwitness.case.changes import Changes
from fairwitness.core.records import Judgement


def heads(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Those that no other replaces, in the order of time and id; withdrawals are heads too."""
    all_of_them = {one.id: one for one in judgements}
    replaced = {name for one in all_of_them.values() for name in one.replaces.split()}
    return sorted((one for name, one in all_of_them.items() if name not in replaced), key=when)


def when(judgement: Judgement) -> tuple[int, str]:
    """Sorts judgements the same way on every copy: by time, and within a second by id."""
    return judgement.at, judgement.id


def judge_over(changes: Changes, about: str, what: str, value: str, by: str, over: Sequence[Judgement]) -> Judgement:
    """The answer counts instead of `over`, all of which it names; the event that tells of it is there too."""
    replaces = " ".join(sorted(one.id for one in over))
    made = Judgement(about, what, value, int(time.time()), replaces, by)
    changes.add_judgement(made)
    fields = {"judgement": made.id, "about": about, "what": what, "value": value, "replaces": replaces, "by": by}
    changes.add_event("judge", fields)
    return made
