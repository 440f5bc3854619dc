"""Leaky PDFs: what x-ray, text extraction, a scan of all objects and `check-pdf` find, file by file.

    python -m bench.bench_check_pdf [--rival-python PYTHON] [--markdown]

The files are those of `examples/leaky_pdfs`: invented names. Text extraction and the scan of objects know the names and
look for them; x-ray and ours do not know them. Each file is then made anew of its pixels, as it would leave, and judged
by all of them once more. What counts for a leak: x-ray says anything; a name is in the text, or in any object; ours
calls it a leak (a weakness is told apart). CPU seconds of ours hold all that the sandbox costs, its start too.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
from examples.leaky_pdfs import WITHHELD, Made, harmless, leaky
from examples.leaky_pdfs.rebuilt import rebuilt

from bench._measure import describe_machine, pin_to_one_core
from fairwitness.core.parts import PageText, Source
from fairwitness.publish.check_pdf import check_pdf, checking_sandbox
from fairwitness.publish.withheld import in_bytes, in_text, withheld
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.run.sandbox import SandboxRunner

SOUGHT = [withheld(name) for name in WITHHELD]
Finder = Callable[[bytes], str]


class XRay:
    """x-ray in its own environment; says "-" where that lacks it."""

    def __init__(self, python: str, folder: Path) -> None:
        self._path = folder / "one.pdf"
        probe = subprocess.run([python, "-c", "import xray"], capture_output=True, check=False)
        self._process = None
        if probe.returncode == 0:
            rival = Path(__file__).with_name("_rival_xray.py")
            self._process = subprocess.Popen(
                [python, str(rival)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )

    def __call__(self, pdf: bytes) -> str:
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return "-"
        self._path.write_bytes(pdf)
        print(json.dumps(str(self._path)), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return f"({answer['error']})" if answer["error"] else "x" if answer["found"] else ""

    def close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()


def by_text(pdf: bytes) -> str:
    """Whether a name is in the text that PDFium finds."""
    parts = ReadPdf()(Source(BytesIO(pdf), len(pdf)))
    texts = [part.text for part in parts if isinstance(part, PageText)]
    return "x" if in_text(SOUGHT, texts) else ""


def by_objects(pdf: bytes) -> str:
    """Whether a name is in any string or decoded stream of any object that the last table lists, or in the bytes."""
    pieces: list[bytes] = []
    pictures = [pdf]
    with pikepdf.open(BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                found = pictures if thing.get("/Subtype") == pikepdf.Name.Image else pieces
                try:
                    found.append(bytes(thing.read_bytes()))
                except pikepdf.PdfError:
                    found.append(bytes(thing.read_raw_bytes()))
            elif isinstance(thing, pikepdf.Dictionary | pikepdf.Array):
                pieces.append(thing.unparse(resolved=False))
    return "x" if in_bytes(SOUGHT, pieces, pictures) else ""


def by_us(sandbox: SandboxRunner) -> Finder:
    def judge(pdf: bytes) -> str:
        judged = check_pdf(pdf, sandbox=sandbox)
        return "x" if judged.leaks else "weak" if judged.of("weakness") else ""

    return judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rival-python", default=sys.executable)
    parser.add_argument("--markdown", action="store_true", help="A line of a table for each file.")
    chosen = parser.parse_args()
    core = pin_to_one_core()
    print(describe_machine(core))
    with tempfile.TemporaryDirectory() as folder, checking_sandbox() as sandbox:
        xray = XRay(chosen.rival_python, Path(folder))
        finders = {"x-ray": xray, "text": by_text, "objects": by_objects, "ours": by_us(sandbox)}
        finders["ours"](rebuilt(harmless()[0].pdf))  # the sandbox is up before anybody counts
        for title, files in (("leaky", leaky()), ("harmless", harmless())):
            report(title, files, finders, markdown=chosen.markdown)
        xray.close()
    files = [*leaky(), *harmless()]
    before = cpu_s()
    with checking_sandbox() as sandbox:
        for made in files:
            check_pdf(made.pdf, sandbox=sandbox)
    print(f"\nours: {(cpu_s() - before) / len(files):.3f} CPU s a file, over {len(files)} files of one page")


def report(title: str, files: tuple[Made, ...], finders: dict[str, Finder], *, markdown: bool) -> None:
    print(f"\n{title}: {len(files)} files")
    line = "| {} |" if markdown else "  {}"
    part = " | " if markdown else "  "
    print(line.format(part.join([f"{'':<26}", *(f"{name:<8}" for name in finders)])))
    if markdown:
        print("| --- |" + " --- |" * len(finders))
    counts, weak, after = dict.fromkeys(finders, 0), dict.fromkeys(finders, 0), dict.fromkeys(finders, 0)
    for made in files:
        answers = {}
        for name, find in finders.items():
            answers[name] = find(made.pdf)
            after[name] += find(rebuilt(made.pdf)) == "x"
        counts = {name: count + (answers[name] == "x") for name, count in counts.items()}
        weak = {name: count + (answers[name] == "weak") for name, count in weak.items()}
        print(line.format(part.join([f"{made.name:<26}", *(f"{answers[name]:<8}" for name in finders)])))
    print(f"called a leak: {counts}; a weakness alone: {weak['ours']}; after rebuilding: {after}")


def cpu_s() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
