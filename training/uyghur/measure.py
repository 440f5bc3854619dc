"""Wrong signs in pages of the Universal Declaration, font by font, clean and as from a bad scanner.

    PYTHONPATH=../../src:../.. python measure.py MODEL_FOLDER [--pages 2] [--fonts UKIJTuz UKIJNsq] [--tesseract]

Lines are cut at their true places with the margins, at random, that detectors leave, so this measures the recogniser
alone; bench/bench_ocr.py measures whole pages. Spaces are ignored, quotes and dashes taken as one, text as NFKC.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
import unicodedata
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image
from tests.read.ocr.pages import DrawnPage, degrade, draw_line, draw_page, load_font, paragraphs_of

from alphabet import ALPHABET
from fairwitness.read.ocr._line import prepare_line
from fairwitness.read.ocr.recognise_uyghur import decode
from gather_text import kazakh_in_arabic_letters

# Held out, and none of them drawn like a font used for training: UKIJ Tuz T, Tuz B and Ekran would be, nearly.
FONTS = (
    "UKIJTuz", "UKIJNsq", "NotoNaskhArabic-Regular", "UKIJTuzBold", "UKIJTuzK", "UKIJNsqb", "UKIJTzTr",
    "UKIJBasma", "UKIJKesmeTuz", "Lateef-Regular", "PakType Tehreer",
)  # fmt: skip
_SAME = str.maketrans(
    {**dict.fromkeys("“”„«»‹›‟", '"'), **dict.fromkeys("‘’‚`´", "'"), **dict.fromkeys("–—−‐‑", "-"), "ـ": None}
)


def plain(text: str) -> str:
    """The text as it is compared."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SAME)).split())


def distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            now.append(min(last[j] + 1, now[-1] + 1, last[j - 1] + (x != y)))
        last = now
    return last[-1]


def page_of(font: str, number: int, quality: str, kazakh: bool) -> DrawnPage:
    """A page in Uyghur, or in Kazakh brought to Arabic letters by rule."""
    if not kazakh:
        return draw_page("uig", font=font, number=number, quality=quality)
    face = load_font(font, 50)
    words = " ".join(paragraphs_of("kaz")).replace("?", "؟").replace(",", "،").split()[number * 150 :]
    page, lines, top = Image.new("RGB", (2480, 3508), "white"), [], 270
    while len(lines) < 26 and words:
        text = ""
        while words and face.getlength(text + words[0], direction="rtl") < 1800:
            word = words.pop(0)
            text += " " + "".join(sign for sign in kazakh_in_arabic_letters(word) if sign in ALPHABET)
        lines.append(draw_line(page, text.strip(), 270, 2210, top, face, "uig"))
        top += 114
    drawn = DrawnPage(np.asarray(page), 300, tuple(lines))
    return degrade(drawn, seed=f"{font} {number}") if quality == "degraded" else drawn


def cut(page: NDArray[np.uint8], quad: object, chance: random.Random) -> NDArray[np.uint8]:
    """The line with a margin of up to a quarter of its height on each side."""
    (ax, ay), (bx, by), (_, _), (dx, dy) = np.array(quad, float)
    along, down = np.array((bx - ax, by - ay)), np.array((dx - ax, dy - ay))
    high = float(np.hypot(*down))
    along_1, down_1 = along / np.hypot(*along), down / high
    above, below, left, right = (chance.uniform(0.0, 0.25) * high for _ in range(4))
    start = np.array((ax, ay)) - along_1 * left - down_1 * above
    size = round(float(np.hypot(*along)) + left + right), round(high + above + below)
    corners = [start, start + along_1 * size[0], start + down_1 * size[1]]
    matrix = cv2.getAffineTransform(
        np.array(corners, np.float32), np.array([(0, 0), (size[0], 0), (0, size[1])], np.float32)
    )
    return cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def tesseract(line: NDArray[np.uint8]) -> str:
    """What Tesseract reads in it, as one line (PSM 7), else as a raw line (PSM 13)."""
    file = BytesIO()
    Image.fromarray(line).save(file, "PNG")
    for mode in ("7", "13"):
        command = ["tesseract", "-", "-", "-l", "uig", "--psm", mode]
        done = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True)
        text = done.stdout.decode().strip()
        if len(text) > 2:
            break
    return text


def main() -> None:
    """Prints a table."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--pages", type=int, default=1)
    options.add_argument("--fonts", nargs="*", default=list(FONTS))
    options.add_argument("--kazakh", action="store_true")
    options.add_argument("--tesseract", action="store_true")
    options.add_argument("--show", type=int, default=0, help="so many of the worst lines")
    given = options.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        (given.folder / "uyghur.onnx").read_bytes(), settings, providers=["CPUExecutionProvider"]
    )
    signs = ("", *json.loads((given.folder / "signs.json").read_text(encoding="utf-8")))
    chance, worst, spent, count = random.Random(5), [], 0.0, 0
    totals: dict[str, list[int]] = {}
    for font in given.fonts:
        row = []
        for quality in ("clean", "degraded"):
            sums = [0, 0, 0, 0]
            for number in range(given.pages):
                page = page_of(font, number, quality, given.kazakh)
                for line in page.lines:
                    image = cut(page.image, line.quad, chance)
                    begun = time.process_time()
                    ink = prepare_line(image)
                    read = decode(session.run(None, {"ink": ink[None, None]})[0][0], signs, 1.0, ink.shape[1])
                    spent += time.process_time() - begun
                    count += 1
                    want = plain(line.text)
                    wrong = distance(plain(read.text), want)
                    worst.append((wrong / max(1, len(want)), font, quality, line.text, read.text, read.confidence))
                    sums[0] += wrong
                    sums[1] += len(want)
                    if given.tesseract:
                        sums[2] += distance(plain(tesseract(image)), want)
            row.append(
                f"{100 * sums[0] / sums[1]:6.2f}" + (f" ({100 * sums[2] / sums[1]:5.1f})" if given.tesseract else "")
            )
            total = totals.setdefault(quality, [0, 0, 0])
            for at in range(3):
                total[at] += (sums[0], sums[1], sums[2])[at]
        print(f"{font:28} clean {row[0]}  degraded {row[1]}", flush=True)
    for quality, (wrong, all_signs, theirs) in totals.items():
        other = f", Tesseract {100 * theirs / all_signs:.1f} %" if given.tesseract else ""
        print(f"{quality}: {100 * wrong / all_signs:.2f} % of {all_signs} signs{other}")
    print(f"{1000 * spent / count:.1f} ms CPU a line")
    for line in sorted(worst, reverse=True)[: given.show]:
        print(*line, sep="\n   ", file=sys.stdout)


if __name__ == "__main__":
    main()
