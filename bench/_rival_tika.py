"""The rival of `bench_read`: iscc-tika in a process of its own. Started by path, reads JSON lines, answers JSON lines.

    in:  "path"
    out: {"chars": 123, "error": "", "wall_s": 0.1, "cpu_s": 0.1}

No text recognition, no limit on the text, the same extractor for all files: its fastest ordinary use.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # what the library prints must not get between the answers
    os.dup2(null, 2)
    try:
        from iscc_tika import Extractor, PdfOcrStrategy, PdfParserConfig
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    pdf = PdfParserConfig().set_ocr_strategy(PdfOcrStrategy.NO_OCR)
    extractor = Extractor().set_extract_string_max_length(2**31 - 1).set_pdf_config(pdf)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        path = json.loads(line)
        wall, cpu, chars, error = time.perf_counter(), time.process_time(), 0, ""
        try:
            text, _ = extractor.extract_file_to_string(path)
            chars = len(text.strip())
        except BaseException as caught:  # also a panic of the native part, which is no Exception
            error = type(caught).__name__
        used = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        print(json.dumps({"chars": chars, "error": error, **used}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
