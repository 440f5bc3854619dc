"""Five hundred mixed scans through the command line, killed on the way: memory, cores, and whether it goes on.

    python -m bench.bench_scans [--pages 500] [--kills 3] [--folder FOLDER]

Draws pages of the OCR test set (seven languages, clean and degraded), packs them into PDF and TIFF files of many pages
and into single pictures, opens the leak, and runs `fairwitness ocr` on it. The run is killed with SIGKILL at random
moments and begun again. Printed: seconds a page, how many children were at work, the peak of the parent and of its
children, and whether every page was recognised exactly once and the case is sound.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pikepdf
from PIL import Image
from tests.read.ocr.pages import LANGUAGES, QUALITIES, draw_page

from fairwitness.case.case import Case

DISTINCT = 28  # pages that are drawn; files repeat them in other order
PER_FILE = 25


def draw_pages() -> list[tuple[bytes, int, int, int]]:
    """JPEG, width, height, dpi of each."""
    pages = []
    for number in range(DISTINCT // (len(LANGUAGES) * len(QUALITIES))):
        for language in LANGUAGES:
            for quality in QUALITIES:
                page = draw_page(language, number=number, quality=quality)
                out = io.BytesIO()
                Image.fromarray(page.image).save(out, "JPEG", quality=85, dpi=(page.dpi, page.dpi))
                pages.append((out.getvalue(), page.image.shape[1], page.image.shape[0], page.dpi))
    return pages


def write_pdf(path: Path, pages: list[tuple[bytes, int, int, int]]) -> None:
    made = pikepdf.new()
    for jpeg, width, height, dpi in pages:
        page = made.add_blank_page(page_size=(72 * width / dpi, 72 * height / dpi))
        image = pikepdf.Stream(made, jpeg)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = width, height, 8
        image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        name = page.add_resource(image, pikepdf.Name.XObject)
        box = " ".join(str(float(value)) for value in page.mediabox[2:])
        width_pt, height_pt = box.split()
        page.contents_add(f"q {width_pt} 0 0 {height_pt} 0 0 cm {name} Do Q".encode())
    made.save(path)


def write_leak(folder: Path, total: int) -> None:
    drawn, rng, left, number = draw_pages(), random.Random(1), total, 0
    while left:
        count = min(left, PER_FILE if number % 4 else 1)
        pages = [rng.choice(drawn) for _ in range(count)]
        if count == 1:
            (folder / f"single-{number:03}.jpg").write_bytes(pages[0][0])
        elif number % 4 == 1:
            frames = [Image.open(io.BytesIO(page[0])) for page in pages]
            frames[0].save(folder / f"fax-{number:03}.tif", save_all=True, append_images=frames[1:], compression="jpeg")
        else:
            write_pdf(folder / f"scan-{number:03}.pdf", pages)
        left, number = left - count, number + 1


def peak_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def scans(case: Path) -> int:
    with Case.open(case) as opened:
        return sum(1 for _ in opened.queries.scans())


def fairwitness(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "fairwitness", *map(str, arguments)], capture_output=True, check=True)


def run_until(case: Path, wanted: int) -> float:
    """Peak of the parent in MB; the run is killed when `wanted` pages are there, or ends by itself."""
    command = [sys.executable, "-m", "fairwitness", "ocr", str(case), "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, peak_mb(process.pid))
        if scans(case) >= wanted:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            break
        time.sleep(0.5)
    return peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp())
    leak, case = folder / "leak", folder / "leak.case"
    leak.mkdir(parents=True)
    write_leak(leak, given.pages)
    fairwitness("open", leak, "--quiet")
    stops = sorted(random.Random(2).sample(range(20, given.pages - 20), given.kills))
    started = time.monotonic()
    peak = max(run_until(case, stop) for stop in [*stops, given.pages + 1])
    wall = time.monotonic() - started
    with Case.open(case) as opened:
        places = [(scan.document, scan.page, scan.outcome.value) for scan in opened.queries.scans()]
        told = [json.loads(body) for body in opened.queries.events()]
    child = max(event["peak_bytes"] for event in told if "scan" in event) / (1 << 20)
    pages = {place[:2] for place in places}
    print(f"{len(places)} scans of {len(pages)} pages, {given.kills} kills, {wall / 60:.1f} min")
    print(f"outcomes: {dict(Counter(place[2] for place in places))}")
    busy_s = sum(event["milliseconds"] for event in told if "scan" in event) / 1000
    print(f"{busy_s / len(places):.2f} s a page in one child, {busy_s / wall:.2f} of {os.cpu_count()} children at work")
    print(f"peak of the parent {peak:.0f} MB, of a child {child:.0f} MB")
    print(f"sound: {json.loads(fairwitness('verify', case, '--json').stdout)['sound']}")


if __name__ == "__main__":
    main()
