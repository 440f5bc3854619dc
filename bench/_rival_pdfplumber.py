"""A rival of `bench_pdf`: words with boxes by pdfplumber. Started by path, reads JSON lines, answers JSON lines.

The same questions and answers as `_rival_tika`; its pages are closed one by one, which keeps its memory small.
"""

from __future__ import annotations

import json
import os
import sys
import time


def words_of(path: str) -> int:
    """Letters in the words of all pages, each word with its box."""
    import pdfplumber

    chars = 0
    with pdfplumber.open(path) as document:
        for page in document.pages:
            chars += sum(len(word["text"]) for word in page.extract_words())
            page.close()
    return chars


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        import pdfplumber  # noqa: F401
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        wall, cpu, chars, error = time.perf_counter(), time.process_time(), 0, ""
        try:
            chars = words_of(json.loads(line))
        except BaseException as caught:
            error = type(caught).__name__
        used = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        print(json.dumps({"chars": chars, "error": error, **used}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
