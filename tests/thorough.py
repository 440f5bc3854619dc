"""How many examples property tests try: a fifth in `make test`, all in `make test-slow` (FAIRWITNESS_THOROUGH=1)."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("FAIRWITNESS_THOROUGH"))


def examples(count: int) -> int:
    """`count` where there is time, a fifth of it and 20 at least where there is not."""
    return count if THOROUGH else max(20, count // 5)
