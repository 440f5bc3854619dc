"""A case for the benchmark of the reading room: real pages of text, and the PDF files and pictures of the corpus."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

from bench._real_pages import RealPages

DRAWN = {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}


def prepare(folder: Path, pages: int, corpus: Path) -> Path:
    """The case below `folder`, made if it is not there."""
    leak, case = folder / "leak", folder / "case"
    if not (folder / "built").exists():
        shutil.rmtree(folder, ignore_errors=True)
        leak.mkdir(parents=True)
        for document, group in itertools.groupby(RealPages().pages(pages), lambda page: page.document):
            place = leak / f"texts-{document % 40:02d}"
            place.mkdir(exist_ok=True)
            (place / f"{document:06d}.txt").write_text("\f".join(page.text for page in group), "utf-8")
        for file in sorted(corpus.rglob("*")) if corpus.is_dir() else ():
            if file.suffix.lower() in DRAWN:
                shutil.copyfile(file, leak / f"{len(list(leak.iterdir())):04d}-{file.name}")
        (folder / "built").touch()
    command = [sys.executable, "-m", "fairwitness", "open", str(leak), "--case", str(case), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return case
