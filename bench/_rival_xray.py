"""A rival of `bench_check_pdf`: x-ray (Free Law Project). Started by path, reads JSON lines, answers JSON lines.

It is given bytes: given an address, it would fetch it. Newer versions answer with a coroutine.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from pathlib import Path


def found_in(path: str) -> list[str]:
    """The texts that x-ray finds under boxes."""
    import xray

    answer = xray.inspect(Path(path).read_bytes())
    if inspect.isawaitable(answer):
        answer = asyncio.run(_wait_for(answer))
    return [one["text"] for page in answer.values() for one in page]


async def _wait_for(answer: object) -> dict:
    return await answer


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for line in sys.stdin:
        found: list[str] = []
        error = ""
        try:
            found = found_in(json.loads(line))
        except BaseException as caught:
            error = type(caught).__name__
        print(json.dumps({"found": found, "error": error}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
