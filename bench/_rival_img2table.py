"""A rival of `bench_lists`: img2table with rapidocr, in a process of its own. JSON lines in, JSON lines out.

    in:  {"path": "path of a PNG", "borderless": false}
    out: {"tables": [[[row, column, row span, column span, "text"], ...], ...], "cpu_s": 1.0}

Its own search for the rotation of the page is on; rapidocr has one thread, Chinese, and no turning of lines.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def cells_of(table: Any) -> list[list[object]]:
    """The cells of a table it found: it gives a merged cell once for each place, always with the same box."""
    places: dict[tuple[int, int, int, int], list[tuple[int, int]]] = {}
    texts: dict[tuple[int, int, int, int], str] = {}
    for row, cells in enumerate(table.content.values()):
        for column, cell in enumerate(cells):
            box = (cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2)
            places.setdefault(box, []).append((row, column))
            texts[box] = cell.value or ""
    made: list[list[object]] = []
    for box, at in places.items():
        rows, columns = [row for row, _ in at], [column for _, column in at]
        spans = 1 + max(rows) - min(rows), 1 + max(columns) - min(columns)
        made.append([min(rows), min(columns), *spans, texts[box]])
    return made


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import cv2
        from img2table.document import Image
        from img2table.ocr import RapidOCR
        from rapidocr import LangRec
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    cv2.setNumThreads(1)
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    told = {"Global.log_level": "critical", "Global.use_cls": False, "Rec.lang_type": LangRec.CH}
    ocr = RapidOCR(params={**threads, **told})
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        cpu = time.process_time()
        tables = []
        try:
            page = Image(src=asked["path"], detect_rotation=True)
            tables = page.extract_tables(ocr=ocr, borderless_tables=asked["borderless"])
            answer = {"tables": [cells_of(table) for table in tables]}
        except Exception as error:  # a page that breaks it is a page without tables, and is counted
            answer = {"tables": [], "error": type(error).__name__}
        print(json.dumps({**answer, "cpu_s": time.process_time() - cpu}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
