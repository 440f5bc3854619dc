"""A rival of `bench_lists`: wired-table-rec with rapidocr, in a process of its own. JSON lines in, JSON lines out.

    in:  {"path": "path of a PNG", "borderless": false}
    out: {"tables": [[[row, column, row span, column span, "text"], ...]], "cpu_s": 1.0}

The network is the second one of release 1.0.0, the last with weights inside; rapidocr has one thread and no turning of
lines. It knows no tables without rulings, and says one table a page.
"""

from __future__ import annotations

import json
import os
import sys
import time
from html.parser import HTMLParser


class Cells(HTMLParser):
    """The cells of a table in HTML, each in its place of the grid."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[list[object]] = []
        self._row = -1
        self._taken: set[tuple[int, int]] = set()
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self._row += 1
        if tag in ("td", "th"):
            told = dict(attrs)
            rows, columns = int(told.get("rowspan") or 1), int(told.get("colspan") or 1)
            column = 0
            while (self._row, column) in self._taken:
                column += 1
            self._taken |= {(self._row + down, column + across) for down in range(rows) for across in range(columns)}
            self.cells.append([self._row, column, rows, columns, ""])
            self._is_inside = True
        if tag == "br" and self._is_inside:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th"):
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        """Add to the text of the cell."""
        if self._is_inside:
            self.cells[-1][4] = f"{self.cells[-1][4]}{data}"


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import cv2
        import onnxruntime
        from rapidocr import RapidOCR

        plain = onnxruntime.InferenceSession

        def one_thread(*args: object, **named: object) -> object:  # it leaves no other way to say so
            options = named.get("sess_options") or onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            return plain(*args, **{**named, "sess_options": options})

        onnxruntime.InferenceSession = one_thread
        from wired_table_rec.main import WiredTableRecognition
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    cv2.setNumThreads(1)
    ocr = RapidOCR(params={"Global.log_level": "critical"})
    finder = WiredTableRecognition(version="v2")
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        path = json.loads(line)["path"]
        cpu = time.process_time()
        answer: dict[str, object] = {"tables": []}
        try:
            read = ocr(path, use_cls=False)
            boxes = read.boxes if read.boxes is not None else ()
            lines = [
                [box.tolist(), *said] for box, *said in zip(boxes, read.txts or (), read.scores or (), strict=True)
            ]
            html = finder(path, lines)[0]
            parser = Cells()
            parser.feed(html)
            answer = {"tables": [parser.cells] if parser.cells else []}
        except Exception as error:  # a page that breaks it is a page without tables, and is counted
            answer["error"] = type(error).__name__
        print(json.dumps({**answer, "cpu_s": time.process_time() - cpu}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
