"""The rival of `bench_ocr`: rapidocr as it comes, in a process of its own. Reads JSON lines, answers JSON lines.

    in:  "path of a PNG"
    out: {"lines": [["text", [x0, y0, x1, y1]], ...], "cpu_s": 1.0}

With the argument "straight" its classifier that turns lines upside down is switched off.
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
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        from rapidocr import RapidOCR
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    engine = RapidOCR(params={**threads, "Global.log_level": "critical"})
    use_cls = "straight" not in sys.argv[1:]
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        cpu = time.process_time()
        found = engine(json.loads(line), use_cls=use_cls)
        lines = []
        for text, box in zip(found.txts or (), found.boxes if found.boxes is not None else (), strict=False):
            xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
            lines.append([text, [round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))]])
        print(json.dumps({"lines": lines, "cpu_s": time.process_time() - cpu}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
