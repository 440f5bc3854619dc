"""Writes all files into a folder: `python -m examples.leaky_pdfs FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from examples.leaky_pdfs import harmless, leaky


def main() -> None:
    """Two folders in the folder named: leaky and harmless."""
    for name, files in (("leaky", leaky()), ("harmless", harmless())):
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for made in files:
            (folder / f"{made.name}.pdf").write_bytes(made.pdf)


main()
