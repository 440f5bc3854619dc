"""What the set-up of a list says of how it is entered."""

from __future__ import annotations

from functools import lru_cache

from fairwitness.core.lists import Column
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.setup import Setup, parse_setup
from fairwitness.work.kept_lists import KeptList


@lru_cache(maxsize=16)
def setup_of(text: str) -> Setup | None:
    """The set-up that the text says; None for one that cannot be read, as a merge of two copies may leave it."""
    try:
        return parse_setup(text)
    except BadSetup:
        return None


def is_keyed_blind(kept: KeptList, column: Column) -> bool:
    """Whether two people enter the column without seeing a proposal; so it is unless the set-up says otherwise."""
    setup = setup_of(kept.setup)
    return setup is None or setup.keying_of(column.name) == "double"
